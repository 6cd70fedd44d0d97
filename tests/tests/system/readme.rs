//! What the README says that the two commands need.

use std::process::Command;

use systemtests::fil;

/// The crates of the binary that are built with a C compiler, and the line that installs one.
#[test]
fn the_readme_names_the_compiler_that_the_demonstration_is_built_with() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = ["tree", "--offline", "--locked", "--package", "raskvej", "--edges", "normal,build", "--invert", "cc"];
    let told =
        Command::new(cargo).args(tree).args(["--depth", "2", "--prefix", "none"]).current_dir(fil("..")).output();
    let told = told.expect("cargo runs the tests");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let mut built: Vec<_> = told.lines().filter_map(|line| line.split(' ').next()?.strip_suffix("-sys")).collect();
    built.sort_unstable();
    built.dedup();
    assert_eq!(built, ["aws-lc", "zstd"], "{told}");
    let readme = std::fs::read_to_string(fil("../README.md")).expect("there is a README");
    let commands = readme.split("## ").find(|part| part.starts_with("Two commands")).expect("the two commands");
    for said in built.iter().chain(&["apt-get install gcc libc6-dev"]) {
        assert!(commands.contains(said), "{said}");
    }
}
