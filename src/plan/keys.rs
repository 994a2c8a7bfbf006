//! Every key of a plan by its table, so that one in the wrong place can be sent to the right one.

/// Tables with their keys; the top of the plan has no name. Those of a curve stand in a measure as well, where measures
/// are paid one by one. docs/plans.md explains each of them.
pub const KEYS: [(&str, &[&str]); 13] = [
    ("", &["name", "about", "currency", "period", "pooled", "from", "to", "review"]),
    ("pay", &["rule", "certainty", "on", "bonus", "cap", "rounding", "hold", "resolution_floor"]),
    (
        "curve",
        &[
            "unit", "full", "threshold", "at_threshold", "target", "stretch", "at_stretch", "points_per_point",
            "times_slope", "most", "steps", "tiers", "tiers_apply",
        ],
    ),
    ("measures", &["of", "weight", "level", "better", "two_sided", "band"]),
    ("steps", &["name", "from", "pays"]),
    ("tiers", &["up_to", "rate"]),
    ("eligible", &["contacts", "listed", "tenure_days", "until_end", "teams"]),
    ("prorate", &["employed", "leave_days"]),
    ("gates", &["on", "at_least", "at_most", "effect"]),
    ("parts", &["individual", "team"]),
    ("pool", &["amount", "on", "at_least", "at_most", "split"]),
    ("budget", &["amount", "per_agent", "scale", "most"]),
    ("allow", &["rule", "why"]),
];

/// Where a key belongs, in words; `None` if it belongs nowhere, or into more than one place.
pub fn home(key: &str) -> Option<String> {
    let mut homes = KEYS.iter().filter(|(_, keys)| keys.contains(&key)).map(|(table, _)| *table);
    let home = homes.next()?;
    if homes.next().is_some() {
        return None;
    }
    Some(match home {
        "" => "belongs at the top of the plan, above the first [table]".to_string(),
        "curve" => "belongs into [curve], or into [measures.NAME] where measures are paid one by one".to_string(),
        "measures" => "belongs into [measures.NAME]".to_string(),
        "gates" | "allow" => format!("belongs into [[{home}]]"),
        "steps" | "tiers" => format!("belongs into the braces of `{home}`"),
        _ => format!("belongs into [{home}]"),
    })
}
