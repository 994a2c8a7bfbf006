//! Rules on how values become money: jumps, rising slopes, and levels that nobody or everybody reaches.

use super::seen::{Seen, SeenLevel};
use super::subject::{Subject, gates};
use super::{Found, Look, Rule, Severity, amount};
use crate::metrics::catalogue::Unit;
use crate::money::Money;
use crate::plan::curve::{Apply, Curve, Tier};
use crate::plan::{Effect, Exact, On, Payout, Plan};

pub static CLIFF: Rule = Rule {
    id: "cliff",
    title: "One unit decides about much money",
    severity: Severity::Warning,
    why: "Where one call more or less decides about much, the last days of a period go into that one call, and after it \
          nothing is worth the effort. Sales, discounts and whole teams are known to bunch at such points.",
    mend: "Let pay rise in a line from nothing (`threshold` and `target`, `at_threshold = 0`), let tiers apply to the units \
           inside them (`tiers_apply = \"marginal\"`), and use `drop-a-tier` instead of `zero` and `halve`.",
    source: "B. Sheffield (2017): steps damage the pay for performance relationship; Falcon Incentives, Payout curves; P. \
             Oyer, Fiscal year ends and nonlinear incentive contracts (1998); P. Kuhn and L. Yu, NBER w28487",
    look: Look::Plan(cliff),
};

pub static ACCELERATOR: Rule = Rule {
    id: "accelerator",
    title: "Each step further up pays more than the one before",
    severity: Severity::Warning,
    why: "Where pay speeds up, a good and a bad month pay more than two ordinary ones, so work is moved from one period into \
          another, and luck pays. A curve that flattens does neither.",
    mend: "Let the curve rise less steeply above the target than below it, as from 1 at 0.52 to 1.5 at 1.28.",
    source: "P. Oyer, Fiscal year ends and nonlinear incentive contracts (1998); I. Larkin, The cost of high-powered \
             incentives (2014)",
    look: Look::Plan(accelerator),
};

pub static UNATTAINABLE: Rule = Rule {
    id: "unattainable",
    title: "Levels that hardly anybody, or nearly everybody, reaches",
    severity: Severity::Warning,
    why: "A level that is out of reach moves nobody, and one that all reach is a part of the salary. In practice about 90 in \
          100 reach the threshold, 40 to 50 the target and 10 to 20 the stretch. It takes calls to know: name them behind \
          the plan.",
    mend: "Move the level to where the calls say that enough agents truly are.",
    source: "B. R. Ellig, The complete guide to executive compensation; Auroch Solutions, Structure of an incentive payout \
             curve",
    look: Look::Calls(unattainable),
};

pub static TIER_MEANING: Rule = Rule {
    id: "tier-meaning",
    title: "A tier or an accelerator that can be read in two ways",
    severity: Severity::Error,
    why: "29 files at 20.00 up to 20 and 30.00 above are 870.00 if the higher rate counts from the first file on, and 670.00 \
          if it counts for those above. \"Twice above the target\" is 14,000 or 20,000 of the same plan.",
    mend: "Enforced by the file format: `tiers_apply = \"retroactive\"` or `\"marginal\"`; `points_per_point` or \
           `times_slope`. A plan that does not say it cannot be read, and the fault says what is missing.",
    source: "excelforum.com 1074562, a bonus paid wrongly; Spiff, How to create an accelerator; bonuspaycalc.com, Bonus \
             payout curve explained",
    look: Look::Plan(|_| Vec::new()),
};

