//! Affinity: the class that a column prefers.

/// The affinity of a column or an expression (<https://sqlite.org/datatype3.html> 3.1 to 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// Prefers integers.
    Integer,
    /// Prefers text.
    Text,
    /// Keeps what it is given; also the affinity of a column without a declared type.
    Blob,
    /// Prefers reals.
    Real,
    /// Prefers integers, then reals.
    Numeric,
    /// An expression that is no column and no CAST.
    None,
}

/// What happens to the operands before a comparison (datatype3 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComparisonAffinity {
    /// Both are compared as they are.
    None,
    /// NUMERIC affinity is applied to both (a number stays what it is).
    Numeric,
    /// TEXT affinity is applied to both (text stays what it is).
    Text,
}

impl Affinity {
    /// The affinity of a declared type (datatype3 3.1, the five rules in their order).
    pub fn of_declared_type(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        let holds = |part: &str| declared.contains(part);
        if holds("INT") {
            Self::Integer
        } else if holds("CHAR") || holds("CLOB") || holds("TEXT") {
            Self::Text
        } else if declared.is_empty() || holds("BLOB") {
            Self::Blob
        } else if holds("REAL") || holds("FLOA") || holds("DOUB") {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    /// Whether it is INTEGER, REAL or NUMERIC.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Real | Self::Numeric)
    }

    /// What is done to the operands when a value of this affinity is compared with one of `other`
    /// (datatype3 4.2; SQLite's `sqlite3CompareAffinity`).
    pub fn comparison_with(self, other: Self) -> ComparisonAffinity {
        let (left, right) = (self, other);
        if left != Self::None && right != Self::None {
            if left.is_numeric() || right.is_numeric() { ComparisonAffinity::Numeric } else { ComparisonAffinity::None }
        } else {
            match if left == Self::None { right } else { left } {
                Self::Integer | Self::Real | Self::Numeric => ComparisonAffinity::Numeric,
                Self::Text => ComparisonAffinity::Text,
                Self::Blob | Self::None => ComparisonAffinity::None,
            }
        }
    }
}

impl Affinity {
    /// The value after this affinity was applied, as storing it in such a column does (datatype3 3).
    pub fn apply(self, value: super::ValueRef<'_>) -> super::Value {
        let _ = value;
        todo!()
    }
}

impl ComparisonAffinity {
    /// The operand after this affinity was applied, None where it stays as it is.
    pub fn apply(self, value: super::ValueRef<'_>) -> Option<super::Value> {
        let _ = value;
        todo!()
    }
}
