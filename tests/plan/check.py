#!/usr/bin/env python3
"""Checks what `callmerit incentives` recommends against a second computation of it, amount by amount.

    python3 -m venv VENV && VENV/bin/pip install -r tests/plan/requirements.txt
    VENV/bin/python tests/plan/check.py PATH_TO_CALLMERIT [--shared DIR] [--require-shared] [LOG ...]

For each log every plan of a list is run, and some that are made up at random with a fixed seed: by score and by
measures, all rules, lines, steps and rates, caps, gates, floor, team part, pool, budget, parts of a period, roundings and
currencies. The second computation reads the plan with tomllib, the calls as `callmerit export` writes them and raw figures
from `callmerit scorecard`, judges agents and teams by tests/judge/check.py, and reckons in whole ten-thousandths and whole
minor units. Three things must agree:

- what the curves were given (`values` in the JSON), within rounding, with what follows from the calls;
- every action, share and amount, exactly, with what follows from those values and the plan;
- period, budget, totals, pool, comparison with naive rules, and what later facts change of decisions, exactly.

The sum of what is paid and held is never more than the budget. With DIR, quarters of simulated agents are made by
DIR/worlds/sim.py, and three months pooled must rank and pay them as well as the reference methods did.
"""

import argparse
import csv
import importlib.util
import io
import json
import math
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm, spearmanr

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
spec = importlib.util.spec_from_file_location("judge_check", HERE.parent / "judge" / "check.py")
judge = importlib.util.module_from_spec(spec)
sys.modules["judge_check"] = judge
spec.loader.exec_module(judge)

SHOWN_FAILURES = 12
# Four digits behind the point, as whole numbers.
ONE = 10_000
# Larger values are a slip of the pen.
LARGEST = 1_000_000_000
DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
# Signals that ask for review before anyone is paid; docs/method.md.
HOLDING = {
    "hang-up-redial", "short-calls", "blind-transfers", "limit-bunching", "limit-shedding", "overclaimed-resolution",
    "survey-picking", "ghost-calls",
}
# Of other measures the plan says which way is better, or more is.
LESS_IS_BETTER = {"handle_time", "transfer_rate", "asa_s", "abandon_rate", "abandoned", "longest_wait_s"}


# Numbers


def digits(number):
    """A float in ten-thousandths, to the nearest, halves away from zero."""
    return int(math.copysign(math.floor(min(abs(number), LARGEST) * ONE + 0.5), number))


def exact(number):
    """A number of the plan in ten-thousandths."""
    number = Fraction(number) * ONE
    assert number.denominator == 1, number
    return int(number)


def shown(number):
    """Ten-thousandths as the program writes them."""
    return f"{'-' if number < 0 else ''}{abs(number) // ONE}.{abs(number) % ONE:04}"


def part_of(amount, part, whole):
    """As much of an amount as is surely no more than its part."""
    return math.floor(Fraction(amount) * part / whole)


# The plan


@dataclass
class Plan:
    file: Path
    of: dict

    @classmethod
    def read(cls, file):
        return cls(file, tomllib.loads(file.read_text(), parse_float=lambda text: Fraction(Decimal(text))))

    def get(self, *path, default=None):
        here = self.of
        for key in path:
            if not isinstance(here, dict) or key not in here:
                return default
            here = here[key]
        return here

    @property
    def decimals(self):
        return DECIMALS.get(self.get("currency"), 0)

    def money(self, *path):
        text = self.get(*path)
        return None if text is None else int(Decimal(text).scaleb(self.decimals))

    def text(self, amount):
        if "currency" not in self.of:
            return "0"
        return str(Decimal(amount).scaleb(-self.decimals).quantize(Decimal(1).scaleb(-self.decimals)))

    @property
    def rule(self):
        return self.get("pay", "rule")

    @property
    def naive(self):
        return self.rule.startswith("naive")

    @property
    def on_score(self):
        return self.get("pay", "on") == "score"

    def measures(self):
        return [(name, m.get("of", name), m) for name, m in self.get("measures", default={}).items()]

    def in_place(self, rule):
        """The plan with a naive rule in place of its own, which looks at neither signals nor the floor."""
        if rule == "naive":
            rule = "naive-league" if self.on_score else "naive-observed"
        of = deepcopy(self.of)
        of["pay"].pop("certainty", None)
        of["pay"].update(rule=rule)
        if rule.startswith("naive"):
            of["pay"].update(hold=False)
            of["pay"].pop("resolution_floor", None)
        return Plan(self.file, of)


def falls(word, measure):
    return measure["better"] == "lower" if "better" in measure else word in LESS_IS_BETTER


def levels(curve, less_is_better):
    """The points (value, share) of a line or of steps; values such that more is better."""
    turn = -1 if less_is_better and curve["unit"] not in ("spread", "percent-of-team", "percent-of-target") else 1
    if "steps" in curve:
        return [(turn * exact(s["from"]), exact(s["pays"])) for s in curve["steps"]]
    threshold, target = turn * exact(curve["threshold"]), turn * exact(curve["target"])
    points = [(threshold, exact(curve.get("at_threshold", 0))), (target, ONE)]
    if "stretch" in curve:
        points.append((turn * exact(curve["stretch"]), exact(curve["at_stretch"])))
    if "most" in curve:
        more = Fraction(curve["most"]) - 1
        if "points_per_point" in curve:
            run = more * 100 / Fraction(curve["points_per_point"])
        else:
            slope = (ONE - points[0][1]) / Fraction(target - threshold)
            run = more / (slope * Fraction(curve["times_slope"]))
        points.append((target + math.floor(run * ONE), exact(curve["most"])))
    return points


def share_of(curve, less_is_better, value, level_down=False):
    points = levels(curve, less_is_better)
    reached = [i for i, (at, _) in enumerate(points) if value >= at]
    if level_down:
        return points[reached[-2]][1] if len(reached) > 1 else 0
    if not reached:
        return 0
    (at, share), above = points[reached[-1]], points[reached[-1] + 1:]
    if "steps" in curve or not above:
        return share
    return share + math.floor(Fraction((above[0][1] - share) * (value - at), above[0][0] - at))


