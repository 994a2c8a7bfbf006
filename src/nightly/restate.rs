//! The few figures that a night is remembered by, and what moved between two nights of one date.

use crate::sheet::guarded;
use anyhow::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

pub const KEY_FIGURES: &str = "key-figures.csv";
pub const RESTATEMENT: &str = "restatement.csv";
/// More digits behind the point than this are not subtracted.
const DIGITS: usize = 30;

/// One figure: what it is, of whom if it is of somebody, and its value as text; empty where it is unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyFigure {
    pub what: String,
    pub who: String,
    pub value: String,
}

/// A figure that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Name of the figure.
    pub what: String,
    /// Whom it is of; empty for all calls.
    pub who: String,
    /// What it was; null where there was no such figure.
    pub then: Option<String>,
    /// What it is; null where there is no such figure.
    pub now: Option<String>,
    /// What that is more, of numbers; else null.
    pub difference: Option<String>,
}

/// The figures as the file that every night has.
pub fn key_figures_csv(figures: &[KeyFigure]) -> Vec<u8> {
    let row = |f: &KeyFigure| vec![f.what.clone(), guarded(&f.who), f.value.clone()];
    csv_of(&["what", "who", "value"], figures.iter().map(row))
}

/// What moved, as a file.
pub fn restatement_csv(moved: &[Moved]) -> Vec<u8> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let row = |m: &Moved| vec![m.what.clone(), guarded(&m.who), text(&m.then), text(&m.now), text(&m.difference)];
    csv_of(&["what", "who", "then", "now", "difference"], moved.iter().map(row))
}

fn csv_of(titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(titles).expect("memory takes text");
    rows.for_each(|row| writer.write_record(row).expect("memory takes text"));
    writer.into_inner().expect("memory takes text")
}

/// The figures of the night in a folder.
pub fn key_figures_of(folder: &Path) -> Result<Vec<KeyFigure>> {
    let path = folder.join(KEY_FIGURES);
    let explain = || format!("`{}` cannot be read", path.display());
    let mut reader = csv::Reader::from_path(&path).with_context(explain)?;
    let mut figures = Vec::new();
    for record in reader.records() {
        let record = record.with_context(explain)?;
        let cell = |at: usize| record.get(at).unwrap_or_default().to_string();
        figures.push(KeyFigure { what: cell(0), who: cell(1), value: cell(2) });
    }
    Ok(figures)
}

/// What moved between two nights, in the order of the later one; what is gone stands last.
pub fn moved(then: &[KeyFigure], now: &[KeyFigure]) -> Vec<Moved> {
    let key = |f: &KeyFigure| (f.what.clone(), guarded(&f.who));
    let of = |figures: &[KeyFigure]| -> BTreeMap<(String, String), String> {
        figures.iter().map(|f| (key(f), f.value.clone())).collect()
    };
    let (before, after) = (of(then), of(now));
    let gone = then.iter().filter(|f| !after.contains_key(&key(f)));
    let mut all = Vec::new();
    for figure in now.iter().chain(gone) {
        let (then, now) = (before.get(&key(figure)), after.get(&key(figure)));
        if then != now {
            let difference = then.zip(now).and_then(|(then, now)| difference(then, now));
            let (what, who) = (figure.what.clone(), figure.who.clone());
            all.push(Moved { what, who, then: then.cloned(), now: now.cloned(), difference });
        }
    }
    all
}

/// The exact difference of two decimal texts.
fn difference(then: &str, now: &str) -> Option<String> {
    let digits = |text: &str| text.split_once('.').map_or(0, |(_, behind)| behind.len());
    let places = digits(then).max(digits(now));
    if places > DIGITS {
        return None;
    }
    let whole = |text: &str| -> Option<i128> {
        let (before, behind) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{before}{behind:0<places$}");
        digits.parse().ok().filter(|_| behind.bytes().all(|b| b.is_ascii_digit()))
    };
    let difference = whole(now)?.checked_sub(whole(then)?)?;
    let text = format!("{:0width$}", difference.unsigned_abs(), width = places + 1);
    let (before, behind) = text.split_at(text.len() - places);
    let point = if places > 0 { "." } else { "" };
    Some(format!("{}{before}{point}{behind}", if difference < 0 { "-" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(what: &str, who: &str, value: &str) -> KeyFigure {
        KeyFigure { what: what.into(), who: who.into(), value: value.into() }
    }

    #[test]
    fn differences_are_exact() {
        assert_eq!(difference("481.00", "585.00").as_deref(), Some("104.00"));
        assert_eq!(difference("0.1", "0.3").as_deref(), Some("0.2"));
        assert_eq!(difference("0.30", "0.1").as_deref(), Some("-0.20"));
        assert_eq!(difference("-5", "7").as_deref(), Some("12"));
        assert_eq!(difference("-0.5", "0").as_deref(), Some("0.5"));
        assert_eq!(difference("pay", "none"), None);
        assert_eq!(difference("", "1"), None);
    }

    #[test]
    fn what_is_new_moved_or_gone_is_told_and_nothing_else() {
        let then = [figure("rows", "", "10"), figure("amount", "=Bo", "1.50"), figure("amount", "Al", "2.00")];
        let now = [figure("rows", "", "10"), figure("amount", "=Bo", "2.00"), figure("amount", "Cy", "1.00")];
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(KEY_FIGURES), key_figures_csv(&then)).expect("a file");
        let moved = moved(&key_figures_of(folder.path()).expect("figures"), &now);
        let told = String::from_utf8(restatement_csv(&moved)).expect("UTF-8");
        assert_eq!(
            told,
            "what,who,then,now,difference\namount,'=Bo,1.50,2.00,0.50\namount,Cy,,1.00,\namount,Al,2.00,,\n"
        );
    }
}
