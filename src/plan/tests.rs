//! Faults of a plan: which are told, in which line, and how.

use super::curve::{Apply, Curve};
use super::{BudgetOf, Effect, Exact, Maturity, On, Plan, Rule, Source, Split, Unit, parse};
use crate::money::Money;

const HEAD: &str = "name = \"test\"\ncurrency = \"EUR\"\nperiod = \"month\"\n";
const PAY: &str = "[pay]\nrule = \"lower-bound\"\non = \"score\"\nbonus = \"300.00\"\n";
const CURVE: &str = "[curve]\nunit = \"spread\"\nthreshold = 0\ntarget = 0.52\n";
const MEASURE: &str = "[measures.resolution]\nweight = 1\n";

fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("a number")
}

fn good(text: &str) -> Plan {
    parse("plan.toml", text).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The faults of a text, without the line above them.
fn faults(text: &str) -> Vec<String> {
    let error = parse("plan.toml", text).expect_err("a plan with faults").to_string();
    error.lines().skip(1).map(|line| line.trim().to_string()).collect()
}

/// The only fault of a plan whose parts are the usual ones and `more`.
fn one(more: &str) -> String {
    only(&format!("{HEAD}{PAY}{CURVE}{MEASURE}{more}"))
}

fn only(text: &str) -> String {
    let faults = faults(text);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults[0].split_once(": ").map_or(faults[0].clone(), |(at, what)| {
        if at.starts_with("line ") { what.to_string() } else { faults[0].clone() }
    })
}

/// A plan that pays handled calls by `payout`.
fn paying(of: &str, payout: &str) -> String {
    let pay = PAY.replace("lower-bound", "naive-observed").replace("score", "measures");
    format!("{HEAD}{pay}[measures.it]\nof = \"{of}\"\nweight = 1\n{payout}")
}

#[test]
fn the_smallest_plan_has_the_usual_answers_to_what_it_does_not_say() {
    let plan = good(&format!("{HEAD}{PAY}{CURVE}{MEASURE}"));
    assert_eq!((plan.pooled, plan.certainty, plan.cap, plan.rounding), (1, exact("0.8"), None, Money(1)));
    assert_eq!((plan.hold, plan.resolution_floor, plan.individual), (true, None, Exact::ONE));
    assert!(plan.gates.is_empty() && plan.pool.is_none() && plan.budget.is_none() && plan.allow.is_empty());
    assert_eq!((plan.line("pay.bonus"), plan.line("curve.stretch"), plan.line("pool")), (Some(7), Some(8), None));
    let On::Score(payout) = &plan.on else { panic!("no score") };
    assert_eq!(payout.curve.share(exact("9")), Some(Exact::ONE));
}

#[test]
fn an_empty_plan_is_told_what_a_plan_is_made_of() {
    let told = faults("# nothing yet\n");
    let keys = ["`name`", "`period`", "`pay`", "`measures`"];
    assert_eq!(told.len(), keys.len(), "{told:#?}");
    for (fault, key) in told.iter().zip(keys) {
        assert!(fault.starts_with(&format!("{key} is missing: ")), "{fault}");
    }
}

#[test]
fn thresholds_out_of_order_are_told_also_where_less_is_better() {
    let line = |of: &str, unit: &str, levels: &str| paying(of, &format!("unit = \"{unit}\"\n{levels}"));
    let order = "threshold = 0.8\ntarget = 0.7\nstretch = 0.6\nat_stretch = 1.5\n";
    assert_eq!(
        faults(&line("csat", "share", order)),
        [
            "line 13: `measures.it.target` is 0.7 and `threshold` 0.8; the target must be above it",
            "line 14: `measures.it.stretch` is 0.6 and `target` 0.7; the stretch must be above it",
        ]
    );
    good(&line("transfer_rate", "share", order));
    let seconds = "better = \"lower\"\nthreshold = 360\ntarget = 390\n";
    assert_eq!(
        only(&line("aht_s", "seconds", seconds)),
        "`measures.it.target` is 390 and `threshold` 360; the target must be below it, since less is better"
    );
    // In percent more is better, whatever the measure.
    good(&line("aht_s", "percent-of-team", "better = \"lower\"\nthreshold = 90\ntarget = 100\n"));
    good(&line("aht_s", "seconds", "better = \"higher\"\nthreshold = 360\ntarget = 390\n"));
    assert!(only(&line("csat", "share", "threshold = 0.7\ntarget = 0.7\n")).ends_with("must be above it"));
}

#[test]
fn steps_go_up_and_pay_more() {
    let steps = |of: &str, list: &str| paying(of, &format!("unit = \"share\"\nsteps = [{list}]\n"));
    let wrong = "{ from = 0.8, pays = 1 }, { from = 0.7, pays = 1.5 }";
    assert_eq!(
        only(&steps("csat", wrong)),
        "`measures.it.steps` must go to larger values, and each must pay more than the one before it"
    );
    good(&steps("transfer_rate", wrong));
    assert!(only(&steps("csat", "{ from = 0.7, pays = 1 }, { from = 0.8, pays = 1 }")).contains("must pay more"));
    assert!(only(&steps("csat", "")).contains("is an empty list"));
    let plan = good(&steps("csat", "{ from = 0.7, pays = 0.5, name = \"bronze\" }, { from = 0.8, pays = 1 }"));
    let levels = &plan.measures[0].payout.as_ref().expect("a curve").levels;
    assert_eq!(levels.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["bronze", "step 2"]);
}

#[test]
fn an_accelerator_is_refused_until_it_says_which_of_its_two_readings_is_meant() {
    let accelerated = |line: &str| {
        paying(
            "handled",
            &format!(
                "better = \"higher\"\nunit = \"percent-of-target\"\nfull = 200\nthreshold = 70\ntarget = 100\n{line}\n"
            ),
        )
    };
    for key in ["accelerator", "multiplier", "kicker"] {
        let told = only(&accelerated(&format!("{key} = 2")));
        for part in [key, "`points_per_point`", "`times_slope`", "14,000", "20,000", "23,333"] {
            assert!(told.contains(part), "{told}");
        }
    }
    let paid = |line: &str| {
        let plan = good(&accelerated(line));
        plan.measures[0].payout.as_ref().and_then(|p| p.curve.share(exact("120"))).expect("a share")
    };
    assert_eq!(paid("points_per_point = 2\nmost = 2"), exact("1.4"));
    assert_eq!(paid("times_slope = 2\nmost = 2"), exact("2"));
    assert_eq!(paid("times_slope = 2\nmost = 3"), exact("2.3333"));
    assert!(only(&accelerated("points_per_point = 2")).contains("`measures.it.most` is missing"));
    assert!(only(&accelerated("most = 2")).contains("goes with `points_per_point` or `times_slope`"));
    assert!(only(&accelerated("times_slope = 2\nmost = 1")).contains("must be from 1.0001 to 10"));
    assert!(only(&accelerated("at_threshold = 1\ntimes_slope = 2\nmost = 2")).contains("has no slope to multiply"));
    assert!(
        faults(&accelerated("times_slope = 2\nmost = 2\nstretch = 120\nat_stretch = 1.5"))[0]
            .contains("both say what is paid above the target")
    );
}

#[test]
fn points_per_point_need_points() {
    let line = "unit = \"share\"\nthreshold = 0.7\ntarget = 0.8\npoints_per_point = 2\nmost = 2\n";
    assert!(only(&paying("csat", line)).contains("needs points: `unit = \"percent-of-team\"`"));
    assert!(only(&format!("{HEAD}{PAY}{CURVE}points_per_point = 2\nmost = 2\n{MEASURE}")).contains("needs points"));
}

#[test]
fn tiers_say_what_a_higher_rate_applies_to() {
    let tiers = |rest: &str| paying("handled", &format!("better = \"higher\"\nunit = \"count\"\n{rest}\n"));
    let list = "tiers = [{ up_to = 20, rate = \"20.00\" }, { rate = 30 }]";
    let told = only(&tiers(list));
    for part in ["`measures.it.tiers_apply` is missing", "`retroactive`", "`marginal`", "870.00 or 670.00"] {
        assert!(told.contains(part), "{told}");
    }
    for (apply, amount, meant) in [("retroactive", 87_000, Apply::Retroactive), ("marginal", 67_000, Apply::Marginal)] {
        let plan = good(&tiers(&format!("{list}\ntiers_apply = \"{apply}\"")));
        let curve = plan.measures[0].payout.as_ref().expect("a curve").curve.clone();
        assert!(matches!(curve, Curve::Rates { apply, .. } if apply == meant));
        assert_eq!(curve.amount(exact("29")), Some(Money(amount)));
    }
    let apply = "tiers_apply = \"marginal\"";
    for wrong in [
        "tiers = [{ up_to = 20, rate = 1 }]",
        "tiers = [{ rate = 1 }, { up_to = 20, rate = 1 }]",
        "tiers = [{ up_to = 20, rate = 1 }, { up_to = 20, rate = 1 }, { rate = 2 }]",
    ] {
        assert!(only(&tiers(&format!("{wrong}\n{apply}"))).contains("must go to larger `up_to`"), "{wrong}");
    }
    assert!(only(&tiers("threshold = 1\ntarget = 2\ntiers_apply = \"marginal\"")).contains("is for `tiers`"));
    let less = format!("unit = \"seconds\"\ntiers = [{{ rate = 1 }}]\n{apply}\n");
    assert!(only(&paying("hold_s", &less)).contains("of this measure less is better"));
    let score = format!("{HEAD}{PAY}[curve]\nunit = \"spread\"\ntiers = [{{ rate = 1 }}]\n{apply}\n{MEASURE}");
    assert!(only(&score).contains("pays by units; a score has none"));
}

#[test]
fn weights_must_sum_to_one_also_where_a_measure_has_another_fault() {
    let told =
        faults(&format!("{HEAD}{PAY}{CURVE}[measures.resolution]\nweight = 0.5\n[measures.kindness]\nweight = 0.4\n"));
    assert_eq!(told[0], "line 12: `measures` have weights that sum to 0.9 and not to 1: resolution 0.5, kindness 0.4");
    assert!(told[1].starts_with("line 14: `measures.kindness` has a name that nothing measures"), "{told:?}");
    assert_eq!(told.len(), 2);
    // Half a ten-thousandth is none: three thirds are written as 0.3333, 0.3333 and 0.3334.
    let thirds = |last: &str| {
        format!(
            "{HEAD}{PAY}{CURVE}[measures.resolution]\nweight = 0.3333\n[measures.satisfaction]\nweight = 0.3333\n[measures.handle_time]\nweight = {last}\n"
        )
    };
    assert!(only(&thirds("0.3333")).contains("sum to 0.9999"));
    good(&thirds("0.3334"));
}

#[test]
fn the_same_source_under_two_names_is_told() {
    let told = one("[measures.again]\nof = \"resolution\"\nweight = 0.0\n");
    assert!(told.contains("`measures.again.weight` is 0.0; it must be from 0.0001 to 1"), "{told}");
    let twice = MEASURE.replace("= 1", "= 0.6") + "[measures.again]\nof = \"resolution\"\nweight = 0.4\n";
    assert_eq!(
        only(&format!("{HEAD}{PAY}{CURVE}{twice}")),
        "`measures.again` is the same as `measures.resolution` under another name; keep one"
    );
}

#[test]
fn money_is_read_as_it_is_written_with_or_without_quotes() {
    let with = |bonus: &str, currency: &str| {
        format!("{HEAD}{PAY}{CURVE}{MEASURE}").replace("\"300.00\"", bonus).replace("EUR", currency)
    };
    for (text, currency, minor) in [
        ("\"300.00\"", "EUR", 30_000),
        ("300", "EUR", 30_000),
        ("300.5", "EUR", 30_050),
        ("1_250.00", "EUR", 125_000),
        ("0.10", "EUR", 10),
        ("300", "JPY", 300),
        ("1.234", "KWD", 1_234),
    ] {
        assert_eq!(good(&with(text, currency)).bonus, Money(minor), "{text}");
    }
    for (text, currency, told) in [
        ("300.005", "EUR", "`300.005` has more digits than EUR has: 2"),
        ("\"300.50\"", "JPY", "`300.50` has more digits than JPY has: 0"),
        ("\"€300\"", "EUR", "(did you mean 300.00?)"),
        ("\"1.250,00\"", "EUR", "(did you mean 1250.00?)"),
        ("\"1,250\"", "EUR", "(did you mean 1250.00?)"),
        ("\"300 EUR\"", "EUR", "(did you mean 300.00?)"),
        ("\"lots\"", "EUR", "`lots` is no amount; write one like 300.00"),
        ("3e2", "EUR", "`3e2` is no amount"),
        ("-1", "EUR", "an amount here cannot be negative"),
        ("true", "EUR", "must be an amount, as in \"300.00\", not true or false"),
        ("0x10", "EUR", "must be an amount"),
        ("\"99999999999999\"", "EUR", "is too large an amount"),
    ] {
        let fault = only(&with(text, currency));
        assert!(fault.starts_with("`pay.bonus` ") && fault.contains(told), "{text}: {fault}");
    }
}

#[test]
fn money_and_a_currency_go_together() {
    let plan = good(
        "name = \"t\"\nperiod = \"month\"\n[pay]\nrule = \"lower-bound\"\non = \"score\"\n[curve]\nunit = \"spread\"\nthreshold = 0\ntarget = 1\n[measures.resolution]\nweight = 1\n",
    );
    assert_eq!((plan.currency, plan.bonus), (None, Money::ZERO));
    let poor = format!("{HEAD}{PAY}{CURVE}{MEASURE}").replace("currency = \"EUR\"\n", "");
    assert!(only(&poor).starts_with("`pay.bonus` needs a `currency` at the top of the plan"));
    // Whatever else is an amount needs one as well.
    let more = poor.replace("bonus = \"300.00\"", "rounding = 1")
        + "[pool]\namount = 5\non = \"fcr\"\nat_least = 0.8\nsplit = \"equal\"\n[budget]\nper_agent = 7\nscale = \"down\"\n";
    let told = faults(&more);
    assert!(told.len() == 3 && told.iter().all(|fault| fault.contains("needs a `currency`")), "{told:#?}");
    let rich = format!("{HEAD}{PAY}{CURVE}{MEASURE}").replace("bonus = \"300.00\"\n", "");
    assert!(only(&rich).starts_with("`pay.bonus` is missing: what meeting the target in everything earns"));
    let told = faults(&format!("{HEAD}{PAY}{CURVE}{MEASURE}").replace("EUR", "€"));
    assert_eq!(
        told,
        ["line 2: `currency` is `€`; write the three letters of a currency, as in EUR (did you mean `EUR`?)"]
    );
}

#[test]
fn a_plan_without_measures_is_none() {
    assert!(only(&format!("{HEAD}{PAY}{CURVE}")).starts_with("`measures` is missing"));
    assert_eq!(
        only(&format!("{HEAD}{PAY}{CURVE}[measures]\n")),
        "`measures` is empty; its tables are written as [measures.NAME]"
    );
    assert!(
        faults(&format!("{HEAD}{PAY}{CURVE}[measures]\nresolution = 0.5\n"))[0]
            .contains("must be a table, written as [measures.resolution], not a number")
    );
}

#[test]
fn raw_figures_are_sent_to_the_judged_measure_that_they_are() {
    for (raw, judged) in [("fcr", "resolution"), ("csat", "satisfaction"), ("aht_s", "handle_time")] {
        let told = faults(&format!("{HEAD}{PAY}{CURVE}[measures.{raw}]\nweight = 1\n"));
        assert!(told[0].contains(&format!("write `{judged}`, which is the same, judged fairly")), "{told:?}");
    }
    for (raw, judged) in
        [("FCR", "resolution"), ("AHT", "handle_time"), ("Handle Time", "handle_time"), ("resolutoin", "resolution")]
    {
        let told = only(&format!("{HEAD}{PAY}{CURVE}[measures.it]\nof = \"{raw}\"\nweight = 1\n"));
        assert!(told.contains(&format!("(did you mean `{judged}`?)")), "{told}");
    }
    let naive = format!("{HEAD}{PAY}{CURVE}[measures.fcr]\nweight = 1\n").replace("lower-bound", "naive-league");
    let league = paying("csat", "unit = \"share\"\nthreshold = 0.7\ntarget = 0.8\n").replace("observed", "league");
    assert!(only(&league).contains("`measures.it.unit` is `share`; it must be spread"));
    assert_eq!(good(&naive).measures[0].source.metric().map(|m| m.id), Some("fcr"));
    // A rule with a slip of the pen does not bring further faults with it.
    assert!(only(&naive.replace("naive-league", "naive-leage")).contains("(did you mean `naive-league`?)"));
}

#[test]
fn of_a_figure_and_of_what_is_neither_good_nor_bad_the_plan_says_which_way_is_better() {
    let curve = "unit = \"spread\"\nthreshold = 0\ntarget = 1\n";
    assert!(only(&paying("aht_s", curve)).contains("is `higher` or `lower` better?"));
    assert!(only(&paying("csat", &format!("better = \"higher\"\n{curve}"))).contains("cannot be chosen"));
    let figure = good(&paying("figure.sales", &format!("better = \"higher\"\nlevel = \"outcome\"\n{curve}")));
    let m = &figure.measures[0];
    assert_eq!((&m.source, m.level, m.falls), (&Source::Figure("sales".into()), Maturity::Outcome, false));
    assert_eq!(m.payout.as_ref().map(|p| p.unit), Some(Unit::Spread));
    let told = faults(&paying("figure.sales", curve));
    assert!(told[0].contains("`measures.it.level` is missing") && told[1].contains("`measures.it.better` is missing"));
}

#[test]
fn two_sided_measures_have_a_band_and_need_a_judged_result() {
    let measure = |more: &str| format!("{HEAD}{PAY}{CURVE}[measures.handle_time]\nweight = 1\n{more}\n");
    assert_eq!(good(&measure("two_sided = true")).measures[0].two_sided, Some(Exact::ONE));
    assert_eq!(good(&measure("two_sided = true\nband = 1.5")).measures[0].two_sided, Some(exact("1.5")));
    assert_eq!(good(&measure("two_sided = false")).measures[0].two_sided, None);
    assert!(only(&measure("band = 1")).contains("is for `two_sided = true`"));
    assert!(
        only(&measure("two_sided = true").replace("lower-bound", "naive-observed")).contains("needs a judged result")
    );
}

#[test]
fn kinds_of_leave_cannot_be_treated_apart() {
    for (table, key) in [
        ("eligible", "no_sick_leave"),
        ("eligible", "maternity"),
        ("prorate", "parental_leave"),
        ("prorate", "sick_days"),
    ] {
        let told = one(&format!("[{table}]\n{key} = true\n"));
        assert!(told.starts_with(&format!("`{table}.{key}` treats one kind of leave apart")), "{told}");
    }
    let plan =
        good(&format!("{HEAD}{PAY}{CURVE}{MEASURE}[prorate]\nemployed = true\nleave_days = \"figure.days_off\"\n"));
    assert_eq!((plan.prorate.employed, plan.prorate.leave.as_deref()), (true, Some("days_off")));
    assert!(one("[prorate]\nleave_days = 5\n").contains("must be a text in quotes, not a number"));
    assert!(one("[prorate]\nleave_days = \"figure.\"\n").contains("write `figure.NAME`"));
}

#[test]
fn days_are_read_with_and_without_quotes() {
    let with = |line: &str| format!("{line}\n{HEAD}{PAY}{CURVE}{MEASURE}");
    for line in ["from = 2027-01-01", "from = \"2027-01-01\""] {
        let plan = good(&with(line));
        assert_eq!(plan.from.map(|day| day.to_string()).as_deref(), Some("2027-01-01"));
        assert!(plan.in_force(jiff::civil::date(2027, 1, 1)) && !plan.in_force(jiff::civil::date(2026, 12, 31)));
    }
    for (line, told) in [
        ("from = \"31.12.2027\"", "write 2027-12-31"),
        ("from = \"2027/12/31\"", "write 2027-12-31"),
        ("from = \"12/31/2027\"", "write 2027-12-31"),
        ("from = \"31/12/2027\"", "write 2027-12-31"),
        ("from = \"2027-02-30\"", "must be a day that exists, as in 2026-03-31"),
        ("from = 2027-01-01T08:00:00", "must be a day that exists"),
        ("from = 2027", "is 2027; it must be a day that exists"),
        ("from = true", "must be a day that exists"),
    ] {
        let fault = only(&with(line));
        assert!(fault.starts_with("`from` ") && fault.contains(told), "{fault}");
    }
    // Of two days that it may be, none is proposed.
    assert!(!only(&with("from = \"01/02/2027\"")).contains("write"));
    assert!(
        only(&with("from = 2027-01-01\nto = 2026-12-31"))
            .contains("`to` is 2026-12-31, which is before `from`, 2027-01-01")
    );
    assert!(only(&with("from = 2027-01-01\nreview = 2026-12-31")).contains("`review` is 2026-12-31, which is before"));
}

#[test]
fn gates_are_on_metrics_and_figures_and_say_what_happens() {
    let plan = good(&format!(
        "{HEAD}{PAY}{CURVE}{MEASURE}[[gates]]\non = \"figure.quality\"\nat_least = 80\neffect = \"zero\"\n\
         [[gates]]\non = \"transfer_rate\"\nat_most = 0.2\neffect = \"drop-a-tier\"\n"
    ));
    assert_eq!(plan.gates.iter().map(|g| g.effect).collect::<Vec<_>>(), [Effect::Zero, Effect::DropATier]);
    assert!(plan.gates[0].bound.holds(exact("80")) && !plan.gates[1].bound.holds(exact("0.2001")));
    let gate = |lines: &str| one(&format!("[[gates]]\n{lines}\n"));
    assert!(gate("on = \"satisfaction\"\nat_least = 0.8\neffect = \"zero\"").contains("is a judged result"));
    assert!(gate("on = \"transfer_rate\"\nat_most = 20\neffect = \"zero\"").contains("20 percent is 0.2"));
    assert!(gate("on = \"csat\"\neffect = \"zero\"").contains("does not say what the value must be"));
    assert!(gate("on = \"csat\"\nat_least = 0.1\nat_most = 0.2\neffect = \"zero\"").contains("keep one of them"));
    assert!(gate("on = \"csat\"\nat_least = 0.1\neffect = \"half\"").contains("(did you mean `halve`?)"));
    assert!(gate("on = \"figure.Days off\"\nat_most = 1\neffect = \"halve\"").contains("write `figure.days_off`"));
    assert!(gate("on = \"figure.\"\nat_least = 0.1\neffect = \"halve\"").contains("write `figure.NAME`"));
    assert!(one("[gates]\non = \"csat\"\n").contains("must be a list of tables, written as [[gates]]"));
    let measures = paying(
        "csat",
        "unit = \"share\"\nthreshold = 0.7\ntarget = 0.8\n[[gates]]\non = \"csat\"\nat_least = 0.1\neffect = \"drop-a-tier\"\n",
    );
    assert!(only(&measures).contains("drops a tier of the score's curve"));
}

#[test]
fn parts_pools_and_budgets() {
    let all = "[parts]\nindividual = 0.6\nteam = 0.4\n[pool]\namount = 1000\non = \"service_level\"\nat_least = 0.8\n\
               split = \"contacts\"\n[budget]\namount = \"10000.00\"\nscale = \"both\"\nmost = 1.25\n";
    let plan = good(&format!("{HEAD}{PAY}{CURVE}{MEASURE}{all}"));
    assert_eq!(plan.individual, exact("0.6"));
    let (pool, budget) = (plan.pool.expect("a pool"), plan.budget.expect("a budget"));
    assert_eq!((pool.amount, pool.split), (Money(100_000), Split::Contacts));
    assert_eq!((budget.of, budget.most), (BudgetOf::Period(Money(1_000_000)), exact("1.25")));
    assert!(one("[parts]\nteam = 0.4\n").contains("must sum to 1"));
    let pool = |lines: &str| one(&format!("[pool]\namount = 1\nsplit = \"equal\"\n{lines}\n"));
    assert!(pool("on = \"figure.x\"\nat_least = 1").contains("a pool needs a metric of the centre as a whole"));
    assert!(pool("on = \"resolution\"\nat_least = 1").contains("a pool needs a metric of the centre as a whole"));
    assert!(pool("at_least = 1").contains("`pool.on` is missing"));
    let budget = |lines: &str| one(&format!("[budget]\n{lines}\n"));
    assert!(budget("scale = \"down\"").contains("write amount = ... or per_agent = ..."));
    assert!(budget("amount = 1\nper_agent = 1\nscale = \"down\"").contains("keep one of them"));
    assert!(budget("amount = 1\nscale = \"down\"\nmost = 2").contains("goes with `scale = \"both\"`"));
    assert!(budget("amount = 1\nscale = \"both\"").contains("`budget.most` is missing"));
    assert!(budget("amount = 1").contains("`budget.scale` is missing"));
}

#[test]
fn a_key_in_the_wrong_table_is_sent_to_the_right_one() {
    for (more, told) in [
        (
            "review = 2027-06-30\n",
            "`measures.resolution.review` is no key that `measures.resolution` has; it belongs at the top",
        ),
        ("[eligible]\nhold = true\n", "`eligible.hold` is no key that `eligible` has; it belongs into [pay]"),
        ("[eligible]\neffect = \"zero\"\n", "it belongs into [[gates]]"),
        ("[eligible]\nstretch = 1\n", "it belongs into [curve], or into [measures.NAME]"),
        ("[eligible]\nweight = 1\n", "it belongs into [measures.NAME]"),
        ("[eligible]\ntenure = 90\n", "there are contacts, listed, teams, tenure_days, until_end"),
        ("[eligible]\ncontact = 90\n", "did you mean `contacts`?"),
        ("[measure.x]\nweight = 1\n", "`measure` is no key that a plan has at its top; did you mean `measures`?"),
    ] {
        let fault = one(more);
        assert!(fault.contains(told), "{fault}");
    }
}

#[test]
fn numbers_say_what_they_should_have_been() {
    let weight = |value: &str| only(&format!("{HEAD}{PAY}{CURVE}[measures.resolution]\nweight = {value}\n"));
    for (value, told) in [
        ("\"1\"", "must be a number without quotes, as in 0.5, not a text; write 1"),
        ("\"50 %\"", "; write 0.5"),
        ("\"0,5\"", "; write 0.5"),
        ("\"half\"", "must be a number without quotes, as in 0.5, not a text"),
        ("100", "is 100; it must be from 0.0001 to 1; 100 percent is 1"),
        ("1.5", "is 1.5; it must be from 0.0001 to 1"),
        ("0.33333", "is 0.33333; write it with at most four digits behind the point, as in 0.5240"),
        ("inf", "is inf; write it with at most four digits"),
        ("1e-1", "is 1e-1; write it with at most four digits"),
        ("99999999999999999999", "is 99999999999999999999; it must be from 0.0001 to 1"),
        ("06:30", "not a time of day; 6:30 minutes are 390 seconds"),
        ("true", "must be a number without quotes, as in 0.5, not true or false"),
        ("[1]", "not a list"),
        ("{ a = 1 }", "not a table"),
    ] {
        let fault = weight(value);
        assert!(fault.starts_with("`measures.resolution.weight` ") && fault.contains(told), "{value}: {fault}");
    }
    let share =
        |threshold: &str| only(&paying("csat", &format!("unit = \"share\"\nthreshold = {threshold}\ntarget = 0.8\n")));
    assert!(share("70").ends_with("70 percent is 0.7"));
    let percent = "unit = \"percent-of-team\"\nthreshold = 0.9\ntarget = 1.1\n";
    assert!(only(&paying("csat", percent)).contains("the unit is percent: 110 percent are written as 110"));
    assert!(one("[eligible]\nteams = []\n").contains("must be a list of texts"));
    assert!(one("[eligible]\nteams = [\"Alder\", 7]\n").contains("must be a list of texts"));
    assert!(one("[eligible]\ntenure_days = \"90\"\n").contains("must be a whole number"));
}

#[test]
fn what_a_rule_does_not_ask_is_told() {
    let with = |rule: &str| format!("{HEAD}{PAY}certainty = 0.8\n{CURVE}{MEASURE}").replace("lower-bound", rule);
    assert_eq!(good(&with("lower-bound")).rule, Rule::LowerBound);
    assert!(only(&with("best-guess")).contains("the other rules do not ask how sure a result is"));
    let both = format!("{HEAD}{}{CURVE}{MEASURE}", PAY.replace("score", "measures"));
    let told = faults(&both);
    assert!(told[0].contains("`curve` is for `on = \"score\"`"), "{told:?}");
    assert!(told[1].contains(
        "`measures.resolution.unit` is missing: what the thresholds are in, one of share (0.75 is 75 %), spread"
    ));
    assert!(told[2].contains("`measures.resolution` does not say what is paid; there are three ways"));
}

#[test]
fn an_exception_from_the_lint_says_why() {
    let allow = |why: &str| format!("[[allow]]\nrule = \"no-review\"\n{why}\n");
    assert!(one(&allow("why = \"because\"")).contains("must say in a few words why"));
    assert!(one(&allow("")).contains("must say in a few words why"));
    let plan = good(&format!("{HEAD}{PAY}{CURVE}{MEASURE}{}", allow("why = \"the works council reviews it\"")));
    assert_eq!((plan.allow[0].rule.as_str(), plan.allow[0].line), ("no-review", 15));
}

#[test]
fn windows_line_ends_and_byte_order_marks_do_not_matter() {
    let text = format!("{HEAD}{PAY}{CURVE}{MEASURE}");
    let other = good(&format!("\u{feff}{}", text.replace('\n', "\r\n")));
    assert_eq!((other.bonus, other.line("pay.bonus")), (Money(30_000), Some(7)));
}

#[test]
fn every_key_that_a_plan_has_is_explained_in_the_documentation() {
    let docs = include_str!("../../docs/plans.md");
    for (table, keys) in super::keys::KEYS {
        for key in keys {
            let explained = docs.contains(&format!("`{key}`")) || docs.contains(&format!("{key} = "));
            assert!(explained, "docs/plans.md does not explain `{key}` of {table}");
        }
    }
}

#[test]
fn the_worked_examples_of_the_documentation_are_right() {
    let docs = include_str!("../../docs/plans.md");
    let sure = exact("0.61") - exact("0.27").times(exact("0.8416"));
    let value = sure.over(exact("0.80"));
    let On::Score(payout) = good(&format!("{HEAD}{PAY}{CURVE}{MEASURE}")).on else { panic!("no score") };
    let share = payout.curve.share(value).expect("a share");
    let amount = Money(30_000).share(share.0, Exact::ONE.0);
    assert_eq!(
        (sure.short(), value.short(), share.short(), amount),
        ("0.3828".into(), "0.4785".into(), "0.9201".into(), Money(27_603))
    );
    for figure in ["0.3828", "0.4785", "0.9201", "276.03", "870.00", "670.00", "15.00", "13.00", "14,000", "20,000"] {
        assert!(docs.contains(figure), "{figure}");
    }
}
