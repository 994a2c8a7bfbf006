//! One measure of all agents: observed, expected, and what is left when luck is taken out.

use crate::metrics::catalogue::Level;
use crate::stats::heterogeneity::paule_mandel;
use crate::stats::median;
use crate::stats::mixed::{Design, Entry, effects};
use crate::strata::{Cells, Component, Counts, Expected, LOG_UNIT, Tally, expected};
use libm::{exp, sqrt};

/// What agents are compared on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The customer did not have to come back, and was not passed on.
    Resolution,
    /// Top-two survey answers.
    Satisfaction,
    /// Handle time of calls that were neither cut short nor passed on; shorter is better.
    HandleTime,
    /// What came of the contact in the business was what is wanted: kept, renewed, sold.
    Outcome,
}

impl Measure {
    pub const COUNT: usize = 4;
    pub const ALL: [Measure; Measure::COUNT] =
        [Measure::Resolution, Measure::Satisfaction, Measure::HandleTime, Measure::Outcome];

    pub fn id(self) -> &'static str {
        match self {
            Measure::Resolution => "resolution",
            Measure::Satisfaction => "satisfaction",
            Measure::HandleTime => "handle_time",
            Measure::Outcome => "outcome",
        }
    }

    /// What kind of thing it tells of.
    pub fn level(self) -> Level {
        match self {
            Measure::Resolution => Level::Quality,
            Measure::Satisfaction => Level::Experience,
            Measure::HandleTime => Level::Productivity,
            Measure::Outcome => Level::Outcome,
        }
    }

    /// Weight in the score without a plan. Outcomes are shown then and have none: what is wanted, and in which queues,
    /// only a plan can say.
    pub fn usual_weight(self) -> f64 {
        match self {
            Measure::Resolution => 0.5,
            Measure::Satisfaction => 0.3,
            Measure::HandleTime => 0.2,
            Measure::Outcome => 0.0,
        }
    }

    /// 1 where more is better, else -1.
    pub fn sign(self) -> f64 {
        if self == Measure::HandleTime { -1.0 } else { 1.0 }
    }

    /// n and sum of a cell's values: shares of 0 and 1, or logarithms of milliseconds.
    pub fn of(self, c: &Counts) -> (f64, f64) {
        match self {
            Measure::Resolution => {
                let (contacts, failures) = c.judged_contacts();
                (contacts, contacts - failures)
            }
            Measure::Satisfaction => (f64::from(c.surveyed), f64::from(c.top_two)),
            Measure::HandleTime => (f64::from(c.timed), c.log_handle as f64 / LOG_UNIT),
            Measure::Outcome => (f64::from(c.outcomes), f64::from(c.outcomes_met)),
        }
    }

    /// With fewer than this no value of a single agent is shown: so few answers are anecdotes, whatever the spread.
    pub(super) fn fewest(self) -> u64 {
        if matches!(self, Measure::Satisfaction | Measure::Outcome) { 10 } else { 1 }
    }

    /// How many contacts, answers or calls of a cell count.
    pub fn count(self, c: &Counts) -> u64 {
        u64::from(match self {
            Measure::Resolution => c.followed,
            Measure::Satisfaction => c.surveyed,
            Measure::HandleTime => c.timed,
            Measure::Outcome => c.outcomes,
        })
    }
}

/// Under this many agents the spread between agents is not known well enough to be taken for certain.
const FEW_AGENTS: usize = 50;
/// Points over which the spread is integrated then.
const GRID: usize = 60;
/// Pseudo calls with which a stratum leans on its queue x issue.
const PSEUDO: f64 = 10.0;
/// Part of the variance between agents that is taken not to carry over from the calls an agent had to those of others:
/// agents differ by queue and issue in ways that the model does not have. Without it, agents of simulated worlds who
/// are said to be 0.8 to 0.9 sure to be above the median are so less often; docs/method.md has the calibration.
const NOT_CARRIED_OVER: f64 = 0.1;
/// A measure this reliable for an agent, or more, tells something of the agent.
pub const RELIABLE: f64 = 0.5;
/// A reliability below this foretells nothing.
const TRACE: f64 = 0.02;
/// The likelihood ratio from which on a spread between agents is more than luck, at 5 %: twice the log likelihood of
/// the spread less that of none is half a chi-squared variable; S. G. Self and K.-Y. Liang, JASA 82 (1987) 605-610.
const TOLD_APART: f64 = 2.705_543_454_095_404;
/// Two-sided 80 % point of the standard normal distribution.
pub const Z80: f64 = 1.281_551_565_544_600_4;

