#!/usr/bin/env python3
"""Holds what callmerit writes against its schemas with a validator that is not ours.

    VENV/bin/pip install -r tests/schema/requirements.txt
    VENV/bin/python tests/schema/check.py PATH_TO_CALLMERIT

The schemas in docs/schema/ are schemas of draft 2020-12, and what a few commands write is valid by them. `tests/schema.rs` has
every command and its variants, with a validator of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "sample-data/contacts.csv"
PLAN = ["--plan", "examples/plans/balanced.toml"]
COMMANDS = [
    ("report", ["report", SAMPLE, *PLAN]),
    ("report", ["report", "sample-data/asterisk-queue_log*"]),
    ("scorecard", ["scorecard", SAMPLE, "--period", "month", "--roster", "sample-data/roster.csv"]),
    ("signals", ["signals", "sample-data/asterisk-queue_log*", "--contacts"]),
    ("incentives", ["incentives", SAMPLE, *PLAN, "--compare", "naive"]),
    ("goals", ["goals", SAMPLE, *PLAN]),
    ("explain", ["explain", SAMPLE, *PLAN, "--agent", "Okafor, Ada"]),
    ("metrics", ["metrics", SAMPLE, "--by", "agent,week"]),
    ("check", ["check", SAMPLE, "--outcomes", "sample-data/outcomes.csv"]),
    ("plan-check", ["plan", "check", "examples/plans/pay-for-speed.toml", SAMPLE]),
]


def main():
    callmerit = Path(sys.argv[1]).resolve()
    validators = {}
    for path in sorted((ROOT / "docs" / "schema").glob("*.json")):
        schema = json.loads(path.read_text())
        Draft202012Validator.check_schema(schema)
        validators[path.stem] = Draft202012Validator(schema)

    def run(*args):
        # A plan with errors ends with 1, and is told all the same.
        done = subprocess.run([callmerit, *args, "-q"], cwd=ROOT, capture_output=True)
        if done.returncode > 1:
            sys.exit(f"{' '.join(args)}\nfailed: {done.stderr.decode()}")
        return done.stdout.decode()

    checked = faults = 0
    for name, command in COMMANDS:
        documents = [(name, run(*command, "--format", "json"))]
        documents += [(f"{name}-line", line) for line in run(*command, "--format", "ndjson").splitlines()]
        for schema, text in documents:
            checked += 1
            for error in list(validators[schema].iter_errors(json.loads(text)))[:3]:
                faults += 1
                print(f"  {' '.join(command)}, {schema}, at {error.json_path}: {error.message[:200]}")
    print(f"{len(validators)} schemas, {checked} documents and lines, {faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
