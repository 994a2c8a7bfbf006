//! A project file to start from, for exports that were looked at.

use std::path::{Component, Path, PathBuf};

/// What the exports were recognised as, and what was said of them.
pub struct Recognised<'a> {
    /// The exports: files and patterns, as seen from the project file.
    pub files: Vec<String>,
    /// A profile's name, and what is to be said of it, where all exports have the same known one.
    pub profile: Option<(String, String)>,
    /// One of the exports whose columns were guessed.
    pub guessed: Option<String>,
    pub zone: String,
    /// Nothing says the zone.
    pub zone_assumed: bool,
    /// `dmy` or `mdy`, where the exports have such dates.
    pub date_order: Option<String>,
    /// Values of other keys that were given: `roster`, `from` and so on.
    pub given: Vec<(&'static str, String)>,
    /// Outputs without a plan, and those that a plan adds.
    pub outputs: &'a [&'a str],
    pub of_plan: &'a [&'a str],
}

/// The project file.
pub fn project_text(of: &Recognised<'_>) -> String {
    let (patterns, spans) = patterns(&of.files);
    let mut text = String::from(
        "# What `callmerit run` does each night. Paths are relative to the folder of this file.\n\
         #\n\
         # Days in braces are counted from the date of the night, which is yesterday unless --date says otherwise:\n\
         # {yesterday} is that day, {day-7} seven days before it, {today} the day after it, {month} its month,\n\
         # {last-month} the month before. {yesterday:%Y%m%d} writes a day otherwise.\n\n",
    );
    text += "# The exports, read as one log: files, globs, days in braces. A night fails if one of these matches nothing.\n";
    text += &list("inputs", &patterns);
    if !spans.is_empty() {
        text += "# Or those of some days, of which the last must be there, so that a night fails when its export is late:\n";
        text += &commented(&list("inputs", &spans));
    }
    text += "\n# How the exports are to be understood.\n";
    match (&of.profile, &of.guessed) {
        (Some((name, why)), _) => text += &format!("profile = {}  # {why}\n", quoted(name)),
        (None, Some(file)) => {
            text += "# Their columns were guessed. To fix the guess, write it down, look at it, and name it here:\n";
            text += &format!("# callmerit profiles new {} -o my-profile.toml\n", quoted(file));
            text += "# profile = \"my-profile.toml\"\n";
        }
        (None, None) => text += "# They are of several kinds, each recognised by itself.\n",
    }
    let assumed = match of.zone_assumed {
        true => "  # assumed: no export tells it; write the zone of its clock, as in Europe/London",
        false => "",
    };
    text += &format!("zone = {}{assumed}\n", quoted(&of.zone));
    if let Some(order) = &of.date_order {
        text += &format!("date_order = {}\n", quoted(order));
    }
    let line = |key: &str, usual: &str| match of.given.iter().find(|(given, _)| *given == key) {
        Some((_, value)) => format!("{key} = {}\n", quoted(value)),
        None => format!("{usual}\n"),
    };
    text += &of
        .given
        .iter()
        .filter(|(key, _)| ["direction", "channel"].contains(key))
        .map(|(key, _)| line(key, ""))
        .collect::<String>();
    text += "\n# The days that are counted. Calls after `to` still tell who called again.\n";
    text += &line("from", "# from = \"{day-90}\"");
    text += &line("to", "to = \"{yesterday}\"");
    text += "\n# No night is written if more of the rows than this cannot be used.\n";
    text += &line("max_rejected", "max_rejected = \"1%\"");
    text += "\n# Who the agents are, and what they are paid for. `callmerit plan new -o plan.toml` writes a plan to start from.\n";
    text += &line("roster", "# roster = \"roster.csv\"");
    text += &line("outcomes", "# outcomes = \"outcomes.csv\"");
    text +=
        "# plan = \"plan.toml\"\n# period = \"{last-month}\"  # to pay; without it the last one with enough calls\n";
    text += "# decisions = \"decisions.csv\"  # what people decided; without it the one beside the plan\n";
    text += "\n# Where each night gets a folder of its own, and what is in it. The ending says the format.\nout = \"out\"\n";
    text += &list("outputs", of.outputs);
    text += "# With a plan also:\n";
    text += &commented(&of.of_plan.iter().map(|name| format!("  {},\n", quoted(name))).collect::<String>());
    text += "# A page for each agent, in the folder pages/ of the night:\n# pages = true\n";
    text += "\n# How many nights `callmerit run --prune` keeps. Without --prune none is removed.\nkeep = 400\n";
    text
}