def by_units(plan, measure, units):
    """Money by units: a higher rate from the first unit on, or like a tax bracket."""
    tiers = [(exact(t["up_to"]) if "up_to" in t else math.inf, int(Decimal(t["rate"]).scaleb(plan.decimals)))
             for t in measure["tiers"]]
    units = max(units, 0)
    if measure["tiers_apply"] == "retroactive":
        rate = next(rate for up_to, rate in tiers if units <= up_to)
        return units * rate // ONE
    total, below = 0, 0
    for up_to, rate in tiers:
        total += (min(units, up_to) - below) * rate if units > below else 0
        below = up_to
    return int(total // ONE)


# What is known


@dataclass
class Log:
    """Files that are read as one log, with what stands beside them."""

    name: str
    files: list
    options: list = field(default_factory=list)
    roster: Path | None = None
    figures: Path | None = None
    outcomes: Path | None = None
    issue_is_fair: bool | None = None
    shared: bool = False
    plans: list | None = None
    random_plans: int = 6
    zone: str = "UTC"


class Known:
    """A log's calls, as far as plans need them; what was found is kept for the next plan."""

    def __init__(self, program, log):
        self.program, self.log, self.kept = program, log, {}
        beside = {"--roster": log.roster, "--outcomes": log.outcomes}
        options = [*log.options, *(text for option, file in beside.items() if file for text in (option, file))]
        self.asked = [*log.files, *options]
        self.case = judge.Case(log.name, log.files, options, outcomes=log.outcomes)
        self.rows = judge.exported(program, self.case)
        self.blocks = judge.day_blocks(self.rows)
        self.roster = read_roster(log.roster) if log.roster else {}
        self.figures = read_figures(log.figures) if log.figures else {}
        inside = [r["start_ms"] for r in self.rows if r["in_period"]]
        self.first_ms, self.last_ms = min(inside), max(inside)
        self.days = [judge.clock(r["local_ms"]).date() for r in self.rows if r["in_period"]]
        self.first, self.last = min(self.days), max(self.days)
        self.calls = None

    def run(self, *arguments):
        return json.loads(judge.run(self.program, *arguments, *self.asked, "-q", "--format", "json"))

    def keep(self, key, find):
        if key not in self.kept:
            self.kept[key] = find()
        return self.kept[key]

    def of_window(self, definitions, first, last):
        """Facts of the calls from one day to another, judged."""

        def find():
            if self.calls is None:
                match, fair = definitions["fcr_match"], self.log.issue_is_fair
                fair = match == "customer+issue" if fair is None else fair
                self.calls = judge.calls_of(self.rows, match, fair, judge.decided(self.rows, self.case))
            inside = [c for c in self.calls if c.in_period and first <= judge.clock(c.local).date() <= last]
            facts = judge.facts_of(inside, self.blocks, round(definitions["fcr_window_days"] * judge.DAY))
            return Judged(facts)

        return self.keep(("window", first, last), find)

    def raw(self, first, last):
        """The raw figures of agents between two days, by agent; judged measures by what was observed of them."""

        def find():
            said = self.run("scorecard", "--from", first, "--to", last)
            figures = {}
            for card in said["scorecards"]:
                figures[card["agent"]] = {k: v for k, v in card.items() if isinstance(v, (int, float, type(None)))}
                figures[card["agent"]].update({m: of["observed"] for m, of in card["measures"].items()})
            return figures

        return self.keep(("raw", first, last), find)

    def handled(self, first, last):
        """Handled calls of each agent between two days."""
        return self.keep(("handled", first, last), lambda: Counter(
            r["agent"] for r in self.rows
            if r["answered"] and r["agent"] and r["in_period"] and first <= judge.clock(r["local_ms"]).date() <= last
        ))

    def teams(self):
        """The team that most calls of an agent name, the first in order of two; the roster's where it has one."""

        def find():
            named = defaultdict(Counter)
            for row in self.rows:
                if row["agent"]:
                    named[row["agent"]][row["team"]] += 1
            # Calls without a team come last in order.
            first = {a: min(n, key=lambda t: (-n[t], t == "", t)) for a, n in named.items()}
            return {a: t for a, t in first.items() if t}

        return self.keep("teams", find)


def read_roster(path):
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    day = lambda text: date.fromisoformat(text) if text else None
    return {r["name"] or r["agent"]: {"hired": day(r["hired"]), "left": day(r["left"])} for r in rows}


def read_figures(path):
    """By agent and period ('' for all periods)."""
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    skip = ("agent", "period")
    return {(r["agent"], r.get("period", "")): {k: r[k] for k in r if k not in skip} for r in rows}


def by_team(facts, team_of):
    """The same calls in the same strata, of teams; who has no team is left out."""
    names = sorted({team_of[a] for a in facts.agents if a in team_of})
    place = np.array([names.index(team_of[a]) if a in team_of else -1 for a in facts.agents], int)[facts.of_agent]
    kept = place >= 0
    calls = [c for c, k in zip(facts.calls, kept) if k]
    teams = judge.Facts(calls, names, facts.strata, facts.parents, place[kept], facts.of_stratum[kept],
                        facts.weights[kept], None, facts.window)
    teams.handled = teams.table(np.ones(len(calls)))
    return teams


@contextmanager
def same_luck(agents):
    """A call varies as much for a team as for its agents: the variance of one is that inside agents' cells."""
    of = judge.observations

    def observations(measure, facts):
        n, y, _, count = of(measure, facts)
        return n, y, of(measure, agents)[2], count

    judge.observations = observations
    try:
        yield
    finally:
        judge.observations = of


class Judged:
    """Agents, or teams, compared by the judge's check, with any weights."""

    def __init__(self, facts, team_of=None):
        self.facts = facts if team_of is None else by_team(facts, team_of)
        self.agents = self.facts.agents
        self.groups = judge.groups_of(self.facts.handled)
        with same_luck(facts):
            measures = {m: judge.judge_measure(m, self.facts, self.groups) for m in judge.MEASURES}
        self.measures = {m: of for m, of in measures.items() if of}
        self.group_of = {self.agents[i]: group for group in self.groups for i in group}

    def compared(self, agent):
        return len(self.group_of[agent]) > 1

    def skill(self, measure, agent):
        """Skill and variance in units of the spread; None where nothing is known."""
        if measure not in self.measures or not self.compared(agent):
            return None
        own = self.measures[measure]["agents"].get(self.agents.index(agent))
        return (own["skill"], own["variance"]) if own else None

    def level(self, measure, skill):
        """The level of a skill on the calls of all, reckoned in ten-thousandths as the statement prints it."""
        team, spread = digits(self.measures[measure]["team"]), digits(self.measures[measure]["spread"])
        effect = skill * spread // ONE
        if judge.SIGN[measure] < 0:
            return team * digits(math.exp(-effect / ONE)) // ONE
        return min(max(team + effect, 0), ONE)

    def scores(self, weights, bands):
        """Score and standard deviation by agent."""
        found = {}
        total = sum(weights.get(m, 0) for m in self.measures)
        if not total:
            return found
        for group in self.groups:
            names = [self.agents[i] for i in group]
            known = [a for a in names if any(self.skill(m, a) for m in self.measures if weights.get(m, 0))]
            sums = []
            for agent in known:
                mean, variance = 0.0, 0.0
                for m in self.measures:
                    weight = weights.get(m, 0) / total
                    skill = self.skill(m, agent) or (0.0, 1.0)
                    skill = outside(*skill, bands[m]) if m in bands else skill
                    mean, variance = mean + weight * skill[0], variance + weight**2 * skill[1]
                sums.append((mean, variance))
            middle = np.median([mean for mean, _ in sums]) if sums else 0
            for agent, (mean, variance) in zip(known, sums):
                found[agent] = (mean - middle, math.sqrt(variance))
        return found


def outside(mean, variance, band):
    """Mean and variance of how far a normal variable lies outside a band around 0, with a minus; by quadrature."""
    sd = math.sqrt(variance)
    over = lambda x: max(abs(x) - band, 0)
    edges = [x for x in (-band, band) if abs(x - mean) < 9 * sd]
    moment = lambda k: quad(lambda x: over(x) ** k * norm.pdf(x, mean, sd), mean - 9 * sd, mean + 9 * sd,
                            points=edges or None, limit=200, epsabs=1e-13, epsrel=1e-12)[0]
    first = moment(1)
    return -first, moment(2) - first**2


# The second computation


class Pay:
    """What a plan pays, worked out from the program's values for the curves."""

    def __init__(self, found, known, plan, said):
        self.found, self.known, self.plan, self.said = found, known, plan, said
        self.from_, self.to = (date.fromisoformat(said[key]) for key in ("from", "to"))
        self.judged_from = date.fromisoformat(said["judged_from"])
        self.judged = known.of_window(said["definitions"], self.judged_from, self.to)
        self.raw = known.raw(self.judged_from, self.to)
        self.rows = {r["agent"]: r for r in said["recommendations"]}
        self.agents = sorted(self.rows)
        self.here = known.handled(self.from_, self.to)
        self.judged_calls = known.handled(self.judged_from, self.to)
        self.team_of = known.teams()

    def figure(self, agent, name):
        rows = self.known.figures
        row = rows.get((agent, self.said["period"]), rows.get((agent, "")))
        return exact(Decimal(row[name])) if row and row.get(name) else None

    def observed(self, agent, word):
        if word.startswith("figure."):
            figure = self.figure(agent, word.removeprefix("figure."))
            return None if figure is None else figure / ONE
        return self.raw.get(agent, {}).get(word) if self.judged_calls[agent] else None

    # Values

    def seen(self, word, measure):
        turn = -1 if falls(word, measure) else 1
        found = {a: self.observed(a, word) for a in self.agents}
        return {a: turn * v for a, v in found.items() if v is not None}

    def standard(self, seen):
        if not seen:
            return {}
        values = np.array(list(seen.values()), float)
        sd = values.std()
        return {a: (v - values.mean()) / sd if sd > 0 else 0.0 for a, v in seen.items()}

    def places(self, seen):
        values = np.array(list(seen.values()))
        place = lambda v: ((values < v).sum() + (values == v).sum() / 2) / len(values)
        return {a: norm.ppf(place(v)) for a, v in seen.items()}

    def expected_values(self):
        """(agent, of) -> (best, sd) as they follow from the calls."""
        plan, league = self.plan, self.plan.rule == "naive-league"
        found = {}
        if plan.on_score and plan.naive:
            sums = {}
            for _, word, measure in plan.measures():
                for agent, z in self.standard(self.seen(word, measure)).items():
                    sums[agent] = sums.get(agent, 0) + float(measure["weight"]) * z
            values = self.places(sums) if league else self.standard(sums)
            return {(a, "score"): (v, 0) for a, v in values.items()}
        if plan.on_score:
            weights = {word: float(m["weight"]) for _, word, m in plan.measures()}
            bands = {word: float(m.get("band", 1)) for _, word, m in plan.measures() if m.get("two_sided")}
            scores = self.judged.scores(weights, bands)
            return {(a, "score"): (v, sd) for a, (v, sd) in scores.items()}
        self.team_seen = {}
        for name, word, measure in plan.measures():
            if plan.naive and (league or measure["unit"] == "spread"):
                seen = self.seen(word, measure)
                values = self.places(seen) if league else self.standard(seen)
                found.update({((a, name)): (v, 0) for a, v in values.items()})
            elif plan.naive:
                seen = {a: self.observed(a, word) for a in self.agents}
                seen = {a: v for a, v in seen.items() if v is not None}
                team = sum(seen.values()) / max(len(seen), 1)
                self.team_seen[name] = team
                found.update({(a, name): (v, 0) for a, v in seen.items()})
            else:
                for agent in self.agents:
                    skill = self.judged.skill(word, agent) if agent in self.judged.agents else None
                    if skill and measure.get("two_sided"):
                        skill = outside(*skill, float(measure.get("band", 1)))
                    if skill:
                        found[agent, name] = (skill[0], math.sqrt(skill[1]))
        return found

    def spreads(self):
        """How far true scores lie apart, by agent, in ten-thousandths."""
        spreads = {}
        for group in self.judged.groups:
            names = [self.judged.agents[i] for i in group]
            rows = [self.rows[a] for a in names if self.rows[a]["score"] is not None]
            if not rows:
                continue
            score = np.array([r["score"] for r in rows])
            sd = np.array([r["score_high"] - r["score_low"] for r in rows]) / 2 / judge.Z80
            spread = max(digits(math.sqrt(((score - score.mean()) ** 2 + sd**2).mean())), 1)
            spreads.update({a: spread for a in names})
        return spreads

    def values(self):
        """The values for the curves, by (agent, of); checks those of the program on the way."""
        plan, found = self.plan, self.found
        said = {(v["agent"], v["of"]): {k: exact(Decimal(v[k])) for k in ("best", "sd", "sure", "spread", "value")}
                for v in self.said["values"]}
        expected = self.expected_values()
        found.same("values of", sorted(said), sorted(expected))
        deviations = digits(norm.ppf(float(plan.get("pay", "certainty", default=Fraction(4, 5)))))
        spreads = self.spreads() if plan.on_score and not plan.naive else {}
        measures = {name: (word, m) for name, word, m in plan.measures()}
        values = {}
        for key in sorted(said.keys() & expected.keys()):
            agent, of = key
            where, v = f"{agent}, {of}", said[key]
            best, sd = expected[key]
            found.rounded(f"{where}: best", v["best"], best)
            if plan.rule == "lower-bound":
                found.rounded(f"{where}: sd", v["sd"], sd)
            else:
                found.same(f"{where}: sd", v["sd"], 0)
            sure = v["best"] - v["sd"] * deviations // ONE
            found.same(f"{where}: sure", v["sure"], sure)
            value = sure
            if spreads:
                found.same(f"{where}: spread", v["spread"], spreads[agent])
                found.same(f"{where}: best of the score", v["best"], digits(self.rows[agent]["score"]))
                value = sure * ONE // spreads[agent]
            else:
                found.same(f"{where}: spread", v["spread"], ONE)
            word, measure = measures.get(of, (None, None))
            if measure and not plan.naive and measure["unit"] != "spread":
                level = self.judged.level(word, sure)
                value = attained(measure, level, self.judged.measures[word]["team"], judge.SIGN[word] < 0)
            elif measure and plan.naive and plan.rule != "naive-league" and measure["unit"] != "spread":
                value = attained(measure, v["best"], self.team_seen[of], falls(word, measure))
            found.same(f"{where}: value", v["value"], value)
            values[key] = v["value"]
        return values

    # From values to amounts

    def own_result(self, agent, values, whole, drops):
        """Amount and share by the agent's own results; None where nothing is known."""
        plan = self.plan
        if plan.on_score:
            if (agent, "score") not in values:
                return None, None
            share = share_of(plan.of["curve"], False, values[agent, "score"], drops)
            return part_of(whole, share, ONE), share
        amount, share, known = 0, 0, False
        for name, word, measure in plan.measures():
            if (agent, name) not in values:
                continue
            known, value, weight = True, values[agent, name], exact(measure["weight"])
            part = part_of(whole, weight, ONE)
            if "tiers" in measure:
                individual = exact(plan.get("parts", "individual", default=1))
                own = part_of(by_units(plan, measure, value), individual, ONE)
                of = digits(own / max(part, 1))
            else:
                of = share_of(measure, falls(word, measure), value)
                own = part_of(part, of, ONE)
            amount, share = amount + own, share + weight * of // ONE
        return (amount, share) if known else (None, None)

    def team_shares(self):
        """The shares that teams earn, judged as agents are."""
        plan = self.plan
        if exact(plan.get("parts", "individual", default=1)) == ONE:
            return {}
        teams = self.known.keep(("teams", self.judged_from, self.to), lambda: Judged(self.judged.facts, self.team_of))
        of = Teams(self, teams)
        return {team: of.share(team) for team in teams.agents if of.share(team) is not None}

    def excluded(self, agent):
        plan, person = self.plan, self.known.roster.get(agent)
        listed = person is not None
        person = person or {"hired": None, "left": None}
        after = self.to + timedelta(1)
        rules = plan.get("eligible", default={})
        if rules.get("listed") and not listed:
            return True
        if rules.get("teams") and self.team_of.get(agent) not in rules["teams"]:
            return True
        if person["hired"] and (after - person["hired"]).days < rules.get("tenure_days", 0):
            return True
        if rules.get("until_end") and person["left"] and person["left"] < self.to:
            return True
        return not self.here[agent]

    def days(self, agent):
        """Days that count, and days of the period, in ten-thousandths."""
        person = self.known.roster.get(agent) or {"hired": None, "left": None}
        whole = (self.to - self.from_).days + 1
        days = whole
        if self.plan.get("prorate", "employed"):
            begin = max(person["hired"] or self.from_, self.from_)
            end = min(person["left"] or self.to, self.to)
            days = max((end - begin).days + 1, 0)
        leave = self.plan.get("prorate", "leave_days")
        off = self.figure(agent, leave.removeprefix("figure.")) if leave else 0
        return max(days * ONE - max(off or 0, 0), 0), whole * ONE

    def surely_below(self, agent):
        """How sure it is, in ten-thousandths, that the agent's resolution is below the median."""
        own = self.judged.skill("resolution", agent)
        if not own:
            return None
        group = [self.judged.agents[i] for i in self.judged.group_of[agent]]
        skills = [s[0] for s in (self.judged.skill("resolution", a) for a in group) if s]
        return digits(norm.cdf((np.median(skills) - own[0]) / math.sqrt(own[1])))

    def gates(self, agent):
        effects = []
        for gate in self.plan.get("gates", default=[]):
            value = self.observed(agent, gate["on"])
            if value is None:
                continue
            value = digits(value)
            met = value >= exact(gate["at_least"]) if "at_least" in gate else value <= exact(gate["at_most"])
            if not met:
                effects.append(gate["effect"])
        return effects

    def pool_parts(self, eligible):
        """Each one's part of the pool, before anything is taken off."""
        pool = self.plan.get("pool")
        if not pool:
            return None
        centre = self.known.keep(("centre", self.from_, self.to), lambda: self.known.run(
            "metrics", "--from", self.from_, "--to", self.to)[0])
        value = centre.get(pool["on"])
        met = value is not None and (
            digits(value) >= exact(pool["at_least"]) if "at_least" in pool else digits(value) <= exact(pool["at_most"])
        )
        if not met:
            return {}
        parts = {a: 1 if pool["split"] == "equal" else self.here[a] for a in eligible}
        whole = max(sum(parts.values()), 1)
        return {a: part_of(self.plan.money("pool", "amount"), p, whole) for a, p in parts.items()}

    def recommend(self, values):
        """agent -> (action, amount, if released, share)"""
        plan, pay = self.plan, self.plan.of["pay"]
        bonus = plan.money("pay", "bonus") or 0
        whole = part_of(bonus, exact(plan.get("parts", "individual", default=1)), ONE)
        cap = part_of(bonus, exact(pay["cap"]), ONE) if "cap" in pay else math.inf
        teams = self.team_shares()
        eligible = [a for a in self.agents if not self.excluded(a)]
        least = plan.get("eligible", "contacts", default=0)
        earned, shares, lost = {}, {}, {}
        for agent in eligible:
            earned[agent], shares[agent], lost[agent] = 0, None, False
            if self.judged_calls[agent] < least:
                continue
            effects = self.gates(agent)
            lost[agent] = "zero" in effects
            amount, shares[agent] = self.own_result(agent, values, whole, "drop-a-tier" in effects)
            if amount is None:
                continue
            amount += part_of(bonus - whole, teams.get(self.team_of.get(agent), 0), ONE)
            amount = min(amount, cap)
            floor = pay.get("resolution_floor")
            below = self.surely_below(agent) if floor is not None else None
            lost[agent] |= below is not None and below >= exact(floor)
            for _ in range(effects.count("halve")):
                amount //= 2
            amount = 0 if lost[agent] else amount
            days, of = self.days(agent)
            earned[agent] = part_of(amount, days, of)
        parts = self.pool_parts(eligible)
        pooled = {a: 0 if lost[a] else (parts or {}).get(a, 0) for a in eligible}
        self.pool = None if parts is None else sum(pooled.values())
        amounts = self.within_budget({a: earned[a] + pooled[a] for a in eligible}, len(eligible))
        found = {}
        for agent in self.agents:
            amount, share = amounts.get(agent, 0), shares.get(agent)
            action = self.action(agent, agent in amounts, amount, share, lost.get(agent))
            found[agent] = (action, amount if action == "pay" else 0, amount if action == "hold" else 0, share)
        return found

    def within_budget(self, asked, eligible):
        plan, total = self.plan, sum(asked.values())
        self.budget = plan.money("budget", "amount")
        if plan.get("budget", "per_agent"):
            self.budget = plan.money("budget", "per_agent") * eligible
        step = plan.money("pay", "rounding") or 1
        amounts = {}
        for agent, amount in asked.items():
            if self.budget is not None and total > 0:
                scaled = part_of(amount, self.budget, total)
                if self.budget >= total:
                    most = part_of(amount, exact(plan.get("budget", "most", default=1)), ONE)
                    scaled = max(amount, min(scaled, most))
                amount = scaled
            amounts[agent] = amount // step * step
        return amounts

    def action(self, agent, eligible, amount, share, lost):
        plan, row = self.plan, self.rows[agent]
        money = "currency" in plan.of
        if not eligible:
            return "not-eligible"
        if plan.get("pay", "hold", default=True) and set(row["signals"]) & HOLDING:
            return "hold"
        if not lost and (amount > 0 if money else (share or 0) > 0 or amount > 0):
            return "pay" if money else "recognise"
        if (share or 0) > 0:
            return "none"  # earned, and nothing of it is left to pay
        likely = row["score"] is not None and row["p_above_median"] > 0.5 and row["score_reliability"] < 0.7
        if not lost and (share is None or not plan.naive and likely):
            return "carry-forward"
        return "none"


class Teams:
    """Shares of teams by the rules for agents."""

    def __init__(self, pay, judged):
        self.pay, self.judged = pay, judged
        plan = pay.plan
        assert not plan.naive, "raw figures of teams are not checked"
        if plan.on_score:
            weights = {word: float(m["weight"]) for _, word, m in plan.measures()}
            bands = {word: float(m.get("band", 1)) for _, word, m in plan.measures() if m.get("two_sided")}
            self.scores = judged.scores(weights, bands)

    def sure(self, best, sd):
        plan = self.pay.plan
        if plan.rule != "lower-bound":
            return digits(best)
        deviations = digits(norm.ppf(float(plan.get("pay", "certainty", default=Fraction(4, 5)))))
        return digits(best) - digits(sd) * deviations // ONE

    def share(self, team):
        plan, judged = self.pay.plan, self.judged
        if plan.on_score:
            if team not in self.scores:
                return None
            group = [judged.agents[i] for i in judged.group_of[team]]
            all_ = np.array([self.scores[t] for t in group if t in self.scores])
            spread = math.sqrt(((all_[:, 0] - all_[:, 0].mean()) ** 2 + all_[:, 1] ** 2).mean())
            value = self.sure(*self.scores[team]) * ONE // max(digits(spread), 1)
            return share_of(plan.of["curve"], False, value)
        total = 0
        for _, word, measure in plan.measures():
            skill = judged.skill(word, team)
            if not skill:
                continue
            if measure.get("two_sided"):
                skill = outside(*skill, float(measure.get("band", 1)))
            value = sure = self.sure(skill[0], math.sqrt(skill[1]))
            if measure["unit"] != "spread":
                level = judged.level(word, sure)
                value = attained(measure, level, judged.measures[word]["team"], judge.SIGN[word] < 0)
            total += exact(measure["weight"]) * share_of(measure, falls(word, measure), value) // ONE
        return total


def attained(measure, level, team, less_is_better):
    """A level, in ten-thousandths, in the unit of a measure's curve; more is better."""
    full = {"percent-of-team": digits(team), "percent-of-target": exact(measure.get("full", 0))}.get(measure["unit"])
    if full is None:
        return -level if less_is_better else level
    part, of = (full, level) if less_is_better else (level, full)
    return 100 * part * ONE // max(of, 1)


# Comparing


class Found:
    def __init__(self):
        self.failures, self.values, self.actions, self.paid = [], 0, Counter(), 0

    def same(self, where, said, expected):
        self.values += 1
        if said != expected:
            self.failures.append(f"{where}: program {said}, check {expected}")

    def rounded(self, where, said, expected):
        """A float against its ten-thousandths; where it lies between two of them, either will do."""
        self.values += 1
        expected = min(max(expected, -LARGEST), LARGEST)
        if not abs(expected * ONE - said) <= 0.5 + 1e-6 * ONE * max(1, abs(expected)):
            self.failures.append(f"{where}: program {said}, check {expected * ONE}")


def quarter_of(day):
    return (day.month - 1) // 3


def period_at(day, kind):
    """Label, first and last day of the period that a day lies in."""
    if kind == "week":
        first = day - timedelta(day.weekday())
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}", first, first + timedelta(6)
    months = 1 if kind == "month" else 3
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = (first + timedelta(31 * months)).replace(day=1)
    label = f"{day.year}-{day.month:02}" if kind == "month" else f"{day.year}-Q{quarter_of(day) + 1}"
    return label, first, after - timedelta(1)


