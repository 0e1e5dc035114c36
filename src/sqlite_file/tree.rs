//! A b-tree of a table or an index: the list of its leaves, from the interior pages above them.

use std::ops::{Range, RangeInclusive};

use super::cells::{Cell, Page};
use super::keys::{self, Bounds, Keys};
use super::{DatabaseFile, malformed, varint};
use crate::error::Result;

/// What a b-tree keeps (<https://sqlite.org/fileformat2.html#representation_of_sql_tables>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// The rows of a table by their rowids, all on its leaves.
    Table,
    /// The entries of an index, or the rows of a WITHOUT ROWID table, in the order of their keys: interior pages hold some too.
    Index {
        /// Where an entry holds the rowid of its row: as its last field. None in a WITHOUT ROWID table.
        rowid: Option<usize>,
    },
}

/// SQLite's own limit (`BTCURSOR_MAX_DEPTH`).
const DEEPEST: usize = 20;

/// The leaf pages of a tree in its order, each with the greatest rowid that it may hold.
#[derive(Debug, Clone, Default)]
pub struct Leaves {
    pub(super) pages: Vec<u32>,
    last_rowids: Vec<i64>,
    /// Of an index: behind each leaf the entry of an interior page that stands between it and the next one, within `cells`.
    between: Vec<Range<usize>>,
    cells: Vec<u8>,
    /// The only leaf may be empty if it is the root.
    pub(super) root: u32,
}

/// A page on its way down.
#[derive(Debug, Clone)]
struct Child {
    page: u32,
    last_rowid: i64,
    /// What of an index follows behind the page and all below it, within [`Leaves::cells`].
    behind: Range<usize>,
    /// What the keys of its rows lie between: rowids in a table, in an index the first fields of its entries.
    bounds: Bounds,
}

/// The pages of one depth in the order of the tree, field by field: of a big table they are hundreds of thousands, and most
/// fields are of no use for most trees.
#[derive(Default)]
struct Level {
    pages: Vec<u32>,
    /// Of a table.
    last_rowids: Vec<i64>,
    /// Of an index.
    behind: Vec<Range<usize>>,
    /// Where keys are wanted.
    bounds: Vec<Bounds>,
    /// Which of them are known to be leaves, since their children were asked for; in order.
    leaves: Vec<usize>,
}

impl Level {
    fn child(&self, position: usize) -> Child {
        Child {
            page: self.pages[position],
            last_rowid: self.last_rowids.get(position).copied().unwrap_or(i64::MAX),
            behind: self.behind.get(position).cloned().unwrap_or_default(),
            bounds: self.bounds.get(position).copied().unwrap_or(Bounds::ALL),
        }
    }
}

impl Leaves {
    /// The leaves of the tree that begins at page `root`: all, or those alone that may hold rows with one of those `keys`.
    pub fn of(file: &DatabaseFile<'_>, root: u32, tree: Tree, keys: Option<&Keys>) -> Result<Self> {
        let buffer = vec![0; file.header.page_size];
        let mut parents = Parents { file, tree, keys, buffer, cells: Vec::new(), children: Level::default() };
        parents.push(Child { page: root, last_rowid: i64::MAX, behind: 0..0, bounds: Bounds::ALL });
        for depth in 1..DEEPEST {
            let level = std::mem::take(&mut parents.children);
            let mut leaves = level.leaves.iter().copied().peekable();
            for position in 0..level.pages.len() {
                let child = level.child(position);
                if leaves.next_if_eq(&position).is_some() {
                    parents.push_leaf(child);
                } else {
                    parents.expand(child, depth == 1)?;
                }
                if parents.children.pages.len() > file.pages() as usize {
                    return Err(malformed());
                }
            }
            if parents.are_leaves()? {
                let Parents { cells, children: Level { pages, last_rowids, behind, .. }, .. } = parents;
                return Ok(Self { pages, last_rowids, between: behind, cells, root });
            }
        }
        Err(malformed())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The entries of interior pages that stand between those leaves and the leaves behind them, each as its cell.
    pub(super) fn between(&self, part: Range<usize>) -> impl Iterator<Item = &[u8]> {
        let ranges = self.between.get(part).unwrap_or_default();
        ranges.iter().map(|range| &self.cells[range.clone()])
    }

    /// Those leaves of a table alone that may hold a rowid within `bounds`.
    #[must_use]
    pub fn within(&self, bounds: &RangeInclusive<i64>) -> Self {
        let first = self.last_rowids.partition_point(|last| last < bounds.start());
        let end = first + self.last_rowids[first..].partition_point(|last| last < bounds.end());
        self.chosen(first..self.len().min(end + 1))
    }

    /// Those leaves of a table alone that may hold one of those rowids.
    #[must_use]
    pub fn holding(&self, rowids: &Keys) -> Self {
        let mut chosen = Vec::new();
        let mut next = 0;
        for rowid in rowids.iter() {
            if next > 0 && rowid <= self.last_rowids[next - 1] {
                continue;
            }
            next += keys::leap(&self.last_rowids[next..], |last| *last < rowid);
            if next == self.len() {
                break;
            }
            chosen.push(next);
            next += 1;
        }
        self.chosen(chosen)
    }

    fn chosen(&self, positions: impl IntoIterator<Item = usize> + Clone) -> Self {
        let pages = positions.clone().into_iter().map(|position| self.pages[position]).collect();
        let last_rowids = positions.into_iter().map(|position| self.last_rowids[position]).collect();
        Self { pages, last_rowids, root: self.root, ..Self::default() }
    }
}

/// The interior pages of one level while they are read.
struct Parents<'a, 'connection> {
    file: &'a DatabaseFile<'connection>,
    tree: Tree,
    /// Of pages that cannot hold one of them nobody asks.
    keys: Option<&'a Keys>,
    buffer: Vec<u8>,
    /// The entries that were found so far.
    cells: Vec<u8>,
    /// What was found below them so far.
    children: Level,
}

impl Parents<'_, '_> {
    fn read(&mut self, page: u32) -> Result<Page> {
        self.file.read_pages(page, &mut self.buffer)?;
        Page::new(&self.buffer, page, self.file.header, self.tree)
    }

