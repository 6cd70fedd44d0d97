//! The commands of the API: parse, seal what is personal, decide, show the forløb.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, FixedOffset, NaiveDate};
use forloeb::frister::vurder;
use forloeb::haendelse::{
    AnmeldelseRegistreret, ArbejdsskadeAnmeldt, DelvisRegistreret, FastTrackBesluttet, FoersteKontaktHoldt,
    ForloebAfsluttet, ForloebTildelt, Forseglet, FravaerRegistreret, LederSkiftet, OtteUgerRegistreret, Raskmeldt,
    RefusionAnmodet, SamtaleIndkaldt, SamtaleRegistreret,
};
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::ord::{
    Aarsag, Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Kilde, Kontaktform, Kontaktrolle, OtteUgerUdfald, Part,
    Rolle, Samtaleudfald, Slutaarsag, TagetAf, Varighed,
};
use forloeb::paamindelser::planlagte;
use forloeb::{Ansaettelse, Forloeb};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::anmodning::{self, Felttype};
use super::problem::Problem;
use super::visning::{ForloebVisning, paamindelse_id};
use super::{Id, Kalder, Krop, Tilstand, med_etag};
use crate::adgang::{Afslag, Bruger, Oenske, Skriveadgang};
use crate::anmodning;
use crate::kerne::{Kerne, Udfoert};
use crate::noegler::tilfaeldige;

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
struct Efter {
    ansaettelse: Arc<Ansaettelse>,
    forloeb: Vec<Arc<Forloeb>>,
    /// The day it was decided.
    idag: NaiveDate,
}

impl Efter {
    fn find(&self, id: Uuid) -> Result<&Forloeb, Problem> {
        self.forloeb.iter().find(|f| f.hedder(id)).map(AsRef::as_ref).ok_or_else(Problem::findes_ikke)
    }
}

async fn efter(kerne: &Kerne, nr: &str, udfoert: Udfoert) -> Result<Efter, Problem> {
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
    let sidst = ansaettelse.poster().last().map(|p| p.dag);
    let idag = if udfoert.uaendret { kerne.ur.idag() } else { sidst.ok_or_else(Problem::findes_ikke)? };
    Ok(Efter { ansaettelse, forloeb, idag })
}

async fn svar(
    kerne: &Kerne,
    bruger: &Bruger,
    nr: &str,
    id: Uuid,
    udfoert: Udfoert,
    advarsler: Vec<String>,
) -> Result<Response, Problem> {
    let efter = efter(kerne, nr, udfoert).await?;
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
    let advarsler = bestilling.advarsler(f);
    let handling = bestilling.handling(&Hos { kerne: &t.kerne, bruger }, f)?;
    let udfoert = udfoer(&t.kerne, &adgang, Some((krop, bruger)), handling).await?;
    svar(&t.kerne, bruger, &f.medarbejder_nr, f.id, udfoert, advarsler).await
}

/// Seals free text with the key of the employee it is about.
///
/// # Errors
/// The person was erased.
pub fn forsegl<T: Serialize>(kerne: &Kerne, nr: &str, vaerdi: &T) -> Result<Forseglet, Problem> {
    let person = kerne.vis().person(nr).ok_or_else(Problem::findes_ikke)?;
    Ok(kerne.noegler.forsegl(person, vaerdi).map_err(crate::kerne::KommandoFejl::from)?)
}

fn findes(kerne: &Kerne, felt: &str, nr: &str) -> Result<(), Problem> {
    match kerne.vis().stamdata(nr) {
        Some(_) => Ok(()),
        None => Err(Problem::felt(felt, "ingen medarbejder har dette nummer")),
    }
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
    let (id, udfoert) = sygemeld(&t.kerne, &bruger, &o, Some(&krop)).await?;
    let mut svar = svar(&t.kerne, &bruger, &o.medarbejder_nr, id, udfoert, Vec::new()).await?;
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
) -> Result<(Uuid, Udfoert), Problem> {
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
    Ok((efter.find(registrering.ok_or_else(Problem::findes_ikke)?)?.id, udfoert))
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
        "afslutning" => bestil::<Afslutning>(t, bruger, id, krop).await,
        "tildeling" => bestil::<Tildeling>(t, bruger, id, krop).await,
        "send-igen" => bestil::<SendIgen>(t, bruger, id, krop).await,
        _ => Err(Problem::findes_ikke()),
    }
}

