//! The demonstration, where a button gives HR's access, keeps to folders of its own, and the service out of these.

use std::fs;
use std::path::Path;

use systemtests::{Setup, file};
use tempfile::TempDir;

/// A folder with the small workplace, as somebody's real one.
fn workplace() -> (TempDir, Setup) {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(&folder.path().join("data"));
    let medarbejdere = file("data/small/medarbejdere.csv");
    setup.command(&["import", "--medarbejdere", medarbejdere.to_str().unwrap()]).ok();
    (folder, setup)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_demonstration_stays_out_of_a_workplaces_folder() {
    let (_folder, setup) = workplace();
    let (before, log) = (names(setup.folder()), setup.command(&["verify"]).ok());
    let refused = setup.clone().demonstration().attempt_start().unwrap_err();
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.contains("ikke lavet af demonstrationen"), "{}", refused.stderr);
    assert!(refused.stderr.contains("raskvej serve --data"), "it says what to do: {}", refused.stderr);
    assert_eq!((names(setup.folder()), setup.command(&["verify"]).ok()), (before, log), "nothing was written");
}

#[test]
fn the_folder_of_the_service_is_never_the_demonstrations() {
    let (_folder, setup) = workplace();
    let before = names(setup.folder());
    let named = setup.clone().configure("RASKVEJ_DATA", setup.folder().to_str().unwrap());
    for arguments in [&[][..], &["demo"], &["demo", "--listen", "127.0.0.1:0"]] {
        let refused = named.command_without_folder(arguments);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(refused.stderr.contains("RASKVEJ_DATA") && refused.stderr.contains("raskvej serve"), "{refused:?}");
    }
    assert_eq!(names(setup.folder()), before);
    // With a folder of its own it runs, whatever the service's is.
    let own = tempfile::tempdir().unwrap();
    let demo = Setup::new(own.path()).demonstration().configure("RASKVEJ_DATA", setup.folder().to_str().unwrap());
    demo.start().get("", "/log-ind").with_status(200);
    assert_eq!(names(setup.folder()), before);
}

#[test]
fn the_folder_of_a_demonstration_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let setup = Setup::new(folder.path());
    let mut demo = setup.clone().demonstration().start();
    assert!(demo.get("", "/log-ind").with_status(200).tekst().contains("Jørgen Holm"), "HR by a button");
    assert!(names(folder.path()).contains(&"demonstration".to_owned()));
    assert_eq!(demo.stop(), Some(0), "{}", demo.printout());
    let refused = setup.clone().attempt_start().unwrap_err();
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("lavet af demonstrationen"), "{}", refused.stderr);
    demo.start_again(None);
    demo.get("", "/log-ind").with_status(200);
}
