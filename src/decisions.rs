//! What people decided about pay, beside what was recommended: the file of decisions, and the form for a new one.

use crate::money::{Currency, Money};
use crate::read::time::Format;
use crate::sheet::{self, Dates, Faults, Kind, Row, Sheet, guarded};
use anyhow::Result;
use jiff::civil::Date;
use std::collections::HashMap;

const DECISIONS: Kind = Kind {
    option: "--decisions",
    noun: "file of decisions",
    about: "a file of decisions is a CSV with a line for every agent and period; the form has its columns",
    lines: "decisions; give every agent and period a line",
    required: &[
        ("agent", "the agent's name, as scorecards show it"),
        ("period", "as in 2026-03"),
        ("decision", "approve, override, hold or decline"),
        ("amount", "what was paid"),
        ("by", "who decided"),
        ("when", "the day of the decision"),
        ("why", "the reason"),
    ],
    // `action` is the form's, for those who fill it in.
    optional: &["recommended", "action"],
    sentences: true,
};

/// The columns of the form; people fill in those from `decision` on.
const FORM: [&str; 9] = ["agent", "period", "action", "recommended", "decision", "amount", "by", "when", "why"];

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// Pays what was recommended.
    Approve,
    /// Pays another amount.
    Override,
    /// Pays nothing for now.
    Hold,
    /// Pays nothing.
    Decline,
}

impl Choice {
    /// The word of files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Choice::Approve => "approve",
            Choice::Override => "override",
            Choice::Hold => "hold",
            Choice::Decline => "decline",
        }
    }

    /// The choice that people mean by a word, in any case.
    fn of_word(word: &str) -> Option<Choice> {
        Some(match word.to_lowercase().as_str() {
            "approve" | "approved" => Choice::Approve,
            "override" => Choice::Override,
            "hold" => Choice::Hold,
            "decline" | "declined" | "reject" => Choice::Decline,
            _ => return None,
        })
    }

    /// True if somebody is paid.
    fn pays(self) -> bool {
        matches!(self, Choice::Approve | Choice::Override)
    }
}

/// What was decided about an agent's pay for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub line: u64,
    pub agent: String,
    /// As in `2026-03`, `2026-Q1` or `2026-W10`.
    pub period: String,
    pub choice: Choice,
    /// What is paid: never negative, and zero unless approved or overridden.
    pub amount: Money,
    /// Who decided.
    pub by: String,
    pub when: Date,
    /// Always there unless approved.
    pub why: Option<String>,
    /// What was recommended, if the file says so; of an approval always there.
    pub recommended: Option<Money>,
}

/// Decisions as their file has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// What to call the file in messages.
    pub name: String,
    /// By period, then by agent; one for each.
    pub all: Vec<Decision>,
    /// Rows in which nothing is decided yet.
    pub undecided: usize,
    /// Columns that a file of decisions does not have.
    pub ignored_columns: Vec<String>,
}

impl Decisions {
    /// The decision about an agent in a period.
    pub fn of(&self, agent: &str, period: &str) -> Option<&Decision> {
        let at = self.all.binary_search_by(|d| (d.period.as_str(), d.agent.as_str()).cmp(&(period, agent)));
        at.ok().map(|at| &self.all[at])
    }

    /// The decisions about a period, in the order of agents.
    pub fn in_period(&self, period: &str) -> &[Decision] {
        let from = self.all.partition_point(|d| d.period.as_str() < period);
        let to = self.all.partition_point(|d| d.period.as_str() <= period);
        &self.all[from..to]
    }
}

/// Reads the decisions in the file `path`, with amounts in `currency`. `date_order` settles dates that could be read
/// both ways.
pub fn read(path: &str, currency: Currency, date_order: Option<Format>) -> Result<Decisions> {
    sheet::read(path, &DECISIONS, |bytes| parse(path, bytes, currency, date_order))
}

