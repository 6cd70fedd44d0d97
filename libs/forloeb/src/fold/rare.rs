//! Parts of a forløb that most have nothing of: they take the room of a pointer until something is in them. Every forløb that goes
//! on is in memory, and the day turns for each of them.

use std::ops::{Deref, DerefMut};

/// Something of which there is often nothing.
pub trait Rarely: Default + PartialEq + 'static {
    /// Where there is nothing.
    fn nothing() -> &'static Self;
}

/// It, or nothing.
#[derive(Debug, Clone)]
pub struct Rare<T>(Option<Box<T>>);

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Rarely> From<T> for Rare<T> {
    fn from(value: T) -> Self {
        Self((value != *T::nothing()).then(|| Box::new(value)))
    }
}

impl<T: Rarely> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.0 {
            Some(something) => something,
            None => T::nothing(),
        }
    }
}

impl<T: Rarely> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

/// Nothing is the same as something with nothing in it.
impl<T: Rarely> PartialEq for Rare<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Rarely> Rare<T> {
    /// There is something in it.
    #[must_use]
    pub fn is_something(&self) -> bool {
        **self != *T::nothing()
    }
}