def period_before(first, kind, times):
    for _ in range(times):
        first = period_at(first - timedelta(1), kind)[1]
    return first


def chosen_period(known, plan):
    """The last period that the files have at least half of, else the one that they have most of."""
    kind = plan.get("period")
    periods = sorted({period_at(day, kind) for day in known.days}, key=lambda p: p[1])
    midnight = lambda day: judge.datetime(day.year, day.month, day.day, tzinfo=judge.ZoneInfo(known.log.zone))
    ms = lambda day: int(midnight(day).timestamp() * 1000)
    covered = []
    for label, first, last in periods:
        begin, end = ms(first), ms(last + timedelta(1))
        covered.append(min((min(known.last_ms, end) - max(known.first_ms, begin)) / (end - begin), 0.5))
    best = max(i for i, c in enumerate(covered) if c >= max(covered) - 1e-4)
    label, first, last = periods[best]
    pooled = plan.get("pooled", default=1)
    return label, first, last, max(period_before(first, kind, pooled - 1), known.first)


def check_plan(known, plan, found, options=()):
    figures = ["--figures", known.log.figures] if known.log.figures else []
    compare = [] if plan.naive else ["--compare", "naive"]
    said = known.run("incentives", "--plan", plan.file, *figures, *compare, *options)
    label, first, last, judged_from = chosen_period(known, plan)
    if "--for" not in options:
        told = [said[key] for key in ("period", "from", "to", "judged_from")]
        found.same("period", told, [label, str(first), str(last), str(judged_from)])
    pay = Pay(found, known, plan, said)
    # Who was only rung has a scorecard, too.
    rung = {r["agent"] for r in known.rows if r["agent"] and r["in_period"]
            and judged_from <= judge.clock(r["local_ms"]).date() <= last}
    found.same("agents", pay.agents, sorted(rung))
    mine = pay.recommend(pay.values())
    text, none = plan.text, lambda amount: None if amount == 0 else plan.text(amount)
    for agent, (action, amount, released, share) in mine.items():
        row = pay.rows[agent]
        found.same(f"{agent}: action", row["action"], action)
        found.same(f"{agent}: amount", row["amount"], text(amount))
        found.same(f"{agent}: if released", row["if_released"], none(released))
        found.same(f"{agent}: share", row["share"], None if share is None else shown(share))
        found.same(f"{agent}: handled", row["handled"], pay.judged_calls[agent])
        found.actions[action] += 1
    total, held = (sum(m[i] for m in mine.values()) for i in (1, 2))
    found.paid += total
    optional = lambda amount: None if amount is None else text(amount)
    found.same("total", [said["total"], said["held"]], [text(total), text(held)])
    found.same("budget and pool", [said["budget"], said["pool"]], [optional(pay.budget), optional(pay.pool)])
    if pay.budget is not None and total + held > pay.budget:
        found.failures.append(f"{text(total)} and {text(held)} held are more than the budget {text(pay.budget)}")
    if compare:
        check_comparison(found, known, plan, said, pay, mine)
    return said