fn list(key: &str, values: &[impl AsRef<str>]) -> String {
    let lines: String = values.iter().map(|value| format!("  {},\n", quoted(value.as_ref()))).collect();
    format!("{key} = [\n{lines}]\n")
}

fn commented(text: &str) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

/// The exports with the days in their names as question marks, and, of those that have one, as a span of days.
fn patterns(files: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut patterns, mut spans) = (Vec::new(), Vec::new());
    for file in files {
        if file.contains(['*', '?']) {
            patterns.push(file.replace('{', "{{").replace('}', "}}"));
            continue;
        }
        let braced = |text: &str| text.replace('{', "{{").replace('}', "}}");
        let escaped = |text: &str| braced(&glob::Pattern::escape(text));
        let name_at = file.rfind('/').map_or(0, |at| at + 1);
        let (pattern, span) = match day_in(&file[name_at..]) {
            Some((at, length, form)) => {
                let (before, behind) = (&file[..name_at + at], &file[name_at + at + length..]);
                let marks: String =
                    form.chars().map(|c| if c == '-' || c == '_' || c == '.' { c } else { '?' }).collect();
                let form = match form {
                    "YYYY-MM-DD" => String::new(),
                    other => format!(":{}", other.replace("YYYY", "%Y").replace("MM", "%m").replace("DD", "%d")),
                };
                let span = format!("{}{{day-90..yesterday{form}}}{}", braced(before), braced(behind));
                (format!("{}{marks}{}", escaped(before), escaped(behind)), Some(span))
            }
            None => (braced(file), None),
        };
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
            spans.extend(span);
        }
    }
    (patterns, spans)
}

/// Where a name has a day: its place, its length, and how it is written.
fn day_in(name: &str) -> Option<(usize, usize, &'static str)> {
    const FORMS: [&str; 5] = ["YYYY-MM-DD", "YYYY_MM_DD", "YYYY.MM.DD", "YYYYMMDD", "DD.MM.YYYY"];
    let bytes = name.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    FORMS.iter().find_map(|form| {
        let fits = |at: usize| {
            let whole = !is_digit(at.checked_sub(1)) && !is_digit(Some(at + form.len()));
            let alike = |(byte, c): (&u8, u8)| if c.is_ascii_alphabetic() { byte.is_ascii_digit() } else { *byte == c };
            let part = |letter: u8, least: u32, most: u32| {
                let digits = form.bytes().zip(&bytes[at..]).filter(|(c, _)| *c == letter).map(|(_, byte)| byte - b'0');
                (least..=most).contains(&digits.fold(0, |sum, digit| sum * 10 + u32::from(digit)))
            };
            whole
                && bytes[at..at + form.len()].iter().zip(form.bytes()).all(alike)
                && part(b'Y', 1990, 2099)
                && part(b'M', 1, 12)
                && part(b'D', 1, 31)
        };
        let mut places = (0..=bytes.len().checked_sub(form.len())?).filter(|at| fits(*at));
        places.next().map(|at| (at, form.len(), *form))
    })
}

/// A path as seen from a folder; both are paths without links.
pub fn seen_from(path: &Path, folder: &Path) -> PathBuf {
    let (there, here): (Vec<Component>, Vec<Component>) = (path.components().collect(), folder.components().collect());
    let shared = there.iter().zip(&here).take_while(|(a, b)| a == b).count();
    let up = here[shared..].iter().map(|_| Component::ParentDir);
    up.chain(there[shared..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_names_become_patterns_once() {
        let files =
            ["x/calls-2026-11-18.csv", "x/calls-2026-11-19.csv", "b[1]{2}.csv", "log 20261119{1}.csv", "12345678.csv"];
        let (patterns, spans) = patterns(&files.map(str::to_string));
        assert_eq!(patterns, ["x/calls-????-??-??.csv", "b[1]{{2}}.csv", "log ????????{{1}}.csv", "12345678.csv"]);
        assert_eq!(spans, ["x/calls-{day-90..yesterday}.csv", "log {day-90..yesterday:%Y%m%d}{{1}}.csv"]);
    }

    #[test]
    fn paths_are_told_as_seen_from_a_folder() {
        let seen = |path: &str, folder: &str| seen_from(Path::new(path), Path::new(folder)).display().to_string();
        assert_eq!(seen("/a/b/c.csv", "/a"), "b/c.csv");
        assert_eq!(seen("/a/c.csv", "/a/b/d"), "../../c.csv");
    }
}
