//! The commands of the API: parse, seal what is personal, decide, show the forløb.

pub mod bestillinger;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::frister::vurder;
use forloeb::haendelse::{Forseglet, FravaerRegistreret};
use forloeb::kommando::{Handling, Kommando};
use forloeb::ord::{Aarsag, Kilde, Rolle, Varighed};
use forloeb::{Ansaettelse, Forloeb};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::anmodning::Felttype;
use super::problem::Problem;
use super::visning::ForloebVisning;
use super::{Id, Kalder, Krop, Tilstand, med_etag};
use crate::adgang::{Afslag, Bruger, Oenske, Skriveadgang};
use crate::anmodning;
use crate::kerne::{Kerne, Udfoert};
use crate::noegler::tilfaeldige;
use crate::sealed::{self, Sealed};
use bestillinger::{
    Afslutning, Anmeldelse, Annullering, Arbejdsskade, Delvis, FastTrack, FoersteKontakt, Kontaktperson, Lederskifte,
    OtteUger, Raskmelding, Refusionsanmodning, RettelseAnmodning, Samtale, SamtaleIndkaldelse, SendIgen, Tildeling,
};

/// The answer to a command: the forløb as it then stood.
#[derive(Debug, Serialize, ToSchema)]
pub struct Svar {
    /// The forløb.
    #[serde(flatten)]
    pub forloeb: ForloebVisning,
    /// What the caller should know, though it was done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advarsler: Vec<String>,
}

type Resultat = Result<Response, Problem>;

/// Carries out something about one forløb.
///
/// # Errors
/// As the domain, the version or the log says.
pub async fn udfoer(
    kerne: &Kerne,
    adgang: &Skriveadgang,
    krop: Option<(&Krop, &Bruger)>,
    handling: Handling,
) -> Result<Udfoert, Problem> {
    let f = adgang.forloeb();
    let hvis_version = krop.and_then(|(k, _)| k.hvis_version);
    let idempotens = krop.and_then(|(k, b)| k.idempotens(b));
    let kommando = Kommando::Forloeb { id: f.id, hvis_version, handling };
    Ok(kerne.udfoer(&f.medarbejder_nr, &kommando, adgang.aktoer(), idempotens).await?)
}

/// An employment right after a command: a repeated command gets the same answer.
pub struct Efter {
    ansaettelse: Arc<Ansaettelse>,
    forloeb: Vec<Arc<Forloeb>>,
    /// The day it was decided.
    idag: NaiveDate,
}

impl Efter {
    /// A forløb of it.
    ///
    /// # Errors
    /// There is none with this id.
    pub(super) fn find(&self, id: Uuid) -> Result<&Forloeb, Problem> {
        self.forloeb.iter().find(|f| f.hedder(id)).map(AsRef::as_ref).ok_or_else(Problem::findes_ikke)
    }
}

/// The employment as it was when the command had been carried out.
///
/// # Errors
/// It cannot be read.
pub(super) async fn efter(kerne: &Kerne, nr: &str, udfoert: Udfoert) -> Result<Efter, Problem> {
    let _laan = kerne.laan(nr).await?;
    let (nu, forloeb) = {
        let vis = kerne.vis();
        (vis.ansaettelse(nr)?.cloned().ok_or_else(Problem::findes_ikke)?, vis.forloeb_for(nr)?)
    };
    let (ansaettelse, forloeb) = if nu.version() == udfoert.version {
        (nu, forloeb)
    } else {
        let da = nu.ved_version(udfoert.version);
        let forloeb = da.forloeb(&kerne.bog()).into_iter().map(Arc::new).collect();
        (Arc::new(da), forloeb)
    };
    Ok(Efter { ansaettelse, forloeb, idag: udfoert.dag })
}

fn svar(kerne: &Kerne, bruger: &Bruger, id: Uuid, efter: &Efter, advarsler: Vec<String>) -> Resultat {
    let (f, idag) = (efter.find(id)?, efter.idag);
    let forloeb = ForloebVisning::af(f, &vurder(f, idag, &kerne.bog()), idag).til(bruger);
    Ok(med_etag(forloeb.version, Json(Svar { forloeb, advarsler })))
}

