//! What an event declares of itself, and everything that follows from it alone.

/// Everything that others ask of an event stands in front of its fields, so that none of it can be forgotten and nobody
/// else needs a list of events: its form, the forløb it speaks of, what is kept of it, its sealed part, and whether it
/// may be annulled.
///
/// - `form` is the number of the newest stored form; a higher one needs a step in [`crate::form`].
/// - `about` names the field with the forløb (a registration speaks of the forløb it may have started), or `none`.
/// - `keeps` is what is known of it without reading it again, a variant of [`Kept`](super::kept::Kept), or `nothing`.
/// - `seal` names the field with personal data or free text, and which [`Kind`](super::kept::Kind) of it, or `nothing`.
/// - `;` in the place of the fields: they stand in the file of their subject.
/// - `can annulleres`: one by one. Registrations are corrected or annulled with their forløb; what is itself an
///   annulment, an outcome of a reminder or master data stays.
macro_rules! haendelser {
    ($(
        $(#[$m:meta])*
        $name:ident(
            form $form:literal, about $about:ident, keeps $keeps:ident, seal $seal:ident $(as $kind:ident)?,
            $can:ident annulleres
        ) $fields:tt
    )+) => {
        /// An event of one ansættelse.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Haendelse { $($(#[$m])* $name($name)),+ }

        $(
            haendelser!(@fields [$(#[$m])*] $name $fields);

            impl From<$name> for Haendelse {
                fn from(h: $name) -> Self { Self::$name(h) }
            }
        )+

        impl Haendelse {
            /// Name and newest stored form of every event.
            pub const FORMS: &'static [(&'static str, u16)] = &[$((stringify!($name), $form)),+];

            /// The name under which it is stored.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),+ }
            }

            /// Number of the stored form that [`Haendelse::to_json`] writes.
            #[must_use]
            pub const fn form(&self) -> u16 {
                match self { $(Self::$name(_) => $form),+ }
            }

            /// The forløb it speaks of; a registration speaks of the forløb it may have started.
            #[must_use]
            pub const fn forloeb(&self) -> Option<Uuid> {
                match self { $(Self::$name(_h) => haendelser!(@about _h $about)),+ }
            }

            /// The same, to be put in its place.
            pub const fn forloeb_mut(&mut self) -> Option<&mut Uuid> {
                match self { $(Self::$name(_h) => haendelser!(@about_mut _h $about)),+ }
            }

            /// What is kept of it, for whoever does not keep events.
            #[must_use]
            pub const fn kept(&self) -> Kept<'_> {
                match self { $(Self::$name(_h) => haendelser!(@keeps _h $keeps)),+ }
            }

            /// Its personal data and free text, and what it is, where it has any.
            #[must_use]
            pub fn sealed(&self) -> Option<(Kind, &Ciphertext)> {
                match self { $(Self::$name(_h) => haendelser!(@seal _h $seal $($kind)?)),+ }
            }

            /// The same, to be put in its place.
            pub fn sealed_mut(&mut self) -> Option<&mut Ciphertext> {
                match self { $(Self::$name(_h) => haendelser!(@seal_mut _h $seal)),+ }
            }

            /// May be annulled one by one.
            #[must_use]
            pub const fn can_annulleres(&self) -> bool {
                match self { $(Self::$name(_) => haendelser!(@annulleres $can)),+ }
            }

            /// The newest stored form.
            ///
            /// # Errors
            /// Only if a number cannot be written as JSON (not a number, infinite).
            pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
                match self { $(Self::$name(h) => serde_json::to_vec(h)),+ }
            }

            /// Reads the newest stored form of an event; `None` for an unknown name.
            pub(crate) fn from_newest(name: &str, body: &[u8]) -> Option<Result<Self, serde_json::Error>> {
                match name {
                    $(stringify!($name) => Some(serde_json::from_slice(body).map(Self::$name)),)+
                    _ => None,
                }
            }
        }
    };
    (@fields [$(#[$m:meta])*] $name:ident { $($(#[$fm:meta])* $felt:ident: $type:ty),* $(,)? }) => {
        $(#[$m])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $name { $($(#[$fm])* pub $felt: $type),* }
    };
    (@fields [$(#[$m:meta])*] $name:ident ;) => {};
    (@about $h:ident none) => { None };
    (@about $h:ident $felt:ident) => { Some($h.$felt) };
    (@about_mut $h:ident none) => { None };
    (@about_mut $h:ident $felt:ident) => { Some(&mut $h.$felt) };
    (@keeps $h:ident nothing) => { Kept::Nothing };
    (@keeps $h:ident $what:ident) => { Kept::$what($h) };
    (@seal $h:ident nothing) => { None };
    (@seal $h:ident $felt:ident $kind:ident) => {
        Option::<&Ciphertext>::from(&$h.$felt).map(|sealed| (Kind::$kind, sealed))
    };
    (@seal_mut $h:ident nothing) => { None };
    (@seal_mut $h:ident $felt:ident) => { Into::into(&mut $h.$felt) };
    (@annulleres can) => { true };
    (@annulleres can_not) => { false };
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident),+ $(,)?) => {
        /// What is sealed in an event. What it is made of is no matter of the domain.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $kind),+ }

        impl Kind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The name of its type, and of its files in `migrations/golden-sealed/`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind)),+ }
            }
        }
    };
}

pub(super) use {haendelser, kinds};
