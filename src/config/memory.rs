//! Amounts of memory as people write them.

/// The bytes of a text like `200MB`, `1.5 GiB` or `60%` (of the machine's memory); None for any other text, and for less
/// than a megabyte, with which no step would get anywhere.
pub fn memory_text(text: &str) -> Option<usize> {
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
    let bytes = number * unit;
    (bytes >= 1e6 && bytes < usize::MAX as f64).then_some(bytes as usize)
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
        assert_eq!(memory_text("200MB"), Some(200_000_000));
        assert_eq!(memory_text("1.5 gib"), Some(1_610_612_736));
        assert_eq!(memory_text(" 64 MiB "), Some(67_108_864));
        for wrong in ["", "MB", "200", "12 parsecs", "-1GB", "10KB", "101%", "1e3MB"] {
            assert_eq!(memory_text(wrong), None, "{wrong}");
        }
        let machine = crate::ffi::process::machine_memory();
        assert!(memory_text("50%").is_some_and(|half| half.abs_diff(machine / 2) <= 1));
        assert!(default_memory_limit() < machine);
    }
}
