//! The scan: some leaves of a b-tree, page by page, into batches of the fields that are wanted.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::Array as _;
use rusqlite::OptionalExtension as _;

use super::cells::{Cell, Page};
use super::filter::Pause;
use super::lane::{Cells, Lane, PADDING, Rows, Spot};
use super::layouts::Layouts;
use super::payload::Spilled;
use super::record::{MISSING, Slots, Wanted, find_fields, header_length, size_of_type};
use super::runs::Alike;
use super::{DatabaseFile, Keys, Leaves, RowFilter, RowTest, Tree, database, malformed};
use crate::batch::{BATCH_ROWS, Batch, Column};
use crate::cancel::CancelToken;
use crate::error::Result;
use crate::value::{Value, ValueRef, oracle};

/// What is read at a time: fits a core's cache together with what is decoded from it.
const RUN_BYTES: usize = 256 * 1024;

/// Records that go on in overflow pages are gathered up to so many bytes before they are decoded.
const MOST_SPILLED: usize = 64 * 1024 * 1024;

/// A batch is given out when it has so many rows.
const ENOUGH_ROWS: usize = BATCH_ROWS / 2;

/// What a row has that may be wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Its rowid, also under the name of the column that is an alias of it.
    Rowid,
    /// A field of its record.
    Stored {
        /// Its position there.
        position: usize,
        /// Whether the column has REAL affinity.
        is_real: bool,
        /// `SELECT` of this column for the rowid `?1`: rows that are older than the column do not hold it, and only SQLite
        /// knows what its DEFAULT gives them. Without a DEFAULT they have NULL.
        by_rowid: Option<Arc<str>>,
    },
    /// For how many entries of an index it stands: neighbours on a page whose first field is the same, where no other one is read.
    Entries,
}

/// What is read of a b-tree; shared by the threads that scan it.
#[derive(Clone)]
pub struct ScanPlan {
    /// The table or the index, by the name that it has in the schema.
    pub name: String,
    /// Which of them it is.
    pub tree: Tree,
    /// The fields that are read.
    pub fields: Vec<Field>,
    /// So many of them, from the first on, are given out; the others are there for filters.
    pub outputs: usize,
    /// What rows must pass, the first first.
    pub filters: Vec<Arc<dyn RowFilter>>,
    /// The keys that they must have, which one of the filters asks about: rowids, or first fields of an index's entries.
    pub keys: Option<Keys>,
}

impl std::fmt::Debug for ScanPlan {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ScanPlan").field("name", &self.name).field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl ScanPlan {
    /// The rowids of those rows of an index whose first field is one of `keys`; its entries hold the rowid at position `rowid`.
    pub fn rowids_of(index: &str, rowid: usize, keys: &Keys) -> Self {
        let first = Field::Stored { position: 0, is_real: false, by_rowid: None };
        Self {
            name: index.to_owned(),
            tree: Tree::Index { rowid: Some(rowid) },
            fields: vec![Field::Rowid, first],
            outputs: 1,
            filters: vec![keys.filter(1)],
            keys: Some(keys.clone()),
        }
    }

    /// The same, of a table's rows with those rowids alone.
    #[must_use]
    pub fn of_rowids(&self, rowids: &Keys) -> Self {
        let mut plan = self.clone();
        plan.filters.insert(0, rowids.filter(plan.fields.len()));
        plan.fields.push(Field::Rowid);
        Self { keys: Some(rowids.clone()), ..plan }
    }

    /// The leaves that have to be read.
    pub fn leaves(&self, file: &DatabaseFile<'_>) -> Result<Leaves> {
        let root = file.root(&self.name)?.ok_or_else(malformed)?;
        let mut leaves = Leaves::of(file, root, self.tree, self.keys.as_ref())?;
        if self.tree == Tree::Table {
            for bounds in self.filters.iter().filter_map(|filter| filter.rowids()) {
                leaves = leaves.within(&bounds);
            }
        }
        Ok(leaves)
    }
}

/// A field where a stage finds it.
#[derive(Debug, Clone, Copy)]
enum Place {
    Rowid,
    Slot { slot: usize, field: usize, is_real: bool },
    Entries,
}

