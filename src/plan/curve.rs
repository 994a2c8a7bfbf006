//! Payout curves: from a value to a share of the bonus, or to an amount by units.

use super::Exact;
use crate::money::Money;
use crate::stats::normal;

/// What a value earns. Values are such that more is better: where less is better, they are negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Curve {
    /// Straight lines between points of (value, share of the bonus), in the order of values: nothing below the first
    /// point, no more than at the last above it.
    Line(Vec<(Exact, Exact)>),
    /// The share of the last step reached.
    Steps(Vec<(Exact, Exact)>),
    /// Money for each unit of the value.
    Rates { tiers: Vec<Tier>, apply: Apply },
}

/// Units up to `up_to` have this rate; the last tier has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier {
    pub up_to: Option<Exact>,
    pub rate: Money,
}

/// What a higher tier's rate applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apply {
    /// To all units from the first on.
    Retroactive,
    /// To the units inside the tier, like a tax bracket.
    Marginal,
}

/// More than this for units is a slip of the pen, and can still be summed.
const MOST_BY_UNITS: i64 = 1_000_000_000_000;

/// What is meant by paying `more` above the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Above {
    /// So many hundredths of the bonus for each point of the value.
    PointsPerPoint(Exact),
    /// So many times the slope between threshold and target.
    TimesSlope(Exact),
}

impl Curve {
    /// Nothing below `threshold`, all of the bonus at `target`; above it as `above` says, up to `cap` of the bonus.
    /// `at_threshold` is the share that the threshold itself pays. `None` where no slope leads to the cap.
    pub fn accelerated(
        threshold: Exact,
        target: Exact,
        at_threshold: Exact,
        above: Above,
        cap: Exact,
    ) -> Option<Curve> {
        let more = cap - Exact::ONE;
        let run = match above {
            // Hundredths of the bonus for a point.
            Above::PointsPerPoint(points) if points > Exact::ZERO => i128::from(Exact(more.0 * 100).over(points).0),
            Above::TimesSlope(times) if times > Exact::ZERO && at_threshold < Exact::ONE => {
                let rise = Exact::ONE - at_threshold;
                let run = i128::from(more.0) * i128::from((target - threshold).0) * 10_000;
                run / (i128::from(rise.0) * i128::from(times.0))
            }
            _ => return None,
        };
        // Steeper than the last digit tells, or so flat that nobody ever gets there.
        let run = Exact(run.clamp(1, 1_000_000_000 * 10_000) as i64);
        Some(Curve::Line(vec![(threshold, at_threshold), (target, Exact::ONE), (target + run, cap)]))
    }

    /// The share of the bonus that a value earns, cut off behind the fourth digit; `None` where money goes by units.
    pub fn share(&self, value: Exact) -> Option<Exact> {
        match self {
            Curve::Line(points) => Some(match points.iter().rposition(|(from, _)| value >= *from) {
                None => Exact::ZERO,
                Some(at) => match points.get(at + 1) {
                    None => points[at].1,
                    Some((to, upper)) => {
                        let (from, lower) = points[at];
                        let rise = i128::from((*upper - lower).0) * i128::from((value - from).0);
                        Exact(lower.0 + rise.div_euclid(i128::from((*to - from).0)) as i64)
                    }
                },
            }),
            Curve::Steps(steps) => {
                Some(steps.iter().rfind(|(from, _)| value >= *from).map_or(Exact::ZERO, |(_, share)| *share))
            }
            Curve::Rates { .. } => None,
        }
    }

    /// The share one level below the one that a value has reached: of a line, the levels are its points.
    pub fn share_one_level_down(&self, value: Exact) -> Option<Exact> {
        match self {
            Curve::Line(levels) | Curve::Steps(levels) => {
                let reached = levels.iter().rposition(|(from, _)| value >= *from);
                Some(reached.and_then(|at| at.checked_sub(1)).map_or(Exact::ZERO, |at| levels[at].1))
            }
            Curve::Rates { .. } => None,
        }
    }