def check_comparison(found, known, plan, said, pay, mine):
    other_plan = plan.in_place("naive")
    if exact(plan.get("parts", "individual", default=1)) < ONE:
        return
    other = Pay(found, known, other_plan, said)
    # What a naive rule gives its curves is not in the output, so that it is reckoned here.
    values = {key: digits(best) for key, (best, _) in other.expected_values().items()}
    for name, word, measure in other.plan.measures():
        if name in getattr(other, "team_seen", {}):
            of = {key: v for key, v in values.items() if key[1] == name}
            values.update({key: attained(measure, v, other.team_seen[name], falls(word, measure)) for key, v in of.items()})
    theirs = other.recommend(values)
    differences = []
    for agent, (_, amount, _, _) in mine.items():
        there = theirs[agent][1]
        found.same(f"{agent}: compared", [pay.rows[agent][key] for key in ("amount_compared", "difference")],
                   [plan.text(there), plan.text(there - amount)])
        differences.append(there - amount)
    told = {key: said["comparison"][key] for key in ("total", "gain", "lose", "moved")}
    found.same("comparison", told, {
        "total": plan.text(sum(t[1] for t in theirs.values())), "gain": sum(d > 0 for d in differences),
        "lose": sum(d < 0 for d in differences), "moved": plan.text(sum(d for d in differences if d > 0)),
    })


