#!/usr/bin/env python3
"""Times callmerit against DuckDB, Polars and pandas, and checks that they agree. See README.md."""

import argparse
import json
import math
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict, namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "callmerit-peers"
SCRIPTS = {  # contender: its script and what follows FILE THREADS ANSWER
    "duckdb": ["with_duckdb.py"],
    "polars-streaming": ["with_polars.py", "streaming"],
    "polars-in-memory": ["with_polars.py", "in-memory"],
    "pandas": ["with_pandas.py"],
}
CONTENDERS = ["callmerit", *SCRIPTS, "wc"]
METRICS = {
    "agent": [
        "handled", "aht_s", "handle_p50_s", "handle_p90_s", "transfer_rate",
        "csat", "csat_mean", "csat_n", "fcr_coded", "fcr", "fcr_n",
    ],
    "queue": ["offered", "answered", "service_level", "asa_s"],
}
COUNTS = {"handled", "csat_n", "fcr_n", "offered", "answered"}

Run = namedtuple("Run", "wall cpu memory")


def say(text):
    print(text, file=sys.stderr, flush=True)


def measure(command):
    """The seconds, CPU seconds and peak megabytes of a process, from its start to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit status {process.returncode} from: {' '.join(map(str, command))}")
    to_mb = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, else in KiB
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * to_mb / 1e6)


def read_answer(path):
    """{("agent", name): row, ("queue", name): row} of a JSON array of rows."""
    rows = json.loads(path.read_text())
    return {(by, row[by]): row for by in METRICS for row in rows if row.get(by) is not None}


def disagreements(answer, reference):
    for key in sorted(answer.keys() | reference.keys()):
        if key not in answer or key not in reference:
            yield f"{key}: only in {'the answer' if key in answer else 'the reference'}"
            continue
        for metric in METRICS[key[0]]:
            found, expected = answer[key].get(metric), reference[key].get(metric)
            if metric in COUNTS or found is None or expected is None:
                agree = found == expected
            else:
                agree = math.isclose(found, expected, rel_tol=1e-9)
            if not agree:
                yield f"{key} {metric}: {found} instead of {expected}"


class Bench:
    def __init__(self, options):
        self.options = options
        self.python = options.venv / "bin" / "python"
        self.answer = options.work / "answer.json"
        self.references = {}
        self.checked = 0

    def make_venv(self):
        wanted = (HERE / "requirements.txt").read_text()
        stamp = self.options.venv / "requirements.txt"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        say(f"creating {self.options.venv}")
        subprocess.run([sys.executable, "-m", "venv", self.options.venv], check=True)
        subprocess.run(
            [self.python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True
        )
        stamp.write_text(wanted)

    def file(self, calls, format):
        return self.options.work / f"calls-{calls}.{format}"

    def make_files(self, calls):
        if not all(self.file(calls, format).exists() for format in ("parquet", "csv")):
            say(f"generating {calls:,} calls")
            part = self.options.work / "part"
            subprocess.run([self.python, HERE / "generate.py", str(calls), part], check=True)
            for format in ("parquet", "csv"):
                part.with_suffix(f".{format}").rename(self.file(calls, format))
        # not timed: what every answer for this many calls is compared with
        subprocess.run(self.command("duckdb", self.file(calls, "parquet")), check=True)
        self.references[calls] = read_answer(self.answer)

    def command(self, contender, file):
        threads = str(self.options.threads)
        if contender == "wc":
            return ["sh", "-c", 'cat "$1" | wc -l', "sh", file]
        if contender in SCRIPTS:
            script, *more = SCRIPTS[contender]
            return [self.python, HERE / script, file, threads, self.answer, *more]
        if contender == "callmerit, 1 thread":
            threads = "1"
        return [
            self.options.callmerit, "metrics", file, "--by", "agent", "--by", "queue",
            "--format", "json", "--threads", threads, "-o", self.answer, "-q",
        ]

    def run(self, contender, calls, format):
        self.answer.unlink(missing_ok=True)
        run = measure(self.command(contender, self.file(calls, format)))
        say(f"  {contender}: {run.wall:.2f} s")
        if contender != "wc":
            found = list(disagreements(read_answer(self.answer), self.references[calls]))
            if found:
                print(f"{contender} on {format}: {len(found)} values disagree with DuckDB on Parquet")
                print(*found[:20], sep="\n")
                sys.exit(1)
            self.checked += 1
        return run

    def race(self, rivals, calls, format):
        """Runs callmerit next to each rival, the one first and then the other; returns
        the runs of each, and how many times callmerit's time each rival took, pair by pair."""
        say(f"{format}, {calls:,} calls")
        warm(self.file(calls, format))
        runs, ratios = defaultdict(list), defaultdict(list)
        for turn in range(self.options.repeats):
            for rival in rivals:
                pair = ["callmerit", rival] if self.options.callmerit else [rival]
                for contender in pair if turn % 2 == 0 else reversed(pair):
                    runs[contender].append(self.run(contender, calls, format))
                if self.options.callmerit:
                    ratios[rival].append(runs[rival][-1].wall / runs["callmerit"][-1].wall)
        return runs, ratios

    def versions(self):
        names = [line.split("==")[0] for line in (HERE / "requirements.txt").read_text().split()]
        code = "import sys, importlib.metadata as m; print(*[n + ' ' + m.version(n) for n in sys.argv[1:]], sep=', ')"
        versions = output([self.python, "-c", code, *names]) + f", Python {platform.python_version()}"
        if self.options.callmerit:
            versions = output([self.options.callmerit, "--version"]) + ", " + versions
        return versions

    def import_times(self, modules):
        for module in modules:
            runs = [measure([self.python, "-c", f"import {module}"]) for _ in range(6)][1:]
            yield f"{module} {statistics.median(run.wall for run in runs):.2f} s"