/// A filter of a scan at work.
struct Test {
    asked: Box<dyn RowTest>,
    places: Vec<Place>,
    /// Of an optional one.
    pause: Option<Pause>,
}

/// A scan at work in one thread.
pub struct TreeScan<'file, 'connection> {
    file: &'file DatabaseFile<'connection>,
    plan: Arc<ScanPlan>,
    tests: Vec<Test>,
    outputs: Vec<Place>,
    /// Whether anything asks for the rowids of a table's rows.
    reads_rowids: bool,
    wanted: Wanted,
    layouts: Layouts,
    /// What rows have that are older than a field, by field; asked when the first such row comes.
    defaults: Vec<Option<Value>>,
    rows: Found,
    /// Pages, then gathered records.
    buffer: Vec<u8>,
    lanes: Vec<Lane>,
    given: usize,
}

/// The rows found in the buffer so far.
#[derive(Default)]
struct Found {
    /// One for each row; zeros where nothing reads them.
    rowids: Vec<i64>,
    /// For how many entries each row stands, where that is asked.
    entries: Option<Vec<i64>>,
    /// By slot, then by row: one field of all rows is gone through at a time.
    spots: Vec<Spot>,
    slots: usize,
    /// For how many rows a slot has room.
    room: usize,
    /// Rows whose wanted fields are not all on their page: their spots count from the record's start, not the buffer's.
    spilled: Vec<(usize, Spilled, usize)>,
    spilled_bytes: usize,
}

/// The spots of the row that was found last.
struct RowSlots<'a> {
    rows: &'a mut Found,
    base: u32,
    has_missing: bool,
}

impl Slots for RowSlots<'_> {
    #[inline]
    fn put(&mut self, slot: usize, serial_type: u32, offset: u32) {
        self.has_missing |= serial_type == MISSING;
        *self.rows.last_spot(slot) = Spot { serial_type, offset: offset.wrapping_add(self.base) };
    }
}

impl<'file, 'connection> TreeScan<'file, 'connection> {
    /// A scan of `file` in this thread.
    pub fn new(file: &'file DatabaseFile<'connection>, plan: &Arc<ScanPlan>) -> Result<Self> {
        let mut wanted = Wanted::default();
        let mut place = |field: usize| {
            let (position, is_real) = match (&plan.fields[field], plan.tree) {
                (Field::Stored { position, is_real, .. }, _) => (*position, *is_real),
                (Field::Rowid, Tree::Index { rowid: Some(position) }) => {
                    wanted.is_whole = true;
                    (position, false)
                }
                (Field::Rowid, Tree::Table | Tree::Index { rowid: None }) => return Place::Rowid,
                (Field::Entries, _) => return Place::Entries,
            };
            let slot = wanted.fields.len();
            wanted.fields.push((position, slot));
            Place::Slot { slot, field, is_real }
        };
        let mut tests = Vec::with_capacity(plan.filters.len());
        for filter in &plan.filters {
            let places = filter.fields().iter().map(|field| place(*field)).collect();
            tests.push(Test { asked: filter.test()?, places, pause: filter.is_optional().then(Pause::default) });
        }
        let outputs: Vec<Place> = (0..plan.outputs).map(place).collect();
        let mut places = tests.iter().flat_map(|test| &test.places).chain(&outputs);
        let reads_rowids = places.any(|place| matches!(place, Place::Rowid));
        wanted.fields.sort_unstable();
        let layouts = Layouts::new(wanted.fields.len(), wanted.fields.last().map(|(last, _)| *last));
        let entries = plan.fields.contains(&Field::Entries).then(Vec::new);
        let rows = Found { slots: wanted.fields.len(), entries, ..Found::default() };
        let (defaults, lanes) = (plan.fields.iter().map(|_| None).collect(), outputs.iter().map(|_| Lane::default()).collect());
        let plan = Arc::clone(plan);
        Ok(Self {
            file,
            plan,
            tests,
            outputs,
            reads_rowids,
            wanted,
            layouts,
            defaults,
            rows,
            buffer: Vec::new(),
            lanes,
            given: 0,
        })
    }

