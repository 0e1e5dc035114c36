//! `glue import`: a file into a table.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use glue::input::{InputFormat, InputOptions, Types};

use super::arguments::{ResultArgs, SourceArgs};
use super::open;
use crate::command::Failure;
use crate::command::import::{self, Import as Request};

/// Insert the rows of a file into a table
///
/// All rows or none. A table that is not there is made, with the types that the file's columns turn out to have.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The file: CSV, TSV, JSON, JSON lines, Parquet or Arrow
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// The table, as POOL.TABLE; TABLE alone where there is a default or only one pool
    table: String,
    /// What the file is [default: by its ending]
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<FromArg>,
    /// What stands between the cells of a line: a character, or `tab` [default: seen in the first line]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// The first line is a row, not the names of the columns
    #[arg(long)]
    no_header: bool,
    /// The encoding of a text, such as windows-1252 [default: utf-8, or what a byte order mark says]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// How to find the types of columns [default: auto]
    #[arg(long, value_enum, hide_default_value = true)]
    types: Option<TypesArg>,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    results: ResultArgs,
}

impl Import {
    pub(super) fn run(self, sources: SourceArgs, results: ResultArgs) -> Result<(), Failure> {
        let results = results.with(self.results);
        let options = InputOptions {
            format: self.from.map(|from| from.0),
            delimiter: self.delimiter,
            no_header: self.no_header,
            encoding: self.encoding,
            null: results.null().map(str::to_owned),
            types: self.types.map_or(Types::Auto, Types::from),
        };
        let mut opened = open(sources.with(self.sources), Vec::new(), &results)?;
        let request = Request { path: self.file, table: self.table, options };
        import::import(&mut opened.session, &request, &mut opened.printer, &opened.interrupts)?;
        opened.printer.finish()
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("a delimiter is one ASCII character, or `tab`".to_owned()),
    }
}

/// An [`InputFormat`] that clap can list.
#[derive(Debug, Clone, Copy)]
struct FromArg(InputFormat);

impl ValueEnum for FromArg {
    fn value_variants<'a>() -> &'a [Self] {
        const VARIANTS: [FromArg; InputFormat::ALL.len()] = {
            let mut variants = [FromArg(InputFormat::Csv); InputFormat::ALL.len()];
            let mut index = 0;
            while index < InputFormat::ALL.len() {
                variants[index] = FromArg(InputFormat::ALL[index]);
                index += 1;
            }
            variants
        };
        &VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

/// A [`Types`] that clap can list.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum TypesArg {
    /// Numbers where all cells of a column are, else text
    Auto,
    /// Text, whatever the cells hold
    Text,
    /// Every cell its own, as glue writes it: what is quoted is text
    Exact,
}

impl From<TypesArg> for Types {
    fn from(types: TypesArg) -> Self {
        match types {
            TypesArg::Auto => Self::Auto,
            TypesArg::Text => Self::Text,
            TypesArg::Exact => Self::Exact,
        }
    }
}
