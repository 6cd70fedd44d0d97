//! What each event does: to the registrations, which make the runs, and to the forløb that it speaks of.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{
    Afgoerelse, Forsvundet, FravaerForsvundet, FravaerRegistreret, FravaerRettet, Haendelse, Udfald, UenighedAfgjort,
};
use crate::fold::annullerede::Annullerede;
use crate::fold::ansaettelse::{Ansaettelse, Record};
use crate::fold::forloeb::{Afgjort, Fact, Forloeb, Lederperiode, Periode};
use crate::fold::laengde::ExpectedSlut;
use crate::fold::registrering::{Reading, Registrering, sorter};
use crate::fold::uenighed::{Uenighedsfelt, Vaelg};
use crate::fold::word::{Dag, Spoken, Told, Word};
use crate::procent::Procent;
use crate::rules::calendar::plus_dage;
use crate::words::{Aarsag, Kilde, Overtagelsessvar, Rolle, Slutaarsag, Varighed};

/// The registrations of an employment in the order in which they came in, annulled ones too.
#[derive(Default)]
pub(super) struct Registreringer(pub(super) Vec<Registrering>);

impl Registreringer {
    pub(super) fn af(ansaettelse: &Ansaettelse, annullerede: &Annullerede, reading: Reading<'_>) -> Self {
        let (mut all, mut carried) = (Self::default(), 0);
        for (nr, record) in ansaettelse.records().iter().enumerate() {
            // What payroll has said it has said, though it no longer counts: the same file does not say it once more.
            if let Haendelse::FravaerRettet(h) = &record.haendelse
                && let (Some(line), Some(r)) = (h.imported(), all.find(h.registrering))
            {
                r.heard(told(record), |r| r.imported = Some(line));
            }
            if !annullerede.is(record) {
                all.apply(record, reading);
            }
            if nr < ansaettelse.carried() {
                carried = all.0.len();
            } else if let Haendelse::FravaerRegistreret(FravaerRegistreret { foerste, aarsag, .. })
            | Haendelse::FravaerRettet(FravaerRettet { foerste, aarsag, .. }) = &record.haendelse
                && *aarsag != Aarsag::BarnSyg
            {
                all.end_before(carried, *foerste, record);
            }
        }
        for r in &mut all.0 {
            r.ansat_til = reading.ansat_til(r.foerste);
        }
        all
    }

    /// What was told under the number before, and nobody has ended there, goes on in what is told under this one. Where
    /// payroll's row reaches into that, the days both tell of are days of this one.
    fn end_before(&mut self, carried: usize, foerste: NaiveDate, record: &Record) {
        let til = plus_dage(foerste, -1);
        let before =
            |r: &&mut Registrering| r.annulleret_by.is_none() && r.aarsag != Aarsag::BarnSyg && r.foerste < foerste;
        for r in self.0[..carried].iter_mut().filter(before) {
            match r.sidste {
                None => {
                    r.sidste = Some(til);
                    r.end_at = Some(fact(record, Slutaarsag::Raskmeldt));
                }
                Some(sidste) if sidste > til && r.is_imported() && !r.is_raskmeldt() => r.sidste = Some(til),
                Some(_) => {}
            }
        }
    }

    /// Most events are about an absence that came in late.
    fn find(&mut self, id: Uuid) -> Option<&mut Registrering> {
        self.0.iter_mut().rev().find(|r| r.id == id)
    }