    /// Gives the rows of some leaves to `sink`, in their order, until it says false. Whether it never did.
    pub fn read(
        &mut self,
        leaves: &Leaves,
        part: Range<usize>,
        cancel: &CancelToken,
        sink: &mut dyn FnMut(Batch) -> Result<bool>,
    ) -> Result<bool> {
        let size = self.file.header.page_size;
        let pages = (RUN_BYTES / size).max(1);
        for first in part.clone().step_by(pages) {
            cancel.check()?;
            let run = first..part.end.min(first + pages);
            self.load(&leaves.pages[run.clone()])?;
            let mut between = self.buffer.len();
            leaves.between(run.clone()).for_each(|cell| self.buffer.extend_from_slice(cell));
            let mut cells = leaves.between(run.clone());
            for (index, &page) in leaves.pages[run].iter().enumerate() {
                self.find_rows(index * size, page, page == leaves.root)?;
                if let Some(cell) = cells.next().filter(|cell| !cell.is_empty()) {
                    let end = between + cell.len();
                    self.rows.make_room(1);
                    self.find_row(between..end, 0)?;
                    between = end;
                }
                if self.rows.rowids.len() >= BATCH_ROWS {
                    self.decode()?;
                }
            }
            self.decode()?;
            if self.is_enough() && !self.give(sink)? {
                return Ok(false);
            }
        }
        if self.given > 0 { self.give(sink) } else { Ok(true) }
    }

    fn is_enough(&self) -> bool {
        self.given >= ENOUGH_ROWS || self.lanes.iter().map(Lane::heap_bytes).sum::<usize>() > MOST_SPILLED
    }

    fn give(&mut self, sink: &mut dyn FnMut(Batch) -> Result<bool>) -> Result<bool> {
        let rows = std::mem::take(&mut self.given);
        let columns: Vec<Column> = self.lanes.iter_mut().map(Lane::finish).collect();
        let is_rowid = |output: &usize| self.plan.fields[*output] == Field::Rowid;
        let is_damaged = |column: &Column| !matches!(column, Column::Integer(rowids) if rowids.null_count() == 0);
        if (0..columns.len()).filter(is_rowid).any(|output| is_damaged(&columns[output])) {
            // What an index holds in the place of a rowid may be anything.
            return Err(malformed());
        }
        sink(Batch::new(rows, columns))
    }

    /// Reads pages into the buffer, neighbours with one call.
    fn load(&mut self, pages: &[u32]) -> Result<()> {
        let size = self.file.header.page_size;
        self.buffer.resize(pages.len() * size, 0);
        let mut start = 0;
        for neighbours in pages.chunk_by(|left, right| left.checked_add(1) == Some(*right)) {
            let end = start + neighbours.len() * size;
            self.file.read_pages(neighbours[0], &mut self.buffer[start..end])?;
            start = end;
        }
        Ok(())
    }

    /// Finds the rows of the page at `start` of the buffer and where their wanted fields lie.
    fn find_rows(&mut self, start: usize, number: u32, may_be_empty: bool) -> Result<()> {
        let header = self.file.header;
        let end = start + header.page_size;
        let page = Page::new(&self.buffer[start..end], number, header, self.plan.tree)?;
        if !page.is_leaf() || (page.cells() == 0 && !may_be_empty) {
            return Err(malformed());
        }
        self.rows.make_room(page.cells());
        self.layouts.meet(page.cells());
        let mut position = 0;
        loop {
            if self.rows.entries.is_none() {
                position += if self.reads_rowids {
                    self.find_alike::<true>(page, start..end, position)
                } else {
                    self.find_alike::<false>(page, start..end, position)
                };
            }
            if position >= page.cells() {
                return Ok(());
            }
            let at = page.cell(&self.buffer[start..end], position);
            self.find_row(start..end, at)?;
            position += 1;
            if self.rows.entries.is_some() {
                position += self.find_entries(page, start..end, position, at);
            }
            if self.rows.spilled_bytes > MOST_SPILLED {
                self.decode()?;
                self.rows.make_room(page.cells());
            }
        }
    }

