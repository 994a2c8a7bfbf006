#!/usr/bin/env python3
"""Does what the recipes in examples/nightly/ say, on the sample data, and looks whether it came about.

    python3 -m venv VENV && VENV/bin/pip install -r tests/recipes/requirements.txt
    VENV/bin/python tests/recipes/check.py PATH_TO_CALLMERIT
"""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import yaml

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "examples" / "nightly"
CALLMERIT = Path(sys.argv[1]).resolve()


def say(text):
    print(text, flush=True)


def run(command, folder, **more):
    """Runs a command that must succeed; returns what it printed."""
    environment = os.environ | {"PATH": f"{CALLMERIT.parent}:{os.environ['PATH']}"} | more.pop("env", {})
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def project(folder):
    """A project on the sample data, with a plan, as `init` writes it and its remarks say."""
    (folder / "exports").mkdir(parents=True)
    shutil.copy(ROOT / "sample-data/contacts.csv", folder / "exports/calls-2026-04-11.csv")
    shutil.copy(ROOT / "sample-data/roster.csv", folder)
    shutil.copy(ROOT / "examples/plans/technical-support.toml", folder / "plan.toml")
    run([CALLMERIT, "init", "exports/calls-2026-04-11.csv", "--tz", "Europe/London", "-q"], folder)
    file = folder / "callmerit.toml"
    text = file.read_text("utf-8")
    for key in ("roster", "plan"):
        assert f"# {key} = " in text
        text = re.sub(rf"^# {key} = ", f"{key} = ", text, flags=re.M)
    added = re.findall(r"^#   (\".*\",)$", text[text.index("# With a plan also"):], flags=re.M)
    assert '"recommendations.csv",' in added, text
    text = text.replace('  "scorecards.csv",\n', '  "scorecards.csv",\n' + "".join(f"  {line}\n" for line in added))
    file.write_text(text, "utf-8")
    return folder


def nights(folder):
    return sorted(path.name for path in (folder / "out").glob("20*"))


def cron(top):
    home = top / "home"
    folder = project(home / "callmerit")
    jobs = [line for line in (RECIPES / "callmerit.cron").read_text("utf-8").splitlines() if line[:1] not in ("#", "")]
    assert len(jobs) == 2
    limits = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
    for job in jobs:
        *times, command = job.split(None, 5)
        for time, (least, most) in zip(times, limits, strict=True):
            assert re.fullmatch(r"\*|\d+(-\d+)?", time), job
            assert all(least <= int(number) <= most for number in re.findall(r"\d+", time)), job
        # cron reads a bare percent sign as the end of the line.
        assert not re.search(r"(?<!\\)%", command), job
        assert run(["/bin/sh", "-c", command.replace("\\%", "%")], top, env={"HOME": str(home)}) == "", job
    assert len(nights(folder)) == 3 and (folder / "out/latest/manifest.json").is_file(), nights(folder)


def systemd(top):
    folder = project(top / "systemd")
    units = []
    for name in ("callmerit.service", "callmerit.timer"):
        text = (RECIPES / name).read_text("utf-8").replace("/usr/local/bin/callmerit", str(CALLMERIT))
        units.append(top / name)
        units[-1].write_text(text.replace("/srv/callmerit", str(folder)), "utf-8")
    if shutil.which("systemd-analyze"):
        run(["systemd-analyze", "verify", *map(str, units)], top)
        calendar = re.search(r"^OnCalendar=(.*)$", units[1].read_text("utf-8"), flags=re.M)[1]
        run(["systemd-analyze", "calendar", calendar], top)
    else:
        say("skipped: there is no systemd-analyze here")
    commands = re.findall(r"^ExecStart=(.*)$", units[0].read_text("utf-8"), flags=re.M)
    assert len(commands) == 2
    for command in commands:
        run(shlex.split(command), folder)
    assert len(nights(folder)) == 1


def make(top):
    folder = project(top / "make")
    shutil.copy(RECIPES / "Makefile", folder)
    run(["make", "NIGHT=2026-04-18"], folder)
    run(["make"], folder)
    run(["make", "verify"], folder)
    assert "Scorecards" in run(["make", "-s", "report"], folder)
    assert nights(folder)[0] == "2026-04-18" and len(nights(folder)) == 2
    (folder / "out/2026-04-18/days.csv").write_text("changed")
    assert subprocess.run(["make", "verify"], cwd=folder, capture_output=True).returncode != 0, "a changed night passes"


