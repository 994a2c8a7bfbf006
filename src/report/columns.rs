//! What every column of every table is, once: its type, its unit, when it is null. The schemas are made of it.

use super::overview::PROPORTIONS;
use super::scorecards::INTERVALS;
use crate::judge::Measure;
use crate::metrics::catalogue::{CATALOGUE, Metric, Unit};
use crate::report::{TABLES, Table, squash};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// A whole number.
    Count,
    Number,
    Flag,
    Names,
}

/// A column for those who read it.
#[derive(Debug, Clone)]
struct About {
    id: String,
    holds: Kind,
    says: String,
    /// It may be unknown.
    null: bool,
    /// It is there only when it is asked for.
    only: bool,
}

impl About {
    fn new(id: &str, holds: Kind, says: &str) -> About {
        About { id: id.to_string(), holds, says: says.to_string(), null: false, only: false }
    }

    /// It may be unknown.
    fn or_null(self) -> About {
        About { null: true, ..self }
    }

    /// It is there only when it is asked for.
    fn only(self) -> About {
        About { only: true, ..self }
    }

    fn schema(&self) -> Value {
        let kind = match self.holds {
            Kind::Text => "string",
            Kind::Count => "integer",
            Kind::Number => "number",
            Kind::Flag => "boolean",
            Kind::Names => "array",
        };
        let mut schema = json!({ "description": self.says });
        schema["type"] = if self.null { json!([kind, "null"]) } else { json!(kind) };
        match self.holds {
            Kind::Count => schema["minimum"] = json!(0),
            Kind::Names => schema["items"] = json!({ "type": "string" }),
            _ => {}
        }
        schema
    }
}

fn text(id: &str, says: &str) -> About {
    About::new(id, Kind::Text, says)
}

fn count(id: &str, says: &str) -> About {
    About::new(id, Kind::Count, says)
}

fn number(id: &str, says: &str) -> About {
    About::new(id, Kind::Number, says)
}

fn flag(id: &str, says: &str) -> About {
    About::new(id, Kind::Flag, says)
}

/// Columns as properties of an object; those of `a.b` and `a.c` are properties of an object `a`.
fn object(says: &str, columns: &[About], depth: usize) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut at = 0;
    while at < columns.len() {
        let id = &columns[at].id[depth..];
        let (name, schema, only, next) = match id.split_once('.') {
            None => (id, columns[at].schema(), columns[at].only, at + 1),
            Some((name, _)) => {
                let start = depth + name.len() + 1;
                let prefix = &columns[at].id[..start];
                let end = at + columns[at..].iter().take_while(|c| c.id.starts_with(prefix)).count();
                let says = format!("The figures of `{}`.", &prefix[..start - 1]);
                (name, object(&says, &columns[at..end], start), false, end)
            }
        };
        if !only {
            required.push(json!(name));
        }
        properties.insert(name.to_string(), schema);
        at = next;
    }
    json!({
        "description": says, "type": "object", "properties": properties, "required": required,
    })
}

/// Where the schema of a table's rows stands.
pub fn items(table: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{}", row_name(table)) })
}

/// The name of the schema of a table's rows.
pub fn row_name(table: &str) -> String {
    format!("{table}_row")
}

/// The schema of a table's rows.
pub fn row(table: &str) -> Value {
    let (says, columns) = of(table);
    object(says, &columns, 0)
}

/// Tables are arrays; what their rows are stands beside each.
impl JsonSchema for Table {
    fn schema_name() -> Cow<'static, str> {
        "Table".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array" })
    }
}

/// Every table: those of a report, and those that single commands have.
pub fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.into_iter().chain(["signal_contacts", "metrics", "check", "statement", "plan_findings"])
}

