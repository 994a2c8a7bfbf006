//! The agent's results beside what was expected of the same calls, and what they add to the score.

use super::{Block, SectionReport, StatementParts};
use crate::explain::{Kind, Part, added_up, kinds, parts};
use crate::incentives::{called, observed};
use crate::judge::{Measure, RELIABLE, Score};
use crate::metrics::catalogue::Unit;
use crate::plan::{On, Plan, PlanMeasure, Source};
use crate::report::{Cell, Show, Table, clock, plainly};
use schemars::JsonSchema;
use serde::Serialize;

/// A measure of the plan, judged.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeasureResult {
    /// `resolution`, `satisfaction`, `handle_time` or `outcome`.
    pub measure: &'static str,
    /// Its weight in use, a fraction.
    pub weight: f64,
    /// Level of all: a fraction, or seconds.
    pub team: f64,
    /// How far agents truly differ: a fraction, or the logarithm of time.
    pub spread: f64,
    /// Agents can be told apart by it.
    pub told_apart: bool,
    /// In units of `spread`, how far from the middle is usual; null if more is always better.
    pub two_sided_band: Option<f64>,
    #[serde(flatten)]
    pub own: OwnResult,
    /// Where the agent is, in units of `spread`, more is better.
    pub steps: f64,
    /// `weight` times `steps`.
    pub adds: f64,
    /// The three kinds of call with most of the agent's.
    pub kinds: Vec<KindReport>,
}

/// What the agent made of it; all unknown where there is nothing to judge or nobody to compare with.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct OwnResult {
    /// Contacts, answers, calls or outcomes that it rests on; null where there is nothing to judge.
    pub n: Option<u64>,
    /// As it was, a fraction or seconds; null with `n`.
    pub observed: Option<f64>,
    /// What the others' results let expect of the same calls; null where nobody takes the same kinds of call.
    pub expected: Option<f64>,
    /// `observed` less `expected`; null with `expected`.
    pub difference: Option<f64>,
    /// Best guess of the agent's own level on these calls; null with `expected`.
    pub shrunk: Option<f64>,
    /// Lower end of its 80 % interval; null with `expected`.
    pub low: Option<f64>,
    /// Upper end of its 80 % interval; null with `expected`.
    pub high: Option<f64>,
    /// Share of what is seen that is the agent's own doing, from 0 to 1; null with `expected`.
    pub reliability: Option<f64>,
    /// More of them until the reliability is 0.5, 0 where it is; null where no number would do.
    pub needed: Option<u64>,
}

/// A kind of call, the agent's result beside the others'.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KindReport {
    /// Queue, issue and part of the day.
    pub kind: String,
    /// How many of the agent's.
    pub n: u64,
    /// The agent's result: a share, or the typical time in seconds.
    pub own: f64,
    /// How many of the others'.
    pub others_n: u64,
    /// The others' result; null where they have none.
    pub others: Option<f64>,
}

/// The score of all measures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ScoreResult {
    /// What the measures add up to.
    pub sum: f64,
    /// What they add up to for the median agent.
    pub middle: f64,
    /// `sum` less `middle`.
    pub score: f64,
    /// Lower end of its 80 % interval.
    pub low: f64,
    /// Upper end of its 80 % interval.
    pub high: f64,
    /// How far it can be off: a standard deviation.
    pub sd: f64,
    /// Chance to be truly above the median, from 0 to 1.
    pub p_above_median: f64,
    /// 0 luck, 1 certain.
    pub reliability: f64,
    /// Agents in the group.
    pub compared_with: usize,
}

