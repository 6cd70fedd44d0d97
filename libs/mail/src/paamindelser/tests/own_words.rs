//! Mails about frister with the workplace's own words in them.

use app::mailtekster::Mailtekster;
use forloeb::words::Fristart;

use super::super::letter::{Frame, Point, write};
use super::fixture::dag;

/// The workplace's words stand beside what every mail has: days, reference, link and that nobody is named.
#[test]
fn a_workplace_says_it_in_its_own_words() {
    let own = Mailtekster::read(
        "indledning = \"Du har {antal} ting at huske.\"\nafslutning = \"Ring på lokal 4711.\"\n[frist]\n\
         samtale = \"Guiden ligger på intranettet.\\nHold den inden {dag}.\"\n",
    )
    .unwrap();
    let frame = Frame { base_url: "https://opfoelgning.test", answer_to_hr: true, own: &own };
    let one = Point::invented(Fristart::Samtale, dag("2026-02-06"));
    let text = write(vec![one.clone()], &[], &[], frame).unwrap().tekst;
    let expected = "\
Hej

Du har 1 ting at huske.

Opfølgningssamtale
   Senest fredag den 6. februar 2026.
   Hold samtalen, personligt eller i telefonen, og registrer, hvordan den gik.
   Guiden ligger på intranettet.
   Hold den inden fredag den 6. februar 2026.
   Reference 89abcdef: https://opfoelgning.test/forloeb/01234567-89ab-cdef-0123-456789abcdef?frist=samtale

Linket virker, når du er logget ind. Når opgaven er registreret, hører du ikke mere om den.
Frister samles i én mail om morgenen på arbejdsdage. Der kommer ikke mail om dem hver dag: alt, der venter på dig, står på arbejdslisten.
Har du spørgsmål, så svar på denne mail: svaret går til HR.

Ring på lokal 4711.

Mailen er sendt automatisk og nævner med vilje ingen personer.
";
    assert_eq!(text, expected);
    let of_another = write(vec![one.overdue().of_another()], &[], &[], frame).unwrap().tekst;
    assert!(!of_another.contains("intranettet"), "it is for whoever is to do it: {of_another}");
}
