//! Rows that wait on the disk, and rows dealt out by their keys so that each part fits into memory.

use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufReader, BufWriter, Seek as _, SeekFrom, Write as _};

use arrow_array::UInt32Array;

use super::memory::Reservation;
use super::operator::{Input, Operator, checked_row};
use crate::batch::{Batch, Column};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Collation, append_key};

/// Into how many parts rows are dealt. What is 16 times the memory's size fits after one round, and each further round
/// costs another pass over the rows.
pub(crate) const PARTS: usize = 16;

/// How often parts that are still too large are dealt out again. One key's rows never come apart: then it is no use.
pub(crate) const ROUNDS: u32 = 4;

/// How many bytes of rows are gathered for a part before they are written.
const PIECE: usize = 64 * 1024;

/// Rows on the disk, in a file without a name: nothing is left behind however the process ends.
pub(crate) struct SpillFile {
    file: BufWriter<File>,
    batches: usize,
    bytes: usize,
}

impl SpillFile {
    /// An empty file in the system's folder for temporary files.
    pub(crate) fn create() -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| failure("create", &error))?;
        Ok(Self { file: BufWriter::new(file), batches: 0, bytes: 0 })
    }

    /// Adds rows.
    pub(crate) fn write(&mut self, batch: &Batch) -> Result<()> {
        self.batches += 1;
        self.bytes += batch.bytes();
        batch.write_to(&mut self.file).map_err(|error| failure("write to", &error))
    }

    /// About how many bytes of memory its rows take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The rows in the order in which they were written.
    pub(crate) fn read(mut self) -> Result<SpilledRows> {
        self.file.flush().map_err(|error| failure("write to", &error))?;
        let mut file = self.file.into_inner().map_err(|error| failure("write to", error.error()))?;
        file.seek(SeekFrom::Start(0)).map_err(|error| failure("read", &error))?;
        Ok(SpilledRows { file: BufReader::with_capacity(PIECE, file), left: self.batches })
    }
}

/// The rows of a [`SpillFile`].
pub(crate) struct SpilledRows {
    file: BufReader<File>,
    left: usize,
}

impl Operator for SpilledRows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        Batch::read_from(&mut self.file).map(Some).map_err(|error| failure("read", &error))
    }
}

fn failure(what: &str, error: &std::io::Error) -> Error {
    let folder = std::env::temp_dir();
    Error::new(ErrorKind::Io, format!("cannot {what} a temporary file in {}: {error}", folder.display()))
        .hint("a higher memory limit needs less room there; the environment variable TMPDIR names another folder")
}

/// Rows dealt out by their keys: equal keys come into one part.
pub(crate) struct Parts {
    /// By number.
    parts: Vec<Part>,
    hasher: RandomState,
}

#[derive(Default)]
struct Part {
    waiting: Vec<Batch>,
    bytes: usize,
    file: Option<SpillFile>,
}

/// What decides into which part a row comes, shared by both sides of a join.
#[derive(Clone)]
pub(crate) struct Dealing(RandomState);

impl Dealing {
    /// A dealing unlike any other: parts that are dealt out again must not come out as one.
    pub(crate) fn new() -> Self {
        Self(RandomState::new())
    }
}

impl Parts {
    /// No rows yet.
    pub(crate) fn new(dealing: &Dealing) -> Self {
        Self { parts: (0..PARTS).map(|_| Part::default()).collect(), hasher: dealing.0.clone() }
    }

    /// Adds the rows of a batch, whose keys are `keys`; only `rows` of them where given.
    pub(crate) fn add(
        &mut self,
        batch: &Batch,
        keys: &[Column],
        collations: &[Collation],
        rows: Option<&[u32]>,
        memory: &Reservation,
    ) -> Result<()> {
        let mut of_parts: Vec<Vec<u32>> = vec![Vec::new(); PARTS];
        let mut key = Vec::new();
        let mut deal = |row: u32| {
            key.clear();
            for (column, &collation) in keys.iter().zip(collations) {
                append_key(&mut key, column.value(row as usize), collation);
            }
            of_parts[(self.hasher.hash_one(key.as_slice()) >> 32) as usize % PARTS].push(row);
        };
        match rows {
            Some(rows) => rows.iter().copied().for_each(&mut deal),
            None => (0..batch.rows()).map(checked_row).for_each(&mut deal),
        }
        for (part, rows) in self.parts.iter_mut().zip(of_parts) {
            if !rows.is_empty() {
                part.add(batch.take(&UInt32Array::from(rows)), memory)?;
            }
        }
        Ok(())
    }

    /// The parts by their numbers; None where no row came.
    pub(crate) fn finish(self, memory: &Reservation) -> Result<Vec<Option<SpillFile>>> {
        let finish = |mut part: Part| {
            part.write(memory)?;
            Ok(part.file)
        };
        self.parts.into_iter().map(finish).collect()
    }
}

impl Part {
    fn add(&mut self, rows: Batch, memory: &Reservation) -> Result<()> {
        self.bytes += rows.bytes();
        self.waiting.push(rows);
        if self.bytes >= PIECE { self.write(memory) } else { Ok(()) }
    }

    fn write(&mut self, memory: &Reservation) -> Result<()> {
        let Some(first) = self.waiting.first() else { return Ok(()) };
        let rows = Batch::concat(first.columns().len(), &self.waiting);
        self.waiting.clear();
        memory.note_spill(std::mem::take(&mut self.bytes));
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(SpillFile::create()?),
        };
        file.write(&rows)
    }
}

/// The rows of a part as the input of a step.
pub(crate) fn input(part: Option<SpillFile>) -> Result<Input> {
    Ok(match part {
        Some(file) => Box::new(file.read()?),
        None => Box::new(NoRows),
    })
}

struct NoRows;

impl Operator for NoRows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(None)
    }
}
