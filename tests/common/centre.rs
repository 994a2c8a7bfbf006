//! A call centre that a test makes up: agents, their calls, and its log as CSV. The same seed makes the same centre.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::RangeInclusive;

pub const DAY_S: i64 = 86_400;
/// Where the logs begin: a Monday, the first day of a month so that whole months can be judged.
pub const FIRST_DAY: jiff::civil::Date = jiff::civil::date(2026, 6, 1);
/// A month of days, and what reaches the ends of three months.
pub const MONTH: i64 = 30;
pub const TWO_MONTHS: i64 = 61;
pub const THREE_MONTHS: i64 = 92;
pub const AGENTS: usize = 40;
/// Calls of an agent in a log, beside those of customers who call again.
pub const CALLS: usize = 300;
pub const FIRST_NAMES: [&str; 8] = ["Ada", "Bo", "Cleo", "Dag", "Esra", "Finn", "Gita", "Hal"];
pub const LAST_NAMES: [&str; 5] = ["Almond", "Birch", "Cypress", "Dogwood", "Elm"];
/// The third queue is only for tests that need a queue of its own kind.
pub const QUEUES: [&str; 3] = ["Orders", "Faults", "Reception"];
pub const RECEPTION: usize = 2;
pub const ISSUES: [[&str; 2]; 3] = [["Delivery", "Change"], ["Line", "Router"], ["Extension", "Opening hours"]];
/// Median talk, s, and share of customers who have to come back, by queue and issue.
pub const TALK_S: [[f64; 2]; 3] = [[170.0, 240.0], [290.0, 400.0], [150.0, 150.0]];
pub const FAILS: [[f64; 2]; 3] = [[0.10, 0.14], [0.17, 0.22], [0.1, 0.1]];
pub const SHORT_S: u32 = 15;
pub fn name(agent: usize) -> String {
    format!("{} {}", FIRST_NAMES[agent % 8], LAST_NAMES[agent / 8])
}

/// A fixed sequence of numbers without a pattern: splitmix64.
pub struct Dice(pub u64);

impl Dice {
    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    pub fn between(&mut self, range: RangeInclusive<u32>) -> u32 {
        range.start() + (self.share() * f64::from(range.end() - range.start() + 1)) as u32
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.share() * n as f64) as usize
    }

    /// A factor around 1 whose logarithm is normal.
    pub fn factor(&mut self, spread: f64) -> f64 {
        let (radius, angle) = (libm::sqrt(-2.0 * libm::log(1.0 - self.share())), std::f64::consts::TAU * self.share());
        libm::exp(spread * radius * libm::cos(angle))
    }
}

/// How an agent works, as factors on what is usual.
pub struct Style {
    pub speed: f64,
    pub after: f64,
    pub fails: f64,
    pub passes_on: f64,
    pub surveys: f64,
    pub misses: f64,
}

/// A row of the log: a call that an agent took, or was rung for.
#[derive(Clone)]
pub struct Call {
    /// Serial number, which the contact's id is made of.
    pub contact: usize,
    pub start_s: i64,
    pub queue: usize,
    pub issue: usize,
    pub agent: usize,
    pub customer: usize,
    pub talk_s: u32,
    pub hold_s: u32,
    pub acw_s: u32,
    pub transferred: bool,
    pub resolved: Option<bool>,
    pub score: Option<u32>,
    pub by_agent: bool,
    /// The agent was rung and did not take the call.
    pub rang: bool,
}

impl Call {
    pub fn id(&self) -> String {
        format!("K{:06}", self.contact)
    }

    pub fn connected_s(&self) -> u32 {
        self.talk_s + self.hold_s
    }

    pub fn short(&self) -> bool {
        self.connected_s() < SHORT_S && !self.transferred
    }

    /// Neither cut short nor passed on.
    pub fn whole(&self) -> bool {
        !self.short() && !self.transferred
    }

    pub fn top(&self) -> bool {
        self.score.is_some_and(|score| score >= 4)
    }