    fn apply(&mut self, record: &Record, reading: Reading<'_>) {
        match &record.haendelse {
            Haendelse::FravaerRegistreret(h) => {
                let end_at = h.sidste.map(|_| fact(record, Slutaarsag::Raskmeldt));
                let mut new = Registrering { ordering: self.0.len(), end_at, ..Registrering::from_haendelse(h) };
                match h.kilde {
                    Kilde::Person => {
                        new.said.foerste = Some(Word::reported(Some(h.foerste), told(record)));
                        new.said.sidste = Some(Word::reported(h.sidste, told(record)));
                        new.said.aarsag.report(h.foerste, h.aarsag, told(record));
                        new.said.omfang.report(h.foerste, h.omfang_pct, told(record));
                    }
                    Kilde::Import => new.loen_told = Spoken::whole(told(record)),
                }
                match self.find(h.registrering) {
                    Some(old) => *old = new,
                    None => self.0.push(new),
                }
                if h.kilde == Kilde::Import {
                    self.spoken_of(h.registrering, reading);
                }
            }
            Haendelse::FravaerRettet(h) => {
                if let Some(r) = self.find(h.registrering) {
                    r.say(h, told(record));
                    (r.aarsag, r.foerste, r.omfang_pct) = (h.aarsag, h.foerste, h.omfang_pct);
                    (r.paragraf_56, r.raskmeldt) = (h.paragraf_56, h.raskmeldt);
                    if r.sidste != h.sidste {
                        let ended = r.sidste.is_none() && h.kilde == Kilde::Person;
                        r.raskmelding = h.sidste.is_some() && (r.raskmelding || ended);
                        r.sidste = h.sidste;
                        // A corrected day of death is still a death.
                        let end = r.end_at.as_ref().map_or(Slutaarsag::Raskmeldt, |s| s.what);
                        r.end_at = h.sidste.map(|_| fact(record, end));
                    }
                }
            }
            Haendelse::Raskmeldt(h) => {
                let word = Word::news(Some(h.sidste_fravaersdag), told(record));
                let (dag, at) = (h.sidste_fravaersdag, fact(record, Slutaarsag::Raskmeldt));
                self.afslut(h.forloeb, dag, (at, word), reading);
            }
            Haendelse::ForloebAfsluttet(h) => {
                let word = Word::last(h.dato, told(record));
                self.afslut(h.forloeb, h.dato, (fact(record, h.aarsag), word), reading);
            }
            Haendelse::FravaerKnyttet(h) => {
                if let Some(r) = self.find(h.registrering) {
                    r.heard(told(record), |r| r.put_row(&h.fravaer_nr, h.line));
                }
            }
            Haendelse::SygemeldingKnyttet(h) => {
                if let Some(r) = self.find(h.registrering) {
                    r.said.foerste = Some(Word::reported(Some(h.foerste), told(record)));
                    r.paragraf_56 = h.paragraf_56.or(r.paragraf_56);
                }
                let mut run = self.run(h.registrering, reading);
                for r in run.iter_mut().filter(|r| r.sidste.is_none_or(|sidste| sidste >= h.foerste)) {
                    // What was recorded before a cause was has none.
                    if let Some(aarsag) = h.aarsag {
                        r.said.aarsag.report(r.foerste, aarsag, told(record));
                    }
                    r.said.omfang.report(r.foerste, h.omfang_pct, told(record));
                }
                if let Some(last) = run.pop() {
                    last.said.sidste.get_or_insert(Word::reported(None, told(record)));
                }
            }
            Haendelse::DelvisRegistreret(h) => {
                let run = self.run(h.forloeb, reading);
                if let Some(r) = run.into_iter().rev().find(|r| r.foerste <= h.fra) {
                    r.said.omfang.put(h.fra, Some(Word::news(h.omfang_pct, told(record))), true);
                }
            }
            Haendelse::UenighedAfgjort(h) => self.decided(h, told(record), reading),
            Haendelse::ForloebAnnulleret(h) => {
                for id in &h.registreringer {
                    if let Some(r) = self.find(*id) {
                        r.annulleret_by = Some(record.position);
                        r.end_at = Some(fact(record, Slutaarsag::Annulleret));
                    }
                }
            }
            Haendelse::FravaerNummereret(h) => {
                if let Some(r) = self.find(h.registrering) {
                    r.renumber(&h.before, &h.fravaer_nr);
                }
            }
            Haendelse::FravaerForsvundet(h) => {
                if let Some(r) = self.find(h.registrering) {
                    forsvundet(r, h, record);
                }
            }
            Haendelse::StamdataRegistreret(_)
            | Haendelse::MedarbejderFlyttet(_)
            | Haendelse::AnsaettelseFortsat(_)
            | Haendelse::MedarbejderForsvundet(_)
            | Haendelse::PersonSlettet(_)
            | Haendelse::StedfortraederUdpeget(_)
            | Haendelse::SignalbrevOensket(_)
            | Haendelse::SignalbrevAfgjort(_)
            | Haendelse::FoersteKontaktHoldt(_)
            | Haendelse::SamtaleIndkaldt(_)
            | Haendelse::SamtaleBesvaret(_)
            | Haendelse::SamtaleRegistreret(_)
            | Haendelse::ReferatSkrevet(_)
            | Haendelse::AftaleAfgjort(_)
            | Haendelse::AnmeldelseRegistreret(_)
            | Haendelse::RefusionAnmodet(_)
            | Haendelse::DispensationRegistreret(_)
            | Haendelse::Paragraf56Besvaret(_)
            | Haendelse::AfbrydelseRegistreret(_)
            | Haendelse::FastTrackBesluttet(_)
            | Haendelse::OtteUgerRegistreret(_)
            | Haendelse::ArbejdsskadeAnmeldt(_)
            | Haendelse::ArbejdsskadeUndtaget(_)
            | Haendelse::KommunensOpfoelgningBesluttet(_)
            | Haendelse::OpfoelgningRegistreret(_)
            | Haendelse::SlutForventet(_)
            | Haendelse::ForloebAfventer(_)
            | Haendelse::PaamindelseBestilt(_)
            | Haendelse::KontaktForsoegt(_)
            | Haendelse::BrevGivet(_)
            | Haendelse::VarighedRettet(_)
            | Haendelse::HaendelseAnnulleret(_)
            | Haendelse::LederSkiftet(_)
            | Haendelse::KontaktpersonValgt(_)
            | Haendelse::OmsorgskollegaValgt(_)
            | Haendelse::ForloebTildelt(_)
            | Haendelse::TtaPlanLagt(_)
            | Haendelse::TtaEvalueret(_)
            | Haendelse::OenskerRegistreret(_)
            | Haendelse::LederBestridt(_)
            | Haendelse::LederBeholdt(_)
            | Haendelse::FastholdelsesplanAnmodet(_)
            | Haendelse::FastholdelsesplanBesvaret(_)
            | Haendelse::MulighedserklaeringRegistreret(_)
            | Haendelse::FastTrackGodkendt(_)
            | Haendelse::ArbejdsaarsagSagt(_)
            | Haendelse::ForanstaltningRegistreret(_)
            | Haendelse::OvertagelseBesvaret(_)
            | Haendelse::TtaPlanKladdeGemt(_)
            | Haendelse::TtaEgneOrdSkrevet(_)
            | Haendelse::TtaPlanUndtaget(_)
            | Haendelse::TtaPlanBesvaret(_)
            | Haendelse::TtaBeskedBesvaret(_)
            | Haendelse::TtaPlanDelt(_)
            | Haendelse::PaamindelserAfgjort(_)
            | Haendelse::PaamindelseSendesIgen(_) => {}
        }
    }

