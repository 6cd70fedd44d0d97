//! The employee's own page: what comes next, what they can do themselves, the plan, and what was registered, in plain words.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::calendar::plus_dage;
use forloeb::forloeb::Situation;
use forloeb::frister::{Assessment, assess};
use forloeb::words::{Fastholdelsessvar, Fristart, Mulighedstrin, Rolle, Slutaarsag};
use forloeb::{Aktoer, Forloeb};
use uuid::Uuid;

use super::PageState;
use super::datoer::{long, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::history::{self, Line};
use super::page_form::{ErrorLine, PageForm};
use super::page_forms;
use super::parts::fast_track::FastTrack;
use super::parts::forrige;
use super::parts::names::with_capital;
use super::parts::oensker::{Wishes, wishes};
use super::parts::omsorgskollega::{Choice, choice};
use super::parts::own::{FORLOEB, Step, steps};
use super::parts::plan::Reading;
use super::parts::referater::Talks;
use super::parts::samtale::Talk;
use super::parts::submission::{RefusedForm, new_key, without_page_form};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::lookups::{ForloebShown, Shown};
use crate::problem::Problem;
use crate::projections::{Loan, OpslagNoteret};
use crate::sealed::{Beslutningsgrund, Foranstaltning};
use crate::sentences::{self, arbejdsaarsag_name, arbejdsskade_name, rolle_name};
use app::opslag::Content;

struct Mine {
    id: Uuid,
    version: u64,
    heading: String,
    leder: String,
    /// Who stands in for the leader today, and until when; else who does where the leader is not there.
    stedfortraeder: Option<String>,
    /// The talk that the employee is invited to, with the three answers.
    talk: Option<Talk>,
    /// The fast track that the employer has asked for, with yes and no.
    fast_track: Option<FastTrack>,
    /// Minutes, and what was agreed.
    talks: Talks,
    planlagt: Vec<Step>,
    history: Vec<Line>,
    plan: Option<Reading>,
    kontaktperson: Option<String>,
    oensker: Option<Wishes>,
    /// What became of the wish for a fastholdelsesplan, and why where it was refused.
    fastholdelsesplan: Option<(String, Option<String>)>,
    mulighedserklaering: Option<String>,
    /// What at work was a cause, and what is done about it.
    forebyggelse: Option<(String, Option<String>)>,
    /// What became of it that the leader is not theirs, and why where the leader stays.
    forkert_leder: Option<(String, Option<String>)>,
    /// What an employee registers, first of all that they are back.
    page_forms: Vec<PageForm>,
}

/// Days after a return on which the employee's page still is about it: eight weeks.
const AFTER_RETURN: i64 = 56;

#[derive(Template)]
#[template(path = "mig.html")]
struct Page {
    frame: Frame,
    key: String,
    error: Vec<ErrorLine>,
    /// The absence that goes on, or that ended lately; or the one that was asked for.
    aabent: Option<Mine>,
    /// There is one that goes on, and another was asked for.
    elsewhere: bool,
    away: bool,
    /// Who may ring them, should they fall ill, where the workplace has such choices.
    omsorgskollega: Option<Choice>,
    earlier: Vec<String>,
    opslag: Vec<String>,
}

/// Who has opened what is sealed about the reader, the newest first, each in a sentence.
pub(super) async fn opslag(state: &PageState, logged_in: &LoggedIn) -> Result<Vec<String>, PageError> {
    let nr = logged_in.user.nr.as_deref().filter(|_| logged_in.user.rolle == Rolle::Medarbejder).unwrap_or_default();
    let all = state.service.app.cpr_opslag(nr).await?;
    let line = |(time, aktoer, noted): (_, Aktoer, OpslagNoteret)| {
        let who = aktoer.rolle.map_or("Raskvej", |rolle| with_capital(rolle_name(rolle)));
        format!("{}: {who} {}.", tidspunkt(time), noted.formaal.name())
    };
    Ok(all.into_iter().map(line).collect())
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    let opslag = opslag(&state, &logged_in).await?;
    let loan = state.service.app.loan(logged_in.user.nr.as_deref().unwrap_or_default()).await?;
    let asked = search.tekst(FORLOEB).and_then(|id| Uuid::try_parse(id).ok());
    render(&ReaderView::new(&state, &logged_in), &loan, opslag, asked, None)
}

/// The page of the employee whose employment is lent, about the forløb that is asked for, with the form that was refused.
pub(super) fn render(
    k: &ReaderView<'_>,
    loan: &Loan,
    opslag: Vec<String>,
    asked: Option<Uuid>,
    refused: Option<&RefusedForm>,
) -> Result<Response, PageError> {
    if k.user().may_do(Intent::Mine).is_err() || k.user().nr.is_none() {
        return Err(Problem::takes(Intent::Mine).into());
    }
    let mut error = Vec::new();
    let own = k.visible(loan);
    // Who has come back lately sees what goes on after it.
    let now =
        own.iter().rev().find(|f| f.is_aabent(k.today)).or_else(|| own.iter().rev().find(|f| is_lately_back(k, f)));
    let newest = own.iter().find(|f| asked.is_some_and(|id| f.called(id))).or(now);
    let (mut aabent, mut omsorgskollega) = (newest.map(|f| mine(k, loan, f)), choice(k, loan));
    let ahead = omsorgskollega.iter_mut().map(|choice| &mut choice.page_form);
    if let Some(refused) = refused
        && let Some(page_form) =
            aabent.iter_mut().flat_map(Mine::every_form).chain(ahead).find(|x| x.form.name == refused.page_form)
    {
        error = page_form.refused(&refused.submitted, &refused.problem);
    }
    if let Some(refused) = refused.filter(|_| error.is_empty()) {
        error = without_page_form(refused);
    }
    let page = Page {
        frame: k.frame(if error.is_empty() { "Mit forløb" } else { "Fejl: Mit forløb" }),
        key: new_key()?,
        error,
        aabent,
        elsewhere: now.is_some_and(|now| newest.is_some_and(|newest| newest.id != now.id)),
        away: now.is_some_and(|f| f.is_aabent(k.today)),
        omsorgskollega,
        earlier: (own.iter().rev().filter(|f| !f.is_aabent(k.today) && newest.is_none_or(|newest| newest.id != f.id)))
            .map(|f| {
                let end = f.slutdag(k.today).map(long).unwrap_or_default();
                format!("Fra {} til {end}", long(f.foerste))
            })
            .collect(),
        opslag,
    };
    let answer = html(refused.map_or(StatusCode::OK, |a| a.problem.status_code()), &page);
    let answer = Shown::of([loan.nr().to_owned()]).in_answer(answer);
    // Their plan stands on it: they have opened the version that counts.
    Ok(match page.aabent.as_ref().filter(|m| m.plan.is_some()) {
        Some(m) => ForloebShown::new(m.id, Content::TtaPlan).in_answer(answer),
        None => answer,
    })
}

/// Back within the time that a return is followed up on.
fn is_lately_back(k: &ReaderView<'_>, f: &Forloeb) -> bool {
    let back = matches!(f.situation(k.today), Situation::End { aarsag: Slutaarsag::Raskmeldt, .. });
    back && f.slutdag(k.today).is_some_and(|end| plus_dage(end, AFTER_RETURN) >= k.today)
}

impl Mine {
    fn every_form(&mut self) -> impl Iterator<Item = &mut PageForm> {
        let talk = self.talk.iter_mut().flat_map(|talk| &mut talk.page_forms);
        let fast_track = self.fast_track.iter_mut().flat_map(|asked| &mut asked.page_forms);
        self.page_forms.iter_mut().chain(talk).chain(fast_track).chain(self.talks.page_forms())
    }
}

fn mine(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb) -> Mine {
    let v = assess(f, k.today, &k.state.service.app.book());
    let history = history::lines(k, loan.ansaettelse(), f, false);
    let mut groups = page_forms::all(k, f, &v);
    let (talk, talks) = (Talk::of(k, f, &mut groups), Talks::of(k, f, &v, &mut groups));
    let fast_track = FastTrack::of(k, f, &v, &mut groups);
    let mut page_forms: Vec<_> = groups.into_iter().flat_map(|g| g.page_forms).collect();
    page_forms.sort_by_key(|form| form.form.action != "egen-raskmelding");
    forrige::propose(k, loan, f, &mut page_forms);
    Mine {
        id: f.id,
        version: f.version,
        heading: if let Some(end) = f.slutdag(k.today) {
            format!("Du var væk fra {} til {}. Velkommen tilbage", long(f.foerste), long(end))
        } else if f.has_begun(k.today) {
            format!("Du har været væk siden {} (dag {})", long(f.foerste), f.dag_number(k.today))
        } else {
            format!("Dit fravær begynder {}", long(f.foerste))
        },
        leder: f.leder(k.today).map_or_else(|| "HR".to_owned(), |nr| k.name(nr)),
        stedfortraeder: stedfortraeder(k, f),
        talk,
        fast_track,
        talks,
        planlagt: steps(k, f, &v),
        history: history.into_iter().filter(|l| !l.paamindelse).collect(),
        plan: f.plan().and_then(|p| Reading::new(k, f, p.what.version).ok()),
        kontaktperson: k.kontaktperson(f),
        oensker: wishes(k, f),
        fastholdelsesplan: fastholdelsesplan(k, f),
        mulighedserklaering: mulighedserklaering(f),
        forebyggelse: forebyggelse(k, f),
        forkert_leder: if f.is_aabent(k.today) { forkert_leder(k, f, &v) } else { None },
        page_forms,
    }
}

/// Who stands in for the leader on a day is told on those days; who does whenever the leader turns out not to be there is told
/// on all, so that nobody reads from it that the leader is away.
fn stedfortraeder(k: &ReaderView<'_>, f: &Forloeb) -> Option<String> {
    let leder = f.leder(k.today)?;
    let can = |nr: &str| {
        let projections = k.projections();
        projections.is_ansat(nr) && !projections.is_same_person(nr, &f.medarbejder_nr)
    };
    let (today, fast) = {
        let projections = k.projections();
        let named = projections.stedfortraedere(leder)?;
        let today = named.perioder(k.today).find(|periode| periode.fra <= k.today).cloned();
        (today, named.fast().map(str::to_owned))
    };
    if let Some(today) = today.filter(|today| can(&today.nr)) {
        return Some(format!(
            "Til og med {} er det {}, der er stedfortræder for din leder.",
            long(today.til),
            k.name(&today.nr)
        ));
    }
    let fast = fast.filter(|nr| can(nr))?;
    Some(format!("Er din leder der ikke, er {} stedfortræder.", k.name(&fast)))
}

fn fastholdelsesplan(k: &ReaderView<'_>, f: &Forloeb) -> Option<(String, Option<String>)> {
    let asked = f.sagt.fastholdelsesplan.as_ref()?;
    let Some(answer) = &f.sagt.fastholdelsessvar else {
        return Some((format!("Du bad om den {}. Din leder har ikke svaret endnu.", long(asked.what)), None));
    };
    let said = match answer.what.svar {
        Fastholdelsessvar::Udarbejdes => "I laver den sammen. Tag den med til kommunens næste samtale med dig.",
        Fastholdelsessvar::Afvist => "Arbejdspladsen har sagt nej.",
    };
    let why = answer.what.begrundelse.as_ref().and_then(|sealed| {
        let text = k.tekst(&f.medarbejder_nr, sealed)?;
        Some(text.map_or_else(|error| format!("({error})"), |Beslutningsgrund(text)| text))
    });
    Some((format!("Du bad om den {}. Svar {}: {said}", long(asked.what), long(answer.what.dato)), why))
}

fn forkert_leder(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment) -> Option<(String, Option<String>)> {
    let told = f.sagt.bestridt.as_ref()?;
    let told_on = format!("Du sagde det {}.", long(told.dag));
    if let Some(kept) = &f.sagt.beholdt {
        let text = k.tekst(&f.medarbejder_nr, &kept.what)?;
        let why = text.map_or_else(|error| format!("({error})"), |Beslutningsgrund(text)| text);
        return Some((format!("{told_on} HR afgjorde {}, at din leder er den rigtige.", long(kept.dag)), Some(why)));
    }
    if !f.disputes_leder(k.today) {
        let leder = f.leder(k.today).map_or_else(|| "HR".to_owned(), |nr| k.name(nr));
        return Some((format!("{told_on} Din leder er nu {leder}."), None));
    }
    let meanwhile = "Indtil da får HR også lederens påmindelser.";
    let said = match v.frist(Fristart::ForkertLeder).map(|frist| frist.maaldag) {
        Some(day) if day < k.today => format!("{told_on} HR skulle have svaret {}. {meanwhile}", long(day)),
        Some(day) => format!("{told_on} HR svarer senest {}. {meanwhile}", long(day)),
        // A rule set from before there was a clock for it.
        None => format!("{told_on} HR kan se det og afgør det. {meanwhile}"),
    };
    Some((said, None))
}

/// What was said of a cause at work, and what is done about it.
fn forebyggelse(k: &ReaderView<'_>, f: &Forloeb) -> Option<(String, Option<String>)> {
    let said = f.sagt.cause()?;
    let amr = if said.what.amr { "Arbejdsmiljørepræsentanten (AMR) må vide det." } else { "AMR må ikke vide det." };
    let injury = said.what.arbejdsskade.map(|svar| format!(" {}.", sentences::with_capital(arbejdsskade_name(svar))));
    let (dato, injury) = (long(said.what.dato), injury.unwrap_or_default());
    let cause = format!("Årsag på arbejdet, sagt {dato}: {}. {amr}{injury}", arbejdsaarsag_name(said.what.aarsag));
    let Some(done) = f.sagt.foranstaltning() else {
        return Some((format!("{cause} Det er ikke besluttet endnu, hvad der gøres."), None));
    };
    let looked_at = done.what.opfoelgning.map(|day| format!(" Fra {} ses der efter, om det hjalp.", long(day)));
    let text = k.tekst(&f.medarbejder_nr, &done.what.confidential)?;
    let text = text.map_or_else(|error| format!("({error})"), |Foranstaltning(text)| text);
    let decided =
        format!("{cause} Besluttet {}, hvad der gøres.{}", long(done.what.dato), looked_at.unwrap_or_default());
    Some((decided, Some(text)))
}

fn mulighedserklaering(f: &Forloeb) -> Option<String> {
    let newest = f.sagt.mulighedserklaeringer.last()?;
    let day = long(newest.what.dato);
    Some(match newest.what.trin {
        Mulighedstrin::Anmodet => format!(
            "Din leder bad om den {day}. I udfylder den første del sammen i en samtale; lægen skriver resten, og arbejdspladsen betaler."
        ),
        Mulighedstrin::Samtale => format!("I holdt samtalen om den {day}. Lægens del mangler."),
        Mulighedstrin::Modtaget => format!("Arbejdspladsen fik den {day}. Indholdet står ikke her."),
    })
}
