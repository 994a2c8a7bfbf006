//! The catalogue: every metric once, with its definition for people, as SQL, and as computed here.
//!
//! docs/metrics.md is printed from it, and a test runs the SQL in another engine over the same calls.

use super::{Definitions, ServiceLevel, Totals};
use crate::call_log::Tells;
use crate::stats::{share, wilson95};
use schemars::JsonSchema;
use serde::Serialize;

/// A measured value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    Count(u64),
    Number(f64),
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Count,
    Seconds,
    /// A fraction from 0 to 1; shown as a percentage on screen.
    Share,
    /// Points of the survey's scale.
    Points,
}

/// What kind of thing a metric tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Volume,
    Access,
    Productivity,
    Quality,
    Experience,
    /// What came of contacts in the business; no metric of calls alone tells it.
    Outcome,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    Higher,
    Lower,
    Neither,
}

/// The relation that a metric's SQL is written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Over {
    /// One row a contact.
    Contacts,
    /// One row a leg that an agent took.
    Handled,
}

/// One metric.
pub struct Metric {
    pub id: &'static str,
    pub name: &'static str,
    pub unit: Unit,
    pub better: Better,
    pub level: Level,
    /// What is counted, and over what.
    pub definition: &'static str,
    pub leaves_out: &'static str,
    pub gamed: &'static str,
    pub source: &'static str,
    pub over: Over,
    pub sql: fn(&Definitions) -> String,
    /// True where a source tells enough.
    pub available: fn(&Tells, &Definitions) -> bool,
    /// The column a source would need, for people.
    pub needs: &'static str,
    pub compute: fn(&Totals, &Definitions) -> Option<Value>,
}

fn count(n: u64) -> Option<Value> {
    Some(Value::Count(n))
}

fn number(value: Option<f64>) -> Option<Value> {
    value.map(Value::Number)
}

/// A mean in seconds of a sum in milliseconds.
fn seconds(sum_ms: u64, n: u64) -> Option<Value> {
    number((n > 0).then(|| sum_ms as f64 / 1_000.0 / n as f64))
}

const ANY: fn(&Tells, &Definitions) -> bool = |_, _| true;

