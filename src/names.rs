//! Names that were mistyped, and those that are meant.

use std::path::Path;

/// How alike two words of a name must be to be taken for the same; 1 is equal.
const ALIKE: f64 = 0.85;
/// So many names are offered.
const OFFERED: usize = 3;

/// Of the words that there are, the one that another is a slip of the pen of.
pub fn nearest<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    let plain = |word: &str| word.to_lowercase().replace([' ', '-'], "_");
    let word = plain(word);
    let distance = |known: &str| strsim::damerau_levenshtein(&word, &plain(known));
    let alike = words.iter().filter(|known| distance(known) <= ((known.len() + 1) / 3).clamp(1, 3));
    alike.min_by_key(|known| distance(known)).copied()
}

/// The nearest word as a question.
pub fn hint(word: &str, words: &[&str]) -> String {
    asked(nearest(word, words))
}

/// Of names of people, teams, places and columns those that may be meant: alike as a whole or in a word, the most alike
/// first.
pub fn alike<'n>(name: &str, names: &[&'n str]) -> Vec<&'n str> {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1);
        parts.map(str::to_lowercase).collect()
    };
    let of_asked = words(name);
    let alike = |other: &str| {
        let of_other = words(other);
        let best = |word: &String| of_other.iter().map(|other| strsim::jaro_winkler(word, other)).fold(0.0, f64::max);
        let by_words = of_asked.iter().map(best).sum::<f64>() / of_asked.len().max(1) as f64;
        by_words.max(strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase()))
    };
    let mut found: Vec<(f64, &str)> =
        names.iter().map(|name| (alike(name), *name)).filter(|(alike, _)| *alike >= ALIKE).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// The names that may be meant, as a question.
pub fn hint_of_names(name: &str, names: &[&str]) -> String {
    asked(alike(name, names))
}

/// The name that another one is surely a spelling of: two slips at most, in any order of words.
pub fn spelling_of<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = sorted_words(name);
    // Of a short name, two letters are too much of it.
    let allowed = (wanted.chars().count() / 4).min(2);
    let distance = |other: &str| {
        let sorted = strsim::osa_distance(&wanted, &sorted_words(other));
        sorted.min(strsim::osa_distance(&name.to_lowercase(), &other.to_lowercase()))
    };
    let nearest = known.map(|other| (distance(other), other)).min()?;
    (nearest.0 <= allowed).then_some(nearest.1)
}

/// The words of a name, sorted: `Okafor, Ada` and `ada.okafor` have the same.
fn sorted_words(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

/// The file in the same folder that a path may mean, as a question.
pub fn hint_of_files(path: &str) -> String {
    let path = Path::new(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).into_iter().flatten().flatten();
    let mut files: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    files.sort();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let near = path.file_name().and_then(|name| nearest(name.to_str()?, &files));
    asked(near.map(|near| path.with_file_name(near).to_string_lossy().into_owned()))
}

/// The time zone that may be meant, by a slip of the pen or by its city alone, as a question.
pub fn hint_of_zones(name: &str) -> String {
    let zones: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
    let zones: Vec<&str> = zones.iter().map(String::as_str).collect();
    match nearest(name, &zones) {
        Some(near) => asked([near]),
        None => hint_of_names(name, &zones),
    }
}

fn asked(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    if names.is_empty() { String::new() } else { format!(" (did you mean {}?)", names.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_a_slip_of_the_pen() {
        let words = ["queue", "agent", "short-abandons-met", "Europe/London"];
        assert_eq!(nearest("quene", &words), Some("queue"));
        assert_eq!(nearest("SHORT_ABANDON_MET", &words), Some("short-abandons-met"));
        assert_eq!(nearest("europe/londn", &words), Some("Europe/London"));
        assert_eq!(nearest("sunshine", &words), None);
        assert_eq!(hint("agnet", &words), " (did you mean `agent`?)");
    }

    #[test]
    fn names_are_found_by_a_slip_of_the_pen_and_by_one_of_their_words() {
        let names = ["Okafor, Ada", "Brânză, Mihai", "O'Hara, Nell", "Okafor, Ben", "agent 017", "agent 071"];
        assert_eq!(alike("Ada Okafor", &names)[0], "Okafor, Ada");
        assert_eq!(alike("okafor", &names), ["Okafor, Ada", "Okafor, Ben"]);
        assert_eq!(alike("Branza, Mihai", &names), ["Brânză, Mihai"]);
        assert_eq!(alike("agent 017 ", &names)[0], "agent 017");
        assert!(alike("Xi", &names).is_empty() && alike("", &names).is_empty());
        assert_eq!(hint_of_names("okafor", &names), " (did you mean `Okafor, Ada` or `Okafor, Ben`?)");
    }

    #[test]
    fn a_file_of_nearly_the_same_name_is_found_in_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("calls-03.csv"), "").unwrap();
        let wrong = folder.path().join("cals-03.csv");
        let right = folder.path().join("calls-03.csv");
        assert_eq!(hint_of_files(wrong.to_str().unwrap()), format!(" (did you mean `{}`?)", right.display()));
        assert_eq!(hint_of_files(folder.path().join("other.csv").to_str().unwrap()), "");
    }
}
