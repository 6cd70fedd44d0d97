//! The page about the rules, written from the rule files themselves: what it says is what is computed.

use std::fmt::Write as _;

use forloeb::Regelbog;
use forloeb::ord::{Fristart, Modtagerrolle};
use forloeb::politik::EKSEMPLER;
use forloeb::regler::{Betingelse, Formel, Fra, Fristregel, Paamindelsesregel, Regelsaet, Signalslags, Tilpas};

use crate::tekster::{dato, fristnavn, modtagernavn, tal};

/// The page, as Markdown.
#[must_use]
pub fn side(bog: &Regelbog) -> String {
    let mut ud = String::from(
        "# Reglerne\n\nSkrevet af `raskvej regler --side` ud fra regelfilerne; ret ikke her. F er første fraværsdag (dag 1), R den \
         ældste refusionsdag, der ikke er søgt, og E planens evalueringsdag. *arb.* er sidste arbejdsdag på eller før \
         dagen, *arb.+* den første på eller efter. Arbejdsdage er mandag til fredag, dog ikke helligdage, 5. juni, 24. \
         og 31. december; store bededag er helligdag til og med 2023.\n",
    );
    for saet in bog.saet() {
        regelsaet(&mut ud, saet);
    }
    satser(&mut ud, bog);
    politik(&mut ud);
    ud
}

fn linje(ud: &mut String, tekst: &str) {
    ud.push_str(tekst);
    ud.push('\n');
}

fn regelsaet(ud: &mut String, saet: &Regelsaet) {
    let til = saet.gaelder_til.map_or_else(|| "og frem".to_owned(), |til| format!("til {}", dato(til)));
    let _ =
        writeln!(ud, "\n## Regelsættet {}\n\nFor fravær, der begynder {} {til}.", saet.navn, dato(saet.gaelder_fra));
    linje(
        ud,
        "\n### Frister\n\n| frist | åbner | måldag | lovdag | hvem | efter raskmelding | kilde |\n|---|---|---|---|---|---|---|",
    );
    for r in &saet.frister {
        let intern = r.intern.map(|i| format!(" (intern: {})", formel(i, r.art))).unwrap_or_default();
        let (aabner, maaldag, lovdag) = (formel(r.aabner, r.art), formel(r.maaldag, r.art), formel(r.lovdag, r.art));
        let forbliver = if r.penge || r.forbliver { "står ved magt" } else { "bortfalder" };
        let tabes = if r.tabes { "; derefter tabt" } else { "" };
        let (navn, hvem) = (frist(r), roller(&r.ansvarlig));
        let _ = writeln!(
            ud,
            "| {navn} | {aabner} | {maaldag}{intern} | {lovdag}{tabes} | {hvem} | {forbliver} | {} |",
            r.kilde
        );
    }
    let u = &saet.udsendelse;
    let tid = |t: chrono::NaiveTime| t.format("%H:%M").to_string();
    let _ = writeln!(
        ud,
        "\n### Påmindelser\n\nSendes kl. {} på arbejdsdage, aldrig før {} eller fra {}. Alt til den samme postkasse er ét brev.\n\n\
         | frist | trin | dag | til |\n|---|---|---|---|",
        tid(u.klokken),
        tid(u.tidligst),
        tid(u.senest)
    );
    for p in &saet.paamindelser {
        let sidste = if p.sidste_chance { " (sidste chance)" } else { "" };
        let _ = writeln!(ud, "| {} | `{}`{sidste} | {} | {} |", fristnavn(p.frist), p.trin, naar(p), roller(&p.til));
    }
    signaler(ud, saet);
    let p = &saet.parametre;
    let _ = writeln!(
        ud,
        "\n### Tal\n\n- Arbejdsgiverperiode: {} dage (sygedagpengeloven § 30).\n- Nyansat: under {} dages ansættelse på F giver \
         refusion fra første dag (§ 30).\n- Et nyt fravær inden {} dage mærkes “muligt tilbagefald”; ingen regel bruger det.\n\
         - Delvist fravær under {} timer om ugen er ikke delvis sygdom i refusionens forstand.\n- Samtalen kan undlades, \
         når medarbejderen fratræder senest F+{} (§ 7 a).\n- Kommunens samtale efter anmodning om fast track: inden {} dage \
         (§ 13 b stk. 2).\n- En frist “forfalder”, når måldagen er {} arbejdsdage væk.\n- En klargjort anmeldelse uden \
         underskrift står på HR's arbejdsliste efter {} arbejdsdage (politik).",
        p.arbejdsgiverperiode_dage,
        p.nyansat_dage,
        p.tilbagefald_dage,
        p.delvis_mindst_timer,
        p.opsagt_undtagelse_dage,
        p.kommunens_samtale_dage,
        p.forfalder_arbejdsdage,
        p.usigneret_arbejdsdage
    );
}

