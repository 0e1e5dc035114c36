//! Windows: OVER, the WINDOW clause, frames.

use super::reader::{Read, Reader};
use crate::statement::{Frame, FrameBound, FrameExclude, FrameUnit, NamedWindow, Over, Window};

impl Reader<'_> {
    /// `name AS (window)`
    pub(super) fn named_window(&mut self) -> Read<NamedWindow> {
        let name = self.name()?;
        self.expect_word("AS")?;
        self.expect_symbol("(")?;
        Ok(NamedWindow { name, window: self.bracketed_window()? })
    }

    /// Behind OVER.
    pub(super) fn over(&mut self) -> Read<Over> {
        if self.take_symbol("(") {
            return Ok(Over::Window(Box::new(self.bracketed_window()?)));
        }
        self.name().map(Over::Named)
    }

    fn bracketed_window(&mut self) -> Read<Window> {
        let mut window = Window::default();
        let begins = |reader: &Self| {
            [")", "PARTITION", "ORDER", "RANGE", "ROWS", "GROUPS"].iter().any(|word| reader.word(word) || reader.symbol(word))
        };
        if !begins(self) {
            window.base = Some(self.name()?);
        }
        if self.take_word("PARTITION") {
            self.expect_word("BY")?;
            window.partition_by = self.expressions()?;
        }
        if self.word("ORDER") {
            window.order_by = self.order_by()?;
        }
        window.frame = self.frame()?;
        self.expect_symbol(")")?;
        Ok(window)
    }

    fn frame(&mut self) -> Read<Option<Frame>> {
        let units = [("ROWS", FrameUnit::Rows), ("RANGE", FrameUnit::Range), ("GROUPS", FrameUnit::Groups)];
        let Some((_, unit)) = units.into_iter().find(|(word, _)| self.take_word(word)) else { return Ok(None) };
        let (start, end) = if self.take_word("BETWEEN") {
            let start = self.bound(FrameBound::UnboundedPreceding, "PRECEDING")?;
            self.expect_word("AND")?;
            (start, self.bound(FrameBound::UnboundedFollowing, "FOLLOWING")?)
        } else {
            (self.bound(FrameBound::UnboundedPreceding, "PRECEDING")?, FrameBound::CurrentRow)
        };
        let exclude = if self.take_word("EXCLUDE") { Some(self.exclusion()?) } else { None };
        Ok(Some(Frame { unit, start, end, exclude }))
    }

    /// A bound; UNBOUNDED is possible in one direction.
    fn bound(&mut self, unbounded: FrameBound, direction: &str) -> Read<FrameBound> {
        if self.take_word("UNBOUNDED") {
            self.expect_word(direction)?;
            return Ok(unbounded);
        }
        if self.take_word("CURRENT") {
            self.expect_word("ROW")?;
            return Ok(FrameBound::CurrentRow);
        }
        let offset = Box::new(self.expression()?);
        if self.take_word("PRECEDING") {
            return Ok(FrameBound::Preceding(offset));
        }
        self.expect_word("FOLLOWING")?;
        Ok(FrameBound::Following(offset))
    }

    fn exclusion(&mut self) -> Read<FrameExclude> {
        if self.take_word("NO") {
            self.expect_word("OTHERS")?;
            return Ok(FrameExclude::NoOthers);
        }
        if self.take_word("CURRENT") {
            self.expect_word("ROW")?;
            return Ok(FrameExclude::CurrentRow);
        }
        if self.take_word("GROUP") {
            return Ok(FrameExclude::Group);
        }
        self.expect_word("TIES")?;
        Ok(FrameExclude::Ties)
    }
}