/// One measure of one agent. Shares from 0 to 1, or seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Contacts, answers or calls it rests on.
    pub n: u64,
    pub observed: f64,
    /// What the other agents' results let expect of the same calls.
    pub expected: f64,
    pub difference: f64,
    /// The best guess of the agent's own level on these calls, and its 80 % interval.
    pub shrunk: f64,
    pub low: f64,
    pub high: f64,
    /// Share of what is seen that is the agent's own doing: 0 luck, 1 certain.
    pub reliability: f64,
    /// More contacts, answers or calls until the reliability is 0.5; 0 where it is, `None` where no number would do.
    pub needed: Option<u64>,
    /// Share of the expectation that rests on strata made up of the agent's own calls.
    pub own_share: f64,
    /// Effect and its variance in units of the spread between agents; more is better.
    pub skill: f64,
    pub skill_variance: f64,
    /// What lies between the expectation and the best guess, and its variance as far as the same calls go: share points,
    /// or of the logarithm of time.
    pub effect: f64,
    pub effect_variance: f64,
    /// Variance by which luck alone moves what is seen: share points, or of the logarithm of time, squared.
    pub noise: f64,
}

/// One measure of all agents.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureOfAll {
    pub measure: Measure,
    /// Level of all agents: a share, or seconds.
    pub team: f64,
    /// Spread between agents: share points, or of the logarithm of time.
    pub spread: f64,
    /// False where the differences between agents are no larger than luck makes them.
    pub told_apart: bool,
    /// In the order of the cells' agents; `None` without anything to judge.
    pub agents: Vec<Option<Judged>>,
}

impl Judged {
    /// What would be known with so many times as much of the same, the best guess being what it is: its variance would
    /// fall, as reliability grows like `most n / (n + k)`; see [`needed`]. `peers` are the agents compared with, in all.
    pub fn with_more(&self, times: f64, peers: usize) -> Judged {
        let most = 1.0 - 1.0 / peers.max(1) as f64;
        if self.reliability <= 0.0 || self.reliability >= most {
            return *self;
        }
        let lacking = (most - self.reliability) / self.reliability;
        let reliability = most * times / (times + lacking);
        let of_luck = 1.0 - reliability;
        Judged { reliability, skill_variance: of_luck + NOT_CARRIED_OVER * (1.0 - of_luck), ..*self }
    }

    /// Weeks until what is needed has come in, at the pace of a log of so many weeks; 0 where nothing is needed.
    pub fn weeks_needed(&self, weeks: f64) -> Option<f64> {
        // A log of a day says what a day brings.
        self.needed.map(|needed| needed as f64 / self.n.max(1) as f64 * weeks.max(1.0 / 7.0))
    }
}

impl MeasureOfAll {
    /// The level that a skill, in units of the spread between agents, would have on the calls of all.
    pub fn level_of_all(&self, skill: f64) -> f64 {
        level(self.measure, self.team, self.measure.sign() * skill * self.spread)
    }
}

/// What an effect makes of an expectation: a share, or seconds.
pub fn level(measure: Measure, expected: f64, effect: f64) -> f64 {
    match measure {
        Measure::HandleTime => expected * exp(effect),
        _ => (expected + effect).clamp(0.0, 1.0),
    }
}

