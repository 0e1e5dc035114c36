//! What may be typed. Sources and result options may stand before the command and after it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use glue::connection::ConnectionManager;
use glue::error::Error;
use glue::output::Format;
use glue::session::Route;
use glue::statement::Parameters;

use super::{
    allow, check, completions, config, demo, diff, dump, explain, export, help, import, init, man, query, run, schema, tables,
};
use crate::command::deadline::duration;
use crate::command::parameters::named;
use crate::command::run_options::RunOptions;
use crate::command::{Consent, Printer, be_quiet, report_as_json};
use crate::settings::{Sources, is_database_path};

/// Ask one question of many SQLite files.
///
/// Without a command, opens a shell on the databases (FILES, --db, or the configuration); with standard input from a
/// file or a pipe, runs that as a script.
#[derive(Debug, Parser)]
#[command(name = "glue", version, subcommand_precedence_over_arg = true, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) sources: SourceArgs,
    #[command(flatten)]
    pub(super) results: ResultArgs,
    /// Database files, and folders of them, to open
    pub(super) files: Vec<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run SQL and print the answers
    ///
    /// Several statements are separated by semicolons; the first error ends the run. Without SQL, reads standard input.
    Query(query::Query),
    /// Run files of SQL statements
    Run(run::Run),
    /// Show how a statement would be answered
    Explain(explain::Explain),
    /// Insert the rows of a file into a table
    ///
    /// All rows or none. A table that is not there is made, with the types that the file's columns turn out to have.
    Import(import::Import),
    /// Write a table, or the rows of a statement, to a file
    Export(export::Export),
    /// Print the SQL that makes a database, or one of its tables, again
    Dump(dump::Dump),
    /// Print the rows that only one of two tables holds
    ///
    /// Those of the first begin with a minus, those of the second with a plus.
    Diff(diff::Diff),
    /// List the tables of all databases
    ///
    /// The number of rows is an estimate where the database keeps statistics.
    Tables(tables::Tables),
    /// Print the CREATE statements of a table, or of all
    Schema(schema::Schema),
    /// Open every database and report each
    Check(check::Check),
    /// Write a glue.toml that names the databases of a folder
    Init(init::Init),
    /// Show the configuration, or its schema for editors
    Config(config::Config),
    /// Let the glue.toml of a folder make glue write, and run the programs, extensions and SQL it names
    Allow(allow::Allow),
    /// Write three small databases and ask two questions of them
    Demo(demo::Demo),
    /// Show the help of a command, or of a topic: exit-codes, formats, parameters
    Help(help::Help),
    /// Print the completions for a shell
    Completions(completions::Completions),
    /// Print the manual page of glue, or of one of its commands
    Man(man::Man),
}

/// Where the databases are.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct SourceArgs {
    /// Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// Open this database under this name; may be repeated
    #[arg(long = "db", value_name = "NAME=PATH")]
    databases: Vec<String>,
    /// Open databases for writing too, unless the configuration says otherwise
    #[arg(long)]
    write: bool,
    /// Run without asking what drops a table or touches every row of one
    #[arg(long)]
    yes: bool,
}

impl SourceArgs {
    /// These, with those behind the command added.
    #[must_use]
    pub(super) fn with(mut self, later: Self) -> Self {
        self.databases.extend(later.databases);
        Self {
            config: later.config.or(self.config),
            databases: self.databases,
            write: self.write || later.write,
            yes: self.yes || later.yes,
        }
    }

    /// Who says that what takes much away shall run.
    pub(super) fn consent(&self) -> Consent {
        if self.yes { Consent::Given } else { Consent::Asked }
    }

    /// These and the file arguments.
    pub(super) fn with_files(self, files: Vec<PathBuf>) -> Sources {
        Sources { config: self.config, databases: self.databases, files, write: self.write }
    }
}

/// How answers are found and shown.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ResultArgs {
    /// How to answer [default: auto]
    #[arg(long, value_enum, hide_default_value = true)]
    route: Option<RouteArg>,
    /// How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]
    #[arg(long, value_name = "SIZE", value_parser = glue::config::memory_text)]
    memory_limit: Option<usize>,
    /// How to print rows [default: box on a terminal, else csv]
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// Write the rows to this file
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Print this text for NULL
    #[arg(long, value_name = "TEXT")]
    null: Option<String>,
    /// Show at most so many rows of a table on a terminal; 0 for all [default: 40]
    #[arg(long, value_name = "N")]
    max_rows: Option<usize>,
    /// Leave the names of the columns out
    #[arg(long)]
    no_names: bool,
    /// The table that --format insert names
    #[arg(long, value_name = "TABLE")]
    into: Option<String>,
    /// How to print errors [default: text]
    #[arg(long, value_enum, hide_default_value = true)]
    error_format: Option<ErrorFormatArg>,
    /// Print no notices
    #[arg(long, short)]
    quiet: bool,
}

