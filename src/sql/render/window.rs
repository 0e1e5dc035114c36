//! Windows to SQL.

use super::{separated, write_expr, write_name, write_order_by};
use crate::statement::{FrameBound, FrameExclude, FrameUnit, Over, Window};

/// What stands behind OVER.
pub(super) fn write_over(sql: &mut String, over: &Over) {
    match over {
        Over::Named(name) => write_name(sql, name),
        Over::Window(window) => write_window(sql, window),
    }
}

/// A window in its brackets.
pub(super) fn write_window(sql: &mut String, window: &Window) {
    sql.push('(');
    if let Some(base) = &window.base {
        write_name(sql, base);
    }
    if !window.partition_by.is_empty() {
        sql.push_str(" PARTITION BY ");
        separated(sql, &window.partition_by, write_expr);
    }
    write_order_by(sql, &window.order_by);
    if let Some(frame) = &window.frame {
        sql.push_str(match frame.unit {
            FrameUnit::Rows => " ROWS BETWEEN ",
            FrameUnit::Range => " RANGE BETWEEN ",
            FrameUnit::Groups => " GROUPS BETWEEN ",
        });
        write_bound(sql, &frame.start);
        sql.push_str(" AND ");
        write_bound(sql, &frame.end);
        sql.push_str(match frame.exclude {
            None => "",
            Some(FrameExclude::NoOthers) => " EXCLUDE NO OTHERS",
            Some(FrameExclude::CurrentRow) => " EXCLUDE CURRENT ROW",
            Some(FrameExclude::Group) => " EXCLUDE GROUP",
            Some(FrameExclude::Ties) => " EXCLUDE TIES",
        });
    }
    sql.push(')');
}

fn write_bound(sql: &mut String, bound: &FrameBound) {
    if let Some(offset) = bound.offset() {
        write_expr(sql, offset);
        sql.push(' ');
    }
    sql.push_str(match bound {
        FrameBound::UnboundedPreceding => "UNBOUNDED PRECEDING",
        FrameBound::Preceding(_) => "PRECEDING",
        FrameBound::CurrentRow => "CURRENT ROW",
        FrameBound::Following(_) => "FOLLOWING",
        FrameBound::UnboundedFollowing => "UNBOUNDED FOLLOWING",
    });
}