/// Levels that calls say are out of reach, or a part of the salary.
fn unattainable(_: &Plan, seen: Option<&Seen>) -> Vec<Found> {
    let found = |level: &SeenLevel| {
        let ((least, most), (low, high)) = (level.place.sound(), level.place.usual());
        if (least..=most).contains(&level.reached) {
            return None;
        }
        let of = level.measure.as_ref().map_or(String::new(), |name| format!(" of `{name}`"));
        let usual = if low < high {
            format!("{:.0} to {:.0}", low * 100.0, high * 100.0)
        } else {
            format!("{:.0}", low * 100.0)
        };
        let text = format!(
            "{:.0} of 100 agents truly reach the {}{of} at {}; usual are {usual}",
            level.reached * 100.0,
            level.name,
            level.value.short(),
        );
        let key = if level.key.ends_with(']') { "from" } else { level.name.as_str() };
        Some(Found::new(&level.key, text, format!("{key} = {}", level.usual.short())))
    };
    seen.map_or_else(Vec::new, |seen| seen.levels.iter().filter_map(found).collect())
}

/// More than this share of the bonus for one unit is a cliff.
const MUCH: Exact = Exact(1_000);

/// The plan's curves: the path of their tables, their part of the bonus, and the curve.
fn curves(plan: &Plan) -> Vec<(String, Exact, &Payout)> {
    match &plan.on {
        On::Score(payout) => vec![("curve".to_string(), Exact::ONE, payout)],
        On::Measures => plan.measures.iter().filter_map(|m| Some((m.key(), m.weight, m.payout.as_ref()?))).collect(),
    }
}

fn cliff(plan: &Plan) -> Vec<Found> {
    if plan.currency.is_none() {
        return Vec::new();
    }
    let of_curves = curves(plan).into_iter().flat_map(|(key, part, payout)| match &payout.curve {
        Curve::Line(_) => jump_of_line(plan, &key, part, payout).into_iter().collect(),
        Curve::Steps(_) => jumps_of_steps(plan, &key, part, payout),
        Curve::Rates { tiers, apply: Apply::Retroactive } => jumps_of_tiers(plan, &key, tiers, &payout.curve),
        Curve::Rates { .. } => Vec::new(),
    });
    of_curves.chain(jumps_of_gates(plan)).collect()
}

fn jump_of_line(plan: &Plan, key: &str, part: Exact, payout: &Payout) -> Option<Found> {
    let jump = payout.curve.largest_jump().times(part);
    let threshold = payout.levels.first().filter(|_| jump > MUCH)?;
    let text = format!(
        "reaching the threshold of {} pays {} at once",
        threshold.value.short(),
        amount(plan, plan.bonus.share(jump.0, Exact::ONE.0))
    );
    Some(Found::new(format!("{key}.at_threshold"), text, "at_threshold = 0, so that the line begins at nothing"))
}

fn jumps_of_steps(plan: &Plan, key: &str, part: Exact, payout: &Payout) -> Vec<Found> {
    let levels = &payout.levels;
    let before = std::iter::once(Exact::ZERO).chain(levels.iter().map(|l| l.pays));
    let jumps: Vec<Exact> = levels.iter().zip(before).map(|(l, before)| (l.pays - before).times(part)).collect();
    let Some((at, jump)) = jumps.iter().enumerate().max_by_key(|(at, jump)| (**jump, std::cmp::Reverse(*at))) else {
        return Vec::new();
    };
    if *jump <= MUCH {
        return Vec::new();
    }
    let text = format!(
        "at {} (`{}`) the bonus jumps by {}",
        levels[at].value.short(),
        levels[at].name,
        amount(plan, plan.bonus.share(jump.0, Exact::ONE.0))
    );
    let mend = match (levels.first(), levels.last()) {
        (Some(first), Some(last)) if first != last => {
            format!("a line instead of steps: threshold = {}, target = {}", first.value.short(), last.value.short())
        }
        _ => "a line instead of the step: `threshold` below it and `target` above it".to_string(),
    };
    vec![Found::new(format!("{key}.steps"), text, mend)]
}