/// What a row is, and its columns.
fn of(table: &str) -> (&'static str, Vec<About>) {
    match table {
        "summary" => ("A metric of all calls.", summary()),
        "scorecards" => ("The scorecard of an agent, or of what `--by` names.", scorecards()),
        "measures" => ("A measure of an agent.", measures()),
        "recommendations" => ("What is recommended for an agent.", recommendations()),
        "adjustments" => ("What facts that came in later change about a decision.", adjustments()),
        "goals" => ("The goal of an agent in a measure, or why there is none.", goals()),
        "signals" => ("A signal: something to look at before anyone is paid, and no verdict.", signals()),
        "signal_contacts" => ("A contact that was counted for a signal.", signal_contacts()),
        "days" => ("The metrics of a day.", beside_all(vec![DAY()])),
        "hours" => ("The metrics of an hour of the week.", beside_all(vec![WEEKDAY(), HOUR()])),
        "queues" => ("The metrics of a queue.", beside_all(vec![name("queue")])),
        "metrics" => ("The metrics of a group; of all calls without groups.", metrics_of_groups()),
        "handle_times" => ("How many calls took how long.", handle_times()),
        "abandonment" => ("What had become of callers once they had waited for so long.", abandonment()),
        "funnel" => ("An agent's difference from what was expected, beside what luck does.", funnel()),
        "funnel_limits" => ("How far luck takes so many contacts.", funnel_limits()),
        "levels" => ("Where agents lie, on the calls of all.", levels()),
        "own_levels" => ("An agent's own level, on the calls of all.", own_levels()),
        "definitions" => ("The definition of a metric.", definitions()),
        "intake" => ("A line of the ledger: the rows that were read are those kept and those left out.", intake()),
        "check" => ("Something that the check found.", check()),
        "statement" => ("A text of the statement.", statement()),
        "plan_findings" => ("Something that the check of a plan found.", plan_findings()),
        other => unreachable!("no table {other}"),
    }
}

/// The measures, as tables name them.
fn measure() -> About {
    text("measure", "`resolution`, `satisfaction`, `handle_time` or `outcome`.")
}

fn unit() -> About {
    text("unit", "`share`: levels are fractions from 0 to 1; `seconds`: they are seconds.")
}

fn agent() -> About {
    text("agent", "Name of the agent, as the export or the roster has it.")
}

fn name(of: &str) -> About {
    text(of, &format!("Name of the {of}; null where there is none.")).or_null()
}

fn period() -> About {
    text("period", "The period, as in `2026-W10`, `2026-03` or `2026-Q1`; only with `--period`.").only()
}

const DAY: fn() -> About = || text("day", "Day, as in `2026-03-02`.");
const WEEKDAY: fn() -> About = || text("weekday", "`Monday` to `Sunday`.");
const HOUR: fn() -> About = || text("hour", "Hour of the day, `00` to `23`.");

/// A metric as a column: its definition with its unit.
fn metric(metric: &Metric) -> About {
    let unit = match metric.unit {
        Unit::Count => "A whole number",
        Unit::Seconds => "Seconds",
        Unit::Share => "A fraction from 0 to 1",
        Unit::Points => "Points of the survey's scale",
    };
    let holds = if metric.unit == Unit::Count { Kind::Count } else { Kind::Number };
    // A count that needs no column is always known; a rate of nothing never is.
    let null = !(metric.unit == Unit::Count && metric.needs.is_empty());
    let unknown = match (metric.needs, null) {
        (_, false) => String::new(),
        ("", true) => "; null of nothing".to_string(),
        (needs, true) if holds == Kind::Count => format!("; null where the source does not tell {needs}"),
        (needs, true) => format!("; null of nothing, and where the source does not tell {needs}"),
    };
    let about = About::new(metric.id, holds, &format!("{} {unit}{unknown}.", squash(metric.definition)));
    About { null, ..about }
}

fn all_metrics() -> impl Iterator<Item = About> {
    CATALOGUE.iter().map(metric)
}

fn grouped(keys: Vec<About>) -> Vec<About> {
    keys.into_iter().chain(all_metrics()).collect()
}

/// The metrics of a group beside those of all calls.
fn beside_all(keys: Vec<About>) -> Vec<About> {
    let mut all = grouped(keys);
    for id in PROPORTIONS {
        let end = |suffix: &str, side: &str| {
            let says =
                format!("{side} end of the 95 % Wilson interval of `{id}`, a fraction from 0 to 1; null with it.");
            number(&format!("{id}_{suffix}"), &says).or_null()
        };
        let says = format!("`above` or `below` where the interval of `{id}` leaves out that of all calls; else null.");
        all.extend([end("from", "Lower"), end("to", "Upper"), text(&format!("{id}_beside_all"), &says).or_null()]);
    }
    all
}

