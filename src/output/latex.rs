//! A tabular of LaTeX.

use super::cell::one_line;
use super::{BatchWriter, NULL, Style};
use crate::batch::{Batch, Column};
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct LatexWriter {
    null: String,
    has_header: bool,
    /// The names, until the first batch tells which columns are numbers.
    header: Option<Vec<String>>,
}

impl LatexWriter {
    pub(super) fn new(style: &Style) -> Self {
        let null = style.null.clone().unwrap_or_else(|| NULL.to_owned());
        Self { null, has_header: !style.no_header, header: None }
    }

    fn write_header(&mut self, numeric: impl Fn(usize) -> bool, out: &mut Vec<u8>) {
        let Some(names) = self.header.take() else { return };
        let columns: String = (0..names.len()).map(|index| if numeric(index) { 'r' } else { 'l' }).collect();
        out.extend_from_slice(format!("\\begin{{tabular}}{{{columns}}}\n\\hline\n").as_bytes());
        if self.has_header {
            let names: Vec<String> = names.iter().map(|name| escaped(name)).collect();
            out.extend_from_slice(format!("{} \\\\\n\\hline\n", names.join(" & ")).as_bytes());
        }
    }
}

impl BatchWriter for LatexWriter {
    fn begin(&mut self, columns: &[String], _out: &mut Vec<u8>) -> Result<()> {
        self.header = Some(columns.to_vec());
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        self.write_header(|index| matches!(batch.column(index), Column::Integer(_) | Column::Real(_)), out);
        for row in 0..batch.rows() {
            for (index, column) in batch.columns().iter().enumerate() {
                let text = match column.value(row) {
                    ValueRef::Null => format!("\\textit{{{}}}", escaped(&self.null)),
                    value => escaped(&one_line(value, false)),
                };
                out.extend_from_slice(if index > 0 { b" & " } else { b"" });
                out.extend_from_slice(text.as_bytes());
            }
            out.extend_from_slice(b" \\\\\n");
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.write_header(|_| false, out);
        out.extend_from_slice(b"\\hline\n\\end{tabular}\n");
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', letter]),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn letters_with_a_meaning_are_escaped() {
        let (texts, numbers) = ([ValueRef::Text(b"a_b & 5%"), ValueRef::Null], [ValueRef::Integer(1), ValueRef::Integer(2)]);
        let wanted = "\\begin{tabular}{lr}\n\\hline\nt & n \\\\\n\\hline\na\\_b \\& 5\\% & 1 \\\\\n\
                      \\textit{NULL} & 2 \\\\\n\\hline\n\\end{tabular}\n";
        assert_eq!(written(Format::Latex, &Style::default(), &["t", "n"], &[&texts, &numbers]), wanted);
    }
}
