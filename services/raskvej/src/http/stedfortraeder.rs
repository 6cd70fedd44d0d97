//! Who acts for a leader who is not there.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use forloeb::haendelse::StedfortraederUdpeget;
use forloeb::kommando::Kommando;
use forloeb::ord::Rolle;
use forloeb::stedfortraeder::{Stedfortraedere, Stedfortraederperiode};
use serde::Serialize;
use utoipa::ToSchema;

use super::kommandoer::er_her;
use super::problem::Problem;
use super::{Kalder, Krop, Soeg, Tilstand};
use crate::adgang::{Afslag, Bruger};
use crate::anmodning;
use crate::kerne::{Kerne, Udfoert};

/// A leader's substitutes.
#[derive(Debug, Serialize, ToSchema)]
pub struct StedfortraederVisning {
    /// Employee number of the leader.
    pub leder_nr: String,
    /// Employee number of the one who acts whenever the leader turns out not to be there.
    pub fast_stedfortraeder_nr: Option<String>,
    /// The days on which the leader is away, today's and later ones.
    pub perioder: Vec<StedfortraederperiodeVisning>,
}

/// Days on which somebody stands in.
#[derive(Debug, Serialize, ToSchema)]
pub struct StedfortraederperiodeVisning {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Employee number.
    pub stedfortraeder_nr: String,
}

impl StedfortraederVisning {
    fn af(leder_nr: &str, s: Option<&Stedfortraedere>, idag: NaiveDate) -> Self {
        let vis = |v: &Stedfortraederperiode| StedfortraederperiodeVisning {
            fra: v.fra,
            til: v.til,
            stedfortraeder_nr: v.nr.clone(),
        };
        Self {
            leder_nr: leder_nr.to_owned(),
            fast_stedfortraeder_nr: s.and_then(|s| s.fast()).map(str::to_owned),
            perioder: s.map(|s| s.perioder(idag).map(vis).collect()).unwrap_or_default(),
        }
    }
}

anmodning! {
    /// Who acts for a leader: on some days, or whenever the leader turns out not to be there.
    Udpegning {
        /// Employee number of the leader.
        leder_nr: String,
        /// Employee number of the substitute; nobody unless said.
        stedfortraeder_nr: Option<String>,
        /// First day on which the leader is away.
        fra: Option<NaiveDate>,
        /// Last day on which the leader is away.
        til: Option<NaiveDate>,
    }
}

/// Who acts for a leader. For HR, the leader, and the leader's leader.
#[utoipa::path(get, path = "/api/v1/stedfortraeder", tag = "stedfortraeder",
    params(("leder_nr" = String, Query, description = "Lederens medarbejdernummer")),
    responses((status = 200, body = StedfortraederVisning), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn hent(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    soeg: Soeg,
) -> Result<Json<StedfortraederVisning>, Problem> {
    soeg.kendte(&["leder_nr"])?;
    let leder_nr = soeg.tekst("leder_nr").ok_or_else(|| Problem::felt("leder_nr", "skal udfyldes"))?;
    let vis = t.kerne.vis();
    bruger.maa_udpege(leder_nr, &vis)?;
    Ok(Json(StedfortraederVisning::af(leder_nr, vis.stedfortraedere(leder_nr), vis.idag())))
}

/// Names who acts for a leader: on the days from `fra` to `til`, when the leader is away; without days, whenever the
/// leader turns out not to be there. Without `stedfortraeder_nr` nobody does any more.
#[utoipa::path(post, path = "/api/v1/stedfortraeder", tag = "stedfortraeder", request_body = Udpegning,
    params(("Idempotency-Key" = Option<String>, Header, description = "Samme nøgle, samme svar, kun én hændelse")),
    responses((status = 200, body = StedfortraederVisning), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn udpeg(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    krop: Krop,
) -> Result<Json<StedfortraederVisning>, Problem> {
    if !matches!(bruger.rolle, Rolle::Hr | Rolle::Leder) {
        return Err(Problem::maa_ikke());
    }
    let udpegning: Udpegning = krop.laes()?;
    let udfoert = gennemfoer(&t.kerne, &bruger, &udpegning, &krop).await?;
    // A repeated command gets the answer it got the first time.
    let hele = t.kerne.hele(&udpegning.leder_nr).await?;
    let da = hele.ved_version(udfoert.version);
    Ok(Json(StedfortraederVisning::af(&udpegning.leder_nr, Some(&da.stedfortraedere()), udfoert.dag)))
}

/// Names a substitute, for the API and the page.
///
/// # Errors
/// As the fields, the rules or the log say.
pub async fn gennemfoer(kerne: &Kerne, bruger: &Bruger, u: &Udpegning, krop: &Krop) -> Result<Udfoert, Problem> {
    bruger.maa_udpege(&u.leder_nr, &kerne.vis()).map_err(|afslag| match afslag {
        Afslag::FindesIkke => Problem::felt("leder_nr", "ingen leder, du kan udpege for, har dette nummer"),
        afslag => afslag.into(),
    })?;
    if let Some(gentaget) = kerne.gentaget(krop.idempotens(bruger)).await? {
        return Ok(gentaget);
    }
    if let Some(nr) = &u.stedfortraeder_nr {
        let vis = kerne.vis();
        if vis.er_samme_person(nr, &u.leder_nr) {
            return Err(Problem::felt("stedfortraeder_nr", "kan ikke være lederen selv"));
        }
        // Numbers are not for trying out: HR can name anybody, a leader those who are near.
        if !bruger.er_hr() && !vis.kan_traede_til(&u.leder_nr).contains(nr.as_str()) {
            let fejl = "skal være lederens egen leder, en leder ved siden af eller en af lederens medarbejdere";
            return Err(Problem::felt("stedfortraeder_nr", fejl));
        }
        drop(vis);
        er_her(kerne, "stedfortraeder_nr", nr, u.til.unwrap_or_else(|| kerne.ur.idag()))?;
    }
    let Udpegning { leder_nr, stedfortraeder_nr, fra, til } = u;
    let udpeget = StedfortraederUdpeget { stedfortraeder_nr: stedfortraeder_nr.clone(), fra: *fra, til: *til };
    let kommando = Kommando::UdpegStedfortraeder(udpeget);
    Ok(kerne.udfoer(leder_nr, &kommando, &bruger.aktoer(), krop.idempotens(bruger)).await?)
}
