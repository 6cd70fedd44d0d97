//! A log that is found to be damaged while the service runs.

use std::os::unix::fs::FileExt;

use super::fixture::Fixture;

/// Due on Wednesday the 14th. On the Tuesday something reads the whole log and meets a changed byte: from then on no
/// outcome can be recorded, so what was sent would be sent again after every start.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_whose_outcome_could_not_be_recorded() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-13T12:00").await;
    let [segment] = &p.app.log.backup_files()[..] else { panic!("one segment") };
    let file = std::fs::File::options().read(true).write(true).open(p.app.folder.join(&segment.name)).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, segment.len / 2).unwrap();
    file.write_all_at(&[byte[0] ^ 1], segment.len / 2).unwrap();
    p.app.log.commits(0).next().await.unwrap_err();

    p.til("2026-01-14T12:00").await;
    assert_eq!(p.lines(), Vec::<String>::new());
}
