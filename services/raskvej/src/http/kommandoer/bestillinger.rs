//! The requests of the commands of a forløb, and what each asks the domain for.

use chrono::{DateTime, FixedOffset, NaiveDate};
use forloeb::Forloeb;
use forloeb::frister::vurder;
use forloeb::haendelse::{
    AnmeldelseRegistreret, ArbejdsskadeAnmeldt, DelvisRegistreret, FastTrackBesluttet, FoersteKontaktHoldt,
    ForloebAfsluttet, ForloebTildelt, KontaktpersonValgt, LederSkiftet, OtteUgerRegistreret, Raskmeldt,
    RefusionAnmodet, SamtaleIndkaldt, SamtaleRegistreret,
};
use forloeb::kommando::{Handling, Rettelse};
use forloeb::ord::{
    Anmeldelsestrin, DelvisMulig, FastTrackBeslutning, Kontaktform, Kontaktrolle, OtteUgerUdfald, Part, Rolle,
    Samtaleudfald, Slutaarsag, TagetAf, Varighed,
};
use forloeb::paamindelser::planlagte;
use serde_json::Value;
use uuid::Uuid;

use super::super::anmodning::{self, Felttype};
use super::super::problem::Problem;
use super::{Bestilling, Hos, er_her, findes, forsegl};
use crate::adgang::Oenske;
use crate::anmodning;
use crate::fejlede::paamindelse_id;
use crate::sealed::{Annulleringsgrund, FastTrackGrund, Indkaldelse, OtteUgersOpfoelgning, Rettelsesgrund};

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
        let hvor = Indkaldelse { sted: self.sted, deltagere: self.deltagere };
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
        let begrundelse = begrundelse.map(|b| forsegl(hos.kerne, &f.medarbejder_nr, &FastTrackGrund(b))).transpose()?;
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
                let hvad = OtteUgersOpfoelgning { begrundelse, deltagere };
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
        let begrundelse = forsegl(hos.kerne, &f.medarbejder_nr, &Rettelsesgrund(begrundelse))?;
        Ok(Handling::Ret { rettelse, begrundelse })
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
        let begrundelse = forsegl(hos.kerne, &f.medarbejder_nr, &Annulleringsgrund(begrundelse))?;
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
    const OENSKE: Oenske = Oenske::Lederskifte;

    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { leder_nr, fra } = self;
        findes(hos.kerne, "leder_nr", &leder_nr)?;
        Ok(Handling::SkiftLeder(LederSkiftet { forloeb: f.id, leder_nr, fra }))
    }
}

anmodning! {
    /// Whom the employee chose to be contacted by.
    Kontaktperson {
        /// Employee number; TR, AMR or leader unless said.
        kontaktperson_nr: Option<String>,
    }
}

impl Bestilling for Kontaktperson {
    const OENSKE: Oenske = Oenske::Kontaktperson;

    fn handling(self, hos: &Hos<'_>, f: &Forloeb) -> Result<Handling, Problem> {
        let Self { kontaktperson_nr } = self;
        if let Some(nr) = &kontaktperson_nr {
            let vis = hos.kerne.vis();
            if vis.er_samme_person(nr, &f.medarbejder_nr) {
                return Err(Problem::felt("kontaktperson_nr", "kan ikke være medarbejderen selv"));
            }
            // Numbers are not for trying out: who chooses for themself or their own gets one answer for all others.
            if !hos.bruger.er_hr() && !vis.kolleger(f).contains(nr.as_str()) {
                let fejl =
                    "skal være en kollega under samme leder, tillidsrepræsentanten eller arbejdsmiljørepræsentanten";
                return Err(Problem::felt("kontaktperson_nr", fejl));
            }
            drop(vis);
            er_her(hos.kerne, "kontaktperson_nr", nr, hos.kerne.ur.idag())?;
        }
        Ok(Handling::VaelgKontaktperson(KontaktpersonValgt { forloeb: f.id, kontaktperson_nr }))
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
