//! A b-tree of a table or an index: the list of its leaves, from the interior pages above them.

use std::ops::{Range, RangeInclusive};

use super::cells::{Cell, Page};
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
    is_leaf: bool,
    /// What of an index follows behind the page and all below it, within [`Leaves::cells`].
    behind: Range<usize>,
}

impl Leaves {
    /// The leaves of the tree that begins at page `root`.
    pub fn of(file: &DatabaseFile<'_>, root: u32, tree: Tree) -> Result<Self> {
        let most = file.pages() as usize;
        let mut level = vec![Child { page: root, last_rowid: i64::MAX, is_leaf: false, behind: 0..0 }];
        let mut parents = Parents { file, tree, buffer: vec![0; file.header.page_size], cells: Vec::new() };
        for depth in 0..DEEPEST {
            if level.iter().all(|child| child.is_leaf) {
                let pages = level.iter().map(|child| child.page).collect();
                let last_rowids = level.iter().map(|child| child.last_rowid).collect();
                let between = match tree {
                    Tree::Table => Vec::new(),
                    Tree::Index { .. } => level.into_iter().map(|child| child.behind).collect(),
                };
                return Ok(Self { pages, last_rowids, between, cells: parents.cells, root });
            }
            let mut next = Vec::with_capacity(level.len() * 2);
            for child in level {
                if child.is_leaf {
                    next.push(child);
                } else {
                    parents.expand(child, depth == 0, &mut next)?;
                }
                if next.len() > most {
                    return Err(malformed());
                }
            }
            // All leaves of a tree have one depth: a look at the first tells of all. (A leaf among interior pages is found
            // when it is expanded, an interior page among leaves when it is scanned: that is damage.)
            if let Some(first) = next.iter().find(|child| !child.is_leaf).map(|child| child.page)
                && parents.read(first)?.is_leaf()
            {
                next.iter_mut().for_each(|child| child.is_leaf = true);
            }
            level = next;
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
    pub fn within(self, bounds: &RangeInclusive<i64>) -> Self {
        let mut kept = Self { root: self.root, ..Self::default() };
        let mut after = i64::MIN;
        for (page, last) in self.pages.into_iter().zip(self.last_rowids) {
            if *bounds.start() <= last && after <= *bounds.end() {
                kept.pages.push(page);
                kept.last_rowids.push(last);
            }
            after = last.saturating_add(1);
        }
        kept
    }
}

/// The interior pages of one level while they are read.
struct Parents<'file, 'connection> {
    file: &'file DatabaseFile<'connection>,
    tree: Tree,
    buffer: Vec<u8>,
    /// The entries that were found so far.
    cells: Vec<u8>,
}

impl Parents<'_, '_> {
    fn read(&mut self, page: u32) -> Result<Page> {
        self.file.read_pages(page, &mut self.buffer)?;
        Page::new(&self.buffer, page, self.file.header, self.tree)
    }

    /// Appends the children of a page; the page itself where it turns out to be a leaf.
    fn expand(&mut self, parent: Child, is_root: bool, children: &mut Vec<Child>) -> Result<()> {
        let page = self.read(parent.page)?;
        if page.is_leaf() {
            children.push(Child { is_leaf: true, ..parent });
            return Ok(());
        }
        if page.cells() == 0 && !(is_root && parent.page == 1) {
            return Err(malformed());
        }
        for cell in 0..page.cells() {
            let at = page.cell(&self.buffer, cell);
            let bytes = self.buffer.get(at..at + 4).ok_or_else(malformed)?;
            let child = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let (last_rowid, behind) = match self.tree {
                Tree::Table => (varint::read(&self.buffer[at + 4..]).ok_or_else(malformed)?.0.cast_signed(), 0..0),
                Tree::Index { .. } => (i64::MAX, self.keep(at + 4)?),
            };
            children.push(Child { page: child, last_rowid, is_leaf: false, behind });
        }
        let last = page.right_child(&self.buffer);
        children.push(Child { page: last, is_leaf: false, ..parent });
        Ok(())
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
