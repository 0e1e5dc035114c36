//! What each lookup is in SQLite's terms, and the methods that make them.

use super::{BinaryOperator, Condition, Expr, FieldLookup, FieldReference, FunctionCall, Literal, PatternOperator};

/// The expression of a condition.
pub(super) fn expr(condition: Condition) -> Expr {
    let Condition { field, lookup, value, negated: opposite } = condition;
    let compared = |operator, otherwise| binary(field.clone(), if opposite { otherwise } else { operator }, value.clone());
    match lookup {
        FieldLookup::Eq => compared(BinaryOperator::Equal, BinaryOperator::NotEqual),
        FieldLookup::Neq => compared(BinaryOperator::NotEqual, BinaryOperator::Equal),
        FieldLookup::Gt => compared(BinaryOperator::Greater, BinaryOperator::LessOrEqual),
        FieldLookup::Gte => compared(BinaryOperator::GreaterOrEqual, BinaryOperator::Less),
        FieldLookup::Lt => compared(BinaryOperator::Less, BinaryOperator::GreaterOrEqual),
        FieldLookup::Lte => compared(BinaryOperator::LessOrEqual, BinaryOperator::Greater),
        FieldLookup::In => membership(field, value, opposite),
        FieldLookup::Contains => {
            let place = FunctionCall::new("instr", [field, value]).into();
            binary(place, if opposite { BinaryOperator::Equal } else { BinaryOperator::Greater }, 0.into())
        }
        FieldLookup::IContains => LIKE.expr(field, "%", value, "%", opposite),
        FieldLookup::StartsWith => GLOB.expr(field, "", value, "*", opposite),
        FieldLookup::IStartsWith => LIKE.expr(field, "", value, "%", opposite),
        FieldLookup::EndsWith => GLOB.expr(field, "*", value, "", opposite),
        FieldLookup::IEndsWith => LIKE.expr(field, "%", value, "", opposite),
        FieldLookup::IsNull => is_null(field, value, opposite),
        FieldLookup::Regex => pattern(field, PatternOperator::Regexp, value, None, opposite),
        FieldLookup::IRegex => {
            let ignoring_case = match value {
                Expr::Literal(Literal::Text(text)) => format!("(?i){text}").into(),
                other => concat("(?i)".into(), other),
            };
            pattern(field, PatternOperator::Regexp, ignoring_case, None, opposite)
        }
    }
}

fn binary(left: Expr, operator: BinaryOperator, right: Expr) -> Expr {
    Expr::Binary { left: Box::new(left), operator, right: Box::new(right) }
}

fn concat(left: Expr, right: Expr) -> Expr {
    binary(left, BinaryOperator::Concat, right)
}

fn pattern(operand: Expr, operator: PatternOperator, pattern: Expr, escape: Option<Expr>, negated: bool) -> Expr {
    Expr::Pattern { operand: Box::new(operand), operator, pattern: Box::new(pattern), escape: escape.map(Box::new), negated }
}

fn membership(field: Expr, value: Expr, negated: bool) -> Expr {
    let operand = Box::new(field);
    match value {
        Expr::Subquery(query) => Expr::InQuery { operand, query, negated },
        Expr::Row(list) => Expr::InList { operand, list, negated },
        one => Expr::InList { operand, list: vec![one], negated },
    }
}

fn is_null(field: Expr, value: Expr, opposite: bool) -> Expr {
    let operand = Box::new(field);
    match value {
        Expr::Literal(Literal::Boolean(wanted)) => Expr::IsNull { operand, negated: wanted == opposite },
        Expr::Literal(Literal::Integer(wanted)) => Expr::IsNull { operand, negated: (wanted != 0) == opposite },
        // `x IS TRUE` is 1 or 0 whatever x is, as `field ISNULL` is.
        later => {
            let wanted = binary(later, BinaryOperator::Is, true.into());
            let operator = if opposite { BinaryOperator::NotEqual } else { BinaryOperator::Equal };
            binary(Expr::IsNull { operand, negated: false }, operator, wanted)
        }
    }
}

/// A language of patterns: what has a meaning in it, and how that meaning is taken away.
struct Patterns {
    operator: PatternOperator,
    /// Characters and their escaped form, in the order in which to replace them.
    escapes: [(&'static str, &'static str); 3],
    /// What ESCAPE must name.
    escape: Option<&'static str>,
}

const LIKE: Patterns =
    Patterns { operator: PatternOperator::Like, escapes: [("\\", "\\\\"), ("%", "\\%"), ("_", "\\_")], escape: Some("\\") };

const GLOB: Patterns =
    Patterns { operator: PatternOperator::Glob, escapes: [("[", "[[]"), ("*", "[*]"), ("?", "[?]")], escape: None };

impl Patterns {
    /// `field LIKE 'before' || value || 'after'`. A text is escaped here, so that SQLite sees a constant, which may search an
    /// index, and without ESCAPE where nothing needs it; anything else is escaped by SQLite's `replace`.
    fn expr(&self, field: Expr, before: &str, value: Expr, after: &str, negated: bool) -> Expr {
        let (whole, escaped) = match value {
            Expr::Literal(Literal::Text(text)) => {
                let escaped = self.escapes.iter().fold(text.clone(), |text, (from, to)| text.replace(from, to));
                (format!("{before}{escaped}{after}").into(), escaped != text)
            }
            other => {
                let replace = |text, (from, to): &(&str, &str)| -> Expr {
                    FunctionCall::new("replace", [text, Expr::from(*from), Expr::from(*to)]).into()
                };
                let mut whole = self.escapes.iter().fold(other, replace);
                if !before.is_empty() {
                    whole = concat(before.into(), whole);
                }
                if !after.is_empty() {
                    whole = concat(whole, after.into());
                }
                (whole, true)
            }
        };
        let escape = self.escape.filter(|_| escaped).map(Expr::from);
        pattern(field, self.operator, whole, escape, negated)
    }
}

macro_rules! lookups {
    ($type:ty: $($method:ident => $lookup:ident;)*) => {
        /// A method for each [`FieldLookup`], whose documentation says what it means.
        impl $type {$(
            #[doc = concat!("A condition with [`FieldLookup::", stringify!($lookup), "`].")]
            #[must_use]
            pub fn $method(self, value: impl Into<Expr>) -> Condition {
                Condition::new(self, FieldLookup::$lookup, value)
            }
        )*}
    };
    ($($type:ty),*) => {$(
        lookups! {
            $type:
            eq => Eq;
            neq => Neq;
            gt => Gt;
            gte => Gte;
            lt => Lt;
            lte => Lte;
            is_in => In;
            contains => Contains;
            icontains => IContains;
            startswith => StartsWith;
            istartswith => IStartsWith;
            endswith => EndsWith;
            iendswith => IEndsWith;
            isnull => IsNull;
            regex => Regex;
            iregex => IRegex;
        }
    )*};
}

lookups!(Expr, FieldReference, FunctionCall);