anmodning! {
    /// First contact.
    FoersteKontakt {
        /// Day.
        dato: NaiveDate,
        /// How.
        form: Kontaktform,
        /// Who on the workplace's side.
        kontaktperson_rolle: Kontaktrolle,
        /// Who took it.
        taget_af: TagetAf,
        /// What the employee expects.
        forventet_varighed: Option<Varighed>,
        /// Whether conditions at work play a part.
        arbejdsrelateret: Option<bool>,
    }
}

impl Bestilling for FoersteKontakt {
    const OENSKE: Oenske = Oenske::FoersteKontakt;

    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        Ok(Handling::FoersteKontakt(FoersteKontaktHoldt {
            forloeb: f.id,
            dato: self.dato,
            form: self.form,
            kontaktperson_rolle: self.kontaktperson_rolle,
            taget_af: self.taget_af,
            forventet_varighed: self.forventet_varighed,
            arbejdsrelateret: self.arbejdsrelateret,
        }))
    }
}

anmodning! {
    /// An invitation to the talk.
    SamtaleIndkaldelse {
        /// When.
        tidspunkt: DateTime<FixedOffset>,
        /// Where.
        sted: String,
        /// Who takes part besides leader and employee.
        #[schema(required = false)]
        deltagere: Vec<String>,
    }
}

impl Bestilling for SamtaleIndkaldelse {
    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let hvor = serde_json::json!({ "sted": self.sted, "deltagere": self.deltagere });
        let fortroligt = forsegl(hos.kerne, &f.medarbejder_nr, &hvor)?;
        Ok(Handling::IndkaldSamtale(SamtaleIndkaldt { forloeb: f.id, tidspunkt: self.tidspunkt, fortroligt }))
    }
}

anmodning! {
    /// The talk.
    Samtale {
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: Samtaleudfald,
        /// What is expected now.
        forventet_varighed: Option<Varighed>,
        /// Whether a partial return is possible.
        delvis_mulig: Option<DelvisMulig>,
    }
}

impl Bestilling for Samtale {
    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { dato, udfald, forventet_varighed, delvis_mulig } = self;
        let forloeb = f.id;
        Ok(Handling::Samtale(SamtaleRegistreret { forloeb, dato, udfald, forventet_varighed, delvis_mulig }))
    }
}

anmodning! {
    /// A step of the anmeldelse.
    Anmeldelse {
        /// Step.
        trin: Anmeldelsestrin,
        /// Day.
        dato: NaiveDate,
        /// Receipt number.
        kvittering: Option<String>,
        /// Code of the kommune.
        kommune: Option<String>,
    }
}

/// Open in the log for ever: a number, not a sentence about somebody.
fn nummer(felt: &'static str, hvis: &str, nr: Option<&str>) -> Result<(), Problem> {
    let er_nummer = |k: &str| k.len() <= 60 && k.bytes().all(|b| b.is_ascii_alphanumeric() || b"-/.".contains(&b));
    if nr.is_none_or(er_nummer) {
        return Ok(());
    }
    Err(Problem::felt(felt, format!("skal være {hvis} nummer: højst 60 bogstaver, tal og -/.")))
}

anmodning! {
    /// The injury at work was notified in EASY.
    Arbejdsskade {
        /// Day.
        dato: NaiveDate,
        /// Case number of EASY.
        sagsnummer: Option<String>,
    }
}

impl Bestilling for Arbejdsskade {
    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { dato, sagsnummer } = self;
        nummer("sagsnummer", "sagens", sagsnummer.as_deref())?;
        Ok(Handling::AnmeldArbejdsskade(ArbejdsskadeAnmeldt { forloeb: f.id, dato, sagsnummer }))
    }
}

impl Bestilling for Anmeldelse {
    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { trin, dato, kvittering, kommune } = self;
        nummer("kvittering", "kvitteringens", kvittering.as_deref())?;
        if !kommune.as_deref().is_none_or(|k| matches!(k.len(), 3 | 4) && k.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Problem::felt("kommune", "skal være kommunens kode på 3 eller 4 cifre, fx 0727"));
        }
        let forloeb = f.id;
        Ok(Handling::Anmeld(AnmeldelseRegistreret { forloeb, trin, dato, kvittering, kommune }))
    }
}

anmodning! {
    /// A claim.
    Refusionsanmodning {
        /// First day.
        fra: NaiveDate,
        /// Last day.
        til: NaiveDate,
        /// Amount in kroner.
        beloeb: Option<f64>,
    }
}