    /// Whether all that was found below are leaves, by a look at the first that is not known to be one: all leaves of a tree have
    /// one depth. (A leaf among interior pages is found when it is expanded, an interior page among leaves when it is scanned:
    /// that is damage.)
    fn are_leaves(&mut self) -> Result<bool> {
        let Level { pages, leaves, .. } = &self.children;
        let unknown = (0..pages.len()).find(|position| leaves.get(*position) != Some(position));
        match unknown.map(|position| pages[position]) {
            Some(page) => Ok(self.read(page)?.is_leaf()),
            None => Ok(true),
        }
    }

    #[inline]
    fn push(&mut self, child: Child) {
        let Level { pages, last_rowids, behind, bounds, .. } = &mut self.children;
        if let Some(keys) = self.keys {
            if !keys.meet(child.bounds) {
                return;
            }
            bounds.push(child.bounds);
        }
        pages.push(child.page);
        match self.tree {
            Tree::Table => last_rowids.push(child.last_rowid),
            Tree::Index { .. } => behind.push(child.behind),
        }
    }

    /// A page that has no children stands among those of its neighbours.
    fn push_leaf(&mut self, leaf: Child) {
        let position = self.children.pages.len();
        self.push(leaf);
        if self.children.pages.len() > position {
            self.children.leaves.push(position);
        }
    }

    /// Finds the children of a page; the page itself where it turns out to be a leaf.
    fn expand(&mut self, parent: Child, is_root: bool) -> Result<()> {
        let page = self.read(parent.page)?;
        if page.is_leaf() {
            self.push_leaf(parent);
            return Ok(());
        }
        if page.cells() == 0 && !(is_root && parent.page == 1) {
            return Err(malformed());
        }
        let mut first = parent.bounds.first;
        for cell in 0..page.cells() {
            let at = page.cell(&self.buffer, cell);
            let bytes = self.buffer.get(at..at + 4).ok_or_else(malformed)?;
            let child = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let (last_rowid, behind, key) = match self.tree {
                Tree::Table => {
                    let rowid = varint::read(&self.buffer[at + 4..]).ok_or_else(malformed)?.0.cast_signed();
                    (rowid, 0..0, Bounds::of_key(rowid))
                }
                Tree::Index { .. } => {
                    let behind = self.keep(at + 4)?;
                    let key = self.first_field(at + 4)?;
                    (i64::MAX, behind, key)
                }
            };
            self.push(Child { page: child, last_rowid, behind, bounds: Bounds { first, last: key.last } });
            first = key.first;
        }
        let last = page.right_child(&self.buffer);
        self.push(Child { page: last, bounds: Bounds { first, last: parent.bounds.last }, ..parent });
        Ok(())
    }

    /// What the first field of the entry that begins at `at` lies between.
    fn first_field(&self, at: usize) -> Result<Bounds> {
        if self.keys.is_none() {
            return Ok(Bounds::ALL);
        }
        let cell = Cell::read(&self.buffer, at, self.file.header, self.tree)?;
        let end = (cell.body + cell.local).min(self.buffer.len());
        Ok(Bounds::of_record(self.buffer.get(cell.body..end).ok_or_else(malformed)?, cell.payload))
    }

    /// Keeps an entry that begins at `at`, up to the number of its overflow page.
    fn keep(&mut self, at: usize) -> Result<Range<usize>> {
        let cell = Cell::read(&self.buffer, at, self.file.header, self.tree)?;
        let end = (cell.body + cell.local + 4).min(self.buffer.len());
        let start = self.cells.len();
        self.cells.extend_from_slice(self.buffer.get(at..end).ok_or_else(malformed)?);
        Ok(start..self.cells.len())
    }
}
