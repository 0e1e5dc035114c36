//! The name that a mistyped one was probably meant to be.

/// The most similar of `candidates`, if one is similar enough to be worth suggesting: at most a third of its letters differ.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_ascii_lowercase();
    let distance = |candidate: &str| strsim::damerau_levenshtein(&name, &candidate.to_ascii_lowercase());
    let scored = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    let (distance, best) = scored.min()?;
    (distance <= (name.chars().count().max(2) + 1) / 3).then_some(best)
}
