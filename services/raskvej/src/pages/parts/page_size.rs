//! How many rows a page of a list has: chosen by who reads it, and in the address with everything else that is chosen.

use super::session::Search;

/// The parameter of an address.
pub(crate) const PARAMETER: &str = "antal";
const SIZES: [usize; 3] = [25, 50, 100];
/// The largest that can be chosen.
pub(crate) const LARGEST: usize = SIZES[SIZES.len() - 1];

/// Rows of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageSize {
    pub(crate) rows: usize,
    /// As many as there are where nobody chooses.
    standard: usize,
}

impl PageSize {
    /// As an address asks; as many as this where it asks for none, or for one that cannot be chosen.
    pub(crate) fn of(search: &Search, standard: usize) -> Self {
        let asked = search.tekst(PARAMETER).and_then(|rows| rows.parse().ok());
        Self { rows: asked.filter(|rows| SIZES.contains(rows)).unwrap_or(standard), standard }
    }

    /// What an address says of it; nothing where it need not.
    pub(crate) fn in_address(self) -> Option<String> {
        (self.rows != self.standard).then(|| self.rows.to_string())
    }

    /// The last page of as many rows.
    pub(crate) const fn last(self, count: usize) -> usize {
        let pages = count.div_ceil(self.rows);
        if pages == 0 { 1 } else { pages }
    }

    /// What can be chosen: rows, the list with as many, and whether it is so now. Nothing, of a list that fits the smallest page.
    pub(crate) fn choices(self, count: usize, address: impl Fn(Self) -> String) -> Vec<(usize, String, bool)> {
        let choice = |rows| (rows, address(Self { rows, ..self }), rows == self.rows);
        if count <= SIZES[0] { Vec::new() } else { SIZES.map(choice).into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(antal: &str) -> PageSize {
        PageSize::of(&Search(vec![(PARAMETER.to_owned(), antal.to_owned())]), 50)
    }

    #[test]
    fn a_size_that_can_be_chosen_is_taken_and_any_other_is_not() {
        for (antal, rows, said) in [
            ("25", 25, Some("25")),
            ("50", 50, None),
            ("100", 100, Some("100")),
            ("1000000", 50, None),
            ("x", 50, None),
        ] {
            assert_eq!((of(antal).rows, of(antal).in_address().as_deref()), (rows, said), "{antal}");
        }
        assert_eq!([0, 1, 50, 51, 100, 101].map(|count| of("50").last(count)), [1, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn a_list_that_fits_the_smallest_page_is_not_asked_about() {
        assert!(of("").choices(25, |_| String::new()).is_empty());
        let choices = of("").choices(26, |size| size.in_address().unwrap_or_default());
        let expected = [(25, "25", false), (50, "", true), (100, "100", false)];
        assert_eq!(choices, expected.map(|(rows, address, here)| (rows, address.to_owned(), here)));
    }
}
