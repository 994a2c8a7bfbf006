//! A plan's file: TOML into [`Plan`], or all of its faults at once, each with its key and line.

use super::payout::{LARGE, MOST_SHARE, money, payout};
use super::reader::{Notes, Reader, nearest};
use super::{
    Allow, Bound, Budget, BudgetOf, Effect, Eligible, Exact, Gate, Maturity, On, Plan, PlanMeasure, Pool, Prorate,
    Rule, Source, Split, Unit,
};
use crate::judge::Measure;
use crate::metrics::Dimension;
use crate::metrics::catalogue::{self, Better, CATALOGUE};
use crate::money::{Currency, Money};
use anyhow::{Context, Result, bail};
use toml::de::DeTable;

/// Sure of nothing, and as sure as a plan may ask to be.
const HALF: Exact = Exact(5_000);
const ALMOST_ONE: Exact = Exact(9_900);
const SURE: Exact = Exact(8_000);
/// From how many spreads on an unusual handle time counts against an agent, unless the plan says otherwise.
const BAND: Exact = Exact::ONE;

/// Reads the plan in the file `path`.
pub fn read(path: &str) -> Result<Plan> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("there is no plan `{path}`; `callmerit plan new > {path}` writes one to start from")
        }
        Err(_) if std::path::Path::new(path).is_dir() => bail!("the plan `{path}` is a directory; name a file in it"),
        Err(error) => bail!("the plan `{path}` cannot be read: {error}"),
    };
    let text = String::from_utf8(bytes).ok().with_context(|| format!("the plan `{path}` is not text in UTF-8"))?;
    parse(path, &text)
}

/// The plan in a text; `name` is what to call it in messages.
pub fn parse(name: &str, text: &str) -> Result<Plan> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut notes = Notes::new(text);
    for error in errors {
        let line = error.span().map_or(0, |span| notes.line_at(span.start));
        notes
            .faults
            .push((line, format!("this is not TOML: {}", error.message().lines().next().unwrap_or("unreadable"))));
    }
    let plan = if notes.faults.is_empty() {
        let mut reader = Reader::new(String::new(), table.get_ref(), &mut notes);
        let plan = plan(&mut reader);
        reader.leftovers();
        Some(plan)
    } else {
        None
    };
    let Notes { mut faults, lines, .. } = notes;
    match plan {
        Some(plan) if faults.is_empty() => Ok(Plan { file: name.to_string(), text: text.to_string(), lines, ..plan }),
        _ => {
            faults.sort();
            faults.dedup();
            let told = |(line, what): &(usize, String)| match line {
                0 => format!("  {what}"),
                line => format!("  line {line}: {what}"),
            };
            let list: Vec<String> = faults.iter().map(told).collect();
            let s = if faults.len() == 1 { "" } else { "s" };
            bail!("the plan `{name}` has {} fault{s}:\n{}", faults.len(), list.join("\n"))
        }
    }
}

type Read<'a, 't, 'n, 's> = &'a mut Reader<'t, 'n, 's>;

