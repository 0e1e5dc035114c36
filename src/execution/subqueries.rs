//! What the uncorrelated subqueries gave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::memory::Reservation;
use crate::bind::SubqueryId;
use crate::error::{Error, Result};
use crate::expression::SubqueryValues;
use crate::value::Value;

/// The results of the subqueries that ran, by their ids.
#[derive(Default)]
pub(crate) struct Subqueries(Mutex<HashMap<SubqueryId, Result<SubqueryResult>>>);

/// What one subquery gave.
#[derive(Clone, Default)]
pub(crate) struct SubqueryResult {
    /// The values of its first column.
    pub(crate) values: Arc<Vec<Value>>,
    /// Whether there was a row.
    pub(crate) has_row: bool,
    _memory: Option<Arc<Reservation>>,
}

impl SubqueryResult {
    /// What was found, and the memory that it takes.
    pub(crate) fn new(values: Vec<Value>, has_row: bool, memory: Reservation) -> Self {
        Self { values: Arc::new(values), has_row, _memory: Some(Arc::new(memory)) }
    }
}

impl Subqueries {
    /// Whether a subquery ran.
    pub(crate) fn is_known(&self, subquery: SubqueryId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&subquery)
    }

    /// Keeps what a subquery gave, be it an error, which is that of whoever needs the result.
    pub(crate) fn set(&self, subquery: SubqueryId, result: Result<SubqueryResult>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(subquery, result);
    }

    fn result(&self, subquery: SubqueryId) -> Result<SubqueryResult> {
        let results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = || Error::query(format!("subquery {} is used before it ran", subquery.0));
        results.get(&subquery).cloned().unwrap_or_else(|| Err(missing()))
    }
}

impl SubqueryValues for Subqueries {
    fn scalar(&self, subquery: SubqueryId) -> Result<Value> {
        Ok(self.result(subquery)?.values.first().cloned().unwrap_or(Value::Null))
    }

    fn values(&self, subquery: SubqueryId) -> Result<Arc<Vec<Value>>> {
        Ok(self.result(subquery)?.values)
    }

    fn exists(&self, subquery: SubqueryId) -> Result<bool> {
        Ok(self.result(subquery)?.has_row)
    }
}
