use super::*;
use crate::plan::lint::seen::Place;
use crate::plan::parse;

const BALANCED: &str = include_str!("../../examples/plans/balanced.toml");
const SPEED: &str = include_str!("../../examples/plans/pay-for-speed.toml");

fn plan(text: &str) -> Plan {
    parse("plan.toml", text).unwrap_or_else(|faults| panic!("{faults:#}"))
}

fn measures(plan: &Plan) -> Vec<(String, String)> {
    let id = |m: &PlanMeasure| match &m.source {
        Source::Judged(measure) => measure.id().to_string(),
        other => format!("{other:?}"),
    };
    plan.measures.iter().map(|m| (id(m), m.weight.to_string())).collect()
}

#[test]
fn luck_earns_what_the_published_simulation_found() {
    let On::Score(payout) = plan(BALANCED).on else { panic!("no score") };
    let share = |rule, r| {
        let (mean, sd) = rent::value_by_luck(&Plan { rule, ..plan(BALANCED) }, r);
        payout.curve.expected_share(mean, sd).unwrap()
    };
    // Reliability, best guess, lower bound: sim.txt, S9. Of raw figures the simulation has absolute targets; here they
    // are in units of what is seen.
    for (r, best, bound) in [(0.3, 0.313, 0.023), (0.5, 0.333, 0.052), (0.7, 0.313, 0.069), (0.9, 0.222, 0.058)] {
        let found = (share(Rule::BestGuess, r), share(Rule::LowerBound, r));
        assert!((found.0 - best).abs() < 0.005 && (found.1 - bound).abs() < 0.003, "{r}: {found:?}");
        assert!(share(Rule::NaiveObserved, r) > found.0);
        assert_eq!(share(Rule::NaiveObserved, r), share(Rule::NaiveLeague, r));
    }
    // Where all is known luck earns nothing, and where nothing is known a sure rule pays nothing.
    assert!(share(Rule::NaiveObserved, 1.0) < 1e-9 && share(Rule::LowerBound, 0.0) < 1e-9);
}

#[test]
fn raw_figures_are_judged_by_what_is_judged_of_the_same_thing() {
    let own = plan(BALANCED);
    assert_eq!(judged_plan(&own).measures, own.measures);
    // Handle time is judged; how many calls somebody took is not.
    assert_eq!(measures(&judged_plan(&plan(SPEED))), [("handle_time".to_string(), "0.6000".to_string())]);
    let twice = SPEED.replace("\"handled\"", "\"talk_s\"").replace("\"higher\"", "\"lower\"");
    assert_eq!(measures(&judged_plan(&plan(&twice))), [("handle_time".to_string(), "1.0000".to_string())]);
}

#[test]
fn where_nothing_paid_can_be_judged_the_usual_weights_stand_in() {
    let calls = SPEED.replace("\"aht_s\"", "\"answered\"").replace("\"lower\"", "\"higher\"");
    let weights = measures(&judged_plan(&plan(&calls)));
    let usual = [("resolution", "0.5000"), ("satisfaction", "0.3000"), ("handle_time", "0.2000")];
    assert_eq!(weights, usual.map(|(id, weight)| (id.to_string(), weight.to_string())));
}

#[test]
fn a_plan_of_next_year_can_be_tried_on_the_calls_of_this_one() {
    let text = BALANCED.replace("# from = 2027-01-01", "from = 2027-01-01");
    assert!(plan(&text).from.is_some());
    assert_eq!(judged_plan(&plan(&text)).from, None);
}

#[test]
fn levels_are_reached_by_as_many_as_the_truth_has() {
    // True scores are standard normal, and known exactly or hardly at all.
    let On::Score(payout) = plan(BALANCED).on else { panic!("no score") };
    for sd in [0.01, 0.6] {
        let around = f64::sqrt(1.0 - sd * sd);
        let truths: Vec<Truth> = normal_points().map(|mean| Truth { mean: mean * around, sd }).collect();
        let above = |value: f64| mean(truths.iter().map(|t| levels::above(t, value))).unwrap();
        let found = levels::of_curve("curve", None, &payout, &above);
        let shares: Vec<f64> = found.iter().map(|l| l.reached).collect();
        for (share, normal) in shares.iter().zip([0.5, 0.3015, 0.1003]) {
            assert!((share - normal).abs() < 0.005, "{shares:?}");
        }
        let places: Vec<(&str, Place)> = found.iter().map(|l| (l.key.as_str(), l.place)).collect();
        assert_eq!(
            places,
            [("curve.threshold", Place::Threshold), ("curve.target", Place::Target), ("curve.stretch", Place::Stretch)]
        );
        // Quantiles of the normal distribution at 0.5, 0.6 and 0.85.
        let usual: Vec<f64> = found.iter().map(|l| l.usual.f64()).collect();
        assert!(
            (usual[0]).abs() <= 0.02 && (usual[1] - 0.25).abs() <= 0.02 && (usual[2] - 1.04).abs() <= 0.02,
            "{usual:?}"
        );
    }
}

#[test]
fn a_line_of_two_points_has_a_target_and_steps_have_a_stretch() {
    let places = |curve: &str| {
        let from = BALANCED.find("threshold = 0").unwrap();
        let to = BALANCED.find("# What counts").unwrap();
        let text = format!("{}{curve}\n{}", &BALANCED[..from], &BALANCED[to..]);
        let On::Score(payout) = plan(&text).on else { panic!("no score") };
        let found = levels::of_curve("curve", None, &payout, &|_| 0.5);
        found.into_iter().map(|l| (l.key, l.place)).collect::<Vec<_>>()
    };
    let of = |key: &str, place| (key.to_string(), place);
    assert_eq!(
        places("threshold = 0\ntarget = 1"),
        [of("curve.threshold", Place::Threshold), of("curve.target", Place::Target)]
    );
    assert_eq!(places("steps = [{ from = 1, pays = 1 }]"), [of("curve.steps[1]", Place::Target)]);
    assert_eq!(
        places("steps = [{ from = 0, pays = 0.5 }, { from = 1, pays = 1 }]"),
        [of("curve.steps[1]", Place::Threshold), of("curve.steps[2]", Place::Stretch)]
    );
}

#[test]
fn the_chance_to_be_below_the_median_is_that_of_what_is_known() {
    let chance = |mean, sd| below_median(&Truth { mean, sd });
    assert_eq!((chance(0.0, 0.5), chance(0.1, 0.0), chance(-0.1, 0.0)), (0.5, 0.0, 1.0));
    assert!((chance(0.841_6, 1.0) - 0.2).abs() < 1e-4);
}
