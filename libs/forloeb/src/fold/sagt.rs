//! What the employee has said in a forløb, and what was answered.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::events::haendelse::{
    ArbejdsaarsagSagt, Ciphertext, FastTrackBesluttet, FastTrackGodkendt, FastholdelsesplanBesvaret,
    ForanstaltningRegistreret, Haendelse, MulighedserklaeringRegistreret, OvertagelseBesvaret,
};
use crate::fold::ansaettelse::Record;
use crate::fold::effect::fact;
use crate::fold::forloeb::{Fact, Forloeb, Situation};
use crate::fold::rare::Rarely;
use crate::words::{Arbejdsmiljoeaarsag, FastTrackBeslutning, Overtagelsessvar, Part, Rolle, Slutaarsag};

/// What the employee said of themself, and the steps that hang on it, each in the order it was recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sagt {
    /// The newest word on how they wish to be contacted; none in it: they took it back.
    pub oensker: Option<Fact<Option<Ciphertext>>>,
    /// The colleague who may ring them, chosen for whenever they fall ill. [`Forloeb::omsorgskollega`] is who that is.
    ///
    /// [`Forloeb::omsorgskollega`]: crate::Forloeb::omsorgskollega
    pub omsorgskollega: Option<String>,
    /// The newest word that the leader is not theirs: who had the forløb then.
    pub bestridt: Option<Fact<Option<String>>>,
    /// The answer that the leader stays, and why.
    pub beholdt: Option<Fact<Ciphertext>>,
    /// The newest day on which they asked for a fastholdelsesplan (§ 7 b).
    pub fastholdelsesplan: Option<Fact<NaiveDate>>,
    /// The answer to that.
    pub fastholdelsessvar: Option<Fact<FastholdelsesplanBesvaret>>,
    /// Steps of mulighedserklæringer.
    pub mulighedserklaeringer: Vec<Fact<MulighedserklaeringRegistreret>>,
    /// The newest word on whether something at work was a cause.
    pub arbejdsaarsag: Option<Fact<ArbejdsaarsagSagt>>,
    /// What is done about that, in the order it was recorded.
    pub foranstaltninger: Vec<Fact<ForanstaltningRegistreret>>,
    /// Who was asked last whether they take the forløb.
    pub overtagelse: Option<Fact<Overtagelse>>,
    /// What they answered.
    pub overtagelsessvar: Option<Fact<OvertagelseBesvaret>>,
    /// The employee's newest yes to fast track that the employer had asked for. [`Forloeb::fast_track_yes`] is the one that counts.
    pub fast_track_yes: Option<Fact<FastTrackGodkendt>>,
    /// The newest decision on fast track that the employee told of themself. [`Forloeb::fast_track_said`] is the one that counts.
    pub fast_track_said: Option<Fact<FastTrackBeslutning>>,
}

impl Rarely for Sagt {
    fn nothing() -> &'static Self {
        static NOTHING: Sagt = Sagt {
            oensker: None,
            omsorgskollega: None,
            bestridt: None,
            beholdt: None,
            fastholdelsesplan: None,
            fastholdelsessvar: None,
            mulighedserklaeringer: Vec::new(),
            arbejdsaarsag: None,
            foranstaltninger: Vec::new(),
            overtagelse: None,
            overtagelsessvar: None,
            fast_track_yes: None,
            fast_track_said: None,
        };
        &NOTHING
    }
}

/// A leader is asked whether they take a forløb.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overtagelse {
    /// Employee number of the one who is asked.
    pub leder_nr: String,
    /// The first day on which they lead it.
    pub fra: NaiveDate,
    /// Somebody to whom they gave it said no, so that it came back.
    pub is_back: bool,
    /// Employee number of the leader who gave it to them; none where HR did, or a no sent it back.
    pub given_by: Option<String>,
}

