//! Decimal numbers of any length, as SQLite's shell has them (<https://sqlite.org/floatingpoint.html> 2.2).

use std::cmp::Ordering;

/// The longest number that is computed with: beyond it a product takes seconds that nothing could interrupt.
const MOST_DIGITS: usize = 100_000;

/// A decimal number; the zeros that end its fraction are a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Decimal {
    negative: bool,
    /// From the first digit to the last.
    digits: Vec<u8>,
    /// How many of them stand behind the point.
    fraction: usize,
}

impl Decimal {
    /// The number in a text: a sign, digits with a point among them, an exponent; whatever else stands between is passed over. None
    /// where it is too long.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii_start();
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let zeros = text.iter().take_while(|&&byte| byte == b'0').count();
        let (mut digits, mut point, mut exponent) = (Vec::new(), None, 0_i64);
        for (index, &byte) in text.iter().enumerate().skip(zeros) {
            match byte {
                b'0'..=b'9' => digits.push(byte - b'0'),
                b'.' => point = Some(digits.len()),
                b'e' | b'E' => {
                    exponent = exponent_of(&text[index + 1..]);
                    break;
                }
                _ => {}
            }
        }
        let fraction = point.map_or(0, |point| digits.len() - point);
        let number = Self { negative, digits, fraction }.scaled(exponent)?;
        (number.digits.len() <= MOST_DIGITS).then_some(number)
    }

    /// The exact value of a real; None for infinities.
    pub(crate) fn of_real(real: f64) -> Option<Self> {
        if !real.is_finite() {
            return None;
        }
        let bits = real.to_bits();
        let (exponent, mantissa) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
        let (mut mantissa, mut exponent) =
            if exponent == 0 { (mantissa, -1074) } else { (mantissa | (1 << 52), i64::try_from(exponent).ok()? - 1075) };
        while mantissa != 0 && mantissa & 1 == 0 && exponent < 0 {
            mantissa >>= 1;
            exponent += 1;
        }
        if mantissa == 0 {
            return Self::parse(b"0");
        }
        let mut number = Self::parse(mantissa.to_string().as_bytes())?.times(&Self::power_of_two(exponent)?)?;
        number.negative = real < 0.0;
        Some(number)
    }

    /// 2 to the power of `exponent`.
    pub(crate) fn power_of_two(exponent: i64) -> Option<Self> {
        let base = if exponent < 0 { b"0.5".as_slice() } else { b"2".as_slice() };
        let (mut result, mut square, mut left) = (Self::parse(b"1")?, Self::parse(base)?, exponent.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                result = result.times(&square)?;
            }
            left >>= 1;
            if left > 0 {
                square = square.times(&square)?;
            }
        }
        Some(result)
    }

    /// Ten to the power of `exponent` times the number.
    fn scaled(mut self, exponent: i64) -> Option<Self> {
        let amount = usize::try_from(exponent.unsigned_abs()).ok().filter(|amount| *amount <= MOST_DIGITS)?;
        if exponent > 0 {
            let from_fraction = amount.min(self.fraction);
            self.fraction -= from_fraction;
            self.digits.resize(self.digits.len() + amount - from_fraction, 0);
        } else if amount > 0 {
            self.fraction += amount;
            let missing = self.fraction.saturating_sub(self.digits.len());
            self.digits.splice(..0, std::iter::repeat_n(0, missing));
        }
        Some(self)
    }

    /// Rounded to so many significant digits, half away from zero.
    pub(crate) fn rounded(mut self, significant: usize) -> Self {
        let zeros = self.digits.iter().take_while(|&&digit| digit == 0).count();
        let kept = zeros + significant;
        if significant == 0 || self.digits.len() <= kept {
            return self;
        }
        let up = self.digits[kept] > 4;
        self.digits[kept..].fill(0);
        if up {
            let mut carry = 1;
            for digit in self.digits[..kept].iter_mut().rev() {
                *digit += carry;
                carry = *digit / 10;
                *digit %= 10;
            }
            if carry > 0 {
                self.digits.insert(0, carry);
            }
        }
        self
    }

    /// The sum.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let whole = self.whole().max(other.whole()) + 1;
        let fraction = self.fraction.max(other.fraction);
        let (left, right) = (self.padded(whole, fraction), other.padded(whole, fraction));
        if self.negative == other.negative {
            let mut digits = vec![0; left.len()];
            let mut carry = 0;
            for index in (0..digits.len()).rev() {
                let sum = left[index] + right[index] + carry;
                digits[index] = sum % 10;
                carry = sum / 10;
            }
            return Self { negative: self.negative, digits, fraction };
        }
        let (larger, smaller, negative) = if left < right { (right, left, other.negative) } else { (left, right, self.negative) };
        let mut digits = vec![0; larger.len()];
        let mut borrow = 0;
        for index in (0..digits.len()).rev() {
            let difference = 10 + larger[index] - smaller[index] - borrow;
            digits[index] = difference % 10;
            borrow = u8::from(difference < 10);
        }
        Self { negative, digits, fraction }
    }

    /// The number with the other sign.
    pub(crate) fn negated(mut self) -> Self {
        self.negative = !self.negative;
        self
    }

    /// The product, without the zeros at its end that neither factor accounts for; None where it is too long.
    pub(crate) fn times(&self, other: &Self) -> Option<Self> {
        if self.digits.len() + other.digits.len() > MOST_DIGITS {
            return None;
        }
        let mut columns = vec![0_u64; self.digits.len() + other.digits.len()];
        for (left, &digit) in self.digits.iter().enumerate() {
            for (right, &other) in other.digits.iter().enumerate() {
                columns[left + right + 1] += u64::from(digit) * u64::from(other);
            }
        }
        let mut carry = 0;
        for column in columns.iter_mut().rev() {
            let sum = *column + carry;
            *column = sum % 10;
            carry = sum / 10;
        }
        let mut digits: Vec<u8> = columns.into_iter().map(|digit| u8::try_from(digit).expect("a digit is below ten")).collect();
        let (mut fraction, least) = (self.fraction + other.fraction, self.fraction.min(other.fraction));
        while fraction > least && digits.last() == Some(&0) {
            digits.pop();
            fraction -= 1;
        }
        Some(Self { negative: self.negative != other.negative, digits, fraction })
    }

    /// How two numbers compare.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.is_negative(), other.is_negative()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (negative, _) => {
                let whole = self.whole().max(other.whole());
                let fraction = self.fraction.max(other.fraction);
                let order = self.padded(whole, fraction).cmp(&other.padded(whole, fraction));
                if negative { order.reverse() } else { order }
            }
        }
    }

    /// The text that equal numbers share.
    pub(super) fn key(&self) -> String {
        let mut text = self.to_string();
        if text.contains('.') {
            text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        }
        text
    }

    /// The number with one digit before the point, and its exponent.
    pub(crate) fn with_exponent(&self) -> String {
        let zeros = self.digits.iter().take_while(|&&digit| digit == 0).count();
        let end = self.digits.iter().rposition(|&digit| digit != 0).map_or(0, |last| last + 1);
        let significant = if end == 0 { &[0][..] } else { &self.digits[zeros..end] };
        let exponent = if end == 0 { 0 } else { signed(self.digits.len() - zeros) - signed(self.fraction) - 1 };
        let text = |digits: &[u8]| digits.iter().map(|digit| char::from(b'0' + digit)).collect::<String>();
        let rest = if significant.len() > 1 { text(&significant[1..]) } else { "0".to_owned() };
        let sign = if self.is_negative() { '-' } else { '+' };
        format!("{sign}{}.{rest}e{exponent:+03}", text(&significant[..1]))
    }

    fn is_negative(&self) -> bool {
        self.negative && self.digits.iter().any(|&digit| digit != 0)
    }

    fn whole(&self) -> usize {
        self.digits.len() - self.fraction
    }

    /// The digits with as many before and behind the point as are asked for.
    fn padded(&self, whole: usize, fraction: usize) -> Vec<u8> {
        let mut digits = vec![0; whole - self.whole()];
        digits.extend(&self.digits);
        digits.resize(whole + fraction, 0);
        digits
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = self.digits.split_at(self.whole());
        let zeros = whole.iter().take_while(|&&digit| digit == 0).count();
        let mut text = if self.is_negative() { "-".to_owned() } else { String::new() };
        if zeros == whole.len() {
            text.push('0');
        }
        text.extend(whole[zeros..].iter().map(|digit| char::from(b'0' + digit)));
        if !fraction.is_empty() {
            text.push('.');
            text.extend(fraction.iter().map(|digit| char::from(b'0' + digit)));
        }
        formatter.write_str(&text)
    }
}

fn exponent_of(text: &[u8]) -> i64 {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let digits = text.iter().filter(|byte| byte.is_ascii_digit());
    let exponent = digits.fold(0_i64, |number, byte| (number * 10 + i64::from(byte - b'0')).min(1_000_000));
    if negative { -exponent } else { exponent }
}

fn signed(length: usize) -> i64 {
    i64::try_from(length).expect("a number has fewer than 2^63 digits")
}
