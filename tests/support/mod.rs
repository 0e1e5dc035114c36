//! What the integration tests share: pools built from scripts, answers as plain rows, and the oracle they are compared with.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "every test crate compiles this module and uses a part of it")]

pub mod answer;
mod any_sequence;
pub mod check;
pub mod files;
pub mod oracle;
pub mod random;
pub mod tpch;

pub use answer::{Answer, show};
pub use check::{Order, SortKey, Verdict, check, is_same_but_for_representatives};
pub use files::Files;
pub use oracle::{Expected, Oracle};
pub use random::Random;