/// Judges one measure; `None` where the log has nothing to judge, or nothing that differs.
pub fn judge(measure: Measure, tally: &Tally, components: &[Component]) -> Option<MeasureOfAll> {
    let cells = &tally.cells;
    let facts = expected(cells, PSEUDO, |c| measure.of(c));
    let strata: Vec<(f64, f64)> = cells.by_stratum().iter().map(|c| measure.of(c)).collect();
    let all: f64 = strata.iter().map(|(n, _)| n).sum();
    let sigma2 = match measure {
        Measure::Resolution => tally.resolution_variance?,
        Measure::HandleTime => tally.log_handle_variance?,
        Measure::Satisfaction | Measure::Outcome => coin_variance(&strata)?,
    };
    if all <= 0.0 || sigma2 <= 1e-12 {
        return None;
    }
    let groups: Vec<Vec<(f64, f64)>> = components
        .iter()
        .map(|c| c.agents.iter().map(|i| &facts[*i]).filter(|f| f.n > 0.0).map(|f| seen(measure, f, sigma2)).collect())
        .collect();
    let found = paule_mandel(&groups);
    let variances: Vec<f64> = groups.iter().flatten().map(|(_, v)| *v).collect();
    let design = design(measure, cells);
    let posterior = if variances.len() < FEW_AGENTS {
        over_the_grid(&design, sigma2, 4.0 * sqrt(found + median(&variances).unwrap_or(0.0)))
    } else {
        // Where nothing can be told apart, a spread so small that everything is shrunk away.
        let sizes: Vec<f64> = (0..design.agents()).map(|i| design.observations(i) + 1.0).collect();
        certain(&design, sigma2, found.max(1e-3 * sigma2 / median(&sizes).unwrap_or(1.0)))
    };
    let mut peers = vec![1; cells.len()];
    for component in components {
        component.agents.iter().for_each(|i| peers[*i] = component.agents.len());
    }
    let agents = (0..cells.len())
        .map(|i| {
            (facts[i].n > 0.0)
                .then(|| judged(measure, &facts[i], sigma2, &cells.agent(i).totals(), &posterior.agent(i), peers[i]))
        })
        .collect();
    let team = match measure {
        Measure::HandleTime => {
            let (n, ms) = cells
                .by_stratum()
                .iter()
                .fold((0.0, 0.0), |(n, ms), c| (n + f64::from(c.timed), ms + c.handle_ms as f64));
            ms / n / 1_000.0
        }
        _ => strata.iter().map(|(_, sum)| sum).sum::<f64>() / all,
    };
    let told_apart = 2.0 * posterior.log_likelihood > TOLD_APART;
    Some(MeasureOfAll { measure, team, spread: sqrt(posterior.tau2), told_apart, agents })
}

/// Variance of coins whose chances are the strata's.
fn coin_variance(strata: &[(f64, f64)]) -> Option<f64> {
    let all: f64 = strata.iter().map(|(n, _)| n).sum();
    let of = |(n, sum): &(f64, f64)| if *n > 0.0 { sum * (1.0 - sum / n) } else { 0.0 };
    (all > 0.0).then(|| strata.iter().map(of).sum::<f64>() / all)
}

/// Observed less expected a call, and its variance.
fn seen(measure: Measure, facts: &Expected, sigma2: f64) -> (f64, f64) {
    let variance = match measure {
        Measure::HandleTime => sigma2 / facts.n,
        // Where every other agent had the same result, the coin of all.
        _ if facts.variance > 0.0 => facts.variance / (facts.n * facts.n),
        _ => sigma2 / facts.n,
    };
    ((facts.observed - facts.expected) / facts.n, variance)
}

fn design(measure: Measure, cells: &Cells) -> Design {
    let mut design = Design::default();
    for agent in cells.agents() {
        design.push(agent.cells.iter().map(|cell| {
            let (n, sum) = measure.of(&cell.counts);
            Entry { stratum: cell.stratum, n, sum }
        }));
    }
    design
}

