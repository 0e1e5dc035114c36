//! A small, lifelike set of three databases, the same every time, and two questions about it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use glue::error::{Error, ErrorKind};
use glue::session::Session;
use rusqlite::{Connection, params};

use super::run_options::RunOptions;
use super::script::{Script, run};
use super::{Failure, Interrupts, Printer, say, shell_word};
use crate::settings::{Settings, Sources};

/// Marks the demo's databases (`glue` in ASCII), so that a second run knows them for its own.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"glue");
const CONFIGURATION: &str = "\
# Written by `glue demo`.
[pools.customers]
path = \"customers.sqlite\"

[pools.orders]
path = \"orders.sqlite\"

[pools.products]
path = \"products.sqlite\"
";
const FILES: [&str; 4] = ["customers.sqlite", "orders.sqlite", "products.sqlite", "glue.toml"];
const QUESTIONS: [(&str, &str); 2] = [
    (
        "Names from one file, amounts from another:",
        "SELECT c.name, o.amount FROM customers AS c JOIN orders AS o ON o.customer_id = c.id LIMIT 10",
    ),
    (
        "Three files, grouped:",
        "SELECT c.country, p.category, count(*) AS orders, round(sum(o.amount), 2) AS revenue
FROM orders AS o
JOIN customers AS c ON c.id = o.customer_id
JOIN products AS p ON p.id = o.product_id
WHERE o.status <> 'returned'
GROUP BY c.country, p.category
ORDER BY revenue DESC
LIMIT 10",
    ),
];
const CUSTOMERS: u64 = 1_500;
const PRODUCTS: u64 = 60;
const ORDERS: u64 = 3_000;

/// Writes the demo into `folder`, unless it is there already, and asks its two questions.
pub(crate) fn demo(folder: &Path, printer: &mut Printer) -> Result<(), Failure> {
    prepare(folder)?;
    let config = Some(folder.join("glue.toml"));
    let settings = Settings::resolve(&Sources { config, ..Sources::default() })?;
    say(&settings.notices);
    let mut session = Session::new(settings.manager);
    let interrupts = Interrupts::watch(session.cancel_token());
    for (title, sql) in QUESTIONS {
        printer.print_text(&format!("{title}\n\n{sql};\n\n"))?;
        run(&mut session, &Script::typed(sql), printer, &interrupts, &RunOptions::default())?;
        printer.print_text("")?;
    }
    let config = folder.join("glue.toml");
    printer.print_text(&format!("Ask your own: glue --config {}", shell_word(&config.to_string_lossy())))
}

fn prepare(folder: &Path) -> Result<(), Error> {
    let paths = FILES.map(|name| folder.join(name));
    let states = paths.iter().map(|path| state(path)).collect::<Result<Vec<_>, _>>()?;
    if let Some(position) = states.iter().position(|state| *state == State::Foreign) {
        let message = format!("{} is there already, and is not the demo's", paths[position].display());
        return Err(Error::configuration(message).hint("name another folder: glue demo DIR"));
    }
    // glue.toml is written last, so where it is, the databases are whole.
    if states.iter().all(|state| *state == State::Own) {
        return Ok(());
    }
    let unwritable =
        |error: std::io::Error| Error::new(ErrorKind::Io, format!("cannot write the demo into {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    for (path, _) in paths.iter().zip(&states).filter(|(_, state)| **state == State::Own) {
        std::fs::remove_file(path).map_err(unwritable)?;
    }
    let unmade =
        |error: rusqlite::Error| Error::new(ErrorKind::Io, format!("cannot write the demo into {}: {error}", folder.display()));
    write_customers(&paths[0]).map_err(unmade)?;
    write_products(&paths[2]).map_err(unmade)?;
    write_orders(&paths[1]).map_err(unmade)?;
    std::fs::write(&paths[3], CONFIGURATION).map_err(unwritable)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Missing,
    Own,
    Foreign,
}

/// What is at a path that the demo would write. SQLite has none of these files open yet, so reading the header by a
/// descriptor of our own drops no lock.
fn state(path: &Path) -> Result<State, Error> {
    let mut start = Vec::new();
    match File::open(path).and_then(|file| file.take(512).read_to_end(&mut start)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::Missing),
        Err(error) => return Err(Error::new(ErrorKind::Io, format!("cannot read {}: {error}", path.display()))),
        Ok(_) => {}
    }
    // The application id stands at offset 68 (<https://sqlite.org/fileformat2.html#the_database_header>).
    let is_database = start.get(68..72) == Some(&APPLICATION_ID.to_be_bytes()[..]);
    let is_configuration = start == CONFIGURATION.as_bytes();
    Ok(if is_database || is_configuration { State::Own } else { State::Foreign })
}

fn write_customers(path: &Path) -> rusqlite::Result<()> {
    let sql = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, country TEXT NOT NULL, \
               city TEXT NOT NULL, created TEXT NOT NULL); CREATE INDEX customers_country ON customers (country);";
    database(path, sql, |connection| {
        let mut insert = connection.prepare("INSERT INTO customers VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let mut random = Random(1);
        for id in 1..=CUSTOMERS {
            let (first, last) = (random.pick(&FIRST_NAMES), random.pick(&LAST_NAMES));
            let (country, city) = random.pick(&CITIES);
            // Some people never gave an address: a demo without NULL would hide how NULL looks.
            let email = (!random.one_in(12)).then(|| format!("{}.{}{id}@example.com", first.to_lowercase(), last.to_lowercase()));
            insert.execute(params![integer(id), format!("{first} {last}"), email, country, city, random.date(2021, 3)])?;
        }
        Ok(())
    })
}