/// A request that becomes something to do with one forløb.
trait Bestilling: Felttype {
    /// What the caller must be allowed to.
    const OENSKE: Oenske = Oenske::Forloeb;

    /// What is to be done; what is personal is sealed here.
    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem>;

    /// What the caller should know, though it is done.
    fn advarsler(&self, _f: &Forloeb) -> Vec<String> {
        Vec::new()
    }
}

/// Where, and by whom, something is asked for.
struct Hos<'a> {
    kerne: &'a Kerne,
    bruger: &'a Bruger,
}

/// Finds, checks, carries out, shows. Access comes before the body: who may not write is not told what would be right.
async fn bestil<B: Bestilling>(t: &Tilstand, bruger: &Bruger, id: Uuid, krop: &Krop) -> Resultat {
    let _laan = t.kerne.laan_forloeb(id).await?;
    let adgang = bruger.maa_aendre(id, B::OENSKE, &t.kerne.vis(), t.kerne.ur.idag())?;
    let f = adgang.forloeb();
    let bestilling: B = krop.laes()?;
    // Before anything is looked up: what has changed since the first time is no reason to refuse the second.
    let (efter, advarsler) = match t.kerne.gentaget(krop.idempotens(bruger)).await? {
        Some(gentaget) => {
            let efter = efter(&t.kerne, &f.medarbejder_nr, gentaget).await?;
            let advarsler = bestilling.advarsler(efter.find(f.id)?);
            (efter, advarsler)
        }
        None => {
            let advarsler = bestilling.advarsler(f);
            let handling = bestilling.handling(&Hos { kerne: &t.kerne, bruger }, f)?;
            let udfoert = udfoer(&t.kerne, &adgang, Some((krop, bruger)), handling).await?;
            (efter(&t.kerne, &f.medarbejder_nr, udfoert).await?, advarsler)
        }
    };
    svar(&t.kerne, bruger, f.id, &efter, advarsler)
}

/// Seals free text with the key of the employee it is about.
///
/// # Errors
/// The person was erased.
pub fn forsegl<T: Sealed>(kerne: &Kerne, nr: &str, tekst: &T) -> Result<Forseglet, Problem> {
    let person = kerne.vis().person(nr).ok_or_else(Problem::findes_ikke)?;
    Ok(sealed::seal(&kerne.noegler, person, tekst).map_err(crate::kerne::KommandoFejl::from)?)
}

fn findes(kerne: &Kerne, felt: &str, nr: &str) -> Result<(), Problem> {
    match kerne.vis().stamdata(nr) {
        Some(_) => Ok(()),
        None => Err(Problem::felt(felt, "ingen medarbejder har dette nummer")),
    }
}

/// Somebody who is to act from a day on: employed then, and not erased.
pub(super) fn er_her(kerne: &Kerne, felt: &str, nr: &str, dag: NaiveDate) -> Result<(), Problem> {
    findes(kerne, felt, nr)?;
    let vis = kerne.vis();
    if vis.er_slettet(nr) || vis.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|fratraadt| fratraadt < dag) {
        return Err(Problem::felt(felt, "er ikke ansat på det tidspunkt"));
    }
    Ok(())
}

anmodning! {
    /// An absence that begins.
    Opret {
        /// Employee number.
        medarbejder_nr: String,
        /// First whole day of absence.
        foerste_fravaersdag: NaiveDate,
        /// Why; sygdom unless said.
        aarsag: Option<Aarsag>,
        /// Absence in percent; 100 unless said.
        omfang_pct: Option<u8>,
        /// What is expected.
        forventet_varighed: Option<Varighed>,
    }
}

