//! Every function that SQLite has in this build, called on values of every storage class, in memory and by SQLite itself.
//!
//! A function that is compiled in later fails the test until [`TABLE`] says how to call it, or why it is left to SQLite.

mod support;

use std::fmt::Write as _;

use glue::error::ErrorKind;
use glue::session::{Route, Session};
use support::{Answer, Files, show};

/// How a function is called.
enum Call {
    /// With all combinations of values for so many arguments.
    Values(&'static [usize]),
    /// As these expressions say, over `v.x`, `w.y` and `w.z`.
    As(&'static [&'static str]),
    /// As an aggregate of these arguments, in groups and over windows.
    Aggregate(&'static [&'static str]),
    /// Over windows alone.
    Window(&'static [&'static str]),
    /// Not in memory.
    Left(#[expect(dead_code, reason = "it is told to the reader")] &'static str),
}

use Call::{Aggregate, As, Left, Values, Window};

const VALUES: &str = "
    CREATE TABLE v(id INTEGER PRIMARY KEY, x);
    INSERT INTO v(x) VALUES (NULL), (0), (1), (-7), (9007199254740993), (-9223372036854775808), (0.5), (-2.0), (-1e300), (9e999),
        ('abc'), (''), ('12'), (CAST(x'c3a90078' AS TEXT)), ('{\"a\":[1,\"b\",null]}'), ('2024-02-29 12:30:45.678'), ('12:30'), (x''), (x'00ff'), (x'616263');";

const ARGUMENTS: &str = "
    CREATE TABLE w(id INTEGER PRIMARY KEY, y, z);
    INSERT INTO w(y, z) VALUES (NULL, 'b'), (1, 1), (-1, 2), (2.5, ''), ('b', 'xyz'), ('$.a', NULL), ('-1 day', 'start of month'), (x'62', x'78');";

const OF_SESSION: &str = "it tells about the connection";
const OF_INDEX: &str = "it tells about the row of an index that is being read";

