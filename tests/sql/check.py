#!/usr/bin/env python3
"""Checks the program's metrics against their SQL, run by DuckDB over the calls that `callmerit export` writes.

    python3 -m venv VENV && VENV/bin/pip install -r tests/sql/requirements.txt
    VENV/bin/python tests/sql/check.py PATH_TO_CALLMERIT [--shared DIR] [--require-shared] [FILE_OR_CASE ...]

Every metric, grouping and case is compared: counts must be equal, other numbers within 1e-12 (quantiles 1e-9) of
each other, unknown must be unknown, and no group may be on one side only. Without FILE_OR_CASE all cases run;
those that need DIR are skipped without it, or fail with --require-shared.
"""

import argparse
import csv
import json
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample-data"
SHOWN_FAILURES = 20

GROUPINGS = [(), *[(g,) for g in "agent queue team issue direction hour weekday day week month interval".split()]]
GROUPINGS.append(("queue", "hour"))
START = "make_timestamp(local_ms * 1000)"
# A group's label as SQL; a grouping that is not here is a column of its own.
LABELS = {
    "hour": f"strftime({START}, '%H')",
    "weekday": f"dayname({START})",
    "day": f"strftime({START}, '%Y-%m-%d')",
    "week": f"strftime({START}, '%G-W%V')",
    "month": f"strftime({START}, '%Y-%m')",
    "interval": "strftime(make_timestamp(local_ms // 1800000 * 1800000000), '%Y-%m-%d %H:%M')",
}
# What `:same` in the relations stands for.
SAME = {"customer": "0", "customer+queue": "queue", "customer+issue": "issue"}
# The metrics that a source cannot tell without a column of `calls`.
NEEDED_BY = {
    "wait_ms": {"short_abandoned", "service_level", "asa_s", "longest_wait_s"},
    "abandoned": {"abandoned", "short_abandoned", "abandon_rate", "service_level"},
    "handle_ms": {"aht_s", "handle_p50_s", "handle_p90_s"},
    "talk_ms": {"talk_s"}, "hold_ms": {"hold_s"}, "acw_ms": {"acw_s"}, "transferred": {"transfer_rate"},
    "customer": {"fcr", "fcr_low", "fcr_high", "fcr_n", "fcr_unknown"},
    "resolved": {"fcr_coded", "fcr_coded_n"},
    "score_hundredths": {"csat", "csat_mean", "csat_n"},
}
# Of those, the ones that are more than 0 in SQL where a source has no such column.
WITHHELD = {"service_level", "fcr_unknown"}


@dataclass
class Case:
    """Files that are read as one log, and the options to read them with."""

    name: str
    files: list
    options: list = field(default_factory=list)
    shared: bool = False


@dataclass
class Tally:
    """What a case came to."""

    calls: int = 0
    runs: int = 0
    values: int = 0
    not_told: set = field(default_factory=set)
    left_out: set = field(default_factory=set)
    failures: list = field(default_factory=list)
    shared_rows: bool = False


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, cwd=ROOT)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr.decode().strip()}")
    return done.stdout


def run_json(program, *arguments):
    return json.loads(run(program, *arguments, "--format", "json"))


def load_calls(program, case, reading, folder):
    """A database with the case's `calls`."""
    table = Path(folder) / f"{re.sub('[^a-z0-9]', '-', case.name)}.parquet"
    run(program, "export", *case.files, *case.options, *reading, "-q", "-o", table)
    db = duckdb.connect()
    db.execute("CREATE TABLE calls AS SELECT * FROM read_parquet(?)", [str(table)])
    return db


def columns_with_values(db):
    """The columns of `calls` that hold something: a value, or `true` where they are marks."""
    marks = {"answered", "abandoned", "transferred", "rang", "in_period"}
    columns = db.table("calls").columns
    counts = ", ".join(f"count(*) FILTER ({c if c in marks else c + ' IS NOT NULL'})" for c in columns)
    return {c for c, n in zip(columns, db.execute(f"SELECT {counts} FROM calls").fetchone()) if n}


def prepare(db, definitions, match):
    """Makes the tables `contacts` and `handled`, and returns the metrics with their parameters filled in."""
    parameters = {**definitions["parameters"], "same": SAME[match]}

    def filled(sql):
        return re.sub(r":([a-z_]+)", lambda m: str(parameters[m[1]]), sql)

    relations = filled(definitions["relations"])
    for table in ("contacts", "handled"):
        db.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {relations} SELECT * FROM {table}")
    return [{**metric, "sql": filled(metric["sql"])} for metric in definitions["metrics"]]


