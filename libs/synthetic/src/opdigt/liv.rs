//! One employee through the years: what is to happen, and the events it led to as far as they still matter.

use std::sync::Arc;

use chance::Tilfaeldig;
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::frister::vurder;
use forloeb::haendelse::{FravaerRegistreret, Haendelse, StamdataRegistreret};
use forloeb::kommando::Kommando;
use forloeb::ord::{Fristart, Kilde, Rolle};
use forloeb::paamindelser::naeste_dag;
use forloeb::udled::Importeret;
use forloeb::{Aktoer, Ansaettelse, Nu, Post, beslut};
use uuid::Uuid;

use super::OpdigtFejl;
use super::folk::Laest;
use super::gerning::{Gerning, Ramme, Registrering, arbejdstid, loenfil};
use super::scene::Scene;
use super::udgang::Commit;
use app::ur::{dag_i_danmark, klokken};
use app::visninger::registrering_af;

/// A registration that something is still to happen to.
pub(crate) struct Kendt {
    /// Its number among those of the employee.
    nr: u32,
    pub(crate) id: Uuid,
    /// Payroll's number, where it came from there.
    pub(crate) fravaer_nr: Option<u32>,
}

/// One employee.
pub(crate) struct Liv {
    pub(crate) plads: usize,
    pub(crate) t: Tilfaeldig,
    /// Days between two absences, on average: few people have most of the absence.
    interval: u64,
    version: u64,
    /// Master data, and the events of forløb that are not finished. The domain derives every forløb by itself, so it
    /// decides the same on this part as on the whole.
    pub(crate) a: Ansaettelse,
    /// There are forløb in it.
    har_forloeb: bool,
    /// What is to happen, the last first.
    agenda: Vec<(DateTime<Utc>, Gerning)>,
    registreringer: Vec<Kendt>,
    naeste_nr: u32,
    /// Events of the commit with the latest talk.
    samtale_commit: u64,
    /// When the reminder worker next has something for this employee.
    tik: Option<DateTime<Utc>>,
}

impl Liv {
    pub(crate) fn nyt(plads: usize, s: &Scene<'_>, froe: u64) -> Self {
        let mut t = Tilfaeldig::ny(froe);
        let foerste = s.verden.foerste_dag(plads);
        let interval = t.af(&[45, 65, 85, 95, 115, 150, 250]);
        let mut liv = Self {
            plads,
            interval,
            version: 0,
            a: Ansaettelse::ny(&s.verden.medarbejder(plads).nr.to_string()),
            har_forloeb: false,
            agenda: Vec::new(),
            registreringer: Vec::new(),
            naeste_nr: 0,
            samtale_commit: 0,
            tik: None,
            t,
        };
        liv.laeg((loenfil(foerste), Gerning::Stamdata));
        let dage = liv.t.under(2 * interval);
        liv.laeg_fravaer(foerste, dage + 1);
        liv
    }

