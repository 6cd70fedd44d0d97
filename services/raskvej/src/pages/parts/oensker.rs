//! How the employee wishes to be contacted, for who makes contact and for the employee; nobody else is shown it.

use forloeb::Forloeb;
use forloeb::words::{Kontaktform, Kontakttakt};

use super::datoer::long;
use super::reader_view::ReaderView;
use super::telefon::Telefon;
use crate::access::Intent;
use crate::sealed::Oensker;

/// The wishes as they are read.
pub(crate) struct Wishes {
    /// The day they were said.
    pub(crate) said: String,
    /// Each in a sentence.
    pub(crate) lines: Vec<&'static str>,
    pub(crate) telefon: Option<Telefon>,
    pub(crate) mail: Option<String>,
    pub(crate) bemaerkning: Option<String>,
    /// Why they cannot be read, where they cannot.
    pub(crate) unreadable: Option<String>,
}

/// The newest wishes, for a reader who may have them; none where nothing is said, or it was taken back.
pub(crate) fn wishes(k: &ReaderView<'_>, f: &Forloeb) -> Option<Wishes> {
    if !k.may(f, Intent::SeeOensker) {
        return None;
    }
    let sealed = f.sagt.wishes()?;
    let said = f.sagt.oensker.as_ref().map(|fact| long(fact.dag)).unwrap_or_default();
    match k.tekst::<Oensker>(&f.medarbejder_nr, sealed)? {
        Ok(oensker) => Some(Wishes {
            said,
            lines: lines(&oensker),
            telefon: oensker.telefon.as_deref().and_then(Telefon::of),
            mail: oensker.mail,
            bemaerkning: oensker.bemaerkning,
            unreadable: None,
        }),
        Err(error) => Some(Wishes {
            said,
            lines: Vec::new(),
            telefon: None,
            mail: None,
            bemaerkning: None,
            unreadable: Some(error.to_string()),
        }),
    }
}

fn lines(o: &Oensker) -> Vec<&'static str> {
    let either = |said: Option<bool>, yes, no| said.map(|said| if said { yes } else { no });
    let tit = o.hvor_tit.map(|tit| match tit {
        Kontakttakt::Ugentlig => "Vil gerne høre fra jer hver uge.",
        Kontakttakt::HverAndenUge => "Vil gerne høre fra jer hver anden uge.",
        Kontakttakt::Maanedlig => "Vil gerne høre fra jer hver måned.",
        Kontakttakt::EfterAftale => "Vil kun kontaktes, når I har aftalt det.",
    });
    let form = o.form.map(|form| match form {
        Kontaktform::Telefon => "Helst i telefonen.",
        Kontaktform::Personal => "Helst ved at mødes.",
        Kontaktform::Sms => "Helst på sms.",
        Kontaktform::Mail => "Helst på mail.",
    });
    let all = [
        either(
            o.peace,
            "Vil helst have ro: tag kun kontakt om det, der er nødvendigt.",
            "Har ikke brug for særlig ro: I må gerne tage kontakt.",
        ),
        tit,
        form,
        either(
            o.information,
            "Vil gerne høre nyt fra arbejdspladsen.",
            "Vil ikke høre nyt fra arbejdspladsen lige nu.",
        ),
        either(o.meetings, "Vil gerne inviteres til møder.", "Vil ikke inviteres til møder."),
        either(o.invitations, "Vil gerne inviteres med til det sociale.", "Vil ikke inviteres med til det sociale."),
    ];
    all.into_iter().flatten().collect()
}
