#!/usr/bin/env python3
"""Checks the fair scorecards against a second computation of them, from what the documentation says they are.

    python3 -m venv VENV && VENV/bin/pip install -r tests/judge/requirements.txt
    VENV/bin/python tests/judge/check.py PATH_TO_CALLMERIT [--shared DIR] [--require-shared] [FILE_OR_CASE ...]

Input are the calls as `callmerit export` writes them. Day-blocks, strata, groups of agents, weights by follow-up,
observed, expected, spread, mixed model, score and rank are computed anew, with dense matrices, and compared with
`callmerit scorecard --format json`; so are the numbers behind some signals, and the limits of handle time that are
found, with `callmerit signals`. Counts and words must be equal. Other numbers agree within 1e-6 of their size, or of 1
where they are smaller; connectivity within 1e-5; ranks within 1 of those of 20,000 draws, of 80 agents and more within
2 of those of 100,000. Without FILE_OR_CASE all cases run; those that need DIR are skipped without it, or fail with
--require-shared.
"""

import argparse
import csv
import io
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from scipy.optimize import brentq
from scipy.stats import betabinom, binom, chi2, norm

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample-data"
SHOWN_FAILURES = 12

RELATIVE = 1e-6
CONNECTIVITY = 1e-5
DRAWS = 20_000
# Of so many agents and more, ranks are told less sharply, by the draws as well.
MANY = 80
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
# Sums are kept in whole numbers of this part of one.
UNIT = 65_536
MEASURES = ["resolution", "satisfaction", "handle_time", "outcome"]
WEIGHTS = {"resolution": 0.5, "satisfaction": 0.3, "handle_time": 0.2, "outcome": 0}
SIGN = {"resolution": 1, "satisfaction": 1, "handle_time": -1, "outcome": 1}
# Of so few answers or outcomes no value of an agent is shown.
FEWEST = {"satisfaction": 10, "outcome": 10}
Z80 = norm.ppf(0.9)
# 0 in half of the cases, else chi-squared with one degree of freedom: at 5 %.
HALF_CHI_SQUARED = chi2.ppf(0.9, 1)


@dataclass
class Case:
    """Files that are read as one log, and the options to read them with."""

    name: str
    files: list
    options: list = field(default_factory=list)
    judging: list = field(default_factory=list)
    # Agents cannot choose the issue; None where the way that repeats are matched tells it.
    issue_is_fair: bool | None = None
    period: str = ""
    shared: bool = False
    # Written here, so that every row must be understood.
    written: bool = False
    # Signals that must be among those found, as (agent, signal).
    must: set = field(default_factory=set)
    # What came of contacts, by their ids; the first of the files has the columns `contact_id` and `started_at`, in UTC.
    outcomes: Path | None = None


@dataclass
class Call:
    """A call that an agent took."""

    agent: str
    queue: str
    issue: str
    start: int
    local: int
    received: bool
    transferred: bool
    with_customer: float  # ms; infinite where unknown, so that it is not short
    handle: int
    customer: int  # 0 where nobody knows, or many share the number
    shared_number: bool
    gap: float  # infinite without a next contact
    follow_up: int
    redialled: bool
    coded: str
    surveyed: bool
    top_two: bool
    contact: int
    in_period: bool
    outcome: bool | None = None  # where this agent decided the contact, and it is known

    @property
    def short(self):
        return self.with_customer < 15_000 and not self.transferred

    @property
    def eligible(self):
        return not self.short and not self.transferred

    @property
    def timed(self):
        known_short = self.with_customer < 15_000
        return self.handle > 0 and not known_short and not self.transferred


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, cwd=ROOT)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr.decode().strip()}")
    return done.stdout.decode()


# The calls as understood


def number(text):
    return int(text) if text else None


