//! What is most urgent of a forløb on a day, and what there is of money.

use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::words::{Fristart, Friststatus};

use crate::projections::aktuelle::Aktuel;
use crate::projections::derived::Dagen;

/// What there is of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Penge {
    CanBeLost,
    CanBeClaimed,
    Lost,
}

impl Penge {
    pub(crate) const ALL: [Self; 3] = [Self::CanBeLost, Self::CanBeClaimed, Self::Lost];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::CanBeLost => "kan-mistes",
            Self::CanBeClaimed => "kan-soeges",
            Self::Lost => "mistet",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::CanBeLost => "Kan mistes",
            Self::CanBeClaimed => "Kan søges",
            Self::Lost => "Mistet",
        }
    }

    /// What a day says there is of it.
    pub(crate) fn of(self, d: &Dagen) -> Oere {
        let all = match self {
            Self::CanBeLost => [d.i_fare, None],
            Self::CanBeClaimed => [d.kan_anmodes, None],
            Self::Lost => [d.mistet, d.for_sent_anmodet],
        };
        all.into_iter().flatten().fold(Oere::ZERO, |sum, skoen| sum + skoen.beloeb)
    }
}

/// What is most urgent of a forløb.
#[derive(Clone, Copy)]
pub(crate) struct Next {
    pub(crate) art: Fristart,
    pub(crate) maaldag: NaiveDate,
    pub(crate) lovdag: NaiveDate,
    pub(crate) status: Friststatus,
}

impl Next {
    /// Of all its frister, or of the one that is asked for.
    pub(crate) fn of(aktuel: &Aktuel, frist: Option<Fristart>) -> Option<Self> {
        let outstanding = aktuel.card.statuses.all().filter(|(_, status)| status.outstanding());
        outstanding
            .filter(|(art, _)| frist.is_none_or(|a| a == *art))
            .filter_map(|(art, status)| {
                let (maaldag, lovdag) = (aktuel.dagen.maaldage[art as usize]?, aktuel.dagen.lovdage[art as usize]?);
                Some(Self { art, maaldag, lovdag, status })
            })
            .min_by_key(|n| (urgent(n.status, aktuel.dagen.is_penge(n.art)), n.maaldag))
    }
}

/// Money that is running away first; what cannot be helped any more, and what has not begun, last.
pub(crate) const fn urgent(status: Friststatus, penge: bool) -> u8 {
    match (status, penge) {
        (Friststatus::Tabt, true) => 0,
        (Friststatus::Tabt, false) => 2,
        (Friststatus::Coming, _) => 3,
        _ => 1,
    }
}
