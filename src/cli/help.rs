//! `glue help`: a command's help, and what belongs to no single command.

use std::io::Write as _;

use clap::CommandFactory as _;
use glue::config::nearest;
use glue::error::Error;

use super::arguments::Args;
use crate::command::Failure;

/// Show the help of a command, or of a topic: exit-codes, formats, parameters
#[derive(Debug, clap::Args)]
pub(super) struct Help {
    /// A command, or `exit-codes`, `formats` or `parameters`
    topic: Option<String>,
}

/// The texts that belong to no single command.
const TOPICS: [(&str, &str); 3] = [
    (
        "exit-codes",
        "\
0    all went well, also where whoever reads the output has read enough
1    a statement is wrong or failed
2    the command line or the configuration is wrong
3    a database cannot be opened, is damaged or is locked
4    a statement took longer than --timeout
5    the routes that --verify compared give different answers
130  interrupted by Ctrl-C

These codes stay as they are. Where a script goes on after an error (--on-error continue), its first error decides.
",
    ),
    (
        "formats",
        "\
for people      box (on a terminal), table, markdown, line, list
for programs    csv (in a pipe), tsv, ascii, json, jsonl, quote, insert
for documents   html, latex, markdown
for files       parquet, arrow: one result a file, written whole or not at all
for nobody      none

NULL is never the empty text: csv has nothing and \"\", tsv \\N, json null; the others print NULL, or what --null says.
csv, json, jsonl, quote and insert read back to the same cells, classes included; a column of parquet or arrow has one type.
A name that several columns have is told apart everywhere in the same way: id, id_2.
",
    ),
    (
        "parameters",
        "\
-p NAME=VALUE gives a value to :NAME, @NAME and $NAME in the SQL, -p 1=VALUE to the first ?.

-p n=7 -p x=2.5       an integer and a real
-p who=Ada            text
-p zip=\"'01234'\"     text that would be something else without its quotes
-p none=null          NULL
-p key=\"x'0A1F'\"     a blob
-p doc=@file.json     the content of a file: text where it is UTF-8, else a blob
",
    ),
];

impl Help {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut root = Args::command();
        root.build();
        let text = match self.topic.as_deref() {
            None => root.render_long_help().to_string(),
            Some(topic) => about(topic, &mut root)?,
        };
        Ok(std::io::stdout().write_all(text.as_bytes())?)
    }
}

fn about(topic: &str, root: &mut clap::Command) -> Result<String, Error> {
    if let Some((_, text)) = TOPICS.iter().find(|(name, _)| *name == topic) {
        return Ok((*text).to_owned());
    }
    let names: Vec<String> = root.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let command = root.find_subcommand_mut(topic).ok_or_else(|| unknown(topic, &names))?;
    Ok(command.render_long_help().to_string())
}

fn unknown(topic: &str, commands: &[String]) -> Error {
    let error = Error::configuration(format!("there is no help about `{topic}`"));
    let topics = TOPICS.iter().map(|(name, _)| *name);
    match nearest(topic, commands.iter().map(String::as_str).chain(topics)) {
        Some(near) => error.hint(format!("did you mean `glue help {near}`?")),
        None => error.hint("`glue help` lists the commands; there are also exit-codes, formats and parameters"),
    }
}
