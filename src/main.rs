//! Parses, runs, and settles what concerns the terminal: streams, width, closed pipes, exit code.

use callmerit::cli::Cli;
use callmerit::run::{Surroundings, run};
use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    settle_environment();
    let cli = Cli::parse();
    let progress = Progress::new();
    let around = Surroundings {
        terminal: std::io::stdout().is_terminal(),
        width: width(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        on_progress: &|passed, total| progress.at(passed, total),
    };
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&cli, &around)));
    progress.bar.finish_and_clear();
    let outcome = match result {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => return fail(&format!("{error:#}")),
        Err(_) => return fail("a fault inside the program; please report it with the command that shows it"),
    };
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(&outcome.data).and_then(|()| stdout.flush()) {
        // Whoever reads from us has enough.
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return ExitCode::SUCCESS;
        }
        return fail(&format!("the result cannot be written: {error}"));
    }
    let mut stderr = std::io::stderr().lock();
    for note in &outcome.notes {
        let _ = writeln!(stderr, "{note}");
    }
    if outcome.findings_remain { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

fn fail(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "callmerit: {message}");
    ExitCode::from(2)
}

/// Polars must not be steered from outside; our threads do the work.
fn settle_environment() {
    let foreign: Vec<_> =
        std::env::vars_os().map(|(name, _)| name).filter(|n| n.to_string_lossy().starts_with("POLARS_")).collect();
    for name in foreign {
        // SAFETY: no other thread runs yet.
        unsafe { std::env::remove_var(name) };
    }
    // SAFETY: no other thread runs yet.
    unsafe { std::env::set_var("POLARS_MAX_THREADS", "1") };
    std::panic::set_hook(Box::new(|info| {
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            eprintln!("{info}");
        }
    }));
}

fn width() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|c| *c > 0);
    asked.or_else(|| terminal_size::terminal_size().map(|(w, _)| usize::from(w.0))).unwrap_or(120).max(40)
}

/// A bar on stderr once reading takes long and somebody is looking.
struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta}").expect("a valid template");
        bar.set_style(style);
        Progress { bar, started: Instant::now() }
    }

    fn at(&self, passed: u64, total: u64) {
        if self.started.elapsed() < Duration::from_millis(700) || !std::io::stderr().is_terminal() {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_length(total);
        self.bar.set_position(passed);
    }
}