impl Bestilling for Refusionsanmodning {
    const OENSKE: Oenske = Oenske::Refusion;

    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { fra, til, beloeb } = self;
        let beloeb_oere = beloeb.map(oere).transpose()?;
        Ok(Handling::AnmodRefusion(RefusionAnmodet { forloeb: f.id, fra, til, beloeb_oere }))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked first")]
fn oere(kr: f64) -> Result<i64, Problem> {
    let oere = (kr * 100.0).round();
    if (0.0..=1e12).contains(&oere) {
        Ok(oere as i64)
    } else {
        Err(Problem::felt("beloeb", "skal være et beløb i kroner, mindst 0"))
    }
}

anmodning! {
    /// A decision on fast track.
    FastTrack {
        /// Decision.
        beslutning: FastTrackBeslutning,
        /// By whom.
        af: Part,
        /// Day.
        dato: NaiveDate,
        /// Why not; needed when decided against.
        begrundelse: Option<String>,
    }
}

impl Bestilling for FastTrack {
    const OENSKE: Oenske = Oenske::FastTrack;

    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { beslutning, af, dato, begrundelse } = self;
        if hos.bruger.rolle == Rolle::Medarbejder && af != Part::Medarbejder {
            return Err(Problem::felt("af", "skal være medarbejder, når det er dig selv, der beder om det"));
        }
        let begrundelse = begrundelse.map(|b| forsegl(hos.kerne, &f.medarbejder_nr, &b)).transpose()?;
        Ok(Handling::FastTrack(FastTrackBesluttet { forloeb: f.id, beslutning, af, dato, begrundelse }))
    }
}

anmodning! {
    /// The eight-week follow-up.
    OtteUger {
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: OtteUgerUdfald,
        /// Why not; needed when it was not necessary.
        begrundelse: Option<String>,
        /// Who took part.
        #[schema(required = false)]
        deltagere: Vec<String>,
    }
}

impl Bestilling for OtteUger {
    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { dato, udfald, begrundelse, deltagere } = self;
        if udfald == OtteUgerUdfald::IkkeNoedvendig && begrundelse.is_none() {
            return Err(Problem::felt("begrundelse", "skal udfyldes, når opfølgningen ikke er nødvendig"));
        }
        let fortroligt = (begrundelse.is_some() || !deltagere.is_empty())
            .then(|| {
                let hvad = serde_json::json!({ "begrundelse": begrundelse, "deltagere": deltagere });
                forsegl(hos.kerne, &f.medarbejder_nr, &hvad)
            })
            .transpose()?;
        Ok(Handling::OtteUger(OtteUgerRegistreret { forloeb: f.id, dato, udfald, fortroligt }))
    }
}

anmodning! {
    /// Another extent.
    Delvis {
        /// From this day.
        fra: NaiveDate,
        /// Absence in percent.
        omfang_pct: u8,
    }
}

impl Bestilling for Delvis {
    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { fra, omfang_pct } = self;
        Ok(Handling::Delvis(DelvisRegistreret { forloeb: f.id, fra, omfang_pct, begrundelse: None }))
    }

    fn advarsler(&self, f: &Forloeb) -> Vec<String> {
        let timer = f.stamdata.timer_pr_uge * f64::from(self.omfang_pct) / 100.0;
        let mindst = f.regler.parametre.delvis_mindst_timer;
        if timer >= mindst {
            return Vec::new();
        }
        let timer = format!("{timer:.1}").replace('.', ",");
        vec![format!(
            "Fraværet bliver på {timer} timer om ugen. Under {mindst:.0} timer regnes som fuldt raskmeldt i refusionens \
             forstand."
        )]
    }
}

anmodning! {
    /// Back at work.
    Raskmelding {
        /// Last day of absence.
        sidste_fravaersdag: NaiveDate,
    }
}

impl Bestilling for Raskmelding {
    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { sidste_fravaersdag } = self;
        Ok(Handling::Raskmeld(Raskmeldt { forloeb: f.id, sidste_fravaersdag }))
    }
}

anmodning! {
    /// A correction.
    RettelseAnmodning {
        /// foerste_fravaersdag, sidste_fravaersdag, aarsag, omfang_pct or forventet_varighed.
        felt: String,
        /// The right value.
        ny_vaerdi: Value,
        /// Why.
        begrundelse: String,
    }
}