    /// The run that a registration belongs to, by first day, as the registrations stand at this event.
    fn run(&mut self, id: Uuid, reading: Reading<'_>) -> Vec<&mut Registrering> {
        let mut live: Vec<&mut Registrering> =
            self.0.iter_mut().filter(|r| r.annulleret_by.is_none() && r.aarsag != Aarsag::BarnSyg).collect();
        sorter(&mut live);
        let Some(mut sidste) = live.iter().position(|r| r.id == id) else { return Vec::new() };
        while live.get(sidste + 1).is_some_and(|next| reading.hangs_together(live[sidste], next)) {
            sidste += 1;
        }
        let mut first = sidste;
        while first > 0 && reading.hangs_together(live[first - 1], live[first]) {
            first -= 1;
        }
        live.drain(first..=sidste).collect()
    }

    /// Payroll's next row of an absence that people have spoken of: what they said of its cause and extent, as long as it
    /// goes on, they said of this row too.
    fn spoken_of(&mut self, id: Uuid, reading: Reading<'_>) {
        if self.0.iter().all(|r| r.said.has_days_alone()) {
            return;
        }
        let mut run = self.run(id, reading);
        let Some(place) = run.iter().position(|r| r.id == id).filter(|place| *place > 0) else { return };
        let before = &run[place - 1];
        // What a person reported until a day is not said of the days after it.
        if before.is_by_hand() {
            return;
        }
        let (aarsag, omfang) = (before.said.aarsag.onward(), before.said.omfang.onward());
        let row = &mut run[place];
        let foerste = row.foerste;
        if aarsag.is_some() {
            row.said.aarsag.put_first(foerste, aarsag, true);
        }
        if omfang.is_some() {
            row.said.omfang.put_first(foerste, omfang, true);
        }
    }