/// Registers a sygemelding.
#[utoipa::path(post, path = "/api/v1/forloeb", tag = "kommandoer", request_body = Opret,
    responses((status = 201, body = Svar), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub async fn opret(State(t): State<Tilstand>, Kalder(bruger): Kalder, krop: Krop) -> Resultat {
    if !matches!(bruger.rolle, Rolle::Hr | Rolle::Leder) {
        return Err(Problem::maa_ikke());
    }
    let o: Opret = krop.laes()?;
    let (id, efter) = sygemeld(&t.kerne, &bruger, &o, Some(&krop)).await?;
    let mut svar = svar(&t.kerne, &bruger, id, &efter, Vec::new())?;
    *svar.status_mut() = StatusCode::CREATED;
    if let Ok(sted) = HeaderValue::try_from(format!("/api/v1/forloeb/{id}")) {
        svar.headers_mut().insert(header::LOCATION, sted);
    }
    Ok(svar)
}

/// Registers an absence; the id of the forløb it became, or became part of.
///
/// # Errors
/// As the fields, the rules or the log say.
pub async fn sygemeld(
    kerne: &Kerne,
    bruger: &Bruger,
    o: &Opret,
    krop: Option<&Krop>,
) -> Result<(Uuid, Efter), Problem> {
    bruger.maa_sygemelde(&o.medarbejder_nr, &kerne.vis()).map_err(|afslag| match afslag {
        Afslag::FindesIkke => Problem::felt("medarbejder_nr", "ingen medarbejder, du kan sygemelde, har dette nummer"),
        afslag => afslag.into(),
    })?;
    let kommando = Kommando::RegistrerFravaer(FravaerRegistreret {
        registrering: nyt_id(kerne)?,
        fravaer_nr: None,
        aarsag: o.aarsag.unwrap_or(Aarsag::Sygdom),
        foerste: o.foerste_fravaersdag,
        sidste: None,
        omfang_pct: o.omfang_pct.unwrap_or(100),
        forventet_varighed: o.forventet_varighed,
        kilde: Kilde::Person,
    });
    let idempotens = krop.and_then(|k| k.idempotens(bruger));
    let udfoert = kerne.udfoer(&o.medarbejder_nr, &kommando, &bruger.aktoer(), idempotens).await?;
    let efter = efter(kerne, &o.medarbejder_nr, udfoert).await?;
    // The registration of the newest commit: of a repeated command that is the one it made the first time.
    let registrering = efter.ansaettelse.poster().iter().rev().find_map(|p| match &p.haendelse {
        forloeb::Haendelse::FravaerRegistreret(h) => Some(h.registrering),
        _ => None,
    });
    Ok((efter.find(registrering.ok_or_else(Problem::findes_ikke)?)?.id, efter))
}

/// A new id, ordered by time.
fn nyt_id(kerne: &Kerne) -> Result<Uuid, Problem> {
    let mut tilfaeldigt = [0; 10];
    tilfaeldige(&mut tilfaeldigt).map_err(|e| Problem::intern(&e))?;
    let ms = u64::try_from(kerne.ur.nu().timestamp_millis()).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(ms, &tilfaeldigt).into_uuid())
}