def check_decisions(program, known, plan, folder):
    """Approves what was recommended from half of the files' days, and looks at what all of them change of it."""
    found = Found()
    form = folder / "form.csv"
    form.unlink(missing_ok=True)
    asked = ["incentives", "--plan", plan.file, "--decisions-form", form]
    said = known.run(*asked)
    rows = list(csv.DictReader(io.StringIO(form.read_text())))
    found.same("form", [(r["agent"], r["recommended"]) for r in rows],
               [(r["agent"], r["amount"]) for r in said["recommendations"]])
    choices = ["approve", "override", "hold", "decline", ""]
    expected = []
    now = {r["agent"]: (r["action"], Decimal(r["amount"])) for r in said["recommendations"]}
    for i, row in enumerate(rows):
        row["decision"] = choices[i % 5]
        # As if something else had been recommended when it was decided.
        row["recommended"] = str(Decimal(row["recommended"]) + (i % 3) * Decimal("10.00"))
        row["amount"] = {"approve": row["recommended"], "override": "7.00"}.get(row["decision"], "")
        row.update(by="June Whitlock", when="2026-04-20", why="as agreed") if row["decision"] else None
        action, amount = now[row["agent"]]
        then = Decimal(row["recommended"])
        if row["decision"] in ("approve", "override") and action != "hold" and amount != then:
            expected.append([row["agent"], row["amount"], str(then), str(amount), str(amount - then)])
    decided = folder / "decided.csv"
    with decided.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    said = known.run("incentives", "--plan", plan.file, "--decisions", decided)
    keys = ("agent", "decided_amount", "recommended_then", "recommended_now", "difference")
    covered = known.last >= date.fromisoformat(said["to"]) and known.first <= date.fromisoformat(said["from"])
    found.same("adjustments", [[a[key] for key in keys] for a in said["adjustments"]], expected if covered else [])
    found.same("decisions", [r["decision"] for r in said["recommendations"]], [r["decision"] or None for r in rows])
    found.same("there are adjustments to look at", bool(expected and covered), True)
    return found


# Plans

