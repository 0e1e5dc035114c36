//! glue: a federated SQL shell.

pub mod batch;
pub mod bind;
pub mod cancel;
pub mod catalog;
pub mod config;
pub mod connection;
pub mod error;
pub mod execution;
pub mod expression;
mod ffi;
pub mod output;
pub mod planner;
pub mod session;
pub mod sql;
pub mod statement;
pub mod value;