/// What is known of the agents and of the spread between them.
struct Posterior {
    agents: Vec<Known>,
    tau2: f64,
    /// Restricted log likelihood of the spread, less that of no spread at all.
    log_likelihood: f64,
}

impl Posterior {
    fn agent(&self, i: usize) -> Known {
        self.agents[i]
    }
}

/// What is known of one agent's effect: in its own unit, and in units of the spread between agents.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    mean: f64,
    variance: f64,
    skill: f64,
    skill_variance: f64,
}

/// For one spread between agents.
fn certain(design: &Design, sigma2: f64, tau2: f64) -> Posterior {
    let found = effects(design, sigma2 / tau2);
    let log_likelihood = found.log_likelihood(sigma2);
    let known = |(mean, variance): (&f64, &f64)| {
        let variance = variance * sigma2;
        Known { mean: *mean, variance, skill: mean / sqrt(tau2), skill_variance: variance / tau2 }
    };
    Posterior { agents: found.mean.iter().zip(&found.variance).map(known).collect(), tau2, log_likelihood }
}

/// Over every spread up to `most` that is possible, each with its restricted likelihood as weight: uniform prior on
/// tau. With few agents one best spread would feign certainty; C. N. Morris, JASA 78 (1983) 47-55.
fn over_the_grid(design: &Design, sigma2: f64, most: f64) -> Posterior {
    let tau = |g: usize| (g as f64 + 0.5) / GRID as f64 * most;
    let points: Vec<Posterior> = (0..GRID).map(|g| certain(design, sigma2, tau(g) * tau(g))).collect();
    let best = points.iter().map(|p| p.log_likelihood).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = points.iter().map(|p| exp(p.log_likelihood - best)).collect();
    let all: f64 = weights.iter().sum();
    let mixed = |of: &dyn Fn(&Posterior) -> f64| points.iter().zip(&weights).map(|(p, w)| of(p) * w).sum::<f64>() / all;
    let agent = |i: usize| {
        let mean = mixed(&|p| p.agents[i].mean);
        let skill = mixed(&|p| p.agents[i].skill);
        Known {
            mean,
            variance: mixed(&|p| p.agents[i].variance + (p.agents[i].mean - mean).powi(2)),
            skill,
            skill_variance: mixed(&|p| p.agents[i].skill_variance + (p.agents[i].skill - skill).powi(2)),
        }
    };
    Posterior { agents: (0..design.agents()).map(agent).collect(), tau2: mixed(&|p| p.tau2), log_likelihood: best }
}

fn judged(measure: Measure, facts: &Expected, sigma2: f64, totals: &Counts, known: &Known, peers: usize) -> Judged {
    // As far as something is known of the agent at all: what is not known cannot be less certain than that.
    let of_luck = known.skill_variance.min(1.0);
    let skill_variance = of_luck + NOT_CARRIED_OVER * (1.0 - of_luck);
    let variance = known.variance * if of_luck > 0.0 { skill_variance / of_luck } else { 1.0 };
    let half = Z80 * sqrt(variance);
    let (difference, noise) = seen(measure, facts, sigma2);
    let reliability = 1.0 - of_luck;
    let (observed, expected) = match measure {
        Measure::HandleTime => {
            let observed = totals.handle_ms as f64 / f64::from(totals.timed) / 1_000.0;
            // The same ratio as of the logarithms that are compared, so that the two never disagree.
            (observed, observed / exp(difference))
        }
        _ => (facts.observed / facts.n, facts.expected / facts.n),
    };
    let level = |effect: f64| level(measure, expected, effect);
    let n = measure.count(totals);
    Judged {
        n,
        observed,
        expected,
        difference: observed - expected,
        shrunk: level(known.mean),
        low: level(known.mean - half),
        high: level(known.mean + half),
        reliability,
        needed: needed(reliability, n, peers).map(|needed| needed.max(measure.fewest().saturating_sub(n))),
        own_share: facts.own_share,
        skill: measure.sign() * known.skill,
        skill_variance,
        effect: known.mean,
        effect_variance: known.variance,
        noise,
    }
}

