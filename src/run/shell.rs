//! `callmerit completions` and `callmerit man`: what shells and manuals want to know, from the definition of the options.

use super::{Outcome, Summary};
use crate::cli::{Cli, Shell};
use crate::write::{self, Readers};
use anyhow::Result;
use clap::CommandFactory;
use clap_complete::{Shell as Kind, generate};
use clap_mangen::Man;
use std::path::Path;

const PROGRAM: &str = "callmerit";

/// The script that completes options and subcommands.
pub fn completions(shell: Shell) -> Outcome {
    let kind = match shell {
        Shell::Bash => Kind::Bash,
        Shell::Zsh => Kind::Zsh,
        Shell::Fish => Kind::Fish,
        Shell::Powershell => Kind::PowerShell,
    };
    let mut data = Vec::new();
    generate(kind, &mut Cli::command(), PROGRAM, &mut data);
    Outcome { data, ..Outcome::default() }
}

/// The page of the program, or the pages of the program and of all subcommands as files of a folder.
pub fn man(folder: Option<&Path>) -> Result<Outcome> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let Some(folder) = folder else {
        return Ok(Outcome { data: page(&program)?.into_bytes(), ..Outcome::default() });
    };
    let mut pages = Vec::new();
    add_pages(&program, &mut pages)?;
    for (name, _) in &pages {
        write::can_write(&folder.join(name))?;
    }
    for (name, text) in &pages {
        write::file(&folder.join(name), text.as_bytes(), Readers::Usual)?;
    }
    let written = vec![format!("{} pages in {}", pages.len(), folder.display())];
    Ok(Outcome { summary: Summary { written, ..Summary::default() }, ..Outcome::default() })
}

fn add_pages(command: &clap::Command, pages: &mut Vec<(String, String)>) -> Result<()> {
    pages.push((Man::new(command.clone()).get_filename(), page(command)?));
    command.get_subcommands().try_for_each(|subcommand| add_pages(subcommand, pages))
}

/// A page with its examples before its options, as in `--help`.
fn page(command: &clap::Command) -> Result<String> {
    let mut bytes = Vec::new();
    Man::new(command.clone()).render(&mut bytes)?;
    let page = String::from_utf8(bytes)?;
    let Some(examples) = command.get_before_help() else { return Ok(page) };
    let plain = examples.to_string().replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    let lines: String = plain.lines().skip(1).map(|line| format!("{}\n", line.trim_start_matches("  "))).collect();
    Ok(page.replacen(".SH OPTIONS\n", &format!(".SH EXAMPLES\n.nf\n{lines}.fi\n.SH OPTIONS\n"), 1))
}
