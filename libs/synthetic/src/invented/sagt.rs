//! What is said and agreed beside the days of the law, as the command it becomes: the talk, the plan, and the one who is ill.

use chrono::Days;
use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::frister::assess;
use forloeb::haendelse::{
    AftaleAfgjort, ArbejdsaarsagSagt, FastholdelsesplanAnmodet, FastholdelsesplanBesvaret, ForanstaltningRegistreret,
    ForloebAfventer, KontaktForsoegt, KontaktpersonValgt, LederBeholdt, LederBestridt, LederSkiftet,
    MulighedserklaeringRegistreret, OenskerRegistreret, OpfoelgningRegistreret, OvertagelseBesvaret,
    PaamindelseBestilt, SamtaleBesvaret, SamtaleIndkaldt, SlutForventet, TtaBeskedBesvaret, TtaEgneOrdSkrevet,
    TtaPlanBesvaret, TtaPlanDelt, TtaPlanUndtaget,
};
use forloeb::words::{
    Aarsag, Aftaleejer, Aftaleudfald, Arbejdsmiljoeaarsag, Arbejdsskadesvar, Fastholdelsessvar, Fristart, Kontaktform,
    Kontakttakt, Mulighedstrin, Opfoelgningsart, OtteUgerUdfald, Overtagelsessvar, Part, Plansvar, Rolle, Samtalesvar,
    Ventegrund, Virkning,
};
use forloeb::{Aktoer, Forloeb, Now};

use super::SyntheticError;
use super::apart::kladde;
use super::life::Life;
use super::scene::Scene;
use app::sealed::{
    Beslutningsgrund, EgneOrd, Foranstaltning, Indkaldelse, Oensker, Opfoelgningsaftaler, Planbemaerkning,
    Planmodtager, Referat, Samtalebemaerkning,
};

/// What somebody says, answers or agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sagt {
    /// Nobody answered the telephone.
    Forsoeg,
    Oensker,
    Kontaktperson,
    /// The employee answers the invitation to the talk.
    SvarSamtale,
    /// The leader says yes to the time that the employee would later have.
    AndenTid,
    /// Minutes of the newest talk or meeting that has none.
    Referat,
    /// Minutes in the place of the newest ones.
    NewReferat,
    /// What became of the agreement whose day comes first.
    Aftale,
    Arbejdsaarsag,
    /// Something is done about a cause at work; a second time it has helped.
    Forebyg,
    EgneOrd,
    SvarPlan,
    SvarBesked,
    DelPlan,
    UndtagPlan,
    AnmodFastholdelsesplan,
    SvarFastholdelsesplan,
    Mulighedserklaering(Mulighedstrin),
    BestridLeder,
    BeholdLeder,
    /// Another leader is asked to take it.
    AskLeder,
    SvarOvertagelse,
    ForventetSlut,
    Afvent,
    /// Nobody is waited for any more.
    Videre,
    Paamindelse,
    /// Somebody begins a plan, and puts it aside.
    Kladde,
    /// The talk about how often somebody is away.
    HyppigtFravaer,
    /// The talk about a consideration of the plan before it ends.
    Skaanehensyn,
}

/// Invented reasons and remarks; nothing about anybody.
const GRUNDE: [&str; 4] = [
    "Det er aftalt med de andre i enheden",
    "Vi har talt om det og er enige om, hvad der skal ske",
    "Det passer bedre med vagtplanen",
    "Det kan ikke lade sig gøre lige nu",
];
const REFERATER: [&str; 3] = [
    "Vi talte om arbejdsdagen, og om hvad der skal være på plads ved tilbagekomsten.",
    "Vi gennemgik opgaverne og aftalte, hvem der gør hvad.",
    "Vi talte om arbejdstiden de næste uger. Alle ved, hvem de kan ringe til.",
];
const AFTALER: [&str; 5] = [
    "bestiller et hæve-sænke-bord",
    "taler med kollegerne om vagtplanen",
    "ringer igen og hører, hvordan det går",
    "skriver et udkast til planen",
    "finder en, der kan tage telefonen om formiddagen",
];
const FORANSTALTNINGER: [&str; 3] = [
    "Opgaverne er fordelt på flere",
    "Der er altid to på arbejde om aftenen",
    "Gennemgang af arbejdsstillinger med hele holdet",
];
const HENSYN: [&str; 3] = ["hjælp til tunge løft", "ro om formiddagen", "faste pauser"];
const MODTAGERE: [&str; 3] = ["Kommunen", "Egen læge", "Tillidsrepræsentanten"];