fn plan(r: Read<'_, '_, '_, '_>) -> Plan {
    let name = r.text("name").unwrap_or_default();
    if name.is_empty() && !r.has("name") {
        r.fault("name", "is missing: what people call the plan");
    }
    r.text("about");
    let currency = r.text("currency").and_then(|code| {
        let currency = Currency::of_code(&code);
        if currency.is_none() {
            r.fault("currency", format!("is `{code}`; write the three letters of a currency, as in EUR"));
        }
        currency
    });
    let (from, to, review) = (r.date("from"), r.date("to"), r.date("review"));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        r.fault("to", "is before `from`");
    }
    let periods = [("week", Dimension::Week), ("month", Dimension::Month), ("quarter", Dimension::Quarter)];
    let period = r.word("period", &periods);
    r.need("period", ": how often the plan pays: week, month or quarter");
    let pooled = r.whole("pooled", 26);
    if pooled == Some(0) {
        r.fault("pooled", "is 0; 1 judges each period by itself, 3 by itself and the two before it");
    }
    let pay = r.table("pay", |r| pay(r, currency));
    if pay.is_none() && !r.has("pay") {
        r.fault("pay", "is missing: the table [pay] says by which rule, and how much");
    }
    let pay = pay.unwrap_or_default();
    let curve = r.table("curve", |r| payout(r, currency, false, &[("spread", Some(Unit::Spread))]));
    let measures = r.named_tables("measures", |name, r| measure(name, r, currency, &pay));
    let on = match (pay.on_measures, curve) {
        (false, Some(Some(payout))) if payout.levels.is_empty() => {
            r.fault("curve", "pays by units; a score has none: give it a threshold and a target, or steps");
            On::Measures
        }
        (false, Some(Some(payout))) => On::Score(payout),
        (false, Some(None)) => On::Measures,
        (false, None) => {
            if r.has("pay") && !r.has("curve") {
                r.fault(
                    "curve",
                    "is missing: the table [curve] says what a score pays: unit, threshold, target, stretch",
                );
            }
            On::Measures
        }
        (true, None) => On::Measures,
        (true, Some(_)) => {
            r.fault(
                "curve",
                "is for `on = \"score\"`; where measures are paid one by one, each has its own threshold and target",
            );
            On::Measures
        }
    };
    weights(r, &measures, &pay);
    let eligible = r.table("eligible", eligible).unwrap_or_default();
    let prorate = r.table("prorate", |r| Prorate {
        employed: r.yes_or_no("employed").unwrap_or(false),
        leave: r.text("leave_days").and_then(|word| figure(r, "leave_days", &word)),
    });
    let gates = r.tables("gates", |r| gate(r, &pay));
    let individual = r.table("parts", |r| {
        let individual = r.number("individual", Exact::ZERO, Exact::ONE).unwrap_or_default();
        let team = r.number("team", Exact::ZERO, Exact::ONE).unwrap_or_default();
        if individual + team != Exact::ONE {
            r.fault("team", "and `individual` must sum to 1: they are parts of the bonus");
        }
        individual
    });
    let pool = r.table("pool", |r| pool(r, currency)).flatten();
    let budget = r.table("budget", |r| budget(r, currency)).flatten();
    let allow = r.tables("allow", allow);
    Plan {
        file: String::new(),
        name,
        currency,
        from,
        to,
        review,
        period: period.unwrap_or(Dimension::Month),
        pooled: pooled.unwrap_or(1),
        rule: pay.rule,
        certainty: pay.certainty,
        on,
        bonus: pay.bonus,
        cap: pay.cap,
        rounding: pay.rounding,
        hold: pay.hold,
        resolution_floor: pay.resolution_floor,
        measures,
        eligible,
        prorate: prorate.unwrap_or_default(),
        gates,
        individual: individual.unwrap_or(Exact::ONE),
        pool,
        budget,
        allow,
        lines: Default::default(),
        text: String::new(),
    }
}

/// The table `[pay]`.
struct Pay {
    rule: Rule,
    certainty: Exact,
    on_measures: bool,
    bonus: Money,
    cap: Option<Exact>,
    rounding: Money,
    hold: bool,
    resolution_floor: Option<Exact>,
}

impl Default for Pay {
    fn default() -> Self {
        Pay {
            rule: Rule::LowerBound,
            certainty: SURE,
            on_measures: false,
            bonus: Money::ZERO,
            cap: None,
            rounding: Money(1),
            hold: true,
            resolution_floor: None,
        }
    }
}