const TABLE: &[(&str, Call)] = &[
    ("-> ->>", As(&["v.x -> w.y", "v.x ->> w.y", "iif(json_valid(v.x), v.x, '[1]') -> '$.a'", "'[1,[2]]' ->> w.y"])),
    ("abs acos acosh asin asinh atan atanh ceil ceiling cos cosh degrees exp floor hex json json_error_position", Values(&[1])),
    ("json_quote jsonb length ln log10 log2 lower octet_length quote radians sign sin sinh soundex sqrt tan tanh", Values(&[1])),
    ("trunc typeof unicode unistr unistr_quote upper likely unlikely base64 base85 is_base85 subtype decimal_pow2", Values(&[1])),
    ("log round rtrim ltrim trim json_array_length json_pretty json_type unhex decimal decimal_exp sha3", Values(&[1, 2])),
    ("json_valid", As(&["json_valid(v.x)", "json_valid(v.x, 6)", "json_valid(v.x, w.y)"])),
    ("atan2 decimal_add decimal_cmp decimal_mul decimal_sub glob ifnull instr mod nullif pow power regexp regexpi", Values(&[2])),
    ("json_patch jsonb_patch timediff", Values(&[2])),
    ("like substr substring", Values(&[2, 3])),
    ("replace", Values(&[3])),
    (
        "char coalesce concat concat_ws if iif max min format printf",
        As(&[
            "char(v.x, w.y)",
            "coalesce(v.x, w.y)",
            "coalesce(v.x, w.y, w.z)",
            "concat(v.x, w.y)",
            "concat_ws(w.z, v.x, w.y)",
            "iif(v.x, w.y, w.z)",
            "iif(v.x, w.y)",
            "if(v.x, w.y, w.z)",
            "max(v.x, w.y)",
            "min(v.x, w.y, w.z)",
            "format('%s|%d|%g|%Q', v.x, w.y, w.z, v.x)",
            "printf('%08.3f %x %c', v.x, w.y, w.z)",
            "format(v.x, w.y)",
        ]),
    ),
    ("date datetime julianday time unixepoch", Values(&[1, 2, 3])),
    (
        "strftime",
        As(&["strftime('%Y-%m-%d %H:%M:%f %j %s %w %J', v.x)", "strftime(v.x, w.y)", "strftime('%F %T', v.x, w.y, w.z)"]),
    ),
    (
        "current_date current_time current_timestamp",
        As(&["length(current_date) + v.x", "length(current_time)", "length(current_timestamp)"]),
    ),
    (
        "json_array json_object jsonb_array jsonb_object",
        As(&[
            "json_array(v.x, w.y)",
            "json_object(w.z, v.x)",
            "json_object('k', json(iif(json_valid(v.x), v.x, 'null')), 'l', w.y)",
            "hex(jsonb_array(v.x, w.y))",
            "hex(jsonb_object('k', v.x))",
            "json_array(json_array(v.x), json('{}'), w.z)",
        ]),
    ),
    (
        "json_extract json_remove jsonb_extract jsonb_remove",
        As(&[
            "json_extract(v.x, '$.a')",
            "json_extract(v.x, w.y)",
            "json_extract('{\"a\":[1,2.5]}', w.y, '$')",
            "json_remove('[1,{\"a\":2}]', w.y)",
            "json_remove(v.x, '$.a[0]')",
            "hex(jsonb_extract('{\"a\":[1,2.5]}', w.y))",
            "hex(jsonb_remove('[1,2]', '$[0]'))",
        ]),
    ),
    (
        "json_insert json_replace json_set json_array_insert jsonb_insert jsonb_replace jsonb_set jsonb_array_insert",
        As(&[
            "json_insert('{\"a\":1}', '$.b', v.x)",
            "json_replace('{\"a\":1}', '$.a', v.x)",
            "json_set('{\"a\":1}', '$.a', v.x, '$.b', w.y)",
            "json_array_insert('[1,2]', '$[1]', v.x)",
            "json_set(iif(json_valid(v.x), v.x, '{}'), '$.c', json('[1]'))",
            "hex(jsonb_set('{}', '$.a', v.x))",
            "hex(jsonb_insert('{}', '$.a', w.y))",
            "hex(jsonb_replace('{\"a\":1}', '$.a', w.z))",
            "hex(jsonb_array_insert('[]', '$[0]', w.z))",
        ]),
    ),
    ("likelihood", As(&["likelihood(v.x, 0.5)"])),
    (
        "pi sqlite_source_id sqlite_version fts5_source_id",
        As(&["pi() + w.y", "sqlite_source_id() || v.x", "sqlite_version()", "fts5_source_id()"]),
    ),
    ("sqlite_compileoption_get sqlite_compileoption_used", Values(&[1])),
    ("random randomblob", As(&["typeof(random())", "length(randomblob(4)) + w.y"])),
    ("zeroblob", As(&["zeroblob(w.y)", "hex(zeroblob(3)) || v.x"])),
    ("rtreedepth rtreenode", As(&["rtreedepth(x'0102')", "rtreenode(2, x'0000')"])),
    ("fts5_insttoken fts5_locale fts5_get_locale fts5", Left("it belongs to a full-text query")),
    ("bm25 highlight match matchinfo offsets optimize snippet", Left(OF_INDEX)),
    ("changes last_insert_rowid total_changes load_extension fts3_tokenizer sqlite_log rtreecheck", Left(OF_SESSION)),
    ("avg count max_of min_of sum total median", Aggregate(&["v.x", "w.y", "DISTINCT v.x"])),
    ("group_concat string_agg", Aggregate(&["v.x, '+'", "v.x, w.z"])),
    ("json_group_array jsonb_group_array", Aggregate(&["v.x", "w.y"])),
    ("json_group_object jsonb_group_object", Aggregate(&["'k' || v.id, v.x"])),
    ("percentile percentile_cont percentile_disc", Aggregate(&["w.y, 0.5", "v.id, 0.25"])),
    ("decimal_sum", Aggregate(&["v.x", "w.y"])),
    ("cume_dist dense_rank percent_rank rank row_number", Window(&[""])),
    ("first_value last_value", Window(&["v.x"])),
    ("lag lead", Window(&["v.x", "v.x, 2", "v.x, 1, w.y"])),
    ("nth_value", Window(&["v.x, 2"])),
    ("ntile", Window(&["3"])),
];

#[test]
fn every_function_is_covered() {
    let mut session = files().session();
    session.set_route(Route::Attached);
    let all =
        Answer::of_glue(&mut session, "SELECT DISTINCT name FROM pragma_function_list").expect("SQLite tells its functions");
    let is_covered = |name: &str| TABLE.iter().any(|(names, _)| names.split(' ').any(|known| known == name));
    let missing: Vec<String> =
        all.rows.iter().map(|row| show(&row[0]).trim_matches('\'').to_owned()).filter(|name| !is_covered(name)).collect();
    assert!(missing.is_empty(), "say in TABLE how to call {missing:?}");
}

