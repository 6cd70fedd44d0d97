//! The leader says yes to the other time, place or companion that the employee proposed: the talk moves for all who were
//! invited.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::SamtaleBesvaret;
use forloeb::words::Samtalesvar;
use texts::sentences::tidspunkt;

use super::form::{Field, Form, Kind};
use super::samtale_indkaldelse::{Open, invitation};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::clock::{dag_in_denmark, local};
use crate::request;
use crate::sealed::{self, Indkaldelse, Samtalebemaerkning};

request! {
    /// Yes to what the employee proposed.
    SamtaleAndenTid {
        /// Position of the employee's answer.
        svar: u64,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<SamtaleAndenTid>();

impl Command for SamtaleAndenTid {
    const NAME: &'static str = "samtale-anden-tid";
    const SUMMARY: &'static str = "Says yes to another time or place that the employee proposed, and moves the talk.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Indkaldelse];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Samtalen er flyttet. Alle, der er inviteret, får den nye tid.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("svar", Example::Whole(8))];
}

impl OnForloeb for SamtaleAndenTid {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let proposed = f.svar_to_act_on().filter(|svar| svar.position == self.svar);
        let proposed = proposed.filter(|svar| svar.what.svar == Samtalesvar::AndenTid);
        let (Some(svar), Some(before)) = (proposed, f.indkaldt.as_ref()) else {
            return Err(Refusal::field("svar", "skal være medarbejderens nyeste forslag til en anden tid"));
        };
        let nr = &f.medarbejder_nr;
        let unreadable = |_| Refusal::field("svar", "kan ikke bruges: teksten kan ikke læses, så indkald på ny");
        let words: Indkaldelse = at.app.unlock(nr, &before.what.confidential).map_err(unreadable)?;
        let said: Option<Samtalebemaerkning> =
            svar.what.confidential.as_ref().map(|sealed| at.app.unlock(nr, sealed)).transpose().map_err(unreadable)?;
        let (sted, more) = said.map_or((None, Vec::new()), |said| (said.sted, said.deltagere));
        let mut deltagere = words.deltagere;
        deltagere.extend(more);
        deltagere.dedup();
        let open = Open {
            tidspunkt: svar.what.forslag.unwrap_or(before.what.tidspunkt),
            art: before.what.art,
            telefonisk: before.what.telefonisk,
            deltager_nr: before.what.deltager_nr.clone(),
            imoedekommer: Some(svar.position),
        };
        let words = Indkaldelse { deltagere, sted: sted.unwrap_or(words.sted), ..words };
        Ok(Act::FlytSamtale(invitation(at, f, open, words)?))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let proposed = f.svar_to_act_on().filter(|svar| svar.what.svar == Samtalesvar::AndenTid);
        let Some(svar) = proposed.filter(|_| f.is_aabent(at.today)) else { return Vec::new() };
        // A time that has gone is no time any more: the leader invites anew.
        let time = svar.what.forslag.or(f.indkaldt.as_ref().map(|indkaldt| indkaldt.what.tidspunkt));
        if time.is_some_and(|time| dag_in_denmark(time.to_utc()) < at.today) {
            return Vec::new();
        }
        let fields = vec![Field { kind: Kind::HiddenNumber, ..Field::fixed("svar", svar.position) }];
        let form = Form::new(Self::NAME, "Sig ja til medarbejderens forslag", "Ja, flyt samtalen", fields);
        vec![form.help(said(at, f, &svar.what))]
    }
}

/// What the employee proposes, in a sentence.
fn said(at: &CommandContext<'_>, f: &Forloeb, svar: &SamtaleBesvaret) -> String {
    let time = svar.forslag.map(|time| tidspunkt(local(time.to_utc())));
    let words = svar.confidential.as_ref().filter(|_| at.caller.sees_names());
    let words = words.and_then(|sealed| at.app.unlock::<Samtalebemaerkning>(&f.medarbejder_nr, sealed).ok());
    let place = words.and_then(|words| words.sted).map(|sted| format!("sted: {sted}"));
    let proposal: Vec<String> = time.into_iter().chain(place).collect();
    format!("Forslaget er: {}. Alle, der er inviteret, får den nye tid med mail.", proposal.join(", "))
}
