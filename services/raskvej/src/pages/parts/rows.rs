//! Tasks of one kind as rows of a table, each with the fields of its form: they are sent together, and each is a form of its
//! own.

use std::collections::HashMap;

use forloeb::words::Fristart;
use uuid::Uuid;

use super::datoer::{as_iso, dato_in_digits, relative};
use super::frist::label;
use super::page_form::{ErrorLine, FormField, PageForm, explanation};
use super::page_size::LARGEST;
use super::people::Chooser;
use super::reader_view::ReaderView;
use super::session::{Pairs, find};
use super::submission::RefusedForm;
use super::work::{Doing, What, Work};
use crate::commands;
use crate::commands::form::Kind as FieldKind;
use crate::commands::typed::Typed;
use crate::projections::Case;
use doors::address::percent_encode;

/// Rows of a page where nobody chooses.
pub(crate) const STANDARD: usize = 25;
/// Most that are taken from one form: a page whose rows were refused has those too.
const MOST: usize = 2 * LARGEST;

/// What the rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The receipt of an anmeldelse that is signed.
    Receipt,
    /// An anmeldelse that is to be signed, or was, with or without its receipt.
    Sign,
    /// A claim of refusion.
    Claim,
    /// Somebody who leads.
    FindLeder,
    /// The first contact.
    Call,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Receipt, Self::Sign, Self::Claim, Self::FindLeder, Self::Call];

    /// The one of this code in an address.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.doing().code() == code)
    }

    /// The rows for a group of the work list.
    pub(crate) fn of(doing: Doing) -> Option<Self> {
        match doing {
            Doing::Remind => Some(Self::Call),
            doing => Self::ALL.into_iter().find(|kind| kind.doing() == doing),
        }
    }

    const fn doing(self) -> Doing {
        match self {
            Self::Receipt => Doing::Receipt,
            Self::Sign => Doing::Sign,
            Self::Claim => Doing::Claim,
            Self::FindLeder => Doing::FindLeder,
            Self::Call => Doing::Call,
        }
    }

    /// The address of its rows.
    pub(crate) fn path(self) -> String {
        format!("/hr/raekker/{}", self.doing().code())
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Receipt => "Kvitteringer i rækker",
            Self::Sign => "Anmeldelser i rækker",
            Self::Claim => "Refusion i rækker",
            Self::FindLeder => "Forløb uden leder",
            Self::Call => "Første kontakter i rækker",
        }
    }

    /// The address of those that somebody has taken on, or of all, and what leads there.
    pub(crate) fn link(self, tildelt: Option<&str>) -> (String, &'static str) {
        let path = self.path();
        let path = tildelt.map_or_else(|| path.clone(), |nr| format!("{path}?tildelt={}", percent_encode(nr)));
        let said = match self {
            Self::Receipt => "Registrér flere kvitteringer på én gang",
            Self::Sign => "Registrér flere anmeldelser på én gang",
            Self::Claim => "Registrér flere anmodninger på én gang",
            Self::FindLeder => "Giv flere en leder på én gang",
            Self::Call => "Registrér flere første kontakter på én gang",
        };
        (path, said)
    }

    /// What to know before one begins.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Receipt => {
                "Skriv kvitteringens nummer, eller hvorfor der ikke er noget. De rækker, du ikke udfylder, bliver stående."
            }
            Self::Sign => {
                "Skriv, hvornår anmeldelsen er underskrevet i NemRefusion. Skriv også kvitteringens nummer, eller hvorfor der ikke er \
                 noget, hvis kvitteringen er kommet."
            }
            Self::Claim => {
                "Sæt kryds ved dem, der er søgt i NemRefusion. Dagene er de næste, der kan søges; ret dem, hvis der er søgt for andre. \
                 Er dagen for underskriften tom, er det i dag."
            }
            Self::FindLeder => {
                "Vælg, hvem der skal lede forløbet fra i dag. De rækker, du ikke udfylder, bliver stående."
            }
            Self::Call => {
                "Udfyld dem, hvor kontakten er taget. Spørg ikke om diagnose. De rækker, du ikke udfylder, bliver stående."
            }
        }
    }

    /// What is told of what was done.
    pub(crate) const fn done(self) -> (&'static str, &'static str) {
        match self {
            Self::Receipt => ("kvittering er gemt", "kvitteringer er gemt"),
            Self::Sign => ("anmeldelse er gemt", "anmeldelser er gemt"),
            Self::Claim => ("anmodning er gemt", "anmodninger er gemt"),
            Self::FindLeder => ("forløb har fået en leder", "forløb har fået en leder"),
            Self::Call => ("kontakt er gemt", "kontakter er gemt"),
        }
    }

    /// The command that each row is.
    pub(crate) const fn command(self) -> &'static str {
        match self {
            Self::Receipt | Self::Sign => "anmeldelse",
            Self::Claim => "refusionsanmodning",
            Self::FindLeder => "lederskifte",
            Self::Call => "foerste-kontakt",
        }
    }

    /// The fields that a row shows, and what stands over them; the others are sent as the form has them.
    pub(crate) const fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Receipt => {
                &[("kvittering", "Kvitteringens nummer"), ("uden_kvittering", "Eller hvorfor intet nummer")]
            }
            Self::Sign => &[
                ("underskrevet_dato", "Underskrevet den"),
                ("kvittering", "Kvitteringens nummer"),
                ("uden_kvittering", "Eller hvorfor intet nummer"),
            ],
            Self::Claim => &[
                ("fra", "Fra og med"),
                ("til", "Til og med"),
                ("beloeb", "Beløb i kroner"),
                ("underskrevet_dato", "Underskrevet den"),
            ],
            Self::FindLeder => &[("leder_nr", "Leder: navn eller nummer")],
            Self::Call => &[
                ("form", "Hvordan"),
                ("kontaktperson_rolle", "Hvem kontaktede"),
                ("dato", "Dato"),
                ("taget_af", "Hvem tog kontakten"),
                ("forventet_varighed", "Forventet varighed"),
            ],
        }
    }

    /// A row is sent when one of these is filled in.
    const fn decisive(self) -> &'static [&'static str] {
        match self {
            Self::Receipt => &["kvittering", "uden_kvittering"],
            Self::Sign => &["underskrevet_dato", "kvittering", "uden_kvittering"],
            Self::Claim => &[TICK, "beloeb", "underskrevet_dato"],
            Self::FindLeder => &["leder_nr"],
            Self::Call => &["form", "kontaktperson_rolle"],
        }
    }

    /// What is said of a row that somebody has typed in, and that was not sent.
    pub(crate) const fn not_sent(self) -> &'static str {
        match self {
            Self::Claim => "Du har rettet rækken, men ikke sat kryds. Den er ikke gemt. Sæt kryds, hvis der er søgt.",
            _ => "Du har skrevet i rækken, men den er ikke udfyldt, så den kan gemmes. Den er ikke gemt.",
        }
    }

    /// A row is chosen with a tick, because its fields hold something from the start.
    pub(crate) fn is_ticked(self) -> bool {
        self == Self::Claim
    }

    /// A task that is one of the rows.
    pub(crate) fn has(self, work: &Work, is_signed: bool) -> bool {
        let anmeldelse = matches!(work.what, What::Frist(Fristart::Anmeldelse) | What::Unsigned);
        match self {
            Self::Receipt => anmeldelse && is_signed,
            Self::Sign => anmeldelse && !is_signed,
            Self::Claim => work.what == What::Frist(Fristart::Refusionsanmodning),
            Self::FindLeder => work.what == What::FindLeder,
            Self::Call => work.what == What::Frist(Fristart::FoersteKontakt) && work.doing != Doing::Lost,
        }
    }

    /// What a row means: the step that an anmeldelse is at follows from what is known of it.
    fn complete(self, row: &mut Pairs) {
        if !matches!(self, Self::Receipt | Self::Sign) {
            return;
        }
        let receipted =
            self == Self::Receipt || find(row, "kvittering").is_some() || find(row, "uden_kvittering").is_some();
        if receipted {
            row.push(("trin".to_owned(), "kvitteret".to_owned()));
        } else if let Some(signed) = find(row, "underskrevet_dato").map(str::to_owned) {
            row.retain(|(name, _)| name != "underskrevet_dato" && name != "dato");
            row.push(("trin".to_owned(), "underskrevet".to_owned()));
            row.push(("dato".to_owned(), signed));
        }
    }
}