/// Reads the decisions called `name` from the bytes of their file.
fn parse(name: &str, bytes: &[u8], currency: Currency, date_order: Option<Format>) -> Result<Decisions> {
    let sheet = Sheet::parse(bytes, &DECISIONS)?;
    let mut faults = Faults::default();
    let rows = sheet.rows(&mut faults);
    let (decided, undecided): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.cell("decision").is_some());
    let dates = Dates::in_columns(&decided, &["when"], date_order, &mut faults);
    let amounts = Amounts { currency, allow_comma: sheet.delimiter == b';' };
    nothing_is_decided_twice(&decided, &mut faults);
    let mut all: Vec<Decision> =
        decided.iter().filter_map(|row| decision_of(row, amounts, &dates, &mut faults)).collect();
    faults.tell(&DECISIONS)?;
    all.sort_by(|a, b| (&a.period, &a.agent).cmp(&(&b.period, &b.agent)));
    let ignored_columns = sheet.others().map(|(_, title)| title.to_string()).collect();
    Ok(Decisions { name: name.to_string(), all, undecided: undecided.len(), ignored_columns })
}

/// The decision of a row, or its faults.
fn decision_of(row: &Row, amounts: Amounts, dates: &Dates, faults: &mut Faults) -> Option<Decision> {
    let choice = choice_of(row, faults);
    let agent = filled(row, "agent", "write the agent's name as scorecards show it", faults);
    let period = filled(row, "period", "write a month, a quarter or a week, as in 2026-03", faults);
    if let Some(text) = period.as_deref().filter(|text| !sheet::is_period(text)) {
        faults.add(row.line, sheet::no_period(text));
    }
    let by = filled(row, "by", "nobody decided: write the name of who decided", faults);
    let when = filled(row, "when", "write the day of the decision, like 2026-03-31", faults)
        .and_then(|_| dates.of(row, "when", faults));
    let why = match choice {
        Some(Choice::Override | Choice::Hold | Choice::Decline) => {
            filled(row, "why", "write the reason; only an approval needs none", faults)
        }
        _ => row.cell("why").map(str::to_string),
    };
    let recommended = amounts.of(row, "recommended", faults).unwrap_or_default();
    let amount = paid(row, choice?, amounts, recommended, faults)?;
    let recommended = recommended.or((choice == Some(Choice::Approve)).then_some(amount));
    Some(Decision {
        line: row.line,
        agent: agent?,
        period: period?,
        choice: choice?,
        amount,
        by: by?,
        when: when?,
        why,
        recommended,
    })
}

fn choice_of(row: &Row, faults: &mut Faults) -> Option<Choice> {
    let word = row.cell("decision")?;
    let choice = Choice::of_word(word);
    if choice.is_none() {
        faults.add(row.line, format!("`decision` is `{word}`; write approve, override, hold or decline"));
    }
    choice
}

/// What is paid by a choice, if the amount fits it.
fn paid(row: &Row, choice: Choice, amounts: Amounts, recommended: Option<Money>, faults: &mut Faults) -> Option<Money> {
    let text = |amount: Money| amount.text(amounts.currency);
    let name = choice.name();
    let wrong = match (amounts.of(row, "amount", faults)?, recommended) {
        (None, _) if choice.pays() => {
            "`amount` is empty; write what was paid, 0 for nothing, or leave `decision` empty until it is known"
                .to_string()
        }
        (None, _) => return Some(Money::ZERO),
        (Some(amount), _) if amount < Money::ZERO => {
            format!("`amount` is {}; nobody is paid less than nothing, so write 0 or more", text(amount))
        }
        (Some(amount), _) if amount != Money::ZERO && !choice.pays() => {
            format!("`amount` is {}, but `{name}` pays nothing; write 0, or approve or override", text(amount))
        }
        (Some(amount), Some(recommended)) if choice == Choice::Approve && amount != recommended => format!(
            "`amount` is {}, but {} was recommended; call it an override and say why, or correct the amount",
            text(amount),
            text(recommended)
        ),
        (Some(amount), _) => return Some(amount),
    };
    faults.add(row.line, wrong);
    None
}

/// How amounts are written.
#[derive(Clone, Copy)]
struct Amounts {
    currency: Currency,
    allow_comma: bool,
}

