//! How a file is imported, said by flags: of `glue import`, and behind `.import`.

use clap::builder::PossibleValue;
use clap::{FromArgMatches as _, ValueEnum};
use glue::error::Error;
use glue::input::{InputFormat, InputOptions, Quote, Types};

/// The flags.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ImportOptions {
    /// What the file is [default: by its ending]
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<FromArg>,
    /// What stands between the cells of a line: a character, or `tab` [default: seen in the first line]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// What surrounds cells: a character, or `none` [default: `"` in CSV, none in TSV]
    #[arg(long, value_name = "CHAR", value_parser = quote)]
    quote: Option<Quote>,
    /// The first line is a row, not the names of the columns
    #[arg(long)]
    no_header: bool,
    /// The encoding of a text, such as windows-1252 [default: utf-8, or what a byte order mark says]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// How to find the types of columns [default: auto]
    #[arg(long, value_enum, hide_default_value = true)]
    types: Option<TypesArg>,
}

impl ImportOptions {
    /// What they say; `null` is a further text for NULL.
    pub(crate) fn input_options(self, null: Option<String>) -> InputOptions {
        InputOptions {
            format: self.from.map(|from| from.0),
            delimiter: self.delimiter,
            quote: self.quote,
            no_header: self.no_header,
            encoding: self.encoding,
            null,
            types: self.types.map_or(Types::Auto, Types::from),
        }
    }

    /// Reads them, and `--null`, from the rest of a line.
    pub(crate) fn parse(text: &str) -> Result<InputOptions, Error> {
        let null = clap::Arg::new("null").long("null");
        let command = <Self as clap::Args>::augment_args(clap::Command::new(".import").no_binary_name(true)).arg(null);
        let words = shlex::split(text).ok_or_else(|| Error::query("a quote is not closed"))?;
        let found = command.disable_help_flag(true).try_get_matches_from(words);
        let wrong = |error: clap::Error| {
            let text = error.to_string();
            let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Error::query(message).hint("--from, --delimiter, --quote, --no-header, --encoding, --null and --types are known")
        };
        let found = found.map_err(wrong)?;
        let null = found.get_one::<String>("null").cloned();
        Ok(Self::from_arg_matches(&found).map_err(wrong)?.input_options(null))
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("a delimiter is one ASCII character, or `tab`".to_owned()),
    }
}

fn quote(text: &str) -> Result<Quote, String> {
    match text.as_bytes() {
        b"none" => Ok(Quote::Nothing),
        [byte] if byte.is_ascii_graphic() => Ok(Quote::Character(*byte)),
        _ => Err("a quote is one ASCII character, or `none`".to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_from_a_line() {
        let options = ImportOptions::parse("--delimiter ';' --quote \"'\" --no-header --null '-' --encoding windows-1252")
            .expect("right options");
        assert_eq!((options.delimiter, options.no_header, options.null.as_deref()), (Some(b';'), true, Some("-")));
        assert_eq!(options.encoding.as_deref(), Some("windows-1252"));
        assert_eq!(options.quote, Some(Quote::Character(b'\'')));
        assert_eq!(ImportOptions::parse("--quote none").map(|options| options.quote).ok(), Some(Some(Quote::Nothing)));
        assert!(ImportOptions::parse("").is_ok_and(|options| options.format.is_none()));
        let error = ImportOptions::parse("--delimter ;").expect_err("a mistake");
        assert!(error.message.contains("--delimter"), "{error}");
        assert!(ImportOptions::parse("--null 'x").is_err());
    }
}
