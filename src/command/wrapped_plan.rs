//! A plan in a narrow window: its lines broken between words, under the branch of the tree that they belong to.

use glue::output::display_width;

/// Narrower than this nothing is worth breaking.
const LEAST_WIDTH: usize = 20;
/// How much further in the rest of a broken line stands.
const INDENT: &str = "  ";

/// The text with every line within `width` columns, as far as its words allow.
pub(crate) fn wrapped_plan(text: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    for line in text.lines() {
        push_line(&mut wrapped, line, width.max(LEAST_WIDTH));
    }
    wrapped
}

fn push_line(text: &mut String, line: &str, width: usize) {
    let stem_end = line.find(|letter| !matches!(letter, ' ' | '│' | '├' | '└' | '─')).unwrap_or(line.len());
    let (stem, words) = line.split_at(stem_end);
    let below = format!("{}{INDENT}", below(stem));
    text.push_str(stem);
    let (mut used, mut is_first) = (display_width(stem), true);
    for word in words.split(' ') {
        let needed = display_width(word);
        if is_first {
            is_first = false;
        } else if used + 1 + needed > width {
            text.push('\n');
            text.push_str(&below);
            used = display_width(&below);
        } else {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += needed;
    }
    text.push('\n');
}

/// What stands below the branches before a line: only those go on that lead to later lines.
fn below(stem: &str) -> String {
    stem.chars().map(|letter| if matches!(letter, '│' | '├') { '│' } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_stay_under_their_branch() {
        let plan = "result a\n├─ pool query on customers · ~1500 rows\n│      SELECT t0.id FROM customers AS t0\n└─ pool query on orders · ~3 rows\n";
        let wanted = "result a\n├─ pool query on customers\n│    · ~1500 rows\n│      SELECT t0.id FROM\n│        customers AS t0\n└─ pool query on orders ·\n     ~3 rows\n";
        assert_eq!(wrapped_plan(plan, 26), wanted);
        assert_eq!(wrapped_plan(plan, 200), plan);
    }
}