/// How many more contacts, answers or calls would make the reliability 0.5; `None` where no number would.
fn needed(reliability: f64, n: u64, peers: usize) -> Option<u64> {
    if reliability >= RELIABLE {
        return Some(0);
    }
    let times = Growth::of(reliability, peers).times_for(RELIABLE)?;
    Some((times * n as f64 - n as f64).max(1.0).ceil() as u64)
}

/// How reliability grows with more of the same: `most x / (x + k)` after `x` times as many as it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    now: f64,
    pub most: f64,
    pub k: f64,
}

impl Growth {
    pub fn of(reliability: f64, peers: usize) -> Growth {
        let most = (1.0 - 1.0 / peers.max(1) as f64).max(reliability);
        Growth {
            now: reliability,
            most,
            k: if reliability > 0.0 { (most - reliability) / reliability } else { f64::INFINITY },
        }
    }

    /// After so many times as many.
    pub fn after(&self, times: f64) -> f64 {
        if self.now > 0.0 && times > 0.0 { self.most * times / (times + self.k) } else { 0.0 }
    }

    /// How many times as many make it reach something; `None` where no number would, or too little is known to say.
    pub fn times_for(&self, reliability: f64) -> Option<f64> {
        let grows = self.now >= TRACE && self.most > reliability;
        grows.then(|| reliability * self.k / (self.most - reliability))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needed_is_what_the_growth_of_reliability_says() {
        // By hand, of 5 agents: most = 0.8, k = 30 (0.8 - 0.3) / 0.3 = 50, 0.5 * 50 / (0.8 - 0.5) - 30 = 53.3
        assert_eq!(needed(0.3, 30, 5), Some(54));
        assert_eq!(needed(0.499_999, 1_000, 100), Some(1));
        assert_eq!((needed(0.5, 30, 5), needed(0.5, 30, 2)), (Some(0), Some(0)));
    }

    #[test]
    fn what_more_calls_would_give_follows_the_same_growth() {
        // Among very many agents n for 0.7 is 2.33 sigma2 / tau2, and for 0.5 it is 1: Adams, RAND TR-653 (2009).
        let many = usize::MAX;
        let half = Growth::of(0.5, many);
        assert!((half.times_for(0.7).unwrap() - 2.333).abs() < 0.001);
        assert!((half.after(7.0 / 3.0) - 0.7).abs() < 1e-9);
        // By hand, of 5 agents: most = 0.8, k = 50; 0.5 takes 83.3 of which there are 30.
        let few = Growth::of(0.3, 5);
        assert!((few.times_for(0.5).unwrap() - 83.333 / 30.0).abs() < 0.001);
        assert_eq!((few.times_for(0.8), Growth::of(0.01, many).times_for(0.5)), (None, None));
    }

    #[test]
    fn with_as_much_as_is_needed_reliability_is_one_half() {
        let judged = Judged {
            n: 30,
            observed: 0.5,
            expected: 0.5,
            difference: 0.0,
            shrunk: 0.5,
            low: 0.4,
            high: 0.6,
            reliability: 0.3,
            needed: Some(54),
            own_share: 0.1,
            skill: 0.4,
            skill_variance: 0.73,
            effect: 0.0,
            effect_variance: 0.0,
            noise: 0.0,
        };
        let more = judged.with_more(84.0 / 30.0, 5);
        assert!((more.reliability - 0.5).abs() < 0.002 && more.skill_variance < 0.56, "{more:?}");
        assert!((judged.with_more(1.0, 5).reliability - 0.3).abs() < 1e-12);
        assert_eq!(judged.with_more(9.0, 1), judged);
    }

    #[test]
    fn no_number_makes_one_of_two_agents_known_or_one_of_whom_nothing_is() {
        assert_eq!((needed(0.4, 30, 2), needed(0.4, 30, 1), needed(0.019, 30, 50)), (None, None, None));
    }
}
