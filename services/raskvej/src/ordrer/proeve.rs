//! A data folder for tests, with the small workplace in it.

use std::path::Path;
use std::sync::Arc;

use eventlog::Options;
use forloeb::Regelbog;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::{Besked, Filer, Ordre, Ud, udfoer};
use crate::kerne::{AabnFejl, Aabnet, Fremdrift, Kerne};
use crate::ur::Ur;

/// What somebody who gave a command was told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Svar {
    pub(crate) ud: Vec<String>,
    pub(crate) fejl: Vec<String>,
    pub(crate) data: Vec<u8>,
    pub(crate) kode: u8,
}

impl Svar {
    pub(crate) fn tag(&mut self, besked: Besked) -> Option<u8> {
        match besked {
            Besked::Ud(linje) => self.ud.push(linje),
            Besked::Fejl(linje) => self.fejl.push(linje),
            Besked::Fremdrift { .. } => {}
            Besked::Data(bytes) => self.data.extend(bytes),
            Besked::Slut(kode) => {
                self.kode = kode;
                return Some(kode);
            }
        }
        None
    }
}

/// An open folder on a clock that stands still at 2026-11-20 08:00.
pub(crate) struct Proeve {
    pub(crate) kerne: Arc<Kerne>,
    mappe: TempDir,
    foelger: JoinHandle<Result<(), AabnFejl>>,
}

/// One of the files of the small workplace.
pub(crate) fn fil(navn: &str) -> Vec<u8> {
    let sti = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/small").join(navn);
    std::fs::read(sti).unwrap()
}

impl Proeve {
    pub(crate) async fn tom() -> Self {
        Self::i(tempfile::tempdir().unwrap()).await
    }

    pub(crate) async fn i(mappe: TempDir) -> Self {
        Self::paa(mappe, Ur::stillestaaende("2026-11-20T07:00:00Z".parse().unwrap())).await
    }

    pub(crate) async fn paa(mappe: TempDir, ur: Ur) -> Self {
        Self::aabn_paa(mappe, ur, Options::default()).await.unwrap()
    }

    /// With the log kept as these options say.
    pub(crate) async fn aabn(mappe: TempDir, options: Options) -> Result<Self, AabnFejl> {
        Self::aabn_paa(mappe, Ur::stillestaaende("2026-11-20T07:00:00Z".parse().unwrap()), options).await
    }

    async fn aabn_paa(mappe: TempDir, ur: Ur, options: Options) -> Result<Self, AabnFejl> {
        let aabnet = Aabnet::aabn_med(mappe.path(), options)?;
        let kerne = aabnet.byg(|_| ur.clone(), Regelbog::indbygget(), &Fremdrift::default()).await?;
        let foelger = tokio::spawn({
            let kerne = kerne.clone();
            async move { kerne.foelg_loggen().await }
        });
        Ok(Self { kerne, mappe, foelger })
    }

    /// With the small workplace of `tests/data/small`.
    pub(crate) async fn lille() -> Self {
        let p = Self::tom().await;
        let svar = p.importer(&fil("medarbejdere.csv"), &fil("fravaer.csv")).await;
        assert_eq!((svar.kode, svar.fejl), (0, vec![]));
        p
    }

    pub(crate) fn sti(&self) -> &Path {
        self.mappe.path()
    }

    pub(crate) async fn importer(&self, medarbejdere: &[u8], fravaer: &[u8]) -> Svar {
        let filer = [("medarbejdere", medarbejdere), ("fravaer", fravaer)];
        let filer = filer.into_iter().filter(|(_, bytes)| !bytes.is_empty());
        self.bed_med(Ordre::Import, filer.map(|(navn, bytes)| (navn.to_owned(), bytes.to_vec())).collect()).await
    }

    pub(crate) async fn bed(&self, ordre: Ordre) -> Svar {
        self.bed_med(ordre, Filer::new()).await
    }

    pub(crate) async fn bed_med(&self, ordre: Ordre, filer: Filer) -> Svar {
        let (ud, mut beskeder) = Ud::kanal();
        let arbejde = async {
            udfoer(&self.kerne, ordre, filer, &ud).await;
            drop(ud);
        };
        let hoer = async {
            let mut svar = Svar::default();
            while let Some(besked) = beskeder.recv().await {
                let _ = svar.tag(besked);
            }
            svar
        };
        tokio::join!(arbejde, hoer).1
    }

    /// Closes it; the folder stays.
    pub(crate) async fn luk(self) -> TempDir {
        self.kerne.luk().await;
        self.foelger.await.unwrap().unwrap();
        self.mappe
    }
}

/// Places below a length, the same in every run.
pub(crate) fn tilfaeldige() -> impl FnMut(usize) -> usize {
    let mut chance = chance::Tilfaeldig::ny(1);
    move |under| usize::try_from(chance.under(under as u64)).unwrap()
}
