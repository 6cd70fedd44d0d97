//! What goes through the whole log: comparing with it, building anew from it, and looking at every employment.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use eventlog::{Recorded, StreamId, Streams};
use forloeb::Ansaettelse;

use super::start::{Fremdrift, byg_alt, indhent};
use super::{AabnFejl, Kerne};
use crate::stored::{ADGANG, ANSAETTELSE, Unreadable, laes_post, laes_stream, tid};
use crate::visninger::{Bagud, Sammenligning, Stykke, byg};

impl Kerne {
    /// Every employment of the log, one after another by employee number, with all its events.
    #[must_use]
    pub fn gennemgaa(&self) -> Gennemgang {
        Gennemgang { dele: self.log.streams(1), klar: Vec::new().into_iter() }
    }

    /// Compares the live projections with what the log says, an employment at a time: every difference, by its key, and
    /// the position it was compared at.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn sammenlign(&self) -> Result<(u64, BTreeSet<String>), AabnFejl> {
        let mut sammenligning = Sammenligning::default();
        let tokens = self.vis().tokens();
        let dele = self.log.streams(1);
        let hoved = dele.first().map_or(0, |del| del.head().position);
        self.vent_paa(hoved).await?;
        let mut om_igen = Vec::new();
        for mut del in dele {
            while let Some(streams) = del.next().await? {
                for (stream, haendelser) in streams {
                    let idag = self.vis().idag();
                    let stykke = byg(&stream, &haendelser, idag, &self.bog())?;
                    if sammenligning.tag(&self.vis(), &stykke, idag) == Err(Bagud) {
                        om_igen.push(stream);
                    }
                }
            }
        }
        let resten = sammenligning.resten(&self.vis());
        for nr in resten {
            let stream = StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(Unreadable::navn)?;
            match om_igen.contains(&stream) {
                true => {}
                false if self.log.stream_version(&stream).await? == 0 => sammenligning.for_meget(&nr),
                false => om_igen.push(stream),
            }
        }
        // Those that moved on while the others were compared.
        for stream in om_igen {
            loop {
                let nr = stream.as_str().strip_prefix(ANSAETTELSE).unwrap_or_default();
                let (til, idag) = {
                    let vis = self.vis();
                    (vis.version(nr), vis.idag())
                };
                let haendelser = laes_stream(&self.log, &stream, til).await?;
                let stykke = byg(&stream, &haendelser, idag, &self.bog())?;
                if sammenligning.tag(&self.vis(), &stykke, idag).is_ok() {
                    break;
                }
            }
        }
        let adgang = StreamId::new(ADGANG).map_err(Unreadable::navn)?;
        let haendelser = laes_stream(&self.log, &adgang, u64::MAX).await?;
        if let Stykke::Adgang(kendte, _) = byg(&adgang, &haendelser, NaiveDate::MIN, &self.bog())? {
            for hash in tokens.iter().filter(|hash| !kendte.iter().any(|t| t.hash == **hash)) {
                sammenligning.forskelle.insert(format!("token {hash}: er for meget"));
            }
        }
        sammenligning.slut(&self.vis(), hoved);
        Ok((hoved, sammenligning.forskelle))
    }

    /// Puts projections that were built anew in the place of the live ones.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn genopbyg(&self, fremdrift: &Fremdrift) -> Result<u64, AabnFejl> {
        let idag = self.vis().idag();
        self.genopbyg_paa(idag, fremdrift).await
    }

    /// The same, seen on a day, which may be an earlier one.
    pub(crate) async fn genopbyg_paa(&self, idag: NaiveDate, fremdrift: &Fremdrift) -> Result<u64, AabnFejl> {
        let mut nye = byg_alt(&self.log, &self.bog(), idag, fremdrift).await?;
        loop {
            self.vent_paa(nye.position()).await?;
            {
                let mut live = self.ret();
                if live.position() == nye.position() {
                    nye.vend(self.ur.idag());
                    // What is borrowed stays borrowed.
                    nye.overtag_laan(&mut live);
                    *live = nye;
                    return Ok(live.position());
                }
            }
            indhent(&self.log, &self.bog(), &mut nye, fremdrift).await?;
        }
    }
}

/// Goes through the employments of the log. Only a few are in memory at a time.
#[derive(Debug)]
pub struct Gennemgang {
    dele: Vec<Streams>,
    klar: std::vec::IntoIter<(StreamId, Vec<Recorded>)>,
}

impl Gennemgang {
    /// The next employment; none at the end.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn naeste(&mut self) -> Result<Option<Ansaettelse>, AabnFejl> {
        loop {
            if let Some((stream, haendelser)) = self.klar.next() {
                let Some(nr) = stream.as_str().strip_prefix(ANSAETTELSE) else { continue };
                let mut ansaettelse = Ansaettelse::ny(nr);
                for r in &haendelser {
                    ansaettelse.anvend(laes_post(r, tid(r)?)?);
                }
                return Ok(Some(ansaettelse));
            }
            let Some(del) = self.dele.last_mut() else { return Ok(None) };
            match del.next().await? {
                Some(streams) => self.klar = streams.into_iter(),
                None => drop(self.dele.pop()),
            }
        }
    }
}
