#!/usr/bin/env python3
"""Whether goals are reached alike by agents whom luck favoured and by those whom it did not.

In simulated worlds of two months nobody becomes better or worse. `callmerit goals --reached` sets goals by the first month
and says who reached them in the second. A goal that starts from what was seen is missed by the lucky and reached by the
unlucky; ours must be reached by each third of what was seen in the first month in the same share, to within 0.05, over all
worlds and measures. Beside it the naive rule, the own result and 0.3 of a step, and the rule that scorecards had before.

The results of both months are taken from `callmerit scorecard`, so that what `goals` says of them is looked at, too: the
thirds, who reached what, and the chances, which must be those of a normal variable.

    python3 check.py target/debug/callmerit --shared ../shared
"""

import argparse
import importlib.util
import json
import math
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.stats import norm

HERE = Path(__file__).parent
SEEDS = range(1, 9)
FIRST, SECOND = "2025-03", "2025-04"
DAYS = 61
# Calls an agent and month are those of the published worlds.
CALLS = 550 * DAYS / 30
AGENTS = 200
MEASURES = ("resolution", "satisfaction", "handle_time")
TARGET = 0.3
LEVEL = 0.05
CALIBRATED = 0.03
RULES = ("ours", "before", "naive", "naive, adjusted")


def simulation(shared):
    """The simulation that the published worlds come from."""
    path = shared / "worlds" / "sim.py"
    spec = importlib.util.spec_from_file_location("sim", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr}")
    return json.loads(done.stdout)


def steps(measure, level, expected, step):
    """How far a level lies from an expectation, in steps; more is better."""
    return -math.log(level / expected) / step if measure == "handle_time" else (level - expected) / step