def output(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def warm(file):
    with open(file, "rb", buffering=0) as read:
        while read.read(1 << 20):
            pass


def cpu_model():
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def print_table(runs, ratios):
    print("| | Wall time, s | fastest – slowest | CPU time, s | Peak memory, MB | Wall time ÷ callmerit's |")
    print("|---|--:|--:|--:|--:|--:|")
    names = {"wc": r"`cat FILE \| wc -l`"}
    for contender, timed in runs.items():
        wall = [run.wall for run in timed]
        ratio = f"{statistics.median(ratios[contender]):.2f}" if contender in ratios else "1" if ratios else ""
        memory = f"{statistics.median(run.memory for run in timed):,.0f}" if contender != "wc" else ""
        print(
            f"| {names.get(contender, contender)} | {statistics.median(wall):.2f} "
            f"| {min(wall):.2f} – {max(wall):.2f} | {statistics.median(run.cpu for run in timed):.2f} "
            f"| {memory} | {ratio} |"
        )


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000_000, help="calls in the export; pandas gets a tenth")
    parser.add_argument("--callmerit", type=Path, help="the binary (default: target/release, else on PATH)")
    parser.add_argument("--contenders", default=",".join(CONTENDERS), help="which to run")
    parser.add_argument("--formats", default="csv,parquet")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5, help="pairs per contender and file")
    parser.add_argument("--work", type=Path, default=CACHE / "work", help="folder of the exports")
    parser.add_argument("--venv", type=Path, default=CACHE / "venv", help="folder of the Python packages")
    options = parser.parse_args()

    options.contenders = options.contenders.split(",")
    if unknown := set(options.contenders) - set(CONTENDERS):
        parser.error(f"no such contender: {', '.join(sorted(unknown))}")
    if "callmerit" not in options.contenders:
        options.callmerit = None
    elif options.callmerit:
        if not options.callmerit.is_file():
            parser.error(f"{options.callmerit} does not exist")
        options.callmerit = options.callmerit.resolve()
    else:
        built = HERE.parents[1] / "target" / "release" / "callmerit"
        options.callmerit = built if built.is_file() else shutil.which("callmerit")
        if not options.callmerit:
            say("callmerit is not built (cargo build --release): timing the others only")
    options.work = options.work.resolve()
    options.venv = options.venv.absolute()
    return options


def main():
    sys.stdout.reconfigure(line_buffering=True)
    options = parse_options()
    options.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(options)
    bench.make_venv()

    chosen = [name for name in options.contenders if name != "callmerit"]
    everyone = [name for name in chosen if name != "pandas"]
    if options.callmerit and options.threads > 1:
        everyone.append("callmerit, 1 thread")
    races = [(options.calls, everyone)]
    if "pandas" in chosen:
        races.append((max(options.calls // 10, 1), ["pandas"]))

    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    print(f"- Machine: {os.cpu_count()} cores, {cpu_model()}, "
          f"{memory / 1e9:.0f} GB of memory, {platform.system()} {platform.release()}")
    print(f"- Versions: {bench.versions()}")
    print(f"- Threads: {options.threads}; the tables give medians of {options.repeats} pairs of runs")
    for calls, rivals in races:
        bench.make_files(calls)
        for format in options.formats.split(","):
            on_this = [name for name in rivals if format == "csv" or name != "wc"]
            runs, ratios = bench.race(on_this, calls, format)
            size = bench.file(calls, format).stat().st_size
            print(f"\n{format}, {calls:,} calls, {size / 1e6:,.0f} MB:\n")
            print_table(runs, ratios)
    modules = dict.fromkeys(name.split("-")[0] for name in chosen if name in SCRIPTS)
    print()
    if modules:
        print(f"- Of these times, starting Python and importing: {', '.join(bench.import_times(modules))}")
    print(f"- All {bench.checked} answers agree: counts equal, other values within 1e-9 of the value")
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"- Less memory than run.py's own {floor / 1e6:.0f} MB cannot be seen")


if __name__ == "__main__":
    main()
