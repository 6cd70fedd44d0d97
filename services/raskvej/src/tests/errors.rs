//! What fails inside: people are told that it did, the log lines say why, and nobody is named in either.

use std::io;
use std::sync::{Arc, Mutex};

use app::failure::{Internal, Malformed};
use app::stored::{ProjectionError, Unreadable, WITHOUT_EFFECT};
use eventlog::{Append, NewEvent, ReadError, StreamId};
use forloeb::form::FormError;
use forloeb::{Aktoer, command::DomainCommand};

use crate::core::{CommandError, OpenFolderError, idempotency};
use crate::http::problem::Problem;
use crate::keys::KeyError;
use crate::projections::Meta;
use crate::terminal::trial::Trial;

const PERSON: &str = "Karen Blixen";

/// What is written to the log lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A problem, and the log lines that came of making it.
fn told(problem: impl FnOnce() -> Problem) -> (Problem, String) {
    let lines = Lines::default();
    let to = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || to.clone()).with_ansi(false).finish();
    let problem = tracing::subscriber::with_default(subscriber, problem);
    let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (problem, lines)
}

/// As serde tells it, with what stood there.
fn malformed() -> Malformed {
    let error = serde_json::from_str::<u32>(&format!("\"{PERSON}\"")).unwrap_err();
    assert!(error.to_string().contains(PERSON), "this is what must not come out");
    error.into()
}

#[test]
fn a_failure_inside_is_500_and_logged_once_with_its_cause() {
    let event = || ProjectionError::Other { position: 7, what: "aktøren", error: Box::new(malformed()) };
    let form = || ProjectionError::Form { position: 7, error: FormError::Unknown { name: "Nyt".to_owned(), form: 3 } };
    let io = || io::Error::other("disken svarer ikke");
    let not_json = "er JSON af en anden form (linje 1, tegn 14)";
    type Made = Box<dyn Fn() -> Problem>;
    let failures: [(&str, Made); 10] = [
        (not_json, Box::new(move || CommandError::from(Unreadable::from(event())).into())),
        (not_json, Box::new(move || OpenFolderError::from(event()).into())),
        ("ukendt hændelse Nyt form 3", Box::new(move || Unreadable::from(form()).into())),
        (not_json, Box::new(|| CommandError::from(KeyError::Form(malformed())).into())),
        (not_json, Box::new(|| CommandError::from(Internal::new("det gemte", malformed())).into())),
        ("disken svarer ikke", Box::new(move || CommandError::from(KeyError::Randomness(io())).into())),
        ("disken svarer ikke", Box::new(move || OpenFolderError::from(KeyError::from(io())).into())),
        (
            "disken svarer ikke",
            Box::new(move || CommandError::from(OpenFolderError::from(KeyError::from(io()))).into()),
        ),
        (
            "opgaven gik i panik",
            Box::new(|| CommandError::from(Internal::panicked("der blev ikke regnet færdig")).into()),
        ),
        (
            &ReadError::Closed.to_string(),
            Box::new(|| CommandError::from(OpenFolderError::from(ReadError::Closed)).into()),
        ),
    ];
    for (cause, make) in failures {
        let (problem, lines) = told(make);
        assert_eq!((problem.status, problem.code.as_str()), (500, "intern_fejl"), "{cause}");
        assert_eq!(lines.matches(cause).count(), 1, "{cause}: {lines}");
        assert_eq!(lines.lines().count(), 1, "{lines}");
        assert!(!problem.detail.contains(cause) && !lines.contains(PERSON), "{lines}");
    }
}

/// What was remembered of a command and cannot be read is no reason to say "busy", nor to carry it out again.
#[tokio::test]
async fn what_is_stored_and_cannot_be_read_is_500() {
    let p = Trial::small().await;
    let key = idempotency("hr", "k", b"x");
    let body = format!("{{\"version\":\"{PERSON}\"}}").into_bytes();
    let append = Append {
        stream: StreamId::new(format!("{WITHOUT_EFFECT}1005")).unwrap(),
        expected: 0,
        time: p.app.clock.now().timestamp_micros(),
        meta: serde_json::to_vec(&Meta { aktoer: Aktoer::system("prøve") }).unwrap(),
        events: vec![NewEvent { kind: "KommandoUdenVirkning".to_owned(), form: 1, body }],
        idempotency: Some(key),
    };
    p.app.log.append(append).await.unwrap();
    let before = p.app.log.head();
    let command =
        DomainCommand::ErasePerson { grund: forloeb::words::Sletningsgrund::Andet, aarsag: "prøve".to_owned() };
    let error = p.app.execute("1005", &command, &Aktoer::system("prøve"), Some(key)).await.unwrap_err();
    let (problem, lines) = told(|| error.into());
    assert_eq!((problem.status, problem.code.as_str()), (500, "intern_fejl"));
    assert!(
        lines.contains("kommandoen kan ikke læses: er JSON af en anden form") && !lines.contains(PERSON),
        "{lines}"
    );
    assert_eq!(p.app.log.head(), before);
    p.close().await;
}
