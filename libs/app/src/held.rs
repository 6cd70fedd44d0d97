//! The projections are locked to look something up, and for nothing that takes long.
//!
//! What takes long says so here. In a debug build, which is what the tests run, a thread that opens what is sealed or
//! renders a page while it holds them is stopped at once, and so is one that asks for them while it has them: a writer who
//! came in between would wait for the first, and the second for the writer.

#[cfg(debug_assertions)]
use std::cell::Cell;

#[cfg(debug_assertions)]
thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// This thread holds the projections, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Held(());

impl Held {
    #[track_caller]
    pub(crate) fn now() -> Self {
        nothing_while("the projections were asked for once more");
        #[cfg(debug_assertions)]
        HELD.set(true);
        Self(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        #[cfg(debug_assertions)]
        HELD.set(false);
    }
}

/// Something begins that is not for a thread that holds the projections; in a release build nobody looks.
///
/// # Panics
/// This thread holds them.
#[track_caller]
pub fn nothing_while(what: &str) {
    #[cfg(debug_assertions)]
    assert!(!HELD.get(), "{what} while the projections were held");
    #[cfg(not(debug_assertions))]
    let _ = what;
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a page was rendered while the projections were held")]
    fn nothing_that_takes_long_is_done_while_they_are_held() {
        let _held = Held::now();
        nothing_while("a page was rendered");
    }

    #[test]
    #[should_panic(expected = "asked for once more")]
    fn who_holds_them_does_not_ask_for_them() {
        let _held = Held::now();
        drop(Held::now());
    }

    #[test]
    fn when_they_are_let_go_everything_may_be_done() {
        drop(Held::now());
        nothing_while("a page was rendered");
    }
}
