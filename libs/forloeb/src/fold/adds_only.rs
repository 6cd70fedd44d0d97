//! Which events only add to the forløb they speak of, so that nothing else is derived anew when one comes in.

use crate::events::haendelse::Haendelse;

/// It changes nothing but the forløb it speaks of, and that as [`add`] says: not the runs, not what other events count for,
/// and nothing that all forløb of an employment have in common.
pub(super) const fn adds_only(haendelse: &Haendelse) -> bool {
    match haendelse {
        Haendelse::StedfortraederUdpeget(_)
        | Haendelse::SignalbrevOensket(_)
        | Haendelse::SignalbrevAfgjort(_)
        | Haendelse::FravaerNummereret(_)
        | Haendelse::MedarbejderForsvundet(_)
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
        | Haendelse::VarighedRettet(_)
        | Haendelse::KontaktpersonValgt(_)
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
        | Haendelse::TtaPlanKladdeGemt(_)
        | Haendelse::TtaEgneOrdSkrevet(_)
        | Haendelse::TtaPlanUndtaget(_)
        | Haendelse::TtaPlanBesvaret(_)
        | Haendelse::TtaBeskedBesvaret(_)
        | Haendelse::TtaPlanDelt(_)
        | Haendelse::PaamindelserAfgjort(_)
        | Haendelse::PaamindelseSendesIgen(_) => true,
        // Payroll may say another extent.
        Haendelse::DelvisRegistreret(_)
        // Who was chosen ahead is of every forløb that goes on.
        | Haendelse::OmsorgskollegaValgt(_)
        // A leader who was chosen takes a place among those that payroll tells of.
        | Haendelse::LederSkiftet(_)
        | Haendelse::OvertagelseBesvaret(_)
        | Haendelse::MedarbejderFlyttet(_)
        | Haendelse::AnsaettelseFortsat(_)
        | Haendelse::StamdataRegistreret(_)
        | Haendelse::PersonSlettet(_)
        | Haendelse::FravaerRegistreret(_)
        | Haendelse::FravaerRettet(_)
        | Haendelse::FravaerForsvundet(_)
        | Haendelse::FravaerKnyttet(_)
        | Haendelse::SygemeldingKnyttet(_)
        | Haendelse::UenighedAfgjort(_)
        | Haendelse::Raskmeldt(_)
        | Haendelse::ForloebAfsluttet(_)
        | Haendelse::ForloebAnnulleret(_)
        | Haendelse::HaendelseAnnulleret(_) => false,
    }
}
