//! What happened, as a sentence: on a page, and in the file of an insight.

use chrono::{DateTime, Utc};
use forloeb::haendelse::{
    Afgoerelse, Forsvundet, Key, OpfoelgningRegistreret, PaamindelserAfgjort, ReferatSkrevet, SamtaleIndkaldt, Udfald,
};
use forloeb::loft::mails_had;
use forloeb::words::{
    Afbrydelsesaarsag, Aftaleudfald, Arbejdsmiljoeaarsag, DelvisMulig, FastTrackBeslutning, Fastholdelsessvar,
    Fristart, Indkaldelsesart, Kontaktform, Kontaktrolle, Kontaktsted, Mulighedstrin, Oenske, Opfoelgningsart,
    OtteUgerUdfald, Overtagelsessvar, Part, Plansvar, Samtalegrund, Samtalesvar, Samtaleudfald, TagetAf, Varighed,
};
use forloeb::{Ansaettelse, Haendelse, Record};

use crate::clock::local;
use crate::money::kroner;
use crate::sentences::{
    self, aarsag_name, aftaleejer_name, arbejdsaarsag_name, arbejdsskade_name, dato, end_name, frist_name,
    long_dato as long, modtager_name, nyhed_name, trin_name, varighed_name, ventegrund_name, with_capital,
    without_capital,
};
use texts::brev;
use texts::uenighed::{says, subject_name, vaelg_name};
use texts::virkning::{samarbejde_said, virkning_name};

/// 6. februar 2026 kl. 8.05
pub(crate) fn tidspunkt(time: DateTime<Utc>) -> String {
    sentences::tidspunkt(local(time))
}

fn varighed(v: Option<Varighed>) -> String {
    v.map(|v| format!(" Forventet varighed: {}.", varighed_name(v))).unwrap_or_default()
}

/// What a follow-up found out of the help of colleagues, and of what is done about a cause at work.
fn how_it_works(h: &OpfoelgningRegistreret) -> String {
    let kolleger = h.samarbejde.map(|one| format!(" {}.", with_capital(samarbejde_said(one))));
    let done = h.foranstaltning.map(|one| format!(" Det, der gøres på arbejdet: {}.", virkning_name(one)));
    kolleger.into_iter().chain(done).collect()
}

