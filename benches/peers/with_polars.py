"""The report in Polars:  with_polars.py FILE THREADS ANSWER.json streaming|in-memory"""

import json
import os
import sys

file, threads, answer, ENGINE = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads  # read when Polars is imported

import polars as pl
from polars import col

COLUMNS = [
    "contact_id", "started_at", "connected_at", "ended_at", "direction", "channel", "queue", "agent",
    "agent_login", "team", "site", "customer_id", "caller_number", "dialled_number", "wait_seconds",
    "talk_seconds", "hold_seconds", "after_call_work_seconds", "outcome", "transferred", "resolved",
    "satisfaction", "recording",
]
NUMBERS = {"wait_seconds", "talk_seconds", "hold_seconds", "after_call_work_seconds", "satisfaction"}
WEEK = pl.duration(days=7)


def scan(file: str) -> pl.LazyFrame:
    if file.endswith(".parquet"):
        return pl.scan_parquet(file)
    schema = {name: pl.Int32 if name in NUMBERS else pl.String for name in COLUMNS}
    # to_datetime with a format is twice as fast as a Datetime column in the schema
    return pl.scan_csv(file, schema=schema).with_columns(
        col("started_at").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")
    )


def load(file: str) -> pl.LazyFrame:
    calls = scan(file).select(
        "contact_id", "started_at", "queue", "agent", "customer_id", "wait_seconds", "satisfaction",
        handle_seconds=col("talk_seconds") + col("hold_seconds") + col("after_call_work_seconds"),
        answered=col("outcome") == "answered",
        transferred=col("transferred") == "yes",
        resolved=col("resolved") == "yes",
    )
    # few rows are duplicates, so this is faster than unique(subset="contact_id")
    calls = calls.filter(col("contact_id").is_first_distinct()).drop("contact_id")
    return calls.collect(engine=ENGINE).lazy()


def agents(calls: pl.LazyFrame) -> pl.LazyFrame:
    handled = calls.filter("answered").group_by("agent").agg(
        handled=pl.len(),
        aht_s=col("handle_seconds").mean(),
        handle_p50_s=col("handle_seconds").quantile(0.5, "linear"),
        handle_p90_s=col("handle_seconds").quantile(0.9, "linear"),
        transfer_rate=col("transferred").mean(),
        csat=(col("satisfaction") >= 4).mean(),
        csat_mean=col("satisfaction").mean(),
        csat_n=col("satisfaction").count(),
        fcr_coded=col("resolved").mean(),
    )
    # The customer's next start that is strictly later. Sorted, it is the start of the row
    # below; if that is the same, what the row below finds; after the last, never.
    below = col("started_at").shift(-1)
    next_start = (
        pl.when(col("customer_id").ne_missing(col("customer_id").shift(-1))).then(pl.datetime(9999, 1, 1))
        .when(below > col("started_at")).then(below)
        .backward_fill()
    )
    last_start = calls.select(col("started_at").max()).collect().item()
    first_contact = (
        calls.filter(col("customer_id").is_not_null())
        .select("customer_id", "started_at", "agent", "answered", "transferred")
        .sort("customer_id", "started_at")
        .with_columns(next_start=next_start)
        .filter(col("answered") & (col("started_at") <= last_start - WEEK))
        .group_by("agent").agg(
            fcr_n=pl.len(),
            fcr=(~col("transferred") & (col("next_start") > col("started_at") + WEEK)).mean(),
        )
    )
    return handled.join(first_contact, on="agent", how="left").with_columns(col("fcr_n").fill_null(0))


def queues(calls: pl.LazyFrame) -> pl.LazyFrame:
    answered, wait = col("answered"), col("wait_seconds")
    return calls.group_by("queue").agg(
        offered=pl.len(),
        answered=answered.sum(),
        service_level=(answered & (wait <= 20)).sum() / (answered | (wait > 5)).sum(),
        asa_s=wait.filter(answered).mean(),
    )


if __name__ == "__main__":
    calls = load(file)
    with open(answer, "w") as out:
        frames = pl.collect_all([agents(calls), queues(calls)], engine=ENGINE)
        json.dump([row for frame in frames for row in frame.to_dicts()], out)
