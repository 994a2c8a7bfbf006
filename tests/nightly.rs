//! Nights as a user has them: the same bytes again, late data, what was changed. Runs that are killed are in
//! `tests/killed.rs`.

#[allow(dead_code)] // not every test program needs every helper
#[path = "common/centre.rs"]
mod centre;
mod common;
#[allow(dead_code)]
#[path = "common/nights.rs"]
mod nights;

use common::{folder, root, text};
use nights::{Project, read, said, stderr, stdout, tree};
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn the_same_night_again_writes_nothing_and_threads_change_no_byte() {
    let one = Project::with_plan();
    assert!(said(&one.night("2026-06-20", &["--threads", "1"]), 0).contains("out/2026-06-20: written, "));
    let before = tree(&one.path("out"));
    for threads in ["1", "3"] {
        let again = said(&one.night("2026-06-20", &["--threads", threads]), 0);
        assert!(again.contains("out/2026-06-20: there already with the same bytes, nothing written"), "{again}");
        assert_eq!(tree(&one.path("out")), before);
    }
    let many = Project::with_plan();
    said(&many.night("2026-06-20", &["--threads", "4"]), 0);
    assert_eq!(tree(&many.path("out/2026-06-20")), tree(&one.path("out/2026-06-20")));
    assert_eq!(fs::read_link(one.path("out/latest")).expect("a link"), Path::new("2026-06-20"));
}

#[test]
fn a_night_says_how_it_came_about() {
    let project = Project::with_plan();
    said(&project.night("2026-06-20", &[]), 0);
    let manifest = project.manifest("2026-06-20");
    assert_eq!(manifest["callmerit"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&manifest["date"], &manifest["exit"]), (&"2026-06-20".into(), &0.into()));
    let inputs = manifest["inputs"].as_array().expect("inputs");
    let roles: Vec<&str> = inputs.iter().map(|i| i["role"].as_str().expect("a role")).collect();
    assert_eq!(roles[..3], ["calls"; 3]);
    assert_eq!(
        roles.iter().skip_while(|r| **r == "calls").collect::<Vec<_>>(),
        [&"project", &"roster", &"plan", &"decisions"]
    );
    for input in inputs {
        let bytes = fs::read(project.path(input["path"].as_str().expect("a path"))).expect("an input");
        assert_eq!(input["sha256"], callmerit::nightly::inputs::sha256(&bytes));
        assert_eq!(input["bytes"], bytes.len());
        if let Some(copy) = input["copy"].as_str() {
            assert_eq!(fs::read(project.path("out/2026-06-20").join(copy)).expect("a copy"), bytes);
        }
    }
    let rows: u64 = inputs.iter().filter_map(|input| input["rows"].as_u64()).sum();
    assert_eq!(manifest["counts"]["rows"], rows);
    assert!(rows > 500, "{rows}");
    // What late calls change about decided money is told without being asked for.
    let names: Vec<&str> =
        manifest["outputs"].as_array().expect("outputs").iter().filter_map(|o| o["file"].as_str()).collect();
    assert!(names.contains(&"adjustments.csv") && names.contains(&"key-figures.csv"), "{names:?}");
}

