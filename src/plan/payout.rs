//! How a value becomes money, as the plan's file says it: a line, steps, or rates by units.

use super::curve::{Above, Apply, Curve, Tier};
use super::reader::Reader;
use super::{Exact, Level, Payout, Unit, mend};
use crate::money::{Currency, Money};

/// The largest value that a threshold may be.
pub const LARGE: Exact = Exact(1_000_000 * 10_000);
/// The most that a curve may pay, as a share of the bonus.
pub const MOST_SHARE: Exact = Exact(10 * 10_000);

type Read<'a, 't, 'n, 's> = &'a mut Reader<'t, 'n, 's>;

/// What the amounts of a plan are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purse {
    Money(Currency),
    /// The plan gives recognition and no money.
    Empty,
    /// The plan names a currency that there is not, which is told where it stands; the one that may be meant.
    Unknown(Option<Currency>),
}

/// An amount that is not negative.
pub fn money(r: Read<'_, '_, '_, '_>, key: &'static str, purse: Purse) -> Option<Money> {
    let text = r.amount(key)?;
    let currency = match purse {
        Purse::Money(currency) => currency,
        Purse::Unknown(meant) => meant?,
        Purse::Empty => {
            r.fault(
                key,
                "needs a `currency` at the top of the plan; a plan without a currency gives recognition and no money",
            );
            return None;
        }
    };
    match Money::parse(&text, currency) {
        Ok(amount) if amount >= Money::ZERO => Some(amount),
        Ok(_) => {
            r.wrong(key, format!("is {text}; an amount here cannot be negative"));
            None
        }
        Err(why) => {
            let meant = mend::meant(&text).and_then(|(_, number)| Money::parse(&number, currency).ok());
            let hint = meant.map_or(String::new(), |m| format!(" (did you mean {}?)", m.text(currency)));
            r.wrong(key, format!("cannot be read: {why}{hint}"));
            None
        }
    }
}

/// What the thresholds of a curve are: their unit as far as it is known, whether a smaller value is better, and whether
/// no value counts in favour.
#[derive(Debug, Clone, Copy)]
struct Scale {
    unit: Option<Unit>,
    falls: bool,
    two_sided: bool,
}

impl Scale {
    fn turned(self, value: Exact) -> Exact {
        if self.falls { -value } else { value }
    }

    /// The values that a threshold may have.
    fn range(self) -> (Exact, Exact) {
        match self.unit {
            Some(Unit::Spread) => (Exact(-10 * 10_000), Exact(10 * 10_000)),
            Some(Unit::Share) => (Exact::ZERO, Exact::ONE),
            Some(Unit::Seconds | Unit::Count | Unit::PercentOfTeam | Unit::PercentOfTarget(_)) => (Exact::ZERO, LARGE),
            Some(Unit::Points | Unit::Figure) | None => (Exact(-LARGE.0), LARGE),
        }
    }

    /// Whether a value is so small that a share is written where percent are meant.
    fn is_share_for_percent(self, value: Exact) -> bool {
        matches!(self.unit, Some(Unit::PercentOfTeam | Unit::PercentOfTarget(_))) && value < Exact(5 * 10_000)
    }
}

/// Every key of a line but its threshold.
const LINE: [&str; 7] = ["target", "stretch", "at_threshold", "at_stretch", "points_per_point", "times_slope", "most"];

/// What a unit is, for whoever has not chosen one.
fn explain(unit: &str) -> &'static str {
    match unit {
        "spread" => " (0 is the middle agent, 1 one usual distance between agents better)",
        "share" => " (0.75 is 75 %)",
        "percent-of-team" => " (100 is the level of all)",
        "percent-of-target" => " (100 is the value behind `full`)",
        _ => "",
    }
}

/// Refuses the keys of a curve where there cannot be one.
pub fn no_payout(r: Read<'_, '_, '_, '_>, why: &str) {
    for key in LINE.into_iter().chain(["unit", "full", "threshold", "steps", "tiers", "tiers_apply"]) {
        r.refuse(key, why);
    }
}