fn signaler(ud: &mut String, saet: &Regelsaet) {
    linje(
        ud,
        "\n### Signaler om hyppigt fravær\n\n| signal | hvad tælles | vindue | årsager | kilde |\n|---|---|---|---|---|",
    );
    for s in &saet.signaler {
        let hvad = match s.slags {
            Signalslags::Perioder => "perioder, der begyndte i vinduet",
            Signalslags::Dage => "kalenderdage i perioder, der begyndte i vinduet",
        };
        let vindue = match (s.maaneder, s.dage) {
            (maaneder, 0) => format!("{maaneder} måneder"),
            (0, dage) => format!("{dage} dage"),
            (maaneder, dage) => format!("{maaneder} måneder og {dage} dage"),
        };
        let kun = if s.kun_nyuddannet { ", kun nyuddannede" } else { "" };
        let aarsager: Vec<_> = s.medregn.iter().map(|a| a.kode()).collect();
        let (navn, antal, aarsager) = (&s.navn, s.antal, aarsager.join(", "));
        let _ = writeln!(ud, "| `{navn}` | mindst {antal} {hvad}{kun} | {vindue} | {aarsager} | {} |", s.kilde);
    }
}

fn satser(ud: &mut String, bog: &Regelbog) {
    linje(
        ud,
        "\n## Satser\n\nSkønnet i kroner er dagene mandag til fredag × ugesatsen / 5 × min(1, ugentlige timer / 37) × omfanget. \
         For år uden egen sats bruges den nyeste, og tallet siger det.\n\n| år | kr. om ugen, højst | kilde |\n|---|---|---|",
    );
    for s in bog.satser() {
        let _ = writeln!(ud, "| {} | {} | {} |", s.aar, tal(s.kr_pr_uge.into()), s.kilde);
    }
}

fn politik(ud: &mut String) {
    linje(
        ud,
        "\n## Arbejdspladsens egen politik\n\nHR kan fastsætte en politik for fravær, der begynder i morgen eller senere: \
         kontaktmodel, tidligere måldage, andre påmindelser og signaler. Den kan aldrig flytte en lovdag, og den kan ikke \
         fjerne påmindelserne om penge. Færdige kontaktmodeller:\n",
    );
    for (navn, tekst) in EKSEMPLER {
        let dage = tekst.lines().find_map(|l| l.strip_prefix("kontaktmodel = ")).unwrap_or_default();
        let _ = writeln!(ud, "- `{navn}`: kontakt senest på dag {}", dage.trim_matches(['[', ']']));
    }
}

fn frist(r: &Fristregel) -> String {
    let naar = match r.naar {
        None => "",
        Some(Betingelse::KortFoerstedagsret) => ", fravær inden for arbejdsgiverperioden med refusion fra første dag",
        Some(Betingelse::Graviditet) => ", graviditet",
    };
    format!("{}{naar}", fristnavn(r.art))
}

fn formel(f: Formel, art: Fristart) -> String {
    let fra = match art {
        Fristart::Refusionsanmodning => "R",
        Fristart::TtaEvaluering => "E",
        _ => "F",
    };
    let mut ud = fra.to_owned();
    match f.maaneder {
        0 => {}
        n => ud = format!("{ud} + {n} måneder"),
    }
    match f.dage {
        0 => {}
        n if f.maaneder > 0 => ud = format!("{ud} {} {}", if n < 0 { '−' } else { '+' }, n.abs()),
        n => ud = format!("{ud}{}{}", if n < 0 { '−' } else { '+' }, n.abs()),
    }
    match f.tilpas {
        None => ud,
        Some(Tilpas::Foer) => format!("arb. {ud}"),
        Some(Tilpas::Efter) => format!("arb.+ {ud}"),
    }
}

fn naar(p: &Paamindelsesregel) -> String {
    let fra = match p.fra {
        Fra::Aabner => "dagen, den åbner",
        Fra::Maaldag => "måldagen",
        Fra::Lovdag => "lovdagen",
    };
    let dage = match p.dage {
        0 => fra.to_owned(),
        n => format!("{} kalenderdage {} {fra}", n.abs(), if n < 0 { "før" } else { "efter" }),
    };
    let ud = match p.arbejdsdage {
        0 => dage,
        n => format!("{}. arbejdsdag {} {dage}", n.abs(), if n < 0 { "før" } else { "efter" }),
    };
    match p.gentag_arbejdsdage {
        None => ud,
        Some(n) => format!("{ud}, derefter hver {n}. arbejdsdag"),
    }
}

fn roller(roller: &[Modtagerrolle]) -> String {
    roller.iter().map(|r| modtagernavn(*r)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siden_i_docs_er_den_der_skrives() {
        let sti = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/regler.md");
        let i_docs = std::fs::read_to_string(sti).unwrap_or_default();
        assert!(
            i_docs.trim_end() == side(&Regelbog::indbygget()).trim_end(),
            "docs/regler.md is old: write it with `raskvej regler --side > docs/regler.md`"
        );
    }
}