#[test]
fn days_are_those_of_the_night() {
    let project = Project::of(&[("inputs", r#"["exports/calls-{day-4..yesterday}.csv"]"#)]);
    said(&project.night("2026-06-20", &[]), 0);
    let manifest = project.manifest("2026-06-20");
    let first = manifest["inputs"][0]["path"].as_str().expect("a path").to_string();
    assert_eq!(first, "exports/calls-2026-06-16.csv");
    // The last day's export must be there.
    fs::remove_file(project.path("exports/calls-2026-06-21.csv")).expect("an export");
    let told = said(&project.night("2026-06-21", &[]), 2);
    assert!(
        told.contains(
            "`callmerit.toml`, line 1, `inputs[1]`: the export of the last day, `exports/calls-2026-06-21.csv`"
        ),
        "{told}"
    );
    assert!(!project.path("out/2026-06-21").exists());
}

#[test]
fn late_data_are_restated_beside_the_night_with_what_moved() {
    let project = Project::with_plan();
    let late = fs::read_to_string(project.path("exports/calls-2026-06-19.csv")).expect("an export");
    let (head, half) = (late.lines().next().expect("a header"), late.lines().count() / 2);
    let early: Vec<&str> = late.lines().take(half).collect();
    fs::write(project.path("exports/calls-2026-06-19.csv"), early.join("\n")).expect("an export");
    said(&project.night("2026-06-20", &[]), 0);
    let before = tree(&project.path("out/2026-06-20"));
    fs::write(project.path("exports/calls-2026-06-19.csv"), &late).expect("an export");
    assert!(late.starts_with(head));
    let told = said(&project.night("2026-06-20", &[]), 0);
    assert!(
        told.contains(
            "out/2026-06-20.2: written beside 2026-06-20, which stays: `exports/calls-2026-06-19.csv` changed; "
        ),
        "{told}"
    );
    assert_eq!(tree(&project.path("out/2026-06-20")), before);
    assert_eq!(fs::read_link(project.path("out/latest")).expect("a link"), Path::new("2026-06-20.2"));
    let manifest = project.manifest("2026-06-20.2");
    assert_eq!(manifest["restates"]["night"], "2026-06-20");
    assert_eq!(manifest["restates"]["inputs"], serde_json::json!(["exports/calls-2026-06-19.csv"]));
    let moved = read(&project.path("out/2026-06-20.2/restatement.csv"));
    let rows = moved.lines().find(|line| line.starts_with("rows,,")).expect("the rows moved");
    let numbers: Vec<i64> = rows.split(',').skip(2).map(|n| n.parse().expect("a number")).collect();
    assert_eq!(numbers[1] - numbers[0], numbers[2]);
    assert_eq!(numbers[2], (late.lines().count() - half) as i64);
    assert!(moved.lines().any(|line| line.starts_with("amount 2026-06,")), "{moved}");
    // Both verify, and running once more changes nothing.
    said(&project.run(&["verify", "out/2026-06-20.2"]), 0);
    assert_eq!(said(&project.run(&["verify", "out/2026-06-20", "-q"]), 1).lines().count(), 1);
    assert!(said(&project.night("2026-06-20", &[]), 0).contains("out/2026-06-20.2: there already"));
}

#[test]
fn late_calls_adjust_what_was_decided_with_a_date() {
    let project = Project::with_plan();
    let late = project.path("exports/calls-2026-06-12.csv");
    let all = read(&late);
    let half: Vec<&str> = all.lines().take(all.lines().count() / 2).collect();
    fs::write(&late, half.join("\n")).expect("an export");
    said(&project.night("2026-06-30", &[]), 0);
    // Everybody's recommendation is approved.
    let mut decisions = "agent,period,recommended,decision,amount,by,when,why\n".to_string();
    let recommended = read(&project.path("out/2026-06-30/recommendations.csv"));
    for row in recommended.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        decisions += &format!("{},2026-06,{1},approve,{1},Iris Vant,2026-07-01,\n", cells[0], cells[2]);
    }
    fs::write(project.path("decisions.csv"), decisions).expect("decisions");
    fs::write(&late, all).expect("an export");
    said(&project.night("2026-06-30", &[]), 0);
    let adjustments = read(&project.path("out/2026-06-30.2/adjustments.csv"));
    let rows: Vec<Vec<&str>> = adjustments.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(
        rows[0],
        ["agent", "period", "decided_amount", "recommended_then", "recommended_now", "difference", "as_of"]
    );
    assert!(rows.len() > 1, "{adjustments}");
    let cents = |text: &str| text.replace('.', "").parse::<i64>().expect("an amount");
    for row in &rows[1..] {
        assert_eq!((row[1], row[6]), ("2026-06", "2026-06-30"), "{row:?}");
        assert_eq!(cents(row[4]) - cents(row[3]), cents(row[5]), "{row:?}");
    }
    let moved = read(&project.path("out/2026-06-30.2/restatement.csv"));
    assert!(moved.contains(&format!("adjustment 2026-06,{},,{},", rows[1][0], rows[1][5])), "{moved}");
    said(&project.run(&["verify", "out/latest"]), 0);
}

#[test]
fn a_change_of_the_plan_is_a_restatement_and_one_without_effect_is_told() {
    let project = Project::with_plan();
    said(&project.night("2026-06-20", &[]), 0);
    project.change("plan.toml", "bonus = \"300.00\"", "bonus = \"350.00\"");
    let told = said(&project.night("2026-06-20", &[]), 0);
    assert!(told.contains("out/2026-06-20.2: written beside 2026-06-20, which stays: `plan.toml` changed"), "{told}");
    project.change("plan.toml", "# What counts, and how much.", "# What counts, how much.");
    let told = said(&project.night("2026-06-20", &[]), 0);
    assert!(
        told.contains(
            "out/2026-06-20.2: there already with the same bytes, nothing written, although `plan.toml` changed"
        ),
        "{told}"
    );
    assert!(!project.path("out/2026-06-20.3").exists());
}

#[test]
fn old_nights_are_removed_only_when_told_and_nothing_else_is() {
    let project = Project::of(&[("keep", "2")]);
    for date in ["2026-06-18", "2026-06-19", "2026-06-20"] {
        said(&project.night(date, &[]), 0);
    }
    fs::create_dir(project.path("out/2026-06-01")).expect("a folder");
    fs::write(project.path("out/2026-06-01/mine.txt"), "mine").expect("a file");
    fs::write(project.path("out/2026-06-18/note.txt"), "mine").expect("a file");
    assert!(project.path("out/2026-06-18/manifest.json").exists());
    let told = said(&project.night("2026-06-21", &["--prune"]), 0);
    assert!(told.contains("removed old nights: 2026-06-19"), "{told}");
    assert!(
        told.contains("`out/2026-06-18` is kept, since it is not as it was written: `note.txt` was put there"),
        "{told}"
    );
    let mut left: Vec<String> =
        tree(&project.path("out")).into_keys().filter_map(|k| Some(k.split_once('/')?.0.to_string())).collect();
    left.dedup();
    assert_eq!(left, ["2026-06-01", "2026-06-18", "2026-06-20", "2026-06-21"]);
    // The newest stays, whatever is asked for.
    fs::remove_file(project.path("out/2026-06-18/note.txt")).expect("a file");
    said(&project.night("2026-06-21", &["--prune", "--keep", "1"]), 0);
    assert!(project.path("out/2026-06-21").exists() && !project.path("out/2026-06-20").exists());
    assert!(said(&Project::of(&[]).night("2026-06-21", &["--prune"]), 2).contains("how many days' nights stay"));
}

#[test]
#[cfg(unix)]
fn what_names_people_or_money_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::with_plan();
    let command = format!("umask 022; exec {} run --date 2026-06-20 -q", env!("CARGO_BIN_EXE_callmerit"));
    let status = std::process::Command::new("sh").current_dir(project.path("")).args(["-c", &command]).status();
    assert!(status.expect("a shell").success());
    let night = project.path("out/2026-06-20");
    let public = ["days.csv", "queues.csv"];
    let mut seen = 0;
    for (name, _) in tree(&night) {
        let mode = fs::metadata(night.join(&name)).expect("a file").permissions().mode() & 0o777;
        let is_public = public.contains(&name.as_str());
        assert_eq!(mode, if is_public { 0o644 } else { 0o600 }, "{name}");
        seen += usize::from(is_public);
        if is_public {
            let text = read(&night.join(&name));
            assert!(!text.contains("Almond") && !text.contains("agent"), "{name} names people");
        }
    }
    assert_eq!(seen, public.len());
}

#[test]
fn verification_finds_what_was_changed() {
    let project = Project::with_plan();
    said(&project.night("2026-06-20", &[]), 0);
    let verify = |code: i32, folder: &str| {
        let output = project.run(&["verify", folder]);
        said(&output, code);
        stdout(&output) + &stderr(&output)
    };
    assert!(verify(0, "out/latest").contains("out/latest: every byte agrees"));
    let night = project.path("out/2026-06-20");
    // The text of a file as it becomes; `None` if it goes away.
    type Change<'a> = &'a dyn Fn(&str) -> Option<String>;
    let changes: [(&str, Change, &str); 6] = [
        (
            "out/2026-06-20/scorecards.csv",
            &|t| Some(t.replacen(",", ";", 1)),
            "`scorecards.csv` has been changed since it was written",
        ),
        ("out/2026-06-20/days.csv", &|_| None, "`days.csv` is missing"),
        (
            "out/2026-06-20/inputs/plan.toml",
            &|t| Some(t.replace("300.00", "900.00")),
            "`inputs/plan.toml` has been changed",
        ),
        (
            "out/2026-06-20/manifest.json",
            &|t| Some(t.replacen("\"exit\": 0", "\"exit\":  0", 1)),
            "`manifest.json` has been changed",
        ),
        (
            "exports/calls-2026-06-10.csv",
            &|t| Some(t.replacen("answered", "abandoned", 1)),
            "calls `exports/calls-2026-06-10.csv` has been changed",
        ),
        ("roster.csv", &|_| None, "roster `roster.csv` is not there any more"),
    ];
    for (file, change, expected) in changes {
        let before = read(&project.path(file));
        match change(&before) {
            Some(after) => fs::write(project.path(file), after).expect("a file"),
            None => fs::remove_file(project.path(file)).expect("a file"),
        }
        let told = verify(1, "out/2026-06-20");
        assert!(told.contains(expected), "{file}: {told}");
        fs::write(project.path(file), before).expect("a file");
        verify(0, "out/2026-06-20");
    }
    // The line of a plan, and the night itself is whole.
    project.change("plan.toml", "bonus = \"300.00\"", "bonus = \"350.00\"");
    let line = 1 + read(&project.path("plan.toml")).lines().position(|l| l.starts_with("bonus")).expect("a line");
    let told = verify(1, "out/2026-06-20");
    assert!(
        told.contains(&format!("plan `plan.toml`, line {line} was bonus = \"300.00\", and is bonus = \"350.00\"")),
        "{told}"
    );
    assert!(told.contains("the night is as it was written, and comes out the same"), "{told}");
    project.change("plan.toml", "bonus = \"350.00\"", "bonus = \"300.00\"");
    // Names and amounts are told by their lines alone.
    project.change("roster.csv", "Ada Almond,Alder", "Ada Almond,Birch");
    let told = verify(1, "out/2026-06-20");
    assert!(told.contains("roster `roster.csv`, line 2 is another\n") && !told.contains("Almond"), "{told}");
    project.change("roster.csv", "Ada Almond,Birch", "Ada Almond,Alder");
    // Whoever changes an output and its hash in the manifest is found by the computation.
    let (file, manifest) = (night.join("scorecards.csv"), night.join("manifest.json"));
    let sha256 = |text: &str| callmerit::nightly::inputs::sha256(text.as_bytes());
    let (scores, says) = (read(&file), read(&manifest));
    let better = scores.replacen(",0.", ",0.9", 1);
    assert_ne!(scores, better);
    fs::write(&file, &better).expect("a file");
    fs::write(&manifest, says.replace(&sha256(&scores), &sha256(&better))).expect("a file");
    let told = verify(1, "out/2026-06-20");
    assert!(told.contains("`scorecards.csv` comes out otherwise when it is computed again"), "{told}");
    fs::write(&file, &scores).expect("a file");
    // Another version, which comes to the same bytes here.
    fs::write(
        &manifest,
        says.replace(&format!("\"callmerit\": \"{}\"", env!("CARGO_PKG_VERSION")), "\"callmerit\": \"0.0.9\""),
    )
    .expect("a file");
    let told = verify(0, "out/2026-06-20");
    assert!(told.contains("it was written by callmerit 0.0.9, and this is "), "{told}");
    fs::write(&manifest, says).expect("a file");
    // Something foreign, and no night at all.
    fs::write(night.join("x.txt"), "").expect("a file");
    assert!(verify(1, "out/2026-06-20").contains("`x.txt` was put there by somebody else"));
    assert!(verify(2, "exports").contains("`exports` is no night: it has no manifest.json"));
    assert!(verify(2, "out/2026-06-19").contains("there is no folder `out/2026-06-19`"));
}

#[test]
fn a_night_can_be_computed_again_after_everything_that_people_wrote_has_changed() {
    let project = Project::with_plan();
    said(&project.night("2026-06-20", &[]), 0);
    fs::write(project.path("plan.toml"), "no plan").expect("a file");
    fs::remove_file(project.path("roster.csv")).expect("a file");
    fs::write(project.path("callmerit.toml"), "").expect("a file");
    let output = project.run(&["verify", "out/2026-06-20"]);
    assert!(said(&output, 1).contains("comes out the same from the files it was made from"), "{}", stderr(&output));
    assert!(!stdout(&output).contains("computed again"), "{}", stdout(&output));
}

#[test]
fn the_project_lies_anywhere_and_so_do_its_files() {
    let top = folder();
    let inner = Project::of(&[
        ("inputs", r#"["../exports [new]/calls-????-??-??.csv"]"#),
        ("roster", r#""../the roster.csv""#),
        ("out", r#""nights/all""#),
    ]);
    let place = top.path().join("it's \"mine\" {x}\n$(ö)");
    fs::create_dir(&place).expect("a folder");
    fs::rename(inner.path("exports"), place.join("exports [new]")).expect("exports");
    fs::rename(inner.path("roster.csv"), place.join("the roster.csv")).expect("a roster");
    fs::create_dir(place.join("project")).expect("a folder");
    fs::copy(inner.path("callmerit.toml"), place.join("project/callmerit.toml")).expect("a project");
    let config = place.join("project/callmerit.toml");
    // From elsewhere, the globs being of the project's folder. What has a bracket is a pattern unless it is a file.
    let out = common::run(&["run", "--config", text(&config), "--date", "2026-06-20"]);
    let told = said(&out, 2);
    assert!(told.contains("no file matches `../exports [new]/calls-????-??-??.csv`"), "{told}");
    let project = read(&config).replace("[new]", "[[]new[]]");
    fs::write(&config, project).expect("a project");
    said(&common::run(&["run", "--config", text(&config), "--date", "2026-06-20"]), 0);
    let night = place.join("project/nights/all/2026-06-20");
    said(&common::run(&["verify", text(&night)]), 0);
    said(&common::run(&["verify", text(&place.join("project/nights/all/latest")), "--config", text(&config)]), 0);
}

#[test]
fn what_cannot_be_done_writes_no_night_and_says_what_to_do() {
    type Keys<'a> = &'a [(&'a str, &'a str)];
    let cases: [(Keys, &str, &str); 9] = [
        (
            &[("outputs", r#"["days.csv", "goals.csv"]"#)],
            "",
            "line 4, `outputs[2]`: `goals.csv` is about a plan, and there is none",
        ),
        (
            &[("inputs", r#"["exports/calls-{yesterday:%Y%m%d}.csv"]"#)],
            "",
            "line 1, `inputs[1]`: no file matches `exports/calls-20260620.csv`",
        ),
        (&[("inputs", r#"["exports/*.csv", "out/*.csv"]"#)], "", "line 1, `inputs[2]`: no file matches `out/*.csv`"),
        (&[], "exports/calls-2026-06-09.csv", "`exports/calls-2026-06-09.csv` is empty"),
        (&[("max_rejected", "\"0%\"")], "exports/broken.csv", "rows were rejected"),
        (&[("plan", "\"plan.toml\"")], "plan.toml", "the plan `plan.toml` has"),
        (&[("roster", "\"nobody.csv\"")], "", "`callmerit.toml`, line 7, `roster`: there is no file `nobody.csv`"),
        (
            &[("outputs", r#"["page.pdf"]"#)],
            "",
            "line 4: `outputs[1]` is `page.pdf`: the ending of `page.pdf` names no format",
        ),
        (
            &[("outputs", r#"["team.csv"]"#)],
            "",
            "`outputs[1]` is `team.csv`: it holds one table, and is to be named after it",
        ),
    ];
    for (keys, file, expected) in cases {
        let project = Project::of(keys);
        said(&project.usual_night("2026-06-19"), 0);
        let before = tree(&project.path("out"));
        match file {
            "" => {}
            "exports/broken.csv" => {
                let rows = read(&project.path("exports/calls-2026-06-09.csv"));
                fs::write(project.path("exports/calls-2026-06-09.csv"), rows.replace("2026-06-09 1", "noon"))
                    .expect("a file");
            }
            file => fs::write(project.path(file), "").expect("a file"),
        }
        let told = said(&project.night("2026-06-20", &[]), 2);
        assert!(told.contains(expected), "{expected}\n---\n{told}");
        let last = told.lines().last().expect("a line");
        assert!(last.contains("no night of 2026-06-20 was written, and earlier ones are as they were"), "{last}");
        assert!(last.ends_with("run `callmerit run --date 2026-06-20`"), "{last}");
        assert_eq!(tree(&project.path("out")), before);
    }
}

#[test]
fn a_file_that_is_still_being_written_makes_no_night() {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};
    let project = Project::of(&[]);
    let (path, done) = (project.path("exports/calls-2026-06-20.csv"), AtomicBool::new(false));
    let row = read(&path).lines().nth(1).expect("a row").to_string();
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::OpenOptions::new().append(true).open(&path).expect("an export");
            while !done.load(Ordering::Relaxed) {
                writeln!(file, "{row}").expect("a row");
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        });
        let output = project.night("2026-06-20", &[]);
        done.store(true, Ordering::Relaxed);
        output
    });
    let told = said(&output, 2);
    assert!(told.contains("`exports/calls-2026-06-20.csv` changed while it was read"), "{told}");
    assert!(!project.path("out/2026-06-20").exists());
    said(&project.night("2026-06-20", &[]), 0);
}

#[test]
fn a_plan_with_errors_is_told_every_night() {
    let project = Project::with_plan();
    fs::copy(root().join("examples/plans/pay-for-speed.toml"), project.path("plan.toml")).expect("a plan");
    for _ in 0..2 {
        let told = said(&project.night("2026-06-20", &[]), 1);
        assert!(told.contains("`callmerit plan check plan.toml` tells them"), "{told}");
    }
    assert_eq!(project.manifest("2026-06-20")["exit"], 1);
    let quietly = said(&project.night("2026-06-20", &["-q"]), 1);
    assert_eq!(quietly.lines().count(), 2, "{quietly}");
}

#[test]
fn something_else_in_the_place_of_a_night_is_left_alone() {
    let project = Project::of(&[]);
    fs::create_dir_all(project.path("out/2026-06-20")).expect("a folder");
    let told = said(&project.night("2026-06-20", &[]), 2);
    assert!(told.contains("`out/2026-06-20` is there and is no night that this program wrote; move it away"), "{told}");
    // A night that somebody changed is neither trusted nor touched.
    fs::remove_dir(project.path("out/2026-06-20")).expect("a folder");
    said(&project.night("2026-06-20", &[]), 0);
    fs::write(project.path("out/2026-06-20/days.csv"), "mine").expect("a file");
    let told = said(&project.night("2026-06-20", &[]), 2);
    assert!(told.contains("`out/2026-06-20` is not as it was written: `days.csv` has been changed"), "{told}");
    assert_eq!(read(&project.path("out/2026-06-20/days.csv")), "mine");
}

#[test]
fn two_projects_do_not_share_a_folder() {
    let project = Project::of(&[]);
    said(&project.usual_night("2026-06-20"), 0);
    let told = said(&project.night("2026-06-20", &[]), 2);
    assert!(told.contains("`out/2026-06-20` is a night of another project file, `usual.toml`"), "{told}");
    assert!(!project.path("out/2026-06-20.2").exists());
}

#[test]
fn what_fails_behind_a_night_does_not_deny_it() {
    let project = Project::of(&[]);
    fs::create_dir_all(project.path("out/latest")).expect("a folder");
    let told = said(&project.night("2026-06-20", &[]), 2);
    assert!(told.contains("`out/latest` is a folder, where the newest night is to be told; move it away"), "{told}");
    assert!(told.contains("out/2026-06-20: written, ") && !told.contains("no night"), "{told}");
    fs::remove_dir(project.path("out/latest")).expect("a folder");
    said(&project.night("2026-06-20", &[]), 0);
    assert_eq!(fs::read_link(project.path("out/latest")).expect("a link"), Path::new("2026-06-20"));
}

#[test]
fn every_table_can_be_an_output() {
    let names: Vec<String> = callmerit::report::TABLES.iter().map(|name| format!("\"{name}.csv\"")).collect();
    let project = Project::with_plan();
    let listed = read(&project.path("callmerit.toml"));
    let outputs = listed.lines().find(|line| line.starts_with("outputs")).expect("outputs").to_string();
    project.change(
        "callmerit.toml",
        &outputs,
        &format!("outputs = [{}]\ntables = \"csv\"\npages = true", names.join(", ")),
    );
    said(&project.night("2026-06-20", &[]), 0);
    let night = project.path("out/2026-06-20");
    for name in callmerit::report::TABLES {
        assert_eq!(read(&night.join(format!("{name}.csv"))), read(&night.join(format!("tables/{name}.csv"))), "{name}");
    }
    // A page for each agent, and the index.
    assert_eq!(fs::read_dir(night.join("pages")).expect("a folder").count(), 41);
    said(&project.run(&["verify", "out/2026-06-20"]), 0);
    let tables = fs::read_dir(night.join("tables")).expect("a folder").count();
    assert_eq!(tables, callmerit::report::TABLES.len(), "a table is missing in TABLES");
}

#[test]
fn what_init_writes_runs_as_it_is() {
    let cases: [(&[&str], &str); 6] = [
        (&["contacts.csv"], "zone = \"UTC\"  # assumed"),
        (&["contacts.csv", "--tz", "Europe/London", "--roster", "roster.csv"], "zone = \"Europe/London\"\n"),
        (&["genesys-cloud.csv"], "profile = \"genesys-cloud\""),
        (&["five9-call-log.csv"], "profile = \"five9\""),
        (&["amazon-connect.parquet"], "profile = \"amazon-connect\""),
        (&["asterisk-queue_log", "asterisk-queue_log.1"], "profile = \"asterisk-queue-log\""),
    ];
    for (args, expected) in cases {
        let project = folder();
        for file in args.iter().filter(|arg| root().join("sample-data").join(arg).is_file()) {
            fs::copy(root().join("sample-data").join(file), project.path().join(file)).expect("a sample");
        }
        let run = |args: &[&str]| nights::run_in(project.path(), args);
        let told = said(&run(&[&["init"], args].concat()), 0);
        assert!(told.contains("callmerit.toml: written for "), "{told}");
        let written = read(&project.path().join("callmerit.toml"));
        assert!(written.contains(expected), "{expected}\n---\n{written}");
        assert!(said(&run(&[&["init"], args].concat()), 2).contains("is there already, and is not overwritten"));
        said(&run(&["run", "--date", "2026-04-20"]), 0);
        // And without a date, for those whose clock it is.
        said(&run(&["run"]), 0);
        said(&run(&["verify", "out/latest"]), 0);
    }
}

#[test]
fn init_knows_the_days_in_names() {
    let project = Project::of(&[]);
    fs::create_dir(project.path("conf")).expect("a folder");
    let exports = ["exports/calls-2026-06-18.csv", "exports/calls-2026-06-19.csv"];
    said(&project.run(&[&["init"], &exports[..], &["-o", "conf/night.toml"]].concat()), 0);
    let written = read(&project.path("conf/night.toml"));
    assert!(written.contains("inputs = [\n  \"../exports/calls-????-??-??.csv\",\n]"), "{written}");
    assert!(written.contains("#   \"../exports/calls-{day-90..yesterday}.csv\","), "{written}");
    said(&project.run(&["run", "--config", "conf/night.toml", "--date", "2026-06-20"]), 0);
    let manifest: Value =
        serde_json::from_str(&read(&project.path("conf/out/2026-06-20/manifest.json"))).expect("JSON");
    assert_eq!(manifest["inputs"].as_array().map(Vec::len), Some(31));
}
