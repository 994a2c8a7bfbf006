//! Amounts, shares and values as people read them.

use crate::metrics::catalogue::{CATALOGUE, Unit};
use crate::money::Money;
use crate::plan::{Exact, Plan, PlanMeasure, Source};

/// Decimal text, as numbers of steps have it; empty in a plan without money.
pub fn money(plan: &Plan, amount: Money) -> String {
    plan.currency.map_or(String::new(), |currency| amount.text(currency))
}

/// The same with the currency behind it.
pub fn priced(plan: &Plan, amount: Money) -> String {
    plan.currency.map_or(String::new(), |currency| format!("{} {currency}", amount.text(currency)))
}

/// A number without the zeros at its end.
pub fn short(number: Exact) -> String {
    let text = number.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A share as a percentage without the zeros at its end, as in `52.4 %`.
pub fn percent(share: Exact) -> String {
    short(Exact(share.0.saturating_mul(100))) + " %"
}

/// What people call a source.
pub fn called(source: &Source) -> String {
    match source {
        Source::Judged(measure) => measure.id().replace('_', " "),
        Source::Metric(at) => {
            let name = CATALOGUE[*at].name;
            // Names of several capitals, as AHT, stay as they are.
            if name.chars().nth(1).is_some_and(char::is_uppercase) { name.to_string() } else { name.to_lowercase() }
        }
        Source::Figure(name) => name.replace('_', " "),
    }
}

/// What people call a measure of a plan: by the plan's word, where that is not only the name of its source.
pub fn named(measure: &PlanMeasure) -> String {
    let name =
        if Source::of(&measure.name).is_some() { called(&measure.source) } else { measure.name.replace('_', " ") };
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A value of a source in its unit.
pub fn in_its_unit(source: &Source, value: Exact) -> String {
    match source {
        Source::Metric(at) => match CATALOGUE[*at].unit {
            Unit::Share => percent(value),
            Unit::Seconds => format!("{} s", short(value)),
            Unit::Count | Unit::Points => short(value),
        },
        _ => short(value),
    }
}

/// Names with commas and an `and`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_string(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_that_say_nothing_are_left_away() {
        assert_eq!(
            (short(Exact(5_200)), short(Exact(-30_000)), short(Exact(0))),
            ("0.52".into(), "-3".into(), "0".into())
        );
        assert_eq!(
            (percent(Exact(6_700)), percent(Exact(2_184)), percent(Exact(15_000))),
            ("67 %".into(), "21.84 %".into(), "150 %".into())
        );
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn sources_have_the_names_of_the_catalogue() {
        let name = |word| called(&Source::of(word).unwrap());
        assert_eq!(
            [name("aht_s"), name("csat"), name("handle_time"), name("figure.days_late")].join("|"),
            "AHT|satisfaction|handle time|days late"
        );
    }
}