/// One event as a sentence; no free text, and people as `name` calls them.
pub(crate) fn sentence(name: &dyn Fn(&str) -> String, a: &Ansaettelse, p: &Record) -> String {
    match &p.haendelse {
        Haendelse::StamdataRegistreret(_) => "Stamdata fra lønsystemet blev registreret.".to_owned(),
        Haendelse::PersonSlettet(_) => {
            "Personens nøgle blev slettet. Personlige oplysninger kan ikke læses mere.".to_owned()
        }
        Haendelse::FravaerRegistreret(h) => {
            let end = h.sidste.map(|s| format!(" til {}", long(s))).unwrap_or_default();
            format!(
                "Sygemelding fra {}{end}: {}, {} % fravær.{}",
                long(h.foerste),
                aarsag_name(h.aarsag),
                sentences::percent(h.omfang_pct),
                varighed(h.forventet_varighed)
            )
        }
        Haendelse::FravaerRettet(h) => {
            let end = h.sidste.map_or_else(|| "ikke slut".to_owned(), |s| format!("til {}", long(s)));
            format!(
                "Rettet: fravær fra {}, {end}, {}, {} %.",
                long(h.foerste),
                aarsag_name(h.aarsag),
                sentences::percent(h.omfang_pct)
            )
        }
        Haendelse::FravaerNummereret(h) => {
            format!("Lønsystemet har nu fraværet som nr. {}. Det, der er gjort, står ved magt.", h.fravaer_nr)
        }
        Haendelse::FravaerForsvundet(h) => match (h.stand, h.sidste) {
            (Forsvundet::Afsluttet, Some(sidste)) => {
                format!("Bekræftet: fraværet er ikke længere i lønsystemet. Sidste fraværsdag var {}.", long(sidste))
            }
            (stand, _) => format!("Fraværet {}.", forsvundet_name(stand)),
        },
        Haendelse::MedarbejderForsvundet(h) => format!("Medarbejderen {}.", forsvundet_name(h.stand)),
        Haendelse::MedarbejderFlyttet(h) => {
            format!("Flyttet til medarbejdernummer {}, {}. Det, der er gjort, følger med.", h.til_nr, long(h.fra))
        }
        Haendelse::AnsaettelseFortsat(h) => format!(
            "Flyttet hertil fra medarbejdernummer {}, {}. Det er samme arbejdsgiver, så forløbet går videre: frister, \
             anmeldelse og plan er de samme, og det, der var registreret før, står her.",
            h.fra_nr,
            long(h.fra)
        ),
        Haendelse::FravaerKnyttet(h) => {
            let end = h.line.sidste.map_or_else(|| "ikke slut".to_owned(), |s| format!("til {}", long(s)));
            format!(
                "Lønsystemet siger: fravær fra {}, {end}, {}, {} %. Det ændrer ikke det, der gælder.",
                long(h.line.foerste),
                aarsag_name(h.line.aarsag),
                sentences::percent(h.line.omfang_pct)
            )
        }
        Haendelse::SygemeldingKnyttet(h) => format!(
            "Sygemelding fra {}, {} % fravær, lagt sammen med det, der var meldt i forvejen.{}",
            long(h.foerste),
            sentences::percent(h.omfang_pct),
            varighed(h.forventet_varighed)
        ),
        Haendelse::UenighedAfgjort(h) => {
            let chosen = h.chosen().map(|said| format!(" ({})", says(h.felt, said))).unwrap_or_default();
            let (who, felt) = (vaelg_name(h.vaelg), subject_name(h.felt));
            format!("Uenigheden om {felt} blev afgjort: {who} har ret{chosen}.")
        }
        Haendelse::FoersteKontaktHoldt(h) => {
            let form = how(h.form);
            let by = match h.kontaktperson_rolle {
                Kontaktrolle::Tr => "TR",
                Kontaktrolle::Amr => "AMR",
                Kontaktrolle::Leder => "lederen",
                Kontaktrolle::Anden => "en kollega",
            };
            let af = match h.taget_af {
                TagetAf::Arbejdsplads => format!("arbejdspladsen ved {by}"),
                TagetAf::Medarbejder => format!("medarbejderen, med {by}"),
            };
            let work = match h.arbejdsrelateret {
                Some(true) => " Forhold på arbejdet spiller en rolle.",
                Some(false) => " Forhold på arbejdet spiller ingen rolle.",
                None => "",
            };
            let sted = match h.sted {
                Some(Kontaktsted::Hjemme) => " hjemme hos medarbejderen",
                Some(Kontaktsted::Arbejdsplads) => " på arbejdspladsen",
                Some(Kontaktsted::AndetSted) => " et andet sted",
                None => "",
            };
            let grunde: Vec<&str> = h.grunde.iter().map(|grund| samtalegrund(*grund)).collect();
            let more =
                if grunde.is_empty() { String::new() } else { format!(" En samtale mere: {}.", grunde.join(", ")) };
            let said = varighed(h.forventet_varighed);
            format!("Første kontakt {} {form}{sted}, taget af {af}.{said}{work}{more}", long(h.dato))
        }
        Haendelse::SamtaleIndkaldt(h) => indkaldt(h),
        Haendelse::SamtaleBesvaret(h) => match h.svar {
            Samtalesvar::Kommer => "Medarbejderen svarer, at hun eller han kommer til samtalen.".to_owned(),
            Samtalesvar::AndenTid => {
                let time = h.forslag.map(|time| format!(": {}", tidspunkt(time.to_utc()))).unwrap_or_default();
                format!("Medarbejderen foreslår en anden tid eller et andet sted til samtalen{time}.")
            }
            Samtalesvar::KommerIkke => "Medarbejderen svarer, at hun eller han ikke kan komme til samtalen.".to_owned(),
        },
        Haendelse::ReferatSkrevet(h) => {
            let again = if h.erstatter.is_some() { " om" } else { "" };
            let aftaler = match h.aftaler.len() {
                0 => "uden aftaler".to_owned(),
                n => format!("med {}", sentences::count(n as u64, "aftale", "aftaler")),
            };
            format!("Referatet blev skrevet{again}, {aftaler}.{}", changed(a, h))
        }
        Haendelse::AftaleAfgjort(h) => match h.udfald {
            Aftaleudfald::Gjort => format!("Aftale {} blev gjort {}.", h.nr, long(h.dato)),
            Aftaleudfald::Bortfaldet => format!("Aftale {} skal ikke gøres mere ({}).", h.nr, long(h.dato)),
        },
        Haendelse::SamtaleRegistreret(h) => {
            let udfald = match h.udfald {
                Samtaleudfald::Holdt => "holdt",
                Samtaleudfald::HoldtTelefon => "holdt i telefonen",
                Samtaleudfald::DidNotAttend => "medarbejderen deltog ikke",
                Samtaleudfald::IkkeMulig => "ikke mulig",
                Samtaleudfald::UndtagetOpsagt => "undtaget, fordi medarbejderen fratræder",
            };
            let partly = match h.delvis_mulig {
                Some(DelvisMulig::Ja) => " Medarbejderen kan vende delvist tilbage.",
                Some(DelvisMulig::Nej) => " Medarbejderen kan ikke vende delvist tilbage endnu.",
                Some(DelvisMulig::Unknown) => " Om medarbejderen kan vende delvist tilbage, vides ikke.",
                None => "",
            };
            format!("Sygefraværssamtale {}: {udfald}.{}{partly}", long(h.dato), varighed(h.forventet_varighed))
        }
        Haendelse::AnmeldelseRegistreret(h) => {
            let nr = h.kvittering.as_ref().map(|k| format!(" (kvittering {k})")).unwrap_or_default();
            let signed = h.underskrevet_dato.map(|dag| format!(", underskrevet {}", long(dag))).unwrap_or_default();
            let kommune = h.kommune.as_ref().map(|code| format!(", handlekommune {code}")).unwrap_or_default();
            format!("Anmeldelsen blev {} {}{nr}{signed}{kommune}.", trin_name(h.trin), long(h.dato))
        }
        Haendelse::ArbejdsskadeAnmeldt(h) => {
            let nr = h.sagsnummer.as_ref().map(|n| format!(" (sag {n})")).unwrap_or_default();
            format!("Arbejdsskaden blev anmeldt i EASY {}{nr}.", long(h.dato))
        }
        Haendelse::RefusionAnmodet(h) => {
            let beloeb = h.beloeb_oere.map_or_else(|| ".".to_owned(), |beloeb| format!(", {}", kroner(beloeb)));
            let signed = h.underskrevet_dato.map(|dag| format!(" (underskrevet {})", dato(dag))).unwrap_or_default();
            format!("Refusion søgt fra {} til {}{signed}{beloeb}", dato(h.fra), dato(h.til))
        }
        Haendelse::Paragraf56Besvaret(h) => {
            let answer = if h.gaelder { "dækket" } else { "ikke dækket" };
            format!("Fraværet er {answer} af § 56-aftalen.")
        }
        Haendelse::AfbrydelseRegistreret(h) => {
            let what = match h.aarsag {
                Afbrydelsesaarsag::Ferie => "Ferie",
                Afbrydelsesaarsag::Afspadsering => "Afspadsering",
                Afbrydelsesaarsag::Andet => "Afbrydelse",
            };
            format!("{what} i fraværet fra {} til {}; dagene giver ingen refusion.", dato(h.fra), dato(h.til))
        }
        Haendelse::DispensationRegistreret(h) => {
            let nr = h.kvittering.as_ref().map(|k| format!(" (svar {k})")).unwrap_or_default();
            format!("Dispensation {}: refusionen gives tilbage fra {}{nr}.", long(h.dato), long(h.fra))
        }
        Haendelse::FastTrackBesluttet(h) => {
            let what = match h.beslutning {
                FastTrackBeslutning::Anmodet => "Anmodet om fast track",
                FastTrackBeslutning::Fravalgt => "Fast track fravalgt",
            };
            let af = match h.af {
                Part::Arbejdsgiver => "arbejdsgiveren",
                Part::Medarbejder => "medarbejderen",
            };
            format!("{what} {} af {af}.", long(h.dato))
        }
        Haendelse::OtteUgerRegistreret(h) => match h.udfald {
            OtteUgerUdfald::Holdt => format!("Otteugersopfølgning holdt {}.", long(h.dato)),
            OtteUgerUdfald::IkkeNoedvendig => format!("Otteugersopfølgning ikke nødvendig ({}).", long(h.dato)),
        },
        Haendelse::ArbejdsskadeUndtaget(h) => format!("Arbejdsskaden skal ikke anmeldes i EASY ({}).", long(h.dato)),
        Haendelse::KommunensOpfoelgningBesluttet(h) => {
            let wished = if h.beslutning == Oenske::Oensket { "ønsket" } else { "ikke ønsket" };
            format!("Kommunens opfølgning er {wished} ({}).", long(h.dato))
        }
        Haendelse::OpfoelgningRegistreret(h) => {
            let what = match h.art {
                Opfoelgningsart::Videre => "Videre opfølgning",
                Opfoelgningsart::EfterRetur => "Opfølgning efter tilbagevenden",
                Opfoelgningsart::HyppigtFravaer => "Samtale om hyppigt fravær",
            };
            match h.udfald {
                OtteUgerUdfald::Holdt => format!("{what} holdt {}.{}", long(h.dato), how_it_works(h)),
                OtteUgerUdfald::IkkeNoedvendig => format!("{what} ikke nødvendig ({}).", long(h.dato)),
            }
        }
        Haendelse::SlutForventet(h) => match h.sidste {
            Some(sidste) => format!("Fraværet ventes at vare til og med {} (sagt {}).", long(sidste), long(h.dato)),
            None => format!("Ingen kan sige, hvor længe fraværet varer ({}).", long(h.dato)),
        },
        Haendelse::ForloebAfventer(h) => match h.grund.zip(h.til) {
            Some((grund, til)) => format!("Forløbet venter på {} til og med {}.", ventegrund_name(grund), long(til)),
            None => "Forløbet venter ikke mere på nogen.".to_owned(),
        },
        Haendelse::KontaktForsoegt(h) => {
            format!("Forsøgte at få kontakt {} {}, men fik ikke svar.", how(h.form), long(h.dato))
        }
        Haendelse::BrevGivet(h) => {
            format!("{} blev givet eller sendt til medarbejderen {}.", with_capital(brev::name(h.art)), long(h.dato))
        }
        Haendelse::PaamindelseBestilt(h) => match h.dag {
            Some(dag) => format!("Bestilt: lederen mindes om “{}” {}.", frist_name(h.frist), long(dag)),
            None => format!("Afbestilt: lederen mindes ikke særskilt om “{}”.", frist_name(h.frist)),
        },
        Haendelse::DelvisRegistreret(h) => {
            format!("Fravær på {} % fra {}.", sentences::percent(h.omfang_pct), long(h.fra))
        }
        Haendelse::Raskmeldt(h) => format!("Raskmeldt. Sidste fraværsdag var {}.", long(h.sidste_fravaersdag)),
        Haendelse::VarighedRettet(h) => {
            format!("Rettet: forventet varighed er {}.", varighed_name(h.forventet_varighed))
        }
        Haendelse::HaendelseAnnulleret(h) => {
            let it = a.records().iter().find(|x| x.position == h.haendelse);
            let what = it.map_or_else(|| format!("hændelse {}", h.haendelse), |x| sentence(name, a, x));
            format!("Annulleret: “{what}”")
        }
        Haendelse::ForloebAnnulleret(_) => "Hele forløbet blev annulleret.".to_owned(),
        Haendelse::LederSkiftet(h) => format!("Ny leder fra {}: {}.", long(h.fra), name(&h.leder_nr)),
        Haendelse::StedfortraederUdpeget(h) => {
            let who = h.stedfortraeder_nr.as_ref().map_or_else(|| "Ingen".to_owned(), |nr| name(nr));
            match (h.fra, h.til) {
                (Some(fra), Some(til)) => format!("{who} er stedfortræder fra {} til {}.", long(fra), long(til)),
                _ => format!("{who} er fast stedfortræder."),
            }
        }
        Haendelse::SignalbrevOensket(h) if h.ugentligt => "Ønsker en mail om ugen om hyppigt fravær.".to_owned(),
        Haendelse::SignalbrevOensket(_) => "Ønsker ikke længere en mail om ugen om hyppigt fravær.".to_owned(),
        Haendelse::SignalbrevAfgjort(h) if matches!(h.udfald, Udfald::Sendt { .. }) => {
            "Ugens mail om hyppigt fravær er sendt.".to_owned()
        }
        Haendelse::SignalbrevAfgjort(_) => "Ugens mail om hyppigt fravær kunne ikke leveres.".to_owned(),
        Haendelse::KontaktpersonValgt(h) => match &h.kontaktperson_nr {
            Some(nr) => format!("Medarbejderen har valgt {} som kontaktperson.", name(nr)),
            None => "Medarbejderen har ikke længere valgt en kontaktperson.".to_owned(),
        },
        Haendelse::OmsorgskollegaValgt(h) => match &h.kollega_nr {
            Some(nr) => {
                format!("Medarbejderen har valgt {} som omsorgskollega: den, der må ringe ved sygdom.", name(nr))
            }
            None => "Medarbejderen har ikke længere valgt en omsorgskollega.".to_owned(),
        },
        Haendelse::ForloebTildelt(h) => match &h.til {
            Some(nr) => format!("Tildelt til {}.", name(nr)),
            None => "Ikke længere tildelt til nogen.".to_owned(),
        },
        Haendelse::ForloebAfsluttet(h) => format!("Forløbet sluttede {}: {}.", long(h.dato), end_name(h.aarsag)),
        Haendelse::TtaPlanLagt(h) => format!("TTA-planens version {} blev lagt.", h.version),
        Haendelse::OenskerRegistreret(h) if h.confidential.is_none() => {
            "Medarbejderen trak sine ønsker til kontakt tilbage.".to_owned()
        }
        Haendelse::OenskerRegistreret(_) => {
            "Medarbejderen sagde, hvordan kontakten helst skal være. Det ser kun den, der tager kontakten.".to_owned()
        }
        Haendelse::LederBestridt(_) => "Medarbejderen sagde, at lederen ikke er den rigtige. HR afgør det.".to_owned(),
        Haendelse::LederBeholdt(_) => "HR afgjorde, at lederen er den rigtige.".to_owned(),
        Haendelse::ArbejdsaarsagSagt(h) if h.aarsag == Arbejdsmiljoeaarsag::Ingen => {
            format!("Det var alligevel ikke noget på arbejdet (sagt {}).", long(h.dato))
        }
        Haendelse::ArbejdsaarsagSagt(h) => {
            let amr = if h.amr { "AMR må vide det" } else { "AMR må ikke vide det" };
            let injury = h.arbejdsskade.map(|svar| format!(" {}.", with_capital(arbejdsskade_name(svar))));
            let (dato, injury) = (long(h.dato), injury.unwrap_or_default());
            format!("Årsag på arbejdet, sagt {dato}: {}. {amr}.{injury}", arbejdsaarsag_name(h.aarsag))
        }
        Haendelse::ForanstaltningRegistreret(h) => match h.opfoelgning {
            Some(dag) => format!("Besluttet {}, hvad der gøres; det ses efter fra {}.", long(h.dato), long(dag)),
            None => format!("Besluttet {}, hvad der gøres. Der skal ikke gøres mere.", long(h.dato)),
        },
        Haendelse::OvertagelseBesvaret(h) => match (h.svar, &h.leder_nr) {
            (Overtagelsessvar::Overtager, _) => format!("Lederen overtager forløbet ({}).", long(h.dato)),
            (Overtagelsessvar::SigerNej, Some(nr)) => {
                format!("Lederen sagde nej til at overtage forløbet {}. Det er igen hos {}.", long(h.dato), name(nr))
            }
            (Overtagelsessvar::SigerNej, None) => {
                format!("Lederen sagde nej til at overtage forløbet {}. HR finder en anden.", long(h.dato))
            }
        },
        Haendelse::FastholdelsesplanAnmodet(h) => {
            format!("Medarbejderen bad om en fastholdelsesplan {}.", long(h.dato))
        }
        Haendelse::FastholdelsesplanBesvaret(h) => {
            let answer = match h.svar {
                Fastholdelsessvar::Udarbejdes => "den laves",
                Fastholdelsessvar::Afvist => "afvist",
            };
            format!("Ønsket om en fastholdelsesplan blev besvaret {}: {answer}.", long(h.dato))
        }
        Haendelse::FastTrackGodkendt(h) => format!("Medarbejderen sagde ja til fast track {}.", long(h.dato)),
        Haendelse::MulighedserklaeringRegistreret(h) => {
            let step = match h.trin {
                Mulighedstrin::Anmodet => "Der blev bedt om en mulighedserklæring",
                Mulighedstrin::Samtale => "Samtalen om mulighedserklæringen blev holdt",
                Mulighedstrin::Modtaget => "Mulighedserklæringen kom",
            };
            format!("{step} {}.", long(h.dato))
        }
        Haendelse::TtaPlanKladdeGemt(_) => "En kladde til TTA-planen blev gemt.".to_owned(),
        Haendelse::TtaEgneOrdSkrevet(h) => match h.af {
            Part::Medarbejder => "Medarbejderen skrev sine egne ord og mål til planen.".to_owned(),
            Part::Arbejdsgiver => "Medarbejderens ord og mål til planen blev skrevet for medarbejderen.".to_owned(),
        },
        Haendelse::TtaPlanUndtaget(h) => format!("Der er ikke brug for en TTA-plan til og med {}.", long(h.til)),
        Haendelse::TtaPlanBesvaret(h) => {
            let svar = if h.svar == Plansvar::Enig { "enig" } else { "ikke enig" };
            format!("Medarbejderen er {svar} i TTA-planens version {}.", h.version)
        }
        Haendelse::TtaBeskedBesvaret(h) => {
            let svar = if h.godkendt { "godkendte" } else { "godkendte ikke" };
            format!("Medarbejderen {svar} beskeden til kollegerne i planens version {}.", h.version)
        }
        Haendelse::TtaPlanDelt(h) => format!("TTA-planens version {} blev delt {}.", h.version, long(h.dato)),
        Haendelse::TtaEvalueret(h) => format!("TTA-planen blev evalueret {}.", long(h.dato)),
        Haendelse::PaamindelserAfgjort(h) => h.all().map(|a| paamindelse(&a)).collect::<Vec<_>>().join(" "),
        Haendelse::PaamindelseSendesIgen(h) => format!("{} skal sendes igen.", reminder(&h.key)),
    }
}