    /// Finds the rows from the one at `first` of a page on that begin like others before them; how many there are up to the first
    /// one that does not. What the rowids are is only found out where something `READS_ROWIDS`.
    #[inline]
    fn find_alike<const READS_ROWIDS: bool>(&mut self, page: Page, within: Range<usize>, first: usize) -> usize {
        let (start, header, tree) = (within.start, self.file.header, self.plan.tree);
        let bytes = &self.buffer[within];
        let known = self.layouts.known();
        let Found { rowids, spots, room, .. } = &mut self.rows;
        let (room, before) = (*room, rowids.len());
        let mut row = before;
        for at in page.cells_from(bytes, first) {
            let Ok(cell) = Cell::read(bytes, at, header, tree) else { break };
            let record = bytes.get(cell.body..).unwrap_or_default();
            let local = record.len().min(cell.local);
            let Some(layout) = known.find(record, local, cell.payload) else { break };
            let base = (start + cell.body) as u32;
            let mut spot = row;
            for place in layout {
                spots[spot] = Spot { offset: place.offset + base, ..*place };
                spot += room;
            }
            if READS_ROWIDS {
                rowids.push(cell.rowid);
            }
            row += 1;
        }
        rowids.resize(row, 0);
        row - before
    }

    /// Finds the entries from the one at `next` of a page on that begin like the one before, which was found `at` that place: those
    /// that are the same in the first field, where that is all that is read, count for one row. How many there are.
    fn find_entries(&mut self, page: Page, within: Range<usize>, next: usize, at: usize) -> usize {
        let (start, bytes) = (within.start, &self.buffer[within]);
        let Found { rowids, entries: Some(entries), spots, slots, room, .. } = &mut self.rows else { return 0 };
        let reads_first_alone = self.wanted.fields.iter().all(|(position, _)| *position == 0);
        let alike = Alike::new(bytes, at, self.file.header, self.plan.tree).filter(|_| reads_first_alone);
        let Some(alike) = alike else { return 0 };
        let (slots, room) = (*slots, *room);
        let mut entries_of_last = entries.pop().unwrap_or(0);
        let count = alike.each(page, bytes, next, |body, is_same| {
            if is_same {
                entries_of_last += 1;
                return;
            }
            entries.push(std::mem::replace(&mut entries_of_last, 1));
            let spot = Spot { serial_type: alike.serial_type, offset: (start + body + alike.start) as u32 };
            (0..slots).for_each(|slot| spots[slot * room + rowids.len()] = spot);
            rowids.push(0);
        });
        entries.push(entries_of_last);
        count
    }

    /// Finds the row whose cell is at `at` of the page, or of the one cell, that is that part of the buffer.
    #[inline]
    fn find_row(&mut self, within: Range<usize>, at: usize) -> Result<()> {
        let (start, end) = (within.start, within.end);
        let page = &self.buffer[within];
        let cell = Cell::read(page, at, self.file.header, self.plan.tree)?;
        self.rows.rowids.push(cell.rowid);
        self.rows.entries.iter_mut().for_each(|entries| entries.push(1));
        if self.wanted.fields.is_empty() {
            return Ok(());
        }
        let record = &page[cell.body..(cell.body + cell.local).min(page.len())];
        let base = (start + cell.body) as u32;
        let lengths = header_length(record, cell.payload)?;
        let body = start + cell.body;
        if lengths.0 as usize > record.len() {
            let record = Spilled { body, local: cell.local, payload: cell.payload };
            return self.find_in_long_header(cell.rowid, record, end, lengths);
        }
        let mut slots = RowSlots { rows: &mut self.rows, base, has_missing: false };
        let needed = find_fields(&record[..lengths.0 as usize], lengths, cell.payload, &self.wanted, &mut slots)?;
        let has_missing = slots.has_missing;
        if needed > record.len() {
            let spilled = Spilled { body, local: cell.local, payload: cell.payload };
            spilled.check(record.len())?;
            self.rows.spill(spilled, end, needed);
        }
        if has_missing {
            return self.learn_defaults(cell.rowid);
        }
        let rows = &mut self.rows;
        let found = (0..rows.slots).map(|slot| *rows.last_spot(slot));
        let found = found.map(|spot| Spot { offset: spot.offset.wrapping_sub(base), ..spot });
        self.layouts.learn(&page[cell.body..], needed, record.len(), found);
        Ok(())
    }