fn metrics_of_groups() -> Vec<About> {
    let names = ["queue", "agent", "team", "manager", "site", "issue"].map(name);
    let times = [
        text("direction", "`inbound`, `outbound` or `internal`; null where there is none.").or_null(),
        WEEKDAY(),
        HOUR(),
        DAY(),
        text("week", "ISO week, as in `2026-W10`."),
        text("month", "Month, as in `2026-03`."),
        text("quarter", "Quarter, as in `2026-Q1`."),
        text("interval", "Start of the interval, as in `2026-03-02 08:30`."),
    ];
    grouped(names.into_iter().chain(times).map(About::only).collect())
}

fn summary() -> Vec<About> {
    vec![
        text("metric", "The metric's stable name."),
        text("name", "Its name for people."),
        number("value", "Its value for all calls, in `unit`; null where it is unknown.").or_null(),
        text("unit", "`count`, `seconds`, `share` (a fraction from 0 to 1) or `points` (of the survey's scale)."),
        number("low", "Lower end of the 95 % Wilson interval; null where the metric is no proportion.").or_null(),
        number("high", "Upper end of the 95 % Wilson interval; null where the metric is no proportion.").or_null(),
        text("better", "Which way is better, `higher` or `lower`; null where neither is.").or_null(),
        text("definition", "What is counted over what."),
    ]
}

/// The figures of a measure of an agent.
fn facts() -> Vec<About> {
    let compared = |id: &str, says: &str| {
        number(id, &format!("{says}; null where nobody else takes the same kinds of call.")).or_null()
    };
    vec![
        number("observed", "As it was, a fraction or seconds."),
        compared("expected", "What the others' results let expect of the same calls, a fraction or seconds"),
        compared("difference", "`observed` less `expected`"),
        compared("shrunk", "Best guess of the agent's own level on these calls, a fraction or seconds"),
        compared("low", "Lower end of its 80 % interval"),
        compared("high", "Upper end of its 80 % interval"),
        compared("reliability", "Share of what is seen that is the agent's own doing, from 0 to 1"),
        count("n", "Contacts, answers, calls or outcomes that it rests on."),
        count("needed", "More of them until the reliability is 0.5, 0 where it is; null where no number would do.")
            .or_null(),
        number("needed_weeks", "Weeks that this takes at the pace of the period; null with `needed`.").or_null(),
        number("team", "Level of all, a fraction or seconds; the same in every row."),
        flag(
            "told_apart",
            "`false` where agents do not differ, at 5 %, by more than luck makes them; the same in every row.",
        ),
        compared("own_share", "Share of the agent's own calls in the strata that are compared in, from 0 to 1"),
    ]
}

fn scorecards() -> Vec<About> {
    let score = |id: &str, says: &str| number(id, &format!("{says}; null with the score.")).or_null();
    let rank = |id: &str, says: &str| count(id, &format!("{says}; null with the score.")).or_null();
    let mut all = vec![
        period(),
        agent().only(),
        text("team", "Team: of the agent, from a roster; or what the scorecard is of. Null where it is not known.")
            .or_null()
            .only(),
        text("manager", "What the scorecard is of, with `--by manager`.").only(),
        text("site", "What the scorecard is of, with `--by site`.").only(),
        text("queue", "What the scorecard is of, with `--by queue`.").only(),
        count(
            "tenure_days",
            "Days from `hired` to the last call of the period; null without a roster. Of agents only.",
        )
        .or_null()
        .only(),
        count("component", "Number of the group; scores of different groups and periods cannot be compared."),
        number("score", "Steps, 0 is the median of the group, more is better; null where there is none.").or_null(),
        score("score_low", "Lower end of its 80 % interval, in steps"),
        score("score_high", "Upper end of its 80 % interval, in steps"),
        score("p_above_median", "Chance to be truly above the median, from 0 to 1"),
        score("score_reliability", "0 luck, 1 certain"),
        text("tier", "`above`, `below`, `middle`, `too few` or `not compared`."),
        flag("held", "`true` if one of the signals asks for review."),
        rank("rank_low", "Lower end of the 80 % interval of the rank, 1 is best"),
        rank("rank_high", "Upper end of the 80 % interval of the rank"),
        rank("ranked", "How many have a rank in the group"),
        number("score_previous", "Steps: the score of the period before; null without one. Only with `--period`.")
            .or_null()
            .only(),
        number("score_goal", "Steps: the goal that followed from it; null without one. Only with `--period`.")
            .or_null()
            .only(),
        About::new("signals", Kind::Names, "Names of the signals; of agents only."),
    ];
    for measure in Measure::ALL {
        let of = |about: About| About { id: format!("measures.{}.{}", measure.id(), about.id), ..about };
        // Of nothing, all of a measure is unknown.
        all.extend(facts().into_iter().map(|fact| of(fact.or_null())));
        all.push(of(number(
            "previous",
            "The level of the period before, on the calls of this one; null without one. Only with `--period`.",
        )
        .or_null()
        .only()));
        all.push(of(number("goal", "The target that followed from it, on the calls of this one; null where luck would decide. Only with `--period`.").or_null().only()));
    }
    all.extend(all_metrics());
    for (id, low, high, of) in INTERVALS {
        for (name, end) in [(low, "Lower"), (high, "Upper")] {
            let says = format!("{end} end of the 95 % Wilson interval of `{id}`, over `{of}`; null with it.");
            all.push(number(name, &says).or_null());
        }
    }
    all
}