fn pay(r: Read<'_, '_, '_, '_>, currency: Option<Currency>) -> Pay {
    let rules = Rule::ALL.map(|rule| (rule.name(), rule));
    let rule = r.word("rule", &rules);
    r.need("rule", format!("; it is one of {}", rules.map(|(name, _)| name).join(", ")));
    let certainty = r.number("certainty", HALF, ALMOST_ONE);
    if certainty.is_some() && rule.is_some_and(|rule| rule != Rule::LowerBound) {
        r.fault("certainty", "is for `rule = \"lower-bound\"`; the other rules do not ask how sure a result is");
    }
    let on_measures = r.word("on", &[("score", false), ("measures", true)]);
    r.need("on", ": what is paid, the one `score` of all measures, or the `measures` one by one");
    let bonus = money(r, "bonus", currency);
    match (currency, bonus) {
        (Some(_), None) if !r.has("bonus") => {
            r.fault("bonus", "is missing: what meeting the target in everything earns in a period, as in \"300.00\"");
        }
        (None, _) if r.has("bonus") => {
            r.fault(
                "bonus",
                "needs a `currency` at the top of the plan; without both, the plan gives recognition and no money",
            );
        }
        _ => {}
    }
    let rounding = money(r, "rounding", currency);
    if rounding == Some(Money::ZERO) {
        r.fault("rounding", "is 0; amounts are rounded down to a multiple of it, as in \"0.01\" or \"5.00\"");
    }
    Pay {
        rule: rule.unwrap_or(Rule::LowerBound),
        certainty: certainty.unwrap_or(SURE),
        on_measures: on_measures.unwrap_or(false),
        bonus: bonus.unwrap_or_default(),
        cap: r.number("cap", Exact::ZERO, MOST_SHARE),
        rounding: rounding.unwrap_or(Money(1)).max(Money(1)),
        hold: r.yes_or_no("hold").unwrap_or(true),
        resolution_floor: r.number("resolution_floor", HALF, ALMOST_ONE),
    }
}

/// What may be paid for, for a message.
fn payable(naive: bool) -> Vec<&'static str> {
    let judged = Measure::ALL.into_iter().map(Measure::id);
    let metrics = CATALOGUE
        .iter()
        .filter(|m| naive && (m.better != Better::Neither || m.level == catalogue::Level::Productivity))
        .map(|m| m.id);
    judged.chain(metrics).collect()
}

/// A measure `[measures.NAME]`.
fn measure(name: &str, r: Read<'_, '_, '_, '_>, currency: Option<Currency>, pay: &Pay) -> Option<PlanMeasure> {
    let of = r.text("of");
    let word = of.as_deref().unwrap_or(name);
    let source = Source::of(word);
    let naive = pay.rule.is_naive();
    let source = match source {
        None => {
            let hint = nearest(word, &payable(true)).map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
            let there = payable(naive).join(", ");
            r.fault(
                "of",
                format!("is `{word}`, which nothing measures{hint}; there are {there}, and figure.NAME of --figures"),
            );
            None
        }
        Some(source) if !naive && !matches!(source, Source::Judged(_)) => {
            r.fault(
                "of",
                format!(
                    "is `{word}`, which is not judged: neither luck nor the kinds of call can be taken out of it; pay {}, \
                     or say `rule = \"naive-observed\"` and read what `callmerit plan check` says of it",
                    payable(false).join(", ")
                ),
            );
            None
        }
        Some(source) => Some(source),
    };
    let weight = r.number("weight", Exact(1), Exact::ONE);
    r.need("weight", ": its part of the whole, from 0 to 1");
    let levels = Maturity::ALL.map(|level| (level.name(), level));
    let said = r.word("level", &levels);
    let known = source.as_ref().and_then(Source::maturity);
    let level = match (said, known) {
        (Some(said), Some(known)) if said != known => {
            r.fault("level", format!("is `{}`, but `{word}` is a measure of {}", said.name(), known.name()));
            known
        }
        (said, known) => said.or(known).unwrap_or_else(|| {
            if source.is_some() && !r.has("level") {
                r.fault(
                    "level",
                    "is missing: productivity, quality, experience or outcome; nobody else knows what a figure is",
                );
            }
            Maturity::Productivity
        }),
    };
    let says_better = r.word("better", &[("higher", false), ("lower", true)]);
    // Of a figure, and of a metric that is neither good nor bad in itself, only the plan can say.
    let open = match &source {
        Some(Source::Judged(_)) | None => false,
        Some(Source::Metric(at)) => CATALOGUE[*at].better == Better::Neither,
        Some(Source::Figure(_)) => true,
    };
    if r.has("better") && source.is_some() && !open {
        r.fault("better", format!("cannot be chosen: of `{word}` it is known which way is better"));
    }
    if open && !r.has("better") {
        r.fault("better", format!("is missing: does `{word}` earn more if it is `higher` or if it is `lower`?"));
    }
    let falls = match says_better {
        Some(lower) if open => lower,
        _ => source.as_ref().is_some_and(Source::falls),
    };
    let two_sided = r.yes_or_no("two_sided");
    let band = r.number("band", Exact::ZERO, Exact(10 * 10_000));
    if r.has("band") && two_sided != Some(true) {
        r.fault("band", "is for `two_sided = true`: how far from the middle is still usual, in units of the spread");
    }
    if two_sided == Some(true) && naive {
        r.fault("two_sided", "needs a judged result; use `rule = \"lower-bound\"`");
    }
    let payout = if pay.on_measures {
        let units = units(source.as_ref(), two_sided == Some(true));
        payout(r, currency, falls, &units)
    } else {
        for key in ["threshold", "target", "stretch", "steps", "tiers", "unit"] {
            r.refuse(key, "is for `on = \"measures\"`; a score has one [curve] for all");
        }
        None
    };
    Some(PlanMeasure {
        name: name.to_string(),
        source: source?,
        weight: weight?,
        level,
        two_sided: (two_sided == Some(true)).then(|| band.unwrap_or(BAND)),
        falls,
        payout,
    })
}

