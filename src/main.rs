//! Parses, runs, and settles what concerns the terminal: streams, width, colour, progress, closed pipes, exit code.

use callmerit::cli::{Cli, Color};
use callmerit::log::{self, Level, Style};
use callmerit::read;
use callmerit::run::{Outcome, Surroundings, run, summary};
use callmerit::write::Look;
use clap::{ColorChoice, CommandFactory, FromArgMatches, ValueEnum};
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    settle_environment();
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let style = style(cli.terminal.log_format, cli.terminal.color);
    let progress = Progress::new(style, cli.terminal.quiet);
    let around = Surroundings {
        terminal: std::io::stdout().is_terminal(),
        look: Look {
            width: width(),
            unicode: unicode(),
            color: colored(cli.terminal.color, std::io::stdout().is_terminal()),
        },
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        on_progress: &|at| progress.at(at),
    };
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&cli, &around)));
    progress.bar.finish_and_clear();
    let outcome = match result {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => return fail(&format!("{error:#}"), style),
        Err(_) => return fail("a fault inside the program; please report it with the command that shows it", style),
    };
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(&outcome.data).and_then(|()| stdout.flush()) {
        // Whoever reads from us has enough.
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return ExitCode::SUCCESS;
        }
        return fail(&format!("the result cannot be written: {error}"), style);
    }
    let seconds = progress.started.elapsed().as_secs_f64();
    tell(&outcome, cli.terminal.verbose.then_some(seconds), style);
    ExitCode::from(u8::from(outcome.findings_remain))
}

/// What was asked for, or the exit code where that is no run: help, or a wrong option.
fn parse() -> Result<Cli, ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // Looked for before all else is understood, so that help and usage errors heed it.
    let color = asked(&arguments, "--color").unwrap_or(Color::Auto);
    let choice = match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    let matches = Cli::command().color(choice).try_get_matches_from(&arguments);
    matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| {
        let format = asked(&arguments, "--log-format").unwrap_or(log::Format::Text);
        if error.use_stderr() && format == log::Format::Json {
            let text = error.render().to_string();
            return fail(text.trim_end().trim_start_matches("error: "), style(format, color));
        }
        let _ = error.print();
        ExitCode::from(error.exit_code() as u8)
    })
}

/// The value of an option, if it is one.
fn asked<T: ValueEnum>(arguments: &[OsString], option: &str) -> Option<T> {
    let mut words = arguments.iter().map(|word| word.to_string_lossy());
    let value = words.find_map(|word| {
        let rest = word.strip_prefix(option)?;
        Some(rest.strip_prefix('=').map(str::to_string))
    })?;
    let value = value.or_else(|| words.next().map(|word| word.into_owned()))?;
    T::from_str(&value, false).ok()
}

fn style(format: log::Format, color: Color) -> Style {
    let terminal = std::io::stderr().is_terminal();
    Style { format, color: colored(color, terminal), width: terminal.then(width) }
}

/// Everything that a run has to say beside its result.
fn tell(outcome: &Outcome, seconds: Option<f64>, style: Style) {
    #[derive(serde::Serialize)]
    struct Done<'a> {
        #[serde(flatten)]
        intake: Option<&'a callmerit::report::IntakeReport>,
        written: &'a [String],
        exit: u8,
    }
    let mut text = String::new();
    for note in outcome.details.iter().chain(&outcome.notes) {
        text += &log::note(note, style);
    }
    if let Some(seconds) = seconds {
        let rows = outcome.summary.intake.as_ref().map_or(0, |intake| intake.rows);
        let speed = if rows > 0 { format!(", {:.0} rows a second", rows as f64 / seconds) } else { String::new() };
        text += &log::note(&format!("took {seconds:.2} s{speed}"), style);
    }
    if let Some(line) = summary(&outcome.summary) {
        let done = Done {
            intake: outcome.summary.intake.as_ref(),
            written: &outcome.summary.written,
            exit: u8::from(outcome.findings_remain),
        };
        text += &log::line(Level::Summary, &line, done, style);
    }
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn fail(message: &str, style: Style) -> ExitCode {
    #[derive(serde::Serialize)]
    struct Exit {
        exit: u8,
    }
    let line = log::line(Level::Error, message, Exit { exit: 2 }, style);
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
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

/// An environment variable that says something.
fn said(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The terminal shows signs beyond ASCII: by the first of the locale's variables that says anything.
fn unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(said);
    locale.map_or(cfg!(windows), |locale| locale.to_lowercase().replace('-', "").contains("utf8"))
}

/// As <https://no-color.org> and <https://bixense.com/clicolors> have it.
fn colored(asked: Color, terminal: bool) -> bool {
    match asked {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if said("NO_COLOR").is_some() => false,
        Color::Auto if said("CLICOLOR_FORCE").is_some_and(|force| force != "0") => true,
        Color::Auto => terminal && said("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// A bar on standard error once reading takes long and somebody is looking, or a line now and then for a program.
struct Progress {
    bar: ProgressBar,
    started: Instant,
    style: Style,
    /// When the last line was written for a program.
    told: Mutex<Instant>,
    quiet: bool,
}

/// A run that is over sooner shows no bar.
const SOON: Duration = Duration::from_millis(700);
/// From one line for a program to the next.
const BETWEEN: Duration = Duration::from_secs(2);

impl Progress {
    fn new(style: Style, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let template = ProgressStyle::with_template("{bar:20} {msg}").expect("a valid template");
        bar.set_style(if unicode() { template } else { template.progress_chars("#  ") });
        Progress { bar, started: Instant::now(), style, told: Mutex::new(Instant::now()), quiet }
    }

    fn at(&self, at: read::Progress) {
        let elapsed = self.started.elapsed();
        if self.quiet || elapsed < SOON {
            return;
        }
        let left = (at.bytes > 0 && at.bytes < at.of_bytes)
            .then(|| elapsed.as_secs_f64() * (at.of_bytes - at.bytes) as f64 / at.bytes as f64);
        if self.style.format == log::Format::Json {
            self.tell(at, left);
        } else if self.style.width.is_some() {
            if self.bar.is_hidden() {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            self.bar.set_length(at.of_bytes);
            self.bar.set_position(at.bytes);
            self.bar.set_message(words(at, left));
        }
    }

    fn tell(&self, at: read::Progress, seconds_left: Option<f64>) {
        #[derive(serde::Serialize)]
        struct Far {
            rows: u64,
            bytes: u64,
            of_bytes: u64,
            seconds_left: Option<u64>,
        }
        let mut told = self.told.lock().expect("no thread panics");
        if told.elapsed() < BETWEEN {
            return;
        }
        *told = Instant::now();
        let read::Progress { rows, bytes, of_bytes } = at;
        let far = Far { rows, bytes, of_bytes, seconds_left: seconds_left.map(|s| s.ceil() as u64) };
        let line = log::line(Level::Progress, &words(at, seconds_left), far, self.style);
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

/// How far reading is: `1,234,567 rows, 1.2 GiB of 2.4 GiB, 12 s left`.
fn words(at: read::Progress, seconds_left: Option<f64>) -> String {
    let rows = if at.rows > 0 { format!("{} rows, ", indicatif::HumanCount(at.rows)) } else { String::new() };
    let left = match seconds_left.map(|s| s.ceil() as u64) {
        None => "read; at work on them".to_string(),
        Some(s) if s < 100 => format!("{s} s left"),
        Some(s) => format!("{} min left", s.div_ceil(60)),
    };
    format!("{rows}{} of {}, {left}", HumanBytes(at.bytes), HumanBytes(at.of_bytes))
}
