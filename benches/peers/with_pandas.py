"""The report in pandas:  with_pandas.py FILE THREADS ANSWER.json"""

import json
import sys

import pandas as pd
import pyarrow

IDS = ["contact_id", "customer_id"]
NAMES = ["queue", "agent", "outcome", "transferred", "resolved"]
NUMBERS = ["wait_seconds", "talk_seconds", "hold_seconds", "after_call_work_seconds", "satisfaction"]
COLUMNS = [*IDS, *NAMES, "started_at", *NUMBERS]
WEEK = pd.Timedelta(days=7)


def load(file: str) -> pd.DataFrame:
    if file.endswith(".parquet"):
        calls = pd.read_parquet(file, columns=COLUMNS)
    else:
        types = dict.fromkeys(IDS, "str") | dict.fromkeys(NAMES, "category") | dict.fromkeys(NUMBERS, "float64")
        calls = pd.read_csv(file, engine="pyarrow", usecols=COLUMNS, dtype=types, parse_dates=["started_at"])
    return calls.drop_duplicates("contact_id")


def agents(calls: pd.DataFrame) -> pd.DataFrame:
    answered = calls[calls["outcome"] == "answered"]
    score, resolved = answered["satisfaction"], answered["resolved"]
    handled = pd.DataFrame({
        "agent": answered["agent"],
        "handle": answered["talk_seconds"] + answered["hold_seconds"] + answered["after_call_work_seconds"],
        "transferred": answered["transferred"] == "yes",
        "resolved": (resolved == "yes").astype("float64").where(resolved.notna()),
        "score": score,
        "top": (score >= 4).astype("float64").where(score.notna()),
    }).groupby("agent")
    handle = handled["handle"].quantile([0.5, 0.9]).unstack()
    report = pd.DataFrame({
        "handled": handled.size(),
        "aht_s": handled["handle"].mean(),
        "handle_p50_s": handle[0.5],
        "handle_p90_s": handle[0.9],
        "transfer_rate": handled["transferred"].mean(),
        "csat": handled["top"].mean(),
        "csat_mean": handled["score"].mean(),
        "csat_n": handled["score"].count(),
        "fcr_coded": handled["resolved"].mean(),
    })

    # the customer's next start that is strictly later: the next of his distinct starts
    known = calls.loc[calls["customer_id"].notna(), ["customer_id", "started_at", "agent", "outcome", "transferred"]]
    starts = known[["customer_id", "started_at"]].drop_duplicates().sort_values(["customer_id", "started_at"])
    starts["next_start"] = starts.groupby("customer_id")["started_at"].shift(-1)
    known = known.merge(starts, on=["customer_id", "started_at"])
    matured = known["started_at"] <= calls["started_at"].max() - WEEK
    contacts = known[matured & (known["outcome"] == "answered")]
    came_back = contacts["next_start"] <= contacts["started_at"] + WEEK
    settled = ((contacts["transferred"] != "yes") & ~came_back).groupby(contacts["agent"])
    report["fcr"] = settled.mean()
    report["fcr_n"] = settled.size().reindex(report.index, fill_value=0)
    return report


def queues(calls: pd.DataFrame) -> pd.DataFrame:
    answered, wait = calls["outcome"] == "answered", calls["wait_seconds"]
    queue = pd.DataFrame({
        "queue": calls["queue"],
        "answered": answered,
        "in_time": answered & (wait <= 20),
        "counted": answered | (wait > 5),
        "wait": wait.where(answered),
    }).groupby("queue")
    return pd.DataFrame({
        "offered": queue.size(),
        "answered": queue["answered"].sum(),
        "service_level": queue["in_time"].sum() / queue["counted"].sum(),
        "asa_s": queue["wait"].mean(),
    })


if __name__ == "__main__":
    file, threads, answer = sys.argv[1:]
    pyarrow.set_cpu_count(int(threads))
    calls = load(file)
    reports = [agents(calls).reset_index(), queues(calls).reset_index()]
    with open(answer, "w") as out:
        # (DataFrame.to_json would round the numbers)
        rows = [row for report in reports for row in report.to_dict("records")]
        json.dump([{k: None if v != v else v for k, v in row.items()} for row in rows], out)