pub fn measures(of: &StatementParts<'_>) -> (Option<ScoreResult>, Vec<MeasureResult>, SectionReport) {
    let known = of.known;
    let verdict = &of.card().verdict;
    let is_naive = known.plan.rule.is_naive();
    let shown = |p: &Part<'_>| is_naive || known.plan.weight_of(p.measure).0 > 0;
    let in_plan: Vec<Part<'_>> = parts(known, of.card).into_iter().filter(shown).collect();
    let mut blocks = Vec::new();
    if is_naive {
        blocks.push(Block::Paragraph("What the plan pays for, as it was seen:".to_string()));
        blocks.extend(as_seen(of));
        blocks.push(Block::Paragraph(
            "Beside it, for your information and not for the amount, the comparison with the same calls of others:"
                .to_string(),
        ));
    }
    let score = verdict.score.as_ref().map(|score| score_result(&in_plan, score));
    let is_compared = verdict.compared;
    if is_compared {
        blocks.extend(compared(of, &in_plan, score.as_ref()));
    } else {
        blocks.push(Block::Paragraph(
            "Nobody else takes the same kinds of call, so that there is nothing to compare yours with.".to_string(),
        ));
    }
    let reports = in_plan.iter().map(|part| measure_result(of, part, is_compared)).collect();
    let title = "Your results beside others' with the same calls";
    (score, reports, SectionReport { id: "measures", title, blocks })
}

/// What a plan that compares nothing pays for.
fn as_seen(of: &StatementParts<'_>) -> Vec<Block> {
    let plan = of.known.plan;
    let item = |m: &PlanMeasure| {
        let seen = observed(of.known, &m.source, of.card);
        let text = match (&m.source, seen) {
            (_, None) => "not known".to_string(),
            (Source::Judged(measure), Some(x)) => level(*measure, x),
            (Source::Metric(at), Some(x)) => match crate::metrics::catalogue::CATALOGUE[*at].unit {
                Unit::Seconds => clock(x),
                Unit::Share => format!("{:.1} %", x * 100.0),
                _ => crate::incentives::short(crate::plan::Exact::of(x)),
            },
            (Source::Figure(_), Some(x)) => crate::incentives::short(crate::plan::Exact::of(x)),
        };
        Block::Item(format!("{}: {text}, with a weight of {}", called(&m.source), crate::incentives::percent(m.weight)))
    };
    plan.measures.iter().map(item).collect()
}

fn measure_result(of: &StatementParts<'_>, part: &Part<'_>, is_compared: bool) -> MeasureResult {
    let plan = of.known.plan;
    let paid = plan.measures.iter().find(|m| m.source == Source::Judged(part.measure));
    let own = part.judged.filter(|_| is_compared).map_or(OwnResult::default(), |j| OwnResult {
        n: Some(j.n),
        observed: Some(j.observed),
        expected: Some(j.expected),
        difference: Some(j.difference),
        shrunk: Some(j.shrunk),
        low: Some(j.low),
        high: Some(j.high),
        reliability: Some(j.reliability),
        needed: j.needed.filter(|_| part.all.told_apart),
    });
    let shown = kinds_of(of, part.measure);
    MeasureResult {
        measure: part.measure.id(),
        weight: part.weight,
        team: part.all.team,
        spread: part.all.spread,
        told_apart: part.all.told_apart,
        two_sided_band: paid.and_then(|m| m.two_sided).map(crate::plan::Exact::f64),
        own,
        steps: part.steps,
        adds: part.adds,
        kinds: shown
            .into_iter()
            .map(|k| KindReport { kind: k.name, n: k.n, own: k.own, others_n: k.others_n, others: k.others })
            .collect(),
    }
}

fn kinds_of(of: &StatementParts<'_>, measure: Measure) -> Vec<Kind> {
    kinds(measure, &of.known.cards.tally, of.card, of.known.log, of.blocks)
}

