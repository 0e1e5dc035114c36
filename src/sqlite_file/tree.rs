//! A table's b-tree: the list of its leaves, from the interior pages above them.

use std::ops::RangeInclusive;

use super::cells::Page;
use super::{DatabaseFile, malformed, varint};
use crate::error::Result;

/// SQLite's own limit (`BTCURSOR_MAX_DEPTH`).
const DEEPEST: usize = 20;

/// The leaf pages of a table in the order of its rowids, each with the greatest rowid that it may hold.
#[derive(Debug, Clone, Default)]
pub struct Leaves {
    pub(super) pages: Vec<u32>,
    last_rowids: Vec<i64>,
    /// The only leaf may be empty if it is the root.
    pub(super) root: u32,
}

/// A page on its way down.
#[derive(Debug, Clone, Copy)]
struct Child {
    page: u32,
    last_rowid: i64,
    is_leaf: bool,
}

impl Leaves {
    /// The leaves of the table that begins at page `root`.
    pub fn of_table(file: &DatabaseFile<'_>, root: u32) -> Result<Self> {
        let most = file.pages() as usize;
        let mut level = vec![Child { page: root, last_rowid: i64::MAX, is_leaf: false }];
        let mut buffer = vec![0; file.header.page_size];
        for depth in 0..DEEPEST {
            if level.iter().all(|child| child.is_leaf) {
                let pages = level.iter().map(|child| child.page).collect();
                return Ok(Self { pages, last_rowids: level.iter().map(|child| child.last_rowid).collect(), root });
            }
            let mut next = Vec::with_capacity(level.len() * 2);
            for child in &level {
                if child.is_leaf {
                    next.push(*child);
                } else {
                    expand(file, *child, depth == 0, &mut buffer, &mut next)?;
                }
                if next.len() > most {
                    return Err(malformed());
                }
            }
            // All leaves of a tree have one depth: a look at the first tells of all. (A leaf among interior pages is found
            // when it is expanded, an interior page among leaves when it is scanned: that is damage.)
            if let Some(first) = next.iter().find(|child| !child.is_leaf).copied() {
                file.read_pages(first.page, &mut buffer)?;
                if Page::new(&buffer, first.page, file.header)?.is_leaf() {
                    next.iter_mut().for_each(|child| child.is_leaf = true);
                }
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

    /// Those alone that may hold a rowid within `bounds`.
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

/// Appends the children of a page; the page itself where it turns out to be a leaf.
fn expand(file: &DatabaseFile<'_>, parent: Child, is_root: bool, buffer: &mut [u8], children: &mut Vec<Child>) -> Result<()> {
    file.read_pages(parent.page, buffer)?;
    let page = Page::new(buffer, parent.page, file.header)?;
    if page.is_leaf() {
        children.push(Child { is_leaf: true, ..parent });
        return Ok(());
    }
    if page.cells() == 0 && !(is_root && parent.page == 1) {
        return Err(malformed());
    }
    for cell in 0..page.cells() {
        let at = page.cell(buffer, cell);
        let bytes = buffer.get(at..at + 4).ok_or_else(malformed)?;
        let child = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let (key, _) = varint::read(&buffer[at + 4..]).ok_or_else(malformed)?;
        children.push(Child { page: child, last_rowid: key.cast_signed(), is_leaf: false });
    }
    children.push(Child { page: page.right_child(buffer), last_rowid: parent.last_rowid, is_leaf: false });
    Ok(())
}