/// Every metric, in the order of output.
pub const CATALOGUE: [Metric; 26] = [
    Metric {
        id: "offered",
        name: "Offered",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Volume,
        definition: "Contacts that reached a queue or an agent, each once however many legs it has.",
        leaves_out: "Duplicate records; other channels and directions; contacts that ended before a queue.",
        gamed: "",
        source: "ICMI; Amazon Connect counts every transfer as a contact of its own.",
        over: Over::Contacts,
        sql: |_| "count(*)".into(),
        available: ANY,
        needs: "",
        compute: |t, _| count(t.offered),
    },
    Metric {
        id: "answered",
        name: "Answered",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Volume,
        definition: "Contacts that an agent answered, once. By agent: of the agent who answered first.",
        leaves_out: "As offered.",
        gamed: "Ghost calls that agents place to themselves.",
        source: "Genesys counts a blind transfer as 1/1 and 0/1, a transfer through a queue as 1/1 and 1/1.",
        over: Over::Contacts,
        sql: |_| "count(*) FILTER (answered)".into(),
        available: ANY,
        needs: "",
        compute: |t, _| count(t.answered),
    },
    Metric {
        id: "abandoned",
        name: "Abandoned",
        unit: Unit::Count,
        better: Better::Lower,
        level: Level::Access,
        definition: "Contacts that no agent answered and whose customer gave up while waiting.",
        leaves_out: "Contacts that left the queue another way (time-out, key): offered, but neither answered nor abandoned.",
        gamed: "Short abandons moved to another status.",
        source: "ICMI.",
        over: Over::Contacts,
        sql: |_| "count(*) FILTER (abandoned)".into(),
        available: |t, _| t.abandoned,
        needs: "contacts that nobody answered",
        compute: |t, _| count(t.abandoned),
    },
    Metric {
        id: "short_abandoned",
        name: "Short abandoned",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Access,
        definition: "Abandoned contacts that waited no longer than S (5 s unless set): misdials, mostly.",
        leaves_out: "Abandoned contacts whose wait is unknown are not called short.",
        gamed: "A large S hides abandons.",
        source: "S in use: 5, 6, 10 and 20 s (Genesys, Talkdesk, Mitel, CxEngage).",
        over: Over::Contacts,
        sql: |_| "count(*) FILTER (abandoned AND wait_ms <= :short_ms)".into(),
        available: |t, _| t.wait && t.abandoned,
        needs: "wait and contacts that nobody answered",
        compute: |t, _| count(t.short_abandoned),
    },
    Metric {
        id: "abandon_rate",
        name: "Abandon rate",
        unit: Unit::Share,
        better: Better::Lower,
        level: Level::Access,
        definition: "Abandoned / offered.",
        leaves_out: "Nothing: short abandons count.",
        gamed: "Agents or routing that answer and hang up.",
        source: "Talkdesk offers the same with short abandons left out.",
        over: Over::Contacts,
        sql: |_| "count(*) FILTER (abandoned) * 1.0 / nullif(count(*), 0)".into(),
        available: |t, _| t.abandoned,
        needs: "contacts that nobody answered",
        compute: |t, _| number(share(t.abandoned, t.offered)),
    },
    Metric {
        id: "service_level",
        name: "Service level",
        unit: Unit::Share,
        better: Better::Higher,
        level: Level::Access,
        definition: "Contacts answered within T (20 s unless set) by the formula named in the definitions.",
        leaves_out: "Answered contacts whose wait is unknown. A group without contacts has none (never 100 %). \
                     It is a queue's figure: an agent does not decide how long a customer waited.",
        gamed: "Answering new calls while old ones wait on; call-backs taken out of the queue.",
        source: "ICMI QueueTips 2005; docs/decisions.md lists who uses which formula.",
        over: Over::Contacts,
        sql: |d| d.sl_formula.sql(),
        available: |t, d| t.wait && (t.abandoned || d.sl_formula == ServiceLevel::AnsweredOnly),
        needs: "wait and contacts that nobody answered",
        compute: |t, d| {
            let (met, of) = d.sl_formula.parts(t);
            number(share(met, of))
        },
    },
    Metric {
        id: "asa_s",
        name: "ASA",
        unit: Unit::Seconds,
        better: Better::Lower,
        level: Level::Access,
        definition: "Average speed of answer: waits of answered contacts / answered contacts.",
        leaves_out: "Abandoned contacts; answered ones whose wait is unknown.",
        gamed: "A mean: a few very long waits hide behind many short ones; see the longest wait.",
        source: "ICMI.",
        over: Over::Contacts,
        sql: |_| "sum(wait_ms) FILTER (answered) / 1000.0 / nullif(count(wait_ms) FILTER (answered), 0)".into(),
        available: |t, _| t.wait,
        needs: "wait",
        compute: |t, _| seconds(t.wait_ms, t.answered_waits),
    },
    Metric {
        id: "longest_wait_s",
        name: "Longest wait",
        unit: Unit::Seconds,
        better: Better::Lower,
        level: Level::Access,
        definition: "The longest wait of any contact, answered or not.",
        leaves_out: "Waits that are unknown.",
        gamed: "",
        source: "Common usage.",
        over: Over::Contacts,
        sql: |_| "max(wait_ms) / 1000.0".into(),
        available: |t, _| t.wait,
        needs: "wait",
        compute: |t, _| number(t.longest_wait_ms.map(|ms| f64::from(ms) / 1_000.0)),
    },
    Metric {
        id: "handled",
        name: "Handled",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Productivity,
        definition: "Legs that an agent took: a transferred contact is handled once by each of its agents.",
        leaves_out: "As offered.",
        gamed: "Ghost calls; calls shed to colleagues so that new ones come.",
        source: "Genesys: Handle.",
        over: Over::Handled,
        sql: |_| "count(*)".into(),
        available: ANY,
        needs: "",
        compute: |t, _| count(t.handled),
    },
    Metric {
        id: "aht_s",
        name: "AHT",
        unit: Unit::Seconds,
        better: Better::Neither,
        level: Level::Productivity,
        definition: "Average handle time: (talk + hold + after-call work) / handled legs.",
        leaves_out: "Legs whose handle time is unknown. A part that the source does not have is not in the sum.",
        gamed: "Hanging up, blind transfers, wrap-up done off the clock. Paying for a low one buys repeat calls.",
        source: "Amazon Connect, Genesys.",
        over: Over::Handled,
        sql: |_| "sum(handle_ms) / 1000.0 / nullif(count(handle_ms), 0)".into(),
        available: |t, _| t.handle,
        needs: "talk or handle time",
        compute: |t, _| seconds(t.handle_ms, t.timed),
    },
    Metric {
        id: "talk_s",
        name: "Talk",
        unit: Unit::Seconds,
        better: Better::Neither,
        level: Level::Productivity,
        definition: "Mean talk time of handled legs, without hold.",
        leaves_out: "Legs whose talk time is unknown.",
        gamed: "As AHT.",
        source: "Five9's and Asterisk's talk includes hold; it is taken out where hold is known.",
        over: Over::Handled,
        sql: |_| "sum(talk_ms) / 1000.0 / nullif(count(talk_ms), 0)".into(),
        available: |t, _| t.talk,
        needs: "talk time",
        compute: |t, _| seconds(t.talk_ms, t.talks),
    },
    Metric {
        id: "hold_s",
        name: "Hold",
        unit: Unit::Seconds,
        better: Better::Lower,
        level: Level::Experience,
        definition: "Mean hold time of handled legs.",
        leaves_out: "Legs whose handle time is unknown.",
        gamed: "Muting instead of holding.",
        source: "Amazon Connect, Genesys.",
        over: Over::Handled,
        sql: |_| "sum(hold_ms) FILTER (handle_ms IS NOT NULL) / 1000.0 / nullif(count(handle_ms), 0)".into(),
        available: |t, _| t.hold,
        needs: "hold time",
        compute: |t, _| seconds(t.hold_ms, t.timed).filter(|_| t.holds > 0),
    },
    Metric {
        id: "acw_s",
        name: "After-call work",
        unit: Unit::Seconds,
        better: Better::Neither,
        level: Level::Productivity,
        definition: "Mean after-call work of handled legs.",
        leaves_out: "Legs whose handle time is unknown.",
        gamed: "Used as a break; or skipped, so that notes are missing.",
        source: "Amazon Connect, Genesys.",
        over: Over::Handled,
        sql: |_| "sum(acw_ms) FILTER (handle_ms IS NOT NULL) / 1000.0 / nullif(count(handle_ms), 0)".into(),
        available: |t, _| t.acw,
        needs: "after-call work",
        compute: |t, _| seconds(t.acw_ms, t.timed).filter(|_| t.acws > 0),
    },
    Metric {
        id: "handle_p50_s",
        name: "Median handle time",
        unit: Unit::Seconds,
        better: Better::Neither,
        level: Level::Productivity,
        definition: "Half of the handled legs took no longer.",
        leaves_out: "Legs whose handle time is unknown.",
        gamed: "As AHT.",
        source: "Hyndman and Fan 1996, type 7 (SQL's PERCENTILE_CONT, Excel's PERCENTILE.INC).",
        over: Over::Handled,
        sql: |_| "quantile_cont(handle_ms, 0.5) / 1000.0".into(),
        available: |t, _| t.handle,
        needs: "talk or handle time",
        compute: |t, _| number(t.handle_p50_ms.map(|ms| ms / 1_000.0)),
    },
    Metric {
        id: "handle_p90_s",
        name: "90th percentile handle time",
        unit: Unit::Seconds,
        better: Better::Neither,
        level: Level::Productivity,
        definition: "Nine in ten handled legs took no longer.",
        leaves_out: "Legs whose handle time is unknown.",
        gamed: "As AHT.",
        source: "As the median.",
        over: Over::Handled,
        sql: |_| "quantile_cont(handle_ms, 0.9) / 1000.0".into(),
        available: |t, _| t.handle,
        needs: "talk or handle time",
        compute: |t, _| number(t.handle_p90_ms.map(|ms| ms / 1_000.0)),
    },
    Metric {
        id: "transfer_rate",
        name: "Transfer rate",
        unit: Unit::Share,
        better: Better::Lower,
        level: Level::Quality,
        definition: "Handled legs passed on to somebody else / handled legs.",
        leaves_out: "Nothing; a leg without a mark was not transferred.",
        gamed: "Keeping calls that belong elsewhere; asking the customer to call again instead.",
        source: "Genesys: Transferred / Handle.",
        over: Over::Handled,
        sql: |_| "count(*) FILTER (transferred) * 1.0 / nullif(count(*), 0)".into(),
        available: |t, _| t.transferred,
        needs: "transferred",
        compute: |t, _| number(share(t.transferred, t.handled)),
    },
    Metric {
        id: "fcr",
        name: "First-contact resolution",
        unit: Unit::Share,
        better: Better::Higher,
        level: Level::Quality,
        definition: "Answered contacts that were not transferred and whose customer did not come back within the \
                     window (7 days unless set) / answered contacts that have the whole window behind them. \
                     By agent: of the agent who answered first.",
        leaves_out: "Contacts without customer identity; contacts closer to the end of the files than the window.",
        gamed: "Hard for an agent to touch, which is why it is used.",
        source: "Repeat-contact family; Genesys Next Contact Avoidance, QueueMetrics (168 h).",
        over: Over::Contacts,
        sql: |_| {
            "count(*) FILTER (answered AND decided AND NOT failed) * 1.0 \
             / nullif(count(*) FILTER (answered AND decided), 0)"
                .into()
        },
        available: |t, _| t.customer,
        needs: "customer",
        compute: |t, _| number(share(t.fcr_resolved, t.fcr_n)),
    },
    Metric {
        id: "fcr_low",
        name: "First-contact resolution, lower bound",
        unit: Unit::Share,
        better: Better::Higher,
        level: Level::Quality,
        definition: "The rate if every contact not yet decided turned out a repeat.",
        leaves_out: "Contacts without customer identity.",
        gamed: "",
        source: "Bounds for what the end of the export hides.",
        over: Over::Contacts,
        sql: |_| {
            "count(*) FILTER (answered AND decided AND NOT failed) * 1.0 \
             / nullif(count(*) FILTER (answered AND decided IS NOT NULL), 0)"
                .into()
        },
        available: |t, _| t.customer,
        needs: "customer",
        compute: |t, _| number(share(t.fcr_resolved, t.fcr_n + t.fcr_open)),
    },
    Metric {
        id: "fcr_high",
        name: "First-contact resolution, upper bound",
        unit: Unit::Share,
        better: Better::Higher,
        level: Level::Quality,
        definition: "The rate if no contact not yet decided turned out a repeat, but for those that were already \
                     repeated or transferred.",
        leaves_out: "Contacts without customer identity.",
        gamed: "",
        source: "Bounds for what the end of the export hides.",
        over: Over::Contacts,
        sql: |_| {
            "count(*) FILTER (answered AND decided IS NOT NULL AND NOT failed) * 1.0 \
             / nullif(count(*) FILTER (answered AND decided IS NOT NULL), 0)"
                .into()
        },
        available: |t, _| t.customer,
        needs: "customer",
        compute: |t, _| number(share(t.fcr_resolved + t.fcr_open - t.fcr_open_failed, t.fcr_n + t.fcr_open)),
    },
    Metric {
        id: "fcr_n",
        name: "Contacts behind first-contact resolution",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Quality,
        definition: "Answered contacts of known customers that have the whole window behind them.",
        leaves_out: "As first-contact resolution.",
        gamed: "",
        source: "",
        over: Over::Contacts,
        sql: |_| "count(*) FILTER (answered AND decided)".into(),
        available: |t, _| t.customer,
        needs: "customer",
        compute: |t, _| count(t.fcr_n),
    },
    Metric {
        id: "fcr_coded",
        name: "Resolution as coded by agents",
        unit: Unit::Share,
        better: Better::Higher,
        level: Level::Quality,
        definition: "Handled legs that the agent coded as resolved / handled legs with a code.",
        leaves_out: "Legs without a code.",
        gamed: "Agents code what pays; compare it with first-contact resolution, never add it in.",
        source: "Agent-coded family.",
        over: Over::Handled,
        sql: |_| "count(*) FILTER (resolved) * 1.0 / nullif(count(resolved), 0)".into(),
        available: |t, _| t.resolved,
        needs: "coded resolution",
        compute: |t, _| number(share(t.coded_resolved, t.coded)),
    },
    Metric {
        id: "csat",
        name: "Satisfaction",
        unit: Unit::Share,
        better: Better::Higher,
        level: Level::Experience,
        definition: "Survey answers that are one of the two best of the scale (4 or 5 of 1 to 5) / answers.",
        leaves_out: "Unanswered surveys; answers outside the scale.",
        gamed: "Agents who choose which callers reach the survey.",
        source: "Top-2-box; it is not the mean.",
        over: Over::Handled,
        sql: |_| "count(*) FILTER (top_two) * 1.0 / nullif(count(score_hundredths), 0)".into(),
        available: |t, _| t.csat,
        needs: "satisfaction",
        compute: |t, _| number(share(t.csat_top_two, t.csat_n)),
    },
    Metric {
        id: "csat_mean",
        name: "Mean satisfaction",
        unit: Unit::Points,
        better: Better::Higher,
        level: Level::Experience,
        definition: "Mean survey answer, in points of its scale.",
        leaves_out: "As satisfaction.",
        gamed: "As satisfaction.",
        source: "Intercom.",
        over: Over::Handled,
        sql: |_| "sum(score_hundredths) / 100.0 / nullif(count(score_hundredths), 0)".into(),
        available: |t, _| t.csat,
        needs: "satisfaction",
        compute: |t, _| number((t.csat_n > 0).then(|| t.csat_sum as f64 / 100.0 / t.csat_n as f64)),
    },
    Metric {
        id: "csat_n",
        name: "Survey answers",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Experience,
        definition: "Survey answers on the scale.",
        leaves_out: "As satisfaction.",
        gamed: "",
        source: "",
        over: Over::Handled,
        sql: |_| "count(score_hundredths)".into(),
        available: |t, _| t.csat,
        needs: "satisfaction",
        compute: |t, _| count(t.csat_n),
    },
    Metric {
        id: "fcr_coded_n",
        name: "Legs with a coded resolution",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Quality,
        definition: "Handled legs with a code, resolved or not.",
        leaves_out: "Legs without a code.",
        gamed: "",
        source: "",
        over: Over::Handled,
        sql: |_| "count(resolved)".into(),
        available: |t, _| t.resolved,
        needs: "coded resolution",
        compute: |t, _| count(t.coded),
    },
    Metric {
        id: "fcr_unknown",
        name: "Contacts of unknown customers",
        unit: Unit::Count,
        better: Better::Neither,
        level: Level::Quality,
        definition: "Answered contacts left out of first-contact resolution because nobody knows who called.",
        leaves_out: "",
        gamed: "",
        source: "",
        over: Over::Contacts,
        sql: |_| "count(*) FILTER (answered AND customer IS NULL)".into(),
        available: |t, _| t.customer,
        needs: "customer",
        compute: |t, _| count(t.fcr_unknown),
    },
];