impl Life {
    /// Who says it, and what; none where there is nothing to say it of.
    pub(super) fn sagt(
        &mut self,
        s: &Scene<'_>,
        f: &Forloeb,
        what: Sagt,
        now: Now,
    ) -> Result<Option<(Aktoer, Act)>, SyntheticError> {
        let leder = self.leder_or_hr(s, now.dag);
        let hr = Aktoer::new(Rolle::Hr, None);
        let medarbejder = Aktoer::new(Rolle::Medarbejder, Some(f.medarbejder_nr.clone()));
        let (forloeb, dato) = (f.id, now.dag);
        Ok(Some(match what {
            Sagt::Forsoeg => {
                let form = self.t.af(&[Kontaktform::Telefon, Kontaktform::Telefon, Kontaktform::Sms]);
                (leder, Act::TryKontakt(KontaktForsoegt { forloeb, dato, form }))
            }
            Sagt::Oensker => {
                let wishes = Oensker {
                    peace: self.t.af(&[None, Some(false), Some(true)]),
                    information: self.t.af(&[None, Some(true)]),
                    meetings: self.t.af(&[None, Some(true), Some(false)]),
                    hvor_tit: Some(self.t.af(&[Kontakttakt::Ugentlig, Kontakttakt::HverAndenUge])),
                    form: Some(self.t.af(&[Kontaktform::Telefon, Kontaktform::Sms, Kontaktform::Mail])),
                    ..Oensker::default()
                };
                let confidential = Some(self.seal(s, &wishes)?);
                (medarbejder, Act::Oensk(OenskerRegistreret { forloeb, confidential }))
            }
            Sagt::Kontaktperson => {
                let m = s.world.medarbejder(self.place);
                let kontaktperson_nr = Some(self.t.af(&[m.tr_nr, m.amr_nr]).to_string());
                (medarbejder, Act::ChooseKontaktperson(KontaktpersonValgt { forloeb, kontaktperson_nr }))
            }
            Sagt::SvarSamtale => match self.svar_samtale(s, f)? {
                Some(svar) => (medarbejder, Act::BesvarSamtale(svar)),
                None => return Ok(None),
            },
            Sagt::AndenTid => {
                let Some(svar) = f.svar_to_act_on() else { return Ok(None) };
                let Some(tidspunkt) = svar.what.forslag else { return Ok(None) };
                let imoedekommer = Some(svar.position);
                let sted = "Lederens kontor".to_owned();
                let whereabouts = Indkaldelse { sted, deltagere: Vec::new(), formaal: None, brev: None };
                let confidential = self.seal(s, &whereabouts)?;
                let indkaldt = SamtaleIndkaldt::new(forloeb, tidspunkt, confidential);
                (leder, Act::FlytSamtale(SamtaleIndkaldt { imoedekommer, ..indkaldt }))
            }
            Sagt::Referat => match self.referat(s, f, now)? {
                Some(referat) => (leder, Act::SkrivReferat(referat)),
                None => return Ok(None),
            },
            Sagt::NewReferat => match self.new_referat(s, f)? {
                Some(referat) => (leder, Act::SkrivReferat(referat)),
                None => return Ok(None),
            },
            Sagt::Aftale => {
                let Some(aftale) = f.aftaler().into_iter().find(|a| a.afgjort.is_none()) else { return Ok(None) };
                let udfald = if self.t.per_mille(850) { Aftaleudfald::Gjort } else { Aftaleudfald::Bortfaldet };
                let owner = match aftale.hvem {
                    Aftaleejer::Medarbejder => medarbejder,
                    Aftaleejer::Hr => hr,
                    Aftaleejer::Leder | Aftaleejer::Koordinator | Aftaleejer::Kontaktperson => leder,
                };
                (owner, Act::AfgoerAftale(AftaleAfgjort { forloeb, nr: aftale.nr, udfald, dato }))
            }
            Sagt::Arbejdsaarsag => {
                use Arbejdsmiljoeaarsag::{Andet, Arbejdspres, Belastning, Ulykke};
                let all = if f.aarsag == Aarsag::Arbejdsskade {
                    [Ulykke; 4]
                } else {
                    [Arbejdspres, Arbejdspres, Belastning, Andet]
                };
                let (aarsag, amr) = (self.t.af(&all), self.t.per_mille(600));
                let arbejdsskade = match aarsag {
                    Ulykke => Some(Arbejdsskadesvar::Ja),
                    Belastning => Some(Arbejdsskadesvar::Unknown),
                    _ => None,
                };
                (medarbejder, Act::SigArbejdsaarsag(ArbejdsaarsagSagt { forloeb, dato, aarsag, amr, arbejdsskade }))
            }
            Sagt::Forebyg => {
                let opfoelgning = dato + Days::new(self.t.between(28, 42));
                let opfoelgning = f.sagt.foranstaltning().is_none().then_some(opfoelgning);
                let done = Foranstaltning(self.t.af(&FORANSTALTNINGER).to_owned());
                let confidential = self.seal(s, &done)?;
                (leder, Act::Forebyg(ForanstaltningRegistreret { forloeb, dato, opfoelgning, confidential }))
            }
            Sagt::EgneOrd => {
                let ord = Some("Jeg vil helst begynde med få timer og møde sent".to_owned());
                let maal = Some("Tilbage på fuld tid".to_owned());
                let confidential = self.seal(s, &EgneOrd { ord, maal, netvaerk: vec!["en kollega".to_owned()] })?;
                let af = Part::Medarbejder;
                (medarbejder, Act::WriteEgneOrd(TtaEgneOrdSkrevet { forloeb, af, confidential }))
            }
            Sagt::SvarPlan => {
                let Some(version) = f.plan().map(|plan| plan.what.version) else { return Ok(None) };
                let svar = if self.t.per_mille(850) { Plansvar::Enig } else { Plansvar::Uenig };
                let bemaerkning = (svar == Plansvar::Uenig).then(|| self.said(s, Planbemaerkning)).transpose()?;
                (medarbejder, Act::BesvarPlan(TtaPlanBesvaret { forloeb, version, svar, bemaerkning }))
            }
            Sagt::SvarBesked => {
                let Some(plan) = f.plan().filter(|plan| plan.what.plan.besked_godkendt.is_some()) else {
                    return Ok(None);
                };
                let (version, godkendt) = (plan.what.version, self.t.per_mille(900));
                (medarbejder, Act::BesvarBesked(TtaBeskedBesvaret { forloeb, version, godkendt }))
            }
            Sagt::DelPlan => {
                let Some(version) = f.plan().map(|plan| plan.what.version) else { return Ok(None) };
                let with = Planmodtager(self.t.af(&MODTAGERE).to_owned());
                let confidential = self.seal(s, &with)?;
                (leder, Act::DelPlan(TtaPlanDelt { forloeb, version, dato, confidential }))
            }
            Sagt::UndtagPlan => {
                if f.plan().is_some() {
                    return Ok(None);
                }
                let til = dato + Days::new(self.t.between(20, 40));
                let begrundelse = self.said(s, Beslutningsgrund)?;
                (leder, Act::UndtagPlan(TtaPlanUndtaget { forloeb, til, begrundelse }))
            }
            Sagt::AnmodFastholdelsesplan => {
                (medarbejder, Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb, dato }))
            }
            Sagt::SvarFastholdelsesplan => {
                let svar =
                    if self.t.per_mille(800) { Fastholdelsessvar::Udarbejdes } else { Fastholdelsessvar::Afvist };
                let begrundelse =
                    (svar == Fastholdelsessvar::Afvist).then(|| self.said(s, Beslutningsgrund)).transpose()?;
                (leder, Act::BesvarFastholdelsesplan(FastholdelsesplanBesvaret { forloeb, svar, dato, begrundelse }))
            }
            Sagt::Mulighedserklaering(trin) => {
                (leder, Act::Mulighedserklaering(MulighedserklaeringRegistreret { forloeb, trin, dato }))
            }
            Sagt::BestridLeder => {
                let begrundelse = Some(self.said(s, Beslutningsgrund)?);
                (medarbejder, Act::BestridLeder(LederBestridt { forloeb, leder_nr: None, begrundelse }))
            }
            Sagt::BeholdLeder => {
                (hr, Act::BeholdLeder(LederBeholdt { forloeb, begrundelse: self.said(s, Beslutningsgrund)? }))
            }
            Sagt::AskLeder => {
                let m = s.world.medarbejder(self.place);
                let leder_nr = if m.nr == m.amr_nr { m.tr_nr } else { m.amr_nr }.to_string();
                (hr, Act::SkiftLeder(LederSkiftet { forloeb, leder_nr, fra: dato, spoerges: true }))
            }
            Sagt::SvarOvertagelse => {
                let Some(asked) = f.asked_to_take(dato) else { return Ok(None) };
                let who = Aktoer::new(Rolle::Leder, Some(asked.what.leder_nr.clone()));
                let says_no = self.t.per_mille(200);
                let svar = if says_no { Overtagelsessvar::SigerNej } else { Overtagelsessvar::Overtager };
                let begrundelse = says_no.then(|| self.said(s, Beslutningsgrund)).transpose()?;
                let svar = OvertagelseBesvaret { forloeb, svar, dato, leder_nr: None, begrundelse };
                (who, Act::BesvarOvertagelse(svar))
            }
            Sagt::ForventetSlut => {
                let sidste = dato + Days::new(self.t.between(5, 40));
                let sidste = Some(sidste).filter(|_| self.t.per_mille(800));
                (leder, Act::ExpectSlut(SlutForventet { forloeb, dato, sidste }))
            }
            Sagt::Afvent => {
                use Ventegrund::{Kommunen, Medarbejderen, Sundhedsvaesenet};
                let grund = Some(self.t.af(&[Sundhedsvaesenet, Sundhedsvaesenet, Kommunen, Medarbejderen]));
                let til = Some(dato + Days::new(self.t.between(7, 28)));
                (leder, Act::Afvent(ForloebAfventer { forloeb, grund, til }))
            }
            Sagt::Videre => (leder, Act::Afvent(ForloebAfventer { forloeb, grund: None, til: None })),
            Sagt::Paamindelse => {
                let calendar = s.book.calendar();
                let dag = Some(calendar.shift(dato, if self.t.per_mille(500) { 2 } else { 4 }));
                let v = assess(f, dato, s.book);
                let kinds = [Fristart::FoersteKontakt, Fristart::Samtale, Fristart::FastTrack, Fristart::OtteUger];
                let of = |art: &Fristart| v.frist(*art).filter(|frist| frist.status.outstanding());
                let Some(frist) = kinds.iter().find_map(of) else { return Ok(None) };
                let bestilt = PaamindelseBestilt { forloeb, frist: frist.art, lovdag: frist.lovdag, dag };
                (leder, Act::BestilPaamindelse(bestilt))
            }
            Sagt::Kladde => {
                let begun = kladde(dato + Days::new(7), f.stamdata.timer_pr_uge)?;
                (leder, Act::SaveKladde(self.seal(s, &begun)?))
            }
            // Nobody who is ill anew is talked with about how often they are.
            Sagt::HyppigtFravaer if !f.is_newest() => return Ok(None),
            Sagt::HyppigtFravaer => {
                let (art, udfald) = (Opfoelgningsart::HyppigtFravaer, OtteUgerUdfald::Holdt);
                let opfoelgning = OpfoelgningRegistreret {
                    forloeb,
                    art,
                    dato,
                    udfald,
                    virkninger: Vec::new(),
                    samarbejde: None,
                    foranstaltning: None,
                    confidential: None,
                };
                (leder, Act::Opfoelgning(opfoelgning))
            }
            Sagt::Skaanehensyn => {
                let is_open =
                    assess(f, dato, s.book).frist(Fristart::Skaanehensyn).is_some_and(|fr| fr.status.outstanding());
                if !is_open {
                    return Ok(None); // it was talked about on another day
                }
                let is_back = f.slutdag(dato).is_some();
                let art = if is_back { Opfoelgningsart::EfterRetur } else { Opfoelgningsart::Videre };
                let tried = vec![self.t.af(&HENSYN).to_owned()];
                let words = Opfoelgningsaftaler { tried, ..Opfoelgningsaftaler::default() };
                let opfoelgning = OpfoelgningRegistreret {
                    forloeb,
                    art,
                    dato,
                    udfald: OtteUgerUdfald::Holdt,
                    virkninger: vec![self.t.af(&[Virkning::Hjalp, Virkning::HjalpDelvist, Virkning::HjalpIkke])],
                    samarbejde: None,
                    foranstaltning: None,
                    confidential: Some(self.seal(s, &words)?),
                };
                (leder, Act::Opfoelgning(opfoelgning))
            }
        }))
    }

    /// Something that is said, sealed as what it is.
    fn said<T: app::sealed::Sealed>(
        &mut self,
        s: &Scene<'_>,
        kind: fn(String) -> T,
    ) -> Result<forloeb::haendelse::Ciphertext, SyntheticError> {
        let why = self.t.af(&GRUNDE);
        self.seal(s, &kind(why.to_owned()))
    }

    fn svar_samtale(&mut self, s: &Scene<'_>, f: &Forloeb) -> Result<Option<SamtaleBesvaret>, SyntheticError> {
        use Samtalesvar::{AndenTid, Kommer, KommerIkke};
        let Some(indkaldt) = f.open_indkaldelse() else { return Ok(None) };
        let svar = self.t.af(&[Kommer, Kommer, Kommer, Kommer, Kommer, AndenTid, AndenTid, KommerIkke]);
        let later = indkaldt.what.tidspunkt + Days::new(self.t.between(1, 3));
        let forslag = (svar == AndenTid).then_some(later);
        let remark = self.t.per_mille(if svar == Kommer { 200 } else { 700 });
        let deltagere = if self.t.per_mille(300) { vec!["Tillidsrepræsentant".to_owned()] } else { Vec::new() };
        let words = Samtalebemaerkning { sted: None, deltagere, bemaerkning: Some(self.t.af(&GRUNDE).to_owned()) };
        let confidential = remark.then(|| self.seal(s, &words)).transpose()?;
        let indkaldelse = indkaldt.position;
        Ok(Some(SamtaleBesvaret { forloeb: f.id, indkaldelse, svar, forslag, confidential }))
    }

    fn referat(&mut self, s: &Scene<'_>, f: &Forloeb, now: Now) -> Result<Option<NewReferat>, SyntheticError> {
        let moeder = f.moeder();
        let Some(moede) = moeder.iter().rev().find(|m| f.referat_of(m.position).is_none()) else { return Ok(None) };
        let owners = [Aftaleejer::Leder, Aftaleejer::Leder, Aftaleejer::Medarbejder, Aftaleejer::Hr];
        let count = self.t.between(1, 2);
        let aftaler = (0..count).map(|_| NewAftale {
            nr: None,
            senest: s.book.calendar().wd_plus(now.dag + Days::new(self.t.between(4, 20))),
            hvem: self.t.af(&owners),
        });
        let aftaler: Vec<_> = aftaler.collect();
        let confidential = self.seal_referat(s, aftaler.len(), None)?;
        Ok(Some(NewReferat { til: moede.position, aftaler, has_reason: false, confidential }))
    }

    /// Something was forgotten: what was agreed stays as it was.
    fn new_referat(&mut self, s: &Scene<'_>, f: &Forloeb) -> Result<Option<NewReferat>, SyntheticError> {
        let before = f.referater_in_force().last().map(|referat| (referat.what.til, referat.what.aftaler.clone()));
        let Some((til, aftaler)) = before.filter(|(til, _)| f.moeder().iter().any(|m| m.position == *til)) else {
            return Ok(None);
        };
        let aftaler: Vec<_> =
            aftaler.iter().map(|a| NewAftale { nr: Some(a.nr), senest: a.senest, hvem: a.hvem }).collect();
        let begrundelse = Some("Der manglede noget af det, vi talte om".to_owned());
        let confidential = self.seal_referat(s, aftaler.len(), begrundelse)?;
        Ok(Some(NewReferat { til, aftaler, has_reason: true, confidential }))
    }

    fn seal_referat(
        &mut self,
        s: &Scene<'_>,
        aftaler: usize,
        begrundelse: Option<String>,
    ) -> Result<forloeb::haendelse::Ciphertext, SyntheticError> {
        let tekst = self.t.af(&REFERATER).to_owned();
        let aftaler = (0..aftaler).map(|_| self.t.af(&AFTALER).to_owned()).collect();
        self.seal(s, &Referat { tekst, aftaler, begrundelse })
    }
}