fn jumps_of_tiers(plan: &Plan, key: &str, tiers: &[Tier], curve: &Curve) -> Vec<Found> {
    let jump = |pair: &[Tier]| {
        let up_to = pair[0].up_to?;
        let next = up_to + Exact::ONE;
        let (before, behind) = (curve.amount(up_to)?, curve.amount(next)?);
        let one_more = behind - before;
        if (one_more - pair[1].rate).0.saturating_mul(10).saturating_abs() <= before.0 {
            return None;
        }
        let text = format!(
            "the rate above {} counts from the first unit on, so that unit {} by itself pays {}",
            up_to.short(),
            next.short(),
            amount(plan, one_more)
        );
        Some(Found::new(format!("{key}.tiers_apply"), text, "tiers_apply = \"marginal\""))
    };
    tiers.windows(2).filter_map(jump).collect()
}

fn jumps_of_gates(plan: &Plan) -> Vec<Found> {
    let found = |(key, gate): (String, &crate::plan::Gate)| {
        let metric = gate.source.metric().filter(|metric| metric.unit != Unit::Count)?;
        let lost = match gate.effect {
            Effect::Zero => plan.bonus,
            Effect::Halve => plan.bonus.share(1, 2),
            Effect::DropATier => return None,
        };
        if Subject::of(&gate.source) == Subject::Queue || lost == Money::ZERO {
            return None;
        }
        let text = format!("a hair's breadth in `{}` decides about {}", metric.id, amount(plan, lost));
        let mend = match plan.on {
            On::Score(_) => "effect = \"drop-a-tier\", or the measure in the score instead of the gate",
            On::Measures => "a measure with a weight of its own instead of the gate",
        };
        Some(Found::new(format!("{key}.effect"), text, mend))
    };
    gates(plan).filter_map(found).collect()
}

fn accelerator(plan: &Plan) -> Vec<Found> {
    if plan.currency.is_none() {
        return Vec::new();
    }
    curves(plan).into_iter().filter_map(|(key, _, payout)| speeds_up(&key, payout)).collect()
}

/// The first place where a line or rates by units rise more steeply than before.
fn speeds_up(key: &str, payout: &Payout) -> Option<Found> {
    let (at, times, word) = match &payout.curve {
        Curve::Line(points) => {
            let slope = |(a, b): (&(Exact, Exact), &(Exact, Exact))| (b.1 - a.1).f64() / (b.0 - a.0).f64();
            let slopes: Vec<f64> = points.iter().zip(&points[1..]).map(slope).collect();
            let at = slopes.windows(2).position(|s| s[1] > s[0] * 1.01)?;
            // The level's value, not turned around where less is better.
            let level = payout.levels.get(at + 1).map_or(points[at + 1].0, |l| l.value);
            (level, slopes[at + 1] / slopes[at], "beyond")
        }
        Curve::Rates { tiers, .. } => {
            let pair = tiers.windows(2).find(|t| t[1].rate > t[0].rate)?;
            (pair[0].up_to?, pair[1].rate.0 as f64 / pair[0].rate.0 as f64, "above")
        }
        Curve::Steps(_) => return None,
    };
    let how = if times.is_finite() { format!("{times:.1} times as much as") } else { "more than".to_string() };
    let text = format!("{word} {} each unit pays {how} a unit before it", at.short());
    let (key, mend) = match &payout.curve {
        Curve::Rates { .. } => (format!("{key}.tiers"), "rates that do not rise"),
        _ if payout.levels.len() > 2 => (format!("{key}.at_stretch"), "a lower at_stretch, or a stretch further away"),
        _ => (format!("{key}.most"), "stretch and at_stretch that flatten, or most = 1"),
    };
    Some(Found::new(key, text, mend))
}

#[cfg(test)]
mod tests {
    use super::super::seen::Place;
    use super::super::testing::{BALANCED, RAW, changed, found, found_with, keys, sound_calls};
    use super::*;

    const LINE: &str = "threshold = 0\ntarget = 0.52\nstretch = 1.28\nat_stretch = 1.5\n";

    fn with_curve(curve: &str) -> String {
        changed(&[(LINE, curve)])
    }

