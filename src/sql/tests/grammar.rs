//! A walk through SQLite's grammar: every production in every place where it may stand, then many put together by chance. glue must read
//! whatever SQLite accepts, with the same byte code.
#![expect(clippy::print_stdout, reason = "what was read is a measured result")]

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::productions::GRAMMAR;
use super::{code, database, problem};
use crate::sql::parse;
use crate::statement::Statement;

/// A piece of a production.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Text(&'static str),
    Symbol(&'static str),
}

/// The pieces of a production.
fn pieces(production: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = production;
    while let Some((before, name, behind)) = next_symbol(rest) {
        pieces.extend([Piece::Text(before), Piece::Symbol(name)]);
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The text before the first `<symbol>`, its name, and the text behind it. Operators like `<` and `<=` are none.
fn next_symbol(text: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    text.match_indices('<').find_map(|(open, _)| {
        let close = open + text[open..].find('>')?;
        let name = &text[open + 1..close];
        productions(name)?;
        Some((&text[..open], name, &text[close + 1..]))
    })
}

fn productions(symbol: &str) -> Option<&'static [&'static str]> {
    GRAMMAR.iter().find(|(name, _)| *name == symbol).map(|(_, productions)| *productions)
}

/// Every symbol of `production` but the one at `place` expanded by its first productions.
fn plain(production: &'static str, place: Option<(usize, &str)>) -> String {
    let mut text = String::new();
    for (index, piece) in pieces(production).into_iter().enumerate() {
        match (piece, place) {
            (Piece::Text(words), _) => text.push_str(words),
            (Piece::Symbol(_), Some((wanted, inside))) if wanted == index => text.push_str(inside),
            (Piece::Symbol(symbol), _) => text.push_str(&plain(productions(symbol).unwrap()[0], None)),
        }
    }
    text
}

/// For every symbol the text around it in its shortest derivation from the start.
fn surroundings() -> BTreeMap<&'static str, (String, String)> {
    const HOLE: &str = "\u{1}";
    let mut around = BTreeMap::from([(GRAMMAR[0].0, (String::new(), String::new()))]);
    let mut queue = std::collections::VecDeque::from([GRAMMAR[0].0]);
    while let Some(symbol) = queue.pop_front() {
        let (before, behind) = around[symbol].clone();
        for production in productions(symbol).unwrap() {
            for (index, piece) in pieces(production).into_iter().enumerate() {
                let Piece::Symbol(inner) = piece else { continue };
                if !around.contains_key(inner) {
                    let text = plain(production, Some((index, HOLE)));
                    let (left, right) = text.split_once(HOLE).unwrap();
                    around.insert(inner, (format!("{before}{left}"), format!("{right}{behind}")));
                    queue.push_back(inner);
                }
            }
        }
    }
    around
}

/// What came of the sentences so far.
#[derive(Default)]
struct Walk {
    seen: BTreeSet<String>,
    accepted: usize,
    /// Why SQLite refuses the others, without the names in its words.
    refused: BTreeMap<String, usize>,
    problems: Vec<String>,
}

impl Walk {
    /// Checks one sentence; whether SQLite accepts it.
    fn check(&mut self, connection: &Connection, sql: &str) -> bool {
        if !self.seen.insert(sql.to_owned()) {
            return true;
        }
        if code(connection, sql).is_none() {
            // What SQLite refuses for its meaning glue may read; it must not read what the grammar does not have.
            let refusal = connection.prepare(sql).err().map(|error| error.to_string()).unwrap_or_default();
            if refusal.contains("syntax error") && matches!(parse(sql), Statement::Query(_)) {
                self.problems.push(format!("reads what SQLite does not: {sql}\n{refusal}"));
            }
            let words = refusal.split(" in SELECT").next().unwrap_or_default();
            *self.refused.entry(words.split([':', '"']).next().unwrap_or_default().to_owned()).or_default() += 1;
            return false;
        }
        self.accepted += 1;
        self.problems.extend(problem(connection, sql));
        true
    }

    fn finish(mut self, least: usize) {
        let found = self.problems.len();
        println!("{} of {} sentences mean something to SQLite; {:?}", self.accepted, self.seen.len(), self.refused);
        self.problems.truncate(15);
        assert!(found == 0, "{found} of {}:\n{}", self.accepted, self.problems.join("\n\n"));
        assert!(self.accepted >= least, "only {} of {} sentences mean something", self.accepted, self.seen.len());
    }
}

#[test]
fn every_production_is_read_in_every_place() {
    let connection = database();
    let around = surroundings();
    let mut walk = Walk::default();
    let mut meaningless = Vec::new();
    for (symbol, productions_of_symbol) in GRAMMAR {
        let (before, behind) = &around[symbol];
        for production in *productions_of_symbol {
            let mut means_something = walk.check(&connection, &format!("{before}{}{behind}", plain(production, None)));
            for (index, piece) in pieces(production).into_iter().enumerate() {
                let Piece::Symbol(inner) = piece else { continue };
                for inside in productions(inner).unwrap() {
                    let sentence = plain(production, Some((index, &plain(inside, None))));
                    means_something |= walk.check(&connection, &format!("{before}{sentence}{behind}"));
                }
            }
            if !means_something {
                meaningless.push(format!("{symbol}: {production}"));
            }
        }
    }
    assert!(meaningless.is_empty(), "never anything that SQLite accepts:\n{}", meaningless.join("\n"));
    walk.finish(1500);
}

#[test]
fn sentences_made_by_chance_are_read() {
    let connection = database();
    let mut walk = Walk::default();
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let sentences = std::env::var("GLUE_SENTENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000);
    for _ in 0..sentences {
        let mut sql = String::new();
        let mut budget = 2 + chance.below(24);
        derive(GRAMMAR[0].0, &mut chance, &mut budget, &mut sql);
        walk.check(&connection, &sql);
    }
    walk.finish(sentences / 10);
}

/// Expands a symbol by chance, plainly once the budget of free choices is used up.
fn derive(symbol: &str, chance: &mut Chance, budget: &mut usize, sql: &mut String) {
    let choices = productions(symbol).unwrap();
    let production = if *budget == 0 { choices[0] } else { choices[chance.below(choices.len())] };
    *budget = budget.saturating_sub(1);
    for piece in pieces(production) {
        match piece {
            Piece::Text(words) => sql.push_str(words),
            Piece::Symbol(inner) => derive(inner, chance, budget, sql),
        }
    }
}

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}
