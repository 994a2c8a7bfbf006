//! The calls as they were understood: the table that the metrics' SQL is written over.
//!
//! One row a leg, as the source has it, before legs are made into contacts. Contacts and customers are numbered;
//! their ids are not in it.

use crate::call_log::{CallLog, MISSING, NO_CUSTOMER, NO_SCORE, SurveySource, flag};
use crate::metrics::Dimension;
use crate::read::time::Clock;
use anyhow::Result;
use polars::prelude::{Column, DataFrame, NamedFrom, ParquetWriter, Series};

/// What is exported, in the order of contacts and their legs.
pub struct Calls {
    contact: Vec<u64>,
    leg: Vec<u32>,
    start_ms: Vec<i64>,
    local_ms: Vec<i64>,
    in_period: Vec<bool>,
    names: [Vec<Option<String>>; 5],
    durations: [Vec<Option<u32>>; 5],
    answered: Vec<bool>,
    abandoned: Vec<bool>,
    transferred: Vec<bool>,
    resolved: Vec<Option<bool>>,
    score: Vec<Option<u16>>,
    top_two: Vec<Option<bool>>,
    customer: Vec<Option<u64>>,
    rang: Vec<bool>,
    survey_source: Vec<Option<&'static str>>,
}

const NAMES: [&str; 5] = ["agent", "queue", "team", "issue", "direction"];
const DURATIONS: [&str; 5] = ["wait_ms", "handle_ms", "talk_ms", "hold_ms", "acw_ms"];

/// The calls of `raw`, a log before its contacts were assembled, without the duplicates that `log`, the same log
/// after it, has marked.
pub fn calls(raw: &CallLog, log: &CallLog) -> Calls {
    let legs = &raw.legs;
    let marks = &log.legs;
    let mut rows: Vec<usize> = (0..legs.len()).filter(|i| marks.flags(*i) & flag::DUPLICATE == 0).collect();
    // The order of legs within a contact is that of assembling: by time, then by what they say. Those of agents who
    // were only rung come first, where they are neither the first answered leg nor the last one.
    let taken = |i: usize| legs.flags(i) & flag::RANG == 0;
    rows.sort_by_key(|i| (legs.contact.get(*i), taken(*i), crate::contacts::time_order(legs, *i)));
    let number = |ids: Vec<u64>| {
        let mut sorted = ids;
        sorted.sort_unstable();
        sorted.dedup();
        sorted
    };
    let contacts = number(rows.iter().map(|i| legs.contact.get(*i)).collect());
    let customers = number(rows.iter().map(|i| legs.customer.get(*i)).filter(|c| *c != NO_CUSTOMER).collect());
    let rank = |sorted: &[u64], id: u64| sorted.binary_search(&id).map_or(0, |at| at as u64 + 1);
    let mut clock = Clock::new(raw.zone.clone());
    let mut out = Calls {
        contact: Vec::new(),
        leg: Vec::new(),
        start_ms: Vec::new(),
        local_ms: Vec::new(),
        in_period: Vec::new(),
        names: Default::default(),
        durations: Default::default(),
        answered: Vec::new(),
        abandoned: Vec::new(),
        transferred: Vec::new(),
        resolved: Vec::new(),
        score: Vec::new(),
        top_two: Vec::new(),
        customer: Vec::new(),
        rang: Vec::new(),
        survey_source: Vec::new(),
    };
    let dimensions = [Dimension::Agent, Dimension::Queue, Dimension::Team, Dimension::Issue, Dimension::Direction];
    let known = |ms: u32| (ms != MISSING).then_some(ms);
    for i in rows {
        let contact = rank(&contacts, legs.contact.get(i));
        let leg = if out.contact.last() == Some(&contact) { out.leg[out.leg.len() - 1] + 1 } else { 1 };
        let start = marks.start_ms.get(i);
        let bits = marks.flags(i);
        out.contact.push(contact);
        out.leg.push(leg);
        out.start_ms.push(start);
        out.local_ms.push(clock.local(start));
        out.in_period.push(bits & flag::OUTSIDE == 0);
        for (names, dimension) in out.names.iter_mut().zip(dimensions) {
            names.push(dimension.label(dimension.value(raw, i, 0, 1), raw, 1));
        }
        let durations =
            [legs.wait_ms.get(i), legs.handle_ms.get(i), legs.talk(i), legs.hold_ms.get(i), legs.acw_ms.get(i)];
        for (column, ms) in out.durations.iter_mut().zip(durations) {
            column.push(known(ms));
        }
        out.answered.push(bits & flag::ANSWERED != 0);
        out.abandoned.push(legs.flags(i) & flag::ABANDONED != 0);
        out.transferred.push(bits & flag::TRANSFERRED != 0);
        let coded = bits & (flag::CODED_RESOLVED | flag::CODED_UNRESOLVED) != 0;
        out.resolved.push(coded.then_some(bits & flag::CODED_RESOLVED != 0));
        let score = legs.score.get(i);
        out.score.push((score != NO_SCORE).then_some(score));
        out.top_two.push((score != NO_SCORE).then_some(bits & flag::TOP_TWO != 0));
        // The customer of a contact is told by its other legs.
        let head = marks.head.get(i);
        let only_rung = !taken(i) && head != MISSING && taken(head as usize);
        let customer = if only_rung { NO_CUSTOMER } else { legs.customer.get(i) };
        out.customer.push((customer != NO_CUSTOMER).then(|| rank(&customers, customer)));
        out.rang.push(!taken(i));
        out.survey_source.push(legs.survey_source.get(i).map(SurveySource::name));
    }
    out
}