macro_rules! kommando {
    ($(#[$doc:meta])* $navn:ident, $sti:literal, $type:ident) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $sti, tag = "kommandoer", request_body = $type,
            params(("id" = String, Path, description = "Forløbets id"),
                ("If-Match" = Option<String>, Header, description = "ETag: kun hvis forløbet stadig er i den version"),
                ("Idempotency-Key" = Option<String>, Header, description = "Samme nøgle, samme svar, kun én hændelse")),
            responses((status = 200, body = Svar), (status = 400, body = Problem), (status = 401, body = Problem),
                (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
                (status = 412, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
        pub async fn $navn(State(t): State<Tilstand>, Kalder(bruger): Kalder, Id(id): Id, krop: Krop) -> Resultat {
            bestil::<$type>(&t, &bruger, id, &krop).await
        }
    };
}

kommando!(
    /// First contact was made.
    foerste_kontakt, "/api/v1/forloeb/{id}/foerste-kontakt", FoersteKontakt
);
kommando!(
    /// Invites to the talk of § 7 a.
    samtale_indkaldelse, "/api/v1/forloeb/{id}/samtale-indkaldelse", SamtaleIndkaldelse
);
kommando!(
    /// What came of the talk of § 7 a.
    samtale, "/api/v1/forloeb/{id}/samtale", Samtale
);
kommando!(
    /// A step of the anmeldelse to the bopælskommune.
    anmeldelse, "/api/v1/forloeb/{id}/anmeldelse", Anmeldelse
);
kommando!(
    /// Claims refusion for a span of days.
    refusionsanmodning, "/api/v1/forloeb/{id}/refusionsanmodning", Refusionsanmodning
);
kommando!(
    /// Asks for fast track, or decides against it.
    fast_track, "/api/v1/forloeb/{id}/fast-track", FastTrack
);
kommando!(
    /// The eight-week follow-up.
    otte_uger, "/api/v1/forloeb/{id}/otte-uger", OtteUger
);
kommando!(
    /// The injury at work was notified in EASY.
    arbejdsskade, "/api/v1/forloeb/{id}/arbejdsskade", Arbejdsskade
);
kommando!(
    /// Another extent of absence from a day on.
    delvis, "/api/v1/forloeb/{id}/delvis", Delvis
);
kommando!(
    /// Back at work.
    raskmelding, "/api/v1/forloeb/{id}/raskmelding", Raskmelding
);
kommando!(
    /// Corrects a field.
    rettelse, "/api/v1/forloeb/{id}/rettelse", RettelseAnmodning
);
kommando!(
    /// Annuls one event, or the whole forløb.
    annullering, "/api/v1/forloeb/{id}/annullering", Annullering
);
kommando!(
    /// Another leader from a day on.
    lederskifte, "/api/v1/forloeb/{id}/lederskifte", Lederskifte
);
kommando!(
    /// The employee chose who is to make contact.
    kontaktperson, "/api/v1/forloeb/{id}/kontaktperson", Kontaktperson
);
kommando!(
    /// Closes it another way than by raskmelding.
    afslutning, "/api/v1/forloeb/{id}/afslutning", Afslutning
);
kommando!(
    /// Assigns the work on it to somebody, or to nobody.
    tildeling, "/api/v1/forloeb/{id}/tildeling", Tildeling
);
kommando!(
    /// A reminder that the mail server refused is sent again the next working morning.
    send_igen, "/api/v1/forloeb/{id}/send-igen", SendIgen
);

/// Carries out a command by the last part of its route: what the pages' forms send.
///
/// # Errors
/// As the route would answer.
pub async fn efter_navn(t: &Tilstand, bruger: &Bruger, id: Uuid, navn: &str, krop: &Krop) -> Resultat {
    match navn {
        "foerste-kontakt" => bestil::<FoersteKontakt>(t, bruger, id, krop).await,
        "samtale-indkaldelse" => bestil::<SamtaleIndkaldelse>(t, bruger, id, krop).await,
        "samtale" => bestil::<Samtale>(t, bruger, id, krop).await,
        "anmeldelse" => bestil::<Anmeldelse>(t, bruger, id, krop).await,
        "refusionsanmodning" => bestil::<Refusionsanmodning>(t, bruger, id, krop).await,
        "fast-track" => bestil::<FastTrack>(t, bruger, id, krop).await,
        "otte-uger" => bestil::<OtteUger>(t, bruger, id, krop).await,
        "arbejdsskade" => bestil::<Arbejdsskade>(t, bruger, id, krop).await,
        "delvis" => bestil::<Delvis>(t, bruger, id, krop).await,
        "raskmelding" => bestil::<Raskmelding>(t, bruger, id, krop).await,
        "rettelse" => bestil::<RettelseAnmodning>(t, bruger, id, krop).await,
        "annullering" => bestil::<Annullering>(t, bruger, id, krop).await,
        "lederskifte" => bestil::<Lederskifte>(t, bruger, id, krop).await,
        "kontaktperson" => bestil::<Kontaktperson>(t, bruger, id, krop).await,
        "afslutning" => bestil::<Afslutning>(t, bruger, id, krop).await,
        "tildeling" => bestil::<Tildeling>(t, bruger, id, krop).await,
        "send-igen" => bestil::<SendIgen>(t, bruger, id, krop).await,
        _ => Err(Problem::findes_ikke()),
    }
}
