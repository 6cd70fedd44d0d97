//! Built from the log stream by stream: only one employment's events are in memory at a time.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Head, Recorded, StreamId};
use forloeb::haendelse::Kept;
use forloeb::{Ansaettelse, Regelbog};
use uuid::Uuid;

use super::derived::{Derived, derive};
use super::forsvundne::Forsvundne;
use super::postkasser::Postkasser;
use super::row::Row;
use super::sendte::Sendte;
use super::{Projections, registrering_of};
use crate::stored::{self, ACCESS, ANSAETTELSE, AccessEvent, POLITIK, ProjectionError, RecordReader, UNPROJECTED};

/// What one stream comes to.
#[derive(Debug)]
pub(crate) enum Piece {
    /// An employment.
    Ansaettelse(Box<Built>),
    /// What happened to tokens, in order, and when the newest was.
    Access(Vec<(DateTime<Utc>, AccessEvent)>, Option<DateTime<Utc>>),
    /// Of the one who has this number nothing is to be erased, or it may be again; when that was said.
    Sletningsstop(String, bool, Option<DateTime<Utc>>),
    /// The policies: they are in the rules already. When the newest was laid down.
    Politik(Option<DateTime<Utc>>),
}

/// An employment.
#[derive(Debug)]
pub(crate) struct Built {
    pub(super) row: Row,
    pub(super) derived: Derived,
    pub(super) sendte: Sendte,
    pub(super) postkasser: Postkasser,
    pub(super) forsvundne: Forsvundne,
    pub(super) others_fravaer_nr: Vec<(String, Uuid)>,
    latest: Option<DateTime<Utc>>,
}

/// Builds what follows from one whole stream, seen on a day.
///
/// # Errors
/// An event cannot be read.
pub(crate) fn build(
    stream: &StreamId,
    haendelser: &[Recorded],
    today: NaiveDate,
    book: &Regelbog,
) -> Result<Piece, ProjectionError> {
    let mut latest = None;
    let mut time = |r: &Recorded| {
        let time = stored::time(r)?;
        latest = latest.max(Some(time));
        Ok::<_, ProjectionError>(time)
    };
    if stream.as_str() == ACCESS {
        let read = |r: &Recorded| Ok::<_, ProjectionError>((time(r)?, stored::read_access(r)?));
        let tokens = haendelser.iter().map(read).collect::<Result<_, _>>()?;
        return Ok(Piece::Access(tokens, latest));
    }
    if stream.as_str() == POLITIK {
        haendelser.iter().try_for_each(|r| time(r).map(drop))?;
        return Ok(Piece::Politik(latest));
    }
    if let Some(newest) = haendelser.last()
        && let Some((nr, gaelder)) = stored::read_hold(newest)?
    {
        haendelser.iter().try_for_each(|r| time(r).map(drop))?;
        return Ok(Piece::Sletningsstop(nr.to_owned(), gaelder, latest));
    }
    if UNPROJECTED.iter().any(|prefix| stream.as_str().starts_with(prefix)) {
        for r in haendelser {
            time(r)?;
        }
        return Ok(Piece::Access(Vec::new(), latest));
    }
    let position = haendelser.first().map_or(0, |r| r.position);
    let nr = stream.as_str().strip_prefix(ANSAETTELSE).ok_or_else(|| stored::unknown_stream(position))?;
    let mut ansaettelse = Ansaettelse::new(nr);
    let (mut row, mut others_fravaer_nr) = (Row::new(Arc::from(nr)), Vec::new());
    let (mut sendte, mut postkasser) = (Sendte::default(), Postkasser::default());
    let mut forsvundne = Forsvundne::default();
    let mut reader = RecordReader::default();
    for r in haendelser {
        let record = reader.read(r, time(r)?)?;
        row.apply(&record);
        match record.haendelse.kept() {
            Kept::Afgoerelser(h) => {
                sendte.apply(record.dag, h);
                postkasser.apply(record.time, h);
            }
            Kept::SendIgen(h) => postkasser.try_again(record.time, h),
            Kept::Registrering(h) => {
                let other = h.fravaer_nr.as_ref().filter(|n| registrering_of(n) != h.registrering);
                others_fravaer_nr.extend(other.map(|n| (n.clone(), h.registrering)));
            }
            Kept::Nummer(h) => others_fravaer_nr.push((h.fravaer_nr.clone(), h.registrering)),
            Kept::Fravaer(h) => forsvundne.fravaer(nr, record.dag, h),
            Kept::Medarbejder(h) => forsvundne.medarbejder(nr, record.dag, h),
            Kept::Erasure(_) | Kept::Flyttet(_) => forsvundne.forget(nr),
            Kept::Fortsat(h) => forsvundne.carried(nr, &h.before),
            Kept::Knyttet(h) => {
                let other = registrering_of(&h.fravaer_nr) != h.registrering;
                others_fravaer_nr.extend(other.then(|| (h.fravaer_nr.clone(), h.registrering)));
            }
            // The row has them.
            Kept::Stamdata(_) | Kept::Stedfortraeder(_) | Kept::Nothing => {}
        }
        let is_carried = matches!(record.haendelse.kept(), Kept::Fortsat(_));
        ansaettelse.apply(record);
        if is_carried {
            row.has_stedfortraedere_of(&ansaettelse);
        }
    }
    row.turn(today);
    let derived = derive(&ansaettelse, row.stamdata.as_ref(), today, book);
    Ok(Piece::Ansaettelse(Box::new(Built { row, derived, sendte, postkasser, forsvundne, others_fravaer_nr, latest })))
}

impl Projections {
    /// Takes in a stream that was built; each only once.
    pub(crate) fn take_in(&mut self, piece: Piece) {
        match piece {
            Piece::Access(tokens, latest) => {
                self.latest = self.latest.max(latest);
                tokens.into_iter().for_each(|(time, event)| self.take_access(time, event));
            }
            Piece::Sletningsstop(nr, gaelder, latest) => {
                self.latest = self.latest.max(latest);
                self.sletningsstop.apply(nr, gaelder);
            }
            Piece::Politik(latest) => self.latest = self.latest.max(latest),
            Piece::Ansaettelse(built) => {
                self.told += 1;
                self.with_aftale.take();
                let Built { row, derived, sendte, postkasser, forsvundne, others_fravaer_nr, latest } = *built;
                self.latest = self.latest.max(latest);
                self.sendte.take_with(sendte);
                self.postkasser.take_with(postkasser);
                self.forsvundne.take_with(forsvundne);
                self.others_fravaer_nr.extend(others_fravaer_nr);
                let idx = self.row_nr(&row.nr);
                let leder = row.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
                self.move_under(self.rows[idx as usize].nr.clone(), None, leder);
                let nr = self.rows[idx as usize].nr.clone();
                self.add_stedfortraedere(idx, row.stedfortraedere.as_deref());
                self.move_person(idx, None, row.person);
                self.rows[idx as usize] = Row { nr, ..row };
                self.keep_moved(idx, None);
                self.introduce(idx, derived);
            }
        }
    }

    /// Everything up to a position of the log was taken in.
    pub(crate) const fn set_position(&mut self, log_head: Head) {
        self.log_head = log_head;
    }
}