#[test]
fn every_function_gives_in_memory_what_sqlite_gives() {
    let files = files();
    let mut sweep = Sweep { session: files.session(), faults: String::new(), asked: 0, answered: 0 };
    for (names, call) in TABLE {
        for name in names.split(' ') {
            let before = sweep.answered;
            match call {
                Values(counts) => {
                    for count in *counts {
                        sweep.expression(&format!("{name}({})", ["v.x", "w.y", "w.z"][..*count].join(", ")));
                    }
                }
                As(_) | Left(_) => {}
                Aggregate(arguments) => arguments.iter().for_each(|arguments| sweep.aggregate(name, arguments)),
                Window(arguments) => arguments.iter().for_each(|arguments| sweep.window(name, arguments)),
            }
            let is_called = !matches!(call, As(_) | Left(_));
            assert!(!is_called || sweep.answered > before, "no call of {name} succeeds");
        }
        if let As(expressions) = call {
            for expression in *expressions {
                let before = sweep.answered;
                sweep.expression(expression);
                assert!(sweep.answered > before, "{expression} never succeeds");
            }
        }
    }
    assert!(sweep.faults.is_empty(), "{}", sweep.faults);
}

/// What SQLite's shell has besides: the values are that shell's.
#[test]
fn the_shells_functions_are_there_on_every_route() {
    let a = "CREATE TABLE t(id INTEGER PRIMARY KEY, x); INSERT INTO t(x) VALUES ('x10'), ('x9'), ('x2'), ('x002'), ('1.50'), ('1.5'), ('-3');";
    let files = Files::build(&[
        ("a".to_owned(), a.to_owned()),
        (
            "b".to_owned(),
            "CREATE TABLE one(y); INSERT INTO one VALUES ('2.50'); CREATE TABLE m(k); INSERT INTO m VALUES ('a1'), ('a002')"
                .to_owned(),
        ),
    ]);
    let writer = rusqlite::Connection::open(files.directory().join("a.sqlite")).expect("the file is there");
    // Without an index nothing is compared when rows are written.
    writer.create_collation("uint", str::cmp).expect("any collation has a name");
    writer
        .execute_batch("CREATE TABLE n(k TEXT COLLATE uint); INSERT INTO n VALUES ('a01'), ('a10'), ('a2')")
        .expect("the table is new");
    drop(writer);
    let mut session = files.session();
    let cases = [
        (
            "SELECT decimal_add(x, y), decimal_sub(x, y), decimal_mul(x, y), decimal_cmp(x, y) FROM a.t, b.one WHERE id > 4 ORDER BY id",
            "4.00,-1.00,3.75,-1|4.00,-1.00,3.75,-1|-0.50,-5.50,-7.5,-1",
        ),
        ("SELECT decimal_sum(x) FROM a.t JOIN b.one WHERE id > 4", "0.00"),
        (
            "SELECT decimal(0.1), decimal_exp('-00123.4500'), decimal_pow2(-3) || y FROM b.one",
            "0.1000000000000000055511151231257827021181583404541015625,-1.2345e+02,0.1252.50",
        ),
        ("SELECT group_concat(x) FROM (SELECT x FROM a.t JOIN b.one WHERE id < 5 ORDER BY x COLLATE uint, id)", "x2,x002,x9,x10"),
        ("SELECT count(DISTINCT x COLLATE uint), count(DISTINCT x COLLATE decimal) FROM a.t JOIN b.one WHERE id < 7", "5,4"),
        ("SELECT min(x COLLATE decimal), max(x COLLATE decimal) FROM a.t JOIN b.one WHERE id > 4", "-3,1.50"),
        ("SELECT n.k, m.k FROM a.n JOIN b.m ON n.k = m.k ORDER BY n.k", "a01,a1|a2,a002"),
        ("SELECT n.k FROM a.n JOIN b.one GROUP BY n.k ORDER BY n.k DESC", "a10|a2|a01"),
        (
            "SELECT hex(sha3('abc')) = '3A985DA74FE225B2045C172D6BD390BD855F086E3E9D525B46BFE24511431532' FROM a.t, b.one WHERE id = 1",
            "1",
        ),
        (
            "SELECT base64(CAST(x AS BLOB)), CAST(base64('eDEw') AS TEXT) = x, is_base85(base85(CAST(x AS BLOB))) FROM a.t, b.one WHERE id = 1",
            "eDEw\n,1,1",
        ),
        ("SELECT count(*) FROM a.t, b.one WHERE regexpi('X.$', x)", "2"),
        ("SELECT sum(value) FROM generate_series(1, 4), b.one JOIN a.n ON n.k = 'a10'", "10"),
    ];
    for (sql, expected) in cases {
        for route in [Route::Auto, Route::Attached, Route::Federated] {
            session.set_route(route);
            let got = Answer::of_glue(&mut session, sql).map(|answer| text(&answer)).map_err(|error| error.to_string());
            assert_eq!(got.as_deref(), Ok(expected), "{sql} by {route:?}");
        }
    }
}

