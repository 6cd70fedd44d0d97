//! The refusion ledger of a forløb: every figure opens to its days, its rate and the rule behind it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::frister::vurder;
use forloeb::regnskab::{Dagsstand, Kravfejl, Kravtjek, Spaend, regnskab};
use uuid::Uuid;

use super::Stat;
use super::datoer::{begge, beloeb, dage, lang};
use super::kig::{Kig, id};
use super::parts::estimate::{Forklaret, spaend};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::Inde;
use crate::tekster;

struct Dagraekke {
    dage: String,
    antal: i64,
    kode: &'static str,
    stand: &'static str,
    i_fare: bool,
    regel: String,
    kilde: Option<String>,
    ved: Option<String>,
    skoen: Option<Forklaret>,
}

struct Kravraekke {
    dage: String,
    beloeb: String,
    skoen: Option<Forklaret>,
    fejl: Vec<String>,
}

struct Naeste {
    dage: String,
    senest: String,
    /// The reader may claim it.
    sti: Option<String>,
}

#[derive(Template)]
#[template(path = "regnskab.html")]
struct Side {
    ramme: Ramme,
    h1: String,
    id: Uuid,
    gives: bool,
    summer: Vec<Forklaret>,
    naeste: Option<Naeste>,
    raekker: Vec<Dagraekke>,
    krav: Vec<Kravraekke>,
    regelsaet: String,
}

pub(super) async fn side(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
) -> Result<Response, Sidefejl> {
    let id = id(&tekst)?;
    let _laan = stat.t.kerne.laan_forloeb(id).await?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let f = inde.bruger.find_penge(id, &vis, k.idag)?;
    if f.id != id {
        return Ok(Redirect::to(&format!("/forloeb/{}/refusion", f.id)).into_response()); // joined into another
    }
    let bog = &stat.t.kerne.bog();
    let r = vurder(&f, k.idag, bog).refusion;
    let g = regnskab(&f, &r, k.idag, bog);
    let sum = |navn, stand| Forklaret::ny(navn, g.led(|s| s.stand == stand));
    let summer = [
        sum("Kan søges nu", Dagsstand::KanAnmodes),
        sum("Søgt", Dagsstand::Anmodet),
        Forklaret::ny("Kan mistes, hvis fristen overskrides", g.led(|s| s.i_fare)),
        sum("Venter på kvittering", Dagsstand::ManglerKvittering),
        Forklaret::ny("Pr. arbejdsdag uden kvittering", &g.pr_arbejdsdag),
        sum("Mistet, fordi der blev anmeldt for sent", Dagsstand::ForSentAnmeldt),
        sum("Mistet, fordi der blev søgt for sent", Dagsstand::ForSentAnmodet),
    ];
    let maa_soege = inde.bruger.maa_aendre(f.id, crate::adgang::Oenske::Refusion, &vis, k.idag).is_ok();
    let naeste = g.naeste.map(|n| Naeste {
        dage: spaend(n.dage.fra, n.dage.til),
        senest: begge(n.senest, k.idag),
        sti: maa_soege.then(|| format!("/forloeb/{}?vis=refusionsanmodning#f-refusionsanmodning", f.id)),
    });
    let h1 =
        if k.bruger().ser_navne() { k.navn(&f.medarbejder_nr) } else { format!("Medarbejder {}", f.medarbejder_nr) };
    let side = Side {
        ramme: k.ramme(format!("Refusion dag for dag, medarbejder {}", f.medarbejder_nr)),
        h1,
        id: f.id,
        gives: r.gives,
        summer: summer.into_iter().flatten().collect(),
        naeste,
        raekker: g.spaend.iter().map(|s| Dagraekke::ny(&f, s)).collect(),
        krav: g.krav.iter().map(Kravraekke::ny).collect(),
        regelsaet: f.regler.navn.to_string(),
    };
    Ok(html(StatusCode::OK, &side))
}

impl Dagraekke {
    fn ny(f: &forloeb::Forloeb, s: &Spaend<'_>) -> Self {
        let ved = s.ved.as_ref().map(|l| {
            let dato = l.dato.map(|d| format!(" {}", lang(d))).unwrap_or_default();
            let position = l.position.map(|p| format!(" (hændelse {p})")).unwrap_or_default();
            format!("{}{dato}{position}", super::historik::kort(l.navn))
        });
        Self {
            dage: spaend(s.dage.fra, s.dage.til),
            antal: s.dage.antal(),
            kode: match s.stand {
                Dagsstand::ForSentAnmeldt | Dagsstand::ForSentAnmodet => "tabt",
                Dagsstand::Anmodet => "opfyldt",
                Dagsstand::KanAnmodes => "aaben",
                Dagsstand::ManglerKvittering => "forfalder",
                Dagsstand::Arbejdsgiver | Dagsstand::Kommende => "kommende",
            },
            stand: tekster::dagsnavn(s.stand),
            i_fare: s.i_fare,
            regel: tekster::dagsregel(s.stand, &f.regler),
            kilde: s.kilde.as_deref().map(str::to_owned),
            ved,
            skoen: Forklaret::ny("Værdi", &s.led),
        }
    }
}

impl Kravraekke {
    fn ny(k: &Kravtjek<'_, '_>) -> Self {
        let krav = &k.krav.hvad;
        let fejl = k.fejl.iter().map(|fejl| match *fejl {
            Kravfejl::Hul(d) => {
                format!("Der er et hul før kravet: {} kan stadig søges ({}).", spaend(d.fra, d.til), dage(d.antal()))
            }
            Kravfejl::Overlap(d) => format!("{} er også med i et andet krav.", spaend(d.fra, d.til)),
            Kravfejl::UdenRet(d) => format!("{} giver ikke refusion, som forløbet står nu.", spaend(d.fra, d.til)),
        });
        Self {
            dage: spaend(krav.fra, krav.til),
            beloeb: beloeb(krav.beloeb_oere),
            skoen: Forklaret::ny("Skøn", &k.led),
            fejl: fejl.collect(),
        }
    }
}
