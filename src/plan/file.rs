//! A plan's file: TOML into [`Plan`], or all of its faults at once, each with its key and line.

use super::keys;
use super::payout::{LARGE, MOST_SHARE, Purse, money, no_payout, payout};
use super::reader::{Kind, Reader, read_all};
use super::{
    Allow, Bound, Budget, BudgetOf, Effect, Eligible, Exact, Gate, Maturity, On, Plan, PlanMeasure, Pool, Prorate,
    Rule, Source, Split, Unit,
};
use crate::judge::Measure;
use crate::metrics::Dimension;
use crate::metrics::catalogue::{self, Better, CATALOGUE};
use crate::money::{Currency, Money};
use crate::names::{self, hint, nearest};
use anyhow::{Context, Result, bail};

/// Sure of nothing, and as sure as a plan may ask to be.
const HALF: Exact = Exact(5_000);
const ALMOST_ONE: Exact = Exact(9_900);
const SURE: Exact = Exact(8_000);
/// From how many spreads on an unusual handle time counts against an agent, unless the plan says otherwise.
const BAND: Exact = Exact::ONE;
const PLAN: Kind = Kind { noun: "plan", home: keys::home };

/// Reads the plan in the file `path`.
pub fn read(path: &str) -> Result<Plan> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let near = names::hint_of_files(path);
            bail!("there is no plan `{path}`{near}; `callmerit plan new > {path}` writes one to start from")
        }
        Err(_) if std::path::Path::new(path).is_dir() => bail!("the plan `{path}` is a directory; name a file in it"),
        Err(error) => bail!("the plan `{path}` cannot be read: {error}"),
    };
    if bytes.starts_with(b"PK\x03\x04") {
        bail!("the plan `{path}` is a spreadsheet or a packed file; a plan is a text, see `callmerit plan new`");
    }
    let text = String::from_utf8(bytes).ok();
    let text = text.with_context(|| format!("the plan `{path}` is not text in UTF-8; save it with this encoding"))?;
    parse(path, &text)
}

/// The plan in a text; `name` is what to call it in messages.
pub fn parse(name: &str, text: &str) -> Result<Plan> {
    let (parsed, lines, text) = read_all(text, PLAN, &format!("plan `{name}`"), plan)?;
    Ok(Plan { file: name.to_string(), text, lines, ..parsed })
}

type Read<'a, 't, 'n, 's> = &'a mut Reader<'t, 'n, 's>;