/// The name of the tick of a row.
pub(crate) const TICK: &str = "med";
/// The name of what the fields of a row held before anybody typed.
const AS_SHOWN: &str = "vist";

/// A row on a page.
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) version: u64,
    pub(crate) path: String,
    pub(crate) who: String,
    pub(crate) enhed: String,
    pub(crate) when: String,
    pub(crate) code: &'static str,
    pub(crate) status: String,
    /// None of them where there is nothing to send as things stand.
    pub(crate) fields: Vec<FormField>,
    pub(crate) ticked: bool,
    /// What its fields held before anybody typed.
    pub(crate) as_shown: String,
    /// What is wrong with the whole of it.
    pub(crate) error: Option<String>,
}

impl Row {
    pub(crate) fn new(k: &ReaderView<'_>, kind: Kind, case: &Case, work: &Work) -> Self {
        let (f, v) = (&case.forloeb, &case.assessment);
        let signed = f.anmeldelser.last().filter(|_| kind == Kind::Receipt);
        let since = format!("{} ({})", relative(work.dag, k.today), dato_in_digits(work.dag));
        let status = match work.what {
            What::Frist(art) => v.frist(art).map(|frist| label(frist, k.today)),
            _ => None,
        };
        let (said, code) = status.unwrap_or_else(|| ("Ikke underskrevet".to_owned(), "overskredet"));
        let fields = fields(k, kind, case);
        Self {
            id: f.id,
            version: f.version,
            path: format!("/forloeb/{}", f.id),
            who: k.row(&f.medarbejder_nr),
            enhed: f.stamdata_now(k.today).enhed_navn.clone(),
            when: signed.map_or(since, |a| format!("underskrevet {}", dato_in_digits(a.what.dato))),
            code,
            status: match (kind, work.what) {
                (Kind::Receipt, _) => "Ikke kvitteret".to_owned(),
                (Kind::FindLeder, _) => "Leder mangler".to_owned(),
                _ => said,
            },
            as_shown: as_shown(kind, &fields),
            fields,
            ticked: false,
            error: None,
        }
    }

