//! Random expressions.

use super::generate::Generator;
use super::scope::Scope;

impl Generator<'_> {
    pub(super) fn expression(&mut self, scope: &Scope, depth: usize) -> String {
        if depth == 0 {
            return if self.random.percent(75) { self.column(scope).sql } else { self.literal() };
        }
        let one = self.expression(scope, depth - 1);
        let two = self.expression(scope, depth - 1);
        match self.random.below(34) {
            0..=3 => format!("({one} {} {two})", self.random.pick(&["+", "-", "*", "/", "%"])),
            4 | 5 => format!("({one} || {two})"),
            6 => format!("({one} {} {two})", self.random.pick(&["=", "<", ">=", "IS", "<>", "AND", "OR"])),
            7 => format!("({one} {} {two})", self.random.pick(&["&", "|", "<<", ">>"])),
            8 => format!("CASE WHEN {} THEN {one} ELSE {two} END", self.condition(scope, 0)),
            9 => format!("CASE {one} WHEN {} THEN {two} END", self.literal()),
            10 => format!("coalesce({one}, {two})"),
            11 => format!("CAST({one} AS {})", self.random.pick(&["INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB", "VARCHAR(3)"])),
            12 => format!("{}({one})", self.random.pick(&["length", "octet_length"])),
            13 | 14 => self.call(&one),
            15 => format!("substr({one}, {}, {})", self.random.between(0, 3), self.random.below(4)),
            16 => format!("{}({one}, {two})", self.random.pick(&["nullif", "ifnull", "max", "min", "instr"])),
            17 => format!("round({one}, {})", self.random.below(3)),
            18 => format!("replace({one}, 'a', {two})"),
            19 => format!("{}{one}", self.random.pick(&["- ", "+", "~", "NOT "])).replace("NOT ", "1 + NOT "),
            20 => format!("({one} IS {}NULL)", self.random.pick(&["", "NOT "])),
            21 => format!("({one} IN ({two}, {}))", self.literal()),
            22 | 23 => self.of_json(&one, &two),
            24 | 25 => self.of_date(&one),
            26 => self.of_numbers(&one),
            27 => format!("iif({}, {one}, {two})", self.condition(scope, 0)),
            28 => format!("{}({one}, {two}, 'a')", self.random.pick(&["concat", "coalesce", "iif"])),
            29 => format!("concat_ws('-', {one}, {two})"),
            30 => format!("({one} COLLATE {})", self.random.pick(&["NOCASE", "RTRIM", "BINARY"])),
            31 => format!("format('{}', {one})", self.random.pick(&["%d", "%s|", "%.2f", "%5.1e", "%q", "%x"])),
            32 if self.may_nest() => self.scalar_subquery(scope),
            _ => one,
        }
    }

    fn call(&mut self, argument: &str) -> String {
        const FUNCTIONS: [&str; 15] = [
            "upper", "lower", "trim", "ltrim", "rtrim", "hex", "quote", "typeof", "unicode", "sign", "abs", "likely", "length",
            "unhex", "trim",
        ];
        match *self.random.pick(&FUNCTIONS) {
            // The smallest integer has no absolute value, which is an error where it is asked for.
            "abs" => format!("abs({argument} / 2)"),
            function => format!("{function}({argument})"),
        }
    }

    /// Of JSON; no blob ever comes into it, which would be an error.
    fn of_json(&mut self, one: &str, two: &str) -> String {
        match self.random.below(11) {
            0 => format!("json_array(quote({one}), length({two}), NULL)"),
            1 => format!("json_object('a', quote({one}), 'b', typeof({two}))"),
            2 => format!("json_extract(json_array(quote({one}), 2.5), '$[0]')"),
            3 => format!("(json_object('a', quote({one})) -> 'a')"),
            4 => format!("(json_object('a', quote({one})) ->> '$.a')"),
            5 => format!("json_type(json_array(length({one})), '$[0]')"),
            6 => format!("json_valid({one})"),
            7 => format!("json_set('{{\"a\":1}}', '$.b', quote({one}))"),
            8 => format!("json_array_length(json_array(1, quote({one})))"),
            9 => format!("json_quote(quote({one}))"),
            _ => format!("json(jsonb(json_array(quote({one}))))"),
        }
    }

    fn of_date(&mut self, argument: &str) -> String {
        match self.random.below(9) {
            0 => format!("date({argument})"),
            1 => format!("datetime({argument}, '+1 month', 'start of day')"),
            2 => format!("strftime('%Y-%m-%d %H:%M:%f %j %w %s', {argument})"),
            3 => format!("julianday({argument})"),
            4 => format!("unixepoch({argument}, 'subsec')"),
            5 => format!("time({argument}, 'auto')"),
            6 => format!("date('2024-01-31', '+' || {argument} || ' months')"),
            7 => format!("timediff({argument}, '2024-01-01')"),
            _ => format!("datetime({argument}, 'unixepoch', 'weekday 1')"),
        }
    }

    fn of_numbers(&mut self, argument: &str) -> String {
        match self.random.below(8) {
            0 => format!("sqrt({argument})"),
            1 => format!("pow({argument}, 2)"),
            2 => format!("floor({argument})"),
            3 => format!("ceil({argument})"),
            4 => format!("mod({argument}, 3)"),
            5 => format!("trunc({argument})"),
            6 => format!("log10({argument})"),
            _ => format!("sin({argument})"),
        }
    }

    pub(super) fn literal(&mut self) -> String {
        const USUAL: [&str; 20] = [
            "0",
            "1",
            "2",
            "3",
            "5",
            "7",
            "10",
            "-1",
            "2.5",
            "1.0",
            "0.5",
            "'abc'",
            "'ABC'",
            "'b'",
            "'5'",
            "'007'",
            "'2.5'",
            "''",
            "x'616263'",
            "NULL",
        ];
        const RARE: [&str; 14] = [
            "9007199254740993",
            "9007199254740992.0",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "0x1F",
            "'1e1'",
            "-0.0",
            "1e999",
            "-1e999",
            "'abc '",
            "x'00ff'",
            "CAST(x'610062' AS TEXT)",
            "TRUE",
        ];
        (*if self.random.percent(6) { self.random.pick(&RARE) } else { self.random.pick(&USUAL) }).to_owned()
    }
}
