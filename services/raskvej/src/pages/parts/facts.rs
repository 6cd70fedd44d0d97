//! The facts of a forløb and of its refusion, row by row.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::forloeb::Later;
use forloeb::frister::Assessment;
use forloeb::refusion::{Dage, Foerstedagsret, Skoen};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::words::Ventegrund;
use texts::regnskab::without_loen;

use super::datoer::{beloeb, both, dage, decimal, long, tidspunkt};
use super::estimate::Explained;
use super::fast_track;
use super::followed_up::followed_up;
use super::reader_view::ReaderView;
use crate::access::Intent;
use crate::commands::uenighed::name as uenighed_form;
use crate::money::kroner;
use crate::projections::Loan;
use crate::sentences;
use texts::uenighed::both as both_say;

/// A row of the facts.
pub(crate) struct Facts {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) path: Option<String>,
}

pub(crate) struct RefusionBox {
    pub(crate) facts: Vec<Facts>,
    pub(crate) beloeb: Vec<Explained>,
    pub(crate) krav: Vec<(String, String)>,
    pub(crate) fare: bool,
    /// Pages that say more: address and text.
    pub(crate) more: Vec<(String, &'static str)>,
}

impl RefusionBox {
    /// The amount that matters most, or else from when there is any.
    pub(crate) fn in_short(&self) -> String {
        match (self.beloeb.first(), self.facts.first()) {
            (Some(amount), _) => format!("{}: {}", amount.name, amount.kr),
            (None, Some(fact)) => format!("{}: {}", fact.name, fact.value),
            (None, None) => String::new(),
        }
    }
}

fn fridage(dage: Dage) -> String {
    if dage.fra == dage.til { long(dage.fra) } else { format!("{} til {}", long(dage.fra), long(dage.til)) }
}

/// Whom a forløb waits for, and until when, as a page says it.
pub(crate) fn waits_for((grund, til): (Ventegrund, NaiveDate)) -> String {
    format!("Venter på {} til og med {}.", sentences::ventegrund_name(grund), long(til))
}

/// The structured list of facts.
pub(crate) fn facts(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb) -> Vec<Facts> {
    let new = |name, value: String| Facts { name, value, path: None };
    let aabent = f.is_aabent(k.today);
    let dag = f.slutdag(k.today).unwrap_or(k.today);
    let now = f.stamdata_on(dag);
    let mut facts = vec![
        new("Medarbejdernummer", f.medarbejder_nr.clone()),
        new("Enhed", format!("{} ({})", now.enhed_navn, now.enhed)),
        new("Leder", f.leder(k.today).map_or_else(|| "Ingen leder registreret".to_owned(), |nr| k.name(nr))),
        new("Første fraværsdag", long(f.foerste)),
    ];
    if !f.has_begun(k.today) {
        facts.push(new("I dag", "Fraværet er ikke begyndt".to_owned()));
    } else if aabent {
        facts.push(new("I dag", format!("Dag {}", f.dag_number(dag))));
    } else {
        facts.push(new("Sidste fraværsdag", long(dag)));
        facts.push(new("Varighed", dage(f.dag_number(dag))));
    }
    if let Some(last) = f.fridage.last() {
        let text = match f.fridage.len() {
            1 => format!("Over {}. ", fridage(*last)),
            n => format!("{n} gange, sidst over {}. ", fridage(*last)),
        };
        let how = "Registrér en raskmelding, hvis medarbejderen var rask imellem: så er det to forløb.";
        facts.push(new("Lagt sammen over fridage", text + how));
    }
    if !k.user().sees_whole_forloeb() {
        return facts;
    }
    if let Some((nr, fra)) = loan.ansaettelse().flyttet_under(f) {
        let value = format!(
            "Fra medarbejdernummer {nr}, {}. Det er samme arbejdsgiver, så forløbet går videre med sin første fraværsdag.",
            long(fra)
        );
        facts.push(new("Flyttet i arbejdspladsen", value));
    }
    for u in &f.uenigheder {
        let path = k.may(f, Intent::Uenighed).then(|| {
            let form = uenighed_form(&u.id());
            format!("/forloeb/{}?vis={form}#f-{form}", f.id)
        });
        let value = format!("{} HR afgør det; til da ændres intet.", both_say(u));
        facts.push(Facts { name: "Uenighed", value, path });
    }
    let omfang = f.omfang_or_last(dag);
    facts.push(new("Årsag", sentences::aarsag_name(f.aarsag).to_owned()));
    facts.push(new(
        "Omfang",
        format!("{} % af {} timer om ugen", sentences::percent(omfang), decimal(now.timer_pr_uge)),
    ));
    facts.push(new("Forventet varighed", sentences::varighed_name(f.forventet).to_owned()));
    if let Some(said) = fast_track::answer(f, k.today) {
        facts.push(new("Fast track", said));
    }
    if let Some(said) = f.slut_forventet.as_ref().filter(|_| aabent && f.sidste.is_none()) {
        let day = said.what.sidste.map_or_else(|| "Ingen kan sige det".to_owned(), long);
        facts.push(new("Ventet sidste fraværsdag", format!("{day} (sagt {})", long(said.what.dato))));
    }
    if let Some(said) = f.sagt.cause() {
        let amr = if said.what.amr { "AMR må vide det" } else { "AMR må ikke vide det" };
        let injury = said.what.arbejdsskade.map(|svar| format!("; {}", sentences::arbejdsskade_name(svar)));
        let (cause, injury) = (sentences::arbejdsaarsag_name(said.what.aarsag), injury.unwrap_or_default());
        let value = format!("{cause} (sagt {}; {amr}{injury})", long(said.what.dato));
        facts.push(new("Årsag på arbejdet", value));
    }
    for one in followed_up(k, f) {
        facts.push(new("Sådan virker det", format!("{}: {}", one.when, one.lines.join("; "))));
    }
    if let Some(i) = f.indkaldt.as_ref().filter(|_| aabent && f.samtaler.is_empty()) {
        facts.push(new("Indkaldt til samtale", tidspunkt(i.what.tidspunkt.to_utc())));
    }
    let kontaktperson = if aabent { k.projections().kontaktperson(f, dag) } else { f.kontaktperson(dag) };
    if let Some(nr) = kontaktperson {
        facts.push(new("Kontaktperson", k.name(nr)));
    }
    if let Some(nr) = &f.tildelt {
        facts.push(new("Tildelt", k.name(nr)));
    }
    if let Some(before) = f.tilbagefald_of.filter(|id| k.find(loan, *id, Intent::See).is_ok()) {
        let path = Some(format!("/forloeb/{before}"));
        facts.push(Facts { name: "Muligt tilbagefald", value: "Se det tidligere forløb".to_owned(), path });
    }
    if let Later::Forloeb { id, foerste, .. } = f.later
        && k.find(loan, id, Intent::See).is_ok()
    {
        let path = Some(format!("/forloeb/{id}"));
        facts.push(Facts { name: "Senere forløb", value: format!("Begynder {}", long(foerste)), path });
    }
    facts
}

/// What there is to get, to lose, and already lost.
pub(crate) fn refusion(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment) -> RefusionBox {
    let r = &v.refusion;
    let new = |name, value: String| Facts { name, value, path: None };
    let why = r.foerstedagsret.map(|ret| match ret {
        Foerstedagsret::Paragraf56 if r.otherwise.is_some() => " (hvis fraværet er dækket af § 56-aftalen)",
        Foerstedagsret::Paragraf56 => " (§ 56-aftale)",
        Foerstedagsret::Fleksjob => " (fleksjob)",
        Foerstedagsret::Nyansat => " (ansat under 8 uger)",
        Foerstedagsret::FewHours => " (under 74 timer på 8 uger)",
        Foerstedagsret::Graviditet => " (graviditetsbetinget fravær)",
    });
    let mut facts = vec![match r.without_loen {
        Some(loen) => new("Refusion", without_loen(loen).to_owned()),
        None => new("Første refusionsdag", long(r.foerste_refusionsdag) + why.unwrap_or_default()),
    }];
    if let Some(other) = &r.otherwise {
        let from = match other.gives {
            true => format!("{}, hvis det ikke er", long(other.foerste_refusionsdag)),
            false => "Ingen refusion, hvis det ikke er".to_owned(),
        };
        facts.push(new("Ellers", from));
        facts.push(new(
            "§ 56",
            "Ikke besvaret: er fraværet dækket af aftalen? Beløbene gælder, hvis det er.".to_owned(),
        ));
        let kr = |s: Option<Skoen>| s.map_or_else(|| "0 kr.".to_owned(), |s| format!("højst ca. {}", kroner(s.beloeb)));
        if r.i_fare.is_some() {
            facts.push(new("I fare, hvis det ikke er dækket", kr(other.i_fare)));
        }
        if r.mistet_skoen.is_some() {
            facts.push(new("Mistet, hvis det ikke er dækket", kr(other.mistet_skoen)));
        }
    }
    if r.without_loen.is_none() && f.stamdata_on(f.foerste).timer_pr_uge <= 0.0 {
        facts.push(new(
            "Ugentlige timer",
            "Ikke kendt. Under 74 timer på 8 uger giver refusion fra første dag; undersøg det.".to_owned(),
        ));
    }
    for a in &f.afbrydelser {
        facts.push(new(
            "Uden refusion (ferie eller afspadsering)",
            format!("{} til {}", long(a.what.fra), long(a.what.til)),
        ));
    }
    match (r.anmeldt, r.tab_begynder) {
        (Some(dag), _) => facts.push(new("Kvitteret, underskrevet", long(dag))),
        (None, Some(dag)) if dag > k.today => facts.push(new("Tabet begynder", both(dag, k.today))),
        (None, Some(dag)) => facts.push(new("Tabet begyndte", both(dag, k.today))),
        (None, None) => {}
    }
    if let Some(dag) = r.awaits_kvittering {
        facts.push(new("Afventer kvittering, underskrevet", long(dag)));
    }
    if let Some(d) = &f.dispensation {
        facts.push(new("Dispensation fra", long(d.what.fra)));
    }
    if let Some(latest) = r.dispensation_latest {
        facts.push(new("Refusionen kan søges med dispensation til og med", both(latest, k.today)));
    }
    if let Some(dag) = r.kan_anmodes_fra {
        facts.push(new("Næste dag, der kan søges for", long(dag)));
    }
    let span = |d: &Dage| format!("{} til {} ({})", long(d.fra), long(d.til), dage(d.count()));
    if let Some(m) = &r.mistet {
        facts.push(new("Mistede dage", span(m)));
    }
    if !r.for_sent_anmodet.is_empty() {
        let all: Vec<_> = r.for_sent_anmodet.iter().map(span).collect();
        facts.push(new("Mistede dage, fordi der blev søgt for sent", all.join(", ")));
    }
    let book = k.state.service.app.book();
    let g = regnskab(f, r, k.today, &book);
    let skoen = [
        Explained::new("Mistes, hvis fristen overskrides", g.led(|s| s.i_fare)),
        Explained::new("Mistet", g.led(|s| s.stand == Dagsstand::AnmeldtTooLate)),
        Explained::new("Mistet, fordi der blev søgt for sent", g.led(|s| s.stand == Dagsstand::AnmodetTooLate)),
        Explained::new("Pr. arbejdsdag", &g.per_arbejdsdag),
    ];
    RefusionBox {
        facts,
        beloeb: skoen.into_iter().flatten().collect(),
        krav: (f.krav.iter())
            .map(|krav| {
                let (fra, til, signed) = (long(krav.what.fra), long(krav.what.til), long(krav.signed()));
                let from_to = format!("{fra} til {til}, underskrevet {signed}");
                (from_to, beloeb(krav.what.beloeb_oere))
            })
            .collect(),
        fare: r.gives && r.anmeldt.is_none(),
        more: Vec::new(),
    }
}