    /// By what its tick is found.
    pub(crate) fn tick_id(&self) -> String {
        format!("f-{}-{TICK}", self.id)
    }

    /// With what was typed in it, though it was not sent.
    pub(crate) fn hold(&mut self, typed: &Typed) {
        for felt in self.fields.iter_mut().filter(|felt| felt.control() != "skjult") {
            felt.field.value = find(typed, felt.field.name).unwrap_or_default().to_owned();
        }
        self.ticked = find(typed, TICK).is_some();
    }

    /// With what was typed in it, which was not sent because something decisive is missing; the line of the summary.
    pub(crate) fn hold_changed(&mut self, kind: Kind, typed: &Typed) -> ErrorLine {
        self.hold(typed);
        let said = kind.not_sent();
        let decisive = self.fields.iter().find(|felt| kind.decisive().contains(&felt.field.name));
        let felt = if kind.is_ticked() { Some(self.tick_id()) } else { decisive.map(|felt| felt.id.clone()) };
        self.error = Some(said.to_owned());
        ErrorLine { felt, tekst: format!("{}: {said}", self.who) }
    }

    /// With what was typed in it, and what is wrong with that; the lines of the summary.
    pub(crate) fn refuse(&mut self, refused: &RefusedRow) -> Vec<ErrorLine> {
        self.hold(&refused.typed);
        let mut lines = Vec::new();
        for wrong in &refused.refused.problem.fields {
            // A day on which it was signed stands in the field of that name, whatever the step calls it.
            let name =
                if wrong.felt == "dato" && refused.kind == Kind::Sign { "underskrevet_dato" } else { &wrong.felt };
            let felt = self.fields.iter_mut().find(|felt| felt.field.name == name && felt.control() != "skjult");
            let label = felt.as_ref().map_or(name, |felt| &*felt.field.label);
            let said = super::page_form::sentence(label, wrong);
            lines.push(ErrorLine {
                felt: felt.as_ref().map(|felt| felt.id.clone()),
                tekst: format!("{}: {said}", self.who),
            });
            match felt {
                Some(felt) => felt.error = Some(said),
                None => self.error = Some(said),
            }
        }
        if lines.is_empty() {
            let said = explanation(&refused.refused.problem);
            let felt = self.fields.iter().find(|felt| felt.control() != "skjult").map(|felt| felt.id.clone());
            lines.push(ErrorLine { felt, tekst: format!("{}: {said}", self.who) });
            self.error = Some(said);
        }
        lines
    }
}

