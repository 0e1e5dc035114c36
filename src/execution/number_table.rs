//! An open-addressing table from fixed-width keys to row or key numbers.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;

use crate::ffi::large_pages::filled;

/// No number.
pub(crate) const NONE: u32 = u32::MAX;

/// The key of one process, so that no data can be made in advance that collides.
static SEED: OnceLock<u64> = OnceLock::new();

/// A key of fixed width.
pub(crate) trait FixedKey: Copy + Eq + Default {
    /// Its place in a table of `2^(64 - shift)` places, at least eight.
    fn home(self, seed: u64, shift: u32) -> usize;
}

impl FixedKey for i64 {
    /// Eight integers that follow each other share two cache lines: tables are often in the order of their keys or nearly so, and
    /// what is looked up next is then there already. Integers that are all multiples of eight find but half of each such group
    /// taken, so that they do not pile up either.
    #[inline]
    fn home(self, seed: u64, shift: u32) -> usize {
        let group = fold((self.cast_unsigned() >> 3) ^ seed) >> shift;
        (group & !7 | self.cast_unsigned() & 7) as usize
    }
}

impl FixedKey for u128 {
    #[inline]
    fn home(self, seed: u64, shift: u32) -> usize {
        let hash = fold((self as u64) ^ seed).rotate_left(23) ^ fold(((self >> 64) as u64) ^ seed.rotate_left(32));
        (hash >> shift) as usize
    }
}

/// Both halves of a product hold of every bit: the best that one multiplication gives.
#[inline]
fn fold(bits: u64) -> u64 {
    let product = u128::from(bits) * 0x9e37_79b9_7f4a_7c15_u128;
    (product as u64) ^ ((product >> 64) as u64)
}

/// A number for each key; one cache line a lookup, as the keys stand beside their numbers and half the places are free.
pub(crate) struct NumberTable<K> {
    /// A power of two of them; `NONE` is a free place.
    places: Vec<(K, u32)>,
    used: usize,
    shift: u32,
    seed: u64,
}

impl<K: FixedKey> NumberTable<K> {
    /// A table with room for `keys` keys.
    pub(crate) fn with_capacity(keys: usize) -> Self {
        let places = (keys * 2).next_power_of_two().max(16);
        let seed = *SEED.get_or_init(|| RandomState::new().hash_one(0));
        Self { places: filled((K::default(), NONE), places), used: 0, shift: 64 - places.trailing_zeros(), seed }
    }

    /// How many bytes of memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.places.len() * size_of::<(K, u32)>()
    }

    /// The number of a key, or `NONE`.
    #[inline]
    pub(crate) fn get(&self, key: K) -> u32 {
        let mut place = self.home(key);
        loop {
            let (other, number) = self.places[place];
            if number == NONE || other == key {
                return number;
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// The number of a key, for the caller to set where it is `NONE`; it must be set before the next call.
    #[inline]
    pub(crate) fn entry(&mut self, key: K) -> &mut u32 {
        if self.used * 2 >= self.places.len() {
            self.grow();
        }
        let mut place = self.home(key);
        while self.places[place].1 != NONE && self.places[place].0 != key {
            place = (place + 1) & (self.places.len() - 1);
        }
        let found = &mut self.places[place];
        if found.1 == NONE {
            found.0 = key;
            self.used += 1;
        }
        &mut found.1
    }

    #[inline]
    fn home(&self, key: K) -> usize {
        key.home(self.seed, self.shift)
    }

    #[cold]
    fn grow(&mut self) {
        let larger = filled((K::default(), NONE), self.places.len() * 2);
        let old = std::mem::replace(&mut self.places, larger);
        self.shift -= 1;
        for (key, number) in old.into_iter().filter(|&(_, number)| number != NONE) {
            let mut place = self.home(key);
            while self.places[place].1 != NONE {
                place = (place + 1) & (self.places.len() - 1);
            }
            self.places[place] = (key, number);
        }
    }
}