    /// Ends after so many seconds: nothing else is known of the call then.
    pub fn cut(&mut self, after_s: u32, transferred: bool) {
        (self.talk_s, self.hold_s, self.acw_s, self.transferred) = (after_s, 0, 5, transferred);
        (self.resolved, self.score) = (None, None);
    }

    pub fn day(&self) -> jiff::civil::Date {
        FIRST_DAY + jiff::SignedDuration::from_hours(self.start_s / DAY_S * 24)
    }

    /// On one of the last three days of its month.
    pub fn late(&self) -> bool {
        self.day().days_in_month() - self.day().day() < 3
    }
}

/// A call centre's log.
pub struct Centre {
    pub dice: Dice,
    pub days: i64,
    pub styles: Vec<Style>,
    pub calls: Vec<Call>,
    pub contacts: usize,
    pub customers: usize,
}

impl Centre {
    /// A month of 40 honest agents.
    pub fn honest(seed: u64) -> Centre {
        Centre::of(seed, MONTH, CALLS)
    }

    pub fn of(seed: u64, days: i64, calls: usize) -> Centre {
        let mut dice = Dice(seed);
        let mut style = |_| Style {
            speed: dice.factor(0.15),
            after: dice.factor(0.25),
            fails: dice.factor(0.2),
            passes_on: dice.factor(0.2),
            surveys: dice.factor(0.1),
            misses: dice.factor(0.2),
        };
        let styles: Vec<Style> = (0..AGENTS).map(&mut style).collect();
        let mut centre = Centre { dice, days, styles, calls: Vec::new(), contacts: 0, customers: 0 };
        for agent in 0..AGENTS {
            let faults = 0.3 + 0.4 * centre.dice.share();
            for _ in 0..calls {
                let start_s = (centre.dice.share() * days as f64) as i64 * DAY_S + centre.time_of_day();
                let (queue, issue) = (usize::from(centre.dice.chance(faults)), centre.dice.below(2));
                centre.customers += 1;
                centre.take(start_s, queue, issue, agent, centre.customers);
            }
        }
        centre
    }

    pub fn time_of_day(&mut self) -> i64 {
        i64::from(self.dice.between(28_800..=64_799))
    }

    /// An honest call, with the calls of its customer that follow from it. Returns its place.
    pub fn take(&mut self, start_s: i64, queue: usize, issue: usize, agent: usize, customer: usize) -> usize {
        let (dice, style) = (&mut self.dice, &self.styles[agent]);
        let talk_s = (TALK_S[queue][issue] * style.speed * dice.factor(0.5)).max(20.0) as u32;
        let hold_s = if dice.chance(0.2) { dice.between(15..=90) } else { 0 };
        let acw_s = (40.0 * style.after * dice.factor(0.4)).max(1.0) as u32;
        let fails = dice.chance(FAILS[queue][issue] * style.fails);
        let surveyed = dice.chance(0.12 * style.surveys);
        let by_agent = dice.chance(0.4);
        let top = dice.chance(if fails { 0.35 } else { 0.7 } + if by_agent { 0.08 } else { 0.0 });
        let mut call = Call {
            contact: self.contacts,
            start_s,
            queue,
            issue,
            agent,
            customer,
            talk_s,
            hold_s,
            acw_s,
            transferred: false,
            resolved: Some(dice.chance(if fails { 0.5 } else { 0.9 })),
            score: surveyed.then(|| if top { dice.between(4..=5) } else { dice.between(1..=3) }),
            by_agent,
            rang: false,
        };
        let mut redials = false;
        if dice.chance(0.012) {
            // A wrong number or a bad line.
            let seconds = dice.between(3..=14);
            call.cut(seconds, false);
            redials = dice.chance(0.4);
        } else if dice.chance(0.08 * style.passes_on) {
            let seconds = if dice.chance(0.15) { dice.between(15..=59) } else { (talk_s / 2).max(60) };
            call.cut(seconds, true);
        }
        let (missed, again, after_days) = (dice.chance(0.02), dice.below(AGENTS), dice.between(1..=5));
        self.contacts += 1;
        if missed {
            let who = self.dice.below(AGENTS);
            if self.dice.chance(0.7 * self.styles[who].misses) {
                self.ring(&call, who);
            }
        }
        let comes_back = fails && call.whole();
        let place = self.calls.len();
        self.calls.push(call);
        if redials {
            self.redial(place, again);
        } else if comes_back {
            let start_s = (start_s / DAY_S + i64::from(after_days)) * DAY_S + self.time_of_day();
            if start_s < self.days * DAY_S {
                self.take(start_s, queue, issue, again, customer);
            }
        }
        place
    }