fn plan(r: Read<'_, '_, '_, '_>) -> Plan {
    let name = r.text("name").unwrap_or_default();
    r.need("name", ": what people call the plan");
    r.text("about");
    let purse = purse(r);
    let (from, to, review) = (r.date("from"), r.date("to"), r.date("review"));
    for (key, later) in [("to", to), ("review", review)] {
        if let Some((from, later)) = from.zip(later).filter(|(from, later)| later < from) {
            r.fault(key, format!("is {later}, which is before `from`, {from}"));
        }
    }
    let periods = [("week", Dimension::Week), ("month", Dimension::Month), ("quarter", Dimension::Quarter)];
    let period = r.word("period", &periods);
    r.need("period", ": how often the plan pays: week, month or quarter");
    let pooled = r.whole("pooled", 26);
    if pooled == Some(0) {
        r.fault("pooled", "is 0; 1 judges each period by itself, 3 by itself and the two before it");
    }
    let pay = r.table("pay", |r| pay(r, purse));
    r.need("pay", ": the table [pay] says by which rule, and how much");
    let mut pay = pay.unwrap_or_default();
    // Where the plan does not say it, it is told once, and the rest is read as it looks.
    let on_measures = *pay.on_measures.get_or_insert(!r.has("curve"));
    let curve = r.table("curve", |r| payout(r, purse, (false, false), &[("spread", Some(Unit::Spread))]));
    let mut weights = Vec::new();
    let measures = r.named_tables("measures", |name, r| measure(name, r, purse, &pay, &mut weights));
    let on = match curve.flatten() {
        Some(payout) if payout.levels.is_empty() => {
            r.fault("curve", "pays by units; a score has none: give it a threshold and a target, or steps");
            On::Measures
        }
        Some(payout) if !on_measures => On::Score(payout),
        _ => On::Measures,
    };
    if on_measures && r.has("curve") {
        r.fault(
            "curve",
            "is for `on = \"score\"`; where measures are paid one by one, each has its own threshold and target",
        );
    }
    if !on_measures {
        r.need("curve", ": the table [curve] says what a score pays: unit, threshold, target, stretch");
    }
    sum_of_weights(r, &weights);
    twice(r, &measures);
    if pay.bonus > Money::ZERO || purse == Purse::Empty {
        r.need("measures", ": what the plan looks at, each as [measures.NAME]");
    }
    let eligible = r.table("eligible", eligible).unwrap_or_default();
    let prorate = r.table("prorate", |r| {
        let employed = r.yes_or_no("employed").unwrap_or(false);
        let leave = r.text("leave_days").and_then(|word| figure(r, "leave_days", &word));
        kinds_of_leave(r);
        Prorate { employed, leave }
    });
    let gates = r.tables("gates", |r| gate(r, on_measures));
    let individual = r.table("parts", |r| {
        let individual = r.number("individual", Exact::ZERO, Exact::ONE).unwrap_or_default();
        let team = r.number("team", Exact::ZERO, Exact::ONE).unwrap_or_default();
        if individual + team != Exact::ONE {
            r.fault("team", "and `individual` must sum to 1: they are parts of the bonus");
        }
        individual
    });
    let pool = r.table("pool", |r| pool(r, purse)).flatten();
    let budget = r.table("budget", |r| budget(r, purse)).flatten();
    let allow = r.tables("allow", allow);
    Plan {
        file: String::new(),
        name,
        currency: match purse {
            Purse::Money(currency) => Some(currency),
            Purse::Empty | Purse::Unknown(_) => None,
        },
        from,
        to,
        review,
        period: period.unwrap_or(Dimension::Month),
        pooled: pooled.unwrap_or(1),
        rule: pay.rule.unwrap_or(Rule::LowerBound),
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

fn purse(r: Read<'_, '_, '_, '_>) -> Purse {
    let Some(code) = r.text("currency") else {
        return if r.has("currency") { Purse::Unknown(None) } else { Purse::Empty };
    };
    if let Some(currency) = Currency::of_code(&code) {
        return Purse::Money(currency);
    }
    let meant = match code.to_lowercase().as_str() {
        "€" | "euro" | "euros" => "EUR".to_string(),
        "$" | "dollar" | "dollars" | "us$" => "USD".to_string(),
        "£" | "pound" | "pounds" => "GBP".to_string(),
        _ => code.to_uppercase(),
    };
    let meant = Currency::of_code(&meant);
    let hint = meant.map_or(String::new(), |c| format!(" (did you mean `{c}`?)"));
    r.wrong("currency", format!("is `{code}`; write the three letters of a currency, as in EUR{hint}"));
    Purse::Unknown(meant)
}

/// The table `[pay]`; what it does not say, or not rightly, is `None`.
struct Pay {
    rule: Option<Rule>,
    certainty: Exact,
    on_measures: Option<bool>,
    bonus: Money,
    cap: Option<Exact>,
    rounding: Money,
    hold: bool,
    resolution_floor: Option<Exact>,
}

impl Default for Pay {
    fn default() -> Self {
        Pay {
            rule: None,
            certainty: SURE,
            on_measures: None,
            bonus: Money::ZERO,
            cap: None,
            rounding: Money(1),
            hold: true,
            resolution_floor: None,
        }
    }
}

impl Pay {
    fn is_naive(&self) -> bool {
        self.rule.is_some_and(Rule::is_naive)
    }
}

fn pay(r: Read<'_, '_, '_, '_>, purse: Purse) -> Pay {
    let rules = Rule::ALL.map(|rule| (rule.name(), rule));
    let rule = r.word("rule", &rules);
    r.need(
        "rule",
        format!(
            ": how a result is turned into something to pay for, one of {}",
            rules.map(|(name, _)| name).join(", ")
        ),
    );
    let certainty = r.number("certainty", HALF, ALMOST_ONE);
    if r.has("certainty") && rule.is_some_and(|rule| rule != Rule::LowerBound) {
        r.fault("certainty", "is for `rule = \"lower-bound\"`; the other rules do not ask how sure a result is");
    }
    let on_measures = r.word("on", &[("score", false), ("measures", true)]);
    r.need("on", ": what is paid, the one `score` of all measures, or the `measures` one by one");
    let bonus = money(r, "bonus", purse);
    if purse != Purse::Empty {
        r.need("bonus", ": what meeting the target in everything earns in a period, as in \"300.00\"");
    }
    let rounding = money(r, "rounding", purse);
    if rounding == Some(Money::ZERO) {
        r.wrong("rounding", "is 0; amounts are rounded down to a multiple of it, as in \"0.01\" or \"5.00\"");
    }
    Pay {
        rule,
        certainty: certainty.unwrap_or(SURE),
        on_measures,
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

/// The judged measure that a raw figure is, for whoever writes the raw one.
fn judged_for(word: &str) -> Option<&'static str> {
    Some(match word.to_lowercase().as_str() {
        "fcr" | "fcr_low" | "fcr_high" | "fcr_coded" | "first_call_resolution" | "first_contact_resolution" => {
            "resolution"
        }
        "csat" | "csat_mean" | "customer_satisfaction" | "survey" | "surveys" => "satisfaction",
        "aht" | "aht_s" | "talk_s" | "handle_p50_s" | "handle_p90_s" | "average_handle_time" => "handle_time",
        "outcomes" | "sales" | "saves" | "retention" | "renewals" => "outcome",
        _ => return None,
    })
}

/// What a measure is made of, by its own name or by the word behind `of`; and what it may be made of if that is no
/// such word.
fn measured(name: &str, r: Read<'_, '_, '_, '_>, rule: Option<Rule>) -> (Option<Source>, Option<Source>) {
    let of = r.text("of");
    let (key, word) = match &of {
        Some(word) => ("of", word.as_str()),
        None if r.has("of") => return (None, None),
        None => ("", name),
    };
    let source = source(key, word, r, rule);
    let guess = source.clone().or_else(|| Source::of(judged_for(word)?));
    (source, guess)
}

fn source(key: &str, word: &str, r: Read<'_, '_, '_, '_>, rule: Option<Rule>) -> Option<Source> {
    let naive = rule.is_some_and(Rule::is_naive);
    let judged = judged_for(word).filter(|_| !naive);
    match Source::of(word) {
        None => {
            let near = judged.or_else(|| nearest(word, &payable(true)));
            let hint = near.map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
            let there = payable(naive).join(", ");
            let what = if key.is_empty() { "has a name that nothing measures" } else { "names what nothing measures" };
            r.wrong(
                key,
                format!("{what}{hint}; there are {there}, and of = \"figure.NAME\" for a column of --figures"),
            );
            None
        }
        Some(Source::Figure(_)) => figure(r, key, word).map(Source::Figure),
        Some(source) if rule.is_some() && !naive && !matches!(source, Source::Judged(_)) => {
            let instead = match judged {
                Some(judged) => format!("write `{judged}`, which is the same, judged fairly"),
                None => format!("pay {}", payable(false).join(", ")),
            };
            r.fault(
                key,
                format!(
                    "is a raw figure (`{word}`): neither luck nor the kinds of call can be taken out of it; {instead}, or \
                     say `rule = \"naive-observed\"` and read what `callmerit plan check` says of it"
                ),
            );
            None
        }
        Some(source) => Some(source),
    }
}

/// A measure `[measures.NAME]`.
fn measure(
    name: &str,
    r: Read<'_, '_, '_, '_>,
    purse: Purse,
    pay: &Pay,
    weights: &mut Vec<(String, Option<Exact>)>,
) -> Option<PlanMeasure> {
    let (source, guess) = measured(name, r, pay.rule);
    let weight = r.number("weight", Exact(1), Exact::ONE);
    r.need("weight", ": its part of the whole, from 0 to 1");
    weights.push((name.to_string(), weight));
    let levels = Maturity::ALL.map(|level| (level.name(), level));
    let said = r.word("level", &levels);
    let known = source.as_ref().and_then(Source::maturity);
    let level = match (said, known) {
        (Some(said), Some(known)) if said != known => {
            r.fault("level", format!("is `{}`, but this is a measure of {}", said.name(), known.name()));
            known
        }
        (said, known) => said.or(known).unwrap_or_else(|| {
            if source.is_some() && !r.has("level") {
                r.fault(
                    "level",
                    "is missing: productivity, quality, experience or outcome; of a figure only you know what it tells",
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
        r.fault("better", "cannot be chosen: of this measure it is known which way is better");
    }
    if open && !r.has("better") {
        r.fault("better", "is missing: is `higher` or `lower` better? Of this measure only you can say");
    }
    let falls = match says_better {
        Some(lower) if open => lower,
        _ => guess.as_ref().is_some_and(Source::falls),
    };
    let two_sided = r.yes_or_no("two_sided");
    let band = r.number("band", Exact::ZERO, Exact(10 * 10_000));
    if r.has("band") && two_sided != Some(true) {
        r.fault("band", "is for `two_sided = true`: how far from the middle is still usual, in units of the spread");
    }
    if two_sided == Some(true) && pay.is_naive() {
        r.fault("two_sided", "needs a judged result; use `rule = \"lower-bound\"`");
    }
    let payout = if pay.on_measures == Some(true) {
        // Places in a league table are only known as distances from the middle, like what counts against somebody.
        let only_spread = two_sided == Some(true) || pay.rule == Some(Rule::NaiveLeague);
        let units = units(guess.as_ref(), only_spread);
        payout(r, purse, (falls, two_sided == Some(true)), &units)
    } else {
        no_payout(r, "is for `on = \"measures\"`; a score has one [curve] for all its measures");
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
fn units(source: Option<&Source>, only_spread: bool) -> Vec<(&'static str, Option<Unit>)> {
    let own = match source {
        Some(Source::Judged(Measure::HandleTime)) => ("seconds", Unit::Seconds),
        Some(Source::Judged(_)) => ("share", Unit::Share),
        Some(Source::Metric(at)) => match CATALOGUE[*at].unit {
            catalogue::Unit::Count => ("count", Unit::Count),
            catalogue::Unit::Seconds => ("seconds", Unit::Seconds),
            catalogue::Unit::Share => ("share", Unit::Share),
            catalogue::Unit::Points => ("points", Unit::Points),
        },
        Some(Source::Figure(_)) => ("figure", Unit::Figure),
        // What it should be is told where it stands.
        None => return Vec::new(),
    };
    let spread = ("spread", Some(Unit::Spread));
    if only_spread {
        return vec![spread];
    }
    vec![(own.0, Some(own.1)), spread, ("percent-of-team", Some(Unit::PercentOfTeam)), ("percent-of-target", None)]
}

/// All weights that are known must sum to 1, also those of measures that have other faults.
fn sum_of_weights(r: Read<'_, '_, '_, '_>, weights: &[(String, Option<Exact>)]) {
    let Some(known) = weights.iter().map(|(_, weight)| *weight).collect::<Option<Vec<Exact>>>() else { return };
    let sum = Exact(known.iter().map(|weight| weight.0).sum());
    if !known.is_empty() && sum != Exact::ONE {
        let list: Vec<String> =
            weights.iter().zip(&known).map(|((name, _), w)| format!("{name} {}", w.short())).collect();
        r.fault("measures", format!("have weights that sum to {} and not to 1: {}", sum.short(), list.join(", ")));
    }
}

fn twice(r: Read<'_, '_, '_, '_>, measures: &[PlanMeasure]) {
    for (i, m) in measures.iter().enumerate() {
        if let Some(first) = measures[..i].iter().find(|first| first.source == m.source) {
            let what = format!("is the same as `measures.{}` under another name; keep one", first.name);
            r.fault(&format!("measures.{}", m.name), what);
        }
    }
}

/// All kinds of leave must be treated alike.
fn kinds_of_leave(r: Read<'_, '_, '_, '_>) {
    let words = ["leave", "sick", "maternity", "paternity", "parental", "vacation", "holiday", "absence"];
    for key in r.keys().into_iter().filter(|key| key != "leave_days" && words.iter().any(|word| key.contains(word))) {
        r.refuse(
            &key,
            "treats one kind of leave apart; all kinds must be treated alike: in [prorate], leave_days = \"figure.NAME\" \
             takes off the days of all of them",
        );
    }
}

fn eligible(r: Read<'_, '_, '_, '_>) -> Eligible {
    kinds_of_leave(r);
    Eligible {
        listed: r.yes_or_no("listed").unwrap_or(false),
        tenure_days: r.whole("tenure_days", 36_500).unwrap_or(0),
        until_end: r.yes_or_no("until_end").unwrap_or(false),
        teams: r.texts("teams"),
        contacts: u64::from(r.whole("contacts", 1_000_000).unwrap_or(0)),
    }
}

/// The name of a figure, as the titles of columns become names: in small letters, with `_` for blanks.
fn figure(r: Read<'_, '_, '_, '_>, key: &str, word: &str) -> Option<String> {
    let name = word.strip_prefix("figure.").unwrap_or(word);
    let written = name.to_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).collect::<Vec<_>>().join("_");
    let is_name = written.starts_with(|c: char| c.is_ascii_lowercase());
    if word.starts_with("figure.") && is_name && written == name {
        return Some(written);
    }
    let written = if is_name { format!("`figure.{written}`") } else { "`figure.NAME`".to_string() };
    r.wrong(key, format!("is `{word}`; write {written}, its name being that of a column of the file of --figures"));
    None
}

fn bound(r: Read<'_, '_, '_, '_>, unit: Option<catalogue::Unit>) -> Option<Bound> {
    let (low, high) = match unit {
        Some(catalogue::Unit::Share) => (Exact::ZERO, Exact::ONE),
        _ => (Exact(-LARGE.0), LARGE),
    };
    let (least, most) = (r.number("at_least", low, high), r.number("at_most", low, high));
    match (r.has("at_least"), r.has("at_most")) {
        (false, false) => {
            r.fault("", "does not say what the value must be; write at_least = ... or at_most = ...");
            None
        }
        (true, true) => {
            r.fault("at_most", "stands beside `at_least`; keep one of them");
            None
        }
        _ => least.map(Bound::AtLeast).or(most.map(Bound::AtMost)),
    }
}

fn gate(r: Read<'_, '_, '_, '_>, on_measures: bool) -> Option<Gate> {
    let on = r.text("on");
    r.need("on", ": a metric of `callmerit definitions`, or figure.NAME of --figures");
    let judged = "is a judged result, and those are paid, or held to a floor by `pay.resolution_floor`; name a metric";
    let source = on.as_ref().and_then(|on| condition(r, on, judged));
    let bound = bound(r, source.as_ref().and_then(Source::metric).map(|m| m.unit));
    let effects = [Effect::Zero, Effect::Halve, Effect::DropATier].map(|effect| (effect.name(), effect));
    let effect = r.word("effect", &effects);
    r.need("effect", ": what happens if it is not met: zero, halve or drop-a-tier");
    if effect == Some(Effect::DropATier) && on_measures {
        r.fault("effect", "drops a tier of the score's curve; where measures are paid one by one, use zero or halve");
    }
    Some(Gate { on: on?, source: source?, bound: bound?, effect: effect? })
}

/// What a condition is on: a metric or a figure, and no judged result.
fn condition(r: Read<'_, '_, '_, '_>, on: &str, judged: &str) -> Option<Source> {
    match Source::of(on) {
        Some(Source::Judged(_)) => {
            r.wrong("on", judged);
            None
        }
        Some(Source::Figure(_)) => figure(r, "on", on).map(Source::Figure),
        Some(source) => Some(source),
        None => {
            let names: Vec<&str> = CATALOGUE.iter().map(|m| m.id).collect();
            let hint = hint(on, &names);
            r.wrong(
                "on",
                format!(
                    "is `{on}`{hint}; it must be a metric of `callmerit definitions`, or figure.NAME for a column of the \
                     file of --figures"
                ),
            );
            None
        }
    }
}

fn pool(r: Read<'_, '_, '_, '_>, purse: Purse) -> Option<Pool> {
    let amount = money(r, "amount", purse);
    let on = r.text("on");
    for key in ["amount", "on"] {
        r.need(key, "; a pool is an `amount` that all share if the centre's `on` is `at_least` something");
    }
    let centre = "is of single agents; a pool needs a metric of the centre as a whole, such as service_level or fcr";
    let source = on.as_ref().and_then(|on| condition(r, on, centre)).and_then(|source| match source {
        Source::Figure(_) => {
            r.wrong("on", centre);
            None
        }
        source => Some(source),
    });
    let bound = bound(r, source.as_ref().and_then(Source::metric).map(|m| m.unit));
    let split = r.word("split", &[("equal", Split::Equal), ("contacts", Split::Contacts)]);
    r.need("split", ": `equal`, or by handled `contacts`");
    Some(Pool { amount: amount?, on: on?, source: source?, bound: bound?, split: split? })
}

fn budget(r: Read<'_, '_, '_, '_>, purse: Purse) -> Option<Budget> {
    let period = money(r, "amount", purse);
    let agent = money(r, "per_agent", purse);
    match (r.has("amount"), r.has("per_agent")) {
        (false, false) => r.fault("", "does not say what a period may cost; write amount = ... or per_agent = ..."),
        (true, true) => r.fault("per_agent", "stands beside `amount` (for all together); keep one of them"),
        _ => {}
    }
    let scale = r.word("scale", &[("down", false), ("both", true)]);
    r.need("scale", ": `down` shrinks all payments alike where they exceed the budget; `both` also raises them");
    let most = r.number("most", Exact::ONE, MOST_SHARE);
    match scale {
        Some(true) => r.need("most", ": how many times payments may be raised at most, as in 1.25"),
        Some(false) => r.refuse("most", "goes with `scale = \"both\"`: how many times payments may be raised at most"),
        None => {}
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