fn measures() -> Vec<About> {
    [agent(), measure(), unit()].into_iter().chain(facts()).collect()
}

fn amount(id: &str, says: &str) -> About {
    text(id, &format!("{says}: an amount as decimal text, in the plan's currency."))
}

fn recommendations() -> Vec<About> {
    let decided = |id: &str, says: &str| text(id, &format!("{says}; null where nobody decided.")).or_null();
    vec![
        agent(),
        text("action", "`pay`, `carry-forward`, `hold`, `none`, `not-eligible` or `recognise`."),
        amount("amount", "What is recommended to be paid now"),
        amount("if_released", "What is paid if the review finds nothing; null where nothing is held").or_null(),
        text("reason", "Why, in a sentence."),
        text("period", "The period that is paid."),
        name("team"),
        text("currency", "Code of the currency; null in a plan without money.").or_null(),
        text("share", "Share of the bonus by the agent's own results, decimal text of four digits; null where nothing could be judged.").or_null(),
        number("score", "Steps, 0 is the median of the group; null where there is none.").or_null(),
        number("score_low", "Lower end of its 80 % interval, in steps; null with the score.").or_null(),
        number("score_high", "Upper end of its 80 % interval, in steps; null with the score.").or_null(),
        number("p_above_median", "Chance to be truly above the median, from 0 to 1; null with the score.").or_null(),
        number("score_reliability", "0 luck, 1 certain; null with the score.").or_null(),
        count("handled", "Handled calls in what is judged."),
        About::new("signals", Kind::Names, "Names of the signals."),
        text("coaching", "Something to work on; null where nothing surely lies below what was to be expected.").or_null(),
        decided("decision", "What a person decided: `approve`, `override`, `hold` or `decline`"),
        decided("decided_amount", "What was decided, an amount as decimal text"),
        decided("decided_by", "Name of who decided"),
        decided("decided_on", "Day of the decision"),
        text("decided_why", "Its reason; null where none was given.").or_null(),
        amount("amount_compared", "What the other rule would pay; only with `--compare`").only(),
        amount("difference", "What that is more; only with `--compare`").only(),
    ]
}

fn adjustments() -> Vec<About> {
    vec![
        agent(),
        text("period", "The period that was decided about."),
        amount("decided_amount", "What was decided"),
        amount("recommended_then", "The recommendation at the time"),
        amount("recommended_now", "The recommendation with all that is known now"),
        amount("difference", "What that is more"),
        text("as_of", "Day of the last call in the files."),
    ]
}