impl Amounts {
    /// The amount in a column, `Some(None)` if the cell is empty; what is no amount is a fault and `None`.
    fn of(self, row: &Row, column: &str, faults: &mut Faults) -> Option<Option<Money>> {
        let Some(text) = row.cell(column) else { return Some(None) };
        match self.parse(text) {
            Ok(amount) => Some(Some(amount)),
            Err(what) => {
                faults.add(row.line, format!("`{column}`: {what}"));
                None
            }
        }
    }

    /// An amount as people write it; stricter than money elsewhere, since `1.250` may mean 1250.
    fn parse(self, text: &str) -> Result<Money, String> {
        let marks = |c: char| c == '.' || (c == ',' && self.allow_comma);
        let decimals = self.currency.decimals() as usize;
        match text.split_once(marks) {
            Some((whole, part))
                if part.len() > decimals
                    && part.bytes().all(|b| b.is_ascii_digit())
                    && Money::parse(whole, self.currency).is_ok() =>
            {
                let code = self.currency.code();
                Err(format!(
                    "`{text}` has more digits behind the point than {code} has: {decimals}; write amounts without \
                     thousands separators"
                ))
            }
            // What is refused is told as it is written.
            Some((whole, part)) => {
                Money::parse(&format!("{whole}.{part}"), self.currency).or_else(|_| Money::parse(text, self.currency))
            }
            None => Money::parse(text, self.currency),
        }
    }
}

/// The text of a cell; an empty one is a fault, with what to do.
fn filled(row: &Row, column: &str, advice: &str, faults: &mut Faults) -> Option<String> {
    let text = row.cell(column);
    if text.is_none() {
        faults.add(row.line, format!("`{column}` is empty; {advice}"));
    }
    text.map(str::to_string)
}

/// Rows about the same agent and period.
fn nothing_is_decided_twice(rows: &[Row], faults: &mut Faults) {
    let mut lines: HashMap<(&str, &str), u64> = HashMap::new();
    for row in rows {
        let (Some(agent), Some(period)) = (row.cell("agent"), row.cell("period")) else { continue };
        match lines.get(&(agent, period)) {
            Some(first) => {
                let what = format!(
                    "`{agent}` in {period} is decided in line {first} already; keep one of the two lines, and correct \
                     what was paid earlier by an adjustment"
                );
                faults.add(row.line, what);
            }
            None => {
                lines.insert((agent, period), row.line);
            }
        }
    }
}

