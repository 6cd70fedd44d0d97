//! What one has to be allowed to be told that something happened.

use forloeb::Haendelse;
use forloeb::words::Fristart;

use super::table::{Intent, of_frist};

/// What one has to be allowed to see that this happened: all of it.
pub(super) fn of_event(event: &Haendelse) -> impl Iterator<Item = Intent> {
    let (one, frister): (Intent, Vec<Fristart>) = match event {
        // Payroll tells of § 56 and fleksjob, which are about refusion, and never part of a plan.
        Haendelse::StamdataRegistreret(_)
        | Haendelse::AnmeldelseRegistreret(_)
        | Haendelse::RefusionAnmodet(_)
        | Haendelse::Paragraf56Besvaret(_)
        | Haendelse::AfbrydelseRegistreret(_)
        | Haendelse::DispensationRegistreret(_) => (Intent::Penge, Vec::new()),
        Haendelse::PaamindelserAfgjort(h) => {
            let withheld = h.tilbageholdt.iter().map(|t| t.key.frist);
            (Intent::Whole, h.afgoerelser.iter().map(|a| a.key.frist).chain(withheld).collect())
        }
        Haendelse::PaamindelseSendesIgen(h) => (Intent::Whole, vec![h.key.frist]),
        Haendelse::PaamindelseBestilt(h) => (Intent::Whole, vec![h.frist]),
        // A draft is for those who write it.
        Haendelse::TtaPlanKladdeGemt(_) => (Intent::TtaPlan, Vec::new()),
        Haendelse::PersonSlettet(_)
        | Haendelse::FravaerNummereret(_)
        | Haendelse::FravaerForsvundet(_)
        | Haendelse::MedarbejderForsvundet(_)
        | Haendelse::MedarbejderFlyttet(_)
        | Haendelse::AnsaettelseFortsat(_)
        | Haendelse::FravaerRegistreret(_)
        | Haendelse::FravaerRettet(_)
        | Haendelse::FravaerKnyttet(_)
        | Haendelse::SygemeldingKnyttet(_)
        | Haendelse::UenighedAfgjort(_)
        | Haendelse::FoersteKontaktHoldt(_)
        | Haendelse::KontaktForsoegt(_)
        | Haendelse::BrevGivet(_)
        | Haendelse::SamtaleIndkaldt(_)
        | Haendelse::SamtaleBesvaret(_)
        | Haendelse::SamtaleRegistreret(_)
        | Haendelse::ReferatSkrevet(_)
        | Haendelse::AftaleAfgjort(_)
        | Haendelse::FastTrackBesluttet(_)
        | Haendelse::OtteUgerRegistreret(_)
        | Haendelse::ArbejdsskadeAnmeldt(_)
        | Haendelse::ArbejdsskadeUndtaget(_)
        | Haendelse::KommunensOpfoelgningBesluttet(_)
        | Haendelse::OpfoelgningRegistreret(_)
        | Haendelse::SlutForventet(_)
        | Haendelse::ForloebAfventer(_)
        | Haendelse::DelvisRegistreret(_)
        | Haendelse::Raskmeldt(_)
        | Haendelse::VarighedRettet(_)
        | Haendelse::HaendelseAnnulleret(_)
        | Haendelse::ForloebAnnulleret(_)
        | Haendelse::LederSkiftet(_)
        | Haendelse::StedfortraederUdpeget(_)
        | Haendelse::SignalbrevOensket(_)
        | Haendelse::SignalbrevAfgjort(_)
        | Haendelse::KontaktpersonValgt(_)
        | Haendelse::OmsorgskollegaValgt(_)
        | Haendelse::ForloebTildelt(_)
        | Haendelse::ForloebAfsluttet(_)
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
        | Haendelse::TtaPlanLagt(_)
        | Haendelse::TtaEgneOrdSkrevet(_)
        | Haendelse::TtaPlanUndtaget(_)
        | Haendelse::TtaPlanBesvaret(_)
        | Haendelse::TtaBeskedBesvaret(_)
        | Haendelse::TtaPlanDelt(_)
        | Haendelse::TtaEvalueret(_) => (Intent::Whole, Vec::new()),
    };
    frister.into_iter().map(of_frist).chain([one])
}