/// The value of a metric for a group, `None` where it is unknown or the source does not tell.
pub fn value(metric: &Metric, totals: &Totals, definitions: &Definitions, tells: &Tells) -> Option<Value> {
    if (metric.available)(tells, definitions) { (metric.compute)(totals, definitions) } else { None }
}

/// The 95 % Wilson interval of a proportion among the metrics.
pub fn interval(id: &str, t: &Totals, definitions: &Definitions, tells: &Tells) -> Option<(f64, f64)> {
    let metric = CATALOGUE.iter().find(|m| m.id == id)?;
    if !(metric.available)(tells, definitions) {
        return None;
    }
    match id {
        "abandon_rate" => wilson95(t.abandoned, t.offered),
        "service_level" => {
            let (good, n) = definitions.sl_formula.parts(t);
            wilson95(good, n)
        }
        "transfer_rate" => wilson95(t.transferred, t.handled),
        "fcr" => wilson95(t.fcr_resolved, t.fcr_n),
        "fcr_coded" => wilson95(t.coded_resolved, t.coded),
        "csat" => wilson95(t.csat_top_two, t.csat_n),
        _ => None,
    }
}

/// The relations `contacts` and `handled` that the metrics' SQL is written over, from the table `calls` that
/// `callmerit export` writes. Parameters: `:sl_ms`, `:short_ms`, `:window_ms`, and `:same`, what two contacts
/// share beside the customer (`0`, `queue` or `issue`).
pub const RELATIONS_SQL: &str = "\
WITH legs AS (
  SELECT *, min(leg) FILTER (answered) OVER (PARTITION BY contact) AS first_answered,
         max(leg) OVER (PARTITION BY contact) AS last_leg
  FROM calls
), handled AS (
  SELECT * FROM legs WHERE answered AND in_period
), heads AS (
  SELECT contact,
         min(start_ms) AS start_ms, min(local_ms) AS local_ms, bool_or(in_period) AS in_period,
         bool_or(answered) AS answered,
         NOT bool_or(answered) AND bool_or(abandoned) AS abandoned,
         bool_or(transferred) AS transferred,
         sum(wait_ms) FILTER (leg <= coalesce(first_answered, last_leg)) AS wait_ms,
         min_by(customer, leg) FILTER (customer IS NOT NULL) AS customer,
         max(queue) FILTER (leg = coalesce(first_answered, last_leg)) AS queue,
         max(agent) FILTER (leg = coalesce(first_answered, last_leg)) AS agent,
         max(team) FILTER (leg = coalesce(first_answered, last_leg)) AS team,
         max(issue) FILTER (leg = coalesce(first_answered, last_leg)) AS issue,
         max(direction) FILTER (leg = coalesce(first_answered, last_leg)) AS direction
  FROM legs GROUP BY contact
), starts AS (
  SELECT DISTINCT customer, :same AS about, start_ms FROM heads WHERE customer IS NOT NULL
), followed AS (
  SELECT *, lead(start_ms) OVER (PARTITION BY customer, about ORDER BY start_ms) AS next_ms FROM starts
), contacts AS (
  SELECT h.*, h.transferred OR coalesce(f.next_ms - h.start_ms <= :window_ms, false) AS failed,
         CASE WHEN h.customer IS NOT NULL
              THEN h.start_ms + :window_ms <= (SELECT max(start_ms) FROM heads) END AS decided
  FROM heads h LEFT JOIN followed f
    ON f.customer = h.customer AND f.start_ms = h.start_ms AND f.about IS NOT DISTINCT FROM :same
  WHERE h.in_period
)
";
