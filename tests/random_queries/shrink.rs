//! Makes a failing statement smaller: takes away tokens, and what stands in brackets, as long as it still fails.

use std::time::Instant;

/// What a bracket and all in it may become.
const INSTEAD: [&str; 3] = ["", "NULL", "1"];

/// A smaller text for which `fails` still holds, which it does for `sql`; what is found until `end`.
pub(crate) fn shrunk(sql: &str, end: Instant, mut fails: impl FnMut(&str) -> bool) -> String {
    let mut tokens: Vec<String> = tokens(sql);
    if !fails(&tokens.join(" ")) {
        return sql.to_owned();
    }
    let mut size = tokens.len() / 2;
    while size > 0 && Instant::now() < end {
        let before = tokens.len();
        take_brackets(&mut tokens, end, &mut fails);
        take_pieces(&mut tokens, size, end, &mut fails);
        // What went may have been all that another piece was needed for.
        if tokens.len() == before {
            size /= 2;
        }
    }
    tokens.join(" ")
}

fn take_brackets(tokens: &mut Vec<String>, end: Instant, fails: &mut impl FnMut(&str) -> bool) {
    let mut start = 0;
    while start < tokens.len() && Instant::now() < end {
        if tokens[start] == "(" {
            let length = bracket(&tokens[start..]);
            let with = |middle: &[String]| [&tokens[..start], middle, &tokens[start + length..]].concat();
            let inner = tokens[start + 1..start + length - 1].to_vec();
            let instead = INSTEAD.map(|text| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] });
            let smaller = instead.into_iter().chain([inner]).map(|middle| with(&middle));
            if let Some(found) = smaller.into_iter().find(|smaller| fails(&smaller.join(" "))) {
                *tokens = found;
                continue;
            }
        }
        start += 1;
    }
}

/// How many tokens there are from an opening bracket to its closing one.
fn bracket(tokens: &[String]) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" => depth += 1,
            ")" if depth == 1 => return index + 1,
            ")" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

fn take_pieces(tokens: &mut Vec<String>, size: usize, end: Instant, fails: &mut impl FnMut(&str) -> bool) {
    let mut start = 0;
    while start < tokens.len() && Instant::now() < end {
        let stop = (start + size).min(tokens.len());
        let smaller = [&tokens[..start], &tokens[stop..]].concat();
        if fails(&smaller.join(" ")) {
            *tokens = smaller;
        } else {
            start += size.div_ceil(2);
        }
    }
}

fn tokens(sql: &str) -> Vec<String> {
    const OPERATORS: [&str; 10] = ["->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"];
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
        let length = if first == '\'' || rest.starts_with("x'") {
            let open = rest.find('\'').expect("it starts with one");
            rest[open + 1..].find('\'').map_or(rest.len(), |close| open + close + 2)
        } else if is_word(first) {
            rest.find(|letter| !is_word(letter)).unwrap_or(rest.len())
        } else {
            OPERATORS.iter().find(|operator| rest.starts_with(**operator)).map_or(first.len_utf8(), |operator| operator.len())
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

#[test]
fn what_is_not_needed_goes() {
    let end = Instant::now() + std::time::Duration::from_secs(10);
    let fails = |sql: &str| sql.contains("sum") && sql.contains("'it'") && sql.matches('(').count() == sql.matches(')').count();
    let sql = "SELECT a, sum(b) FROM (SELECT * FROM t WHERE x <= 'it') WHERE y || 'z' AND (z = (1))";
    assert_eq!(shrunk(sql, end, fails), "sum 'it'");
    assert_eq!(tokens("a->>'$.b'||x'00'"), ["a", "->>", "'$.b'", "||", "x'00'"]);
}
