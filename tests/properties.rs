//! What must not change the answer does not change a byte of it, and no row is ever lost.

mod common;

use common::{folder, root, run_with, shared, text};
use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The results that are compared: everything but line numbers and file names.
const REPORTS: [&[&str]; 6] = [
    &["metrics", "--by", "queue,hour", "--format", "json", "-q"],
    &["metrics", "--by", "agent,day", "--format", "json", "-q"],
    &["scorecard", "--format", "json", "-q"],
    &["scorecard", "--period", "week", "--format", "json", "-q"],
    &["signals", "--limit", "7m", "--format", "json", "-q"],
    &["goals", "--plan", "tests/goals/plan.toml", "--format", "json", "-q"],
];

fn reports(files: &[PathBuf], more: &[&str], environment: &[(&str, &str)]) -> Vec<String> {
    REPORTS
        .iter()
        .map(|report| {
            let mut args = report.to_vec();
            args.extend(files.iter().map(|f| text(f)));
            args.extend(more);
            let output = run_with(&args, environment);
            assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        })
        .collect()
}

/// A reproducible order: no clock and no other source of chance.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for i in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(i, (state >> 33) as usize % (i + 1));
    }
}

fn write(path: &Path, lines: &[&str]) {
    let mut file = std::fs::File::create(path).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
}

/// Samples of each kind whose rows are lines, with what they need besides.
const SAMPLES: [(&str, bool, &[&str]); 4] = [
    ("sample-data/contacts.csv", true, &["--tz", "Europe/London"]),
    ("sample-data/amazon-connect.csv", true, &[]),
    ("sample-data/five9-call-log.csv", true, &[]),
    ("sample-data/asterisk-queue_log", false, &[]),
];

#[test]
fn threads_and_borders_of_blocks_change_no_byte() {
    for (file, _, more) in SAMPLES {
        let file = [root().join(file)];
        let whole = reports(&file, more, &[]);
        for (threads, block) in [("1", "700"), ("2", "4096"), ("5", "333"), ("3", "1048576")] {
            let args: Vec<&str> = more.iter().copied().chain(["--threads", threads]).collect();
            assert_eq!(whole, reports(&file, &args, &[("CALLMERIT_BLOCK", block)]), "{threads} threads, {block} bytes");
        }
    }
}

#[test]
fn the_order_of_rows_and_their_split_into_files_change_no_byte() {
    for (name, has_header, more) in SAMPLES {
        let content = std::fs::read_to_string(root().join(name)).unwrap();
        let mut lines: Vec<&str> = content.lines().collect();
        let header = if has_header { vec![lines.remove(0)] } else { Vec::new() };
        let whole = reports(&[root().join(name)], more, &[]);
        let folder = folder();
        for seed in 1..=2 {
            shuffle(&mut lines, seed);
            // The first line of a file without a header must be recognisable, so one file keeps its ending.
            let parts: Vec<PathBuf> = lines
                .chunks(lines.len().div_ceil(3))
                .enumerate()
                .map(|(i, part)| {
                    let path = folder.path().join(format!("part-{seed}-{i}.log"));
                    write(&path, &[&header[..], part].concat());
                    path
                })
                .collect();
            assert_eq!(whole, reports(&parts, more, &[]), "{name} shuffled and split");
        }
    }
}

#[test]
fn packed_and_piped_exports_are_the_same_as_plain_ones() {
    let plain = root().join("sample-data/contacts.csv");
    let bytes = std::fs::read(&plain).unwrap();
    let folder = folder();
    let gz = folder.path().join("contacts.csv.gz");
    let mut encoder = flate2::write::GzEncoder::new(std::fs::File::create(&gz).unwrap(), flate2::Compression::fast());
    encoder.write_all(&bytes).unwrap();
    encoder.finish().unwrap();
    let zst = folder.path().join("contacts.csv.zst");
    std::fs::write(&zst, zstd::stream::encode_all(&bytes[..], 1).unwrap()).unwrap();
    let utf16 = folder.path().join("contacts-utf16.csv");
    let mut wide = vec![0xff, 0xfe];
    wide.extend(String::from_utf8(bytes).unwrap().encode_utf16().flat_map(u16::to_le_bytes));
    std::fs::write(&utf16, wide).unwrap();
    let whole = reports(&[plain], &[], &[]);
    for other in [gz, zst, utf16] {
        assert_eq!(whole, reports(std::slice::from_ref(&other), &[], &[]), "{}", other.display());
    }
}