BALANCED = {
    "name": "checked", "currency": "EUR", "period": "month", "pooled": 3,
    "pay": {"rule": "lower-bound", "certainty": 0.8, "on": "score", "bonus": "300.00", "hold": True,
            "resolution_floor": 0.8},
    "curve": {"unit": "spread", "threshold": 0, "target": 0.52, "stretch": 1.28, "at_stretch": 1.5},
    "measures": {"resolution": {"weight": 0.5}, "satisfaction": {"weight": 0.3}, "handle_time": {"weight": 0.2}},
}
STEPS = {"unit": "spread", "steps": [{"from": -0.6, "pays": 0.25}, {"from": 0, "pays": 1.0}, {"from": 0.7, "pays": 1.6}]}
RAW = {"pay": {"rule": "naive-observed", "on": "measures", "certainty": None, "resolution_floor": None}, "curve": None}


def changed(plan, **changes):
    """A plan with other keys; tables are merged, None takes a key out."""
    plan = deepcopy(plan)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(plan.get(key), dict) and key not in ("measures", "curve"):
            value = changed(plan[key], **value)
        plan[key] = value
        if value is None:
            del plan[key]
    return plan


def toml(table, path=""):
    """A table as TOML; numbers and texts as they are."""

    def inline(value):
        match value:
            case bool():
                return "true" if value else "false"
            case str():
                return f'"{value}"'
            case list():
                return "[" + ", ".join(inline(v) for v in value) + "]"
            case dict():
                return "{ " + ", ".join(f"{k} = {inline(v)}" for k, v in value.items()) + " }"
            case _:
                return f"{value}"

    lines = [f"{key} = {inline(value)}" for key, value in table.items() if not isinstance(value, dict)]
    for key, value in table.items():
        if isinstance(value, dict):
            lines += [f"[{path}{key}]", toml(value, f"{path}{key}.")]
    return "\n".join(lines)


def told_plans(figures, outcomes):
    """Plans of one thing each; what a log lacks is simply not known."""
    metrics = lambda **of: changed(BALANCED, measures=of, **RAW)
    judged = lambda **of: changed(BALANCED, pay={"on": "measures"}, curve=None, measures=of)
    line = lambda unit, threshold, target, **more: {"unit": unit, "threshold": threshold, "target": target, **more}
    gate = lambda on, bound, value, effect: {"on": on, bound: value, "effect": effect}
    units = lambda of, better, apply, up_to, rates: {
        "of": of, "better": better, "weight": 1.0, "unit": "figure" if of.startswith("figure") else "count",
        "tiers": [{"up_to": up_to, "rate": rates[0]}, {"up_to": 2 * up_to, "rate": rates[1]}, {"rate": rates[2]}],
        "tiers_apply": apply}
    rates = ["0.11", "0.17", "0.29"]
    plans = {
        "balanced": BALANCED,
        "best-guess": changed(BALANCED, pay={"rule": "best-guess", "certainty": None}),
        "surer": changed(BALANCED, pay={"certainty": 0.95, "rounding": "5.00"}),
        "league": changed(BALANCED, pay={"rule": "naive-league", "certainty": None}),
        "steps-and-drop": changed(BALANCED, curve=STEPS, gates=[gate("aht_s", "at_most", 330, "drop-a-tier"),
                                                               gate("transfer_rate", "at_most", 0.06, "halve")]),
        "gates": changed(BALANCED, gates=[gate("fcr", "at_least", 0.75, "zero"), gate("csat", "at_least", 0.7, "halve"),
                                          gate("handled", "at_least", 100, "drop-a-tier")]),
        "steep": changed(BALANCED, pay={"cap": 1.2, "hold": False, "resolution_floor": None},
                         curve=line("spread", -0.3, 0.4, at_threshold=0.25, times_slope=1.7, most=2.5)),
        "team-and-pool": changed(
            BALANCED, parts={"individual": 0.67, "team": 0.33}, pay={"cap": 1.2},
            pool={"amount": "1000.00", "on": "handled", "at_least": 10, "split": "contacts"},
            budget={"per_agent": "20.00", "scale": "down"}),
        "pool-not-earned": changed(
            BALANCED, pool={"amount": "1000.00", "on": "aht_s", "at_most": 1, "split": "equal"}),
        "raised": changed(BALANCED, pay={"cap": 1.6},
                          budget={"amount": "100000.00", "scale": "both", "most": 1.25},
                          pool={"amount": "90.00", "on": "transfer_rate", "at_most": 0.9, "split": "equal"}),
        "yen": changed(BALANCED, currency="JPY", pay={"bonus": "40000", "rounding": "500"},
                       budget={"amount": "90000", "scale": "down"}),
        "dinar": changed(BALANCED, currency="KWD", pay={"bonus": "91.125"}, budget={"per_agent": "3.333", "scale": "down"}),
        "recognition": changed(BALANCED, currency=None, pay={"bonus": None}, curve=STEPS),
        "band": changed(BALANCED, measures={"resolution": {"weight": 0.65}, "satisfaction": {"weight": 0.25},
                                            "handle_time": {"weight": 0.1, "two_sided": True, "band": 0.5}}),
        "by-week": changed(BALANCED, period="week", pooled=4, eligible={"contacts": 40}),
        "by-quarter": changed(BALANCED, period="quarter", pooled=1),
        "measures": judged(
            resolution={"weight": 0.5, **line("share", 0.7, 0.8, stretch=0.9, at_stretch=1.5)},
            satisfaction={"weight": 0.2, **line("percent-of-team", 90, 105, points_per_point=3, most=1.8)},
            handle_time={"weight": 0.3, **line("seconds", 420, 330, at_threshold=0.1)}),
        "measures-of-targets": changed(judged(
            resolution={"weight": 0.4, **line("percent-of-target", 95, 100, full=0.78, times_slope=0.5, most=1.3)},
            satisfaction={"weight": 0.3, **STEPS},
            handle_time={"weight": 0.3, **line("percent-of-team", 90, 100)}), parts={"individual": 0.5, "team": 0.5}),
        "band-of-measures": judged(
            resolution={"weight": 0.9, **line("spread", -0.5, 0.5)},
            handle_time={"weight": 0.1, "two_sided": True, **line("spread", -1, 0)}),
        "raw": metrics(
            short={"of": "aht_s", "better": "lower", "weight": 0.4, **line("percent-of-team", 90, 105, stretch=130, at_stretch=2)},
            many={"of": "handled", "better": "higher", "weight": 0.3, **line("percent-of-target", 50, 100, full=150)},
            kept={"of": "transfer_rate", "weight": 0.3, **line("share", 0.2, 0.05)}),
        "raw-spread": metrics(
            coded={"of": "fcr_coded", "weight": 0.5, **line("spread", -1, 1)},
            answers={"of": "csat_mean", "weight": 0.3, **line("points", 3, 4)},
            resolution={"weight": 0.2, **line("share", 0.6, 0.8)}),
        "league-of-measures": changed(metrics(
            short={"of": "aht_s", "better": "lower", "weight": 0.5, **line("spread", 0, 1)},
            resolution={"weight": 0.5, **STEPS}), pay={"rule": "naive-league"}),
        "retroactive": metrics(calls=units("handled", "higher", "retroactive", 120, rates)),
        "marginal": metrics(calls=units("handled", "higher", "marginal", 120, rates)),
    }
    if outcomes:
        plans["retention"] = changed(BALANCED, measures={
            "outcome": {"weight": 0.5}, "resolution": {"weight": 0.25}, "satisfaction": {"weight": 0.25}})
        plans["kept-customers"] = judged(outcome={"weight": 1.0, **line("share", 0.5, 0.6, stretch=0.8, at_stretch=2)})
    if figures:
        plans["figures"] = changed(
            BALANCED, prorate={"employed": True, "leave_days": "figure.leave"},
            eligible={"listed": True, "tenure_days": 60, "until_end": True},
            gates=[gate("figure.absences", "at_most", 2, "halve"), gate("figure.quality", "at_least", 0.5, "zero")])
        plans["paid-figures"] = changed(metrics(
            sold={**units("figure.sold", "higher", "marginal", 10.5, rates), "weight": 0.5, "level": "outcome"},
            quality={"of": "figure.quality", "better": "higher", "level": "quality", "weight": 0.5,
                     **line("figure", 0.4, 0.9)}),
            prorate={"leave_days": "figure.leave"}, eligible={"teams": ["Alder", "Birch"]})
    return plans


