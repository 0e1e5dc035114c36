//! A table of HTML, for a page or a mail.

use super::cell::append_text;
use super::{BatchWriter, NULL, Style};
use crate::batch::Batch;
use crate::error::Result;
use crate::value::ValueRef;

pub(super) struct HtmlWriter {
    null: String,
    header: bool,
}

impl HtmlWriter {
    pub(super) fn new(style: &Style) -> Self {
        Self { null: style.null.clone().unwrap_or_else(|| NULL.to_owned()), header: !style.no_header }
    }

    fn cell(&self, value: ValueRef<'_>, out: &mut Vec<u8>) {
        let (start, end): (&[u8], &[u8]) = match value {
            ValueRef::Null => (b"<td><i>", b"</i></td>"),
            ValueRef::Integer(_) | ValueRef::Real(_) => (b"<td align=\"right\">", b"</td>"),
            ValueRef::Text(_) | ValueRef::Blob(_) => (b"<td>", b"</td>"),
        };
        out.extend_from_slice(start);
        match value {
            ValueRef::Null => append_escaped(&self.null, out),
            ValueRef::Text(bytes) => append_escaped(&String::from_utf8_lossy(bytes), out),
            value => append_text(value, out),
        }
        out.extend_from_slice(end);
    }
}

impl BatchWriter for HtmlWriter {
    fn begin(&mut self, columns: &[String], out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(b"<table>\n");
        if self.header {
            out.extend_from_slice(b"<tr>");
            for name in columns {
                out.extend_from_slice(b"<th>");
                append_escaped(name, out);
                out.extend_from_slice(b"</th>");
            }
            out.extend_from_slice(b"</tr>\n");
        }
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, out: &mut Vec<u8>) -> Result<()> {
        for row in 0..batch.rows() {
            out.extend_from_slice(b"<tr>");
            for column in batch.columns() {
                self.cell(column.value(row), out);
            }
            out.extend_from_slice(b"</tr>\n");
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(b"</table>\n");
        Ok(())
    }
}

/// HTML has no way to write a control character, so these become escapes that are seen.
fn append_escaped(text: &str, out: &mut Vec<u8>) {
    for letter in text.chars() {
        let escape = match letter {
            '<' => "&lt;",
            '>' => "&gt;",
            '&' => "&amp;",
            '"' => "&quot;",
            '\n' => "<br>",
            '\t' => "\t",
            letter if letter.is_control() => {
                out.extend_from_slice(format!("\\x{:02X}", u32::from(letter)).as_bytes());
                continue;
            }
            letter => {
                out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        out.extend_from_slice(escape.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::written;
    use super::super::{Format, Style};
    use crate::value::ValueRef;

    #[test]
    fn text_cannot_become_markup() {
        let cells = [ValueRef::Text(b"<a & \"b\">"), ValueRef::Null, ValueRef::Integer(3)];
        let wanted = "<table>\n<tr><th>x&gt;</th></tr>\n<tr><td>&lt;a &amp; &quot;b&quot;&gt;</td></tr>\n\
                      <tr><td><i>NULL</i></td></tr>\n<tr><td align=\"right\">3</td></tr>\n</table>\n";
        assert_eq!(written(Format::Html, &Style::default(), &["x>"], &[&cells]), wanted);
    }
}
