//! Where bytes go: a stream, or a file that is made when the first byte comes.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use glue::output::Format;

/// Takes the bytes of results.
pub(super) enum Sink {
    /// Standard output.
    Stdout(io::Stdout),
    /// A stream that looks after what is shown itself.
    Stream(Box<dyn Write>),
    /// A file.
    File(FileSink),
}

impl Sink {
    /// A result is complete.
    pub(super) fn complete(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Stream(stream) => stream.flush(),
            Self::File(file) => file.complete(),
        }
    }

    /// There is no more to come: a file that got no byte is made, empty.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Stream(stream) => stream.flush(),
            Self::File(file) if file.replaces_whole => Ok(()),
            Self::File(file) => file.file()?.flush(),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Stream(stream) => stream.write(bytes),
            // Before its first byte a file is left as it was.
            Self::File(_) if bytes.is_empty() => Ok(0),
            Self::File(file) => file.file()?.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Stream(stream) => stream.flush(),
            Self::File(file) => file.file()?.flush(),
        }
    }
}

/// A file that is opened when it is first written to. One whose format is worth nothing without its end gets its name only
/// when it is complete; until then an older file stays.
pub(super) struct FileSink {
    path: PathBuf,
    replaces_whole: bool,
    file: Option<File>,
}

impl FileSink {
    pub(super) fn new(path: &Path, format: Format) -> Self {
        Self { path: path.to_path_buf(), replaces_whole: format.is_whole_file(), file: None }
    }

    fn file(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            let path = self.written_path();
            self.file = Some(File::create(&path).map_err(|error| named(&error, &path))?);
        }
        Ok(self.file.as_mut().expect("the file was opened above"))
    }

    fn written_path(&self) -> PathBuf {
        if !self.replaces_whole {
            return self.path.clone();
        }
        let mut name = self.path.clone().into_os_string();
        name.push(".partial");
        PathBuf::from(name)
    }

    fn complete(&mut self) -> io::Result<()> {
        let Some(file) = self.file.as_mut().filter(|_| self.replaces_whole) else { return Ok(()) };
        file.flush()?;
        self.file = None;
        std::fs::rename(self.written_path(), &self.path).map_err(|error| named(&error, &self.path))
    }
}

impl Drop for FileSink {
    fn drop(&mut self) {
        if self.replaces_whole && self.file.take().is_some() {
            // What is left of a file that was not completed is of no use to anybody, and nobody could do more about it.
            let _ = std::fs::remove_file(self.written_path());
        }
    }
}

fn named(error: &io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
