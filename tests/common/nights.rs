//! A project of a made-up call centre, with a month of exports, one a day.

use crate::centre::{COLUMNS, Centre, MONTH, name};
use crate::common::{folder, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// A folder with `callmerit.toml`, `exports/`, `roster.csv` and the balanced plan, judged month by month.
pub struct Project {
    folder: tempfile::TempDir,
}

/// The exports by day: the same month for all tests.
fn exports() -> &'static BTreeMap<String, String> {
    static EXPORTS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    EXPORTS.get_or_init(|| {
        let csv = Centre::of(7, MONTH, 60).csv(&[]);
        let (header, rows) = csv.split_once('\n').expect("a header");
        assert!(header.split(',').eq(COLUMNS));
        let mut days: BTreeMap<String, String> = BTreeMap::new();
        for row in rows.lines() {
            let day = row.split(',').nth(1).expect("a time")[..10].to_string();
            let file = days.entry(day).or_insert_with(|| format!("{header}\n"));
            file.push_str(row);
            file.push('\n');
        }
        days
    })
}

impl Project {
    /// With some keys, in this order, instead of the usual ones.
    pub fn of(keys: &[(&str, &str)]) -> Project {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("exports")).expect("a folder");
        for (day, csv) in exports() {
            fs::write(path(&format!("exports/calls-{day}.csv")), csv).expect("an export");
        }
        let agents: Vec<String> = (0..40).map(|i| format!("{},{}\n", name(i), ["Alder", "Birch"][i % 2])).collect();
        fs::write(path("roster.csv"), format!("agent,team\n{}", agents.concat())).expect("a roster");
        let usual = [
            ("inputs", r#"["exports/calls-*.csv"]"#),
            ("to", "\"{yesterday}\""),
            ("zone", "\"UTC\""),
            ("outputs", r#"["scorecards.csv", "days.csv", "queues.csv", "report.json"]"#),
            ("out", "\"out\""),
            ("max_rejected", "\"1%\""),
            ("roster", "\"roster.csv\""),
        ];
        let mut all: Vec<(String, String)> = usual.map(|(key, value)| (key.to_string(), value.to_string())).into();
        for (key, value) in keys {
            match all.iter_mut().find(|(known, _)| known == key) {
                Some(known) => known.1 = value.to_string(),
                None => all.push((key.to_string(), value.to_string())),
            }
        }
        let text: String = all.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        fs::write(path("callmerit.toml"), text).expect("a project file");
        Project { folder }
    }

    /// A night of a project like this one, but for the keys that were given.
    pub fn usual_night(&self, date: &str) -> Output {
        fs::write(self.path("usual.toml"), read(&Project::of(&[]).path("callmerit.toml"))).expect("a project file");
        self.run(&["run", "--config", "usual.toml", "--date", date])
    }

    /// With the balanced plan, paid month by month, and a decision.
    pub fn with_plan() -> Project {
        let outputs = r#"["scorecards.csv", "days.csv", "queues.csv", "report.json", "recommendations.csv", "team.xlsx", "team.html", "measures.parquet"]"#;
        let project = Project::of(&[("plan", "\"plan.toml\""), ("outputs", outputs), ("period", "\"{month}\"")]);
        fs::copy(root().join("examples/plans/balanced.toml"), project.path("plan.toml")).expect("a plan");
        project.change("plan.toml", "pooled = 3", "pooled = 1");
        // Of a few weeks nobody is sure, and the tests want somebody to be paid.
        project.change("plan.toml", "rule = \"lower-bound\"", "rule = \"best-guess\"");
        project.change("plan.toml", "certainty = 0.8", "");
        let decisions =
            "agent,period,decision,amount,by,when,why\nAda Almond,2026-06,approve,0.00,Iris Vant,2026-06-19,\n";
        fs::write(project.path("decisions.csv"), decisions).expect("decisions");
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces what must be there.
    pub fn change(&self, file: &str, from: &str, to: &str) {
        let text = read(&self.path(file));
        assert!(text.contains(from), "{from} in {file}");
        fs::write(self.path(file), text.replacen(from, to, 1)).expect("a file");
    }

    pub fn run(&self, args: &[&str]) -> Output {
        run_in(self.folder.path(), args)
    }

    pub fn night(&self, date: &str, args: &[&str]) -> Output {
        self.run(&[&["run", "--date", date], args].concat())
    }

    pub fn manifest(&self, night: &str) -> Value {
        serde_json::from_str(&read(&self.path("out").join(night).join("manifest.json"))).expect("a manifest")
    }
}

pub fn run_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callmerit")).current_dir(folder).args(args).output().expect("the program starts")
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Standard error of a run that must end with a code.
pub fn said(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
    stderr(output)
}

/// Every file below a folder with its bytes, and links with their targets.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name == ".callmerit.lock" {
            continue; // it says which process was the last
        }
        if let Ok(target) = fs::read_link(&path) {
            all.insert(name, target.to_string_lossy().into_owned().into_bytes());
        } else if path.is_dir() {
            all.extend(tree(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            all.insert(name, fs::read(&path).expect("a file"));
        }
    }
    all
}
