//! What stands first in every help: commands that do something useful. Each is run by a test.

pub const PROGRAM: &str = "\
Examples:
  # compare each agent fairly with the others
  callmerit scorecard calls.csv
  # service level, handle time and more by hour of the day
  callmerit metrics calls.csv --by hour
  # how the file was understood, and what was left out and why
  callmerit check calls.csv
  # what an incentive plan recommends to pay
  callmerit incentives calls.csv --plan plan.toml";

pub const SCORECARD: &str = "\
Examples:
  # every agent: score, tier, rank, and each measure beside what was expected
  callmerit scorecard calls.csv
  # month by month, each beside the one before, with a goal
  callmerit scorecard calls.csv --period month
  # teams, as a roster names them, for a spreadsheet
  callmerit scorecard calls.csv --roster roster.csv --by team -o teams.csv";

pub const SIGNALS: &str = "\
Examples:
  # what stands out, what else could explain it, and what to look at
  callmerit signals calls.csv
  # the calls themselves, so that somebody can listen
  callmerit signals calls.csv --contacts -o calls-to-hear.csv";

pub const INCENTIVES: &str = "\
Examples:
  # who is paid what for March, and why
  callmerit incentives calls.csv --plan plan.toml --for 2026-03
  # what a league table of raw figures would pay instead
  callmerit incentives calls.csv --plan plan.toml --compare naive
  # a form for those who decide
  callmerit incentives calls.csv --plan plan.toml --decisions-form decisions.csv";

pub const GOALS: &str = "\
Examples:
  # what every agent is to aim for in the next period
  callmerit goals calls.csv --plan plan.toml
  # who reached the goals that were set for April
  callmerit goals calls.csv --plan plan.toml --for 2026-04 --reached";

pub const EXPLAIN: &str = "\
Examples:
  # every step from an agent's calls to the amount
  callmerit explain calls.csv --plan plan.toml --agent \"Okafor, Ada\"
  # the same as a page for her
  callmerit explain calls.csv --plan plan.toml --agent \"Okafor, Ada\" -o ada.md";

pub const REPORT: &str = "\
Examples:
  # what to look at first, the figures, and who stands where
  callmerit report calls.csv --format table
  # everything, with what a plan recommends, as a page, a workbook and for programs
  callmerit report calls.csv --plan plan.toml -o report.html -o team.xlsx -o report.json
  # a page for each agent, to be handed to that agent alone
  callmerit report calls.csv --plan plan.toml --pages pages
  # every table as a file of its own
  callmerit report calls.csv --tables tables";

pub const INIT: &str = "\
Examples:
  # a project file for last night's export
  callmerit init calls.csv
  # the same with a time zone, under another name
  callmerit init calls.csv --tz Europe/London -o london.toml";

pub const RUN: &str = "\
Examples:
  # what a project file says, for the night of yesterday; every night the same line
  callmerit init calls.csv && callmerit run
  # one night by its date, made again or for the first time
  callmerit run --date 2026-04-11";

pub const VERIFY: &str = "\
Examples:
  # make a night
  callmerit init calls.csv && callmerit run
  # whether it is what it was, byte by byte, and comes out the same again
  callmerit verify out/latest";

pub const METRICS: &str = "\
Examples:
  # the whole log in one list
  callmerit metrics calls.csv
  # by queue and hour of the day, for a spreadsheet
  callmerit metrics calls.csv --by queue,hour -o hours.csv
  # one week, day by day, with a service level of 30 seconds
  callmerit metrics calls.csv --by day --from 2026-03-02 --to 2026-03-08 --sl-seconds 30
  # in a nightly job: exit with 1 if more than 1 % of the rows cannot be used
  callmerit metrics calls.csv --by queue --max-rejected 1% -o queues.json";

pub const CHECK: &str = "\
Examples:
  # which column was taken for what, what became of every row, and what is odd
  callmerit check calls.csv
  # several files at once, and whether the roster fits them
  callmerit check calls*.csv --roster roster.csv";

pub const PROFILES: &str = "\
Examples:
  # the systems whose exports are known
  callmerit profiles
  # write down how an unknown export was understood, correct it, and use it
  callmerit profiles new calls.csv -o profile.toml
  callmerit check calls.csv --profile profile.toml";

pub const PROFILES_SHOW: &str = "\
Examples:
  # a built-in profile, to change where yours differs
  callmerit profiles show genesys-cloud > ours.toml";

pub const PROFILES_NEW: &str = "\
Examples:
  # how an unknown export was understood, to be corrected and passed with --profile
  callmerit profiles new calls.csv -o profile.toml";

pub const PLAN: &str = "\
Examples:
  # a plan to start from, which explains itself
  callmerit plan new --template recognition -o our-plan.toml
  # what it would do to customers, agents and pay
  callmerit plan check plan.toml
  # the same, tried on calls
  callmerit plan check plan.toml calls.csv";

pub const PLAN_NEW: &str = "\
Examples:
  # a plan to start from, which explains itself
  callmerit plan new -o our-plan.toml
  # the best beginning: no money
  callmerit plan new --template recognition -o recognition.toml";

pub const PLAN_CHECK: &str = "\
Examples:
  # errors, warnings and advice, each with what to change
  callmerit plan check plan.toml
  # tried on calls: what luck alone earns, and how long a period would have to be
  callmerit plan check plan.toml calls.csv --for 2026-03";

pub const PLAN_RULES: &str = "\
Examples:
  # all that is looked for in a plan, as a page
  callmerit plan rules > plan-rules.md";

pub const EXPORT: &str = "\
Examples:
  # one row for each agent's part in a call, for SQL
  callmerit export calls.csv -o understood.parquet
  # a look at the first rows
  callmerit export calls.csv -q | head -n 5";

pub const DEFINITIONS: &str = "\
Examples:
  # what every number means, as a page
  callmerit definitions > definitions.md
  # the same with SQL, for programs
  callmerit definitions --format json";

pub const COMPLETIONS: &str = "\
Examples:
  # bash: for this user, from the next shell on
  mkdir -p ~/.local/share/bash-completion/completions
  callmerit completions bash > ~/.local/share/bash-completion/completions/callmerit
  # fish
  mkdir -p ~/.config/fish/completions
  callmerit completions fish > ~/.config/fish/completions/callmerit.fish
  # zsh: into a folder of its $fpath
  callmerit completions zsh > _callmerit";

pub const MAN: &str = "\
Examples:
  # read the page of the program
  callmerit man > callmerit.1
  # install all pages for this user
  mkdir -p ~/.local/share/man/man1
  callmerit man --out ~/.local/share/man/man1";

/// Behind the options of every command that reads calls.
pub const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 done, and the result is written, but a limit that was asked for (--max-rejected) was passed, or a plan \
has errors; 2 could not, nothing is written, and the last line on standard error says what to do.";

pub const SCHEMA: &str = "\
Examples:
  # what `callmerit report --format json` writes, for a program that checks what it reads
  callmerit schema report > report.schema.json
  # a line of its NDJSON
  callmerit schema report --line";
