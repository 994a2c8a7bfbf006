//! How a value becomes money, as the plan's file says it: a line, steps, or rates by units.

use super::curve::{Above, Apply, Curve, Tier};
use super::reader::Reader;
use super::{Exact, Level, Payout, Unit};
use crate::money::{Currency, Money};

/// The largest value that a threshold may be.
pub const LARGE: Exact = Exact(1_000_000 * 10_000);
/// The most that a curve may pay, as a share of the bonus.
pub const MOST_SHARE: Exact = Exact(10 * 10_000);

type Read<'a, 't, 'n, 's> = &'a mut Reader<'t, 'n, 's>;

/// An amount that is not negative, in quotes.
pub fn money(r: Read<'_, '_, '_, '_>, key: &'static str, currency: Option<Currency>) -> Option<Money> {
    let text = r.text(key)?;
    // Without a currency the fault is told elsewhere.
    match Money::parse(&text, currency?) {
        Ok(amount) if amount >= Money::ZERO => Some(amount),
        Ok(_) => {
            r.fault(key, format!("is {text}; an amount here cannot be negative"));
            None
        }
        Err(why) => {
            r.fault(key, format!("is no amount: {why}"));
            None
        }
    }
}

/// The keys of a payout curve. `units` are those it may have; a word that stands for itself has no unit yet.
pub fn payout(
    r: Read<'_, '_, '_, '_>,
    currency: Option<Currency>,
    falls: bool,
    units: &[(&'static str, Option<Unit>)],
) -> Option<Payout> {
    let words: Vec<(&str, &str)> = units.iter().map(|(word, _)| (*word, *word)).collect();
    let word = r.word("unit", &words);
    if !r.has("unit") {
        let names: Vec<&str> = units.iter().map(|(word, _)| *word).collect();
        r.fault("unit", format!("is missing: what the thresholds are in, one of {}", names.join(", ")));
    }
    let full = r.number("full", Exact(1), LARGE);
    let unit = word.and_then(|word| match units.iter().find(|(name, _)| *name == word)?.1 {
        Some(unit) => Some(unit),
        None if full.is_none() => {
            r.need("full", ": the value that is 100 percent of the target");
            None
        }
        None => full.map(Unit::PercentOfTarget),
    });
    if r.has("full") && word.is_some_and(|word| word != "percent-of-target") {
        r.fault("full", "is for `unit = \"percent-of-target\"`");
    }
    let percent = matches!(unit, Some(Unit::PercentOfTeam | Unit::PercentOfTarget(_)));
    let falls = falls && matches!(unit, Some(Unit::Share | Unit::Seconds | Unit::Count | Unit::Points | Unit::Figure));
    let kinds = ["threshold", "steps", "tiers"].into_iter().filter(|key| r.has(key)).count();
    if kinds != 1 {
        r.fault(
            "threshold",
            "is one of three ways to pay, and one is wanted: `threshold` and `target` (a line), `steps` (shares of the \
             bonus), or `tiers` (money by units)",
        );
    }
    let line = line(r, percent, falls);
    let steps = steps(r, falls);
    let tiers = tiers(r, currency);
    let (curve, levels) = line.or(steps).or(tiers.map(|curve| (curve, Vec::new())))?;
    Some(Payout { unit: unit?, curve, levels })
}

/// Threshold, target, and what lies above.
fn line(r: Read<'_, '_, '_, '_>, percent: bool, falls: bool) -> Option<(Curve, Vec<Level>)> {
    let low = Exact(-LARGE.0);
    let threshold = r.number("threshold", low, LARGE);
    let target = r.number("target", low, LARGE);
    let stretch = r.number("stretch", low, LARGE);
    let at_threshold = r.number("at_threshold", Exact::ZERO, Exact::ONE);
    let at_stretch = r.number("at_stretch", Exact::ONE, MOST_SHARE);
    let points = r.number("points_per_point", Exact(1), LARGE);
    let times = r.number("times_slope", Exact(1), LARGE);
    let cap = r.number("most", Exact::ONE, MOST_SHARE);
    for key in ["accelerator", "multiplier"] {
        r.refuse(
            key,
            "can be read in two ways; write `points_per_point` (hundredths of the bonus for each point above the target) \
             or `times_slope` (times the slope between threshold and target): with a threshold of 70, a target of 100 and \
             twice above it, a result of 120 pays 140 percent in the first and 200 or more in the second",
        );
    }
    if !r.has("threshold") {
        for key in ["target", "stretch", "at_threshold", "at_stretch", "points_per_point", "times_slope", "most"] {
            if r.has(key) {
                r.fault(key, "is for a line and needs a `threshold`");
            }
        }
        return None;
    }
    r.need("target", ": the value that pays the whole bonus");
    let ways = ["stretch", "points_per_point", "times_slope"].into_iter().filter(|key| r.has(key)).count();
    if ways > 1 {
        r.fault("stretch", "`points_per_point` and `times_slope` are three ways to pay above the target; keep one");
        return None;
    }
    if r.has("points_per_point") && !percent {
        r.fault("points_per_point", "needs points: `unit = \"percent-of-team\"` or `unit = \"percent-of-target\"`");
        return None;
    }
    if (r.has("points_per_point") || r.has("times_slope")) != r.has("most") {
        r.fault(
            "most",
            "goes with `points_per_point` or `times_slope`: the most that the curve pays, as a share of the bonus",
        );
        return None;
    }
    if r.has("stretch") != r.has("at_stretch") {
        r.fault("at_stretch", "and `stretch` go together: what reaching it pays, as a share of the bonus, as in 1.5");
        return None;
    }
    let (threshold, target) = (threshold?, target?);
    let turned = |value: Exact| if falls { -value } else { value };
    let order =
        if falls { "threshold > target > stretch, since less is better" } else { "threshold < target < stretch" };
    if turned(threshold) >= turned(target) || stretch.is_some_and(|s| turned(target) >= turned(s)) {
        r.fault("threshold", format!("and what follows must be in order: {order}"));
        return None;
    }
    let first = at_threshold.unwrap_or_default();
    let mut levels = vec![
        Level { name: "threshold".into(), value: threshold, pays: first },
        Level { name: "target".into(), value: target, pays: Exact::ONE },
    ];
    let above = points.map(Above::PointsPerPoint).or(times.map(Above::TimesSlope));
    let curve = match (above, stretch.zip(at_stretch)) {
        (Some(above), _) => {
            let curve = Curve::accelerated(turned(threshold), turned(target), first, above, cap?);
            if curve.is_none() {
                r.fault("times_slope", "has no slope to multiply: `at_threshold` pays the whole bonus already");
            }
            curve?
        }
        (None, Some((stretch, pays))) => {
            levels.push(Level { name: "stretch".into(), value: stretch, pays });
            Curve::Line(levels.iter().map(|l| (turned(l.value), l.pays)).collect())
        }
        (None, None) => Curve::Line(levels.iter().map(|l| (turned(l.value), l.pays)).collect()),
    };
    Some((curve, levels))
}

/// Shares of the bonus from a value on.
fn steps(r: Read<'_, '_, '_, '_>, falls: bool) -> Option<(Curve, Vec<Level>)> {
    let mut levels = r.tables("steps", |r| {
        let from = r.number("from", Exact(-LARGE.0), LARGE);
        let pays = r.number("pays", Exact::ZERO, MOST_SHARE);
        let name = r.text("name");
        for key in ["from", "pays"] {
            r.need(key, "; a step is { from = 0.5, pays = 1.0, name = \"gold\" }");
        }
        Some(Level { name: name.unwrap_or_default(), value: from?, pays: pays? })
    });
    if levels.is_empty() {
        return None;
    }
    for (i, level) in levels.iter_mut().enumerate().filter(|(_, level)| level.name.is_empty()) {
        level.name = format!("step {}", i + 1);
    }
    let turned = |value: Exact| if falls { -value } else { value };
    let rising = levels.windows(2).all(|l| turned(l[0].value) < turned(l[1].value) && l[0].pays < l[1].pays);
    if !rising {
        let order = if falls { "to smaller values, since less is better" } else { "to larger values" };
        r.fault("steps", format!("must go {order}, and each must pay more than the one before it"));
    }
    Some((Curve::Steps(levels.iter().map(|l| (turned(l.value), l.pays)).collect()), levels))
}

/// Money by units.
fn tiers(r: Read<'_, '_, '_, '_>, currency: Option<Currency>) -> Option<Curve> {
    let tiers = r.tables("tiers", |r| {
        let up_to = r.number("up_to", Exact(1), LARGE);
        let rate = money(r, "rate", currency);
        r.need("rate", "; a tier is { up_to = 20, rate = \"2.00\" }, and the last has no up_to");
        Some(Tier { up_to, rate: rate? })
    });
    let apply = r.word("tiers_apply", &[("retroactive", Apply::Retroactive), ("marginal", Apply::Marginal)]);
    if !r.has("tiers") {
        if r.has("tiers_apply") {
            r.fault("tiers_apply", "is for `tiers`");
        }
        return None;
    }
    r.need(
        "tiers_apply",
        ": `retroactive` (a higher rate counts from the first unit on) or `marginal` (for the units inside \
             the tier only); 29 units at 20.00 up to 20 and 30.00 above are 870.00 or 670.00",
    );
    let ends = |t: &[Tier]| t[0].up_to.is_some() && t[1].up_to.is_none_or(|to| t[0].up_to < Some(to));
    if tiers.is_empty() || tiers.last().is_some_and(|t| t.up_to.is_some()) || !tiers.windows(2).all(ends) {
        r.fault("tiers", "must go to larger `up_to`, and the last one has none");
        return None;
    }
    Some(Curve::Rates { tiers, apply: apply? })
}
