//! SQL text to tokens by SQLite's own rules (`sqlite3GetToken`), with byte offsets.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A bare word: a name or a keyword.
    Word,
    /// A name in double quotes, backticks or brackets.
    Quoted,
    /// 'text'
    Text,
    /// x'00'
    Blob,
    /// A number in any notation.
    Number,
    /// `?1`, `:a`, `@a`, `$a`
    Parameter,
    /// An operator or punctuation.
    Symbol,
    /// What SQLite calls an unrecognized token.
    Illegal,
}

/// One token, neither blank nor comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Token {
    /// Its text.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }

    /// Whether it is this bare word.
    pub fn is_word(&self, text: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.of(text).eq_ignore_ascii_case(word)
    }

    /// Whether it is this operator or punctuation.
    pub fn is_symbol(&self, text: &str, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.of(text) == symbol
    }

    /// The name that it may stand for: a bare word, or what the quotes hold.
    pub fn name(&self, text: &str) -> String {
        match self.kind {
            TokenKind::Quoted | TokenKind::Text => unquote(self.of(text)),
            _ => self.of(text).to_owned(),
        }
    }
}

/// All tokens of a text.
pub(super) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (kind, end) = next(text, at);
        // An illegal token may end inside a character.
        let end = (end..=text.len()).find(|&place| text.is_char_boundary(place)).unwrap_or(text.len());
        if let Some(kind) = kind {
            tokens.push(Token { kind, start: at, end });
        }
        at = end;
    }
    tokens
}

/// What quotes or brackets hold, doubled quotes halved.
pub(super) fn unquote(quoted: &str) -> String {
    let mut characters = quoted.chars();
    let Some(open) = characters.next() else { return String::new() };
    let inner = &quoted[open.len_utf8()..];
    let inner = inner.strip_suffix(if open == '[' { ']' } else { open }).unwrap_or(inner);
    if open == '[' { inner.to_owned() } else { inner.replace(&format!("{open}{open}"), &open.to_string()) }
}

/// The kind (none for blanks and comments) and end of the token at `at`.
fn next(text: &str, at: usize) -> (Option<TokenKind>, usize) {
    let bytes = text.as_bytes();
    let peek = |offset: usize| bytes.get(at + offset).copied().unwrap_or(0);
    let symbol = |length: usize| (Some(TokenKind::Symbol), at + length);
    match bytes[at] {
        b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' => {
            (None, skip_while(bytes, at + 1, |byte| matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | b'\x0c' | b'\r')))
        }
        b'-' if peek(1) == b'-' => (None, skip_while(bytes, at, |byte| byte != b'\n')),
        b'-' if peek(1) == b'>' => symbol(if peek(2) == b'>' { 3 } else { 2 }),
        b'/' if peek(1) == b'*' && at + 2 < bytes.len() => {
            (None, text[at + 2..].find("*/").map_or(text.len(), |length| at + 2 + length + 2))
        }
        b'(' | b')' | b';' | b'+' | b'*' | b'/' | b'%' | b',' | b'&' | b'~' | b'-' => symbol(1),
        b'=' => symbol(if peek(1) == b'=' { 2 } else { 1 }),
        b'<' => symbol(if matches!(peek(1), b'=' | b'>' | b'<') { 2 } else { 1 }),
        b'>' => symbol(if matches!(peek(1), b'=' | b'>') { 2 } else { 1 }),
        b'!' if peek(1) == b'=' => symbol(2),
        b'|' => symbol(if peek(1) == b'|' { 2 } else { 1 }),
        b'\'' => quoted(bytes, at, b'\'', TokenKind::Text),
        quote @ (b'"' | b'`') => quoted(bytes, at, quote, TokenKind::Quoted),
        b'[' => match text[at..].find(']') {
            Some(length) => (Some(TokenKind::Quoted), at + length + 1),
            None => (Some(TokenKind::Illegal), text.len()),
        },
        b'.' if !peek(1).is_ascii_digit() => symbol(1),
        b'0'..=b'9' | b'.' => number(bytes, at),
        b'?' => (Some(TokenKind::Parameter), skip_while(bytes, at + 1, |byte| byte.is_ascii_digit())),
        b'$' | b'@' | b':' | b'#' => parameter(bytes, at),
        b'x' | b'X' if peek(1) == b'\'' => blob(bytes, at),
        0xef if peek(1) == 0xbb && peek(2) == 0xbf => (None, at + 3),
        byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
            (Some(TokenKind::Word), skip_while(bytes, at, is_name_byte))
        }
        _ => (Some(TokenKind::Illegal), at + 1),
    }
}

