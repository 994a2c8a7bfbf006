"""Writes an invented call log as CSV, of many agents who work in some of many strata.

    generate.py CALLS AGENTS FILE.csv

30 days of inbound calls, 16 columns, rows in time order: 25 queues with 5 issues each, which with four parts of the day
are 500 strata. An agent has a home queue for seven calls in ten and another for the rest. Every value is a hash of the
call's number and SEED, so a given DuckDB version always writes the same file.
"""

import sys

import duckdb

SEED = 20250301
MACROS = """
CREATE MACRO u(i, k) AS (hash(i, k, getvariable('seed')) >> 11) / 9007199254740992.0;
CREATE MACRO seconds(u, mean) AS (-ln(1 - u) * mean)::INTEGER;
CREATE MACRO normal(i, k) AS sqrt(-2 * ln(1 - u(i, k))) * cos(2 * pi() * u(i, k + 1));
"""
ROWS = """
WITH drawn AS (
    SELECT
        i,
        floor(u(i, 1) * getvariable('agents'))::INTEGER AS agent,
        CASE WHEN u(i, 2) < 0.7 THEN agent % 25 ELSE (agent * 7 + 3) % 25 END AS queue,
        floor(u(i, 3) * 5)::INTEGER AS issue,
        ((i + u(i, 4)) / getvariable('calls') * 30 * 43200)::BIGINT AS open_second,  -- 08:00 to 20:00
        u(i, 5) >= 0.05 AS answered,
        u(i, 6) < 0.95 AS known_caller,
        floor(u(i, 7) * getvariable('calls') * 0.8)::BIGINT AS customer,
        seconds(u(i, 8), 20) AS wait,
        exp(ln(200 + 15 * queue) + 0.15 * normal(agent, 100) + 0.75 * normal(i, 9))::INTEGER AS talk,
        5 + seconds(u(i, 11), 40) AS after_call_work,
        u(i, 12) < 0.06 AS transferred,
        u(i, 13) < 0.75 + 0.05 * normal(agent, 102) AS resolved,
        CASE WHEN u(i, 14) < 0.1 THEN 5 - floor(power(u(i, 15), 2) * 5)::INTEGER END AS satisfaction,
    FROM range(getvariable('calls')) AS calls(i)
)
SELECT
    printf('c%010d', i) AS contact_id,
    TIMESTAMP '2025-03-01 08:00:00' + to_seconds(open_second // 43200 * 86400 + open_second % 43200) AS started_at,
    'inbound' AS direction,
    'voice' AS channel,
    printf('Queue %02d', queue + 1) AS queue,
    printf('Issue %d', issue + 1) AS issue,
    CASE WHEN answered THEN printf('a%05d', agent + 10000) END AS agent,
    CASE WHEN known_caller THEN printf('+1555%07d', customer) END AS caller_number,
    wait AS wait_seconds,
    CASE WHEN answered THEN talk END AS talk_seconds,
    CASE WHEN answered THEN after_call_work END AS after_call_work_seconds,
    CASE WHEN answered THEN 'answered' ELSE 'abandoned' END AS outcome,
    CASE WHEN transferred AND answered THEN 'yes' ELSE 'no' END AS transferred,
    CASE WHEN answered THEN CASE WHEN resolved THEN 'yes' ELSE 'no' END END AS resolved,
    CASE WHEN answered THEN satisfaction END AS satisfaction,
    CASE WHEN answered THEN md5(i::VARCHAR)[:12] || '.ogg' END AS recording,
FROM drawn
"""


def generate(calls: int, agents: int, file: str) -> None:
    db = duckdb.connect()
    for name, value in {"seed": SEED, "calls": calls, "agents": agents}.items():
        db.execute(f"SET VARIABLE {name} = $1", [value])
    db.execute(MACROS)
    db.execute(f"COPY ({ROWS}) TO '{file}' (FORMAT csv, HEADER)")


if __name__ == "__main__":
    generate(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