/// How errors are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ErrorFormatArg {
    /// With the line that they are about
    Text,
    /// As an object of JSON a line: code, message, file, line, column, hint
    Json,
}

impl ResultArgs {
    /// These, with those behind the command before them.
    #[must_use]
    pub(super) fn with(self, later: Self) -> Self {
        Self {
            route: later.route.or(self.route),
            memory_limit: later.memory_limit.or(self.memory_limit),
            format: later.format.or(self.format),
            output: later.output.or(self.output),
            null: later.null.or(self.null),
            max_rows: later.max_rows.or(self.max_rows),
            no_names: later.no_names || self.no_names,
            into: later.into.or(self.into),
            error_format: later.error_format.or(self.error_format),
            quiet: later.quiet || self.quiet,
        }
    }

    /// The format, where one was given.
    pub(super) fn format(&self) -> Option<Format> {
        self.format.map(|format| format.0)
    }

    /// The text for NULL.
    pub(super) fn null(&self) -> Option<&str> {
        self.null.as_deref()
    }

    /// The forced route.
    pub(super) fn route(&self) -> Route {
        self.route.map_or(Route::Auto, Route::from)
    }

    /// How many bytes the steps of a statement may hold, where it is said.
    pub(super) fn memory_limit(&self) -> Option<usize> {
        self.memory_limit
    }

    /// A printer for results, which never writes over one of the databases.
    pub(super) fn printer(&self, manager: &ConnectionManager) -> Result<Printer, Error> {
        let format = self.format();
        let mut printer = match &self.output {
            Some(path) => Printer::to_file(path, format, self.null.clone(), manager)?,
            None => Printer::to_stdout(format, self.null.clone()),
        };
        printer.style.no_header = self.no_names;
        printer.style.table.clone_from(&self.into);
        match (self.max_rows, &mut printer.style.cut) {
            (Some(0), cut) => *cut = None,
            (Some(rows), Some(cut)) => cut.rows = rows,
            (_, _) => {}
        }
        Ok(printer)
    }

    /// Sets what holds for the whole process: how errors look, and whether notices are heard.
    pub(super) fn apply(&self) {
        if self.error_format == Some(ErrorFormatArg::Json) {
            report_as_json();
        }
        if self.quiet {
            be_quiet();
        }
    }
}

/// A [`Format`] that clap can list.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormatArg(Format);

impl ValueEnum for FormatArg {
    fn value_variants<'a>() -> &'a [Self] {
        const VARIANTS: [FormatArg; Format::ALL.len()] = {
            let mut variants = [FormatArg(Format::Box); Format::ALL.len()];
            let mut index = 0;
            while index < Format::ALL.len() {
                variants[index] = FormatArg(Format::ALL[index]);
                index += 1;
            }
            variants
        };
        &VARIANTS
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()))
    }
}

/// A [`Route`] that clap can list.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RouteArg {
    /// glue chooses
    Auto,
    /// The whole statement within one database
    Pool,
    /// Split, and joined in memory
    Federated,
    /// By one SQLite connection with the files attached
    Attached,
}

impl From<RouteArg> for Route {
    fn from(route: RouteArg) -> Self {
        match route {
            RouteArg::Auto => Self::Auto,
            RouteArg::Pool => Self::Pool,
            RouteArg::Federated => Self::Federated,
            RouteArg::Attached => Self::Attached,
        }
    }
}

/// Values for the statements' parameters.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ParameterArgs {
    /// Give a parameter a value: a number, a text, null, x'0A1F' or @FILE; may be repeated (see `glue help parameters`)
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
}

impl ParameterArgs {
    /// The values, understood.
    pub(super) fn parameters(&self) -> Result<Parameters, Error> {
        let mut parameters = Parameters::new();
        for text in &self.parameters {
            let (name, value) = named(text)?;
            parameters.set(&name, value);
        }
        Ok(parameters)
    }
}

/// How statements are run.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    parameters: ParameterArgs,
    /// Give up a statement after this time: 500ms, 30s, 2m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
    /// What to do after an error [default: stop]
    #[arg(long, value_enum, hide_default_value = true)]
    on_error: Option<OnErrorArg>,
    /// Print each statement's rows, time and route as JSON on standard error
    #[arg(long)]
    stats: bool,
    /// Answer every SELECT by the federated and by the attached route on the same snapshots; fail (5) where they differ
    #[arg(long, conflicts_with_all = ["route", "dry_run"])]
    verify: bool,
    /// Print the SQL that each database would be sent, and run nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// What to do after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnErrorArg {
    /// End the run
    Stop,
    /// Go on with the next statement; the first error's exit code counts
    Continue,
}