fn write_products(path: &Path) -> rusqlite::Result<()> {
    let sql = "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, price REAL NOT NULL);";
    database(path, sql, |connection| {
        let mut insert = connection.prepare("INSERT INTO products VALUES (?1, ?2, ?3, ?4)")?;
        for id in 1..=PRODUCTS {
            let (category, things) = CATALOGUE[position(id) % CATALOGUE.len()];
            let name =
                format!("{} {}", QUALITIES[position(id / 5) % QUALITIES.len()], things[position(id * 7 / 5) % things.len()]);
            insert.execute(params![integer(id), name, category, price(id)])?;
        }
        Ok(())
    })
}

fn write_orders(path: &Path) -> rusqlite::Result<()> {
    let sql = "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, product_id INTEGER NOT NULL, \
               amount REAL NOT NULL, status TEXT NOT NULL, ordered_at TEXT NOT NULL); \
               CREATE INDEX orders_customer ON orders (customer_id); CREATE INDEX orders_product ON orders (product_id);";
    database(path, sql, |connection| {
        let mut insert = connection.prepare("INSERT INTO orders VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let mut random = Random(3);
        for id in 1..=ORDERS {
            // The smaller of two draws: some customers buy often, some never.
            let customer = random.below(CUSTOMERS).min(random.below(CUSTOMERS)) + 1;
            let product = random.below(PRODUCTS) + 1;
            let pieces = random.below(3) + 1;
            let amount = (price(product) * pieces as f64 * 100.0).round() / 100.0;
            let status = random.pick(&["delivered", "delivered", "delivered", "shipped", "open", "returned"]);
            insert.execute(params![integer(id), integer(customer), integer(product), amount, status, random.date(2024, 2)])?;
        }
        Ok(())
    })
}

fn database(path: &Path, schema: &str, fill: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    // First of all, and on its own: whatever is left of a demo that was stopped here is known for the demo's.
    connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; BEGIN; {schema}"))?;
    fill(&connection)?;
    connection.execute_batch("COMMIT; ANALYZE;")?;
    connection.close().map_err(|(_, error)| error)
}

fn price(product: u64) -> f64 {
    let cents = 490 + product * 7_919 % 24_000;
    (cents / 10 * 10) as f64 / 100.0 - 0.05
}

fn integer(number: u64) -> i64 {
    i64::try_from(number).expect("the demo's numbers are small")
}

fn position(number: u64) -> usize {
    usize::try_from(number).expect("the demo's numbers are small")
}

/// `splitmix64`: a few lines, and the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[position(self.below(items.len() as u64))]
    }

    /// A day in the years from `first`; every month has 28 days here.
    fn date(&mut self, first: u64, years: u64) -> String {
        let (year, month, day) = (first + self.below(years), self.below(12) + 1, self.below(28) + 1);
        format!("{year}-{month:02}-{day:02}")
    }
}

/// Where the demo goes when nobody says.
pub(crate) fn default_folder() -> PathBuf {
    PathBuf::from("glue-demo")
}

const FIRST_NAMES: [&str; 24] = [
    "Ada", "Amir", "Anouk", "Bruno", "Carla", "Chen", "Dana", "Elif", "Emil", "Farah", "Greta", "Hugo", "Ines", "Jonas", "Kaito",
    "Lena", "Mateo", "Nadia", "Olga", "Pavel", "Rosa", "Samir", "Tove", "Yuki",
];
const LAST_NAMES: [&str; 24] = [
    "Abbott", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanova", "Jansen", "Kowalski", "Lopez",
    "Moreau", "Novak", "Okafor", "Petrov", "Quinn", "Rossi", "Sato", "Tanaka", "Ueda", "Vogel", "Weber", "Yilmaz",
];
const CITIES: [(&str, &str); 14] = [
    ("Germany", "Berlin"),
    ("Germany", "Hamburg"),
    ("Germany", "Munich"),
    ("France", "Paris"),
    ("France", "Lyon"),
    ("Spain", "Madrid"),
    ("Spain", "Seville"),
    ("Italy", "Turin"),
    ("Japan", "Osaka"),
    ("Japan", "Kyoto"),
    ("Norway", "Bergen"),
    ("Poland", "Gdansk"),
    ("Portugal", "Porto"),
    ("Turkey", "Izmir"),
];
const CATALOGUE: [(&str, [&str; 5]); 5] = [
    ("kitchen", ["kettle", "pan", "knife", "mill", "bowl"]),
    ("garden", ["spade", "hose", "rake", "bench", "lantern"]),
    ("office", ["lamp", "chair", "desk", "notebook", "shelf"]),
    ("sports", ["ball", "racket", "mat", "rope", "helmet"]),
    ("books", ["atlas", "cookbook", "novel", "diary", "dictionary"]),
];
const QUALITIES: [&str; 12] =
    ["Blue", "Small", "Folding", "Oak", "Steel", "Light", "Classic", "Round", "Travel", "Large", "Red", "Quiet"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_is_written_once_and_never_over_other_files() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        prepare(folder.path()).expect("a new demo");
        let first = FILES.map(|name| std::fs::read(folder.path().join(name)).expect("a file"));
        prepare(folder.path()).expect("the same demo again");
        std::fs::remove_file(folder.path().join("glue.toml")).expect("a file to remove");
        prepare(folder.path()).expect("a demo that was stopped");
        assert!(first == FILES.map(|name| std::fs::read(folder.path().join(name)).expect("a file")));
        std::fs::write(folder.path().join("glue.toml"), "default = 'mine'").expect("a file");
        assert_eq!(prepare(folder.path()).expect_err("a file of the user").kind, ErrorKind::Configuration);
    }
}
