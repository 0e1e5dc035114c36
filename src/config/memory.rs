//! Amounts of memory as people write them.

/// A megabyte.
const LEAST: f64 = 1e6;

/// Why a text is no amount of memory that can be worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAmount {
    /// It is none at all.
    #[error("not an amount like 200MB, 1.5GiB or 60%")]
    Unreadable,
    /// With less than a megabyte no step would get anywhere.
    #[error("too little: the least is 1MB")]
    TooLittle,
}

/// The bytes of a text like `200MB`, `1.5 GiB` or `60%` (of the machine's memory).
pub fn memory_text(text: &str) -> Result<usize, NoAmount> {
    let bytes = bytes_of(text).filter(|bytes| *bytes < usize::MAX as f64).ok_or(NoAmount::Unreadable)?;
    if bytes < LEAST { Err(NoAmount::TooLittle) } else { Ok(bytes as usize) }
}

fn bytes_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|character: char| !(character.is_ascii_digit() || character == '.')).unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim().to_ascii_uppercase().as_str() {
        "%" if number <= 100.0 => crate::ffi::process::machine_memory() as f64 / 100.0,
        "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "TB" => 1e12,
        "KIB" => 1024.0,
        "MIB" => 1024.0 * 1024.0,
        "GIB" => 1024.0 * 1024.0 * 1024.0,
        "TIB" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some(number * unit)
}

/// What a statement may hold where nothing else is said: 60 % of the machine's memory.
pub fn default_memory_limit() -> usize {
    crate::ffi::process::machine_memory() / 5 * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_their_units() {
        assert_eq!(memory_text("200MB"), Ok(200_000_000));
        assert_eq!(memory_text("1.5 gib"), Ok(1_610_612_736));
        assert_eq!(memory_text(" 64 MiB "), Ok(67_108_864));
        for wrong in ["", "MB", "200", "12 parsecs", "-1GB", "101%", "1e3MB"] {
            assert_eq!(memory_text(wrong), Err(NoAmount::Unreadable), "{wrong}");
        }
        assert_eq!(memory_text("10KB "), Err(NoAmount::TooLittle));
        let machine = crate::ffi::process::machine_memory();
        assert!(memory_text("50%").is_ok_and(|half| half.abs_diff(machine / 2) <= 1));
        assert!(default_memory_limit() < machine);
    }
}
