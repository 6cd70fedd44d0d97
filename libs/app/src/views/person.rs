//! People as a search shows them: where they work, and which forløb they have had, as far as the reader may see.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::forloeb::Status;
use crate::access::User;
use crate::core::App;
use crate::projections::card::Ansvar;
use crate::projections::{CardEntry, Projections};
use crate::reference::reference;

/// A forløb in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ForloebLinje)]
pub struct ForloebLine {
    /// Id.
    pub id: Uuid,
    /// The short reference, as it stands in mails.
    pub reference: String,
    /// Open or over.
    pub status: Status,
    /// The whole of it was a mistake.
    pub annulleret: bool,
    /// F, the first whole day of absence.
    pub foerste_fravaersdag: NaiveDate,
    /// Last day of absence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidste_fravaersdag: Option<NaiveDate>,
}

/// An employee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    /// Employee number.
    pub medarbejder_nr: String,
    /// Name, for those who see names.
    #[serde(rename = "navn", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Code of the unit: of payroll, or of the forløb where that is all the caller may see.
    pub enhed: String,
    /// Its name.
    #[serde(rename = "enhed_navn")]
    pub enhed_name: String,
    /// Employee number of the leader.
    pub leder_nr: Option<String>,
    /// Their forløb that the caller may see, open and over, the newest first.
    pub forloeb: Vec<ForloebLine>,
    /// Other employments of the same person that the caller finds.
    pub andre_ansaettelser: Vec<String>,
    /// Numbers they had before they moved inside the workplace: what was recorded under those is under this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tidligere_numre: Vec<String>,
}

impl PersonView {
    /// The employee, for somebody who finds them; nothing for anybody else, or where there is none. Who has moved inside the
    /// workplace answers to the number they had, too, as the one they are now.
    #[must_use]
    pub fn of(app: &App, user: &User, nr: &str) -> Option<Self> {
        let nr = app.projections().current_nr(nr).to_owned();
        Self::all(app, user, &[nr]).pop()
    }

    /// Several, in the order they are asked for.
    #[must_use]
    pub fn all(app: &App, user: &User, numbers: &[String]) -> Vec<Self> {
        let mut all: Vec<Self> = {
            let projections = app.projections();
            let persons = numbers.iter().filter_map(|nr| projections.person(nr)).collect();
            let employments = projections.numbers_of(&persons);
            numbers.iter().filter_map(|nr| Self::without_name(user, nr, &projections, &employments)).collect()
        };
        // What is sealed is opened when the projections are let go.
        for one in all.iter_mut().filter(|_| user.sees_names()) {
            let details = app.details(&one.medarbejder_nr).and_then(Result::ok);
            one.name = details.map(|details| details.name.show().clone());
        }
        all
    }

    fn without_name(
        user: &User,
        nr: &str,
        projections: &Projections,
        employments: &BTreeMap<Uuid, Vec<&str>>,
    ) -> Option<Self> {
        if !projections.finds(user, nr) {
            return None;
        }
        let mut seen: Vec<CardEntry<'_>> =
            projections.cards_for(nr).filter(|f| projections.seen_by(user, nr, f.card)).collect();
        seen.sort_by_key(|f| (f.card.is_aabent(), f.card.foerste, f.id));
        seen.reverse();
        // Who sees one forløb and not the employee learns no more than the forløb tells.
        let knows = user.knows_of(nr, projections);
        let payroll = projections.stamdata(nr).filter(|_| knows);
        let (enhed, enhed_name, leder_nr) = match (payroll, seen.first()) {
            (Some(s), _) => (s.enhed.clone(), s.enhed_navn.clone(), s.leder_nr.clone()),
            (None, Some(newest)) => {
                let Ansvar { enhed, enhed_navn, leder, .. } = &**newest.ansvar;
                (enhed.clone(), enhed_navn.clone(), leder.clone())
            }
            (None, None) => return None,
        };
        let person = projections.person(nr).filter(|_| knows);
        let theirs = person.and_then(|person| employments.get(&person)).map_or(&[][..], Vec::as_slice);
        let others = theirs.iter().copied();
        let goes_on = |other: &&str| *other != nr && !projections.is_flyttet(other);
        let others = others.filter(|other| goes_on(other) && user.knows_of(other, projections));
        let mut andre_ansaettelser: Vec<String> = others.map(str::to_owned).collect();
        andre_ansaettelser.sort_unstable();
        let before = theirs.iter().filter(|one| projections.is_before(one, nr));
        let mut tidligere_numre: Vec<String> = before.map(|one| (*one).to_owned()).collect();
        tidligere_numre.sort_unstable();
        let forloeb = seen.iter().map(ForloebLine::of).collect();
        Some(Self {
            medarbejder_nr: nr.to_owned(),
            name: None,
            enhed,
            enhed_name,
            leder_nr,
            forloeb,
            andre_ansaettelser,
            tidligere_numre,
        })
    }

    /// The forløb that are open.
    pub fn open(&self) -> impl Iterator<Item = &ForloebLine> {
        self.forloeb.iter().filter(|line| line.status == Status::Aaben)
    }
}

impl ForloebLine {
    /// Of a card.
    #[must_use]
    pub fn of(f: &CardEntry<'_>) -> Self {
        Self {
            id: f.id,
            reference: reference(f.id),
            status: if f.card.is_aabent() { Status::Aaben } else { Status::Afsluttet },
            annulleret: f.card.statuses.is_annulleret(),
            foerste_fravaersdag: f.card.foerste,
            sidste_fravaersdag: f.card.end,
        }
    }
}