    fn with_tiers(tiers: &str) -> String {
        RAW.replace(
            "{measures}",
            &format!("[measures.handled]\nbetter = \"higher\"\nweight = 1\nunit = \"count\"\n{tiers}\n"),
        )
    }

    fn with_gate(on: &str, effect: &str) -> String {
        format!("{BALANCED}[[gates]]\non = \"{on}\"\nat_least = 0.8\neffect = \"{effect}\"\n")
    }

    #[test]
    fn a_line_that_begins_high_and_high_steps_are_cliffs() {
        let found_in = |curve: &str| found(&CLIFF, &with_curve(curve)).remove(0);
        let line = found_in("threshold = 0\nat_threshold = 0.5\ntarget = 0.52\n");
        assert_eq!(
            (line.key.as_str(), line.text.as_str()),
            ("curve.at_threshold", "reaching the threshold of 0 pays 150.00 EUR at once")
        );
        let steps = found_in("steps = [{ from = 0.5, pays = 0.4 }, { from = 1, pays = 1.2, name = \"gold\" }]\n");
        assert_eq!(steps.text, "at 1 (`gold`) the bonus jumps by 240.00 EUR");
        assert_eq!(steps.mend, "a line instead of steps: threshold = 0.5, target = 1");
    }

    #[test]
    fn a_line_from_nothing_and_small_steps_are_none() {
        assert_eq!(keys(&CLIFF, BALANCED), [""; 0]);
        assert_eq!(keys(&CLIFF, &with_curve("threshold = 0\nat_threshold = 0.1\ntarget = 0.5\n")), [""; 0]);
        let steps: Vec<String> =
            (1..=10).map(|n| format!("{{ from = {}, pays = {} }}", f64::from(n) / 10.0, f64::from(n) / 10.0)).collect();
        assert_eq!(keys(&CLIFF, &with_curve(&format!("steps = [{}]\n", steps.join(", ")))), [""; 0]);
    }

    #[test]
    fn a_measure_with_a_small_part_of_the_bonus_has_small_cliffs() {
        let text = |weight: &str, rest: &str| {
            let line = "unit = \"share\"\nthreshold = 0.7\nat_threshold = 0.5\ntarget = 0.8\n";
            let other = "unit = \"share\"\nthreshold = 0.7\ntarget = 0.8\n";
            RAW.replace(
                "{measures}",
                &format!("[measures.fcr]\nweight = {weight}\n{line}[measures.csat]\nweight = {rest}\n{other}"),
            )
        };
        assert_eq!(keys(&CLIFF, &text("0.6", "0.4")), ["measures.fcr.at_threshold"]);
        assert_eq!(keys(&CLIFF, &text("0.2", "0.8")), [""; 0]);
    }

    #[test]
    fn retroactive_tiers_are_cliffs_and_marginal_ones_are_not() {
        let tiers = "tiers = [{ up_to = 20, rate = \"20.00\" }, { rate = \"30.00\" }]\ntiers_apply = ";
        let found = found(&CLIFF, &with_tiers(&format!("{tiers}\"retroactive\"")));
        // 21 x 30 - 20 x 20
        assert_eq!(
            found[0].text,
            "the rate above 20 counts from the first unit on, so that unit 21 by itself pays 230.00 EUR"
        );
        assert_eq!(keys(&CLIFF, &with_tiers(&format!("{tiers}\"marginal\""))), [""; 0]);
    }

    #[test]
    fn a_gate_on_a_rate_that_takes_much_is_a_cliff() {
        assert_eq!(
            found(&CLIFF, &with_gate("csat", "halve"))[0].text,
            "a hair's breadth in `csat` decides about 150.00 EUR"
        );
        assert_eq!(keys(&CLIFF, &with_gate("csat", "drop-a-tier")), [""; 0]);
        assert_eq!(keys(&CLIFF, &with_gate("handled", "zero")), [""; 0]);
    }