    /// When something next happens.
    pub(crate) fn naeste(&self) -> Option<DateTime<Utc>> {
        let gerning = self.agenda.last().map(|(tid, _)| *tid);
        match (gerning, self.tik) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Lets it happen.
    pub(crate) fn ske(&mut self, s: &mut Scene<'_>, tid: DateTime<Utc>) -> Result<(), OpdigtFejl> {
        let nu = Nu { tid, dag: dag_i_danmark(tid) };
        if self.tik == Some(tid) {
            self.paamind(s, nu)?;
            return self.bagefter(s, nu);
        }
        let Some((_, gerning)) = self.agenda.pop() else { return Ok(()) };
        match gerning {
            Gerning::Stamdata => self.stamdata(s, nu)?,
            Gerning::Syg => self.bliv_syg(s, nu.dag),
            Gerning::Registrer(r) => self.registrer(s, &r, nu)?,
            Gerning::Loenret(r) => self.loenret(s, &r, nu)?,
            Gerning::Hos(nr, hvad) => {
                if let Some(forloeb) = self.id(nr) {
                    self.goer(s, forloeb, hvad, nu)?;
                }
            }
            Gerning::Loes(nr, art, hvad) => {
                if let Some(forloeb) = self.id(nr).filter(|id| self.udestaar(s, *id, art, nu)) {
                    self.goer(s, forloeb, hvad, nu)?;
                }
            }
        }
        self.bagefter(s, nu)
    }

    fn laeg(&mut self, (tid, gerning): (DateTime<Utc>, Gerning)) {
        let plads = self.agenda.partition_point(|(andet, _)| *andet > tid);
        self.agenda.insert(plads, (tid, gerning));
    }

    fn laeg_fravaer(&mut self, dag: NaiveDate, om_dage: u64) {
        let dag = dag + chrono::Days::new(om_dage);
        self.laeg((klokken(dag, chrono::NaiveTime::MIN), Gerning::Syg));
    }

    fn id(&self, nr: u32) -> Option<Uuid> {
        self.registreringer.iter().find(|k| k.nr == nr).map(|k| k.id)
    }

    /// Somebody still has to see to a frist of a forløb.
    fn udestaar(&self, s: &Scene<'_>, forloeb: Uuid, art: Fristart, nu: Nu) -> bool {
        let forloeb = self.a.forloeb(s.bog).into_iter().find(|f| f.hedder(forloeb));
        forloeb.is_some_and(|f| vurder(&f, nu.dag, s.bog).frist(art).is_some_and(|fr| fr.status.udestaar()))
    }

    /// A reminder was read: what comes of it.
    pub(crate) fn laest(&mut self, s: &Scene<'_>, laest: &Laest<'_>) {
        let Some(nr) = self.registreringer.iter().find(|k| laest.f.hedder(k.id)).map(|k| k.nr) else { return };
        for (dag, art, hvad) in s.folk.paamindet(laest, &mut self.t) {
            let tid = arbejdstid(s.bog, dag, &mut self.t);
            // Not before it was read.
            self.laeg((tid.max(laest.nu.tid), Gerning::Loes(nr, art, hvad)));
        }
    }

    fn bliv_syg(&mut self, s: &Scene<'_>, dag: NaiveDate) {
        let m = s.verden.medarbejder(self.plads);
        let nyansat = (dag - m.ansat).num_days() < i64::from(s.bog.gaeldende(dag).parametre.nyansat_dage);
        let ramme = Ramme {
            bog: s.bog,
            folk: s.folk,
            leder: s.verden.leder(self.plads, dag),
            dag,
            fratraadt: m.fratraadt,
            kvinde: m.er_kvinde(),
            foerstedagsret: nyansat || m.fleksjob || self.a.stamdata().is_some_and(|s| s.paragraf_56),
            nr: self.naeste_nr,
        };
        let Some(fravaer) = ramme.fravaer(&mut self.t) else { return };
        self.naeste_nr += 2;
        fravaer.gerninger.into_iter().for_each(|g| self.laeg(g));
        // Now and then back for a single day only, which makes two forløb.
        let hul = if self.t.promille(40) { 2 } else { 3 + self.t.under(2 * self.interval - 6) };
        if m.fratraadt.is_none_or(|f| fravaer.slut < f) {
            self.laeg_fravaer(fravaer.slut, hul);
        }
    }

    fn stamdata(&mut self, s: &mut Scene<'_>, nu: Nu) -> Result<(), OpdigtFejl> {
        let person = s.verden.person(self.plads);
        let foerste = self.version == 0;
        let fortroligt = foerste.then(|| s.segl.forsegl(person, &s.verden.oplysninger(self.plads))).transpose()?;
        let stamdata = Box::new(s.verden.stamdata(self.plads, nu.dag));
        let kommando = Kommando::RegistrerStamdata(Box::new(StamdataRegistreret { stamdata, fortroligt, person }));
        self.udfoer(s, &kommando, &Aktoer::system("import"), nu)?;
        if let Some(dag) = s.verden.naeste_aendring(self.plads, nu.dag) {
            self.laeg((loenfil(dag), Gerning::Stamdata));
        }
        Ok(())
    }

    fn registrer(&mut self, s: &mut Scene<'_>, r: &Registrering, nu: Nu) -> Result<(), OpdigtFejl> {
        let (registrering, fravaer_nr, aktoer) = match r.kilde {
            Kilde::Import => {
                let nummer = s.naeste_fravaer_nr();
                (registrering_af(&nummer.to_string()), Some(nummer), Aktoer::system("import"))
            }
            Kilde::Person => {
                let mut tilfaeldigt = [0; 10];
                self.t.fyld(&mut tilfaeldigt);
                let ms = u64::try_from(nu.tid.timestamp_millis()).unwrap_or_default();
                let id = uuid::Builder::from_unix_timestamp_millis(ms, &tilfaeldigt).into_uuid();
                (id, None, self.leder_eller_hr(s, nu.dag))
            }
        };
        let h = FravaerRegistreret {
            registrering,
            fravaer_nr: fravaer_nr.map(|nr| nr.to_string()),
            aarsag: r.aarsag,
            foerste: r.foerste,
            sidste: r.sidste,
            omfang_pct: r.omfang_pct,
            forventet_varighed: r.forventet,
            kilde: r.kilde,
        };
        self.registreringer.push(Kendt { nr: r.nr, id: registrering, fravaer_nr });
        if !self.udfoer(s, &Kommando::RegistrerFravaer(h), &aktoer, nu)? {
            self.registreringer.pop();
        }
        Ok(())
    }

    fn loenret(&mut self, s: &mut Scene<'_>, r: &Registrering, nu: Nu) -> Result<(), OpdigtFejl> {
        let Some(registrering) = self.id(r.nr) else { return Ok(()) };
        let (aarsag, foerste, sidste, omfang_pct) = (r.aarsag, r.foerste, r.sidste, r.omfang_pct);
        let linje = Importeret { aarsag, foerste, sidste, omfang_pct };
        let kommando = Kommando::AendrFravaer { registrering, linje };
        self.udfoer(s, &kommando, &Aktoer::system("import"), nu).map(drop)
    }

    /// The leader; where there is none, HR.
    pub(crate) fn leder_eller_hr(&self, s: &Scene<'_>, dag: NaiveDate) -> Aktoer {
        match s.verden.leder(self.plads, dag) {
            Some(nr) => Aktoer { rolle: Some(Rolle::Leder), nr: Some(nr.to_string()) },
            None => Aktoer { rolle: Some(Rolle::Hr), nr: None },
        }
    }

    /// Decides a command as the service does, and writes what it led to. Whether it led to anything.
    pub(crate) fn udfoer(
        &mut self,
        s: &mut Scene<'_>,
        kommando: &Kommando,
        aktoer: &Aktoer,
        nu: Nu,
    ) -> Result<bool, OpdigtFejl> {
        match beslut(&self.a, kommando, nu, s.bog) {
            Ok(haendelser) if haendelser.is_empty() => Ok(false),
            Ok(haendelser) => self.skriv(s, haendelser, aktoer, nu).map(|()| true),
            Err(_) => {
                s.afviste += 1;
                Ok(false)
            }
        }
    }

    fn skriv(
        &mut self,
        s: &mut Scene<'_>,
        haendelser: Vec<Haendelse>,
        aktoer: &Aktoer,
        nu: Nu,
    ) -> Result<(), OpdigtFejl> {
        let antal = haendelser.len() as u64;
        // A file and the reminder worker have no keys; every form and every call of the API has one.
        let noegle = aktoer.rolle.map(|_| {
            let mut noegle = [0; 16];
            self.t.fyld(&mut noegle);
            uuid::Builder::from_random_bytes(noegle).into_uuid()
        });
        let foerste = s.optag(antal);
        s.ud.tag(&Commit {
            verden: s.verden,
            plads: self.plads,
            kendte: &self.registreringer,
            position: foerste,
            version: self.version,
            haendelser: &haendelser,
            aktoer,
            noegle,
            nu,
            samtale_commit: self.samtale_commit,
        })?;
        for (position, haendelse) in (foerste..).zip(haendelser) {
            self.version += 1;
            if let Haendelse::SamtaleRegistreret(_) = haendelse {
                self.samtale_commit = antal;
            }
            let (version, aktoer) = (self.version, aktoer.clone());
            self.husk(Post { position, version, tid: nu.tid, dag: nu.dag, aktoer, haendelse });
        }
        Ok(())
    }

    /// Keeps what later decisions need: not what was withheld, and nothing sealed.
    fn husk(&mut self, mut post: Post) {
        match &mut post.haendelse {
            Haendelse::StamdataRegistreret(h) => h.fortroligt = None,
            Haendelse::PaamindelserAfgjort(h) => {
                h.tilbageholdt.clear();
                h.afgoerelser.retain(|a| a.udfald.er_endelig());
                if h.afgoerelser.is_empty() {
                    return;
                }
            }
            Haendelse::PersonSlettet(_)
            | Haendelse::FravaerRegistreret(_)
            | Haendelse::FravaerRettet(_)
            | Haendelse::FoersteKontaktHoldt(_)
            | Haendelse::SamtaleIndkaldt(_)
            | Haendelse::SamtaleRegistreret(_)
            | Haendelse::AnmeldelseRegistreret(_)
            | Haendelse::RefusionAnmodet(_)
            | Haendelse::FastTrackBesluttet(_)
            | Haendelse::OtteUgerRegistreret(_)
            | Haendelse::ArbejdsskadeAnmeldt(_)
            | Haendelse::DelvisRegistreret(_)
            | Haendelse::Raskmeldt(_)
            | Haendelse::VarighedRettet(_)
            | Haendelse::HaendelseAnnulleret(_)
            | Haendelse::ForloebAnnulleret(_)
            | Haendelse::LederSkiftet(_)
            | Haendelse::StedfortraederUdpeget(_)
            | Haendelse::KontaktpersonValgt(_)
            | Haendelse::ForloebTildelt(_)
            | Haendelse::ForloebAfsluttet(_)
            | Haendelse::TtaPlanLagt(_)
            | Haendelse::TtaEvalueret(_)
            | Haendelse::PaamindelseSendesIgen(_) => self.har_forloeb = true,
        }
        self.a.anvend(post);
    }

    /// When is the next reminder, is the employee away, and can anything be forgotten?
    fn bagefter(&mut self, s: &mut Scene<'_>, nu: Nu) -> Result<(), OpdigtFejl> {
        if !self.har_forloeb {
            return Ok(());
        }
        let forloeb = self.a.forloeb(s.bog);
        let vurderinger: Vec<_> = forloeb.iter().map(|f| (f, vurder(f, nu.dag, s.bog))).collect();
        let dag = vurderinger.iter().filter_map(|(f, v)| naeste_dag(f, v, nu.dag, s.bog)).min();
        self.tik = dag.map(|dag| s.naeste_udsendelse(dag, nu));
        s.vaek[self.plads] = forloeb.iter().any(|f| f.er_aabent(nu.dag) && f.omfang(nu.dag) == Some(100));
        let i_gang = dag.is_some() || vurderinger.iter().any(|(f, v)| v.er_i_gang(f, nu.dag));
        let ventes = self.agenda.iter().any(|(_, g)| !matches!(g, Gerning::Stamdata | Gerning::Syg));
        if !i_gang && !ventes {
            s.ud.forbi(&vurderinger, nu.dag);
            let mut kun_stamdata = Ansaettelse::ny(self.a.nr());
            let stamdata = |p: &&Arc<Post>| matches!(p.haendelse, Haendelse::StamdataRegistreret(_));
            self.a.poster().iter().filter(stamdata).for_each(|p| kun_stamdata.anvend(Post::clone(p)));
            self.a = kun_stamdata;
            self.registreringer.clear();
            self.har_forloeb = false;
        }
        Ok(())
    }
}
