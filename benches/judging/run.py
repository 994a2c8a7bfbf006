#!/usr/bin/env python3
"""Times judging beside reading: `callmerit scorecard` against `callmerit metrics --by agent` of the same calls, in turn.

    run.py --callmerit TARGET/release/callmerit [--calls N] [--agents N ...] [--repeats N] [--work FOLDER]

Both read the same file the same way, find each contact's next one and measure every agent; the scorecard judges as
well. What judging adds is the difference. Needs the package duckdb, to write the log.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import generate


def measure(command):
    """Seconds, CPU seconds and peak MB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit status {process.returncode} from: {' '.join(map(str, command))}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--callmerit", required=True)
    parser.add_argument("--calls", type=int, default=10_000_000)
    parser.add_argument("--agents", type=int, nargs="+", default=[5_000, 20_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--work", default=str(Path(tempfile.gettempdir()) / "callmerit-judging"))
    arguments = parser.parse_args()
    work = Path(arguments.work)
    work.mkdir(parents=True, exist_ok=True)
    print("| agents | calls | metrics | scorecard | judging adds | of metrics | of its CPU time | memory |")
    print("|---|---|---|---|---|---|---|---|")
    for agents in arguments.agents:
        log = work / f"{arguments.calls}-{agents}.csv"
        if not log.exists():
            generate(arguments.calls, agents, str(log))
        common = [str(log), "--format", "json", "-q", "-o", str(work / "out.json")]
        runs = {"metrics": [], "scorecard": []}
        commands = {
            "metrics": [arguments.callmerit, "metrics", "--by", "agent", *common],
            "scorecard": [arguments.callmerit, "scorecard", *common],
        }
        for _ in range(arguments.repeats):
            for name, command in commands.items():
                runs[name].append(measure(command))
        cards = json.loads((work / "out.json").read_text())["scorecards"]
        if len(cards) != agents or any(c["score"] is None for c in cards):
            sys.exit(f"{len(cards)} scorecards instead of {agents}, or one without a score")
        middle = {name: [statistics.median(run[i] for run in of) for i in range(3)] for name, of in runs.items()}
        (m_wall, m_cpu, _), (s_wall, s_cpu, s_memory) = middle["metrics"], middle["scorecard"]
        adds = [b[0] / a[0] - 1 for a, b in zip(runs["metrics"], runs["scorecard"])]
        print(f"| {agents:,} | {arguments.calls:,} | {m_wall:.2f} s | {s_wall:.2f} s | {s_wall - m_wall:.2f} s "
              f"| {statistics.median(adds):.2f} ({min(adds):.2f} to {max(adds):.2f}) | {s_cpu / m_cpu - 1:.2f} "
              f"| {s_memory:,.0f} MB |")


if __name__ == "__main__":
    main()
