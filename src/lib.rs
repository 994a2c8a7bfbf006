//! callmerit: honest metrics and scorecards from exported call logs.
//!
//! ```text
//! files --read--> CallLog (+ Intake) --contacts--> FollowUp --metrics--> Facts ----------------+
//!                      |                              |                                       |
//!                      +---------strata--> Tally <----+ --signals--> Signals                  v
//!                                            +-----------judge-----> Judgement --scorecards--> Scorecards
//!                                       Plan + Scorecards --incentives--> Recommendations <-- decisions of people
//! everything above --> report (one Report, plain tables) --write--> page, workbook, json, csv, parquet, screen
//!                                      a project file --nightly--> a folder with all of that, whole or not at all
//! ```
//!
//! Each stage is a module; data flows in this direction only. docs/architecture.md tells more.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod call_log;
pub mod cli;
pub mod contacts;
pub mod decisions;
pub mod explain;
pub mod export;
pub mod figures;
pub mod findings;
pub mod goals;
pub mod incentives;
pub mod intake;
pub mod judge;
pub mod log;
pub mod metrics;
pub mod money;
pub mod names;
pub mod nightly;
pub mod outcomes;
pub mod overview;
pub mod plan;
pub mod read;
pub mod report;
pub mod roster;
pub mod run;
pub mod schema;
pub mod scorecards;
pub mod sheet;
pub mod signals;
pub mod stats;
pub mod strata;
pub mod trial;
pub mod write;
