//! What an event declares of itself, and everything that follows from it alone.

/// Everything there is to say of an event before what it does: its form, the forløb it speaks of, its sealed part and
/// whether it may be annulled stand in front of its fields, so that none of them can be forgotten.
///
/// - `form` is the number of the newest stored form; a higher one needs a step in [`crate::form`].
/// - `om` names the field with the forløb (a registration speaks of the forløb it may have started), or `ingen`.
/// - `seglet` names the field with personal data or free text, or `intet`.
/// - `kan annulleres`: one by one. Registrations are corrected or annulled with their forløb; what is itself an
///   annulment, an outcome of a reminder or master data stays.
macro_rules! haendelser {
    ($(
        $(#[$m:meta])*
        $name:ident(form $form:literal, about $about:ident, seal $seal:ident, $can:ident annulleres) {
            $($(#[$fm:meta])* $felt:ident: $type:ty),* $(,)?
        }
    )+) => {
        /// An event of one ansættelse.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Haendelse { $($(#[$m])* $name($name)),+ }

        $(
            $(#[$m])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            pub struct $name { $($(#[$fm])* pub $felt: $type),* }

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

            /// Its personal data and free text.
            #[must_use]
            pub fn sealed(&self) -> Option<&Ciphertext> {
                match self { $(Self::$name(_h) => haendelser!(@seal _h $seal)),+ }
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
    (@about $h:ident none) => { None };
    (@about $h:ident $felt:ident) => { Some($h.$felt) };
    (@seal $h:ident nothing) => { None };
    (@seal $h:ident $felt:ident) => { Into::into(&$h.$felt) };
    (@annulleres can) => { true };
    (@annulleres can_not) => { false };
}

pub(super) use haendelser;