fn score_result(of: &[Part<'_>], score: &Score) -> ScoreResult {
    let sum: f64 = of.iter().map(|part| part.adds).sum();
    ScoreResult {
        sum,
        middle: sum - score.value,
        score: score.value,
        low: score.low,
        high: score.high,
        sd: score.sd,
        p_above_median: score.p_above_median,
        reliability: score.reliability,
        compared_with: score.of,
    }
}

/// A level of a measure: a share in percent, or a time.
fn level(measure: Measure, x: f64) -> String {
    if measure == Measure::HandleTime { clock(x) } else { format!("{:.1} %", 100.0 * x) }
}

fn range(measure: Measure, low: f64, high: f64) -> String {
    let low = level(measure, low);
    format!("{} to {}", low.trim_end_matches(" %"), level(measure, high))
}

fn unit(measure: Measure) -> Unit {
    if measure == Measure::HandleTime { Unit::Seconds } else { Unit::Share }
}

fn name(measure: Measure) -> String {
    measure.id().replace('_', " ")
}

fn compared(of: &StatementParts<'_>, in_plan: &[Part<'_>], score: Option<&ScoreResult>) -> Vec<Block> {
    let mut blocks = vec![
        Block::Table(table(in_plan, of.known.plan)),
        Block::Paragraph(
            "Expected is what the other agents' results let expect of your calls: your number of calls of each kind (same \
             queue, issue and part of the day) times the others' result for that kind, without your own. So what you could \
             not choose, the calls that you were given, is taken out."
                .to_string(),
        ),
        Block::Paragraph(
            "Own says how much of what is seen is your own doing (the reliability); the rest is luck, 0 is all luck. The best guess \
             has luck taken out, and in 8 of 10 cases your true level lies in the range behind it. Both are computed for all \
             agents and kinds of call at once, and so also know who the others were."
                .to_string(),
        ),
    ];
    let plan = of.known.plan;
    if !plan.rule.is_naive() {
        let has_time = in_plan.iter().any(|part| part.measure == Measure::HandleTime);
        blocks.push(Block::Paragraph(format!(
            "A step is how far agents truly differ: {}. More is better{}.{}",
            steps(in_plan),
            if has_time { ", so that shorter calls count up" } else { "" },
            if plan.on == On::Measures { "" } else { " What a measure adds is steps x weight." }
        )));
    }
    blocks.extend(lacking(of).map(Block::Item));
    blocks.extend(in_plan.iter().filter_map(|part| remark(of, part)).map(Block::Item));
    if let Some(score) = score.filter(|_| !of.known.plan.rule.is_naive() && matches!(of.known.plan.on, On::Score(_))) {
        let (sum, middle) = added_up(in_plan, score.score);
        blocks.push(Block::Paragraph(format!(
            "Together that is {sum}. The middle of the {} agents who can be compared has {middle}, so that your score is {} \
             (8 of 10: {} to {}). It is {:.1} % likely that you are truly above the middle.",
            score.compared_with,
            exactly(score.score),
            exactly(score.low),
            exactly(score.high),
            100.0 * score.p_above_median
        )));
    }
    if of.card().verdict.rests_on_itself(&of.known.cards.judgement.weights) {
        blocks.push(Block::Paragraph(
            "More than a fifth of the calls that yours are compared with are your own, so that there is little to compare \
             with."
                .to_string(),
        ));
    }
    for part in in_plan.iter().filter(|part| part.judged.is_some()) {
        let of_measure = kinds_of(of, part.measure);
        let what = if part.measure == Measure::HandleTime { ", typical time" } else { "" };
        blocks.push(Block::Paragraph(format!("Your most frequent kinds of call, {}{what}:", name(part.measure))));
        blocks.push(Block::Table(kinds_table(part.measure, &of_measure)));
    }
    blocks
}

/// With as many digits as the steps to the amount have.
fn exactly(x: f64) -> String {
    crate::plan::Exact::of(x).to_string()
}

fn text(text: String) -> Cell {
    Cell::Text(Some(text))
}