/// Which agreements have another day, or another who does them, than in the minutes before.
fn changed(a: &Ansaettelse, h: &ReferatSkrevet) -> String {
    let before = a.records().iter().find(|record| h.erstatter == Some(record.position));
    let Some(Haendelse::ReferatSkrevet(before)) = before.map(|record| &record.haendelse) else { return String::new() };
    let said = h.aftaler.iter().filter_map(|now| {
        let was = before.aftaler.iter().find(|was| was.nr == now.nr)?;
        let day = (was.senest != now.senest).then(|| format!("senest {} (før {})", long(now.senest), long(was.senest)));
        let who = (was.hvem != now.hvem)
            .then(|| format!("det gør {} (før {})", aftaleejer_name(now.hvem), aftaleejer_name(was.hvem)));
        let both: Vec<String> = day.into_iter().chain(who).collect();
        (!both.is_empty()).then(|| format!(" Aftale {}: {}.", now.nr, both.join(", ")))
    });
    said.collect()
}

fn indkaldt(h: &SamtaleIndkaldt) -> String {
    let asked = match h.art {
        Some(Indkaldelsesart::Indbudt) => "Inviteret",
        Some(Indkaldelsesart::Indkaldt) | None => "Indkaldt",
    };
    let how = if h.telefonisk { " i telefonen" } else { "" };
    let moved = if h.imoedekommer.is_some() { " Det er den tid, medarbejderen foreslog." } else { "" };
    format!("{asked} til sygefraværssamtale{how} {}.{moved}", tidspunkt(h.tidspunkt.to_utc()))
}

