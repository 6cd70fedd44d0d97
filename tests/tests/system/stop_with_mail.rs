//! SIGTERM while a mail is being handed over: it is neither lost nor sent twice.

use std::collections::BTreeSet;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use systemtests::{FRIST, HttpRequest, Mailbox, Requested, Setup, wait_to, workplace};

/// How long the mail server thinks about it.
const SLOW: Duration = Duration::from_secs(3);

/// 1010 is away from Monday 5 January 2026: TR is reminded of the first contact on Wednesday 14 January at eight.
#[test]
fn a_stop_while_a_mail_is_under_way_neither_loses_it_nor_sends_it_twice() {
    let (folder, post) = (tempfile::tempdir().unwrap(), Mailbox::start());
    let mut t = Setup::new(folder.path()).clock("2026-01-05T09:00:00+01:00").mailbox(&post).start();
    let hr = workplace::ansaet(&t, 12);
    let _id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    let drift = t.token("drift", None);
    post.request(&[Requested::Wait(SLOW)]);
    let pid = Pid::from_raw(i32::try_from(t.pid()).unwrap()).unwrap();
    std::thread::scope(|scope| {
        let morning = json!({ "til": "2026-01-14T08:00:00+01:00" });
        let request = HttpRequest::new("POST", "/api/v1/clock").token(&drift).json(&morning);
        let service = &t;
        // The answer may never come: the service is told to stop.
        let moved = scope.spawn(move || service.attempt(&request).is_ok());
        wait_to(FRIST, "the mail is under way", || (post.remaining() == 0).then_some(()));
        kill_process(pid, Signal::TERM).unwrap();
        let _either = moved.join().unwrap();
    });
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    t.start_again(Some("2026-01-14T08:00:00+01:00"));
    t.move_clock("2026-01-14T12:00:00+01:00");
    let letters = post.wait_on(1);
    let ids: BTreeSet<&str> = letters.iter().map(|letter| letter.message_id.as_str()).collect();
    let subjects: Vec<&str> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!((letters.len(), ids.len()), (1, 1), "{subjects:?}");
    assert_eq!(letters[0].envelope_to, ["m1002@arbejde.example"]);
    // And the log says so, once.
    let sent = t.command(&["replay", "--format", "json"]).ok().matches("\"sendt\"").count();
    assert_eq!(sent, 1);
    assert_eq!(t.stop(), Some(0));
}
