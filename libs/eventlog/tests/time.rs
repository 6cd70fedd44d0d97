//! Time goes forward, whatever the clock shows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Random, TIME, append, folder_in_memory, keyed, open, raw, read_all, settled, small, stream};
use eventlog::{Append, Recorded, verify};

/// A clock that is set back leaves the time where it was, with what it showed beside it: while the log is open, after a
/// start from raw and from packed segments, and read by whatever way.
#[tokio::test]
async fn time_goes_forward_whatever_the_clock_shows() {
    let folder = folder_in_memory();
    let second = 1_000_000;
    let (mut latest, mut version, mut expected) = (0, 0, Vec::new());
    for (nth, options) in [raw(), small(), small()].into_iter().enumerate() {
        let log = open(folder.path(), options);
        for shows in [TIME, TIME - 3600 * second, TIME - 1, TIME + second, TIME + second, TIME - 7 * 86_400 * second] {
            for keyed_too in [false, true] {
                let mut one = Append { time: shows, ..append("a", version, &["something was noted"; 40]) };
                if keyed_too {
                    one = keyed(one, &format!("{version}"), "what was asked");
                }
                log.append(one).await.unwrap();
                let clock = (shows < latest).then_some(shows);
                latest = latest.max(shows);
                expected.extend((0..40).map(|_| (latest, clock)));
                version += 40;
            }
        }
        let times = |events: &[Recorded]| events.iter().map(|event| (event.time, event.clock)).collect::<Vec<_>>();
        assert_eq!(times(&read_all(&log).await), expected);
        assert_eq!(times(&log.read_stream(&stream("a"), 0, 10_000).await.unwrap()), expected);
        if nth > 0 {
            settled(&log).await;
        }
        log.close().await;
    }
    assert!(
        expected.iter().filter(|(_, clock)| clock.is_some()).count() > 500,
        "the second start marks all but the later"
    );
    let verified = verify(folder.path(), &mut |_, _| {}).unwrap();
    assert_eq!(verified.set_back, (0, 0));
}

/// Many who write at once, each by a clock of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clocks_make_one_time() {
    let folder = folder_in_memory();
    let log = open(folder.path(), small());
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let (log, mut random) = (log.clone(), Random(writer));
            tokio::spawn(async move {
                for version in 0..50 {
                    let time = TIME + i64::try_from(random.below(1_000_000)).unwrap();
                    let one = Append { time, ..append(&format!("s{writer}"), version, &["noted"]) };
                    log.append(one).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let all = read_all(&log).await;
    let mut latest = i64::MIN;
    for event in &all {
        assert_eq!((event.time >= latest, event.clock.is_none_or(|clock| clock < event.time)), (true, true));
        // A time is somebody's clock, or the one before it with a mark.
        assert!(event.clock.is_none() || event.time == latest);
        latest = event.time;
    }
    assert!(all.iter().any(|event| event.clock.is_some()));
    log.close().await;
    assert_eq!(verify(folder.path(), &mut |_, _| {}).unwrap().set_back, (0, 0));
}