    /// Ends the last registration of the run that `forloeb` belongs to.
    fn afslut(
        &mut self,
        forloeb: Uuid,
        dag: NaiveDate,
        (at, word): (Fact<Slutaarsag>, Word<Dag>),
        reading: Reading<'_>,
    ) {
        let mut run = self.run(forloeb, reading);
        let Some(last) = run.len().checked_sub(1) else { return };
        // Of a run that was joined over days off, it may be the days before them that it ends.
        let before_gap = |nr: usize| run[nr].sidste == Some(dag) && run[nr + 1].foerste > plus_dage(dag, 1);
        let sidste = (0..last).find(|nr| before_gap(*nr)).unwrap_or(last);
        run[sidste].sidste = Some(dag);
        run[sidste].raskmelding = true;
        run[sidste].said.sidste = Some(word);
        run[sidste].end_at = Some(at);
    }

    /// Who was right is settled: payroll goes on telling of that day, or what the person said stands.
    fn decided(&mut self, h: &UenighedAfgjort, told: Told, reading: Reading<'_>) {
        let word = match h.vaelg {
            Vaelg::Loen => None,
            Vaelg::Person => Some(Word::put_right(h.person, told, h.loen)),
        };
        match h.felt {
            Uenighedsfelt::Foerste => {
                if let Some(r) = self.find(h.registrering) {
                    r.said.foerste = word;
                }
            }
            Uenighedsfelt::Sidste => {
                let mut run = self.run(h.registrering, reading);
                run.iter_mut().for_each(|r| r.said.sidste = None);
                if let Some(last) = run.pop() {
                    last.said.sidste = word;
                    // The end of payroll's row, where payroll was right, is no raskmelding.
                    last.raskmelding &= word.is_some();
                }
            }
            Uenighedsfelt::Aarsag => {
                let (Some(both), Some(fra)) = (h.loen_aarsag.zip(h.person_aarsag), h.fra) else { return };
                for r in self.run(h.registrering, reading) {
                    r.said.aarsag.decide((r.foerste, fra), h.vaelg, both, told);
                }
            }
            Uenighedsfelt::Omfang => {
                let (Some(both), Some(fra)) = (h.loen_omfang_pct.zip(h.person_omfang_pct), h.fra) else { return };
                for r in self.run(h.registrering, reading) {
                    r.said.omfang.decide((r.foerste, fra), h.vaelg, both, told);
                }
            }
        }
    }
}

/// Payroll no longer has a registration, or has it again.
fn forsvundet(r: &mut Registrering, h: &FravaerForsvundet, record: &Record) {
    let before = r.forsvundet.replace(h.stand);
    match h.stand {
        Forsvundet::Meldt | Forsvundet::Beholdt => {}
        Forsvundet::Afsluttet => {
            r.sidste = h.sidste;
            r.raskmelding = true;
            r.end_at = Some(fact(record, Slutaarsag::Raskmeldt));
        }
        Forsvundet::Annulleret => {
            (r.annulleret_by, r.videre) = (Some(record.position), h.videre);
            r.end_at = Some(fact(record, Slutaarsag::Annulleret));
        }
        Forsvundet::KommetIgen => {
            r.forsvundet = None;
            if before == Some(Forsvundet::Annulleret) {
                (r.annulleret_by, r.videre) = (None, None);
                r.end_at = r.sidste.map(|_| fact(record, Slutaarsag::Raskmeldt));
            }
        }
    }
}

pub(super) fn fact<T>(record: &Record, what: T) -> Fact<T> {
    Fact { position: record.position, name: record.haendelse.name(), time: record.time, dag: record.dag, what }
}

