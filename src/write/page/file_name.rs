//! A file's name for an agent, safe on every file system whatever the agent is called.

use xxhash_rust::xxh3::xxh3_64;

/// So many letters of a name are kept.
const KEPT: usize = 40;

/// The agent's name in plain letters, and behind it what tells it from every other: `okafor-ada-5c0ffee5c0ffee.html`.
pub fn file_name(agent: &str) -> String {
    let mut plain = String::new();
    for c in agent.chars().flat_map(char::to_lowercase) {
        if plain.len() >= KEPT {
            break;
        }
        match c {
            'a'..='z' | '0'..='9' => plain.push(c),
            _ if plain.ends_with('-') || plain.is_empty() => {}
            _ => plain.push('-'),
        }
    }
    let plain = plain.trim_end_matches('-');
    let plain = if plain.is_empty() { "agent" } else { plain };
    format!("{plain}-{:016x}.html", xxh3_64(agent.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_of_files_are_safe_and_differ() {
        let long = "x".repeat(300);
        let agents = [
            "", "..", ".", "CON", "con", "nul.txt", "a/b", "a\\b", "a:b", "C:\\x", "🙂", "🙃", "Okafor, Ada",
            "okafor ada", "<script>", "-rf", "~", "%2e%2e", "name.", "name ", "\u{202e}abc", &long,
        ];
        let names: Vec<String> = agents.iter().map(|agent| file_name(agent)).collect();
        let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        for name in &names {
            let stem = name.strip_suffix(".html").expect("a page");
            assert!(stem.len() <= 64 && stem.chars().all(safe) && !stem.starts_with('-'), "{name}");
        }
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), agents.len());
        assert!(names[12].starts_with("okafor-ada-"));
    }
}
