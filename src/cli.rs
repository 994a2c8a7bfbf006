//! What may be asked, and no logic.

mod examples;

use crate::plan::templates;
use crate::report::Document;
use crate::{log, write};
use clap::{Args, Parser, Subcommand, ValueEnum};
use examples::EXIT_CODES;
use std::path::PathBuf;

/// Honest metrics and scorecards from exported call logs.
///
/// Reads CSV, TSV or Parquet exports of telephony systems, counts every row, and says with every number what it
/// rests on. Results go to standard output, everything else to standard error.
#[derive(Debug, Parser)]
#[command(name = "callmerit", version, max_term_width = 100, before_help = examples::PROGRAM, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub terminal: TerminalArgs,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Terminal")]
pub struct TerminalArgs {
    /// Say nothing on standard error but errors, and that --max-rejected was passed
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on standard error: what each file was taken for, and how long the run took
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Standard error as text for people, or with one JSON object a line for programs
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = log::Format::Text, global = true)]
    pub log_format: log::Format,
    /// Colour on a terminal, always or never. Nothing is told by colour alone; NO_COLOR is heeded
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, global = true)]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Each agent compared fairly with the others: score, tier and rank with intervals, what was expected, signals
    #[command(before_help = examples::SCORECARD, after_help = EXIT_CODES)]
    Scorecard {
        #[command(flatten)]
        read: ReadArgs,
        /// What has a scorecard: agent; team, manager or site, which a roster tells; or queue, whose levels are shown but
        /// not compared
        #[arg(long, value_name = "WHAT", default_value = "agent", value_parser = ["agent", "team", "manager", "site", "queue"])]
        by: String,
        #[command(flatten)]
        judging: JudgingArgs,
        #[command(flatten)]
        definitions: DefinitionArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Patterns to look at before anyone is paid: hang-ups, shedding, overclaiming and others, with evidence
    #[command(before_help = examples::SIGNALS, after_help = EXIT_CODES)]
    Signals {
        #[command(flatten)]
        read: ReadArgs,
        #[command(flatten)]
        judging: JudgingArgs,
        /// List the contacts of each signal by the id that the source gives them
        #[arg(long)]
        contacts: bool,
        #[command(flatten)]
        repeat: RepeatArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// What an incentive plan recommends to pay, agent by agent: pay, carry forward, hold for review, and why
    #[command(before_help = examples::INCENTIVES, after_help = EXIT_CODES)]
    Incentives {
        #[command(flatten)]
        read: ReadArgs,
        #[command(flatten)]
        plan: PlanArgs,
        /// Beside it, what another rule would pay in this plan's place: naive (the league table of raw figures),
        /// naive-observed, naive-league or best-guess
        #[arg(long, value_name = "RULE", value_parser = ["naive", "naive-observed", "naive-league", "best-guess"])]
        compare: Option<String>,
        /// Write a form for the people who decide: one line an agent, to be filled in and read with --decisions
        #[arg(long, value_name = "FILE.csv")]
        decisions_form: Option<PathBuf>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// What each agent is to aim for in the next period under a plan: threshold, target and stretch with their chances, or
    /// why there is no goal
    #[command(before_help = examples::GOALS, after_help = EXIT_CODES)]
    Goals {
        #[command(flatten)]
        read: ReadArgs,
        #[command(flatten)]
        goals: GoalArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// The statement for one agent: what a plan recommends, every step to it, and what would have changed it
    #[command(before_help = examples::EXPLAIN, after_help = EXIT_CODES)]
    Explain {
        #[command(flatten)]
        read: ReadArgs,
        #[command(flatten)]
        plan: PlanArgs,
        /// The agent, named as scorecards show it
        #[arg(long, value_name = "NAME")]
        agent: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Everything at once, for people who open it: a page, a workbook, tables, JSON; with a plan also what it recommends
    #[command(before_help = examples::REPORT, after_help = EXIT_CODES)]
    Report {
        #[command(flatten)]
        read: ReadArgs,
        #[command(flatten)]
        report: Box<ReportArgs>,
        #[command(flatten)]
        output: ReportOutputArgs,
    },
    /// What a project file says, each night: one folder, whole or not at all, that can be computed again
    ///
    /// Exit codes: 0 done, or there already; 1 done, but the plan has errors that it does not accept; 2 could not, and
    /// earlier nights are as they were.
    #[command(before_help = examples::RUN)]
    Run(RunArgs),
    /// Whether a night is what it was: every byte of its folder, what it was made from, and the night computed again
    ///
    /// Exit codes: 0 every byte agrees; 1 something differs, and the output says what; 2 could not look.
    #[command(before_help = examples::VERIFY)]
    Verify {
        /// A night's folder, as in out/2026-11-20 or out/latest
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// The project file, where it is not found from the folder
        #[arg(long, value_name = "FILE.toml")]
        config: Option<PathBuf>,
        /// Threads to use; all cores without it
        #[arg(long, value_name = "N")]
        threads: Option<usize>,
    },
    /// A project file for exports, every line explained, to be run as it is or changed
    #[command(before_help = examples::INIT)]
    Init {
        #[command(flatten)]
        read: Box<ReadArgs>,
        /// File to write. A file that is there is not overwritten
        #[arg(short, long, value_name = "FILE.toml", default_value = "callmerit.toml")]
        output: PathBuf,
    },
    /// Metrics of the whole log or by groups
    #[command(before_help = examples::METRICS, after_help = EXIT_CODES)]
    Metrics {
        #[command(flatten)]
        read: ReadArgs,
        /// What to group by: none, or one or more of queue, agent, team, manager, site, issue, direction, weekday,
        /// hour, day, week, month, quarter, interval, with commas between; give it twice for two tables from one reading
        #[arg(long, value_name = "GROUPS", default_value = "none")]
        by: Vec<String>,
        #[command(flatten)]
        definitions: DefinitionArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// How the files were understood, the ledger of their rows, and what to know about the data
    #[command(before_help = examples::CHECK, after_help = EXIT_CODES)]
    Check {
        #[command(flatten)]
        read: ReadArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Source profiles: how exports are understood
    #[command(before_help = examples::PROFILES)]
    Profiles {
        #[command(subcommand)]
        command: Option<ProfileCommand>,
    },
    /// Incentive plans: one to start from, and what is to be said of one before it is put in force
    #[command(before_help = examples::PLAN)]
    Plan {
        #[command(subcommand)]
        command: PlanCommand,
    },
    /// The calls as they were understood, one row a leg, without names of customers: for SQL and other tools
    #[command(before_help = examples::EXPORT, after_help = EXIT_CODES)]
    Export {
        #[command(flatten)]
        read: ReadArgs,
        /// What to write; without it by the ending of the file, else CSV
        #[arg(long, value_enum)]
        format: Option<ExportFormat>,
        /// File to write; standard output without it
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Every metric's definition, for people or with its SQL
    #[command(before_help = examples::DEFINITIONS)]
    Definitions {
        #[command(flatten)]
        definitions: DefinitionArgs,
        /// markdown for people, json with SQL
        #[arg(long, value_enum, default_value_t = DefinitionFormat::Markdown)]
        format: DefinitionFormat,
    },
    /// The JSON Schema of what a command writes as JSON, for programs that read it
    #[command(before_help = examples::SCHEMA)]
    Schema {
        /// Whose JSON
        #[arg(value_enum, value_name = "COMMAND", default_value_t = Document::Report)]
        of: Document,
        /// The schema of a line of its NDJSON instead
        #[arg(long)]
        line: bool,
    },
    /// A script that completes options and subcommands in a shell
    #[command(before_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// The manual page, or all pages into a folder
    #[command(before_help = examples::MAN)]
    Man {
        /// Folder to write the pages of the program and of every subcommand into
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Print a built-in profile as TOML
    #[command(before_help = examples::PROFILES_SHOW)]
    Show { name: String },
    /// Write a profile for an export nobody has seen, to correct and pass with --profile
    #[command(before_help = examples::PROFILES_NEW)]
    New {
        /// The export
        file: String,
        /// File to write; standard output without it
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// Print a plan to start from, as TOML that explains itself
    #[command(before_help = examples::PLAN_NEW)]
    New {
        #[arg(long, value_name = "NAME", default_value = "balanced", help = templates_help())]
        template: String,
        /// File to write; standard output without it. A file that is there is not overwritten
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// What a plan would do to customers, agents and pay: errors, warnings and advice, each with its reason and what to
    /// change
    ///
    /// With calls behind the plan it is tried on them: what luck alone earns, how much of the money goes to agents below
    /// the median, how many truly reach its levels, and how long a period would have to be.
    ///
    /// Exit codes: 0 no errors; 1 errors that the plan's `allow` does not accept; 2 the plan or the calls cannot be read.
    #[command(before_help = examples::PLAN_CHECK)]
    #[command(mut_arg("files", |files| files.required(false).help(
        "Exports to try the plan on, read as one log: CSV, TSV, text, .gz, .zst, Parquet; globs; - for standard input"
    )))]
    Check {
        /// The plan
        #[arg(value_name = "PLAN.toml")]
        plan: String,
        #[command(flatten)]
        read: Box<ReadArgs>,
        #[command(flatten)]
        trial: TrialArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Every rule of the check with its reason, its source and what to do, as Markdown
    #[command(before_help = examples::PLAN_RULES)]
    Rules,
}

fn templates_help() -> String {
    format!("Which plan:\n{}\n", templates::list())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    Csv,
    Parquet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DefinitionFormat {
    Markdown,
    Json,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// The project file; `callmerit init` writes one
    #[arg(long, value_name = "FILE.toml", default_value = "callmerit.toml")]
    pub config: PathBuf,
    /// The night to make, as in 2026-11-20; without it the one of yesterday, in the project's time zone
    #[arg(long, value_name = "DAY")]
    pub date: Option<String>,
    /// Wait for another run in the same folder instead of giving up
    #[arg(long)]
    pub wait: bool,
    /// Then remove old nights, but those of the newest days; how many is said by --keep or in the project file
    #[arg(long)]
    pub prune: bool,
    /// How many days' nights --prune keeps
    #[arg(long, value_name = "N", requires = "prune")]
    pub keep: Option<u32>,
    /// Threads to use; all cores without it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadArgs {
    /// Exports to read as one log: CSV, TSV, text, .gz, .zst, Parquet; globs; - for standard input
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<String>,
    /// Source profile to use instead of recognising one: a TOML file, or the name of a built-in one
    #[arg(long, value_name = "FILE.toml")]
    pub profile: Option<String>,
    /// Time zone of times that carry none, and of days and hours in results, as in Europe/London
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<String>,
    /// Order of day and month in dates that could be read both ways: dmy or mdy
    #[arg(long, value_name = "ORDER", value_parser = ["dmy", "mdy", "ymd"])]
    pub date_order: Option<String>,
    /// Who the agents are: a CSV with a column agent (as the export names them) and any of name, team, manager, site,
    /// hired, left, aliases
    #[arg(long, value_name = "FILE.csv")]
    pub roster: Option<String>,
    /// What came of contacts in the business: a CSV with the columns contact (its id, as the export has it) and outcome
    /// (yes or no, kept or lost, won or lost and the like)
    #[arg(long, value_name = "FILE.csv")]
    pub outcomes: Option<String>,
    /// First day (or time) of the period, as in 2026-03-01
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Last day of the period, or the time it ends
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// inbound, outbound, internal or all; inbound where the source tells
    #[arg(long, value_name = "DIRECTION", value_parser = ["inbound", "outbound", "internal", "all"])]
    pub direction: Option<String>,
    /// voice, callback, chat, email, message, other or all; voice where the source tells
    #[arg(long, value_name = "CHANNEL", value_parser = ["voice", "callback", "chat", "email", "message", "other", "all"])]
    pub channel: Option<String>,
    /// Exit with 1 if more of the rows than this are rejected, as in 1%
    #[arg(long, value_name = "SHARE")]
    pub max_rejected: Option<String>,
    /// Threads to use; all cores without it
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub struct JudgingArgs {
    /// Judge each week, month or quarter by itself, beside the one before; the whole log without it
    #[arg(long, value_name = "PERIOD", value_parser = ["week", "month", "quarter"])]
    pub period: Option<String>,
    /// The handle-time limit that agents work under, as in 7m or 420s; looked for in the durations without it
    #[arg(long, value_name = "TIME")]
    pub limit: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub struct PlanArgs {
    /// The incentive plan; `callmerit plan new` writes one to start from
    #[arg(long, value_name = "PLAN.toml")]
    pub plan: String,
    /// The period to pay, as in 2026-03, 2026-Q1 or 2026-W10; without it the last one that the files have
    /// at least half of
    #[arg(long = "for", value_name = "PERIOD")]
    pub period: Option<String>,
    /// What people decided: a CSV with agent, period, decision, amount, by, when and why; without it the file
    /// decisions.csv beside the plan, if there is one
    #[arg(long, value_name = "FILE.csv")]
    pub decisions: Option<String>,
    /// Figures from other systems that the plan asks for: a CSV with agent, period and a column for each figure
    #[arg(long, value_name = "FILE.csv")]
    pub figures: Option<String>,
    /// The handle-time limit that agents work under, as in 7m or 420s; looked for in the durations without it
    #[arg(long, value_name = "TIME")]
    pub limit: Option<String>,
    #[command(flatten)]
    pub repeat: RepeatArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Goals")]
pub struct GoalArgs {
    /// The incentive plan, whose measures and periods the goals are for
    #[arg(long, value_name = "PLAN.toml")]
    pub plan: String,
    /// The period that the goals follow from, as in 2026-03, 2026-Q1 or 2026-W10; they are for the next. Without it the last
    /// one that the files have at least half of
    #[arg(long = "for", value_name = "PERIOD")]
    pub period: Option<String>,
    /// The goals that followed from the period before the one of --for, and whether that one reached them
    #[arg(long)]
    pub reached: bool,
    /// Only this agent, named as on scorecards
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,
    /// The handle-time limit that agents work under, as in 7m or 420s; looked for in the durations without it
    #[arg(long, value_name = "TIME")]
    pub limit: Option<String>,
    #[command(flatten)]
    pub repeat: RepeatArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Trial")]
pub struct TrialArgs {
    /// The period to try the plan on, as in 2026-03, 2026-Q1 or 2026-W10; without it the last one that the files have
    /// at least half of
    #[arg(long = "for", value_name = "PERIOD")]
    pub period: Option<String>,
    /// Figures from other systems that the plan asks for: a CSV with agent, period and a column for each figure
    #[arg(long, value_name = "FILE.csv")]
    pub figures: Option<String>,
    /// The handle-time limit that agents work under, as in 7m or 420s; looked for in the durations without it
    #[arg(long, value_name = "TIME")]
    pub limit: Option<String>,
    #[command(flatten)]
    pub repeat: RepeatArgs,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Definitions")]
pub struct RepeatArgs {
    /// A customer who comes back within this time was not helped the first time, as in 7d or 72h [default: 7d]
    #[arg(long, value_name = "TIME")]
    pub fcr_window: Option<String>,
    /// What a repeat shares with the contact before: customer, customer+queue or customer+issue; the issue counts
    /// where the source has one that agents cannot choose
    #[arg(long, value_name = "WHAT", value_parser = ["customer", "customer+queue", "customer+issue"])]
    pub fcr_match: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Definitions")]
pub struct DefinitionArgs {
    /// T: a wait up to this many seconds is in time [default: 20]
    #[arg(long, value_name = "SECONDS")]
    pub sl_seconds: Option<f64>,
    /// How abandoned contacts count in the service level: answered-only, abandons-missed,
    /// abandons-within-threshold-excluded, abandons-within-threshold-met, short-abandons-excluded or
    /// short-abandons-met [default: short-abandons-excluded]
    #[arg(long, value_name = "NAME")]
    pub sl_formula: Option<String>,
    /// S: abandoned within this many seconds is a short abandon [default: 5]
    #[arg(long, value_name = "SECONDS")]
    pub short_abandon: Option<f64>,
    #[command(flatten)]
    pub repeat: RepeatArgs,
    /// Length of an interval for --by interval, as in 15m, 30m or 1h
    #[arg(long, value_name = "TIME", default_value = "30m")]
    pub interval: String,
    /// Show a service level for single agents all the same
    #[arg(long)]
    pub agent_service_level: bool,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Report")]
pub struct ReportArgs {
    /// The incentive plan, for recommendations and goals; `callmerit plan new` writes one to start from
    #[arg(long, value_name = "PLAN.toml")]
    pub plan: Option<String>,
    /// The period that the plan pays, as in 2026-03, 2026-Q1 or 2026-W10; without it the last one that the files have
    /// at least half of
    #[arg(long = "for", value_name = "PERIOD")]
    pub period: Option<String>,
    /// What people decided: a CSV with agent, period, decision, amount, by, when and why; without it the file
    /// decisions.csv beside the plan, if there is one
    #[arg(long, value_name = "FILE.csv")]
    pub decisions: Option<String>,
    /// Figures from other systems that the plan asks for: a CSV with agent, period and a column for each figure
    #[arg(long, value_name = "FILE.csv")]
    pub figures: Option<String>,
    /// The handle-time limit that agents work under, as in 7m or 420s; looked for in the durations without it
    #[arg(long, value_name = "TIME")]
    pub limit: Option<String>,
    #[command(flatten)]
    pub definitions: DefinitionArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct ReportOutputArgs {
    /// Format of the result; without it a summary on a terminal and JSON into a pipe
    #[arg(long, value_enum)]
    pub format: Option<write::Format>,
    /// File to write, its format by its ending: .html for a page to read and .xlsx for a workbook, .json, .ndjson, .md or
    /// .txt for all of it; .csv, .tsv or .parquet for one table, after which the file is named, as in measures.csv. May be
    /// given several times
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Folder for a page for each agent, to be handed to that agent alone: goals, own results beside the others', and with
    /// a plan the statement; index.csv tells whose page is which
    #[arg(long, value_name = "DIR")]
    pub pages: Option<PathBuf>,
    /// Folder for every table as a file of its own
    #[arg(long, value_name = "DIR")]
    pub tables: Option<PathBuf>,
    /// Format of the tables in that folder: csv, tsv, ndjson or parquet
    #[arg(long, value_enum, default_value_t = write::Format::Csv, value_name = "FORMAT", hide_possible_values = true)]
    pub tables_format: write::Format,
    #[command(flatten)]
    pub csv: CsvArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Format of the result; without it a table on a terminal and CSV into a pipe or file
    #[arg(long, value_enum)]
    pub format: Option<write::Format>,
    /// File to write, its format by its ending: .csv .tsv .json .ndjson .md .txt .html .xlsx .parquet
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub csv: CsvArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "CSV and TSV")]
pub struct CsvArgs {
    /// What stands between the cells of CSV: a comma, a semicolon, a bar, or tab
    #[arg(long, value_name = "CHAR", allow_hyphen_values = true)]
    pub delimiter: Option<String>,
    /// Numbers with a decimal comma, as in 0,5; then semicolons stand between cells
    #[arg(long)]
    pub decimal_comma: bool,
    /// Begin with a byte order mark, so that Excel takes the file for UTF-8
    #[arg(long)]
    pub bom: bool,
    /// Write texts that a spreadsheet would take for formulas as they are, without an apostrophe before them
    #[arg(long)]
    pub raw_text: bool,
}
