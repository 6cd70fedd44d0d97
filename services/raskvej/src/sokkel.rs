//! The socket in the data folder: how commands of the terminal reach a running service.
//!
//! One connection carries one command, as lines of JSON: `{"ordre":…}`, then `{"fil":{"navn":…,"data":…}}` for the
//! files it brings along (in parts, base64), then `"klar"`. Back come [`Besked`]s, the last one `{"slut":kode}`. The
//! service never touches a path of the caller. Only the owner of the folder can open the socket.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::kerne::Kerne;
use crate::ordrer::terminal::Terminal;
use crate::ordrer::{AFVIST, Besked, Filer, Ordre, Ud, fra_base64, til_base64, udfoer};
use crate::owner;
use app::failure::Malformed;

/// Name of the socket in the data folder.
pub const NAVN: &str = "raskvej.sock";
/// Most bytes of a path that the kernel takes for a socket, and some to spare.
const LAENGSTE_STI: usize = 100;
/// Most bytes that one command may send.
const HOEJST: u64 = 1 << 30;
/// Bytes of a file in one line.
const STYKKE: usize = 48 << 10;
/// How long commands that are under way may go on when the service stops.
const FAERDIG_INDEN: Duration = Duration::from_secs(10);

/// What the caller sends.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ind {
    Ordre(Ordre),
    Fil {
        navn: String,
        #[serde(serialize_with = "til_base64", deserialize_with = "fra_base64")]
        data: Vec<u8>,
    },
    Klar,
}

/// The socket, open. It is gone from the folder when this is dropped.
#[derive(Debug)]
pub struct Sokkel {
    lytter: UnixListener,
    sti: PathBuf,
}

impl Drop for Sokkel {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.sti);
    }
}

impl Sokkel {
    /// Opens the socket. The caller has the log of the folder open, so one that is there already is left from a crash.
    ///
    /// # Errors
    /// The folder does not take it.
    pub fn aabn(mappe: &Path) -> io::Result<Self> {
        // Made in a folder of our own, so that nobody else can reach it before it has its mode, and then moved.
        let vugge = mappe.join(".sokkel");
        let _ = std::fs::remove_dir_all(&vugge);
        DirBuilder::new().mode(0o700).create(&vugge)?;
        let lytter = {
            let (sti, _mappe) = kort(&vugge)?;
            UnixListener::bind(sti)?
        };
        let (ny, sti) = (vugge.join(NAVN), mappe.join(NAVN));
        std::fs::set_permissions(&ny, Permissions::from_mode(0o600))?;
        std::fs::rename(ny, &sti)?;
        std::fs::remove_dir(vugge)?;
        Ok(Self { lytter, sti })
    }