/// The measures side by side, with what they add where a score is paid.
fn table(in_plan: &[Part<'_>], plan: &Plan) -> Table {
    let mut table = Table { keys: 1, ..Table::default() };
    let columns = [
        ("measure", ""),
        ("n", "Of"),
        ("observed", "Seen"),
        ("expected", "Expected"),
        ("difference", "Difference"),
        ("shrunk", "Best guess"),
        ("range", "8 of 10"),
        ("reliability", "Own"),
        ("steps", "Steps"),
        ("weight", "Weight"),
        ("adds", "Adds"),
    ];
    for (id, title) in columns {
        let for_machines = match id {
            "steps" | "weight" => plan.rule.is_naive(),
            "adds" => plan.rule.is_naive() || plan.on == On::Measures,
            _ => false,
        };
        table.column(id, title, if for_machines { Show::Hidden } else { Show::Text });
    }
    for part in in_plan {
        let measure = part.measure;
        let none = || text("-".to_string());
        let mut row = vec![text(name(measure))];
        match &part.judged {
            Some(j) => row.extend([
                text(j.n.to_string()),
                text(level(measure, j.observed)),
                text(level(measure, j.expected)),
                text(plainly(j.difference, unit(measure))),
                text(level(measure, j.shrunk)),
                text(range(measure, j.low, j.high)),
                text(format!("{:.2}", j.reliability)),
            ]),
            None => row.extend((0..7).map(|_| none())),
        }
        row.extend([part.steps, part.weight, part.adds].map(|x| text(exactly(x))));
        table.rows.push(row);
    }
    table
}

fn kinds_table(measure: Measure, kinds: &[Kind]) -> Table {
    let mut table = Table { keys: 1, ..Table::default() };
    for (id, title) in
        [("kind", "Kind of call"), ("n", "Yours"), ("own", "You"), ("others_n", "Others'"), ("others", "Others")]
    {
        table.column(id, title, Show::Text);
    }
    for kind in kinds {
        table.rows.push(vec![
            text(kind.name.clone()),
            text(kind.n.to_string()),
            text(level(measure, kind.own)),
            text(kind.others_n.to_string()),
            text(kind.others.map_or("-".to_string(), |x| level(measure, x))),
        ]);
    }
    table
}

/// How long the steps of the measures are.
fn steps(in_plan: &[Part<'_>]) -> String {
    let of = |part: &Part<'_>| match part.measure {
        Measure::HandleTime => format!("{:.1} % of {}", 100.0 * part.all.spread, name(part.measure)),
        measure => format!("{:.1} points of {}", 100.0 * part.all.spread, name(measure)),
    };
    in_plan.iter().map(of).collect::<Vec<_>>().join(", ")
}

/// Measures of the plan that these calls do not tell.
fn lacking<'a>(of: &'a StatementParts<'_>) -> impl Iterator<Item = String> + 'a {
    let judgement = &of.known.cards.judgement;
    let lacks = move |m: &&PlanMeasure| match m.source {
        Source::Judged(measure) => judgement.measure(measure).is_none(),
        _ => false,
    };
    let text = |m: &PlanMeasure| {
        let so = match of.known.plan.on {
            On::Score(_) => "so that the others take over its weight, for everybody",
            On::Measures => "so that it pays nobody",
        };
        format!("{}: these calls do not tell it, {so}", called(&m.source))
    };
    of.known.plan.measures.iter().filter(lacks).map(text)
}

/// What else to know of a measure.
fn remark(of: &StatementParts<'_>, part: &Part<'_>) -> Option<String> {
    let what = name(part.measure);
    let paid = of.known.plan.measures.iter().find(|m| m.source == Source::Judged(part.measure));
    if let Some(band) = paid.and_then(|m| m.two_sided) {
        return Some(format!(
            "{what}: up to {} step{} to either side of the middle are usual and count nothing; more counts against you, \
             quick or slow",
            crate::incentives::short(band),
            if band == crate::plan::Exact::ONE { "" } else { "s" }
        ));
    }
    let Some(judged) = part.judged else {
        return Some(format!("{what}: nothing of yours can be judged; you count as the average, which helps nobody"));
    };
    if !part.all.told_apart {
        return Some(format!("{what}: agents differ no more than luck would make them, so that it tells nobody apart"));
    }
    match judged.needed {
        Some(0) => None,
        _ if judged.reliability >= RELIABLE => None,
        Some(needed) => {
            Some(format!("{what}: this is mostly luck still; with {needed} more it would be half your own"))
        }
        None => Some(format!("{what}: this is mostly luck")),
    }
}