/// What became of something that payroll no longer had, after its name.
const fn forsvundet_name(stand: Forsvundet) -> &'static str {
    match stand {
        Forsvundet::Meldt => "er ikke længere i lønsystemets fil",
        Forsvundet::Beholdt => "beholdes, selv om lønsystemets fil ikke har det",
        Forsvundet::Afsluttet => "er ikke længere i lønsystemet: bekræftet",
        Forsvundet::Annulleret => "er annulleret: lønsystemet har det ikke længere",
        Forsvundet::KommetIgen => "er igen i lønsystemets fil",
    }
}

/// Which mail: what it is about, and to whom.
pub(crate) fn reminder(n: &Key) -> String {
    if let Some((_, aflyst)) = n.indbydelse() {
        let what = if n.frist == Fristart::TtaEvaluering { "opfølgningen" } else { "mødet" };
        let aftale = if aflyst { "Aflysning af" } else { "Kalenderaftale om" };
        return format!("{aftale} {what} til {}", modtager_name(n.modtager));
    }
    if let Some(nyhed) = n.nyhed() {
        return format!("{} til {}", nyhed_name(nyhed), modtager_name(n.modtager));
    }
    format!("Påmindelse om {} til {}", without_capital(frist_name(n.frist)), modtager_name(n.modtager))
}

