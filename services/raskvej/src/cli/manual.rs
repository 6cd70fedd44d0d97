//! The manual pages, and what a shell completes commands with: made of the commands themselves.

use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::CommandLine;
use crate::durable;
use crate::terminal::output::to_stderr;
use crate::terminal::{DONE, REFUSED};

/// Writes a page for each command into a folder; the exit code.
#[must_use]
pub fn write(folder: &Path) -> u8 {
    match write_pages(folder) {
        Ok(()) => DONE,
        Err(error) => {
            to_stderr(&format!("{}: {error}", folder.display()));
            REFUSED
        }
    }
}

fn write_pages(folder: &Path) -> io::Result<()> {
    durable::create_folder(folder, 0o777)?;
    let mut all = CommandLine::command();
    all.build();
    pages(&all, "raskvej", &mut |name, page| std::fs::write(folder.join(format!("{name}.1")), page))
}

/// The page of a command, and of those under it.
fn pages(command: &clap::Command, name: &str, take: &mut dyn FnMut(&str, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    take(name, &page)?;
    for under in command.get_subcommands().filter(|under| !under.is_hide_set()) {
        pages(under, &format!("{name}-{}", under.get_name()), take)?;
    }
    Ok(())
}

/// Writes what a shell completes commands with to stdout; the exit code.
#[must_use]
pub fn completion(shell: Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "raskvej", &mut script);
    // Who closed the pipe has seen enough.
    let _ = io::stdout().lock().write_all(&script);
    DONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_is_completed() {
        let mut all = CommandLine::command();
        all.build();
        let mut names = Vec::new();
        let mut take = |name: &str, page: &[u8]| {
            assert!(String::from_utf8_lossy(page).starts_with(".ie"), "{name} is no page");
            names.push(name.to_owned());
            Ok(())
        };
        pages(&all, "raskvej", &mut take).unwrap();
        for name in ["raskvej", "raskvej-serve", "raskvej-token-create", "raskvej-indstillinger"] {
            assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
        }
        let mut script = Vec::new();
        clap_complete::generate(Shell::Bash, &mut CommandLine::command(), "raskvej", &mut script);
        let script = String::from_utf8(script).unwrap();
        assert!(script.contains("--medarbejder") && script.contains("token"), "{script}");
    }

    /// A stranger sees how it is begun with.
    #[test]
    fn the_help_has_examples_that_the_command_line_takes() {
        let help = CommandLine::command().render_help().to_string();
        let examples = help.split_once("Eksempler:").unwrap().1;
        let examples: Vec<_> = examples.lines().map(str::trim).filter(|line| line.starts_with("raskvej ")).collect();
        assert!(examples.len() >= 5);
        for example in examples {
            let words = example.replace('"', "");
            assert!(clap::Parser::try_parse_from(words.split(' ')).map(|_: CommandLine| ()).is_ok(), "{example}");
        }
    }
}
