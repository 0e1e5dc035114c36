//! The formats that can be read, by their names.

use std::path::Path;
use std::str::FromStr;

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFormat {
    /// Cells between commas, or another delimiter; RFC 4180's quotes.
    Csv,
    /// Cells between tabs; backslash escapes, `\N` for NULL, no quotes.
    Tsv,
    /// An array of objects.
    Json,
    /// An object a line.
    Jsonl,
    /// A Parquet file.
    Parquet,
    /// An Arrow IPC file.
    Arrow,
}

impl InputFormat {
    /// Every format, in the order of the help.
    pub const ALL: [Self; 6] = [Self::Csv, Self::Tsv, Self::Json, Self::Jsonl, Self::Parquet, Self::Arrow];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }

    /// The format that a file's ending stands for.
    pub fn of_path(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }
}

impl FromStr for InputFormat {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name.to_ascii_lowercase().as_str() {
            "csv" | "txt" => Ok(Self::Csv),
            "tsv" | "tab" => Ok(Self::Tsv),
            "json" | "geojson" => Ok(Self::Json),
            "jsonl" | "ndjson" | "jsonlines" => Ok(Self::Jsonl),
            "parquet" | "pq" => Ok(Self::Parquet),
            "arrow" | "feather" | "ipc" => Ok(Self::Arrow),
            _ => Err(()),
        }
    }
}