impl Sagt {
    /// Takes in what one of the events says; every other event says nothing of it.
    pub(super) fn hear(&mut self, record: &Record) {
        if let Haendelse::OenskerRegistreret(h) = &record.haendelse {
            self.oensker = Some(fact(record, h.confidential.clone()));
        } else if let Haendelse::LederBestridt(h) = &record.haendelse {
            self.bestridt = Some(fact(record, h.leder_nr.clone()));
            self.beholdt = None;
        } else if let Haendelse::LederBeholdt(h) = &record.haendelse {
            self.beholdt = Some(fact(record, h.begrundelse.clone()));
        } else if let Haendelse::FastholdelsesplanAnmodet(h) = &record.haendelse {
            self.fastholdelsesplan = Some(fact(record, h.dato));
            self.fastholdelsessvar = None;
        } else if let Haendelse::FastholdelsesplanBesvaret(h) = &record.haendelse {
            self.fastholdelsessvar = Some(fact(record, h.clone()));
        } else if let Haendelse::MulighedserklaeringRegistreret(h) = &record.haendelse {
            self.mulighedserklaeringer.push(fact(record, h.clone()));
        } else if let Haendelse::FastTrackGodkendt(h) = &record.haendelse {
            self.fast_track_yes = Some(fact(record, h.clone()));
        } else if let Haendelse::FastTrackBesluttet(h) = &record.haendelse {
            self.fast_track_said = Some(fact(record, h.beslutning));
        } else if let Haendelse::ArbejdsaarsagSagt(h) = &record.haendelse {
            // Whether the AMR may know, or it may be an injury, is no new cause: what was done about it still counts.
            match self.arbejdsaarsag.as_mut().filter(|said| said.what.aarsag == h.aarsag) {
                Some(said) => {
                    said.what.amr = h.amr;
                    said.what.arbejdsskade = h.arbejdsskade.or(said.what.arbejdsskade);
                }
                None => self.arbejdsaarsag = Some(fact(record, h.clone())),
            }
        } else if let Haendelse::ForanstaltningRegistreret(h) = &record.haendelse {
            self.foranstaltninger.push(fact(record, h.clone()));
        } else if let Haendelse::LederSkiftet(h) = &record.haendelse {
            let given_by = record.aktoer.nr.clone().filter(|_| record.aktoer.rolle == Some(Rolle::Leder));
            let asked = Overtagelse { leder_nr: h.leder_nr.clone(), fra: h.fra, is_back: false, given_by };
            self.overtagelse = h.spoerges.then(|| fact(record, asked));
            self.overtagelsessvar = None;
        } else if let Haendelse::OvertagelseBesvaret(h) = &record.haendelse {
            self.overtagelsessvar = Some(fact(record, h.clone()));
            if h.svar == Overtagelsessvar::SigerNej {
                let (fra, is_back) = (h.dato, true);
                let back = |nr: &String| Overtagelse { leder_nr: nr.clone(), fra, is_back, given_by: None };
                self.overtagelse = h.leder_nr.as_ref().map(back).map(|asked| fact(record, asked));
            }
        }
    }

    /// Something at work was a cause, as it was said last.
    #[must_use]
    pub fn cause(&self) -> Option<&Fact<ArbejdsaarsagSagt>> {
        self.arbejdsaarsag.as_ref().filter(|said| said.what.aarsag != Arbejdsmiljoeaarsag::Ingen)
    }

    /// What was last done about the cause that was said last.
    #[must_use]
    pub fn foranstaltning(&self) -> Option<&Fact<ForanstaltningRegistreret>> {
        let said = self.cause()?.position;
        self.foranstaltninger.last().filter(|done| done.position > said)
    }

    /// Somebody looked whether what was done about the cause helped: a day was set for that, and on that day or later more was
    /// recorded, be it that nothing more is to be done.
    #[must_use]
    pub fn is_followed_up(&self) -> bool {
        let said = self.cause().map_or(u64::MAX, |said| said.position);
        let own = || self.foranstaltninger.iter().filter(move |done| done.position > said);
        own().any(|set| {
            let looked = |done: &Fact<ForanstaltningRegistreret>| {
                done.position > set.position && set.what.opfoelgning.is_some_and(|dag| done.what.dato >= dag)
            };
            own().any(looked)
        })
    }