    /// A record whose header alone goes on in overflow pages.
    #[cold]
    fn find_in_long_header(&mut self, rowid: i64, record: Spilled, page_end: usize, lengths: (u32, usize)) -> Result<()> {
        record.check(page_end.saturating_sub(record.body).min(record.local))?;
        let start = self.buffer.len();
        record.gather(self.file, page_end, lengths.0 as usize, &mut self.buffer)?;
        let mut slots = RowSlots { rows: &mut self.rows, base: 0, has_missing: false };
        let needed = find_fields(&self.buffer[start..], lengths, record.payload, &self.wanted, &mut slots)?;
        let has_missing = slots.has_missing;
        self.buffer.truncate(start);
        self.rows.spill_relative(record, page_end, needed);
        if has_missing { self.learn_defaults(rowid) } else { Ok(()) }
    }

    /// Asks SQLite for the fields that a row is too old to hold.
    #[cold]
    fn learn_defaults(&mut self, rowid: i64) -> Result<()> {
        for Test { places, .. } in &self.tests {
            learn(self.file, &self.plan, &self.rows, places, rowid, &mut self.defaults)?;
        }
        learn(self.file, &self.plan, &self.rows, &self.outputs, rowid, &mut self.defaults)
    }

    /// Decodes the rows that were found: what the filters look at, then the rest of those that pass.
    fn decode(&mut self) -> Result<()> {
        let count = self.rows.rowids.len();
        if count == 0 {
            return Ok(());
        }
        let pages = self.buffer.len();
        let mut passing: Option<Vec<u32>> = None;
        for Test { asked, places, pause } in &mut self.tests {
            if pause.as_mut().is_some_and(Pause::goes_on) {
                continue;
            }
            let rows = passing.as_deref().map_or(Rows::All(count), Rows::Some);
            if rows.len() == 0 {
                break;
            }
            self.rows.gather(self.file, places, rows, &mut self.buffer)?;
            let mut columns = Vec::with_capacity(places.len());
            for place in places.iter() {
                let mut lane = Lane::default();
                append(&mut lane, &self.rows, &self.buffer, &self.defaults, *place, rows);
                columns.push(lane.finish());
            }
            let mask = asked.passes(&Batch::new(rows.len(), columns))?;
            let passed = mask.count_set_bits();
            if let Some(pause) = pause {
                pause.note(rows.len(), passed);
            }
            if passed < rows.len() {
                passing = Some(match rows {
                    Rows::All(_) => mask.set_indices().map(|row| row as u32).collect(),
                    Rows::Some(rows) => mask.set_indices().map(|index| rows[index]).collect(),
                });
            }
        }
        let rows = passing.as_deref().map_or(Rows::All(count), Rows::Some);
        if rows.len() > 0 {
            self.rows.gather(self.file, &self.outputs, rows, &mut self.buffer)?;
            for (lane, place) in self.lanes.iter_mut().zip(&self.outputs) {
                append(lane, &self.rows, &self.buffer, &self.defaults, *place, rows);
            }
            self.given += rows.len();
        }
        self.buffer.truncate(pages);
        self.rows.clear();
        Ok(())
    }
}

fn append(lane: &mut Lane, found: &Found, data: &[u8], defaults: &[Option<Value>], place: Place, rows: Rows<'_>) {
    match place {
        Place::Rowid => lane.append_integers(&found.rowids, rows),
        Place::Entries => lane.append_integers(found.entries.as_deref().unwrap_or_default(), rows),
        Place::Slot { slot, field, is_real } => {
            let default = defaults[field].as_ref().map_or(ValueRef::Null, Value::as_ref);
            lane.append(&Cells { data, spots: found.spots_of(slot), is_real, default }, rows);
        }
    }
}

