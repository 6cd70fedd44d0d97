//! `cargo xtask pictures`: the pictures of the README as the pages are now, and what they were before beside them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::installer;
use crate::release::Release;
use crate::run::{cargo, root, run};
use crate::steps::FROM_OUTSIDE;

/// Takes them, writes those that differ to `docs/screenshots`, and a page that shows both to `target/pictures`.
pub(crate) fn take() -> Result<(), String> {
    installer::chromium()?;
    Release::start()?.finish()?;
    let (compared, kept) = (root().join("target/pictures"), root().join("docs/screenshots"));
    let (before, now) = (compared.join("before"), compared.join("now"));
    let failed = |error: std::io::Error| format!("{}: {error}", compared.display());
    if compared.exists() {
        fs::remove_dir_all(&compared).map_err(failed)?;
    }
    for folder in [&before, &now, &kept] {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let test = ["--test", "browser", "pictures", "--", "--ignored"];
    let mut test = cargo(&[&FROM_OUTSIDE[..], &test].concat());
    test.env("RASKVEJ_PICTURES", &now);
    run(test)?;
    let mut page = "<!doctype html><meta charset=utf-8><title>Pictures</title>\n".to_owned();
    for name in names(&now).map_err(failed)? {
        let (old, new) = (kept.join(&name), now.join(&name));
        if fs::read(&old).ok() == Some(fs::read(&new).map_err(failed)?) {
            println!("    {name}: as it was");
            continue;
        }
        let was = old.exists();
        if was {
            fs::copy(&old, before.join(&name)).map_err(failed)?;
        }
        fs::copy(&new, &old).map_err(failed)?;
        println!("    {name}: {}", if was { "another" } else { "new" });
        // Writing to a text cannot fail.
        let _ = writeln!(
            page,
            "<h2>{name}</h2><img src=\"before/{name}\" alt=\"before\"> <img src=\"now/{name}\" alt=\"now\">"
        );
    }
    let shown = compared.join("index.html");
    fs::write(&shown, page).map_err(failed)?;
    println!("    what differs, before and now: {}", shown.display());
    Ok(())
}

fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