impl RunArgs {
    /// What a run is given along.
    pub(super) fn options(&self, sources: &SourceArgs) -> Result<RunOptions, Error> {
        let bail = self.on_error != Some(OnErrorArg::Continue);
        let parameters = self.parameters.parameters()?;
        let (timeout, consent) = (self.timeout, sources.consent());
        Ok(RunOptions { parameters, timeout, stats: self.stats, verify: self.verify, bail, consent })
    }
}

/// SQL, and databases before it.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct SqlArgs {
    /// Database files and folders, then the SQL; `-` reads it from standard input, as does leaving it out
    #[arg(value_name = "FILES|SQL")]
    arguments: Vec<OsString>,
    /// Read the SQL from this file
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// The SQL, behind `--`
    #[arg(last = true)]
    sql: Option<OsString>,
}

/// Where the SQL is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SqlSource {
    /// It was typed.
    Typed(String),
    /// In a file.
    File(PathBuf),
    /// On standard input.
    StandardInput,
}

impl SqlArgs {
    /// Tells databases and SQL apart. Behind `--` stands SQL, and with it, or with -f, every argument is a database. Else
    /// the last argument is SQL unless a file of that name exists: no statement is the name of a file. Where the first
    /// looks like SQL and the last does not, it is the first, as people write it who think of the question first.
    pub(super) fn resolve(self) -> Result<(Vec<PathBuf>, SqlSource), String> {
        let mut files: Vec<PathBuf> = self.arguments.iter().map(PathBuf::from).collect();
        let source = match (self.sql, self.file) {
            (Some(_), Some(_)) => return Err("SQL was given both by -f and as an argument".to_owned()),
            (Some(sql), None) => typed(sql)?,
            (None, Some(file)) => SqlSource::File(file),
            (None, None) => match self.arguments.last() {
                // The other way round, also where a name is mistyped: the error is about the file then.
                Some(last) if files.len() > 1 && looks_like_sql(&self.arguments[0]) && !looks_like_sql(last) => {
                    files.remove(0);
                    typed(self.arguments[0].clone())?
                }
                Some(last) if !is_database_path(Path::new(last)) => {
                    files.pop();
                    typed(last.clone())?
                }
                _ => SqlSource::StandardInput,
            },
        };
        Ok((files, source))
    }
}

/// Whether an argument can only mean a statement: no file of its name, a word that begins a statement, and more behind it.
fn looks_like_sql(argument: &OsString) -> bool {
    let is_verb = |word: &str| {
        ["SELECT", "WITH", "VALUES", "EXPLAIN", "INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "PRAGMA"]
            .iter()
            .any(|verb| verb.eq_ignore_ascii_case(word))
    };
    let words = argument.to_str().and_then(|text| text.trim_start().split_once(char::is_whitespace));
    words.is_some_and(|(word, _)| is_verb(word)) && !is_database_path(Path::new(argument))
}

fn typed(sql: OsString) -> Result<SqlSource, String> {
    let sql = sql.into_string().map_err(|_| "the SQL is not UTF-8 text".to_owned())?;
    Ok(if sql == "-" { SqlSource::StandardInput } else { SqlSource::Typed(sql) })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_holds() {
        Args::command().debug_assert();
    }

    fn resolved(arguments: &[&str], sql: Option<&str>) -> (Vec<PathBuf>, SqlSource) {
        let arguments = arguments.iter().map(OsString::from).collect();
        SqlArgs { arguments, file: None, sql: sql.map(OsString::from) }.resolve().expect("right arguments")
    }

    #[test]
    fn files_and_sql_are_told_apart() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.sqlite");
        std::fs::write(&file, "").expect("a file");
        let name = file.to_str().expect("UTF-8");
        let select = || SqlSource::Typed("SELECT 1".to_owned());
        assert_eq!(resolved(&["SELECT 1"], None), (vec![], select()));
        assert_eq!(resolved(&[name, "SELECT 1"], None), (vec![file.clone()], select()));
        assert_eq!(resolved(&["SELECT 1", name], None), (vec![file.clone()], select()));
        assert_eq!(resolved(&["SELECT 1", "typo.sqlite"], None), (vec!["typo.sqlite".into()], select()));
        assert_eq!(resolved(&["my file", name], None), (vec!["my file".into(), file.clone()], SqlSource::StandardInput));
        assert_eq!(resolved(&[name], Some("SELECT 1")), (vec![file.clone()], select()));
        assert_eq!(resolved(&[name], None), (vec![file.clone()], SqlSource::StandardInput));
        assert_eq!(resolved(&[name, "-"], None), (vec![file], SqlSource::StandardInput));
        assert_eq!(resolved(&["missing.sqlite"], Some("SELECT 1")), (vec!["missing.sqlite".into()], select()));
    }
}