def measure(db, metrics, grouping):
    """The metrics of each group, by SQL. A group is one that any leg of the period belongs to."""
    keys = [LABELS.get(name, name) for name in grouping]
    by = f"GROUP BY {', '.join(keys)}" if keys else ""
    found = [()]
    if keys:
        found = db.execute(f"SELECT DISTINCT {', '.join(keys)} FROM calls WHERE in_period").fetchall()
    nothing, measured = {}, []
    for over in ("contacts", "handled"):
        ids = [m["id"] for m in metrics if m["over"] == over]
        values = ", ".join(m["sql"] for m in metrics if m["over"] == over)
        nothing.update(zip(ids, db.execute(f"SELECT {values} FROM {over} WHERE false").fetchone()))
        for row in db.execute(f"SELECT {', '.join([*keys, values])} FROM {over} {by}").fetchall():
            measured.append((row[: len(keys)], dict(zip(ids, row[len(keys) :]))))
    groups = {group: dict(nothing) for group in found}
    for group, values in measured:
        groups.setdefault(group, dict(nothing)).update(values)
    return groups


def agree(metric, said, expected):
    if None in (said, expected):
        return said is expected
    if metric["unit"] == "count":
        return type(said) is int and said == expected
    tolerance = 1e-9 if "quantile" in metric["sql"] else 1e-12
    return abs(said - float(expected)) <= tolerance * max(abs(said), abs(float(expected)))


def cannot_be_told(metric_id, formula, held):
    """True where the source has no column for the metric."""
    lacks = {column for column, ids in NEEDED_BY.items() if metric_id in ids and column not in held}
    return bool(lacks - ({"abandoned"} if metric_id == "service_level" and formula == "answered-only" else set()))


def compare(tally, where, metrics, formula, held, said, expected):
    """Compares the groups that the program told with those of the SQL."""
    for group in sorted({*said, *expected}, key=str):
        if group not in said or group not in expected:
            teller = "SQL" if group in expected else "the program"
            tally.failures.append(f"{where}, group {group}: only {teller} has it")
            continue
        for metric in metrics:
            ours, sql = said[group][metric["id"]], expected[group][metric["id"]]
            tally.values += 1
            # Rows of several agents tell no single agent's transfers; the export cannot show that they were several.
            if ours is None and metric["id"] == "transfer_rate" and tally.shared_rows and "agent" in said[group]:
                continue
            if ours is None and cannot_be_told(metric["id"], formula, held):
                tally.not_told.add(metric["id"])
                if sql in (None, 0) or metric["id"] in WITHHELD:
                    continue
            if not agree(metric, ours, sql):
                tally.failures.append(f"{where}, group {group}: {metric['id']}: program {ours}, SQL {sql}")


def by_group(rows, tally, where):
    """The program's rows of several groupings: grouping -> group -> values."""
    names = {name for grouping in GROUPINGS for name in grouping}
    groupings = {}
    for row in rows:
        keys = {name: row[name] for name in row if name in names}
        groups = groupings.setdefault(tuple(keys), {})
        group = tuple(keys.values())
        if group in groups:
            tally.failures.append(f"{where} by {','.join(keys)}, group {group}: the program has it twice")
        groups[group] = row
    return groupings


def check_definitions(program, case, reading, asked, db, held, tally):
    """Compares everything under one choice of definitions."""
    where = " ".join([*reading, *asked]) or "as it comes"
    asked = [*asked, "--agent-service-level", "--interval", "30m"]
    read = [*case.files, *case.options, *reading]
    scorecard = run_json(program, "scorecard", *read, *asked)
    formula = scorecard["definitions"]["service_level_formula"]
    metrics = prepare(db, run_json(program, "definitions", *asked), scorecard["definitions"]["fcr_match"])
    for metric in list(metrics):
        try:
            db.execute(f"SELECT {metric['sql']} FROM {metric['over']}")
        except duckdb.Error as error:
            tally.failures.append(f"{where}: {metric['id']}: its SQL fails: {str(error).splitlines()[0]}")
            metrics.remove(metric)
    groupings = [g for g in GROUPINGS if all(name in held or name in LABELS for name in g)]
    tally.left_out |= {f"by {','.join(g)}" for g in GROUPINGS if g not in groupings}
    by = [option for g in groupings for option in ("--by", ",".join(g) or "none")]
    said = by_group(run_json(program, "metrics", *read, *asked, *by), tally, where)
    for grouping in groupings:
        expected = measure(db, metrics, grouping)
        here = f"{where}, by {','.join(grouping) or 'none'}"
        compare(tally, here, metrics, formula, held, said.get(grouping, {}), expected)
        if grouping == ("agent",):
            cards = {(card["agent"],): card for card in scorecard["scorecards"]}
            expected = {group: values for group, values in expected.items() if values["handled"] and group[0]}
            compare(tally, f"{where}, scorecards", metrics, formula, held, cards, expected)
    tally.runs += 1