    /// The amount that a number of units earns, cut off at the minor unit; `None` where shares of a bonus are paid.
    pub fn amount(&self, units: Exact) -> Option<Money> {
        let Curve::Rates { tiers, apply } = self else { return None };
        let of = |units: Exact, rate: Money| rate.0 as i128 * i128::from(units.0.max(0));
        let sum: i128 = match apply {
            Apply::Retroactive => {
                let tier = tiers.iter().find(|t| t.up_to.is_none_or(|up_to| units <= up_to));
                tier.map_or(0, |tier| of(units, tier.rate))
            }
            Apply::Marginal => {
                let from = std::iter::once(Exact::ZERO).chain(tiers.iter().filter_map(|t| t.up_to));
                tiers
                    .iter()
                    .zip(from)
                    .map(|(t, from)| of(t.up_to.map_or(units, |to| units.min(to)) - from, t.rate))
                    .sum()
            }
        };
        Some(Money(sum.div_euclid(10_000).clamp(0, i128::from(MOST_BY_UNITS)) as i64))
    }

    /// The share that a value earns on average if it is only known as a normal one: the noise rent, where the value is
    /// that of an average agent.
    ///
    /// Each straight piece is the difference of two calls of L. Bachelier (Theorie de la speculation, 1900):
    /// E(X - k)+ = (m - k) Phi(d) + s phi(d), d = (m - k) / s.
    pub fn expected_share(&self, mean: f64, sd: f64) -> Option<f64> {
        let reached = |at: Exact| normal::upper_tail((at.f64() - mean) / sd);
        if sd <= 0.0 {
            return self.share(Exact::of(mean)).map(Exact::f64);
        }
        match self {
            Curve::Line(points) => {
                let first = points.first().map_or(0.0, |(at, share)| share.f64() * reached(*at));
                let pieces = points.windows(2).map(|pair| {
                    let [(from, lower), (to, upper)] = [pair[0], pair[1]];
                    let slope = (upper - lower).f64() / (to - from).f64();
                    slope * (beyond(mean, sd, from.f64()) - beyond(mean, sd, to.f64()))
                });
                Some(first + pieces.sum::<f64>())
            }
            Curve::Steps(steps) => {
                let before = std::iter::once(Exact::ZERO).chain(steps.iter().map(|(_, share)| *share));
                Some(steps.iter().zip(before).map(|((at, share), before)| (*share - before).f64() * reached(*at)).sum())
            }
            Curve::Rates { .. } => None,
        }
    }

    /// The largest jump of the share at one value.
    pub fn largest_jump(&self) -> Exact {
        match self {
            Curve::Line(points) => points.first().map_or(Exact::ZERO, |(_, share)| *share),
            Curve::Steps(steps) => {
                let before = std::iter::once(Exact::ZERO).chain(steps.iter().map(|(_, share)| *share));
                steps.iter().zip(before).map(|((_, share), before)| *share - before).max().unwrap_or_default()
            }
            Curve::Rates { .. } => Exact::ZERO,
        }
    }
}