    /// Carries out commands until `stop` becomes true or its sender is gone; then those under way may end.
    pub async fn betjen(self, kerne: Arc<Kerne>, mut stop: watch::Receiver<bool>) {
        let mut opgaver = JoinSet::new();
        loop {
            tokio::select! {
                () = stoppet(&mut stop) => break,
                Some(faerdig) = opgaver.join_next() => {
                    if faerdig.is_err() {
                        tracing::error!("en kommando gik i panik");
                    }
                }
                forbindelse = self.lytter.accept() => match forbindelse {
                    Ok((forbindelse, _)) => {
                        let kerne = kerne.clone();
                        opgaver.spawn(async move {
                            if let Err(fejl) = en(&kerne, forbindelse).await {
                                tracing::info!(%fejl, "en kommando blev afbrudt");
                            }
                        });
                    }
                    Err(fejl) => {
                        tracing::warn!(%fejl, "soklen tager ingen forbindelser");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        }
        drop(self);
        let _ = tokio::time::timeout(FAERDIG_INDEN, async { while opgaver.join_next().await.is_some() {} }).await;
    }
}

/// Opens the socket; commands that come now wait until somebody carries them out. Without a socket the service goes
/// on: commands then find the folder in use.
#[must_use]
pub fn aabn(mappe: &Path) -> Option<Sokkel> {
    Sokkel::aabn(mappe)
        .inspect_err(|fejl| tracing::error!(%fejl, "soklen kan ikke åbnes; kommandoer når ikke tjenesten"))
        .ok()
}

async fn stoppet(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The path under which the kernel reaches the socket in a folder, whatever the length of the folder's own path.
fn kort(mappe: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let sti = mappe.join(NAVN);
    if sti.as_os_str().len() <= LAENGSTE_STI {
        return Ok((sti, None));
    }
    let aaben = File::open(mappe)?;
    Ok((PathBuf::from(format!("/proc/self/fd/{}/{NAVN}", aaben.as_raw_fd())), Some(aaben)))
}

async fn en(kerne: &Arc<Kerne>, forbindelse: UnixStream) -> io::Result<()> {
    let (ind, ud) = forbindelse.into_split();
    let (ordre, filer) = modtag_ordre(ind).await?;
    let (sig, beskeder) = Ud::kanal();
    let arbejde = async {
        udfoer(kerne, ordre, filer, &sig).await;
        drop(sig);
    };
    tokio::join!(arbejde, send_beskeder(beskeder, ud)).1
}

async fn modtag_ordre(ind: OwnedReadHalf) -> io::Result<(Ordre, Filer)> {
    let mut linjer = BufReader::new(ind.take(HOEJST));
    let (mut linje, mut ordre, mut filer) = (Vec::new(), None, Filer::new());
    loop {
        linje.clear();
        linjer.read_until(b'\n', &mut linje).await?;
        match serde_json::from_slice(&linje)
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, Malformed::from(e)))?
        {
            Ind::Ordre(o) => ordre = Some(o),
            Ind::Fil { navn, data } => filer.entry(navn).or_default().extend(data),
            Ind::Klar => break,
        }
    }
    ordre.map(|o| (o, filer)).ok_or(io::ErrorKind::InvalidData.into())
}

async fn send_beskeder(mut beskeder: mpsc::Receiver<Besked>, ud: OwnedWriteHalf) -> io::Result<()> {
    let mut ud = BufWriter::new(ud);
    while let Some(besked) = beskeder.recv().await {
        send(&mut ud, &besked).await?;
        if beskeder.is_empty() {
            ud.flush().await?;
        }
    }
    ud.shutdown().await
}

async fn send<T: Serialize>(ud: &mut BufWriter<OwnedWriteHalf>, besked: &T) -> io::Result<()> {
    let mut linje = serde_json::to_vec(besked)?;
    linje.push(b'\n');
    ud.write_all(&linje).await
}

/// A connection to the service that has the folder open, if there is one.
pub async fn forbind(mappe: &Path) -> Option<UnixStream> {
    let (sti, _mappe) = kort(mappe).ok()?;
    match UnixStream::connect(&sti).await {
        // The service may belong to somebody else than its folder does.
        Err(fejl) if fejl.kind() == io::ErrorKind::PermissionDenied => {
            let forbindelse = owner::as_caller(|| std::os::unix::net::UnixStream::connect(&sti)).ok()?;
            forbindelse.set_nonblocking(true).ok()?;
            UnixStream::from_std(forbindelse).ok()
        }
        svar => svar.ok(),
    }
}

/// Has the service carry out a command, and shows what it says; the exit code.
pub async fn bed_om(forbindelse: UnixStream, ordre: Ordre, filer: Filer, mut terminal: Terminal) -> u8 {
    let (ind, ud) = forbindelse.into_split();
    match tal_med(ind, ud, ordre, filer, |besked| terminal.tag(besked)).await {
        Ok(Some(kode)) => kode,
        Ok(None) => terminal.afslaa("Tjenesten stoppede, før kommandoen var udført.", AFVIST),
        Err(fejl) => terminal.afslaa(&format!("Forbindelsen til tjenesten blev afbrudt: {fejl}"), AFVIST),
    }
}

async fn tal_med(
    ind: OwnedReadHalf,
    ud: OwnedWriteHalf,
    ordre: Ordre,
    filer: Filer,
    mut modtag: impl FnMut(Besked) -> Option<u8>,
) -> io::Result<Option<u8>> {
    let mut ud = BufWriter::new(ud);
    send(&mut ud, &Ind::Ordre(ordre)).await?;
    for (navn, bytes) in filer {
        send(&mut ud, &Ind::Fil { navn: navn.clone(), data: Vec::new() }).await?;
        for stykke in bytes.chunks(STYKKE) {
            send(&mut ud, &Ind::Fil { navn: navn.clone(), data: stykke.to_vec() }).await?;
        }
    }
    send(&mut ud, &Ind::Klar).await?;
    ud.flush().await?;
    let (mut linjer, mut linje) = (BufReader::new(ind), Vec::new());
    loop {
        linje.clear();
        if linjer.read_until(b'\n', &mut linje).await? == 0 {
            return Ok(None);
        }
        if let Some(kode) = modtag(serde_json::from_slice(&linje)?) {
            return Ok(Some(kode));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ordrer::proeve::{Proeve, Svar};
    use crate::ordrer::{Format, udfoer};

    async fn gennem(mappe: &Path, ordre: Ordre, filer: Filer) -> Svar {
        let (ind, ud) = forbind(mappe).await.expect("the service listens").into_split();
        let mut svar = Svar::default();
        tal_med(ind, ud, ordre, filer, |besked| svar.tag(besked)).await.unwrap().expect("an end");
        svar
    }

    async fn vent(mappe: &Path) {
        while forbind(mappe).await.is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    #[tokio::test]
    async fn en_kommando_siger_det_samme_gennem_soklen_som_paa_mappen() {
        let p = Proeve::lille().await;
        let (stop, stoppet) = watch::channel(false);
        let tjeneste = tokio::spawn(aabn(p.sti()).unwrap().betjen(p.kerne.clone(), stoppet));
        vent(p.sti()).await;
        let ordrer = [
            Ordre::Replay { forloeb: None, til: None, format: Format::Json },
            Ordre::Replay { forloeb: None, til: Some(p.kerne.ur.nu()), format: Format::Text },
            Ordre::Export { forloeb: None },
            Ordre::Backup { kendte: Vec::new() },
            Ordre::Rebuild { compare: true },
            Ordre::Token { rolle: forloeb::ord::Rolle::Leder, medarbejder: None },
            Ordre::Erase { medarbejder: "1".to_owned(), aarsag: "prøve".to_owned(), ogsaa_andres: false },
            Ordre::Import,
        ];
        let filer = || Filer::from([("fravaer".to_owned(), vec![b'x'; 3 * STYKKE])]);
        for ordre in ordrer {
            let direkte = p.bed_med(ordre.clone(), filer()).await;
            assert_eq!(gennem(p.sti(), ordre.clone(), filer()).await, direkte, "{ordre:?}");
        }
        stop.send_replace(true);
        tjeneste.await.unwrap();
        assert!(!p.sti().join(NAVN).exists());
    }

    #[tokio::test]
    async fn kun_ejeren_kan_aabne_soklen_og_en_efterladt_erstattes() {
        let mappe = tempfile::tempdir().unwrap();
        let rettigheder = |sti: &Path| std::fs::metadata(sti).unwrap().permissions().mode() & 0o777;
        drop(std::os::unix::net::UnixListener::bind(mappe.path().join(NAVN)).unwrap()); // as a crash leaves it
        assert!(forbind(mappe.path()).await.is_none());
        let ny = Sokkel::aabn(mappe.path()).unwrap();
        assert_eq!(rettigheder(&mappe.path().join(NAVN)), 0o600);
        assert!(forbind(mappe.path()).await.is_some());
        drop(ny);
        assert!(forbind(mappe.path()).await.is_none());
        assert_eq!(std::fs::read_dir(mappe.path()).unwrap().count(), 0);
    }

    /// As where a group shares the folder: root's command acts as the folder's owner, and the socket is somebody else's.
    #[test]
    fn root_naar_en_tjeneste_der_ikke_ejer_mappen() {
        const EJER: u32 = 65_534;
        if !rustix::process::geteuid().is_root() {
            println!("not root: it cannot be tried to act as somebody else");
            return;
        }
        let mappe = tempfile::tempdir().unwrap();
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let tjenestens = runtime();
        let _indenfor = tjenestens.enter();
        let _sokkel = Sokkel::aabn(mappe.path()).unwrap();
        std::os::unix::fs::chown(mappe.path(), Some(EJER), Some(EJER)).unwrap();
        // The change lasts as long as its thread.
        std::thread::scope(|traade| {
            traade.spawn(|| {
                owner::act_for(mappe.path(), owner::For::Command).unwrap();
                assert!(std::os::unix::net::UnixStream::connect(mappe.path().join(NAVN)).is_err());
                assert!(runtime().block_on(forbind(mappe.path())).is_some());
            });
        });
    }

    #[tokio::test]
    async fn en_lang_sti_er_ingen_hindring() {
        let mappe = tempfile::tempdir().unwrap();
        let lang = mappe.path().join("x".repeat(150));
        std::fs::create_dir(&lang).unwrap();
        let _sokkel = Sokkel::aabn(&lang).unwrap();
        assert!(forbind(&lang).await.is_some());
    }

    #[tokio::test]
    async fn et_kald_der_afbrydes_udfoerer_intet() {
        let p = Proeve::lille().await;
        let foer = p.kerne.log.head();
        let (en_ende, anden) = UnixStream::pair().unwrap();
        let (ind, mut ud) = en_ende.into_split();
        ud.write_all(b"{\"ordre\":{\"erase\":{\"medarbejder\":\"1005\",\"aarsag\":\"x\"}}}\n").await.unwrap();
        drop((ind, ud));
        assert!(en(&p.kerne, anden).await.is_err());
        assert_eq!(p.kerne.log.head(), foer);
        let (sig, modtager) = Ud::kanal();
        drop(modtager);
        udfoer(&p.kerne, Ordre::Export { forloeb: None }, Filer::new(), &sig).await; // nobody listens: it ends
    }
}
