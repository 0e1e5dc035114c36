//! `sha3(value)` and `sha3(value, size)`.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use sha3::{Digest as _, Sha3_224, Sha3_256, Sha3_384, Sha3_512};

use super::{failed, text};

/// Registers it: the hash of a blob's bytes or of a value's text, 256 bits unless another size is given.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    for arguments in [1, 2] {
        connection.create_scalar_function("sha3", arguments, flags, |context| {
            let size = match if context.len() > 1 { context.get_raw(1) } else { ValueRef::Integer(256) } {
                ValueRef::Integer(size) => size,
                other => text(other).map_or(0, |text| String::from_utf8_lossy(&text).trim().parse().unwrap_or(0)),
            };
            let Some(bytes) = text(context.get_raw(0)) else { return Ok(None) };
            Ok(Some(match size {
                224 => Sha3_224::digest(bytes).to_vec(),
                256 => Sha3_256::digest(bytes).to_vec(),
                384 => Sha3_384::digest(bytes).to_vec(),
                512 => Sha3_512::digest(bytes).to_vec(),
                _ => return Err(failed("SHA3 size should be one of: 224 256 384 512")),
            }))
        })?;
    }
    Ok(())
}