fn learn(
    file: &DatabaseFile<'_>,
    plan: &ScanPlan,
    rows: &Found,
    places: &[Place],
    rowid: i64,
    defaults: &mut [Option<Value>],
) -> Result<()> {
    for place in places {
        let Place::Slot { slot, field, .. } = *place else { continue };
        let is_missing = rows.spots_of(slot)[rows.rowids.len() - 1].serial_type == MISSING;
        if let (true, None, Field::Stored { by_rowid: Some(by_rowid), .. }) = (is_missing, &defaults[field], &plan.fields[field])
        {
            let mut statement = file.connection().prepare_cached(by_rowid).map_err(database::sqlite)?;
            let value = statement.query_row([rowid], |row| Ok(oracle::from_sqlite(row.get_ref(0)?).to_owned())).optional();
            defaults[field] = Some(value.map_err(database::sqlite)?.ok_or_else(malformed)?);
        }
    }
    Ok(())
}

impl Found {
    fn clear(&mut self) {
        self.rowids.clear();
        self.entries.iter_mut().for_each(Vec::clear);
        self.spilled.clear();
        self.spilled_bytes = 0;
    }

    /// Room for the spots of `more` rows behind those that are there.
    fn make_room(&mut self, more: usize) {
        let rows = self.rowids.len();
        if self.room < rows + more || self.room == 0 {
            let room = (rows + more).next_power_of_two();
            let mut spots = vec![Spot { serial_type: MISSING, offset: 0 }; room * self.slots];
            for (slot, spots) in spots.chunks_exact_mut(room).enumerate() {
                spots[..rows].copy_from_slice(&self.spots_of(slot)[..rows]);
            }
            (self.spots, self.room) = (spots, room);
        }
        self.rowids.reserve(more);
    }

    /// Where a field lies, by row.
    fn spots_of(&self, slot: usize) -> &[Spot] {
        &self.spots[slot * self.room..(slot + 1) * self.room]
    }

    /// Where a field of the last row lies.
    #[inline]
    fn last_spot(&mut self, slot: usize) -> &mut Spot {
        &mut self.spots[slot * self.room + self.rowids.len() - 1]
    }

    /// Notes that the last row's wanted fields reach `needed` bytes into its record, beyond its page.
    #[cold]
    fn spill(&mut self, record: Spilled, page_end: usize, needed: usize) {
        for slot in 0..self.slots {
            let spot = self.last_spot(slot);
            spot.offset = spot.offset.wrapping_sub(record.body as u32);
        }
        self.spill_relative(record, page_end, needed);
    }

    fn spill_relative(&mut self, record: Spilled, page_end: usize, needed: usize) {
        self.spilled.push((self.rowids.len() - 1, record, page_end));
        self.spilled_bytes += needed;
    }

    /// Brings together those records among `rows` that go on in overflow pages, as far as `places` need them.
    fn gather(&mut self, file: &DatabaseFile<'_>, places: &[Place], rows: Rows<'_>, buffer: &mut Vec<u8>) -> Result<()> {
        for &(row, record, page_end) in &self.spilled {
            if matches!(rows, Rows::Some(chosen) if chosen.binary_search(&(row as u32)).is_err()) {
                continue;
            }
            let slots =
                || places.iter().filter_map(|place| if let Place::Slot { slot, .. } = place { Some(*slot) } else { None });
            let end = |spot: Spot| match spot.serial_type {
                MISSING => 0,
                serial_type => u64::from(spot.offset) + size_of_type(serial_type),
            };
            let needed = slots().map(|slot| end(self.spots_of(slot)[row])).max().unwrap_or(0) as usize;
            let base = if needed <= record.local {
                record.body
            } else {
                let start = buffer.len();
                record.gather(file, page_end, needed, buffer)?;
                start
            };
            for slot in slots() {
                let spot = &mut self.spots[slot * self.room + row];
                spot.offset = spot.offset.wrapping_add(base as u32);
            }
        }
        buffer.extend_from_slice(&[0; PADDING]);
        Ok(())
    }
}
