//! What a file is written in, told by its bytes, and the text of each of its lines. A line that cannot be read as the
//! others is told as broken: nothing is guessed of a name that was cut in two.

use std::borrow::Cow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How the bytes of a line become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Utf8,
    Windows,
    Utf16Little,
    Utf16Big,
}

/// The bytes after their mark of order, and what they are written in.
pub(super) fn coding(bytes: &[u8]) -> (&[u8], Coding) {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((utf8, length)) if utf8 == UTF_8 => (&bytes[length..], Coding::Utf8),
        Some((big, length)) if big == UTF_16BE => (&bytes[length..], Coding::Utf16Big),
        Some((_, length)) => (&bytes[length..], Coding::Utf16Little),
        None => (bytes, without_mark(bytes)),
    }
}

/// Of a file without a mark. One broken letter does not make UTF-8 something else, and in Windows-1252 hardly any two
/// letters look like one of UTF-8: what there is more of tells. A first half of `æ`, `ø` or `å` alone tells too.
fn without_mark(bytes: &[u8]) -> Coding {
    let (mut whole, mut broken, mut halves) = (0_usize, 0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        match chunk.invalid() {
            [] => {}
            [0xc2 | 0xc3] => halves += 1,
            _ => broken += 1,
        }
    }
    if broken > 0 && broken + halves > whole { Coding::Windows } else { Coding::Utf8 }
}

impl Coding {
    /// Where the first line of these bytes ends, and where the next one begins; none where it is the last.
    pub(super) fn line_end(self, bytes: &[u8]) -> Option<(usize, usize)> {
        let pair =
            |end: [u8; 2]| bytes.chunks_exact(2).position(|two| two == end).map(|place| (2 * place, 2 * place + 2));
        match self {
            Self::Utf8 | Self::Windows => bytes.iter().position(|byte| *byte == b'\n').map(|end| (end, end + 1)),
            Self::Utf16Little => pair([b'\n', 0]),
            Self::Utf16Big => pair([0, b'\n']),
        }
    }

    /// There are more line ends than this.
    pub(super) fn has_more_lines(self, bytes: &[u8], than: usize) -> bool {
        let pairs = |end: [u8; 2]| bytes.chunks_exact(2).filter(|two| *two == end).nth(than).is_some();
        match self {
            Self::Utf8 | Self::Windows => bytes.iter().filter(|byte| **byte == b'\n').nth(than).is_some(),
            Self::Utf16Little => pairs([b'\n', 0]),
            Self::Utf16Big => pairs([0, b'\n']),
        }
    }

    /// The text of a line; none where its bytes are not written as the rest of the file.
    pub(super) fn text(self, line: &[u8]) -> Option<Cow<'_, str>> {
        let utf16 = |encoding: &'static encoding_rs::Encoding| {
            let (text, broken) = encoding.decode_without_bom_handling(line);
            (!broken && line.len().is_multiple_of(2)).then_some(text)
        };
        let text = match self {
            Self::Utf8 => std::str::from_utf8(line).ok().map(Cow::Borrowed),
            Self::Windows if looks_like_utf8(line) || line.iter().any(|byte| is_no_sign(*byte)) => None,
            Self::Windows => Some(WINDOWS_1252.decode_without_bom_handling(line).0),
            Self::Utf16Little => utf16(UTF_16LE),
            Self::Utf16Big => utf16(UTF_16BE),
        }?;
        Some(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.strip_suffix('\r').unwrap_or(text)),
            Cow::Owned(mut text) => {
                if text.ends_with('\r') {
                    text.pop();
                }
                Cow::Owned(text)
            }
        })
    }

    /// What is said of a line that cannot be read.
    pub(super) const fn broken(self) -> &'static str {
        match self {
            Self::Utf8 => "linjen rummer tegn, der er gået i stykker (de er ikke UTF-8 som resten af filen)",
            Self::Windows => "linjen rummer tegn, der er gået i stykker (de er ikke Windows-1252 som resten af filen)",
            Self::Utf16Little | Self::Utf16Big => "linjen rummer tegn, der er gået i stykker (de er ikke UTF-16)",
        }
    }
}

/// The five bytes that Windows-1252 has no sign for.
const fn is_no_sign(byte: u8) -> bool {
    matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

fn looks_like_utf8(line: &[u8]) -> bool {
    !line.is_ascii() && line.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<Option<String>> {
        let (mut rest, coding) = coding(bytes);
        let mut out = Vec::new();
        while !rest.is_empty() {
            let (end, next) = coding.line_end(rest).unwrap_or((rest.len(), rest.len()));
            out.push(coding.text(&rest[..end]).map(Cow::into_owned));
            rest = &rest[next..];
        }
        out
    }

    fn some(lines: &[Option<&str>]) -> Vec<Option<String>> {
        lines.iter().map(|line| line.map(str::to_owned)).collect()
    }

    #[test]
    fn one_broken_letter_breaks_its_own_line_and_no_other() {
        assert_eq!(
            texts(b"n\nS\xc3\xb8ren\nS\xc3ren\n\xc3\x85se"),
            some(&[Some("n"), Some("Søren"), None, Some("Åse")])
        );
        assert_eq!(texts(b"n\nS\xc3ren\nOle"), some(&[Some("n"), None, Some("Ole")]), "the only letter is a half");
        assert_eq!(texts(b"\xef\xbb\xbfn\nS\xf8ren\nOle"), some(&[Some("n"), None, Some("Ole")]), "the mark tells");
        assert_eq!(texts(b"n\n\xc3\xb8\xff\n\xc3\xb8"), some(&[Some("n"), None, Some("ø")]));
    }

    #[test]
    fn windows_1252_is_read_and_what_is_not_it_is_told() {
        assert_eq!(texts(b"S\xf8ren\r\n\xc5se\x80"), some(&[Some("Søren"), Some("Åse€")]));
        assert_eq!(texts(b"S\xf8ren\n\xc5s\x81\nOle"), some(&[Some("Søren"), None, Some("Ole")]));
        // Two files in one: the smaller part is not read as the other.
        assert_eq!(texts(b"S\xf8ren\n\xe6\xe5\n\xc3\xb8\nOle"), some(&[Some("Søren"), Some("æå"), None, Some("Ole")]));
    }

    #[test]
    fn utf_16_is_read_line_by_line_and_half_a_letter_breaks_its_line() {
        let text: Vec<u16> = "ਊæ\r\n\u{1f600}ø\nc".encode_utf16().collect();
        let expected = some(&[Some("ਊæ"), Some("\u{1f600}ø"), Some("c")]);
        let little: Vec<u8> = [0xfeff].iter().chain(&text).flat_map(|unit: &u16| unit.to_le_bytes()).collect();
        let big: Vec<u8> = [0xfeff].iter().chain(&text).flat_map(|unit: &u16| unit.to_be_bytes()).collect();
        assert_eq!((texts(&little), texts(&big)), (expected.clone(), expected));
        let lone: Vec<u8> =
            [0xfeff, 0x61, 0x0a, 0xd83d, 0x0a, 0x62].iter().flat_map(|unit: &u16| unit.to_le_bytes()).collect();
        assert_eq!(texts(&lone), some(&[Some("a"), None, Some("b")]));
        assert_eq!(texts(&lone[..lone.len() - 1]), some(&[Some("a"), None, None]));
        assert!(
            Coding::Utf16Little.has_more_lines(&lone[2..], 1) && !Coding::Utf16Little.has_more_lines(&lone[2..], 2)
        );
    }
}