/// SQLite's `IdChar`.
fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn skip_while(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|&byte| !wanted(byte)).map_or(bytes.len(), |length| from + length)
}

fn quoted(bytes: &[u8], at: usize, quote: u8, kind: TokenKind) -> (Option<TokenKind>, usize) {
    let mut end = at + 1;
    while end < bytes.len() {
        if bytes[end] != quote {
            end += 1;
        } else if bytes.get(end + 1) == Some(&quote) {
            end += 2;
        } else {
            return (Some(kind), end + 1);
        }
    }
    (Some(TokenKind::Illegal), bytes.len())
}

fn blob(bytes: &[u8], at: usize) -> (Option<TokenKind>, usize) {
    let end = skip_while(bytes, at + 2, |byte| byte.is_ascii_hexdigit());
    if bytes.get(end) == Some(&b'\'') && (end - at).is_multiple_of(2) {
        return (Some(TokenKind::Blob), end + 1);
    }
    let end = skip_while(bytes, end, |byte| byte != b'\'');
    (Some(TokenKind::Illegal), (end + 1).min(bytes.len()))
}

fn parameter(bytes: &[u8], at: usize) -> (Option<TokenKind>, usize) {
    let (mut end, mut letters) = (at + 1, 0);
    while let Some(&byte) = bytes.get(end) {
        if is_name_byte(byte) {
            letters += 1;
            end += 1;
        } else if byte == b'(' && letters > 0 {
            // Tcl's array element, `$a(key)`.
            end = skip_while(bytes, end + 1, |byte| byte != b')' && !byte.is_ascii_whitespace() && byte != 0x0b);
            let closed = bytes.get(end) == Some(&b')');
            return (Some(if closed { TokenKind::Parameter } else { TokenKind::Illegal }), end + usize::from(closed));
        } else if byte == b':' && bytes.get(end + 1) == Some(&b':') {
            end += 2;
        } else {
            break;
        }
    }
    // `#1` is a register, allowed only in SQL that SQLite writes for itself.
    let legal = letters > 0 && bytes[at] != b'#';
    (Some(if legal { TokenKind::Parameter } else { TokenKind::Illegal }), end)
}

/// A number with SQLite's digit separators: an underscore stands between two digits.
fn number(bytes: &[u8], at: usize) -> (Option<TokenKind>, usize) {
    let hexadecimal = bytes[at] == b'0'
        && matches!(bytes.get(at + 1), Some(b'x' | b'X'))
        && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit);
    let mut end = if hexadecimal {
        skip_while(bytes, at + 2, |byte| byte.is_ascii_hexdigit() || byte == b'_')
    } else {
        decimal_end(bytes, at)
    };
    let digit = |byte: u8| if hexadecimal { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() };
    let mut legal = (at..end)
        .filter(|&place| bytes[place] == b'_')
        .all(|place| place > at && digit(bytes[place - 1]) && bytes.get(place + 1).is_some_and(|&byte| digit(byte)));
    if bytes.get(end).is_some_and(|&byte| is_name_byte(byte)) {
        legal = false;
        end = skip_while(bytes, end, is_name_byte);
    }
    (Some(if legal { TokenKind::Number } else { TokenKind::Illegal }), end)
}

fn decimal_end(bytes: &[u8], at: usize) -> usize {
    let digits = |from: usize| skip_while(bytes, from, |byte| byte.is_ascii_digit() || byte == b'_');
    let mut end = digits(at);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

/// Whether a comment that nothing closes stands behind the last token.
pub(super) fn has_open_comment(text: &str) -> bool {
    let mut rest = &text[tokenize(text).last().map_or(0, |token| token.end)..];
    loop {
        rest = rest.trim_start();
        if let Some(line) = rest.strip_prefix("--") {
            rest = line.split_once('\n').map_or("", |(_, behind)| behind);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let Some((_, behind)) = comment.split_once("*/") else { return true };
            rest = behind;
        } else {
            return false;
        }
    }
}