/// The units that a measure's thresholds may be in.
fn units(source: Option<&Source>, two_sided: bool) -> Vec<(&'static str, Option<Unit>)> {
    let own = match source {
        Some(Source::Judged(Measure::HandleTime)) => ("seconds", Unit::Seconds),
        Some(Source::Judged(_)) | None => ("share", Unit::Share),
        Some(Source::Metric(at)) => match CATALOGUE[*at].unit {
            catalogue::Unit::Count => ("count", Unit::Count),
            catalogue::Unit::Seconds => ("seconds", Unit::Seconds),
            catalogue::Unit::Share => ("share", Unit::Share),
            catalogue::Unit::Points => ("points", Unit::Points),
        },
        Some(Source::Figure(_)) => ("figure", Unit::Figure),
    };
    let spread = ("spread", Some(Unit::Spread));
    if two_sided {
        return vec![spread];
    }
    vec![spread, (own.0, Some(own.1)), ("percent-of-team", Some(Unit::PercentOfTeam)), ("percent-of-target", None)]
}

fn weights(r: Read<'_, '_, '_, '_>, measures: &[PlanMeasure], pay: &Pay) {
    let sum: i64 = measures.iter().map(|m| m.weight.0).sum();
    if measures.is_empty() {
        if !r.has("measures") && pay.bonus > Money::ZERO {
            r.fault("measures", "is missing: what the plan pays for, each as [measures.NAME]");
        }
    } else if sum != Exact::ONE.0 {
        let list: Vec<String> = measures.iter().map(|m| format!("{} {}", m.name, m.weight)).collect();
        r.fault("measures", format!("have weights that sum to {} instead of 1: {}", Exact(sum), list.join(", ")));
    }
    let mut sources: Vec<&Source> = Vec::new();
    for m in measures {
        if sources.contains(&&m.source) {
            r.fault("measures", format!("has `{}` twice under different names; keep one", m.name));
        }
        sources.push(&m.source);
    }
}

fn eligible(r: Read<'_, '_, '_, '_>) -> Eligible {
    for key in r.keys() {
        let kind_of_leave = ["leave", "sick", "maternity", "parental", "vacation", "holiday", "absence"];
        if kind_of_leave.iter().any(|word| key.contains(word)) {
            r.fault(
                &key,
                "treats one kind of leave apart; all kinds must be treated alike: [prorate] leave_days = \"figure.NAME\" \
                 takes off the days of all of them",
            );
        }
    }
    Eligible {
        listed: r.yes_or_no("listed").unwrap_or(false),
        tenure_days: r.whole("tenure_days", 36_500).unwrap_or(0),
        until_end: r.yes_or_no("until_end").unwrap_or(false),
        teams: r.texts("teams"),
        contacts: u64::from(r.whole("contacts", 1_000_000).unwrap_or(0)),
    }
}

/// The name of a figure.
fn figure(r: Read<'_, '_, '_, '_>, key: &str, word: &str) -> Option<String> {
    let name = word.strip_prefix("figure.").map(str::to_string);
    if name.is_none() {
        r.fault(key, format!("is `{word}`; write figure.NAME, NAME being a column of the file of --figures"));
    }
    name
}