def actions(top):
    folder = project(top / "actions")
    flow = yaml.safe_load((RECIPES / "github-actions.yml").read_text("utf-8"))
    # YAML reads `on` as true.
    assert flow[True]["schedule"] == [{"cron": "30 5 * * *"}]
    steps = flow["jobs"]["night"]["steps"]
    summary = top / "summary.md"
    done = 0
    for step in steps:
        assert ("uses" in step) != ("run" in step), step
        if "run" not in step or step["name"] == "Install callmerit":
            continue
        run(["bash", "-e", "-c", step["run"]], folder, env={"GITHUB_STEP_SUMMARY": str(summary), "DATE": ""})
        done += 1
    assert done == 4 and summary.stat().st_size > 0 and len(nights(folder)) == 1


def power_query(top):
    night = project(top / "query")
    run([CALLMERIT, "run", "-q"], night)
    text = (RECIPES / "scorecards.pq").read_text("utf-8")
    bare = re.sub(r'"[^"]*"', '""', re.sub(r"//.*", "", text))
    for opening, closing in ("()", "{}", "[]"):
        assert bare.count(opening) == bare.count(closing)
    assert len(re.findall(r"\blet\b", bare)) == len(re.findall(r"\bin\b", bare)) == 2
    reads = re.findall(r'SelectColumns\(Read\("([^"]+)"\), \{([^}]*)\}', text)
    assert [file for file, _ in reads] == ["scorecards.csv", "recommendations.csv"]
    known = set()
    for file, columns in reads:
        with open(night / "out/latest" / file, encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        names = re.findall(r'"([^"]+)"', columns)
        assert set(names) <= set(header), (file, set(names) - set(header))
        known |= set(names)
    named = {name for pair in re.findall(r'\{"(\w+)", (?:type|\w+\.Type)|\{"(\w+)"', text) for name in pair if name}
    assert named <= known, named - known


def pandas(top):
    night = project(top / "pandas")
    run([CALLMERIT, "run", "-q", "--date", "2026-04-18"], night)
    printed = run([sys.executable, str(RECIPES / "newest_night.py"), "out/latest"], night)
    with open(night / "out/latest/recommendations.csv", encoding="utf-8", newline="") as lines:
        cents = sum(round(float(row["amount"]) * 100) for row in csv.DictReader(lines))
    assert cents > 0 and f"sum of amounts: {cents / 100:.2f}" in printed, printed
    manifest = json.loads((night / "out/latest/manifest.json").read_text("utf-8"))
    assert printed.startswith(f"2026-04-18: {manifest['counts']['kept']} of 3112 rows"), printed


def sql(top):
    folder = project(top / "sql")
    run([CALLMERIT, "run", "-q", "--date", "2026-04-08"], folder)
    run([CALLMERIT, "run", "-q", "--date", "2026-04-18"], folder)
    # Late calls restate the first night.
    export = folder / "exports/calls-2026-04-11.csv"
    rows = export.read_text("utf-8").splitlines()
    export.write_text("\n".join(rows[:40] + rows[41:]) + "\n", "utf-8")
    run([CALLMERIT, "run", "-q", "--date", "2026-04-08"], folder)
    assert nights(folder) == ["2026-04-08", "2026-04-08.2", "2026-04-18"]
    before = os.getcwd()
    os.chdir(folder)
    found = duckdb.sql((RECIPES / "nights.sql").read_text("utf-8")).fetchall()
    os.chdir(before)
    expected = []
    for name, night in (("2026-04-08.2", "2026-04-08"), ("2026-04-18", "2026-04-18")):
        with open(folder / "out" / name / "queues.csv", encoding="utf-8", newline="") as lines:
            expected += [(night, row["queue"], int(row["offered"])) for row in csv.DictReader(lines)]
    assert [(str(row[0]), row[1], row[2]) for row in found] == expected, found


def main():
    for recipe in (cron, systemd, make, actions, power_query, pandas, sql):
        with tempfile.TemporaryDirectory() as top:
            recipe(Path(top))
        say(f"ok: {recipe.__name__}")


main()