/// What became of each reminder, with the day it was planned for: sent, put off, or withheld and why.
pub(crate) fn reminders_in_words(h: &PaamindelserAfgjort) -> Vec<String> {
    h.all().map(|a| format!("{}: {}", dato(a.dag), paamindelse(&a))).collect()
}

fn paamindelse(a: &Afgoerelse) -> String {
    let what = reminder(&a.key);
    match &a.udfald {
        Udfald::Sendt { .. } => format!("{what} {}.", sentences::sent_name(&a.key.trin, a.key.modtager)),
        Udfald::Aflyst { aarsag } => format!("{what} ikke sendt: {}.", sentences::aflysning_name(*aarsag)),
        Udfald::Udskudt { grund: Some(grund), .. } if mails_had(grund).is_some() => {
            format!("{what}: {}.", without_capital(&sentences::waiting_grund(grund)))
        }
        Udfald::Udskudt { til, .. } => format!("{what} udskudt til {}.", tidspunkt(*til)),
        Udfald::Fejlet { grund, .. } => format!("{what} kunne ikke leveres ({grund})."),
    }
}

/// Why the first contact asks for a further talk, in a few words.
const fn samtalegrund(grund: Samtalegrund) -> &'static str {
    match grund {
        Samtalegrund::LangtFravaer => "fraværet ser ud til at vare længe",
        Samtalegrund::Stoette => "der er brug for støtte",
        Samtalegrund::Arbejdet => "noget på arbejdet er grunden, eller skal ændres",
        Samtalegrund::Arbejdsevne => "arbejdsevnen kan være påvirket",
    }
}

/// How contact was made, as it stands in a sentence.
const fn how(form: Kontaktform) -> &'static str {
    match form {
        Kontaktform::Telefon => "i telefonen",
        Kontaktform::Personal => "ved et møde",
        Kontaktform::Sms => "på sms",
        Kontaktform::Mail => "på mail",
    }
}