fn bound(r: Read<'_, '_, '_, '_>) -> Option<Bound> {
    let low = Exact(-LARGE.0);
    let (least, most) = (r.number("at_least", low, LARGE), r.number("at_most", low, LARGE));
    if r.has("at_least") == r.has("at_most") {
        r.fault("at_least", "or `at_most` says what the value must be; give one of them");
        return None;
    }
    least.map(Bound::AtLeast).or(most.map(Bound::AtMost))
}

fn gate(r: Read<'_, '_, '_, '_>, pay: &Pay) -> Option<Gate> {
    let on = r.text("on");
    r.need("on", ": a metric of `callmerit definitions`, or figure.NAME of --figures");
    let bound = bound(r);
    let effects = [Effect::Zero, Effect::Halve, Effect::DropATier].map(|effect| (effect.name(), effect));
    let effect = r.word("effect", &effects);
    r.need("effect", ": what happens if it is not met: zero, halve or drop-a-tier");
    if effect == Some(Effect::DropATier) && pay.on_measures {
        r.fault("effect", "drops a tier of the score's curve; where measures are paid one by one, use zero or halve");
    }
    let on = on?;
    let source = gate_source(r, &on)?;
    Some(Gate { on, source, bound: bound?, effect: effect? })
}

/// What a condition is on: a metric or a figure.
fn gate_source(r: Read<'_, '_, '_, '_>, on: &str) -> Option<Source> {
    match Source::of(on) {
        Some(Source::Judged(_)) => {
            r.fault(
                "on",
                format!("is `{on}`, a judged result; `pay.resolution_floor` is the floor for it, or name a metric"),
            );
            None
        }
        Some(source) => Some(source),
        None => {
            let names: Vec<&str> = CATALOGUE.iter().map(|m| m.id).collect();
            let hint = nearest(on, &names).map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
            r.fault("on", format!("is `{on}`{hint}; it must be a metric of `callmerit definitions`, or figure.NAME"));
            None
        }
    }
}

fn pool(r: Read<'_, '_, '_, '_>, currency: Option<Currency>) -> Option<Pool> {
    let amount = money(r, "amount", currency);
    let on = r.text("on");
    for key in ["amount", "on"] {
        r.need(key, "; a pool is an `amount` that all share if the centre's `on` is `at_least` something");
    }
    let bound = bound(r);
    let split = r.word("split", &[("equal", Split::Equal), ("contacts", Split::Contacts)]);
    r.need("split", ": `equal`, or by handled `contacts`");
    let on = on?;
    let source = gate_source(r, &on)?;
    if matches!(source, Source::Figure(_)) {
        r.fault("on", "is a figure of single agents; a pool needs a metric of the centre as a whole");
        return None;
    }
    Some(Pool { amount: amount?, on, source, bound: bound?, split: split? })
}

fn budget(r: Read<'_, '_, '_, '_>, currency: Option<Currency>) -> Option<Budget> {
    let period = money(r, "amount", currency);
    let agent = money(r, "per_agent", currency);
    let scale = r.word("scale", &[("down", false), ("both", true)]);
    let most = r.number("most", Exact::ONE, MOST_SHARE);
    if r.has("amount") == r.has("per_agent") {
        r.fault("amount", "or `per_agent` (for each eligible agent) says what a period may cost; give one of them");
        return None;
    }
    r.need("scale", ": `down` shrinks all payouts alike where they exceed the budget; `both` also raises them");
    if r.has("most") != (scale == Some(true)) {
        r.fault("most", "goes with `scale = \"both\"`: how many times payouts may be raised at most, as in 1.25");
    }
    let of = period.map(BudgetOf::Period).or(agent.map(BudgetOf::EligibleAgent))?;
    Some(Budget { of, most: most.filter(|_| scale == Some(true)).unwrap_or(Exact::ONE) })
}

fn allow(r: Read<'_, '_, '_, '_>) -> Option<Allow> {
    let (rule, why) = (r.text("rule"), r.text("why"));
    let line = r.line("rule");
    r.need("rule", ": the name of a rule of `callmerit plan check`");
    if why.as_ref().is_none_or(|why| why.split_whitespace().count() < 3) {
        r.fault("why", "must say in a few words why this plan is an exception; others will read it");
    }
    Some(Allow { rule: rule?, why: why?, line })
}