def random_plan(pick, figures, outcomes, teams):
    """A plan of anything that a plan may be."""
    some = lambda *options: pick.choice(options)
    number = lambda low, high: round(pick.uniform(low, high), some(1, 2, 4))
    currency = some("EUR", "EUR", "USD", "JPY", "KWD")
    cents = DECIMALS[currency]
    money = lambda low, high: f"{pick.uniform(low, high):.{cents}f}"
    rule, on = some("lower-bound", "lower-bound", "best-guess", "naive-observed", "naive-league"), some("score", "measures")
    naive = rule.startswith("naive")

    def curve(units, less=False):
        unit = some(*units)
        low, high = {"share": (0.5, 0.8), "seconds": (250, 450), "count": (20, 200), "points": (2, 4),
                     "percent-of-team": (80, 105), "percent-of-target": (70, 110), "figure": (0.2, 0.7),
                     "spread": (-0.8, 0.6)}[unit]
        less = less and unit in ("share", "seconds", "count", "points", "figure")
        points = sorted({number(low, high) for _ in range(3)} | {low, high}, reverse=less)
        of = {"unit": unit}
        if unit == "percent-of-target":
            of["full"] = some(0.8, 3.5, 300)
        if some(1, 2, 3) == 1:
            shares = sorted({round(pick.uniform(0, 3), 2) for _ in range(9)})[:len(points)]
            return of | {"steps": [{"from": p, "pays": s} for p, s in zip(points, shares)]}
        of |= {"threshold": points[0], "target": points[1]}
        if some(1, 2) == 1:
            of["at_threshold"] = number(0, 0.9)
        above = some("", "stretch", "times_slope", "points_per_point" if unit.startswith("percent") else "stretch")
        if above == "stretch":
            return of | {"stretch": points[2], "at_stretch": number(1, 3)}
        return of | ({above: number(0.1, 4), "most": number(1.1, 4)} if above else {})

    weights = [round(pick.uniform(0.1, 0.4), 2) for _ in range(2)]
    weights.append(round(1 - sum(weights), 2))
    measures = {}
    own = {"resolution": "share", "satisfaction": "share", "handle_time": "seconds", "aht_s": "seconds", "handled": "count",
           "transfer_rate": "share", "csat_mean": "points", "fcr": "share", "fcr_coded": "share", "talk_s": "seconds",
           "outcome": "share", "figure.quality": "figure", "figure.sold": "figure"}
    there = [w for w in own if (figures or not w.startswith("figure")) and (outcomes or w != "outcome")]
    words = pick.sample(there if naive else [w for w in judge.MEASURES if w in there], 3)
    for word, weight in zip(words, weights):
        of = {"of": word, "weight": weight}
        if word.startswith("figure") or word in ("handled", "aht_s", "talk_s"):
            of["better"] = some("higher", "lower")
        if word.startswith("figure"):
            of["level"] = "outcome"
        if word == "handle_time" and not naive and some(1, 2, 3) == 1:
            of |= {"two_sided": True, "band": number(0, 1.5)}
        if on == "measures":
            less = falls(word, of)
            if "two_sided" in of:
                of |= {"unit": "spread", "threshold": number(-2, -0.5), "target": number(-0.4, 0)}
            elif rule == "naive-observed" and own[word] in ("count", "figure") and not less and some(1, 2) == 1:
                ends = sorted({round(pick.uniform(1, 150), 2) for _ in range(2)})
                of |= {"unit": own[word], "tiers": [*({"up_to": e, "rate": money(0.1, 3)} for e in ends),
                                                    {"rate": money(1, 4)}], "tiers_apply": some("retroactive", "marginal")}
            else:
                units = ["spread"] if rule == "naive-league" else ["spread", own[word], "percent-of-team", "percent-of-target"]
                of |= curve(units, less)
        measures[word.replace(".", "_")] = of
    pay = {"rule": rule, "on": on, "bonus": money(100, 900), "hold": some(True, False)}
    if rule == "lower-bound":
        pay["certainty"] = min(number(0.5, 0.99), 0.99)
    if some(1, 2) == 1:
        pay["cap"] = number(0.2, 3)
    if some(1, 2) == 1:
        pay["resolution_floor"] = min(number(0.5, 0.99), 0.99)
    if some(1, 2) == 1:
        pay["rounding"] = {0: some("1", "10"), 2: some("0.05", "5.00"), 3: some("0.005", "1.000")}[cents]
    plan = {"name": "random", "currency": currency, "period": some("month", "month", "week", "quarter"),
            "pooled": some(1, 2, 3), "pay": pay, "measures": measures}
    if on == "score":
        plan["curve"] = curve(["spread"])
    bounds = {"aht_s": (250, 500), "fcr": (0.6, 0.9), "handled": (20, 150), "transfer_rate": (0.02, 0.15), "csat": (0.5, 0.8)}
    if figures:
        bounds |= {"figure.absences": (0, 5), "figure.quality": (0.3, 0.8)}
    gates = []
    for word in pick.sample(list(bounds), some(0, 0, 1, 2)):
        effects = ["zero", "halve"] + (["drop-a-tier"] if on == "score" else [])
        gates.append({"on": word, some("at_least", "at_most"): number(*bounds[word]), "effect": some(*effects)})
    if gates:
        plan["gates"] = gates
    if teams and not naive and some(1, 2, 3) == 1:
        individual = number(0, 1)
        plan["parts"] = {"individual": individual, "team": round(1 - individual, 4)}
    if some(1, 2, 3) == 1:
        on, bound = some(("handled", 300), ("aht_s", 300), ("transfer_rate", 0.07))
        plan["pool"] = {"amount": money(200, 5000), "on": on, some("at_least", "at_most"): bound,
                        "split": some("equal", "contacts")}
    if some(1, 2, 3) > 1:
        plan["budget"] = {some("amount", "per_agent"): money(10, 3000), "scale": "down"}
        if some(1, 2) == 1:
            plan["budget"] |= {"scale": "both", "most": number(1, 4)}
    if some(1, 2) == 1:
        plan["eligible"] = {"contacts": some(1, 50, 200)}
    if figures and some(1, 2) == 1:
        plan["prorate"] = {"employed": some(True, False), "leave_days": "figure.leave"}
        plan.setdefault("eligible", {}).update(listed=some(True, False), tenure_days=some(0, 400), until_end=some(True, False))
    return plan


# Logs


def sample(folder):
    """The sample calls with its roster, a little changed so that its days matter, and figures."""
    text = (ROOT / "sample-data/roster.csv").read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    hired, left = {3: "2026-03-09", 5: "2026-02-20"}, {4: "2026-03-20", 6: "2026-03-31"}
    for i, row in enumerate(rows):
        row["hired"], row["left"] = hired.get(i, row["hired"]), left.get(i, row["left"])
    roster = folder / "roster.csv"
    with roster.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows[:-1])
    pick = random.Random(4)
    figures = folder / "figures.csv"
    with figures.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["agent", "period", "absences", "quality", "leave", "sold"])
        for i, row in enumerate(rows):
            some = lambda value: "" if pick.random() < 0.1 else value
            for period in ["", "2026-03"][: 1 + i % 2]:
                writer.writerow([row["name"] or row["agent"], period, some(pick.randrange(5)),
                                 some(round(pick.uniform(0.3, 1), 3)), some(pick.choice([0, 0, 2.5, 40])),
                                 some(round(pick.uniform(0, 40), 2))])
    return Log("contacts", [ROOT / "sample-data/contacts.csv"], roster=roster, figures=figures,
               outcomes=ROOT / "sample-data/outcomes.csv", random_plans=60)


