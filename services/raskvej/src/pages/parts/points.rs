//! Counts as people read them: with a point at each thousand.

use crate::sentences::figure;

/// A number that counts something.
pub(crate) trait Counted {
    fn count(&self) -> u64;
}

macro_rules! counted {
    ($($kind:ty),*) => {$(
        impl Counted for $kind {
            fn count(&self) -> u64 {
                u64::try_from(*self).unwrap_or_default()
            }
        }
    )*};
}

counted!(usize, u64, u32, u16, i64);

impl<T: Counted + ?Sized> Counted for &T {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

/// A count: 12.345.
pub(crate) fn with_points(n: impl Counted) -> String {
    figure(n.count())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Words that a count is called by in a template, besides the length of a list.
    const COUNTS: [&str; 17] = [
        "aabne",
        "asked_count",
        "at_most",
        "count",
        "ending_count",
        "first",
        "forsvundne",
        "gone_in_all",
        "hidden",
        "in_file",
        "last",
        "later",
        "losing",
        "more",
        "moves_in_all",
        "raskmeldte",
        "uenigheder",
    ];
    /// Where a word is a text that has its points already, or a number that names something.
    const TEXTS: [(&str, &str); 4] = [
        ("log.html", "count"),
        ("revision.html", "count"),
        ("indlaesning_fil.html", "count"),
        ("regnskab.html", "o.first"),
    ];

    #[test]
    fn every_count_on_a_page_has_its_points() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let (mut bare, mut met) = (Vec::new(), 0);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let (file, text) =
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap());
            for (before, said) in text.match_indices("{{ ").map(|(at, _)| text.split_at(at)) {
                let said = said[3..].split(" }}").next().unwrap();
                met += usize::from(said.starts_with("crate::with_points("));
                let word = said.rsplit(['.', ' ']).next().unwrap();
                // In a tag it is for the browser.
                let shown = before.rfind('<') < before.rfind('>');
                let counts = said.contains("len()") || COUNTS.contains(&word);
                if counts
                    && shown
                    && !said.starts_with("crate::with_points(")
                    && !TEXTS.contains(&(file.as_str(), said))
                {
                    bare.push(format!("{file}: {said}"));
                }
            }
        }
        assert!(bare.is_empty(), "write {{{{ crate::with_points(…) }}}}: {bare:#?}");
        assert!(met > 40, "{met}");
    }

    #[test]
    fn a_thousand_has_a_point() {
        assert_eq!([0_usize, 999, 1000, 1_234_567].map(with_points), ["0", "999", "1.000", "1.234.567"]);
        let as_a_template_says_it = &1_000_u64;
        assert_eq!(
            (with_points(as_a_template_says_it), with_points(-3_i64)),
            ("1.000".to_owned(), "0".to_owned()),
            "nothing is counted below nothing"
        );
    }
}