/// A CSV to be filled in and read back by [`read`]: a row for each agent, period, recommended amount and recommended
/// action, with nothing decided. An error only if it cannot be written.
pub fn form(rows: &[(String, String, Money, String)], currency: Currency) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(FORM)?;
    for (agent, period, recommended, action) in rows {
        let recommended = recommended.text(currency);
        let told = [guarded(agent), guarded(period), guarded(action), recommended];
        writer.write_record(told.iter().map(String::as_str).chain([""; 5]))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const HEADER: &str = "agent,period,decision,amount,by,when,why,recommended\n";

    fn currency(code: &str) -> Currency {
        Currency::of_code(code).unwrap()
    }

    fn parsed(text: &str) -> Result<Decisions> {
        parse("decisions.csv", text.as_bytes(), currency("EUR"), None)
    }

    fn decisions(rows: &str) -> Decisions {
        parsed(&format!("{HEADER}{rows}")).unwrap()
    }

    /// The faults of rows below the header, without the line that counts them.
    fn faults(rows: &str) -> Vec<String> {
        let told = parsed(&format!("{HEADER}{rows}")).unwrap_err().to_string();
        told.lines().skip(1).map(|line| line.trim_start().to_string()).collect()
    }

    #[test]
    fn a_decision_says_who_paid_whom_how_much_when_and_why() {
        let read = decisions(
            "Ada,2026-03,Override,250,June,2026-04-02,\"half a month, on leave\",300.00\nBo,2026-03,approved,300.5,June,2 Apr 2026,,\n",
        );
        let ada = Decision {
            line: 2,
            agent: "Ada".to_string(),
            period: "2026-03".to_string(),
            choice: Choice::Override,
            amount: Money(25_000),
            by: "June".to_string(),
            when: date(2026, 4, 2),
            why: Some("half a month, on leave".to_string()),
            recommended: Some(Money(30_000)),
        };
        assert_eq!(read.all[0], ada);
        let bo = &read.all[1];
        assert_eq!(
            (bo.choice, bo.amount, bo.why.as_deref(), bo.when),
            (Choice::Approve, Money(30_050), None, ada.when)
        );
        assert_eq!((read.name.as_str(), read.undecided), ("decisions.csv", 0));
    }

    #[test]
    fn decisions_are_found_by_agent_and_period() {
        let approve = |agent: &str, period: &str| format!("{agent},{period},approve,1,June,2026-04-02,,\n");
        let read = decisions(
            &[("Bo", "2026-03"), ("Ada", "2026-Q1"), ("Ada", "2026-03"), ("Ada", "2026-02")]
                .map(|(a, p)| approve(a, p))
                .concat(),
        );
        assert_eq!(read.of("Bo", "2026-03").map(|d| d.line), Some(2));
        assert_eq!(read.of("Ada", "2026-Q1").map(|d| d.line), Some(3));
        assert_eq!((read.of("Bo", "2026-Q1"), read.of("bo", "2026-03")), (None, None));
        let march: Vec<&str> = read.in_period("2026-03").iter().map(|d| d.agent.as_str()).collect();
        assert_eq!((march, read.in_period("2026-04").len()), (vec!["Ada", "Bo"], 0));
    }

    #[test]
    fn every_word_for_a_choice_is_understood_in_any_case() {
        for (word, choice, amount) in [
            ("approve", Choice::Approve, "1"),
            ("Approved", Choice::Approve, "1"),
            ("OVERRIDE", Choice::Override, "1"),
            ("hold", Choice::Hold, ""),
            ("decline", Choice::Decline, "0.00"),
            ("declined", Choice::Decline, "-"),
            ("reject", Choice::Decline, "0"),
        ] {
            let read = decisions(&format!("Ada,2026-03,{word},{amount},June,2026-04-02,so,\n"));
            assert_eq!(read.all[0].choice, choice, "{word}");
            assert_eq!(read.all[0].amount != Money::ZERO, choice.pays(), "{word}");
            assert_eq!(Choice::of_word(choice.name()), Some(choice));
        }
        assert_eq!(
            faults("Ada,2026-03,maybe,1,June,2026-04-02,,\n"),
            ["line 2: `decision` is `maybe`; write approve, override, hold or decline"]
        );
    }

    #[test]
    fn rows_without_a_decision_are_counted_and_not_looked_at() {
        let read = decisions(
            "Ada,2026-03,,x,,soon,,\nBo,2026-03,approve,1,June,2026-04-02,,\nAda,2026-03,-,,,,,\n,,,,June,,,\n",
        );
        assert_eq!((read.all.len(), read.undecided), (1, 3));
        let none = decisions("Ada,2026-03,,,,01/02/2026,,300\n");
        assert_eq!((none.all.len(), none.undecided), (0, 1));
    }

    #[test]
    fn an_approval_takes_the_amount_for_the_recommended_one_and_others_do_not() {
        let read = decisions(
            "Ada,2026-03,approve,5,June,2026-04-02,,\nBo,2026-03,override,5,June,2026-04-02,so,\nCy,2026-03,hold,,June,2026-04-02,so,300\n",
        );
        let recommended: Vec<Option<Money>> = read.all.iter().map(|d| d.recommended).collect();
        assert_eq!(recommended, [Some(Money(500)), None, Some(Money(30_000))]);
    }

    #[test]
    fn a_decision_without_who_when_or_why_is_a_fault() {
        assert_eq!(
            faults(
                "Ada,2026-03,approve,1,,,,\nBo,2026-03,override,1,June,soon,,\nCy,2026-03,hold,,June,2026-04-02,,\nDee,2026-03,decline,,June,2026-04-02,-,\n"
            ),
            [
                "line 2: `by` is empty; nobody decided: write the name of who decided",
                "line 2: `when` is empty; write the day of the decision, like 2026-03-31",
                "line 3: `when` is `soon`, which is no date; write one like 2026-03-31",
                "line 3: `why` is empty; write the reason; only an approval needs none",
                "line 4: `why` is empty; write the reason; only an approval needs none",
                "line 5: `why` is empty; write the reason; only an approval needs none",
            ]
        );
    }

    #[test]
    fn an_amount_that_does_not_fit_the_decision_is_a_fault() {
        let row = |decision: &str, amount: &str, recommended: &str| -> Vec<String> {
            faults(&format!("Ada,2026-03,{decision},{amount},June,2026-04-02,so,{recommended}\n"))
        };
        let empty = "line 2: `amount` is empty; write what was paid, 0 for nothing, or leave `decision` empty until it is known";
        assert_eq!(row("approve", "", "300"), [empty]);
        assert_eq!(row("override", "-", ""), [empty]);
        assert_eq!(
            row("hold", "5", ""),
            ["line 2: `amount` is 5.00, but `hold` pays nothing; write 0, or approve or override"]
        );
        assert_eq!(
            row("reject", "5", ""),
            ["line 2: `amount` is 5.00, but `decline` pays nothing; write 0, or approve or override"]
        );
        for decision in ["approve", "override", "hold", "decline"] {
            let negative = "line 2: `amount` is -5.00; nobody is paid less than nothing, so write 0 or more";
            assert_eq!(row(decision, "-5", ""), [negative]);
        }
        assert_eq!(
            row("approve", "250", "300"),
            [
                "line 2: `amount` is 250.00, but 300.00 was recommended; call it an override and say why, or correct the \
              amount"
            ]
        );
        assert_eq!(decisions("Ada,2026-03,override,0,June,2026-04-02,so,300\n").all[0].amount, Money::ZERO);
        assert_eq!(decisions("Ada,2026-03,approve,300.00,June,2026-04-02,,300\n").all[0].amount, Money(30_000));
    }

    #[test]
    fn what_is_no_amount_or_could_be_two_is_a_fault() {
        assert_eq!(
            faults("Ada,2026-03,approve,€5,June,2026-04-02,,5\nBo,2026-03,hold,,June,2026-04-02,so,n/a\n"),
            [
                "line 2: `amount`: `€5` is no amount; write one like 300.00, without a currency sign or thousands \
                 separators",
                "line 3: `recommended`: `n/a` is no amount; write one like 300.00, without a currency sign or thousands \
                 separators",
            ]
        );
        let amounts = |code: &str, allow_comma| Amounts { currency: currency(code), allow_comma };
        assert_eq!(
            amounts("EUR", true).parse("1.250"),
            Err("`1.250` has more digits behind the point than EUR has: 2; write amounts without thousands separators"
                .to_string())
        );
        assert_eq!(amounts("EUR", true).parse("1250,5"), Ok(Money(125_050)));
        assert_eq!(amounts("KWD", true).parse("1,250"), Ok(Money(1_250)));
        for (code, allow_comma, text) in [
            ("EUR", true, "1,250"),
            ("EUR", true, "1.250,00"),
            ("EUR", false, "12,50"),
            ("JPY", false, "1.250"),
            ("EUR", false, "€1.2345"),
        ] {
            let told = amounts(code, allow_comma).parse(text).unwrap_err();
            assert!(told.starts_with(&format!("`{text}` ")), "{told}");
        }
    }

    #[test]
    fn a_decision_about_nobody_no_period_or_the_same_twice_is_a_fault() {
        assert_eq!(
            faults(
                "Ada,2026-03,approve,1,June,2026-04-02,,\nAda,2026-03,hold,,,2026-04-02,so,\n,2026-03,approve,1,June,2026-04-02,,\nBo,,approve,1,June,2026-04-02,,\nBo,Mar-26,approve,1,June,2026-04-02,,\n"
            ),
            [
                "line 3: `Ada` in 2026-03 is decided in line 2 already; keep one of the two lines, and correct what was \
                 paid earlier by an adjustment",
                "line 3: `by` is empty; nobody decided: write the name of who decided",
                "line 4: `agent` is empty; write the agent's name as scorecards show it",
                "line 5: `period` is empty; write a month, a quarter or a week, as in 2026-03",
                "line 6: `period` is `Mar-26`; write a month like 2026-03, a quarter like 2026-Q1 or a week like \
                 2026-W10 (format the column as text if a spreadsheet makes dates of it)",
            ]
        );
    }

    #[test]
    fn dates_that_could_be_read_both_ways_need_the_order_of_day_and_month() {
        let row = "Ada,2026-03,approve,1,June,04/05/2026,,\n";
        assert_eq!(
            faults(row),
            ["line 2: `when` is `04/05/2026`, and all dates could be day first or month first; write them like \
              2026-03-31, or say --date-order dmy or --date-order mdy"]
        );
        let text = format!("{HEADER}{row}");
        let given = parse("d", text.as_bytes(), currency("EUR"), Some(Format::Mdy)).unwrap();
        assert_eq!(given.all[0].when, date(2026, 4, 5));
    }

    #[test]
    fn a_file_is_read_whatever_its_mark_delimiter_encoding_and_order_of_columns() {
        let text = "\u{feff}Why;When;By;Amount;Decision;Period;Agent;Badge\r\n;2026-04-02;João;1250,50;approve;2026-Q1;\"O'Hara; N\";7\r\n";
        let read = parsed(text).unwrap();
        let (decision, utf16) = (&read.all[0], text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
        assert_eq!((decision.agent.as_str(), decision.by.as_str()), ("O'Hara; N", "João"));
        assert_eq!((decision.amount, decision.why.as_deref()), (Money(125_050), None));
        assert_eq!(read.ignored_columns, ["Badge"]);
        assert_eq!(parse("decisions.csv", &utf16, currency("EUR"), None).unwrap(), read);
    }

    #[test]
    fn a_file_that_holds_no_decisions_is_refused_with_what_to_do() {
        let error = |text: &str| parsed(text).unwrap_err().to_string();
        assert_eq!(
            error("agent,period,decision,amount,when\nAda,2026-03,approve,1,2026-04-02\n"),
            "it has no columns `by` (who decided), `why` (the reason); its columns are `agent`, `period`, `decision`, \
             `amount`, `when`. Rename the right ones, or add them"
        );
        assert!(error("").starts_with("it is empty; a file of decisions is a CSV"));
        assert_eq!(error(HEADER), "it has a header and no decisions; give every agent and period a line");
        let missing = format!("{:#}", read("no/such.csv", currency("EUR"), None).unwrap_err());
        assert_eq!(missing, "--decisions: there is no file `no/such.csv`");
    }

    #[test]
    fn the_form_is_read_back_undecided_and_then_as_it_was_filled_in() {
        let row = |agent: &str, amount: i64, action: &str| {
            (agent.to_string(), "2026-03".to_string(), Money(amount), action.to_string())
        };
        let rows = [row("=cmd|x, y", 30_000, "pay"), row("-", 0, "hold: \"look\" first"), row("'t Hooft", 5, "pay")];
        let blank = form(&rows, currency("EUR")).unwrap();
        assert_eq!(
            blank,
            "agent,period,action,recommended,decision,amount,by,when,why\n\"'=cmd|x, y\",2026-03,pay,300.00,,,,,\n\
             '-,2026-03,\"hold: \"\"look\"\" first\",0.00,,,,,\n't Hooft,2026-03,pay,0.05,,,,,\n"
        );
        let read = parsed(&blank).unwrap();
        assert_eq!((read.all.len(), read.undecided, read.ignored_columns.len()), (0, 3, 0));
        let filled = blank
            .replace("pay,300.00,,,,,", "pay,300.00,approve,300.00,June,2026-04-02,")
            .replace("0.00,,,,,", "0.00,hold,,June,2026-04-02,first look at the calls");
        let read = parsed(&filled).unwrap();
        assert_eq!(
            read.of("=cmd|x, y", "2026-03").map(|d| (d.choice, d.amount)),
            Some((Choice::Approve, Money(30_000)))
        );
        assert_eq!(read.of("-", "2026-03").map(|d| (d.choice, d.recommended)), Some((Choice::Hold, Some(Money::ZERO))));
        assert_eq!(read.undecided, 1);
    }
}