fn goals() -> Vec<About> {
    let level = |id: &str, says: &str| number(id, &format!("{says}, in `unit`; null without one.")).or_null();
    let mut all = vec![
        agent(),
        measure(),
        text("period", "The period that the goal is for."),
        text("action", "`goal`, `keep` or `refused`."),
        text("reason", "Why there is no goal; null where there is one.").or_null(),
        flag("under_review", "`true` if a signal asks for review: the result counts once that is settled."),
        name("team"),
        text("better", "What is aimed for, `higher` or `lower`; null without a goal.").or_null(),
        unit(),
        level("level", "The agent's own level on the calls that were judged"),
    ];
    const LEVELS: [&str; 3] = ["threshold", "target", "stretch"];
    all.extend(LEVELS.map(|name| level(name, &format!("The {name}, on calls like those judged"))));
    all.extend(
        LEVELS.map(|name| level(&format!("{name}_of_all"), &format!("The {name} as a level on the calls of all"))),
    );
    let chance =
        |id: String, says: String| number(&id, &format!("{says}, from 0 to 1; null without a goal.")).or_null();
    all.extend(LEVELS.map(|name| {
        chance(format!("chance_{name}"), format!("Chance to be seen at the {name} if the agent stays the same"))
    }));
    all.extend(LEVELS.map(|name| {
        chance(
            format!("chance_{name}_if_better"),
            format!("Chance to be seen at the {name} if the agent becomes half a step better"),
        )
    }));
    let known =
        |about: About| About { says: format!("{}; null where it is not known.", about.says), null: true, ..about };
    all.extend([
        known(number("half_step", "What half a step is on the agent's calls, in `unit`")),
        known(number("detectable", "The improvement that is told from luck, in `unit`")),
        known(number("detectable_steps", "The same in steps")),
        known(count("n", "Contacts, answers or calls that are to be expected in the period")),
        known(number("reliability", "Share of what will be seen that is the agent's own doing, from 0 to 1")),
        known(count("needed", "So many contacts, answers or calls make a goal more than luck")),
        known(number("weeks_needed", "Weeks that they take")),
        known(count("detect_n", "So many tell an improvement of half a step from luck, with as many before")),
        known(number("detect_weeks", "Weeks that they take")),
        known(count("detect_periods", "Periods of the plan that they take")),
        level("band_low", "Of a two-sided measure, where the usual begins"),
        level("band_high", "Of a two-sided measure, where the usual ends"),
    ]);
    let reached = |about: About| {
        About { says: format!("{}; null without a goal or a result. Only with `--reached`.", about.says), ..about }
            .or_null()
            .only()
    };
    all.extend([
        reached(text("reached", "`no`, `threshold`, `target`, `stretch` or `kept`")),
        reached(number("result", "What was seen, in `unit`")),
        reached(number("result_expected", "What the others' results let expect of the calls of the period, in `unit`")),
        reached(count("result_n", "Of how many contacts, answers or calls")),
    ]);
    all.extend(LEVELS.map(|name| {
        reached(number(&format!("result_{name}"), &format!("The {name} on the calls of the period, in `unit`")))
    }));
    all
}

fn signal_keys() -> Vec<About> {
    vec![period(), agent(), text("signal", "The detector's name, as in `hang-up-redial`.")]
}

fn signals() -> Vec<About> {
    let mut all = signal_keys();
    all.extend([
        flag("review", "`true` if it asks for review before anyone is paid, `false` if it is worth a look."),
        number("observed", "Events that were seen."),
        number("of", "Calls that they are counted over."),
        number("expected", "Events that were to be expected."),
        number("ratio", "How many times the expectation, in the direction that is looked for."),
        number("p", "One-sided p-value, from 0 to 1."),
        count("contacts", "How many contacts `--contacts` would list."),
        text("text", "The numbers as a sentence."),
        text("benign", "What else could explain it, with `; ` between."),
        text("look_at", "What a reviewer does next."),
    ]);
    all
}

fn signal_contacts() -> Vec<About> {
    let mut all = signal_keys();
    all.extend([
        text("contact", "The contact's id in the source; file and line where it has none."),
        text("start", "Its start, as in `2026-03-02T08:30:00`, on the clock of days and hours."),
        number("with_customer_s", "Seconds of talk and hold; null where unknown.").or_null(),
        flag("transferred", "Whether this agent passed it on."),
    ]);
    all
}

fn handle_times() -> Vec<About> {
    vec![
        number("from_s", "Seconds of handle time, from and including these."),
        number("to_s", "Up to and not including these seconds; null for the last row, which has no end.").or_null(),
        count("calls", "Calls that took so long."),
        number("share", "Their part of all calls, a fraction from 0 to 1; null without calls.").or_null(),
    ]
}

fn abandonment() -> Vec<About> {
    vec![
        number("wait_s", "Seconds of waiting."),
        count("waiting", "Contacts that were still waiting then."),
        count("answered", "Contacts that were answered until then."),
        count("abandoned", "Contacts that had given up until then."),
        number("gave_up", "Share that would have given up if nobody had been answered (Kaplan-Meier), from 0 to 1."),
        number("gave_up_from", "Lower end of its 95 % interval; null where it is not known.").or_null(),
        number("gave_up_to", "Upper end of its 95 % interval; null where it is not known.").or_null(),
    ]
}

