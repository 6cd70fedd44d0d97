//! Lists of short texts in one field of a form: one text a line.
//!
//! A text may have lines of its own, if it came through the API. Its second and later lines stand indented, so that what
//! the form shows and sends back is the same list.

/// What the second and later lines of a text begin with.
const INDENT: &str = "  ";

/// The list as it stands in the field.
pub(crate) fn shown<S: AsRef<str>>(texts: &[S]) -> String {
    let one = |text: &S| text.as_ref().lines().collect::<Vec<_>>().join(&format!("\n{INDENT}"));
    texts.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The list that was typed.
pub(crate) fn read(field: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in field.lines() {
        match (line.strip_prefix(INDENT), texts.last_mut()) {
            (Some(more), Some(text)) => {
                text.push('\n');
                text.push_str(more.trim_end());
            }
            _ if line.trim().is_empty() => {}
            _ => texts.push(line.trim().to_owned()),
        }
    }
    texts.iter().map(|text| text.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_text_a_line_and_the_lines_of_a_text_indented() {
        assert_eq!(shown(&["Kontor", "Telefon\nkun om formiddagen"]), "Kontor\nTelefon\n  kun om formiddagen");
        assert_eq!(
            read("Kontor\r\n\r\nTelefon\r\n  kun om formiddagen\r\n"),
            ["Kontor", "Telefon\nkun om formiddagen"]
        );
        assert_eq!(read("  indrykket fra begyndelsen\n \n"), ["indrykket fra begyndelsen"]);
        assert_eq!(read(" \n"), Vec::<String>::new());
    }

    proptest! {
        /// Texts as the API takes them: trimmed and not empty. Spaces at the end of a line are nobody's.
        #[test]
        fn what_the_form_shows_comes_back(texts in prop::collection::vec("[a-zæøå .\n]{0,20}[a-zæøå.]", 0..6)) {
            let texts: Vec<String> = texts.iter().map(|text| {
                text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
            }).collect();
            prop_assert_eq!(read(&shown(&texts)), texts);
        }
    }
}
