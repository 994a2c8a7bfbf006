#!/usr/bin/env python3
"""Runs callmerit over the exports of unknown sources in this folder and compares with what NAME.json expects.

    python3 check.py PATH_TO_CALLMERIT [NAME...]

Exit 0 if everything agrees, 1 if anything differs, 2 if it could not be tried. What is compared:
metrics   `callmerit metrics FILE --format json`, every metric that NAME.json names, floats within 1e-6
mapping   `callmerit check FILE --format json`, its `columns`, and `intake` (rows, and that its buckets sum)
manners   the guess on stderr, no customer in any output, no panic; a refused file exits 2 with an empty stdout
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-6
TIMEOUT_S = 120

# The program may name its fields a little differently, or split one into parts; these are the families they belong to.
FAMILIES = {
    "start": "start started started_at start_time start_date start_at date time datetime timestamp queued queued_at offered_at",
    "answered_at": "answered_at answer_time connected_at", "ended_at": "end ended ended_at end_time",
    "contact": "contact contact_id call call_id id", "agent": "agent agent_id agent_name", "queue": "queue queue_name",
    "issue": "issue topic reason", "direction": "direction", "channel": "channel media",
    "wait": "wait wait_s wait_ms wait_time queue_time", "talk": "talk talk_s talk_ms talk_time", "hold": "hold hold_s hold_ms hold_time",
    "acw": "acw acw_s acw_ms after_call_work wrap_up", "handle": "handle handle_s handle_ms handle_time",
    "customer": "customer customer_id caller", "transferred": "transferred transfer transfers is_transfer", "resolved": "resolved resolution",
    "csat": "csat satisfaction survey score", "outcome": "outcome answered abandoned status result is_answered is_abandoned",
}
FAMILY = {name: family for family, names in FAMILIES.items() for name in names.split()}


def run(program, arguments):
    try:
        done = subprocess.run([program, *arguments], capture_output=True, timeout=TIMEOUT_S, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return None, "", f"still running after {TIMEOUT_S} s"
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def first_lines(text, n=2):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[:n])[:240] or "(nothing)"


def without_path(text, path):
    """What the program says itself; a file's name must not count as its explanation."""
    return text.replace(str(path), "").replace(path.name, "")


def shown(value):
    return "null" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


# ------------------------------------------------------------------------------------------------ metrics


def same(expected, got):
    if expected is None or got is None or isinstance(got, (str, bool)):
        return expected is None and got is None
    return isinstance(got, (int, float)) and abs(expected - got) <= TOLERANCE


def compare_metrics(expected, output):
    try:
        answer = json.loads(output)
    except ValueError as error:
        return [f"metrics: stdout is no JSON ({error})"]
    if not (isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], dict)):
        return ["metrics: stdout is not an array of one object"]
    faults = []
    for name, value in expected.items():
        if name == "rows":
            continue
        if name not in answer[0]:
            faults.append(f"{name}: absent, expected {shown(value)}")
        elif not same(value, answer[0][name]):
            faults.append(f"{name}: {shown(answer[0][name])}, expected {shown(value)}")
    return faults


# ------------------------------------------------------------------------------------------------ mapping


def family_of(name):
    name = re.sub(r"[^a-z]+", "_", str(name or "").lower()).strip("_")
    return FAMILY.get(name, name)


def columns_by_family(columns):
    """{family: [column, ...]}; entries without a field are columns that the program left unused."""
    found = {}
    for entry in columns:
        family = family_of(entry.get("field"))
        used = entry.get("column")
        if used in (None, []) or family in ("", "none", "null", "ignored", "unused", "unknown", "not_used"):
            continue
        found.setdefault(family, []).extend(used if isinstance(used, list) else [used])
    return {family: [str(c) for c in used] for family, used in found.items()}


def is_made_of(column, parts):
    """True for `Date` and `Date + Time` with parts Date and Time, false where anything else is in it."""
    rest = column
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "\0")
    return "\0" in rest and not re.search(r"\w", re.sub(r"\b(and|to|from|minus|less|joined|with)\b", "", rest))


def names_column(text, column):
    """A second column of the same name may carry a number: `Status`, `Status (1)`, `Status#1`."""
    return text == column or re.fullmatch(re.escape(column) + r"\W{0,3}[12]?\W?", text) is not None


def agrees(wanted, family, found):
    used = found.get(family, [])
    if wanted is None:
        return not used
    if isinstance(wanted, str):
        return bool(used) and all(names_column(u, wanted) for u in used)
    if isinstance(wanted, list):
        return all(any(part in u for u in used) for part in wanted) and all(is_made_of(u, wanted) for u in used)
    if "any" in wanted:
        return any(agrees(option, family, found) for option in wanted["any"])
    parts = wanted["difference"]
    times = used + [u for f in ("start", "answered_at", "ended_at", "wait", "talk") for u in found.get(f, [])]
    return all(any(part in u for u in times) for part in parts) and all(is_made_of(u, parts) for u in used)