/// The calls as CSV, empty where unknown.
pub fn csv(calls: &Calls) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut header = vec!["contact", "leg", "start_ms", "local_ms", "in_period"];
    header.extend(NAMES);
    header.extend(DURATIONS);
    header.extend(["answered", "abandoned", "transferred", "resolved", "score_hundredths", "top_two", "customer"]);
    header.extend(["rang", "survey_source"]);
    writer.write_record(&header)?;
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map_or(String::new(), |v| v.to_string())
    }
    for i in 0..calls.contact.len() {
        let mut row = vec![
            calls.contact[i].to_string(),
            calls.leg[i].to_string(),
            calls.start_ms[i].to_string(),
            calls.local_ms[i].to_string(),
            calls.in_period[i].to_string(),
        ];
        row.extend(calls.names.iter().map(|names| names[i].as_deref().map_or(String::new(), crate::sheet::guarded)));
        row.extend(calls.durations.iter().map(|column| text(column[i])));
        row.extend([
            calls.answered[i].to_string(),
            calls.abandoned[i].to_string(),
            calls.transferred[i].to_string(),
            text(calls.resolved[i]),
            text(calls.score[i]),
            text(calls.top_two[i]),
            text(calls.customer[i]),
            calls.rang[i].to_string(),
            text(calls.survey_source[i]),
        ]);
        writer.write_record(&row)?;
    }
    Ok(writer.into_inner()?)
}

/// The calls as Parquet.
pub fn parquet(calls: Calls) -> Result<Vec<u8>> {
    fn column<T, Phantom: ?Sized>(name: &str, values: T) -> Column
    where
        Series: NamedFrom<T, Phantom>,
    {
        Series::new(name.into(), values).into()
    }
    let mut columns = vec![
        column("contact", calls.contact),
        column("leg", calls.leg),
        column("start_ms", calls.start_ms),
        column("local_ms", calls.local_ms),
        column("in_period", calls.in_period),
    ];
    columns.extend(NAMES.iter().zip(calls.names).map(|(name, values)| column(name, values)));
    columns.extend(DURATIONS.iter().zip(calls.durations).map(|(name, values)| column(name, values)));
    let scores: Vec<Option<u32>> = calls.score.into_iter().map(|s| s.map(u32::from)).collect();
    columns.extend([
        column("answered", calls.answered),
        column("abandoned", calls.abandoned),
        column("transferred", calls.transferred),
        column("resolved", calls.resolved),
        column("score_hundredths", scores),
        column("top_two", calls.top_two),
        column("customer", calls.customer),
        column("rang", calls.rang),
        column("survey_source", calls.survey_source),
    ]);
    let mut frame = DataFrame::new_infer_height(columns)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(bytes)
}