const fn told(record: &Record) -> Told {
    Told { position: record.position, dag: record.dag }
}

/// Takes an event into the forløb it speaks of.
pub(super) fn add(f: &mut Forloeb, record: &Record) {
    let mut expect = |varighed: Option<Varighed>| {
        if let Some(varighed) = varighed {
            f.forventet = varighed;
            f.forventninger.push((record.dag, varighed));
        }
    };
    match &record.haendelse {
        Haendelse::FravaerRegistreret(h) => expect(h.forventet_varighed),
        Haendelse::SygemeldingKnyttet(h) => expect(h.forventet_varighed),
        Haendelse::FoersteKontaktHoldt(h) => {
            expect(h.forventet_varighed);
            f.kontakter.push(fact(record, h.clone()));
        }
        Haendelse::SamtaleIndkaldt(h) => f.indkaldt = Some(Box::new(fact(record, h.clone()))),
        Haendelse::SamtaleBesvaret(h) => f.svar = Some(Box::new(fact(record, h.clone()))),
        Haendelse::ReferatSkrevet(h) => f.referater.push(fact(record, h.clone())),
        Haendelse::AftaleAfgjort(h) => f.aftaler_afgjort.push(fact(record, h.clone())),
        Haendelse::SamtaleRegistreret(h) => {
            expect(h.forventet_varighed);
            f.samtaler.push(fact(record, h.clone()));
        }
        Haendelse::AnmeldelseRegistreret(h) => f.anmeldelser.push(fact(record, h.clone())),
        Haendelse::RefusionAnmodet(h) => f.krav.push(fact(record, h.clone())),
        Haendelse::DispensationRegistreret(h) => f.dispensation = Some(Box::new(fact(record, h.clone()))),
        Haendelse::Paragraf56Besvaret(h) => f.paragraf_56 = Some(h.gaelder),
        Haendelse::AfbrydelseRegistreret(h) => f.afbrydelser.push(fact(record, h.clone())),
        Haendelse::FastTrackBesluttet(h) => {
            f.fast_track.push(fact(record, h.clone()));
            // Who decides for the employer, or writes what the employee said, knows it.
            if record.aktoer.rolle == Some(Rolle::Medarbejder) {
                f.sagt.hear(record);
            }
        }
        Haendelse::OtteUgerRegistreret(h) => f.otte_uger.push(fact(record, h.clone())),
        Haendelse::ArbejdsskadeAnmeldt(h) => f.easy.push(fact(record, h.clone())),
        Haendelse::ArbejdsskadeUndtaget(h) => f.easy_undtaget.push(fact(record, h.clone())),
        Haendelse::KommunensOpfoelgningBesluttet(h) => f.kommunens_opfoelgning.push(fact(record, h.clone())),
        Haendelse::OpfoelgningRegistreret(h) => f.opfoelgninger.push(fact(record, h.clone())),
        Haendelse::SlutForventet(h) => {
            f.slut_forventet = Some(fact(record, ExpectedSlut { dato: h.dato, sidste: h.sidste }));
        }
        Haendelse::ForloebAfventer(h) => f.afventer = h.grund.zip(h.til),
        Haendelse::PaamindelseBestilt(_) | Haendelse::KontaktForsoegt(_) | Haendelse::BrevGivet(_) => {
            f.noteret.hear(record);
        }
        Haendelse::DelvisRegistreret(h) => delvis(&mut f.perioder, h.fra, h.omfang_pct),
        Haendelse::VarighedRettet(h) => expect(Some(h.forventet_varighed)),
        Haendelse::LederSkiftet(h) => {
            let new = Lederperiode { fra: h.fra, decided: record.dag, leder_nr: Some(h.leder_nr.clone()) };
            f.ledere = f.ledere.iter().cloned().chain([new]).collect();
            if h.spoerges || f.sagt.overtagelse.is_some() {
                f.sagt.hear(record);
            }
        }
        Haendelse::OvertagelseBesvaret(h) => {
            if h.svar == Overtagelsessvar::SigerNej {
                let back = Lederperiode { fra: h.dato, decided: record.dag, leder_nr: h.leder_nr.clone() };
                f.ledere = f.ledere.iter().cloned().chain([back]).collect();
            }
            f.sagt.hear(record);
        }
        Haendelse::KontaktpersonValgt(h) => f.chosen_kontaktperson.clone_from(&h.kontaktperson_nr),
        Haendelse::ForloebTildelt(h) => f.tildelt.clone_from(&h.til),
        Haendelse::TtaPlanLagt(h) => f.take_version(record, h),
        Haendelse::TtaPlanKladdeGemt(h) => f.tta.kladde = Some(fact(record, h.clone())),
        Haendelse::TtaEgneOrdSkrevet(h) => f.tta.egne_ord.push(fact(record, h.clone())),
        Haendelse::TtaPlanUndtaget(h) => f.tta.undtaget = Some(fact(record, h.clone())),
        Haendelse::TtaPlanBesvaret(h) => f.tta.svar.push(fact(record, h.clone())),
        Haendelse::TtaBeskedBesvaret(h) => f.tta.beskedsvar.push(fact(record, h.clone())),
        Haendelse::TtaPlanDelt(h) => f.tta.delinger.push(fact(record, h.clone())),
        Haendelse::TtaEvalueret(h) => f.evalueringer.push(fact(record, h.dato)),
        Haendelse::PaamindelserAfgjort(h) => {
            for Afgoerelse { key, dag, udfald } in h.all() {
                f.afgjorte.insert(key, Afgjort { dag, udfald, time: record.time, joined: h.forloeb != f.id });
            }
        }
        Haendelse::PaamindelseSendesIgen(h) => {
            if f.afgjorte.get(&h.key).is_some_and(|a| matches!(a.udfald, Udfald::Fejlet { .. })) {
                f.afgjorte.remove(&h.key);
            }
        }
        Haendelse::OenskerRegistreret(_)
        | Haendelse::LederBestridt(_)
        | Haendelse::LederBeholdt(_)
        | Haendelse::FastholdelsesplanAnmodet(_)
        | Haendelse::FastholdelsesplanBesvaret(_)
        | Haendelse::MulighedserklaeringRegistreret(_)
        | Haendelse::FastTrackGodkendt(_)
        | Haendelse::ArbejdsaarsagSagt(_)
        | Haendelse::ForanstaltningRegistreret(_) => f.sagt.hear(record),
        // These shape the runs, see [`Registreringer::apply`], or speak of the employment.
        Haendelse::FravaerRettet(_)
        | Haendelse::FravaerNummereret(_)
        | Haendelse::FravaerForsvundet(_)
        | Haendelse::MedarbejderFlyttet(_)
        | Haendelse::AnsaettelseFortsat(_)
        | Haendelse::MedarbejderForsvundet(_)
        | Haendelse::FravaerKnyttet(_)
        | Haendelse::UenighedAfgjort(_)
        | Haendelse::Raskmeldt(_)
        | Haendelse::ForloebAfsluttet(_)
        | Haendelse::ForloebAnnulleret(_)
        | Haendelse::HaendelseAnnulleret(_)
        | Haendelse::StamdataRegistreret(_)
        | Haendelse::StedfortraederUdpeget(_)
        | Haendelse::SignalbrevOensket(_)
        | Haendelse::SignalbrevAfgjort(_)
        | Haendelse::OmsorgskollegaValgt(_)
        | Haendelse::PersonSlettet(_) => {}
    }
}

/// A new extent from a day on, within the period that day lies in.
pub(super) fn delvis(perioder: &mut Vec<Periode>, fra: NaiveDate, omfang_pct: Procent) {
    // A first absence day that was corrected past it: the extent holds from that day.
    let fra = perioder.first().map_or(fra, |p| fra.max(p.fra));
    let Some(i) = perioder.iter().position(|p| p.fra <= fra && p.til.is_none_or(|t| fra <= t)) else { return };
    let til = perioder[i].til;
    if perioder[i].fra == fra {
        perioder[i].omfang_pct = omfang_pct;
    } else {
        perioder[i].til = Some(plus_dage(fra, -1));
        perioder.insert(i + 1, Periode { fra, til, omfang_pct });
    }
}
