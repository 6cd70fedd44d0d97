//! The first contact, how long it is expected to take, what the employee says, and what the employer answers: events as
//! [`haendelse`](super::haendelse) declares them, put behind those.

/// Hands these events, behind those that come before them, to the macro that makes something of all.
macro_rules! with_medarbejder {
    ($make:ident! { $($before:tt)* }) => { $make! {
    $($before)*
    /// First contact was made.
    FoersteKontaktHoldt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it happened.
        dato: NaiveDate,
        /// How contact was made.
        form: Kontaktform,
        /// Who on the workplace's side.
        kontaktperson_rolle: Kontaktrolle,
        /// Who took it.
        taget_af: TagetAf,
        /// What the employee expects.
        #[serde(default, skip_serializing_if = "Option::is_none")] forventet_varighed: Option<Varighed>,
        /// Whether conditions at work play a part.
        #[serde(default, skip_serializing_if = "Option::is_none")] arbejdsrelateret: Option<bool>,
        /// Where it was.
        #[serde(default, skip_serializing_if = "Option::is_none")] sted: Option<Kontaktsted>,
        /// Why there is to be a further talk.
        #[serde(default, skip_serializing_if = "Vec::is_empty")] grunde: Vec<Samtalegrund>,
    }
    /// Somebody asked how it is, and until when it is expected to go on.
    SlutForventet(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it was said.
        dato: NaiveDate,
        /// The last day of absence that is expected; none: nobody can say.
        #[serde(default, skip_serializing_if = "Option::is_none")] sidste: Option<NaiveDate>,
    }
    /// Somebody is waited for, or nobody any more.
    ForloebAfventer(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Whom; none: it waits no more.
        #[serde(default, skip_serializing_if = "Option::is_none")] grund: Option<Ventegrund>,
        /// Until when; none where nobody is waited for.
        #[serde(default, skip_serializing_if = "Option::is_none")] til: Option<NaiveDate>,
    }
    /// Somebody tried to reach the employee, and nobody answered.
    KontaktForsoegt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it was tried.
        dato: NaiveDate,
        /// How.
        form: Kontaktform,
    }
    /// A letter on paper was given or sent to the employee.
    BrevGivet(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it was given or sent.
        dato: NaiveDate,
        /// Which letter.
        art: Brevart,
        /// What it told, by the codes of what stood to be told then.
        #[serde(default, skip_serializing_if = "Vec::is_empty")] om: Vec<String>,
    }
    /// Somebody wants the leader to be reminded of a frist on a day of their choice, or no more.
    PaamindelseBestilt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Of what.
        frist: Fristart,
        /// Its legal day when it was ordered: of the next one of its kind nobody asked to be reminded.
        lovdag: NaiveDate,
        /// The day; none: no more.
        #[serde(default, skip_serializing_if = "Option::is_none")] dag: Option<NaiveDate>,
    }
    /// The employee chose the colleague who is to make contact.
    KontaktpersonValgt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Employee number; none: TR, AMR or leader, as if nobody had been chosen.
        #[serde(default, skip_serializing_if = "Option::is_none")] kontaktperson_nr: Option<String>,
    }
    /// The employee chose the colleague who may ring them, should they fall ill: ahead of it, or while they are away.
    OmsorgskollegaValgt(form 1, about none, keeps nothing, seal nothing, can_not annulleres) {
        /// Employee number; none: nobody any more.
        #[serde(default, skip_serializing_if = "Option::is_none")] kollega_nr: Option<String>,
    }
    /// The employee said how they wish to be contacted, or takes back what they said.
    OenskerRegistreret(form 1, about forloeb, keeps nothing, seal confidential as Oensker, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The wishes; none: they are taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[serde(rename = "fortroligt")] confidential: Option<Ciphertext>,
    }
    /// The employee said that the leader who has the forløb is not theirs.
    LederBestridt(form 1, about forloeb, keeps nothing, seal begrundelse as Beslutningsgrund, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Employee number of the leader who had it then; none: nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")] leder_nr: Option<String>,
        /// Who is, or what else the employee says of it, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")] begrundelse: Option<Ciphertext>,
    }
    /// It was decided that the leader is the right one.
    LederBeholdt(form 1, about forloeb, keeps nothing, seal begrundelse as Beslutningsgrund, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Why, sealed.
        begrundelse: Ciphertext,
    }
    /// Something at work was a cause, or nothing after all.
    ArbejdsaarsagSagt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it was said.
        dato: NaiveDate,
        /// What, as a class.
        aarsag: Arbejdsmiljoeaarsag,
        /// The employee says that the AMR may know of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")] amr: bool,
        /// Whether it may be an injury at work; none: nobody has said. It starts no clock: the cause of the absence does.
        #[serde(default, skip_serializing_if = "Option::is_none")] arbejdsskade: Option<Arbejdsskadesvar>,
    }
    /// Something is done about a cause at work.
    ForanstaltningRegistreret(
        form 1, about forloeb, keeps nothing, seal confidential as Foranstaltning, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day it was decided.
        dato: NaiveDate,
        /// From when one looks whether it helped; none: nothing more is to be done.
        #[serde(default, skip_serializing_if = "Option::is_none")] opfoelgning: Option<NaiveDate>,
        /// What is done, sealed.
        #[serde(rename = "fortroligt")] confidential: Ciphertext,
    }
    /// A leader who was given the forløb takes it, or says no.
    OvertagelseBesvaret(form 1, about forloeb, keeps nothing, seal begrundelse as Beslutningsgrund, can_not annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Takes it, or says no.
        svar: Overtagelsessvar,
        /// The day of the answer.
        dato: NaiveDate,
        /// Employee number of who leads it from that day, where the answer is no; none: nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")] leder_nr: Option<String>,
        /// Why not, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")] begrundelse: Option<Ciphertext>,
    }
    /// The employee asked for a fastholdelsesplan (§ 7 b).
    FastholdelsesplanAnmodet(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// The day they asked.
        dato: NaiveDate,
    }
    /// The employer answered the wish for a fastholdelsesplan.
    FastholdelsesplanBesvaret(
        form 1, about forloeb, keeps nothing, seal begrundelse as Beslutningsgrund, can annulleres
    ) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Made, or refused.
        svar: Fastholdelsessvar,
        /// The day of the answer.
        dato: NaiveDate,
        /// Why it was refused, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")] begrundelse: Option<Ciphertext>,
    }
    /// A step of a mulighedserklæring (§ 36 a): its days, and nothing that stands in it.
    MulighedserklaeringRegistreret(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// How far it has come.
        trin: Mulighedstrin,
        /// The day it happened.
        dato: NaiveDate,
    }
    /// The employee said yes to the fast track that the employer had asked for. It is no request of its own: no day moves.
    FastTrackGodkendt(form 1, about forloeb, keeps nothing, seal nothing, can annulleres) {
        /// The forløb it is about.
        forloeb: Uuid,
        /// Position of the event by which the employer asked.
        anmodning: u64,
        /// The day of the yes.
        dato: NaiveDate,
    }
    } };
}

pub(super) use with_medarbejder;