def middle_of(db):
    """Options for a period inside the log, and the same as SQL: from one midnight to noon of another day."""
    days = [d for (d,) in db.execute("SELECT DISTINCT local_ms // 86400000 FROM calls ORDER BY 1").fetchall()]
    first, last = days[len(days) // 4], days[len(days) * 3 // 4]
    date = [(datetime(1970, 1, 1) + timedelta(days=day)).date() for day in (first, last)]
    within = f"local_ms >= {first * 86_400_000} AND local_ms < {last * 86_400_000 + 43_200_000}"
    return ["--from", str(date[0]), "--to", f"{date[1]}T12:00"], within


def check_case(program, case, folder):
    tally = Tally()
    tally.shared_rows = case.name.startswith("genesys")
    db = load_calls(program, case, [], folder)
    held = columns_with_values(db)
    tally.calls = db.execute("SELECT count(*) FROM calls").fetchone()[0]
    formulas = run_json(program, "definitions")["service_level_formulas"]
    for asked in ([], *(["--sl-formula", formula] for formula in formulas)):
        check_definitions(program, case, [], asked, db, held, tally)
    for match in SAME:
        if not held.issuperset(match.split("+")):
            tally.left_out.add(f"--fcr-match {match}")
            continue
        asked = ["--sl-seconds", "30", "--short-abandon", "10", "--fcr-window", "3d", "--fcr-match", match]
        check_definitions(program, case, [], asked, db, held, tally)
    period, within = middle_of(db)
    for reading in (["--direction", "all", "--channel", "all"], period):
        db = load_calls(program, case, reading, folder)
        check_definitions(program, case, reading, [], db, columns_with_values(db), tally)
    # All legs of a contact carry its start, which decides.
    wrong = db.execute(f"SELECT count(*) FROM calls WHERE in_period <> ({within})").fetchone()[0]
    if wrong:
        tally.failures.append(f"{wrong} calls are on the wrong side of --from or --to")
    window = ["--fcr-window", "3d"] if "customer" in held else []
    check_definitions(program, case, period, window, db, columns_with_values(db), tally)
    return tally


def awkward_log(path):
    """Writes contacts of several legs, equal starts, repeats just at a window's end, unknown waits and customers."""
    pick = random.Random(20260315)
    end = datetime(2026, 4, 8, 17)
    agents = ["O'Neil, Ann", 'Kaya, "Bo"', "Łukasz Żak", "Ann  O'Neil", "ågren;Siv", "7"]
    teams = dict(zip(agents, ["Oak", "Oak", "Ash", "Ash", "Elm", ""]))
    header = next(csv.reader((SAMPLES / "contacts.csv").read_text(encoding="utf-8").splitlines()))
    rows = []

    def some(share, values):
        return pick.choice(values) if pick.random() < share else ""

    def contact(start, customer, queue, issue, legs=1):
        number = f"C{len(rows):06}"
        for leg in range(legs):
            start += timedelta(seconds=pick.choice([0, 0, 1, 45, 4_000]) if leg else 0)
            agent = pick.choice(agents)
            rows.append([
                number, f"{start:%Y-%m-%dT%H:%M:%S}Z", pick.choice(["inbound"] * 9 + ["outbound"]), "voice",
                some(0.7, ["Billing", "Sales"]) if leg else queue, issue, some(0.95, [agent]), teams[agent],
                some(0.9, [customer] * 9 + ["K0"]), some(0.8, [0, 4, 5, 6, 10, 20, 21, 30, 31, 250]),
                some(0.9, range(900)), some(0.7, range(60)), some(0.7, range(90)),
                pick.choice(["answered"] * 8 + ["abandoned"] * 2 + ["ring no answer"]), some(0.8, ["yes", "no", "no"]),
                some(0.6, ["yes", "no"]), some(0.4, "12345"),
            ])
            if pick.random() < 0.04:
                rows.append(list(rows[-1]))  # delivered twice

    for _ in range(1_500):
        start = end - timedelta(minutes=5 * pick.randrange(24 * 288), seconds=pick.choice([0, 0, 1]))
        about = f"K{pick.randrange(400)}", some(0.8, ["Billing", "Sales", "Café, VIP"]), some(0.7, ["bill", "move"])
        contact(start, *about, legs=pick.choice([1, 1, 1, 2, 3]))
        again = start + timedelta(days=pick.choice([3, 7]), seconds=pick.choice([-1, 0, 0, 1]))
        if again < end and pick.random() < 0.4:
            contact(again, *about)
        elif pick.random() < 0.05:
            contact(start, *about)  # calls twice in one second
    for days in (3, 7):
        for seconds in (*range(-60, 61, 5), -1, 1):
            contact(end - timedelta(days=days, seconds=seconds), f"E{days}{seconds}", "Sales", "bill")
    # The last contact's second leg is later than any start, and delivered twice.
    contact(end, "LAST", "Sales", "move")
    rows[-1][2] = "inbound"
    second = [rows[-1][0], f"{end + timedelta(seconds=30):%Y-%m-%dT%H:%M:%S}Z", *rows[-1][2:]]
    rows.extend([second, list(second)])
    pick.shuffle(rows)
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def sparse_log(path):
    """Writes answered calls only, of which little more than agent and times are known."""
    pick = random.Random(7)
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.write("started_at,agent,wait_seconds,talk_seconds\n")
        for i in range(600):
            start = datetime(2025, 12, 22, 8) + timedelta(minutes=37 * i)
            file.write(f"{start},{pick.choice(['Ann', 'Bo', 'Cy'])},{pick.randrange(40)},{pick.randrange(600)}\n")


def built_in_cases(shared, folder):
    awkward, sparse = Path(folder) / "awkward.csv", Path(folder) / "sparse.csv"
    awkward_log(awkward)
    sparse_log(sparse)
    bank = ["--profile", ROOT / "examples/profiles/anonymous-bank.toml"]
    return [
        Case("contacts", [SAMPLES / "contacts.csv"]),
        Case("amazon-connect", [SAMPLES / "amazon-connect.parquet"]),
        Case("genesys-cloud", [SAMPLES / "genesys-cloud.csv"]),
        Case("five9", [SAMPLES / "five9-call-log.csv"]),
        Case("asterisk", [SAMPLES / "asterisk-queue_log.1", SAMPLES / "asterisk-queue_log"]),
        Case("awkward", [awkward], ["--tz", "Europe/London"]),
        Case("sparse", [sparse]),
        Case("bank", [shared / "data/anonymous-bank-1999/january.txt"], bank, shared=True),
        Case("world-1", [shared / "worlds/world-1/calls.csv.gz"], shared=True),
    ]


def summary(case, tally):
    """A line on the case, and one for each of its first failures."""
    asides = [("not told", tally.not_told), ("left out", tally.left_out)]
    line = f"{'FAIL' if tally.failures else 'ok  '} {case.name}: {tally.calls} calls, {tally.runs} choices of definitions"
    line += f", {tally.values} values compared, {len(tally.failures)} failures"
    line += "".join(f"; {title}: {', '.join(sorted(names))}" for title, names in asides if names)
    return "\n     ".join([line, *tally.failures[:SHOWN_FAILURES]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=lambda p: str(Path(p).resolve()), help="path to callmerit")
    parser.add_argument("cases", nargs="*", help="files, or names of built-in cases; all of those without it")
    parser.add_argument("--shared", type=Path, default=Path(), help="folder with the shared data")
    parser.add_argument("--require-shared", action="store_true", help="fail where the shared data is missing")
    asked = parser.parse_intermixed_args()
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as folder:
        built_in = {case.name: case for case in built_in_cases(asked.shared.resolve(), folder)}
        cases = [built_in.get(c) or Case(c, [Path(c).resolve()]) for c in asked.cases] or built_in.values()
        for case in cases:
            if case.shared and not case.files[0].exists() and not asked.require_shared:
                print(f"skip {case.name}: needs the shared data, see --shared")
                skipped += 1
                continue
            try:
                tally = check_case(asked.program, case, folder)
            except (RuntimeError, duckdb.Error) as error:
                tally = Tally(failures=[str(error)])
            print(summary(case, tally), flush=True)
            failed, passed = failed + bool(tally.failures), passed + (not tally.failures)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