/// The keys of a payout curve. `units` are those it may have, none if nobody knows; one that still needs a number has no
/// value yet.
pub fn payout(
    r: Read<'_, '_, '_, '_>,
    purse: Purse,
    (falls, two_sided): (bool, bool),
    units: &[(&'static str, Option<Unit>)],
) -> Option<Payout> {
    let words: Vec<(&str, (&str, Option<Unit>))> = units.iter().map(|unit| (unit.0, *unit)).collect();
    let names: Vec<&str> = units.iter().map(|(word, _)| *word).collect();
    let word = if units.is_empty() {
        r.text("unit");
        None
    } else {
        let explained: Vec<String> = names.iter().map(|name| format!("{name}{}", explain(name))).collect();
        let one_of = if names.len() == 1 { "" } else { "one of " };
        r.need("unit", format!(": what the thresholds are in, {one_of}{}", explained.join(", ")));
        // Where there is but one, what else the curve says can be looked at.
        r.word("unit", &words).or(words.first().map(|word| word.1).filter(|_| words.len() == 1))
    };
    let full = r.number("full", Exact(1), LARGE);
    let unit = match word {
        Some((_, None)) => {
            r.need("full", ": the value that is 100 percent of the target");
            full.map(Unit::PercentOfTarget)
        }
        Some((_, unit)) => {
            r.refuse("full", "is for `unit = \"percent-of-target\"`");
            unit
        }
        None => None,
    };
    let own = [Unit::Share, Unit::Seconds, Unit::Count, Unit::Points, Unit::Figure];
    let scale = Scale { unit, falls: falls && unit.is_some_and(|unit| own.contains(&unit)), two_sided };
    let ways: Vec<&str> = ["threshold", "steps", "tiers"].into_iter().filter(|key| r.has(key)).collect();
    match ways[..] {
        [_] => {}
        [first, second, ..] => {
            r.fault(second, format!("stands beside `{first}`, but a value is paid in one way only; keep one of them"));
        }
        [] if LINE.iter().any(|key| r.has(key)) => r.need(
            "threshold",
            ": the value from which on something is paid, less than the target; for all or nothing, which is a cliff, \
             write steps = [{ from = 0.8, pays = 1.0 }] and no target",
        ),
        [] => r.fault(
            "",
            "does not say what is paid; there are three ways: `threshold` and `target` (a line between them), `steps` \
             (shares of the bonus), or `tiers` (money for each unit)",
        ),
    }
    let line = line(r, scale);
    let steps = steps(r, scale);
    let tiers = tiers(r, scale, purse);
    let (curve, levels) = line.or(steps).or(tiers.map(|curve| (curve, Vec::new())))?;
    Some(Payout { unit: unit?, curve, levels })
}

/// Threshold, target, and what lies above.
fn line(r: Read<'_, '_, '_, '_>, scale: Scale) -> Option<(Curve, Vec<Level>)> {
    let (low, high) = scale.range();
    let [threshold, target, stretch] = ["threshold", "target", "stretch"].map(|key| r.number(key, low, high));
    for (key, value) in [("target", target), ("stretch", stretch)] {
        if let Some(value) = value.filter(|value| scale.is_share_for_percent(*value)) {
            r.wrong(key, format!("is {}, but the unit is percent: 110 percent are written as 110", value.short()));
            return None;
        }
    }
    let at_threshold = r.number("at_threshold", Exact::ZERO, Exact::ONE);
    let at_stretch = r.number("at_stretch", Exact::ONE, MOST_SHARE);
    let points = r.number("points_per_point", Exact(1), LARGE);
    let times = r.number("times_slope", Exact(1), LARGE);
    let most = r.number("most", Exact(10_001), MOST_SHARE);
    for key in ["accelerator", "multiplier", "kicker"] {
        r.refuse(
            key,
            "can be read in two ways, and they pay differently; write `points_per_point` (hundredths of the bonus for \
             each point above the target) or `times_slope` (times the slope between threshold and target). With a \
             threshold of 70, a target of 100 that pays 10,000 and \"twice\" above it, a result of 120 pays 14,000 in \
             the first, and in the second 23,333, or 20,000 with `most = 2.0`",
        );
    }
    if !r.has("threshold") {
        return None;
    }
    r.need("target", ": the value that pays the whole bonus");
    let mut sound = true;
    // Without a unit nobody knows which way is better.
    let pairs = [(threshold, target, "target", "threshold"), (target, stretch, "stretch", "target")];
    for (lower, upper, key, before) in pairs.into_iter().filter(|_| scale.unit.is_some()) {
        let (Some(lower), Some(upper)) = (lower, upper) else { continue };
        if scale.turned(lower) >= scale.turned(upper) {
            let better = if scale.falls { "below it, since less is better" } else { "above it" };
            let (upper, lower) = (upper.short(), lower.short());
            r.fault(key, format!("is {upper} and `{before}` {lower}; the {key} must be {better}"));
            sound = false;
        }
    }
    let above: Vec<&str> =
        ["stretch", "points_per_point", "times_slope"].into_iter().filter(|key| r.has(key)).collect();
    if let [first, second, ..] = above[..] {
        r.fault(second, format!("and `{first}` both say what is paid above the target; keep one of them"));
        sound = false;
    }
    if r.has("points_per_point") && !matches!(scale.unit, None | Some(Unit::PercentOfTeam | Unit::PercentOfTarget(_))) {
        r.fault("points_per_point", "needs points: `unit = \"percent-of-team\"` or `unit = \"percent-of-target\"`");
        sound = false;
    }
    let accelerated = r.has("points_per_point") || r.has("times_slope");
    for (key, goes_with, is_there, what) in [
        (
            "most",
            "`points_per_point` or `times_slope`",
            accelerated,
            "the most that is paid, as in 2.0 for twice the bonus",
        ),
        (
            "at_stretch",
            "`stretch`",
            r.has("stretch"),
            "what reaching the stretch pays, as in 1.5 for 1.5 times the bonus",
        ),
    ] {
        if is_there {
            r.need(key, format!(": {what}"));
        } else if r.has(key) {
            r.fault(key, format!("goes with {goes_with}, which is not there"));
        }
        sound &= is_there == r.has(key);
    }
    let (threshold, target) = (threshold.filter(|_| sound && scale.unit.is_some())?, target?);
    let first = at_threshold.unwrap_or_default();
    let mut levels = vec![
        Level { name: "threshold".into(), value: threshold, pays: first },
        Level { name: "target".into(), value: target, pays: Exact::ONE },
    ];
    if let Some((value, pays)) = stretch.zip(at_stretch) {
        levels.push(Level { name: "stretch".into(), value, pays });
    }
    let curve = match points.map(Above::PointsPerPoint).or(times.map(Above::TimesSlope)) {
        Some(above) => {
            let curve = Curve::accelerated(scale.turned(threshold), scale.turned(target), first, above, most?);
            if curve.is_none() {
                r.fault("times_slope", "has no slope to multiply: `at_threshold` pays the whole bonus already");
            }
            curve?
        }
        None => Curve::Line(levels.iter().map(|l| (scale.turned(l.value), l.pays)).collect()),
    };
    Some((curve, levels))
}

/// Shares of the bonus from a value on.
fn steps(r: Read<'_, '_, '_, '_>, scale: Scale) -> Option<(Curve, Vec<Level>)> {
    let (low, high) = scale.range();
    let mut levels = r.tables("steps", |r| {
        let from = r.number("from", low, high);
        let pays = r.number("pays", Exact::ZERO, MOST_SHARE);
        let name = r.text("name");
        for key in ["from", "pays"] {
            r.need(key, "; a step is { from = 0.5, pays = 1.0, name = \"gold\" }");
        }
        if from.is_some_and(|from| from != Exact::ZERO && scale.is_share_for_percent(from)) {
            r.wrong("from", "is a share, but the unit is percent: 110 percent are written as 110");
        }
        Some(Level { name: name.unwrap_or_default(), value: from?, pays: pays? })
    });
    if levels.is_empty() {
        return None;
    }
    for (i, level) in levels.iter_mut().enumerate().filter(|(_, level)| level.name.is_empty()) {
        level.name = format!("step {}", i + 1);
    }
    let rising = |l: &[Level]| scale.turned(l[0].value) < scale.turned(l[1].value) && l[0].pays < l[1].pays;
    if scale.unit.is_some() && !levels.windows(2).all(rising) {
        let order = if scale.falls { "to smaller values, since less is better" } else { "to larger values" };
        r.fault("steps", format!("must go {order}, and each must pay more than the one before it"));
    }
    Some((Curve::Steps(levels.iter().map(|l| (scale.turned(l.value), l.pays)).collect()), levels))
}

/// Money by units.
fn tiers(r: Read<'_, '_, '_, '_>, scale: Scale, purse: Purse) -> Option<Curve> {
    let mut all = 0usize;
    let tiers = r.tables("tiers", |r| {
        all += 1;
        let up_to = r.number("up_to", Exact(1), LARGE);
        let rate = money(r, "rate", purse);
        r.need("rate", "; a tier is { up_to = 20, rate = \"2.00\" }, and the last has no up_to");
        Some(Tier { up_to: if r.has("up_to") { Some(up_to?) } else { None }, rate: rate? })
    });
    let apply = r.word("tiers_apply", &[("retroactive", Apply::Retroactive), ("marginal", Apply::Marginal)]);
    if !r.has("tiers") {
        r.refuse("tiers_apply", "is for `tiers`");
        return None;
    }
    if scale.falls || scale.two_sided {
        r.fault(
            "tiers",
            "pay for each unit, but of this measure less is better; use `threshold` and `target`, or `steps`",
        );
        return None;
    }
    r.need(
        "tiers_apply",
        ": `retroactive` (the rate of the tier that is reached counts for all units from the first on) or `marginal` \
         (each rate counts for the units inside its tier only); 29 units at 20.00 up to 20 and 30.00 above them are \
         870.00 or 670.00",
    );
    let last = all.checked_sub(1).filter(|last| tiers.len() == last + 1)?;
    let ends = |t: &[Tier]| t[0].up_to.is_some() && t[1].up_to.is_none_or(|to| t[0].up_to < Some(to));
    if tiers[last].up_to.is_some() || !tiers.windows(2).all(ends) {
        r.fault("tiers", "must go to larger `up_to`, and the last one has no `up_to`");
        return None;
    }
    Some(Curve::Rates { tiers, apply: apply? })
}