def exported(program, case):
    text = run(program, "export", *case.files, *case.options, "-q", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    marks = ["in_period", "answered", "abandoned", "transferred", "rang"]
    numbers = ["contact", "start_ms", "local_ms", "handle_ms", "talk_ms", "hold_ms", "acw_ms", "customer"]
    for row in rows:
        row.update({m: row[m] == "true" for m in marks}, **{n: number(row[n]) for n in numbers})
    return rows


def decided(rows, case):
    """By place in `rows`, whether the wanted outcome came, for the legs that decided their contact.

    It is the last leg that was answered and not passed on. The export has no ids, so a contact is known by its start,
    and `write_outcomes` leaves out those that begin together.
    """
    if not case.outcomes:
        return {}
    starts = {}
    for row in csv.DictReader(open(case.files[0], encoding="utf-8")):
        try:
            at = datetime.fromisoformat(row["started_at"]).replace(tzinfo=timezone.utc)
        except ValueError:
            continue  # a damaged row of the samples
        starts[row["contact_id"]] = min(starts.get(row["contact_id"], at), at)
    known = {row["contact"]: row["outcome"] for row in csv.DictReader(open(case.outcomes, encoding="utf-8"))}
    words = {round(starts[c].timestamp()) * 1000: word for c, word in known.items() if c in starts and word != "pending"}
    last = {}
    for i, row in enumerate(rows):
        if row["answered"] and not row["transferred"]:
            last[row["contact"]] = i
    return {i: words[rows[i]["start_ms"]] == "kept" for i in last.values() if rows[i]["start_ms"] in words}


@dataclass
class Contact:
    head: dict
    start: int
    customer: int


def contacts_of(rows):
    """The contacts: head is the first answered leg or the last; agents who were only rung say nothing of them."""
    legs = defaultdict(list)
    for row in rows:
        legs[row["contact"]].append(row)
    contacts = {}
    for key, of in legs.items():
        taken = [r for r in of if not r["rang"]] or of
        head = next((r for r in taken if r["answered"]), taken[-1])
        customer = next((r["customer"] for r in taken if r["customer"]), 0)
        contacts[key] = Contact(head, head["start_ms"], customer)
    return contacts


def next_starts(contacts, key):
    """For each contact with a customer the time until the next one of the same key that starts later."""
    starts = defaultdict(list)
    for contact in contacts.values():
        if contact.customer:
            starts[key(contact)].append(contact.start)
    starts = {k: np.unique(v) for k, v in starts.items()}
    gaps = {}
    for number_, contact in contacts.items():
        later = np.inf
        if contact.customer:
            of = starts[key(contact)]
            at = np.searchsorted(of, contact.start, side="right")
            later = float(of[at] - contact.start) if at < len(of) else np.inf
        gaps[number_] = later
    return gaps


def switchboards(contacts):
    """Numbers with more than 12 contacts in 30 days (in proportion for longer logs) that more than 3 agents took."""
    starts = [c.start for c in contacts.values()]
    days = (max(starts) - min(starts)) // DAY + 1
    most = max(12, 12 * days // 30)
    agents, calls = defaultdict(set), Counter()
    for contact in contacts.values():
        calls[contact.customer] += 1
        if contact.head["agent"]:
            agents[contact.customer].add(contact.head["agent"])
    return {c for c in calls if c and calls[c] > most and len(agents[c]) > 3}


def calls_of(rows, match, issue_is_fair, outcomes):
    contacts = contacts_of(rows)
    if not contacts:
        return []
    end = max(c.start for c in contacts.values())
    about = {"customer": lambda c: c.customer, "customer+queue": lambda c: (c.customer, c.head["queue"]),
             "customer+issue": lambda c: (c.customer, c.head["issue"])}[match]
    gaps = next_starts(contacts, about)
    redials = next_starts(contacts, lambda c: c.customer)
    shared = switchboards(contacts)
    calls = []
    for i, row in enumerate(rows):
        if not row["answered"] or not row["agent"]:
            continue
        contact = contacts[row["contact"]]
        known = contact.customer and contact.customer not in shared
        if row["handle_ms"] is not None:
            with_customer = row["handle_ms"] - (row["acw_ms"] or 0)
            with_customer = with_customer if with_customer >= 0 else np.inf
        elif row["talk_ms"] is not None:
            with_customer = row["talk_ms"] + (row["hold_ms"] or 0)
        else:
            with_customer = np.inf
        calls.append(Call(
            agent=row["agent"], queue=row["queue"], issue=row["issue"] if issue_is_fair else "", start=row["start_ms"],
            local=row["local_ms"], received=contact.head is not row, transferred=row["transferred"],
            with_customer=with_customer, handle=row["handle_ms"] or 0, customer=contact.customer if known else 0,
            shared_number=bool(contact.customer) and not known, gap=gaps[row["contact"]],
            follow_up=end - row["start_ms"],
            redialled=bool(known) and redials[row["contact"]] <= 30 * MINUTE, coded=row["resolved"],
            surveyed=row["score_hundredths"] != "", top_two=row["top_two"] == "true", contact=row["contact"],
            in_period=row["in_period"], outcome=outcomes.get(i),
        ))
    return calls


# Strata


def day_blocks(rows):
    """The block of each hour: the quarter of all handled calls in which the middle of the hour's calls lies."""
    hours = np.zeros(24)
    for row in rows:
        if row["answered"]:
            hours[row["local_ms"] % DAY // HOUR] += 1
    middle = np.cumsum(hours) - hours / 2
    return np.minimum(4 * middle // max(hours.sum(), 1), 3).astype(int)


def merged(handled):
    """Which stratum each full one (queue, received, issue, block) belongs to. `handled` has its calls by agent."""

    def up(stratum, level):
        queue, received, issue, _ = stratum
        return (queue, received, issue if level == "issue" else "*", "*")

    place = {full: full for full in handled}

    def thin():
        calls, agents = Counter(), defaultdict(set)
        for full, stratum in place.items():
            calls[stratum] += sum(handled[full].values())
            agents[stratum] |= {a for a, n in handled[full].items() if n}
        return {s for s in set(place.values()) if calls[s] < 30 or len(agents[s]) < 3}

    for level in ("issue", "queue"):
        few = thin()
        place = {full: up(s, level) if s in few else s for full, s in place.items()}
        if level == "issue":
            # What is left over and thin even together takes its whole issue along.
            whole = {up(s, level) for s in thin()}
            place = {full: up(s, level) if up(s, level) in whole else s for full, s in place.items()}
    return place


def groups_of(handled):
    """Sets of agents who are linked by strata with calls of both, the largest first. `handled`: agents x strata."""
    linked = (handled > 0).astype(float)
    near = linked @ linked.T > 0
    np.fill_diagonal(near, True)
    reach = near
    while True:
        further = (reach.astype(float) @ reach.astype(float)) > 0
        if (further == reach).all():
            break
        reach = further
    found = []
    for agent in range(len(handled)):
        members = tuple(np.flatnonzero(reach[agent]))
        if members[0] == agent:
            found.append(members)
    return sorted(found, key=lambda m: (-len(m), m[0]))


def connectivity(calls):
    """Second smallest eigenvalue of the normalised Laplacian of the queues. `calls`: agents x queues."""
    calls = calls[calls.sum(1) > 0]
    if calls.shape[1] < 2:
        return None
    shared = calls.T @ (calls / calls.sum(1, keepdims=True))
    root = 1 / np.sqrt(shared.sum(1))
    laplacian = np.eye(len(shared)) - root[:, None] * shared * root[None, :]
    return float(np.clip(np.linalg.eigvalsh(laplacian)[1], 0, 1))


# Weights by follow-up


def follow_up_weights(calls, strata, window):
    """The weight of each call whose customer is known, in UNITs: 1, or what of the repeats can be known by now.

    Kaplan-Meier in 168 parts of the window, of the stratum's contacts that were not passed on; within a part,
    customers come back before the log ends.
    """
    part = lambda ms: min(int(ms * 168 // window), 167)
    came_back, watched = defaultdict(lambda: np.zeros(168)), defaultdict(lambda: np.zeros(168))
    for call, stratum in zip(calls, strata):
        if call.customer and not call.transferred:
            repeat = call.gap <= window
            watched[stratum][part(call.gap if repeat else call.follow_up)] += 1
            if repeat:
                came_back[stratum][part(call.gap)] += 1
    curves = {}
    for stratum, leave in watched.items():
        at_risk = leave[::-1].cumsum()[::-1]
        stay = np.divide(at_risk - came_back[stratum], at_risk, out=np.ones(168), where=at_risk > 0)
        curve = 1 - np.cumprod(stay)
        curves[stratum] = curve / curve[-1] if curve[-1] > 0 else np.ones(168)
    weights = np.zeros(len(calls))
    for i, (call, stratum) in enumerate(zip(calls, strata)):
        if call.customer:
            decided = call.follow_up >= window
            curve = curves.get(stratum, np.ones(168))
            weights[i] = UNIT if decided else math.floor(curve[part(call.follow_up)] * UNIT + 0.5)
    return weights


# Statistics


def without_own(n, y, parents, pseudo):
    """Expected sums of each agent, and their variance if each call is a coin: by what the others did.

    `n`, `y`: observations and sums, agents x strata. A stratum's mean without the agent's own leans on `pseudo`
    observations of its parent's without the agent's own, or on everybody's where nobody else is in the parent.
    """
    families = np.zeros((n.shape[1], max(parents) + 1))
    families[np.arange(n.shape[1]), parents] = 1
    own_n, own_y = n @ families, y @ families
    other_n, other_y = own_n.sum(0) - own_n, own_y.sum(0) - own_y
    everywhere = y.sum() / n.sum() if n.sum() > 0 else 0
    parent = np.divide(other_y, other_n, out=np.full_like(other_n, everywhere), where=other_n > 1e-9)
    rate = (y.sum(0) - y + pseudo * parent[:, parents]) / (n.sum(0) - n + pseudo)
    return (n * rate).sum(1), np.maximum(n * rate * (1 - rate), 0).sum(1)


def paule_mandel(groups):
    """The variance between agents at which distances from the groups' means are as large as expected."""

    def excess(tau2):
        total = 0
        for x, v in groups:
            if len(x) > 1:
                w = 1 / (v + tau2)
                total += (w * (x - (w @ x) / w.sum()) ** 2).sum() - (len(x) - 1)
        return total

    if excess(0) <= 0:
        return 0.0
    high = 1e-9
    while excess(high) > 0:
        high *= 4
    return brentq(excess, 0, high, xtol=1e-300, rtol=1e-14)


def henderson(n, y, sigma2, tau2):
    """Predicted effects and their variances, from the whole of the mixed model equations."""
    used = n.sum(0) > 0
    n, y = n[:, used], y[:, used]
    agents, strata = n.shape
    equations = np.zeros((strata + agents, strata + agents))
    equations[:strata, :strata] = np.diag(n.sum(0))
    equations[strata:, :strata], equations[:strata, strata:] = n, n.T
    equations[strata:, strata:] = np.diag(n.sum(1) + sigma2 / tau2)
    inverse = np.linalg.inv(equations / sigma2)
    solution = inverse @ np.concatenate([y.sum(0), y.sum(1)]) / sigma2
    return solution[strata:], np.diag(inverse)[strata:]


def restricted_likelihood(n, y, sigma2):
    """A function of the variance between agents: the REML log likelihood of the cells' means, dense, up to a constant.

    V = Z Z' tau² + diag(sigma² / n), X the strata. One decomposition serves every tau²: with A an orthonormal basis
    of what the strata cannot explain of the means scaled to unit variance, A'V A has the eigenvalues 1 + tau² d.
    """
    agent, stratum = np.nonzero(n > 0)
    size, mean = n[agent, stratum], y[agent, stratum] / n[agent, stratum]
    scale = np.sqrt(size / sigma2)
    x = np.zeros((len(size), n.shape[1]))
    x[np.arange(len(size)), stratum] = scale
    x = x[:, n.sum(0) > 0]
    z = np.zeros((len(size), n.shape[0]))
    z[np.arange(len(size)), agent] = scale
    full, _ = np.linalg.qr(x, mode="complete")
    rest = full[:, x.shape[1]:]
    u, d, _ = np.linalg.svd(rest.T @ z, full_matrices=False)
    projected = u.T @ (rest.T @ (mean * scale))
    # What lies outside u does not depend on tau².
    return lambda tau2: -0.5 * (np.log1p(tau2 * d**2).sum() + (projected**2 / (1 + tau2 * d**2)).sum())


def likelihood_by_definition(n, y, sigma2, tau2):
    """The same from its textbook form; for small cases, to hold the decomposition above to."""
    agent, stratum = np.nonzero(n > 0)
    size, mean = n[agent, stratum], y[agent, stratum] / n[agent, stratum]
    x = np.eye(n.shape[1])[stratum][:, n.sum(0) > 0]
    v = np.diag(sigma2 / size) + tau2 * (agent[:, None] == agent[None, :])
    vi = np.linalg.inv(v)
    xvx = x.T @ vi @ x
    p = vi - vi @ x @ np.linalg.solve(xvx, x.T @ vi)
    return -0.5 * (np.linalg.slogdet(v)[1] + np.linalg.slogdet(xvx)[1] + mean @ p @ mean)


def gain_by_equations(n, y, sigma2, tau2):
    """The REML log likelihood at tau² less that at 0, from the whole of the mixed model equations, for any size.

    |V| |X'V⁻¹X| = |R| |G| |C| with C the equations' matrix, y'Py = y'R⁻¹y - b'(right-hand sides); R drops out.
    """
    used = n.sum(0) > 0
    n, y = n[:, used], y[:, used]
    agents, strata = n.shape
    c = np.zeros((strata + agents, strata + agents))
    c[:strata, :strata] = np.diag(n.sum(0))
    c[strata:, :strata], c[:strata, strata:] = n, n.T
    c[strata:, strata:] = np.diag(n.sum(1) + sigma2 / tau2)
    right = np.concatenate([y.sum(0), y.sum(1)])
    explained = right @ np.linalg.solve(c, right) - (y.sum(0) ** 2 / n.sum(0)).sum()
    # Each of the agents' rows has a factor of 1 / sigma², and G one of tau².
    determinants = np.linalg.slogdet(c)[1] - np.log(n.sum(0)).sum() + agents * math.log(tau2 / sigma2)
    return 0.5 * (explained / sigma2 - determinants)


@dataclass
class Posterior:
    """Effects and their variances, in the unit of the measure and in units of the spread between agents."""

    mean: np.ndarray
    variance: np.ndarray
    skill: np.ndarray
    skill_variance: np.ndarray
    tau2: float
    gain: float  # the log likelihood at the spread less that at none


def posterior(n, y, sigma2, found, sampling):
    if len(sampling) >= 50:
        tau2 = max(found, 1e-3 * sigma2 / np.median(n.sum(1) + 1))
        mean, variance = henderson(n, y, sigma2, tau2)
        gain = gain_by_equations(n, y, sigma2, tau2)
        return Posterior(mean, variance, mean / math.sqrt(tau2), variance / tau2, tau2, gain)
    most = 4 * math.sqrt(found + (np.median(sampling) if len(sampling) else 0))
    taus = (np.arange(60) + 0.5) / 60 * most
    likelihood = restricted_likelihood(n, y, sigma2)
    logs = np.array([likelihood(t * t) for t in taus])
    gain = logs.max() - likelihood(0)
    best = gain_by_equations(n, y, sigma2, taus[logs.argmax()] ** 2)
    assert abs(gain - best) < 1e-6 * max(gain, 1), f"the likelihood's two forms differ: {gain}, {best}"
    if np.count_nonzero(n) <= 120:
        a, b = (likelihood_by_definition(n, y, sigma2, taus[g] ** 2) - logs[g] for g in (3, 40))
        assert abs(a - b) < 1e-6, f"the likelihood's two forms differ by {a - b}"
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    each = [henderson(n, y, sigma2, t * t) for t in taus]

    def mixture(means, variances):
        mean = weights @ means
        return mean, weights @ (variances + (means - mean) ** 2)

    means, variances = np.array([m for m, _ in each]), np.array([v for _, v in each])
    # The skill is the effect as a part of the spread, so at each point of that point's spread.
    of_effect = mixture(means, variances)
    of_skill = mixture(means / taus[:, None], variances / taus[:, None] ** 2)
    return Posterior(*of_effect, *of_skill, weights @ taus**2, gain)


# Scorecards


@dataclass
class Facts:
    """A period's calls in their strata."""

    calls: list
    agents: list
    strata: list  # in order
    parents: np.ndarray
    of_agent: np.ndarray  # of each call
    of_stratum: np.ndarray
    weights: np.ndarray
    handled: np.ndarray
    window: int

    def table(self, values):
        """Sums of the calls' values, agents x strata."""
        table = np.zeros((len(self.agents), len(self.strata)))
        np.add.at(table, (self.of_agent, self.of_stratum), np.asarray(values, float))
        return table


def facts_of(calls, blocks, window):
    full_of = lambda queue, received, issue, local: (queue, received, issue, int(blocks[local % DAY // HOUR]))
    full = [full_of(c.queue, c.received, c.issue, c.local) for c in calls]
    handled = defaultdict(Counter)
    for call, stratum in zip(calls, full):
        handled[stratum][call.agent] += 1
    place = merged(handled)
    strata = sorted({place[f] for f in full}, key=str)
    numbers = {s: i for i, s in enumerate(strata)}
    families = {s[:3]: None for s in strata}
    family = {f: i for i, f in enumerate(families)}
    agents = sorted({c.agent for c in calls})
    at = {a: i for i, a in enumerate(agents)}
    of_stratum = np.array([numbers[place[f]] for f in full], int)
    facts = Facts(calls, agents, strata, np.array([family[s[:3]] for s in strata], int),
                  np.array([at[c.agent] for c in calls], int), of_stratum,
                  follow_up_weights(calls, of_stratum, window), None, window)
    facts.handled = facts.table(np.ones(len(calls)))
    return facts


def observations(measure, facts):
    """n and sums, agents x strata, the variance of one observation, and how many each agent has; None without any."""
    calls, table = facts.calls, facts.table
    if measure in ("satisfaction", "outcome"):
        values = [c.top_two if c.surveyed else None for c in calls]
        if measure == "outcome":
            values = [c.outcome for c in calls]
        n = table([v is not None for v in values])
        y = table([v is True for v in values])
        each, total = n.sum(0), y.sum(0)
        coins = np.divide(total * (each - total), each, out=np.zeros_like(each), where=each > 0)
        return n, y, coins.sum() / max(n.sum(), 1), n.sum(1)
    if measure == "handle_time":
        logs = np.array([np.round(math.log(c.handle) * UNIT) / UNIT if c.timed else 0 for c in calls])
        n, y = table([c.timed for c in calls]), table(logs)
        free = np.maximum(n - 1, 0).sum()
        mean = np.divide(y, n, out=np.zeros_like(n), where=n > 0)
        inside = (logs - mean[facts.of_agent, facts.of_stratum]) ** 2 @ np.array([c.timed for c in calls], float)
        return n, y, inside / free if free else 0, n.sum(1)
    w = facts.weights / UNIT
    # Passed on is failed for certain; a customer who was seen to come back counts whole, however early that was.
    failed = [
        0 if not c.customer else weight if c.transferred else float(c.gap <= facts.window)
        for c, weight in zip(calls, w)
    ]
    squares = np.where([c.follow_up >= facts.window for c in calls], facts.weights, facts.weights**2 // UNIT) / UNIT
    n, f, of_squares = table(w), table(failed), table(squares).sum(0)
    each = n.sum(0)
    rate = np.divide(f.sum(0), each, out=np.zeros_like(each), where=each > 0)
    sigma2 = (rate * each - rate**2 * of_squares)[each > 0].sum() / max(n.sum(), 1e-300)
    return n, n - f, sigma2, table([bool(c.customer) for c in calls]).sum(1)


def needed(measure, reliability, n, peers):
    """How many more, not yet rounded up, make the reliability 0.5; None where no number would.

    Reliability is most n / (n + k), and most is 1 - 1 / peers, since the mean of so few is hardly known itself.
    """
    least = max(FEWEST.get(measure, 0) - n, 0)
    if reliability >= 0.5:
        return least
    most = 1 - 1 / peers
    if most <= 0.5 or reliability < 0.02:
        return None
    k = n * (most - reliability) / reliability
    return max(0.5 * k / (most - 0.5) - n, 1, least)


def judge_measure(measure, facts, groups):
    n, y, sigma2, count = observations(measure, facts)
    if n.sum() <= 0 or sigma2 <= 1e-12:
        return None
    expected, coins = without_own(n, y, facts.parents, 10)
    has = n.sum(1) > 0
    own_n = np.where(has, n.sum(1), 1)
    difference = (y.sum(1) - expected) / own_n
    sampling = np.full(len(n), sigma2) / own_n
    if measure != "handle_time":
        sampling = np.where(coins > 0, coins / own_n**2, sampling)
    members = [[i for i in group if has[i]] for group in groups]
    found = paule_mandel([(difference[m], sampling[m]) for m in members])
    known = posterior(n, y, sigma2, found, sampling[has])
    mean, luck = known.mean, np.minimum(known.skill_variance, 1)
    reliability = np.clip(1 - luck, 0, 1)
    # A tenth of what is known does not carry over to the calls of others.
    skill_variance = luck + 0.1 * (1 - luck)
    variance = known.variance * skill_variance / luck
    peers = np.ones(len(n))
    for group in groups:
        peers[list(group)] = len(group)
    told_apart = 2 * known.gain > HALF_CHI_SQUARED
    if measure == "handle_time":
        times = facts.table([c.handle if c.timed else 0 for c in facts.calls]).sum(1) / 1000
        observed = times / own_n
        expected = observed / np.exp(difference)
        level = lambda i, effect: expected[i] * math.exp(effect)
        team = times.sum() / n.sum()
    else:
        observed, expected = y.sum(1) / own_n, expected / own_n
        level = lambda i, effect: min(max(expected[i] + effect, 0), 1)
        team = y.sum() / n.sum()
    spread, half = math.sqrt(known.tau2), Z80 * np.sqrt(variance)
    agents = {}
    for i in np.flatnonzero(has):
        agents[i] = {
            "observed": observed[i], "expected": expected[i], "difference": observed[i] - expected[i],
            "shrunk": level(i, mean[i]), "low": level(i, mean[i] - half[i]), "high": level(i, mean[i] + half[i]),
            "reliability": reliability[i], "n": int(count[i]), "team": team, "told_apart": told_apart,
            "needed": needed(measure, reliability[i], int(count[i]), peers[i]),
            "skill": SIGN[measure] * known.skill[i], "variance": skill_variance[i],
            "effect": mean[i], "spread": spread, "peers": peers[i], "level": lambda effect, i=i: level(i, effect),
        }
    return {"team": team, "spread": spread, "told_apart": told_apart, "agents": agents}


def drawn_ranks(values, deviations):
    """The ranks that 80 % of the draws leave an agent between, 1 is best. More draws where there are more ranks."""
    count = len(values)
    draw = np.random.default_rng(20_260_301)
    times = np.zeros((count, count + 1))
    for _ in range(1 if count < MANY else 5):
        draws = draw.standard_normal((DRAWS, count)) * deviations + values
        ranks = np.empty(draws.shape, int)
        np.put_along_axis(ranks, np.argsort(-draws, axis=1), np.arange(1, count + 1)[None, :], axis=1)
        for i in range(count):
            times[i] += np.bincount(ranks[:, i], minlength=count + 1)
    chance = times.cumsum(1) / times.sum(1, keepdims=True)
    return [(chance >= target).argmax(1) for target in (0.1, 0.9)]


def judge(facts):
    """Everything of a period's scorecards: by agent, and of all."""
    groups = groups_of(facts.handled)
    measures = {m: judge_measure(m, facts, groups) for m in MEASURES}
    measures = {m: of for m, of in measures.items() if of}
    total = sum(WEIGHTS[m] for m in measures)
    weights = {m: WEIGHTS[m] / total if total else 0 for m in measures}
    cards, components = {}, []
    for place, group in enumerate(groups):
        queues = sorted({facts.strata[s][0] for s in np.flatnonzero(facts.handled[list(group)].sum(0))})
        by_queue = np.zeros((len(group), len(queues)))
        for s, stratum in enumerate(facts.strata):
            if stratum[0] in queues:
                by_queue[:, queues.index(stratum[0])] += facts.handled[list(group), s]
        components.append({"agents": len(group), "queues": sorted(q or "(no queue)" for q in queues),
                           "connectivity": connectivity(by_queue)})
        for i in group:
            own = {m: of["agents"].get(i) for m, of in measures.items()}
            cards[i] = {"component": place + 1, "compared": len(group) > 1, "measures": own}
        scored = [i for i in group if any(of and weights[m] for m, of in cards[i]["measures"].items())]
        if len(group) < 2 or not scored:
            continue
        part = lambda i, m: cards[i]["measures"][m] or {"skill": 0, "variance": 1}
        values = np.array([sum(w * part(i, m)["skill"] for m, w in weights.items()) for i in scored])
        deviations = np.array([
            math.sqrt(sum(w * w * part(i, m)["variance"] for m, w in weights.items())) for i in scored
        ])
        values -= np.median(values)
        ranks = drawn_ranks(values, deviations)
        least = sum(w * w for w in weights.values())
        for i, value, deviation, low, high in zip(scored, values, deviations, *ranks):
            p, r = norm.cdf(value / deviation), max(1 - deviation**2 / least, 0)
            sure = 0.8 if r >= 0.5 else 0.9
            tier = "above" if p >= sure else "below" if p <= 1 - sure else "too few" if r < 0.5 else "middle"
            cards[i].update(score=value, score_low=value - Z80 * deviation, score_high=value + Z80 * deviation,
                            p_above_median=p, score_reliability=r, tier=tier, rank_low=low, rank_high=high,
                            ranked=len(scored))
    return {facts.agents[i]: card for i, card in cards.items()}, components, measures, weights


# Comparing


class Comparison:
    """What was compared, and what did not agree."""

    def __init__(self):
        self.failures, self.values, self.largest, self.ranks = [], 0, 0.0, Counter()
        self.calls, self.agents, self.signals, self.limits = 0, 0, 0, 0

    def fail(self, where, said, expected):
        self.failures.append(f"{where}: program {said}, check {expected}")

    def same(self, where, said, expected):
        self.values += 1
        if said != expected:
            self.fail(where, said, expected)

    def near(self, where, said, expected, tolerance=RELATIVE):
        if said is None or expected is None:
            return self.same(where, said, expected)
        self.values += 1
        off = abs(said - expected) / max(abs(expected), 1)
        self.largest = max(self.largest, off if tolerance == RELATIVE else 0)
        if not off <= tolerance:
            self.fail(where, said, expected)

    def rank(self, where, said, expected, of):
        self.values += 1
        off = abs(said - expected)
        self.ranks[int(off)] += 1
        if off > (2 if of >= MANY else 1):
            self.fail(where, said, expected)


def grown(reliability, peers, longer):
    """What a reliability becomes with so many times as many calls."""
    most = max(1 - 1 / peers, reliability)
    return most * longer / (longer + (most - reliability) / reliability) if reliability > 0 else 0


def goal_of(measure, then, longer):
    """What there is to aim for after what was known of an agent, beside an expectation: 0.3 of a step further. None where
    luck would decide it: less than half of what is seen is the agent's own doing, or less than two answers make 0.3 of a step.
    The second value tells whether that hangs on the last digit."""
    reliability, n = grown(then["reliability"], then["peers"], longer), then["n"] * longer
    fewest = max(0 if measure == "handle_time" else 2 / (0.3 * then["spread"]), FEWEST.get(measure, 1))
    on_the_edge = abs(reliability - 0.5) < 1e-6 or abs(n - fewest) < 1e-6
    aim = then["effect"] + SIGN[measure] * 0.3 * then["spread"]
    if not then["told_apart"] or reliability < 0.5 or n < fewest:
        return None, on_the_edge
    # Of more than all customers nobody can be right.
    beyond = measure != "handle_time" and then["expected"] + aim > 1
    return None if beyond else aim, on_the_edge


def compare_card(found, where, said, card, weeks, before, longer):
    found.same(f"{where}: component", said["component"], card["component"])
    for key in ("score", "score_low", "score_high", "p_above_median", "score_reliability"):
        found.near(f"{where}: {key}", said[key], card.get(key))
    on_the_edge = any(abs(card.get("p_above_median", 0) - edge) < 1e-6 for edge in (0.1, 0.2, 0.8, 0.9))
    if not on_the_edge:
        found.same(f"{where}: tier", said["tier"], card.get("tier", "not compared"))
    found.same(f"{where}: ranked", said["ranked"], card.get("ranked"))
    for key in ("rank_low", "rank_high"):
        if card.get(key) is None:
            found.same(f"{where}: {key}", said[key], None)
        else:
            found.rank(f"{where}: {key}", said[key], card[key], card["ranked"])
    if before is not None:
        then = before.get("score")
        found.near(f"{where}: score_previous", said["score_previous"], then)
        aim = None if then is None or before["score_reliability"] < 0.5 else then + 0.3
        found.near(f"{where}: score_goal", said["score_goal"], aim)
    for measure in MEASURES:
        own, of = card["measures"].get(measure), said["measures"][measure]
        here = f"{where}: {measure}"
        if not own:
            found.same(here, {v for v in of.values()}, {None})
            continue
        compared = card["compared"]
        for key in ("observed", "team"):
            found.near(f"{here} {key}", of[key], own[key])
        for key in ("expected", "difference", "shrunk", "low", "high", "reliability"):
            found.near(f"{here} {key}", of[key], own[key] if compared else None)
        for key in ("n", "told_apart"):
            found.same(f"{here} {key}", of[key], own[key])
        more = own["needed"] if compared and own["told_apart"] else None
        if more is None:
            found.same(f"{here} needed", (of["needed"], of["needed_weeks"]), (None, None))
        elif min(abs(own["reliability"] - edge) for edge in (0.02, 0.5)) > 1e-6:
            # Just above a whole number, rounding up hangs on the last digit.
            slack = RELATIVE * (1 + more)
            up = {math.ceil(more - slack), math.ceil(more + slack)}
            found.same(f"{here} needed", of["needed"], of["needed"] if of["needed"] in up else math.ceil(more))
            if of["needed"] is not None:
                pace = of["needed"] / max(own["n"], 1) * max(weeks, 1 / 7)
                found.near(f"{here} needed_weeks", of["needed_weeks"], pace)
        if before is not None:
            then = (before.get("measures") or {}).get(measure)
            found.near(f"{here} previous", of["previous"], own["level"](then["effect"]) if then else None)
            aim, on_the_edge = goal_of(measure, then, longer) if then and before["compared"] else (None, False)
            if not on_the_edge:
                found.near(f"{here} goal", of["goal"], None if aim is None else own["level"](aim))


def compare_period(found, label, said, facts, before, longer):
    """Compares a period's scorecards, and returns the check's own."""
    cards, components, measures, weights = judge(facts)
    calls = facts.calls
    name = f"{label}: " if label else ""
    of_period = lambda key: [p for p in said[key] if p["period"] == label]
    [period] = of_period("periods")
    found.same(f"{name}unknown customers", period["unknown_customers"],
               sum(not c.customer and not c.shared_number for c in calls))
    found.same(f"{name}switchboard contacts", period["switchboard_contacts"], sum(c.shared_number for c in calls))
    found.same(f"{name}undecided", period["undecided"],
               sum(bool(c.customer) and c.follow_up < facts.window for c in calls))
    found.same(f"{name}measures", [m["measure"] for m in of_period("measures")], list(measures))
    for m in of_period("measures"):
        of = measures.get(m["measure"])
        if of:
            where = f"{name}{m['measure']}"
            found.near(f"{where} weight", m["weight"], weights[m["measure"]])
            found.near(f"{where} team", m["team"], of["team"])
            found.near(f"{where} spread", m["spread"], of["spread"])
            found.same(f"{where} told apart", m["told_apart"], of["told_apart"])
    found.same(f"{name}groups", len(of_period("components")), len(components))
    for i, (c, of) in enumerate(zip(of_period("components"), components)):
        found.same(f"{name}group {i + 1}", [c[key] for key in ("component", "agents", "queues")],
                   [i + 1, of["agents"], of["queues"]])
        found.near(f"{name}group {i + 1} connectivity", c["connectivity"], of["connectivity"], CONNECTIVITY)
    rows = {c["agent"]: c for c in said["scorecards"] if c.get("period") == label}
    found.same(f"{name}agents", sorted(rows), sorted(cards))
    weeks = (max(c.start for c in calls) - min(c.start for c in calls)) / (7 * DAY) if calls else 0
    for agent in sorted(rows.keys() & cards.keys()):
        past = None if label is None else before.get(agent, {})
        compare_card(found, f"{name}{agent}", rows[agent], cards[agent], weeks, past, longer)
    found.agents += len(rows)
    return cards


# Signals

RATES = {
    "hang-up-redial": (lambda c, w: True, lambda c, w: c.short and c.redialled),
    "short-calls": (lambda c, w: True, lambda c, w: c.short),
    "blind-transfers": (lambda c, w: True, lambda c, w: c.transferred and c.with_customer < MINUTE),
    "overclaimed-resolution": (
        lambda c, w: c.coded != "" and c.customer and c.gap <= w and c.eligible,
        lambda c, w: c.coded == "true" and c.customer and c.gap <= w and c.eligible,
    ),
}


def ghosts(facts):
    """By agent: p-value, observed, of, expected and contacts of short calls from one number to one agent."""
    short = [c for c in facts.calls if c.with_customer < 30_000]
    numbers = Counter(c.customer for c in short if c.customer)
    pairs = Counter((c.customer, c.agent) for c in short if c.customer)
    others = [c.agent for c in short if pairs[c.customer, c.agent] < 3]
    agents = {c.agent for c in short}
    share = {a: (others.count(a) + 1) / (len(others) + len(agents)) for a in agents}
    found = {}
    for (customer, agent), k in pairs.items():
        p = min(binom.sf(k - 1, numbers[customer], share[agent]) * len(pairs), 1) if k >= 3 else 1
        least, observed, of, expected, contacts = found.get(agent, (1, 0, 0, 0, []))
        if p < 0.05:
            observed, of, expected = observed + k, of + numbers[customer], expected + numbers[customer] * share[agent]
            contacts = contacts + [c.contact for c in short if (c.customer, c.agent) == (customer, agent)]
        found[agent] = (min(p, least), observed, of, expected, contacts)
    return found


def compare_signals(found, label, said, facts):
    name = f"{label}: " if label else ""
    rows = [s for s in said["signals"] if s.get("period") == label]
    not_looked = {n["signal"] for n in said["not_looked"] if n["period"] == label}
    tables = {}
    for signal, (over, hit) in RATES.items():
        n = facts.table([bool(over(c, facts.window)) for c in facts.calls])
        y = facts.table([bool(hit(c, facts.window)) for c in facts.calls])
        tables[signal] = n.sum(1), y.sum(1), without_own(n, y, facts.parents, 20)[0]
    at = {a: i for i, a in enumerate(facts.agents)}
    for row in rows:
        signal, agent = row["signal"], row["agent"]
        where = f"{name}{agent} {signal}"
        if signal in tables:
            n, y, expected = (column[at[agent]] for column in tables[signal])
            found.signals += 1
            found.same(f"{where} observed", (row["observed"], row["of"], row["contacts"]), (y, n, y))
            found.near(f"{where} expected", row["expected"], expected)
            found.near(f"{where} ratio", row["ratio"], y / max(expected, 0.5))
    if "ghost-calls" in not_looked:
        return {}
    expected = ghosts(facts)
    pointed_at = {r["agent"]: r for r in rows if r["signal"] == "ghost-calls"}
    # More tests than there can be: whom even that leaves sure must be pointed at.
    tests = len(facts.agents) * 13
    for agent, (p, observed, of, chance, contacts) in expected.items():
        large = observed >= 1.5 * max(chance, 0.5)
        if p < 0.05 / tests and large and agent not in pointed_at:
            found.fail(f"{name}{agent} ghost-calls", "none", f"{observed} of {of}, p {p:.1e}")
        if p >= 0.05 and agent in pointed_at:
            found.fail(f"{name}{agent} ghost-calls", pointed_at[agent], f"p {p:.2f}")
    for agent, row in pointed_at.items():
        p, observed, of, chance, contacts = expected.get(agent, (1, 0, 0, 0, []))
        found.signals += 1
        where = f"{name}{agent} ghost-calls"
        found.same(f"{where} observed", (row["observed"], row["of"], row["contacts"]), (observed, of, len(contacts)))
        found.near(f"{where} expected", row["expected"], chance)
        found.near(f"{where} log p", math.log(max(row["p"], 1e-300)), math.log(max(p, 1e-300)))
    return {agent: expected[agent][4] for agent in pointed_at if agent in expected}


def smooth_curve(calls, limit):
    """Calls in steps of 15 s around a limit beside a log-Poisson quartic in log time fitted outside the minutes.

    Returns the curve's share of the calls below the limit, the standard errors of what is beyond it there, and that as
    a part of the curve; None where there is too little to fit.
    """
    first, last = max(limit - 240, 15) // 15, min((limit + 360) // 15, 80)
    middle = (np.arange(first, last) + 0.5) * 15
    y, log_time = calls[first:last], np.log(middle)
    below, above = (middle >= limit - 60) & (middle < limit), (middle >= limit) & (middle < limit + 60)
    out = ~below & ~above
    few = min((middle < limit - 60).sum(), (middle >= limit + 60).sum()) < 3 or out.sum() < 10
    if few or y[out].sum() < 50 or not below.any() or not above.any():
        return None
    x = np.vander((log_time - log_time.mean()) / np.ptp(log_time), 5)
    curve = np.full(len(y), y[out].mean() + 0.1)
    for _ in range(100):
        root = np.sqrt(curve[out])
        target = np.log(curve[out]) + (y[out] - curve[out]) / curve[out]
        found, *_ = np.linalg.lstsq(x[out] * root[:, None], target * root, rcond=None)
        before, curve = curve, np.exp(np.clip(x @ found, -20, 40))
        if np.allclose(before, curve, rtol=1e-12, atol=0):
            break
    else:
        return None
    gradient = curve[below] @ x[below]
    information = x[out].T @ (x[out] * curve[out, None])
    expected = curve[below].sum()
    error = math.sqrt(expected + gradient @ np.linalg.solve(information, gradient))
    beyond = y[below].sum() - expected
    return expected / (expected + curve[above].sum()), beyond / error, beyond / expected


def found_limit(calls, agents):
    """The handle-time limit that durations show, in s, or None; and whether that hangs on the last digits."""
    known = [c for c in calls if c.with_customer < np.inf]
    if any(sum(c.with_customer % (u * 1000) == 0 for c in known) > 0.3 * len(known) for u in (60, 30, 6)):
        return None, False
    at = {a: i for i, a in enumerate(sorted({c.agent for c in known}))}
    lasted, passed_on = np.zeros((len(at), 81)), np.zeros((len(at), 81))
    for c in known:
        step = min(int(c.with_customer // 15_000), 80)
        lasted[at[c.agent], step] += 1
        passed_on[at[c.agent], step] += c.transferred
    curves = {limit: smooth_curve(lasted.sum(0), limit) for limit in range(180, 901, 30)}
    curves = {limit: curve for limit, curve in curves.items() if curve}
    tests = agents * 25 * 2
    middle = (np.arange(81) + 0.5) * 15

    def chance(observed, of, share):
        expected = of * share
        if observed < 1.5 * max(expected, 0.5) or observed - expected < 5:
            return 1.0
        prior = 1 / 0.005 - 1
        return betabinom.sf(observed - 1, of, share * prior, (1 - share) * prior)

    traces = {}
    for limit, (share, _, _) in curves.items():
        l, least = limit // 15, 1.0
        exposed = lambda h, a, b: h @ np.clip(np.minimum(middle, b) - a, 0, None)
        for h, t in zip(lasted, passed_on):
            near, before = exposed(h, limit - 60, limit), exposed(h, 60, limit - 60)
            late = t[l - 4:l].sum()
            shed = chance(late, late + t[4:l - 4].sum(), near / max(near + before, 1e-9))
            bunched = chance(h[l - 4:l].sum(), h[l - 4:l + 4].sum(), share)
            least = min(least, shed, bunched)
        traces[limit] = min(least * tests, 1)
    # A step at the limit: more below it than above it, beside the smooth curve; a second hump lifts both sides.
    minutes = {limit: (lasted[:, limit // 15 - 4:limit // 15].sum(), lasted[:, limit // 15 - 4:limit // 15 + 4].sum())
               for limit in curves}
    steps = {limit: (below - around * curves[limit][0])
             / max(math.sqrt(around * curves[limit][0] * (1 - curves[limit][0])), 1e-9)
             for limit, (below, around) in minutes.items()}
    whole = [
        limit for limit, (_, z, excess) in curves.items()
        if z > 4 and steps[limit] > 4 and excess >= 0.05 and minutes[limit][0] >= 300
        and all(curve[1] < z for other, curve in curves.items() if abs(other - limit) >= 90)
    ]
    clearest = min(traces, key=traces.get, default=None)
    edge = any(abs(z - 4) < 1e-4 or abs(excess - 0.05) < 1e-6 for _, z, excess in curves.values())
    edge |= any(abs(p / 0.01 - 1) < 1e-3 for p in traces.values()) or any(abs(step - 4) < 1e-4 for step in steps.values())
    if clearest and traces[clearest] < 0.01:
        return clearest, edge
    return max(whole, key=lambda limit: curves[limit][1], default=None), edge


def compare_limit(found, label, signals, facts, agents):
    said = next((entry for entry in signals["limits"] if entry["period"] == label), None)
    limit, edge = found_limit(facts.calls, agents)
    if not edge:
        expected = None if limit is None else (limit, True)
        found.same(f"{label or ''} limit", said and (said["seconds"], said["found"]), expected)
        found.limits += limit is not None


def compare_contacts(found, program, case, rows, ghostly):
    """The contacts listed for ghost calls, by start and agent, beside those that were found."""
    asked = [*case.files, *case.options, *case.judging, "--contacts", "-q", "--format", "csv"]
    text = run(program, "signals", *asked)
    listed = defaultdict(list)
    for row in csv.DictReader(io.StringIO(text)):
        if row["signal"] == "ghost-calls":
            listed[row["agent"]].append(row["start"])
    local = {r["contact"]: f"{clock(r['local_ms']):%Y-%m-%dT%H:%M:%S}" for r in rows}
    for agent in listed.keys() | ghostly.keys():
        expected = sorted(local[c] for c in ghostly.get(agent, []))
        found.same(f"{agent}: ghost calls listed", sorted(listed[agent]), expected)


def clock(local_ms):
    return datetime.fromtimestamp(local_ms // 1000, timezone.utc)


def period_of(case):
    return ["--period", case.period] if case.period else []


def compare_clock(found, case, rows):
    """The times on the clock of the zone that is asked for."""
    zone = ZoneInfo(case.options[case.options.index("--tz") + 1])
    for row in rows:
        at = datetime.fromtimestamp(row["start_ms"] / 1000, zone)
        found.same(f"contact {row['contact']}: clock", clock(row["local_ms"]).replace(tzinfo=None),
                   at.replace(tzinfo=None, fold=0))


def next_month_beside(label, rows):
    """How many times as long as the days of a month between the first and the last call the next month is."""
    days = [clock(r["local_ms"]).date() for r in rows if r["in_period"]]
    first = datetime.strptime(label, "%Y-%m").date()
    following = lambda day: (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    second = following(first)
    judged = min(second, max(days) + timedelta(days=1)) - max(first, min(days))
    return (following(second) - second).days / max(judged.days, 1)


def check_case(program, case):
    found = Comparison()
    rows = exported(program, case)
    if "--tz" in case.options:
        compare_clock(found, case, rows)
    asked = [*case.files, *case.options, *case.judging, *period_of(case), "-q", "--format", "json"]
    said = json.loads(run(program, "scorecard", *asked))
    signals = json.loads(run(program, "signals", *asked))
    if case.written:
        found.same("rows rejected", said["intake"]["rejected"], 0)
    definitions = said["definitions"]
    window = round(definitions["fcr_window_days"] * DAY)
    match, issue_is_fair = definitions["fcr_match"], case.issue_is_fair
    if issue_is_fair is None:
        # Where nothing else is asked for, repeats are matched by the issue if agents cannot choose it.
        issue_is_fair = match == "customer+issue"
    everything = calls_of(rows, match, issue_is_fair, decided(rows, case))
    blocks = day_blocks(rows)
    found.calls = len(everything)
    of_call = (lambda local: f"{clock(local):%Y-%m}") if case.period else lambda local: None
    labels = sorted({of_call(r["local_ms"]) for r in rows if r["in_period"]}, key=str) or [None]
    found.same("periods", [p["period"] for p in said["periods"]], labels)
    missed = case.must - {(s["agent"], s["signal"]) for s in signals["signals"]}
    found.same("signals that must be found", missed, set())
    before, longer, ghostly = {}, 1, {}
    for label in labels:
        calls = [c for c in everything if c.in_period and of_call(c.local) == label]
        facts = facts_of(calls, blocks, window)
        if not calls:
            found.same("scorecards", said["scorecards"], [])
            continue
        before = compare_period(found, label, said, facts, before, longer)
        longer = next_month_beside(label, rows) if case.period else 1
        ghostly.update(compare_signals(found, label, signals, facts))
        compare_limit(found, label, signals, facts, len({r["agent"] for r in rows} - {""}))
    if ghostly and not case.period:
        compare_contacts(found, program, case, rows, ghostly)
    return found


# Awkward logs

COLUMNS = "contact_id started_at direction channel queue issue agent customer_id wait_seconds talk_seconds hold_seconds"
COLUMNS = [*COLUMNS.split(), "after_call_work_seconds", "outcome", "transferred", "resolved", "satisfaction"]


def write_log(path, seed, agents=12, queues=3, issues=4, calls=3000, days=30, start=datetime(2026, 3, 2), repeat=0.25,
              survey=0.2, top=0.7, anonymous=0.02, passed_on=0.06, switchboard=0, leave_out=(), home=None, ghosts=0,
              hasty=0, differ=0.05, rung=0, twice=False, second_legs=0.7, at_night=False, zone=None):
    """Writes calls of agents who differ by `differ`; a `home` gives each agent the queues to work in.

    With a `zone` the times are those of its clock and do not say so.
    """
    pick = random.Random(seed)
    home = home or (lambda a: [q for q in range(queues) if (q + a) % 3 or queues < 3])
    skill = [pick.gauss(0, differ) for _ in range(agents)]
    rows = []

    def call(at, agent, queue, issue, customer, talk, transferred="no", contact=None):
        answer = pick.choice("45") if pick.random() < top else pick.choice("123")
        rows.append([
            contact or f"K{len(rows):07}", f"{at:%Y-%m-%dT%H:%M:%S}Z", "inbound", "voice", f"Queue {queue}",
            f"Issue {issue}", f"Agent {agent:03}", customer, pick.randrange(60), talk, pick.choice([0, 0, 0, 30]),
            pick.randrange(5, 90), "answered", transferred, pick.choice(["yes", "yes", "no", ""]),
            answer if pick.random() < survey else "",
        ])
        return rows[-1][0]

    def moment():
        hour = pick.random() * 24 if at_night else min(max(pick.gauss(13, 3), 0), 23.9)
        return start + timedelta(days=pick.randrange(days), seconds=int(hour * 3600))

    end = start + timedelta(days=days)
    for i in range(calls):
        agent = pick.randrange(agents)
        queue, issue, at = pick.choice(home(agent)), pick.randrange(issues), moment()
        customer = "" if pick.random() < anonymous else f"C{i}"
        if pick.random() < switchboard:
            customer = "SWITCHBOARD"
        talk = max(int(pick.lognormvariate(5.2 + queue % 12 / 5 + issue % 20 / 10 - skill[agent], 0.7)), 1)
        short = agent == 0 and pick.random() < hasty
        if short:
            talk = pick.randrange(2, 12)
        if not short and pick.random() < passed_on:
            contact = call(at, agent, queue, issue, customer, talk, "yes")
            if pick.random() < second_legs:
                other = pick.randrange(agents)
                later = at + timedelta(seconds=talk + 40)
                call(later, other, pick.choice(home(other)), issue, customer, 200, "no", contact)
        else:
            call(at, agent, queue, issue, customer, talk)
        again = at
        while customer and customer != "SWITCHBOARD" and pick.random() < (0.9 if short else repeat - skill[agent]):
            days_later = int(pick.expovariate(1 / 2.2) * 86_400) + 60
            again += timedelta(seconds=pick.randrange(60, 1700) if short else days_later)
            short = False
            if again >= end:
                break
            next_agent = pick.choice([a for a in range(agents) if queue in home(a)])
            call(again, next_agent, queue, issue, customer, pick.randrange(100, 500))
    for i in range(rung):
        # Rings at an agent who takes nothing and at one of the others, at any hour, and some on the way to a call.
        agent = pick.choice(["Nobody", "Agent 000", "Agent 001"])
        at = moment() if i % 3 else start + timedelta(hours=i % 24)
        row = [f"R{i}", f"{at:%Y-%m-%dT%H:%M:%S}Z", *pick.choice(rows)[2:5], f"Issue {i % issues}", agent, *[""] * 9]
        row[12] = "ring no answer"
        if i % 2:
            row[0], row[1] = pick.choice(rows)[:2]
        rows.append(row)
    if twice:
        rows += [row for row in rows if row[1][11:13] < "10" for _ in range(9)]
    for i in range(ghosts):
        call(moment(), 1 % agents, home(1 % agents)[0], 0, "GHOST", pick.randrange(3, 25))
    if zone:
        for row in rows:
            at = datetime.fromisoformat(row[1]).astimezone(ZoneInfo(zone))
            row[1] = f"{at:%Y-%m-%dT%H:%M:%S}"
    kept = [i for i, c in enumerate(COLUMNS) if c not in leave_out]
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[row[i] for i in kept] for row in [COLUMNS, *rows]])
    return Case(path.stem, [path], ["--tz", zone] if zone else [], written=True)


def write_outcomes(case, seed):
    """Writes outcomes of a log's contacts beside it, more of them kept by some agents; and a case that has them."""
    pick = random.Random(seed)
    rows = list(csv.DictReader(open(case.files[0], encoding="utf-8")))
    firsts = {}
    for row in rows:
        firsts[row["contact_id"]] = min(firsts.get(row["contact_id"], row["started_at"]), row["started_at"])
    together = Counter(firsts.values())
    agents = {row["contact_id"]: int(row["agent"].split()[1]) for row in rows if row["agent"].startswith("Agent")}
    told = [["contact", "outcome", "note"], ["elsewhere", "kept", "no call"]]
    for contact, agent in agents.items():
        kept = pick.random() < 0.45 + agent % 4 * 0.08
        if together[firsts[contact]] == 1 and pick.random() < 0.5:
            word = "pending" if pick.random() < 0.05 else "kept" if kept else "lost"
            told += [[contact, word, ""]] * (1 + (pick.random() < 0.02))
    path = case.files[0].with_name(f"{case.name}-outcomes.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(told)
    return Case(f"{case.name}-outcomes", case.files, [*case.options, "--outcomes", path], outcomes=path, written=True)


def handle_time_only(path):
    """Writes calls with the source's own handle time beside parts that need not make it up, or be there at all."""
    pick = random.Random(5)
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write("contact_id,started_at,queue,agent,customer_id,handle_seconds,talk_seconds,hold_seconds,outcome\n")
        for i in range(900):
            start = datetime(2026, 3, 2, 7) + timedelta(minutes=17 * i)
            handle, talk = pick.choice(["", pick.randrange(400)]), pick.choice(["", pick.randrange(30)])
            durations = f"{handle},{talk},{pick.choice([0, 90])}"
            file.write(f"{i},{start},A,{pick.choice('PQRS')},C{pick.randrange(300)},{durations},answered\n")


def work_after_only(path):
    """Writes calls with handle time and after-call work, which may be the longer of the two, and no talk."""
    pick = random.Random(6)
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write("contact_id,started_at,queue,agent,customer_id,handle_seconds,after_call_work_seconds,outcome\n")
        for i in range(900):
            start = datetime(2026, 3, 2, 7) + timedelta(minutes=17 * i)
            handle, after = pick.randrange(300), pick.randrange(90)
            file.write(f"{i},{start},A,{pick.choice('PQRS')},C{pick.randrange(300)},{handle},{after},answered\n")


def awkward_cases(folder):
    """Logs in which something is all, nothing, one or apart."""
    made = {
        "one-agent": dict(agents=1, calls=400),
        "one-stratum": dict(queues=1, issues=1, calls=90, days=1, agents=4),
        "all-resolved": dict(repeat=-9, passed_on=0, anonymous=0, leave_out=["transferred"]),
        "none-resolved": dict(repeat=-9, passed_on=1.1, second_legs=0, calls=600),
        "every-survey-top": dict(top=1.1),
        "no-survey-top": dict(top=-1),
        "no-surveys": dict(leave_out=["satisfaction"]),
        "no-customers": dict(leave_out=["customer_id"]),
        "one-call": dict(agents=1, calls=1, repeat=0, passed_on=0),
        "one-call-of-one-of-many": dict(agents=60, calls=62, passed_on=0, survey=1.1),
        "two-groups": dict(queues=2, agents=9, home=lambda a: [a % 2]),
        "two-agents-apart": dict(queues=2, agents=2, home=lambda a: [a], calls=300),
        "some-alone": dict(queues=6, agents=8, home=lambda a: [max(a - 3, 0)], calls=900),
        "sparse": dict(agents=300, queues=12, issues=20, calls=20_000),
        "three-in-a-chain": dict(queues=4, agents=9, home=lambda a: [a % 3, a % 3 + 1] if a > 2 else [a]),
        "transferred": dict(passed_on=0.4),
        "anonymous": dict(anonymous=0.1, switchboard=0.02, agents=20),
        "ends-early": dict(days=9, repeat=0.5, passed_on=0.2),
        "shorter-than-a-window": dict(days=3, repeat=0.6, passed_on=0.2),
        "all-alike": dict(differ=0, agents=70, calls=4000),
        "rung": dict(queues=2, agents=9, home=lambda a: [a % 2], calls=900, rung=400),
        "delivered-twice": dict(twice=True),
        "gamers": dict(agents=30, calls=9000, hasty=0.2, ghosts=14),
        "thin-everywhere": dict(agents=40, queues=60, issues=40, calls=15_000),
        "clock-forward": dict(zone="Europe/Berlin", start=datetime(2026, 3, 16), at_night=True, calls=5000),
        "clock-back": dict(zone="America/New_York", start=datetime(2026, 10, 20), at_night=True, calls=5000),
    }
    cases = []
    for seed, (name, how) in enumerate(made.items(), 20_260_000):
        cases.append(write_log(Path(folder) / f"{name}.csv", seed, **how))
    for name, write in (("handle-time-only", handle_time_only), ("work-after-only", work_after_only)):
        path = Path(folder) / f"{name}.csv"
        write(path)
        cases.append(Case(name, [path]))
    months = write_log(Path(folder) / "months.csv", 7, days=85, calls=9_000, ghosts=9)
    months.period = "month"
    next(c for c in cases if c.name == "clock-forward").period = "month"
    gamer = next(c for c in cases if c.name == "gamers")
    gamer.must = {("Agent 000", "hang-up-redial"), ("Agent 000", "short-calls"), ("Agent 001", "ghost-calls")}
    gamers = gamer.files
    zone = Case("other-clock", gamers, ["--tz", "America/New_York", "--from", "2026-03-05", "--to", "2026-03-22"])
    by_queue = Case("match-by-queue", gamers, judging=["--fcr-match", "customer+queue", "--fcr-window", "72h"],
                    issue_is_fair=True)
    by_name = {case.name: case for case in cases}
    outcomes = [write_outcomes(by_name[name], 8) for name in ("transferred", "rung", "delivered-twice", "no-customers")]
    monthly = write_outcomes(months, 9)
    monthly.period = "month"
    return [*cases, months, zone, by_queue, *outcomes, monthly]


def built_in_cases(shared, folder):
    bank = ["--profile", ROOT / "examples/profiles/anonymous-bank.toml"]
    months = [shared / f"data/anonymous-bank-1999/{month}.txt" for month in ("january", "february")]
    return [
        Case("contacts", [SAMPLES / "contacts.csv"]),
        Case("contacts-outcomes", [SAMPLES / "contacts.csv"], ["--outcomes", SAMPLES / "outcomes.csv"],
             outcomes=SAMPLES / "outcomes.csv"),
        Case("amazon-connect", [SAMPLES / "amazon-connect.parquet"]),
        Case("genesys-cloud", [SAMPLES / "genesys-cloud.csv"]),
        Case("five9", [SAMPLES / "five9-call-log.csv"]),
        Case("asterisk", [SAMPLES / "asterisk-queue_log.1", SAMPLES / "asterisk-queue_log"]),
        *awkward_cases(folder),
        Case("bank", months[:1], bank, shared=True),
        Case("bank-by-month", months, bank, period="month", shared=True),
        *(Case(f"world-{i}", [shared / f"worlds/world-{i}/calls.csv.gz"], shared=True) for i in (1, 2, 3)),
    ]


def summary(case, found, seconds):
    line = f"{'FAIL' if found.failures else 'ok  '} {case.name}: {found.calls} calls, {found.agents} scorecards"
    line += f", {found.signals} signals, {found.limits} limits, {found.values} values compared"
    line += f", {len(found.failures)} failures"
    ranks = " ".join(f"{off}: {n}" for off, n in sorted(found.ranks.items()))
    line += f"; largest difference {found.largest:.0e}; ranks off by {ranks or 'none'}; {seconds:.1f} s"
    return "\n     ".join([line, *found.failures[:SHOWN_FAILURES]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda p: str(Path(p).resolve()), help="path to callmerit")
    parser.add_argument("cases", nargs="*", help="files, or names of built-in cases; all of those without it")
    parser.add_argument("--shared", type=Path, default=Path(), help="folder with the shared data")
    parser.add_argument("--require-shared", action="store_true", help="fail where the shared data is missing")
    parser.add_argument("--keep", type=Path, help="folder to write the awkward logs into")
    asked = parser.parse_intermixed_args()
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or temporary
        built_in = {case.name: case for case in built_in_cases(asked.shared.resolve(), folder)}
        cases = [built_in.get(c) or Case(c, [Path(c).resolve()]) for c in asked.cases] or built_in.values()
        for case in cases:
            if case.shared and not case.files[0].exists() and not asked.require_shared:
                print(f"skip {case.name}: needs the shared data, see --shared")
                skipped += 1
                continue
            began = time.monotonic()
            try:
                found = check_case(asked.program, case)
            except RuntimeError as error:
                found = Comparison()
                found.failures.append(str(error))
            print(summary(case, found, time.monotonic() - began), flush=True)
            failed, passed = failed + bool(found.failures), passed + (not found.failures)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
