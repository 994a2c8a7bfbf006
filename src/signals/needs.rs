//! What detectors need of a source, by the name of what is lacking.

use super::Evidence;

pub fn times(evidence: &Evidence<'_>) -> Result<(), String> {
    let tells = &evidence.calls.log.tells;
    if tells.handle || tells.talk { Ok(()) } else { Err("talk or handle time".into()) }
}

pub fn transfers(evidence: &Evidence<'_>) -> Result<(), String> {
    let tells = &evidence.calls.log.tells;
    match (tells.transferred, tells.shared_rows) {
        (true, false) => Ok(()),
        (true, true) => Err("which of several agents passed a contact on".into()),
        _ => Err("transfers".into()),
    }
}

/// Who called is known of most calls, so that redials and repeats can be seen.
pub fn customers(evidence: &Evidence<'_>) -> Result<(), String> {
    let all = evidence.cells().by_stratum();
    let handled: u64 = all.iter().map(|c| u64::from(c.handled)).sum();
    let followed: u64 = all.iter().map(|c| u64::from(c.followed)).sum();
    match followed {
        0 => Err("customers".into()),
        known if known * 2 < handled => Err(format!(
            "customers of most calls ({:.0} % of the calls do not tell who called)",
            (handled - followed) as f64 / handled as f64 * 100.0
        )),
        _ => Ok(()),
    }
}