/// What a normal variable is above `k` on average, counting nothing where it is below.
pub fn beyond(mean: f64, sd: f64, k: f64) -> f64 {
    if sd <= 0.0 {
        return (mean - k).max(0.0);
    }
    let d = (mean - k) / sd;
    (mean - k) * normal::cdf(d) + sd * normal::density(d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    fn points(of: &[(&str, &str)]) -> Vec<(Exact, Exact)> {
        of.iter().map(|(value, share)| (exact(value), exact(share))).collect()
    }

    fn rates(apply: Apply, first: (&str, i64), then: i64) -> Curve {
        let tiers =
            vec![Tier { up_to: Some(exact(first.0)), rate: Money(first.1) }, Tier { up_to: None, rate: Money(then) }];
        Curve::Rates { tiers, apply }
    }

    #[test]
    fn tiers_pay_from_the_first_unit_on_or_like_a_tax_bracket() {
        // 29 files, $20 up to 20, $30 above: $870 retroactive, $670 marginal.
        let of = |apply| rates(apply, ("20", 2_000), 3_000).amount(exact("29")).unwrap();
        assert_eq!((of(Apply::Retroactive), of(Apply::Marginal)), (Money(87_000), Money(67_000)));
        // 125 at 10 per cent up to 100 and 12 above: 15.00 and 13.00.
        let of = |apply| rates(apply, ("100", 10), 12).amount(exact("125")).unwrap();
        assert_eq!((of(Apply::Retroactive), of(Apply::Marginal)), (Money(1_500), Money(1_300)));
        assert_eq!(rates(Apply::Retroactive, ("20", 2_000), 3_000).amount(exact("20")), Some(Money(40_000)));
        assert_eq!(rates(Apply::Marginal, ("20", 2_000), 3_000).amount(exact("-5")), Some(Money::ZERO));
    }

    #[test]
    fn twice_above_the_target_means_two_things_and_the_plan_must_say_which() {
        // Threshold 70, target 100 pays 10,000, twice above it, cap 200 per cent.
        let of = |above| Curve::accelerated(exact("70"), exact("100"), Exact::ZERO, above, exact("2")).unwrap();
        let paid = |curve: &Curve, value| Money(1_000_000).share(curve.share(exact(value)).unwrap().0, 10_000);
        let points = of(Above::PointsPerPoint(exact("2")));
        let slope = of(Above::TimesSlope(exact("2")));
        assert_eq!((paid(&points, "85"), paid(&slope, "85")), (Money(500_000), Money(500_000)));
        assert_eq!((paid(&points, "120"), paid(&slope, "120")), (Money(1_400_000), Money(2_000_000)));
        assert_eq!((paid(&points, "69.9999"), paid(&points, "500")), (Money::ZERO, Money(2_000_000)));
        // Without the cap the steep reading would be 23,333.
        let wide =
            Curve::accelerated(exact("70"), exact("100"), Exact::ZERO, Above::TimesSlope(exact("2")), exact("3"));
        assert_eq!(paid(&wide.unwrap(), "120"), Money(2_333_300));
        assert_eq!(
            Curve::accelerated(exact("70"), exact("100"), Exact::ONE, Above::TimesSlope(Exact::ONE), exact("2")),
            None
        );
    }

    #[test]
    fn a_level_down_is_the_share_of_the_point_before() {
        let line = Curve::Line(points(&[("0", "0.5"), ("0.52", "1"), ("1.28", "1.5")]));
        let down = |value| line.share_one_level_down(exact(value)).unwrap().to_string();
        assert_eq!([down("-1"), down("0.3"), down("0.6"), down("2")], ["0.0000", "0.0000", "0.5000", "1.0000"]);
        assert_eq!(line.largest_jump(), exact("0.5"));
        let steps = Curve::Steps(points(&[("0", "0.5"), ("1", "1.2")]));
        assert_eq!(
            (steps.share(exact("0.99")), steps.share_one_level_down(exact("1"))),
            (Some(exact("0.5")), Some(exact("0.5")))
        );
        assert_eq!(steps.largest_jump(), exact("0.7"));
    }

    #[test]
    fn the_noise_rent_is_that_of_the_published_simulation() {
        // Reliability, then raw scores with absolute targets, shrunk means and the lower bound; sim.txt, S9.
        let line = Curve::Line(points(&[("0", "0"), ("0.524", "1"), ("1.282", "1.5")]));
        for (r, raw, shrunk, bound) in [
            (0.3, 0.573, 0.313, 0.023),
            (0.5, 0.493, 0.333, 0.052),
            (0.7, 0.396, 0.313, 0.069),
            (0.9, 0.243, 0.222, 0.058),
            (0.97, 0.133, 0.129, 0.035),
        ] {
            let s = f64::sqrt((1.0 - r) / r);
            let of = |mean: f64, sd: f64| line.expected_share(mean, sd).unwrap();
            for (found, simulated) in
                [(of(0.0, s), raw), (of(0.0, r * s), shrunk), (of(-0.841_621 * f64::sqrt(1.0 - r), r * s), bound)]
            {
                assert!((found - simulated).abs() < 0.002, "{r}: {found} is not {simulated}");
            }
        }
    }

    #[test]
    fn the_expected_share_is_that_of_draws() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let draws: Vec<f64> = (0..200_000).map(|_| normal::quantile(uniform().clamp(1e-12, 1.0 - 1e-12))).collect();
        for curve in [
            Curve::Line(points(&[("-0.2", "0.25"), ("0.5", "1"), ("2", "2.5")])),
            Curve::Steps(points(&[("-0.5", "0.3"), ("0.4", "1"), ("1", "1.5")])),
        ] {
            for (mean, sd) in [(0.0, 1.0), (-0.8, 0.6), (1.3, 0.2)] {
                let share = |x: &f64| curve.share(Exact::of(mean + sd * x)).unwrap().f64();
                let drawn = draws.iter().map(share).sum::<f64>() / draws.len() as f64;
                let found = curve.expected_share(mean, sd).unwrap();
                assert!((found - drawn).abs() < 0.005, "{curve:?} at {mean}, {sd}: {found} is not {drawn}");
            }
            assert_eq!(curve.expected_share(0.5, 0.0), Some(1.0));
        }
    }
}