    /// The call rings at an agent who does not take it.
    pub fn ring(&mut self, call: &Call, agent: usize) {
        self.calls.push(Call { agent, rang: true, ..call.clone() });
    }

    /// The customer calls again within minutes.
    pub fn redial(&mut self, place: usize, agent: usize) {
        let Call { start_s, queue, issue, customer, .. } = self.calls[place];
        let start_s = start_s + i64::from(self.dice.between(120..=1_200));
        self.take(start_s, queue, issue, agent, customer);
    }

    /// Places of the calls that an agent took.
    pub fn of_agent(&self, agent: usize) -> Vec<usize> {
        (0..self.calls.len()).filter(|i| self.calls[*i].agent == agent && !self.calls[*i].rang).collect()
    }

    /// Changes an agent's calls that are chosen with a chance.
    pub fn change(
        &mut self,
        agent: usize,
        chance: f64,
        which: impl Fn(&Call) -> bool,
        how: impl Fn(&mut Call, &mut Dice),
    ) {
        for i in self.of_agent(agent) {
            if which(&self.calls[i]) && self.dice.chance(chance) {
                how(&mut self.calls[i], &mut self.dice);
            }
        }
    }

    /// Seconds from each row to its customer's next call, by place.
    pub fn gaps(&self) -> Vec<Option<i64>> {
        let mut starts: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
        self.calls.iter().for_each(|c| _ = starts.entry(c.customer).or_default().insert(c.start_s));
        let next = |c: &Call| starts[&c.customer].range(c.start_s + 1..).next().map(|s| s - c.start_s);
        self.calls.iter().map(next).collect()
    }

    pub fn csv(&self, without: &[&str]) -> String {
        let mut order: Vec<&Call> = self.calls.iter().collect();
        order.sort_by_key(|c| (c.start_s, c.contact, !c.rang));
        let columns: Vec<usize> = (0..COLUMNS.len()).filter(|i| !without.contains(&COLUMNS[*i])).collect();
        let mut csv = columns.iter().map(|i| COLUMNS[*i]).collect::<Vec<_>>().join(",") + "\n";
        let midnight = FIRST_DAY.at(0, 0, 0, 0);
        for call in order {
            let yes = |is| if is { "yes" } else { "no" }.to_string();
            let taken = |text: String| if call.rang { String::new() } else { text };
            let values = [
                call.id(),
                (midnight + jiff::SignedDuration::from_secs(call.start_s)).strftime("%Y-%m-%d %H:%M:%S").to_string(),
                QUEUES[call.queue].to_string(),
                ISSUES[call.queue][call.issue].to_string(),
                name(call.agent),
                format!("C{:05}", call.customer),
                taken(call.talk_s.to_string()),
                taken(call.hold_s.to_string()),
                taken(call.acw_s.to_string()),
                if call.rang { "ring no answer" } else { "answered" }.to_string(),
                taken(yes(call.transferred)),
                taken(call.resolved.map(yes).unwrap_or_default()),
                taken(call.score.map(|s| s.to_string()).unwrap_or_default()),
                taken(call.score.map(|_| if call.by_agent { "agent" } else { "ivr" }.to_string()).unwrap_or_default()),
            ];
            let row: Vec<&str> = columns.iter().map(|i| values[*i].as_str()).collect();
            writeln!(csv, "{}", row.join(",")).expect("a string takes text");
        }
        csv
    }
}

pub const COLUMNS: [&str; 14] = [
    "contact_id", "started_at", "queue", "issue", "agent", "customer_id", "talk_seconds", "hold_seconds",
    "after_call_work_seconds", "outcome", "transferred", "resolved", "satisfaction", "survey_source",
];
