//! Every table of a report can be a sheet and a Parquet file, and is the same one on one core and many. What other programs
//! read of them is compared by tests/workbook/check.py.

mod common;

use common::{folder, run, text};
use std::collections::BTreeSet;
use std::path::Path;

fn written(args: &[&str]) {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn names(folder: &Path) -> BTreeSet<String> {
    let stem = |entry: std::fs::DirEntry| entry.path().file_stem().expect("a name").to_string_lossy().into_owned();
    std::fs::read_dir(folder).expect("a folder").map(|entry| stem(entry.expect("an entry"))).collect()
}

#[test]
fn every_table_fits_its_own_description_in_workbooks_and_in_parquet() {
    let place = folder();
    for (case, log, plan) in [
        ("plan", "sample-data/contacts.csv", Some("examples/plans/technical-support.toml")),
        ("calls", "sample-data/genesys-cloud.csv", None),
    ] {
        let place = place.path().join(case);
        std::fs::create_dir(&place).expect("a folder");
        let [book, other, csv, parquet] = ["one.xlsx", "many.xlsx", "csv", "parquet"].map(|name| place.join(name));
        let of_plan: Vec<&str> = plan.iter().flat_map(|plan| ["--plan", plan]).collect();
        let report = |more: &[&str]| written(&[&["report", log, "-q"], &of_plan[..], more].concat());
        report(&["-o", text(&book), "--tables", text(&csv), "--threads", "1"]);
        report(&["-o", text(&other), "--tables", text(&parquet), "--tables-format", "parquet", "--threads", "4"]);
        let bytes = |path: &Path| std::fs::read(path).expect("what was written");
        assert!(bytes(&book).starts_with(b"PK"), "{case}: no workbook");
        assert!(bytes(&book) == bytes(&other), "{case}: other bytes with more threads");
        assert_eq!(names(&csv), names(&parquet), "{case}");
        for name in names(&parquet) {
            let bytes = bytes(&parquet.join(format!("{name}.parquet")));
            assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{case}: {name}");
        }
    }
}
