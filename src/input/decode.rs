//! The bytes of a text file as UTF-8.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

use super::unreadable;
use crate::error::{Error, Result};

const BUFFER: usize = 256 * 1024;

/// Opens a text. A byte order mark says what it is, else `encoding`, else it is UTF-8.
pub(super) fn open(path: &Path, encoding: Option<&str>) -> Result<Box<dyn BufRead>> {
    let encoding = encoding.map(by_name).transpose()?;
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(unreadable(path, &"it is a folder"));
    }
    let mut reader = BufReader::with_capacity(BUFFER, file);
    let begin = reader.fill_buf().map_err(|error| unreadable(path, &error))?;
    let (encoding, mark) = match Encoding::for_bom(begin) {
        Some((encoding, length)) => (encoding, length),
        None => (encoding.unwrap_or(UTF_8), 0),
    };
    reader.consume(mark);
    if encoding == UTF_8 {
        return Ok(Box::new(reader));
    }
    let decoding = Decoding { inner: reader, decoder: encoding.new_decoder_without_bom_handling(), ended: false };
    Ok(Box::new(BufReader::with_capacity(BUFFER, decoding)))
}

fn by_name(name: &str) -> Result<&'static Encoding> {
    Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        Error::configuration(format!("no encoding `{name}` is known")).hint(
            "utf-8, utf-16le, windows-1252, iso-8859-15, shift_jis, gb18030, … as the WHATWG's encoding standard names them",
        )
    })
}

/// Decodes what it reads. What means nothing in the encoding becomes U+FFFD, as in browsers.
struct Decoding {
    inner: BufReader<File>,
    decoder: Decoder,
    ended: bool,
}

impl Read for Decoding {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let bytes = self.inner.fill_buf()?;
            let last = bytes.is_empty();
            if last && self.ended {
                return Ok(0);
            }
            let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, out, last);
            self.inner.consume(read);
            self.ended = last && result == CoderResult::InputEmpty;
            if written > 0 || out.is_empty() {
                return Ok(written);
            }
        }
    }
}