def compare_mapping(expected, found):
    faults = []
    for family, wanted in expected.get("mapping", {}).items():
        if not agrees(wanted, family, found):
            faults.append(f"column for {family}: {found.get(family) or 'none'}, expected {json.dumps(wanted, ensure_ascii=False)}")
    for column, families in expected.get("never", {}).items():
        for family in families:
            if any(column == u for u in found.get(family, [])):
                faults.append(f"column `{column}` taken for {family}")
    return faults


def counts(left_out):
    """left_out as {reason: n}, as {reason: {"rows": n}} or as a list of such objects."""
    if isinstance(left_out, bool) or left_out is None:
        return 0
    if isinstance(left_out, (int, float)):
        return left_out
    if isinstance(left_out, list):
        return sum(counts(entry) for entry in left_out)
    for key in ("rows", "count", "n"):
        if isinstance(left_out.get(key), int):
            return left_out[key]
    return sum(counts(entry) for entry in left_out.values() if not isinstance(entry, (str, list)))


def compare_check(expected, output):
    try:
        answer = json.loads(output)
    except ValueError as error:
        return [f"check: stdout is no JSON ({error})"]
    columns, intake = answer.get("columns"), answer.get("intake")
    if not isinstance(columns, list) or not all(isinstance(c, dict) for c in columns):
        return ["check: `columns` is not an array of objects"]
    if not isinstance(intake, dict) or not isinstance(intake.get("rows"), int):
        return ["check: `intake` has no `rows`"]
    faults = compare_mapping(expected, columns_by_family(columns))
    rows, extra = expected["metrics"]["rows"], expected.get("extra_lines", 0)
    if not rows <= intake["rows"] <= rows + extra:
        faults.append(f"intake rows: {intake['rows']}, expected {rows}" + (f" to {rows + extra}" if extra else ""))
    if isinstance(intake.get("kept"), int) and intake["kept"] + counts(intake.get("left_out")) != intake["rows"]:
        faults.append(f"intake does not sum: kept {intake['kept']} + left out {counts(intake.get('left_out'))} is not {intake['rows']}")
    return faults


# ------------------------------------------------------------------------------------------------ one file


def start_columns(expected):
    start = expected["mapping"].get("start")
    return [start] if isinstance(start, str) else start or []


def examine_readable(program, path, expected):
    arguments = [str(path), "--format", "json", *expected["args"]]
    code, metrics, said = run(program, ["metrics", *arguments])
    faults = []
    if code != 0:
        faults.append(f"metrics: exit {code}: {first_lines(without_path(said, path))}")
    else:
        faults += compare_metrics(expected["metrics"], metrics)
        missing = [c for c in start_columns(expected) if c not in said]
        if missing:
            faults.append(f"metrics: stderr does not show the guess: `{missing[0]}` is not named")
    code, check, check_said = run(program, ["check", *arguments])
    if code != 0:
        faults.append(f"check: exit {code}: {first_lines(without_path(check_said, path))}")
    else:
        faults += compare_check(expected, check)
    everything = metrics + said + check + check_said
    leaked = [value for value in expected.get("private", []) if value in everything]
    if leaked:
        faults.append(f"a customer is printed: {leaked[0]}")
    if "panicked at" in everything:
        faults.append("the program panicked")
    return faults


def examine_refused(program, path, expected):
    code, output, said = run(program, ["metrics", str(path), "--format", "json", *expected["args"]])
    faults = []
    if code != expected["exit"]:
        faults.append(f"exit {code}, expected {expected['exit']}: {first_lines(without_path(said, path))}")
    if output.strip():
        faults.append(f"stdout is not empty: {first_lines(output)}")
    explanation = without_path(said, path).lower()
    for wanted in expected["stderr_mentions"]:
        options = [wanted] if isinstance(wanted, str) else wanted
        if not any(option.lower() in explanation for option in options):
            faults.append(f"stderr mentions none of {', '.join(options)}: {first_lines(without_path(said, path))}")
    if "panicked at" in said:
        faults.append("the program panicked")
    return faults


def examine(program, name):
    expected = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    path = HERE / expected["file"]
    one = examine_refused if "exit" in expected else examine_readable
    return expected["file"], one(program, path, expected)


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip())
        return 2
    program = str(Path(sys.argv[1]).resolve())
    if not Path(program).is_file():
        print(f"no program at {sys.argv[1]}", file=sys.stderr)
        return 2
    known = sorted(p.stem for p in HERE.glob("*.json"))
    names = [Path(a).name.split(".")[0] for a in sys.argv[2:]] or known
    unknown = [n for n in names if n not in known]
    if unknown:
        print(f"no such file here: {', '.join(unknown)}", file=sys.stderr)
        return 2
    tally = Counter()
    for name in names:
        file, faults = examine(program, name)
        tally["fail" if faults else "pass"] += 1
        print(f"{'FAIL' if faults else 'pass'}  {file}", flush=True)
        for fault in faults:
            print(f"        {fault}", flush=True)
    print(f"\n{tally['pass']} of {len(names)} pass, {tally['fail']} fail")
    return 1 if tally["fail"] else 0


if __name__ == "__main__":
    sys.exit(main())
