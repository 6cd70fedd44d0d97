//! Which groups are too small to be told of in numbers: the one rule of all statistics.

/// Fewer people than this are not shown.
pub const AT_LEAST: usize = 5;

/// So few people that a number would tell of them. Nobody is no group.
#[must_use]
pub const fn few(people: usize) -> bool {
    0 < people && people < AT_LEAST
}
