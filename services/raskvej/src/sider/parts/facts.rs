//! The facts of a forløb and of its refusion, row by row.

use forloeb::Forloeb;
use forloeb::frister::Vurdering;
use forloeb::refusion::{Dage, Foerstedagsret};
use forloeb::regnskab::{Dagsstand, regnskab};

use super::datoer::{begge, beloeb, dage, decimal, lang, tidspunkt};
use super::estimate::Forklaret;
use super::kig::Kig;
use crate::tekster;

/// A row of the facts.
pub(crate) struct Fakta {
    pub(crate) navn: &'static str,
    pub(crate) vaerdi: String,
    pub(crate) sti: Option<String>,
}

pub(crate) struct Refusionsboks {
    pub(crate) fakta: Vec<Fakta>,
    pub(crate) beloeb: Vec<Forklaret>,
    pub(crate) krav: Vec<(String, String)>,
    pub(crate) fare: bool,
    /// Pages that say more: address and text.
    pub(crate) mere: Vec<(String, &'static str)>,
}

/// The structured list of facts.
pub(crate) fn fakta(k: &Kig<'_>, f: &Forloeb) -> Vec<Fakta> {
    let ny = |navn, vaerdi: String| Fakta { navn, vaerdi, sti: None };
    let aabent = f.er_aabent(k.idag);
    let dag = f.slutdag(k.idag).unwrap_or(k.idag);
    let mut fakta = vec![
        ny("Medarbejdernummer", f.medarbejder_nr.clone()),
        ny("Enhed", format!("{} ({})", f.stamdata.enhed_navn, f.stamdata.enhed)),
        ny("Leder", f.leder(k.idag).map_or_else(|| "Ingen leder registreret".to_owned(), |nr| k.navn(nr))),
        ny("Første fraværsdag", lang(f.foerste)),
    ];
    if aabent {
        fakta.push(ny("I dag", format!("Dag {}", f.dagnummer(dag))));
    } else {
        fakta.push(ny("Sidste fraværsdag", lang(dag)));
        fakta.push(ny("Varighed", dage(f.dagnummer(dag))));
    }
    if !k.bruger().ser_hele_forloebet() {
        return fakta;
    }
    let omfang = f.omfang(dag).or(f.perioder.last().map(|p| p.omfang_pct)).unwrap_or(100);
    fakta.push(ny("Årsag", tekster::aarsagsnavn(f.aarsag).to_owned()));
    fakta.push(ny("Omfang", format!("{omfang} % af {} timer om ugen", decimal(f.stamdata.timer_pr_uge))));
    fakta.push(ny("Forventet varighed", tekster::varighedsnavn(f.forventet).to_owned()));
    if let Some(i) = f.indkaldt.as_ref().filter(|_| aabent && f.samtaler.is_empty()) {
        fakta.push(ny("Indkaldt til samtale", tidspunkt(i.hvad.to_utc())));
    }
    if let Some(nr) = f.kontaktperson() {
        fakta.push(ny("Kontaktperson", k.navn(nr)));
    }
    if let Some(nr) = &f.tildelt {
        fakta.push(ny("Tildelt", k.navn(nr)));
    }
    if let Some(foer) = f.tilbagefald_af.filter(|id| k.find(*id).is_ok()) {
        let sti = Some(format!("/forloeb/{foer}"));
        fakta.push(Fakta { navn: "Muligt tilbagefald", vaerdi: "Se det tidligere forløb".to_owned(), sti });
    }
    fakta
}

/// What there is to get, to lose, and already lost.
pub(crate) fn refusion(k: &Kig<'_>, f: &Forloeb, v: &Vurdering) -> Refusionsboks {
    let r = &v.refusion;
    let ny = |navn, vaerdi: String| Fakta { navn, vaerdi, sti: None };
    let hvorfor = r.foerstedagsret.map(|ret| match ret {
        Foerstedagsret::Paragraf56 => " (§ 56-aftale)",
        Foerstedagsret::Fleksjob => " (fleksjob)",
        Foerstedagsret::Nyansat => " (ansat under 8 uger)",
        Foerstedagsret::Graviditet => " (graviditetsbetinget fravær)",
    });
    let mut fakta = vec![ny("Første refusionsdag", lang(r.foerste_refusionsdag) + hvorfor.unwrap_or_default())];
    match (r.anmeldt, r.tab_begynder) {
        (Some(dag), _) => fakta.push(ny("Kvitteret", lang(dag))),
        (None, Some(dag)) if dag > k.idag => fakta.push(ny("Tabet begynder", begge(dag, k.idag))),
        (None, Some(dag)) => fakta.push(ny("Tabet begyndte", begge(dag, k.idag))),
        (None, None) => {}
    }
    if let Some(dag) = r.kan_anmodes_fra {
        fakta.push(ny("Næste dag, der kan søges for", lang(dag)));
    }
    let spaend = |d: &Dage| format!("{} til {} ({})", lang(d.fra), lang(d.til), dage(d.antal()));
    if let Some(m) = &r.mistet {
        fakta.push(ny("Mistede dage", spaend(m)));
    }
    if !r.for_sent_anmodet.is_empty() {
        let alle: Vec<_> = r.for_sent_anmodet.iter().map(spaend).collect();
        fakta.push(ny("Mistede dage, fordi der blev søgt for sent", alle.join(", ")));
    }
    let bog = k.stat.t.kerne.bog();
    let g = regnskab(f, r, k.idag, &bog);
    let skoen = [
        Forklaret::ny("Mistes, hvis fristen overskrides", g.led(|s| s.i_fare)),
        Forklaret::ny("Mistet", g.led(|s| s.stand == Dagsstand::ForSentAnmeldt)),
        Forklaret::ny("Mistet, fordi der blev søgt for sent", g.led(|s| s.stand == Dagsstand::ForSentAnmodet)),
        Forklaret::ny("Pr. arbejdsdag", &g.pr_arbejdsdag),
    ];
    Refusionsboks {
        fakta,
        beloeb: skoen.into_iter().flatten().collect(),
        krav: (f.krav.iter())
            .map(|krav| {
                let fra_til = format!("{} til {}", lang(krav.hvad.fra), lang(krav.hvad.til));
                (fra_til, beloeb(krav.hvad.beloeb_oere))
            })
            .collect(),
        fare: r.anmeldt.is_none(),
        mere: Vec::new(),
    }
}