fn limits() -> [About; 4] {
    let says = |side: &str, percent: &str| {
        format!("{side} limit of luck at {percent} %: share points, of handle time a part of the expected.")
    };
    [
        number("low_95", &says("Lower", "95")),
        number("high_95", &says("Upper", "95")),
        number("low_998", &says("Lower", "99.8")),
        number("high_998", &says("Upper", "99.8")),
    ]
}

fn n() -> About {
    count("n", "Contacts, answers, calls or outcomes.")
}

fn funnel() -> Vec<About> {
    let difference =
        number("difference", "Observed less expected in share points; of handle time as a part of the expected.");
    let mut all = vec![agent(), measure(), n(), difference];
    all.extend(limits());
    all.push(text("outside", "Limit that it lies beyond, `95 %` or `99.8 %`; null inside.").or_null());
    all
}

fn funnel_limits() -> Vec<About> {
    [measure(), n()].into_iter().chain(limits()).collect()
}

fn levels() -> Vec<About> {
    let mut all = vec![measure(), unit(), count("agents", "Agents who are compared.")];
    all.extend(
        ["10", "25", "50", "75", "90"]
            .map(|p| number(&format!("p{p}"), &format!("{p} % of them lie below this level, in `unit`."))),
    );
    all
}

fn own_levels() -> Vec<About> {
    vec![
        agent(),
        measure(),
        unit(),
        number("level", "The agent's own level on the calls of all, in `unit`."),
        number("low", "Lower end of its 80 % interval, in `unit`."),
        number("high", "Upper end of its 80 % interval, in `unit`."),
        number("team", "Level of all, in `unit`."),
    ]
}

fn definitions() -> Vec<About> {
    vec![
        text("metric", "The metric's stable name."),
        text("name", "Its name for people."),
        text("unit", "`count`, `seconds`, `share` (a fraction from 0 to 1) or `points` (of the survey's scale)."),
        text("better", "Which way is better: `higher`, `lower` or `neither`."),
        text("level", "What it tells of: `volume`, `access`, `productivity`, `quality` or `experience`."),
        text("definition", "What is counted over what."),
        text("leaves_out", "What it leaves out; null for nothing.").or_null(),
        text("gamed", "How it is gamed; null where nothing is known.").or_null(),
        text("source", "Who says so; null for nobody.").or_null(),
        text("lacks", "What the files have no column for, so that it is unknown; null where it is known.").or_null(),
    ]
}

fn intake() -> Vec<About> {
    vec![
        text("rows", "`read`, `kept`, or `left out: ` and the reason."),
        count("count", "How many rows."),
        flag("rejected", "They should have been usable and were not."),
        text("first", "The first places, with `, ` between; null where none are kept.").or_null(),
    ]
}

fn check() -> Vec<About> {
    vec![
        text("section", "`file`, `column`, `ledger`, `not available` or `finding`."),
        text("file", "File that it is about; empty if it is about all."),
        text("item", "What is told: a field, a reason, a metric, a finding."),
        count("rows", "Rows, of the ledger; else null.").or_null(),
        text("detail", "What was found."),
    ]
}

fn statement() -> Vec<About> {
    vec![
        text("section", "`about`, `contacts`, `measures`, `steps`, `signals`, `what_if`, `decisions` or `dispute`."),
        text("item", "The step, or what a row of a table is about; null for a plain text.").or_null(),
        text("says", "The text; null for a row of a table.").or_null(),
        text("numbers", "`name=value` with `; ` between; null without numbers.").or_null(),
        text("result", "Where a step leads; null for everything else.").or_null(),
    ]
}

fn plan_findings() -> Vec<About> {
    vec![
        text("rule", "The rule's name."),
        text("severity", "`error`, `warning` or `advice`."),
        count("line", "Line of the plan's file; null where something is missing from the plan as a whole.").or_null(),
        text("key", "Key or table of the plan that it is about."),
        text("text", "What was found, with the plan's numbers."),
        text("why", "What it does to customers, agents or pay."),
        text("source", "Who says so."),
        text("mend", "What to change."),
        text("accepted", "Why the plan's owner accepts it; null where nobody does.").or_null(),
    ]
}