    /// Who is to say whether they take the forløb.
    #[must_use]
    pub fn asked_to_take(&self) -> Option<&Fact<Overtagelse>> {
        let answered = self.overtagelsessvar.as_ref().map_or(0, |svar| svar.position);
        // What came back is asked by the very event that answered.
        self.overtagelse
            .as_ref()
            .filter(|asked| asked.position > answered || (asked.what.is_back && asked.position == answered))
    }

    /// The no of a leader who was given it, while it still says whose it is: it is back with who gave it, who is asked whether they
    /// keep it, or nobody leads it.
    #[must_use]
    pub fn no(&self) -> Option<&Fact<OvertagelseBesvaret>> {
        self.overtagelsessvar.as_ref().filter(|svar| svar.what.svar == Overtagelsessvar::SigerNej)
    }

    /// The yes of a leader who was given it, and the leader who gave it: another than who took it.
    #[must_use]
    pub fn yes(&self) -> Option<(&Fact<OvertagelseBesvaret>, &str)> {
        let svar = self.overtagelsessvar.as_ref().filter(|svar| svar.what.svar == Overtagelsessvar::Overtager)?;
        let asked = &self.overtagelse.as_ref()?.what;
        let giver = asked.given_by.as_deref().filter(|nr| *nr != asked.leder_nr)?;
        Some((svar, giver))
    }

    /// How the employee wishes to be contacted, sealed, while they have not taken it back.
    #[must_use]
    pub fn wishes(&self) -> Option<&Ciphertext> {
        self.oensker.as_ref()?.what.as_ref()
    }

    /// A fastholdelsesplan was asked for, and nobody has answered.
    #[must_use]
    pub const fn awaits_fastholdelsessvar(&self) -> bool {
        self.fastholdelsesplan.is_some() && self.fastholdelsessvar.is_none()
    }
}

impl Forloeb {
    /// The wish for a fastholdelsesplan that somebody has to answer, with the day it is of. It stands after the return: who says no
    /// says why, and the employee reads it. It falls away with the employment, with a forløb that was a mistake, and with an erasure.
    #[must_use]
    pub fn unanswered_wish(&self, today: NaiveDate) -> Option<&Fact<NaiveDate>> {
        let asked = self.sagt.fastholdelsesplan.as_ref().filter(|_| self.sagt.awaits_fastholdelsessvar())?;
        let is_over = matches!(
            self.situation(today),
            Situation::End { aarsag: Slutaarsag::Annulleret | Slutaarsag::Doed | Slutaarsag::Fratraadt, .. }
        );
        // Who was back before they left is not asked about any more either.
        let now = self.masterdata.last().map_or(&*self.stamdata, |p| &p.stamdata);
        let has_left = now.fratraadt.is_some_and(|last| last < today);
        (!is_over && !has_left && !self.erased).then_some(asked)
    }

    /// The fast track that the employer asked for (§ 7 c), while nothing was decided after it.
    #[must_use]
    pub fn fast_track_asked(&self) -> Option<&Fact<FastTrackBesluttet>> {
        let asked = (FastTrackBeslutning::Anmodet, Part::Arbejdsgiver);
        self.fast_track.last().filter(|newest| (newest.what.beslutning, newest.what.af) == asked)
    }

    /// The employee's yes to that.
    #[must_use]
    pub fn fast_track_yes(&self) -> Option<&Fact<FastTrackGodkendt>> {
        let asked = self.fast_track_asked()?.position;
        self.sagt.fast_track_yes.as_ref().filter(|yes| yes.what.anmodning == asked)
    }

    /// What the employee told of themself, that they ask for it or say no, while nothing was decided after it.
    #[must_use]
    pub fn fast_track_said(&self) -> Option<&Fact<FastTrackBeslutning>> {
        let newest = self.fast_track.last()?.position;
        self.sagt.fast_track_said.as_ref().filter(|said| said.position == newest)
    }
}