impl Bestilling for RettelseAnmodning {
    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { felt, ny_vaerdi, begrundelse } = self;
        let rettelse = laes_rettelse(&felt, &ny_vaerdi)?;
        Ok(Handling::Ret { rettelse, begrundelse: forsegl(hos.kerne, &f.medarbejder_nr, &begrundelse)? })
    }
}

/// Reads the value of a correction by the field it is for.
///
/// # Errors
/// The field cannot be corrected, or not to this.
pub fn laes_rettelse(felt: &str, ny_vaerdi: &Value) -> Result<Rettelse, Problem> {
    fn laes<T: Felttype>(vaerdi: &Value) -> Result<T, Problem> {
        T::laes(Some(vaerdi)).map_err(|fejl| {
            anmodning::problem(fejl.into_iter().map(|(sti, f)| (format!("ny_vaerdi{sti}"), f)).collect())
        })
    }
    match felt {
        "foerste_fravaersdag" => laes(ny_vaerdi).map(Rettelse::FoersteFravaersdag),
        "sidste_fravaersdag" => laes(ny_vaerdi).map(Rettelse::SidsteFravaersdag),
        "aarsag" => laes(ny_vaerdi).map(Rettelse::Aarsag),
        "omfang_pct" => laes(ny_vaerdi).map(Rettelse::OmfangPct),
        "forventet_varighed" => laes(ny_vaerdi).map(Rettelse::ForventetVarighed),
        _ => Err(Problem::felt(
            "felt",
            "skal være et af: foerste_fravaersdag, sidste_fravaersdag, aarsag, omfang_pct, forventet_varighed",
        )),
    }
}

anmodning! {
    /// An annulment.
    Annullering {
        /// Position of the event; the whole forløb unless said.
        haendelse: Option<u64>,
        /// Why.
        begrundelse: String,
    }
}

impl Bestilling for Annullering {
    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { haendelse, begrundelse } = self;
        let begrundelse = forsegl(hos.kerne, &f.medarbejder_nr, &begrundelse)?;
        Ok(Handling::Annuller { haendelse, begrundelse })
    }
}

anmodning! {
    /// Another leader.
    Lederskifte {
        /// Employee number of the leader.
        leder_nr: String,
        /// From this day.
        fra: NaiveDate,
    }
}

impl Bestilling for Lederskifte {
    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { leder_nr, fra } = self;
        findes(hos.kerne, "leder_nr", &leder_nr)?;
        Ok(Handling::SkiftLeder(LederSkiftet { forloeb: f.id, leder_nr, fra }))
    }
}

anmodning! {
    /// How it ended.
    Afslutning {
        /// fratraadt, doed or andet.
        aarsag: Slutaarsag,
        /// Last day.
        dato: NaiveDate,
    }
}

impl Bestilling for Afslutning {
    fn handling(self, _hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { aarsag, dato } = self;
        if matches!(aarsag, Slutaarsag::Raskmeldt | Slutaarsag::Annulleret) {
            return Err(Problem::felt("aarsag", "skal være en af: fratraadt, doed, andet"));
        }
        Ok(Handling::Afslut(ForloebAfsluttet { forloeb: f.id, aarsag, dato }))
    }
}

anmodning! {
    /// Who takes it on.
    Tildeling {
        /// Employee number; nobody unless said.
        til: Option<String>,
    }
}

impl Bestilling for Tildeling {
    const OENSKE: Oenske = Oenske::Tildeling;

    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { til } = self;
        if let Some(nr) = &til {
            findes(hos.kerne, "til", nr)?;
        }
        Ok(Handling::Tildel(ForloebTildelt { forloeb: f.id, til }))
    }
}

anmodning! {
    /// Which reminder.
    SendIgen {
        /// Its id, from the list of those that were refused.
        paamindelse: Uuid,
    }
}

impl Bestilling for SendIgen {
    const OENSKE: Oenske = Oenske::SendIgen;

    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let (idag, bog) = (hos.kerne.ur.idag(), &hos.kerne.bog());
        // One that is to be sent again is planned again: the same command repeated finds it there.
        let planlagt = planlagte(f, &vurder(f, idag, bog), idag, bog).into_iter().map(|p| p.noegle);
        let mut noegler = f.afgjorte.keys().cloned().chain(planlagt);
        let noegle = noegler.find(|n| paamindelse_id(f.id, n) == self.paamindelse);
        let noegle =
            noegle.ok_or_else(|| Problem::felt("paamindelse", "forløbet har ingen påmindelse med dette id"))?;
        Ok(Handling::SendIgen(noegle))
    }
}