    #[test]
    fn without_money_there_is_no_cliff() {
        let no_money = [
            ("currency = \"EUR\"\n", ""),
            ("bonus = \"300.00\"\n", ""),
            ("[budget]\nper_agent = \"150.00\"\nscale = \"down\"\n", ""),
            (LINE, "steps = [{ from = 0, pays = 1 }]\n"),
        ];
        assert_eq!(keys(&CLIFF, &changed(&no_money)), [""; 0]);
    }

    #[test]
    fn levels_that_hardly_anybody_or_nearly_everybody_reaches_are_told() {
        let at = |place, value: &str, reached| {
            let level = SeenLevel {
                key: "curve.target".into(),
                measure: None,
                name: "target".into(),
                place,
                value: Exact::parse(value).unwrap(),
                reached,
                usual: Exact::parse("0.25").unwrap(),
            };
            found_with(&UNATTAINABLE, BALANCED, &Seen { levels: vec![level], ..sound_calls() })
        };
        let high = at(Place::Target, "2", 0.02).remove(0);
        assert_eq!(high.text, "2 of 100 agents truly reach the target at 2; usual are 40 to 50");
        assert_eq!((high.key.as_str(), high.mend.as_str()), ("curve.target", "target = 0.25"));
        assert_eq!(at(Place::Target, "-2", 0.97).len(), 1);
        assert_eq!(at(Place::Threshold, "1", 0.16).len(), 1);
        assert_eq!(at(Place::Stretch, "3", 0.001).len(), 1);
        for (place, reached) in [(Place::Threshold, 0.5), (Place::Target, 0.3), (Place::Stretch, 0.1)] {
            assert!(at(place, "0.5", reached).is_empty(), "{place:?}");
        }
        assert_eq!(keys(&UNATTAINABLE, BALANCED), [""; 0], "without calls nobody knows");
    }

    #[test]
    fn a_curve_that_speeds_up_is_told_and_one_that_flattens_is_not() {
        let found = found(&ACCELERATOR, &with_curve("threshold = 0\ntarget = 1\nstretch = 1.5\nat_stretch = 2.5\n"));
        assert_eq!(found[0].text, "beyond 1 each unit pays 3.0 times as much as a unit before it");
        assert_eq!(
            keys(&ACCELERATOR, &with_curve("threshold = 0\ntarget = 1\ntimes_slope = 2\nmost = 2\n")),
            ["curve.most"]
        );
        assert_eq!(keys(&ACCELERATOR, BALANCED), [""; 0]);
        assert_eq!(
            keys(&ACCELERATOR, &with_curve("threshold = 0\ntarget = 1\ntimes_slope = 0.5\nmost = 2\n")),
            [""; 0]
        );
    }

    #[test]
    fn rates_that_rise_speed_up_in_either_reading() {
        for apply in ["retroactive", "marginal"] {
            let tiers = |first: &str| {
                with_tiers(&format!(
                    "tiers = [{{ up_to = 20, rate = \"{first}\" }}, {{ rate = \"3.00\" }}]\ntiers_apply = \"{apply}\""
                ))
            };
            assert_eq!(keys(&ACCELERATOR, &tiers("2.00")), ["measures.handled.tiers"]);
            assert_eq!(keys(&ACCELERATOR, &tiers("3.00")), [""; 0]);
            assert!(found(&ACCELERATOR, &tiers("0.00"))[0].text.contains("pays more than a unit before it"));
        }
    }

    #[test]
    fn tiers_that_can_be_read_in_two_ways_are_faults_of_the_file() {
        let text = with_tiers("tiers = [{ up_to = 20, rate = \"20.00\" }, { rate = \"30.00\" }]");
        let fault = crate::plan::parse("plan.toml", &text).unwrap_err().to_string();
        assert!(fault.contains("`measures.handled.tiers_apply` is missing"), "{fault}");
        let fault = crate::plan::parse("plan.toml", &with_curve("threshold = 0\ntarget = 1\naccelerator = 2\n"));
        assert!(fault.unwrap_err().to_string().contains("can be read in two ways"));
    }
}