def thirds(values):
    """0, 1 or 2 for each of the values: its third."""
    order = np.argsort(values, kind="stable")
    places = np.empty(len(values), int)
    places[order] = np.arange(len(values))
    cuts = [len(values) // 3, len(values) * 2 // 3]
    return np.digitize(places, cuts)


def of_world(program, calls, faults):
    """One row for each goal that has a result: measure, thirds, and by which rule it was reached."""
    cards = run(program, "scorecard", calls, "--period", "month", "--format", "json", "-q")
    said = run(program, "goals", calls, "--plan", HERE / "plan.toml", "--for", SECOND, "--reached", "--format", "json", "-q")
    of = {(c["period"], c["agent"]): c["measures"] for c in cards["scorecards"]}
    step = {m["measure"]: m["spread"] for m in cards["measures"] if m["period"] == FIRST}
    rows, refused = [], defaultdict(lambda: [0, 0])
    for goal in said["goals"]:
        measure, agent = goal["measure"], goal["agent"]
        refused[measure][0] += goal["action"] == "refused"
        refused[measure][1] += 1
        if goal["action"] != "goal" or goal["reached"] is None:
            continue
        then, now = of[FIRST, agent][measure], of[SECOND, agent][measure]
        place = lambda card, key: steps(measure, card[key], card["expected"], step[measure])
        own, seen, came = place(then, "shrunk"), place(then, "observed"), place(now, "observed")
        stretch = own + max(0.6, 0.3 * (0.674 - own))
        levels = [("threshold", own), ("target", own + TARGET), ("stretch", stretch)]
        mark = ([name for name, at in levels if came >= at] or ["no"])[-1]
        if mark != goal["reached"] and min(abs(came - at) for _, at in levels) > 1e-9:
            faults.append(f"{calls}: {agent} {measure} reached {goal['reached']}, by the scorecards {mark}")
        sign = -1 if measure == "handle_time" else 1
        raw_step = step[measure] * (then["observed"] if measure == "handle_time" else 1)
        rows.append({
            "measure": measure, "agent": agent, "seen": seen, "raw": sign * then["observed"],
            "ours": came >= own + TARGET,
            "before": came >= own + max(0.15, 0.3 * (0.674 - own)),
            "naive": sign * now["observed"] >= sign * then["observed"] + TARGET * raw_step,
            "naive, adjusted": came >= seen + TARGET,
            "chance": goal["chance_target"],
        })
        deviation = goal["detectable_steps"] / (2 * norm.ppf(0.8))
        for key, at, better in (("threshold", own, 0), ("target", own + TARGET, 0), ("stretch", stretch, 0.5)):
            told = goal[f"chance_{key}{'_if_better' if better else ''}"]
            if abs(told - norm.cdf((own - at + better) / deviation)) > 1e-6:
                faults.append(f"{calls}: {agent} {measure}: the chance of the {key} is {told}")
    for measure in MEASURES:
        mine = [r for r in rows if r["measure"] == measure]
        for key in ("seen", "raw"):
            for row, third in zip(mine, thirds([r[key] for r in mine])):
                row[f"third by {key}"] = third
        for third, name in enumerate(("lower", "middle", "upper")):
            told = [a for a in said["attainment"] if (a["measure"], a["third"]) == (measure, name)]
            own = [r["ours"] for r in mine if r["third by seen"] == third]
            if [(a["goals"], a["target"]) for a in told] != [(len(own), sum(own))]:
                faults.append(f"{calls}: {measure}, {name} third: {told}, by the scorecards {sum(own)} of {len(own)}")
    return rows, refused


def shares(rows, rule, by):
    return [float(np.mean([r[rule] for r in rows if r[f"third by {by}"] == third])) for third in range(3)]


def show(label, rows):
    print(f"\n{label}: {len(rows)} goals with a result")
    print(f"  {'rule':<18}{'by the adjusted result':>28}{'by the raw result':>28}{'all':>9}")
    for rule in RULES:
        parts = [" / ".join(f"{s:.3f}" for s in shares(rows, rule, by)) for by in ("seen", "raw")]
        print(f"  {rule:<18}{parts[0]:>28}{parts[1]:>28}{np.mean([r[rule] for r in rows]):>9.3f}")
    print(f"  {'ours, as foretold':<74}{np.mean([r['chance'] for r in rows]):>9.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--require-shared", action="store_true", help="fail where the simulation is missing")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    asked = parser.parse_args()
    if not asked.shared or not (asked.shared / "worlds" / "sim.py").exists():
        print("skipped: the simulation lies in the shared data, which are not here")
        return int(asked.require_shared)
    sim = simulation(asked.shared)
    rows, faults, refused = [], [], defaultdict(lambda: np.zeros(2, int))
    with tempfile.TemporaryDirectory() as folder:
        for seed in asked.seeds:
            world = Path(folder) / str(seed)
            sim.dump(str(world), seed, A=AGENTS, gam=0, days=DAYS, ncalls=CALLS)
            of, no = of_world(asked.program, world / "calls.csv", faults)
            rows += of
            for measure, counts in no.items():
                refused[measure] += counts
    print(f"{len(asked.seeds)} worlds of {AGENTS} agents and two months in which nobody changes; thirds of what was seen in the "
          "first month, lower / middle / upper")
    for measure in MEASURES:
        mine = [r for r in rows if r["measure"] == measure]
        if mine:
            show(measure.replace("_", " "), mine)
    show("all measures", rows)
    for measure, (no, all_of) in refused.items():
        print(f"{'refused' if measure == MEASURES[0] else '':<10}{measure}: {no} of {all_of}")
    for by in ("seen", "raw"):
        ours = shares(rows, "ours", by)
        if max(ours) - min(ours) > LEVEL:
            faults.append(f"targets are not reached alike by thirds of {by}: {ours}")
        naive = shares(rows, "naive", by)
        if not naive[0] > naive[1] > naive[2] or naive[0] - naive[2] < 2 * LEVEL:
            faults.append(f"the naive rule is level here, so that these worlds show nothing: {naive}")
    foretold, found = np.mean([r["chance"] for r in rows]), np.mean([r["ours"] for r in rows])
    if abs(foretold - found) > CALIBRATED:
        faults.append(f"{found:.3f} of the targets are reached, {foretold:.3f} were foretold")
    no, all_of = refused["satisfaction"]
    if no < 0.8 * all_of:
        faults.append(f"only {no} of {all_of} monthly goals in satisfaction are refused")
    print()
    for fault in faults[:20]:
        print("FAULT", fault)
    print("goals are reached alike" if not faults else f"{len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
