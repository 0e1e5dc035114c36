//! The lines around the cells of a table.

/// The characters that a table is drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    horizontal: &'static str,
    vertical: &'static str,
    top: [&'static str; 3],
    middle: [&'static str; 3],
    bottom: [&'static str; 3],
    /// Stands in every cell of the row that says that rows are left out.
    omission: &'static str,
}

pub(super) const UNICODE: Frame = Frame {
    horizontal: "─",
    vertical: "│",
    top: ["┌", "┬", "┐"],
    middle: ["├", "┼", "┤"],
    bottom: ["└", "┴", "┘"],
    omission: "·",
};

pub(super) const ASCII: Frame = Frame {
    horizontal: "-",
    vertical: "|",
    top: ["+", "+", "+"],
    middle: ["+", "+", "+"],
    bottom: ["+", "+", "+"],
    omission: ":",
};

impl Frame {
    pub(super) fn top(&self, widths: &[usize], out: &mut Vec<u8>) {
        self.rule(widths, self.top, out);
    }

    pub(super) fn middle(&self, widths: &[usize], out: &mut Vec<u8>) {
        self.rule(widths, self.middle, out);
    }

    pub(super) fn bottom(&self, widths: &[usize], out: &mut Vec<u8>) {
        self.rule(widths, self.bottom, out);
    }

    /// Begins a cell: the line to its left and a blank.
    pub(super) fn cell(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.vertical.as_bytes());
        out.push(b' ');
    }

    pub(super) fn end_row(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.vertical.as_bytes());
        out.push(b'\n');
    }

    /// The row that stands for those left out.
    pub(super) fn omission(&self, widths: &[usize], out: &mut Vec<u8>) {
        for width in widths {
            self.cell(out);
            let left = (width - 1) / 2;
            out.extend_from_slice(format!("{}{}{} ", " ".repeat(left), self.omission, " ".repeat(width - 1 - left)).as_bytes());
        }
        self.end_row(out);
    }

    fn rule(&self, widths: &[usize], [left, middle, right]: [&str; 3], out: &mut Vec<u8>) {
        let bars: Vec<String> = widths.iter().map(|width| self.horizontal.repeat(width + 2)).collect();
        out.extend_from_slice(format!("{left}{}{right}\n", bars.join(middle)).as_bytes());
    }
}