/// The fields of the form of a forløb as a row has them; none where the form is not on its page.
fn fields(k: &ReaderView<'_>, kind: Kind, case: &Case) -> Vec<FormField> {
    let (f, v) = (&case.forloeb, &case.assessment);
    commands::on_forloeb(kind.command())
        .and_then(|(_, on_page)| on_page.form(&k.at(), f, v, kind.command()))
        .map(|form| shown(kind, PageForm::from(form.named(f.id.to_string()))))
        .unwrap_or_default()
}

/// What the fields of a row hold before anybody has typed, in the order of the kind: it goes along with the form, so that what
/// was typed is known also where the forløb is no task any more.
fn as_shown(kind: Kind, fields: &[FormField]) -> String {
    let value = |name: &str| fields.iter().find(|felt| felt.field.name == name).map_or("", |felt| &felt.field.value);
    kind.fields().iter().map(|(name, _)| value(name)).collect::<Vec<_>>().join("|")
}

/// Something in a row is otherwise than the page had it: somebody typed it.
pub(crate) fn is_changed(kind: Kind, typed: &Typed) -> bool {
    let mut shown = find(typed, AS_SHOWN).unwrap_or_default().split('|');
    let ticked = find(typed, TICK).is_some();
    let changed = kind.fields().iter().any(|(name, _)| {
        let now = find(typed, name).unwrap_or_default().trim();
        as_iso(now) != as_iso(shown.next().unwrap_or_default())
    });
    ticked || changed
}

/// The fields of the form as a row has them: what it shows, in order, then the rest, which is sent as it is.
fn shown(kind: Kind, form: PageForm) -> Vec<FormField> {
    let place = |felt: &FormField| kind.fields().iter().position(|(name, _)| *name == felt.field.name);
    let mut fields: Vec<_> = form.fields.into_iter().map(|felt| (place(&felt).unwrap_or(usize::MAX), felt)).collect();
    fields.sort_by_key(|(place, _)| *place);
    fields.retain(|(place, felt)| *place != usize::MAX || (!felt.field.value.is_empty() && felt.field.name != "trin"));
    let one = |(place, mut felt): (usize, FormField)| {
        match kind.fields().get(place) {
            Some((_, label)) => felt.field.label = (*label).into(),
            None => felt.field.kind = FieldKind::Hidden,
        }
        felt.field.help = String::new();
        felt.field.required = false;
        felt
    };
    fields.into_iter().map(one).collect()
}

/// A row that was sent and refused.
pub(crate) struct RefusedRow {
    pub(crate) kind: Kind,
    /// As it was typed.
    pub(crate) typed: Pairs,
    pub(crate) refused: RefusedForm,
}

/// What was typed in the rows of a form, by forløb, in the order of the page.
pub(crate) fn typed(fields: Pairs) -> Vec<(Uuid, Pairs)> {
    let mut rows: Vec<(Uuid, Pairs)> = Vec::new();
    let mut at: HashMap<Uuid, usize> = HashMap::new();
    for (name, value) in fields {
        let Some((name, id)) = name.rsplit_once('.') else { continue };
        let Ok(id) = Uuid::try_parse(id) else { continue };
        let place = *at.entry(id).or_insert(rows.len());
        if place == rows.len() {
            rows.push((id, Pairs::new()));
        }
        rows[place].1.push((name.to_owned(), value));
    }
    rows.truncate(MOST);
    rows
}

/// The row was filled in.
pub(crate) fn is_filled_in(kind: Kind, row: &Typed) -> bool {
    kind.decisive().iter().any(|name| find(row, name).is_some())
}

/// A row as its command is sent: guarded by the key of the page and its own id, so that it is one command by itself.
///
/// # Errors
/// Who was named cannot be found; the field is named.
pub(crate) fn as_form(
    kind: Kind,
    id: Uuid,
    row: &Typed,
    key: &str,
    people: &Chooser,
) -> Result<Pairs, (&'static str, String)> {
    let own = ["noegle", TICK, AS_SHOWN];
    let mut form: Pairs = row.iter().filter(|(name, _)| !own.contains(&name.as_str())).cloned().collect();
    if let Some(leder) = find(row, "leder_nr") {
        let nr = people.find(leder).map_err(|said| ("leder_nr", said))?;
        form.retain(|(name, _)| name != "leder_nr");
        form.push(("leder_nr".to_owned(), nr));
    }
    kind.complete(&mut form);
    form.push(("noegle".to_owned(), format!("{key}-{id}")));
    Ok(form)
}