fn text(answer: &Answer) -> String {
    let cell = |value: &glue::value::Value| match value {
        glue::value::Value::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => show(other),
    };
    answer.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",")).collect::<Vec<_>>().join("|")
}

fn files() -> Files {
    Files::build(&[("a".to_owned(), VALUES.to_owned()), ("b".to_owned(), ARGUMENTS.to_owned())])
}

struct Sweep {
    session: Session,
    faults: String,
    asked: usize,
    /// Those to which SQLite gave no error.
    answered: usize,
}

impl Sweep {
    /// A scalar expression of all pairs of rows; where some of them fail, of each value of `v.x` by itself.
    fn expression(&mut self, expression: &str) {
        let sql = |further: &str| {
            format!("SELECT v.id, w.id, {expression}, typeof({expression}) FROM a.v JOIN b.w {further} ORDER BY 1, 2")
        };
        if self.compare(&sql("")) {
            self.compare(&format!("SELECT v.id, w.id FROM a.v JOIN b.w ON ({expression}) IS NOT (v.id = w.id) ORDER BY 1, 2"));
            return;
        }
        for v in 1..=20 {
            let w = v % 8 + 1;
            self.compare(&sql(&format!("ON v.id = {v} AND w.id = {w}")));
        }
        self.compare(&sql("ON v.id = 3 AND w.id = 2"));
        self.compare(&sql("ON v.id = 15 AND w.id = 6"));
    }

    fn aggregate(&mut self, name: &str, arguments: &str) {
        let name = name.trim_end_matches("_of");
        let call = format!("{name}({arguments})");
        let result = if name.starts_with("jsonb") { format!("hex({call})") } else { call };
        // The order in which an aggregate comes to its rows shows in some results.
        let ordered = if arguments.starts_with("DISTINCT") {
            result.clone()
        } else {
            result.replace(arguments, &format!("{arguments} ORDER BY v.id, w.id"))
        };
        self.compare(&format!(
            "SELECT w.id, {ordered}, typeof({result}) FROM a.v JOIN b.w ON v.id <> w.id AND v.id <> 10 GROUP BY w.id ORDER BY 1"
        ));
        self.compare(&format!("SELECT {ordered} FROM a.v JOIN b.w ON v.id < 10"));
        self.compare(&format!("SELECT {result} FROM a.v JOIN b.w ON v.id < 0"));
        self.compare(&format!(
            "SELECT w.id, {} FROM a.v JOIN b.w ON v.id < 10 GROUP BY 1 ORDER BY 1",
            ordered.replacen(')', ") FILTER (WHERE v.x > 0)", 1)
        ));
        if !arguments.starts_with("DISTINCT") {
            self.window(name, arguments);
        }
    }

    fn window(&mut self, name: &str, arguments: &str) {
        let name = name.trim_end_matches("_of");
        let call = |over: &str| {
            let call = format!("{name}({arguments}) OVER ({over})");
            if name.starts_with("jsonb") { format!("hex({call})") } else { call }
        };
        let calls = [
            "ORDER BY v.id, w.id",
            "PARTITION BY w.id ORDER BY v.id",
            "PARTITION BY w.id ORDER BY v.id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
        ];
        for over in calls {
            self.compare(&format!("SELECT v.id, w.id, {} FROM a.v JOIN b.w ON v.id < 10 ORDER BY 1, 2", call(over)));
        }
    }

    /// Whether SQLite answers; notes what differs in memory.
    fn compare(&mut self, sql: &str) -> bool {
        self.asked += 1;
        self.session.set_route(Route::Attached);
        let expected = Answer::of_glue(&mut self.session, sql);
        self.session.set_route(Route::Federated);
        let got = Answer::of_glue(&mut self.session, sql);
        let fault = match (&expected, &got) {
            (Ok(expected), Ok(got)) => {
                let all = expected.all_columns();
                let differs =
                    || expected.rows.iter().zip(&got.rows).find(|(left, right)| format!("{left:?}") != format!("{right:?}"));
                (expected.keys(&all) != got.keys(&all)).then(|| format!("SQLite and glue: {:?}", differs()))
            }
            (Err(_), Err(error)) if error.kind != ErrorKind::Route => None,
            (Err(_), Err(error)) => Some(error.to_string()),
            (Ok(_), Err(error)) => Some(format!("glue fails: {error}")),
            (Err(error), Ok(_)) => Some(format!("SQLite fails: {error}")),
        };
        if let Some(fault) = fault {
            writeln!(self.faults, "{sql}\n  {fault}").expect("writing to a string never fails");
        }
        self.answered += usize::from(expected.is_ok());
        expected.is_ok()
    }
}
