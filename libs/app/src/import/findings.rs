//! What is told of a file: the first of what was found, by line, and how much there was.

use std::collections::BinaryHeap;

use super::LineError;

/// As much is told one by one: who has more to put right than this looks at the file, not at the list.
pub const TOLD: usize = 100;
/// As much is kept for the report that is written as a file.
pub const REPORTED: usize = 10_000;

/// What was found in the lines of a file, in any order.
#[derive(Debug, Default)]
pub struct Findings {
    /// The first ones, the last of them on top.
    first: BinaryHeap<LineError>,
    count: u64,
    lines: usize,
}

impl Findings {
    /// Something about one line, of which nothing else is found.
    pub fn take(&mut self, one: LineError) {
        self.line([one]);
    }

    /// Everything about one line.
    pub fn line(&mut self, of_line: impl IntoIterator<Item = LineError>) {
        let before = self.count;
        for one in of_line {
            self.count += 1;
            self.keep(one);
        }
        self.lines += usize::from(self.count > before);
    }

    /// What was found in other lines.
    pub fn put_to(&mut self, other: Self) {
        self.count += other.count;
        self.lines += other.lines;
        other.first.into_iter().for_each(|one| self.keep(one));
    }

    fn keep(&mut self, one: LineError) {
        if self.first.len() < REPORTED {
            self.first.push(one);
        } else if let Some(mut last) = self.first.peek_mut()
            && one < *last
        {
            *last = one;
        }
    }

    /// Nothing was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How much was found.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// In how many lines.
    #[must_use]
    pub const fn lines(&self) -> usize {
        self.lines
    }

    /// The first of it, by line.
    #[must_use]
    pub fn first(&self) -> Vec<LineError> {
        self.first.clone().into_sorted_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_by_line_are_kept_and_all_are_counted() {
        let one = |line| LineError::new(line, "linje", "forkert");
        let (mut found, mut others) = (Findings::default(), Findings::default());
        for line in (1..=1000).rev() {
            let half = if line % 2 == 0 { &mut found } else { &mut others };
            half.line([one(line), LineError::new(line, "cpr", "skal udfyldes")]);
        }
        found.line([]);
        found.put_to(others);
        assert_eq!((found.count(), found.lines(), found.is_empty()), (2000, 1000, false));
        let lines: Vec<_> = found.first().iter().take(100).map(|f| f.line).collect();
        assert_eq!(lines, (1..=50).flat_map(|line| [line, line]).collect::<Vec<_>>());
        assert!(Findings::default().is_empty());
    }
}