def logs(shared, folder):
    awkward = [Log(c.name, c.files, c.options, issue_is_fair=c.issue_is_fair, plans=["balanced", "measures", "raw"],
                   random_plans=2, zone=c.options[1] if c.options[:1] == ["--tz"] else "UTC")
               for c in judge.awkward_cases(folder) if not (c.judging or c.outcomes or "--from" in c.options)]
    months = judge.write_log(Path(folder) / "three-months.csv", 11, agents=24, days=92, calls=14_000, ghosts=20,
                             hasty=0.1, start=judge.datetime(2026, 3, 1))
    worlds = [Log(f"world-{i}", [shared / f"worlds/world-{i}/calls.csv.gz"], shared=True, random_plans=6,
                  plans=["balanced", "steep", "gates", "raised", "measures", "raw", "band"]) for i in (1, 2, 3)]
    # Agents who came, went, or were away for a month of three.
    return [sample(Path(folder)), Log("three-months", months.files, random_plans=20), coming_and_going(Path(folder)),
            *awkward, *worlds]


def coming_and_going(folder):
    """Three months in which some agents have no calls in the last one."""
    case = judge.write_log(folder / "coming-and-going.csv", 12, agents=16, days=92, calls=9_000,
                           start=judge.datetime(2026, 3, 1))
    rows = list(csv.reader(io.StringIO(case.files[0].read_text())))
    away = {"Agent 003": "2026-05", "Agent 004": "2026-05", "Agent 005": "2026-04", "Agent 006": "2026-03"}
    kept = [r for r in rows if away.get(r[6]) != r[1][:7]]
    with case.files[0].open("w", newline="") as file:
        csv.writer(file).writerows(kept)
    return Log("coming-and-going", case.files, plans=["balanced", "team-and-pool", "raised", "raw"], random_plans=12)


def templates(log, teams):
    """The plans that people start from, as far as a log has what they need."""
    texts = {file.stem: file.read_text() for file in sorted((ROOT / "examples/plans").glob("*.toml"))}
    fits = lambda name: (teams or name != "team-pool") and (log.outcomes or name != "retention")
    return {f"{name}.toml": text for name, text in texts.items() if fits(name)}


def check_log(program, log, folder):
    known, found, count = Known(program, log), Found(), 0
    told = told_plans(log.figures is not None, log.outcomes is not None)
    teams = bool(known.teams())
    plans = {name: of for name, of in told.items() if log.plans is None or name in log.plans}
    plans = {name: of for name, of in plans.items() if teams or "parts" not in of}
    pick = random.Random(f"{log.name} 20260301")
    for i in range(log.random_plans):
        plans[f"random {i}"] = random_plan(pick, log.figures is not None, log.outcomes is not None, teams)
    if log.plans is None:
        plans.update(templates(log, teams))
    for name, of in plans.items():
        file = folder / "plan.toml"
        file.write_text(of if isinstance(of, str) else toml(of))
        before = len(found.failures)
        try:
            check_plan(known, Plan.read(file), found)
        except RuntimeError as error:
            found.failures.append(str(error))
        found.failures[before:] = [f"{name}: {failure}" for failure in found.failures[before:]]
        count += 1
    if log.name == "three-months":
        file.write_text(toml(changed(BALANCED, pay={"certainty": 0.5, "resolution_floor": None})))
        decisions = check_decisions(program, known, Plan.read(file), folder)
        found.failures += [f"decisions: {failure}" for failure in decisions.failures]
    return found, count


# Quarters

QUARTERS = (1, 2, 3, 4)
LEAST_AGREEMENT, MOST_TO_THE_BELOW = 0.86, 0.03


def check_quarters(program, shared, folder):
    """Worlds of 90 days, three months judged together by the balanced plan; the means over all of them."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(shared / "worlds"))
    import sim

    failures, agreement, below = [], [], []
    for seed in QUARTERS:
        world = Path(folder) / f"quarter-{seed}"
        sim.dump(str(world), seed=seed, ncalls=1650, days=90)
        said = json.loads(judge.run(program, "incentives", world / "calls.csv", "--plan",
                                    ROOT / "examples/plans/balanced.toml", "--format", "json", "-q"))
        truth = {r["agent"]: float(r["true_quality"]) for r in csv.DictReader((world / "truth.csv").open())}
        rows = said["recommendations"]
        if said["period"] != "2025-05" or said["judged_from"] != "2025-03-01":
            failures.append(f"quarter {seed}: {said['period']} from {said['judged_from']}, not the last month with all three")
        scored = [(r["score"], truth[r["agent"]]) for r in rows if r["score"] is not None]
        agreement.append(float(spearmanr(*zip(*scored))[0]))
        middle, total = np.median(list(truth.values())), sum(Decimal(r["amount"]) for r in rows)
        below.append(float(sum(Decimal(r["amount"]) for r in rows if truth[r["agent"]] < middle) / total))
        held = sum(Decimal(r["if_released"] or 0) for r in rows)
        if total + held > Decimal(said["budget"]):
            failures.append(f"quarter {seed}: {total} and {held} held are more than the budget {said['budget']}")
        print(f"     quarter {seed}: agreement with true quality {agreement[-1]:.4f}, to the below {below[-1]:.4f}, "
              f"paid {total} and held {held} of {said['budget']}", flush=True)
    agreement, below = np.mean(agreement), np.mean(below)
    if agreement < LEAST_AGREEMENT:
        failures.append(f"agreement with true quality is {agreement:.4f}; the goal is {LEAST_AGREEMENT}")
    if below > MOST_TO_THE_BELOW:
        failures.append(f"{below:.4f} go to agents truly below the middle; the goal is {MOST_TO_THE_BELOW}")
    print(f"{'FAIL' if failures else 'ok  '} quarters: agreement {agreement:.4f}, to the below {below:.4f}")
    for failure in failures:
        print(f"     {failure}")
    return not failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda p: str(Path(p).resolve()), help="path to callmerit")
    parser.add_argument("logs", nargs="*", help="names of logs, or `quarters`; all of them without it")
    parser.add_argument("--shared", type=Path, default=Path(), help="folder with the shared data")
    parser.add_argument("--require-shared", action="store_true", help="fail where the shared data is missing")
    asked = parser.parse_intermixed_args()
    shared = asked.shared.resolve()
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for log in logs(shared, folder):
            if asked.logs and log.name not in asked.logs:
                continue
            if log.shared and not log.files[0].exists() and not asked.require_shared:
                print(f"skip {log.name}: needs the shared data, see --shared")
                skipped += 1
                continue
            began = time.monotonic()
            found, count = check_log(asked.program, log, folder)
            actions = ", ".join(f"{n} {a}" for a, n in sorted(found.actions.items()))
            print(f"{'FAIL' if found.failures else 'ok  '} {log.name}: {count} plans, {found.values} values compared, "
                  f"{actions}; {len(found.failures)} failures; {time.monotonic() - began:.1f} s")
            for failure in found.failures[:SHOWN_FAILURES]:
                print(f"     {failure}", flush=True)
            failed, passed = failed + bool(found.failures), passed + (not found.failures)
        if not asked.logs or "quarters" in asked.logs:
            if (shared / "worlds/sim.py").exists() or asked.require_shared:
                fine = check_quarters(asked.program, shared, folder)
                failed, passed = failed + (not fine), passed + fine
            else:
                print("skip quarters: need the shared data, see --shared")
                skipped += 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
