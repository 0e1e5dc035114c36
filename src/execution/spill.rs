//! Rows that wait on the disk, and rows dealt out by their keys so that each part fits into memory.

use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use arrow_array::UInt32Array;

use super::memory::{Reservation, StepMemory};
use super::operator::{Input, Operator, checked_row};
use crate::batch::{Batch, Column};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Collation, append_key};

/// Into how many parts rows are dealt. What is 16 times the memory's size fits after one round, and each further round
/// costs another pass over the rows.
pub(crate) const PARTS: usize = 16;

/// How often parts that are still too large are dealt out again. One key's rows never come apart: then it is no use.
pub(crate) const ROUNDS: u32 = 4;

/// How many bytes of rows are gathered for a part before they are written, and read at once.
pub(crate) const PIECE: usize = 64 * 1024;

/// Rows on the disk, in a file without a name: nothing is left behind however the process ends. They can be read any number
/// of times, also while more are written.
pub(crate) struct SpillFile {
    file: Arc<File>,
    /// Where each batch begins, and where the next one will.
    starts: Vec<u64>,
    rows: usize,
    bytes: usize,
    step: StepMemory,
}

impl SpillFile {
    /// An empty file of a step in the system's folder for temporary files.
    pub(crate) fn create(step: &StepMemory) -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| failure("create", &error))?;
        Ok(Self { file: Arc::new(file), starts: vec![0], rows: 0, bytes: 0, step: step.clone() })
    }

    /// Adds rows.
    pub(crate) fn write(&mut self, batch: &Batch) -> Result<()> {
        self.step.check()?;
        let mut encoded = Vec::with_capacity(batch.bytes() + PIECE / 16);
        let start = self.end();
        let written = batch.write_to(&mut encoded).and_then(|()| self.file.write_all_at(&encoded, start));
        written.map_err(|error| failure("write to", &error))?;
        self.starts.push(start + encoded.len() as u64);
        self.rows += batch.rows();
        self.bytes += batch.bytes();
        self.step.note_spill(batch.bytes());
        Ok(())
    }

    /// The number of its batches.
    pub(crate) fn batches(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of its rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// About how many bytes of memory its rows take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The rows in the order in which they were written.
    pub(crate) fn read(&self) -> SpilledRows {
        SpilledRows { file: self.reader(0), left: self.batches(), step: self.step.clone() }
    }

    /// One batch by its place in that order.
    pub(crate) fn batch(&self, position: usize) -> Result<Batch> {
        Batch::read_from(&mut self.reader(self.starts[position])).map_err(|error| failure("read", &error))
    }

    fn end(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    fn reader(&self, at: u64) -> BufReader<ReadAt> {
        BufReader::with_capacity(PIECE, ReadAt { file: Arc::clone(&self.file), at })
    }
}

/// A place of its own in a file that others read and write too.
struct ReadAt {
    file: Arc<File>,
    at: u64,
}

impl Read for ReadAt {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// The rows of a [`SpillFile`].
pub(crate) struct SpilledRows {
    file: BufReader<ReadAt>,
    left: usize,
    step: StepMemory,
}

impl SpilledRows {
    /// Whether all rows were given.
    pub(crate) fn is_at_end(&self) -> bool {
        self.left == 0
    }
}

impl Operator for SpilledRows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.step.check()?;
        self.left -= 1;
        Batch::read_from(&mut self.file).map(Some).map_err(|error| failure("read", &error))
    }
}

fn failure(what: &str, error: &io::Error) -> Error {
    let folder = std::env::temp_dir();
    Error::new(ErrorKind::Io, format!("cannot {what} a temporary file in {}: {error}", folder.display()))
        .hint("a higher memory limit needs less room there; the environment variable TMPDIR names another folder")
}

/// Rows dealt out by their keys: equal keys come into one part.
pub(crate) struct Parts {
    by_number: Vec<Part>,
    hasher: RandomState,
    /// For the rows that are not written yet.
    memory: Reservation,
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
    pub(crate) fn new(dealing: &Dealing, step: &StepMemory) -> Self {
        Self { by_number: (0..PARTS).map(|_| Part::default()).collect(), hasher: dealing.0.clone(), memory: step.reservation() }
    }

    /// Adds the rows of a batch, whose keys are `keys`; only `rows` of them where given.
    pub(crate) fn add(&mut self, batch: &Batch, keys: &[Column], collations: &[Collation], rows: Option<&[u32]>) -> Result<()> {
        self.memory.step().check()?;
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
        for (part, rows) in self.by_number.iter_mut().zip(of_parts) {
            if !rows.is_empty() {
                part.add(batch.take(&UInt32Array::from(rows)), self.memory.step())?;
            }
        }
        self.memory.hold(self.by_number.iter().map(|part| part.bytes).sum());
        Ok(())
    }

    /// The parts by their numbers; None where no row came.
    pub(crate) fn finish(self) -> Result<Vec<Option<SpillFile>>> {
        let Self { by_number, memory, .. } = self;
        let finish = |mut part: Part| {
            part.write(memory.step())?;
            Ok(part.file)
        };
        by_number.into_iter().map(finish).collect()
    }
}

impl Part {
    fn add(&mut self, rows: Batch, step: &StepMemory) -> Result<()> {
        self.bytes += rows.bytes();
        self.waiting.push(rows);
        if self.bytes >= PIECE { self.write(step) } else { Ok(()) }
    }

    fn write(&mut self, step: &StepMemory) -> Result<()> {
        let Some(first) = self.waiting.first() else { return Ok(()) };
        let rows = Batch::concat(first.columns().len(), &self.waiting);
        self.waiting.clear();
        self.bytes = 0;
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(SpillFile::create(step)?),
        };
        file.write(&rows)
    }
}

/// The rows of a part as the input of a step.
pub(crate) fn input(part: Option<&SpillFile>) -> Input {
    match part {
        Some(file) => Box::new(file.read()),
        None => Box::new(NoRows),
    }
}

struct NoRows;

impl Operator for NoRows {
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        Ok(None)
    }
}