#[test]
fn a_world_read_with_any_number_of_threads_is_the_same() {
    let Some(world) = shared("worlds/world-1/calls.csv.gz") else { return };
    let file = [PathBuf::from(world)];
    let one = reports(&file, &["--threads", "1"], &[]);
    assert_eq!(one, reports(&file, &["--threads", "4"], &[("CALLMERIT_BLOCK", "65536")]));
}

/// One change to the bytes of an export.
#[derive(Debug, Clone)]
enum Damage {
    Drop(usize),
    Replace(usize, u8),
    Insert(usize, u8),
    CutLine(usize),
    Repeat(usize, usize),
    EndAt(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0usize..20_000;
    let odd = prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(0u8), Just(0xe9u8), any::<u8>()];
    prop_oneof![
        at.clone().prop_map(Damage::Drop),
        (at.clone(), odd.clone()).prop_map(|(a, b)| Damage::Replace(a, b)),
        (at.clone(), odd).prop_map(|(a, b)| Damage::Insert(a, b)),
        at.clone().prop_map(Damage::CutLine),
        (at.clone(), 1usize..900).prop_map(|(a, n)| Damage::Repeat(a, n)),
        (300usize..20_000).prop_map(Damage::EndAt),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    // The header stays, so that the file is read at all.
    let first = bytes.iter().position(|b| *b == b'\n').unwrap_or(0) + 1;
    let place = |at: usize, bytes: &[u8]| first + at % (bytes.len() - first).max(1);
    match damage {
        Damage::Drop(at) => {
            let at = place(*at, bytes);
            bytes.remove(at.min(bytes.len() - 1));
        }
        Damage::Replace(at, byte) => {
            let at = place(*at, bytes).min(bytes.len() - 1);
            bytes[at] = *byte;
        }
        Damage::Insert(at, byte) => bytes.insert(place(*at, bytes), *byte),
        Damage::CutLine(at) => {
            let at = place(*at, bytes);
            let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| at + n);
            bytes.drain(at..end);
        }
        Damage::Repeat(at, length) => {
            let at = place(*at, bytes);
            let part = bytes[at..(at + length).min(bytes.len())].to_vec();
            bytes.splice(at..at, part);
        }
        Damage::EndAt(at) => bytes.truncate(first + at),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn however_an_export_is_damaged_the_ledger_sums_to_its_rows(
        sample in 0usize..4,
        damages in proptest::collection::vec(damage(), 1..8),
    ) {
        let (name, _, more) = SAMPLES[sample];
        let content = std::fs::read(root().join(name)).unwrap();
        // The first lines are enough, and quick.
        let mut bytes: Vec<u8> = content.split_inclusive(|b| *b == b'\n').take(120).flatten().copied().collect();
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        let folder = folder();
        let path = folder.path().join("damaged.csv");
        std::fs::write(&path, &bytes).unwrap();
        for block in ["257", "1048576"] {
            let mut args = vec!["check", text(&path), "--format", "json", "--threads", "2"];
            args.extend(more);
            let output = run_with(&args, &[("CALLMERIT_BLOCK", block)]);
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => {
                    let check: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                    let intake = &check["intake"];
                    let left_out: u64 = intake["left_out"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
                    prop_assert_eq!(intake["kept"].as_u64().unwrap() + left_out, intake["rows"].as_u64().unwrap());
                }
                Some(2) => {
                    prop_assert!(stderr.starts_with("callmerit: "), "{}", stderr);
                    prop_assert!(!stderr.contains("fault"), "{}", stderr);
                    prop_assert!(output.stdout.is_empty());
                }
                other => prop_assert!(false, "exit {:?}: {}", other, stderr),
            }
        }
    }
}
