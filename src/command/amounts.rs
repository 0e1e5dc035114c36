//! Numbers, sizes and times as people say them.

use std::time::Duration;

/// A duration as people say it.
pub(crate) fn duration(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1e3)
    } else if time < Duration::from_secs(60) {
        format!("{:.2} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

/// A number with a thin gap between its thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A size as people say it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64 / 1000.0;
    let mut unit = 0;
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    if size < 9.95 { format!("{size:.1} {}", UNITS[unit]) } else { format!("{size:.0} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_round() {
        assert_eq!(
            [size(0), size(999), size(1000), size(99_999), size(999_999), size(5_000_000_000)],
            ["0 B", "999 B", "1.0 kB", "100 kB", "1.0 MB", "5.0 GB"]
        );
    }

    #[test]
    fn numbers_and_times_are_easy_to_read() {
        assert_eq!([grouped(4200), grouped(1_234_567)], ["4200", "1 234 567"]);
        assert_eq!(duration(Duration::from_secs(61)), "1 min 1 s");
    }
}
