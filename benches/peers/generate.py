"""Writes an invented call log as Parquet and CSV: the same rows, in the same order.

    generate.py CALLS STEM      writes STEM.parquet and STEM.csv

90 days of inbound calls, 23 columns, rows in time order. On average 0.2 % of
the rows are repeated, byte for byte, somewhere later in the file: re-delivered
records. One call in 1,000 has the customer and the start of the call before it
(two legs of one call). Every value is a hash of the call's number and SEED, so a given DuckDB
version always writes the same files.
"""

import sys

import duckdb

SEED = 20250106
QUEUES = [
    "Billing", "Technical Support", "Sales", "New Customers", "Cancellations", "Deliveries",
    "Returns", "Business Accounts", "Complaints", "Payments", "Appointments", "General Enquiries",
]
LAST_NAMES = """
    Abbott Ahmed Almeida Andersson Baker Barros Bauer Becker Bennett Bianchi Carter Castillo Chen
    Costa Cruz Dubois Edwards Evans Ferrari Fischer Flores Garcia Gomez Gupta Hansen Hernandez Hughes
    Ivanova Jansen Johnson Kaya Khan Kowalski Larsen Lopez Martin Mehta Moreau Murphy Nguyen Novak
    Núñez Okafor Patel Popescu Rossi Schmidt Silva Tanaka Weiß
""".split()
FIRST_NAMES = """
    Adam Aisha Alice Ana Anil Ben Carla Chloé Daniel Diego Elena Emma Fatima George Grace Hannah Hugo
    Ines Ivan Jack Julia Karim Laura Leo Lucia Marco Maria Mia Nadia Noah Olga Omar Paula Peter Priya
    Rosa Samuel Sofia Tom Zoë
""".split()
SITES = ["Northgate", "Riverside", "Harbour", "Hillcrest", "Remote"]

# u(i, k): the k-th random number of call i, in [0, 1).
# seconds(u, mean): an exponential waiting time, in whole seconds.
MACROS = """
CREATE MACRO u(i, k) AS (hash(i, k, getvariable('seed')) >> 11) / 9007199254740992.0;
CREATE MACRO seconds(u, mean) AS (-ln(1 - u) * mean)::INTEGER;
CREATE MACRO yes_no(b) AS CASE WHEN b THEN 'yes' ELSE 'no' END;
"""

ROWS = """
WITH delivered AS (  -- each call once, in order; after one in 500, an earlier one again
    SELECT unnest(CASE WHEN u(slot, 0) < 0.002 THEN [slot, (u(slot, 1) * slot)::BIGINT] ELSE [slot] END) AS i
    FROM range(getvariable('calls')) AS slots(slot)
),
drawn AS (
    SELECT
        i - (u(i, 17) < 0.001)::INTEGER AS first_leg,
        md5(concat(getvariable('seed'), '/', i)) AS id,
        -- open from 08:00 to 20:00 every day: 43,200 seconds a day
        ((first_leg + u(first_leg, 2)) / getvariable('calls') * 90 * 43200)::BIGINT AS open_second,
        u(i, 3) >= 0.06 AS answered,
        floor(u(i, 4) * 2000)::INTEGER AS agent,
        floor(power(u(i, 5), 1.3) * 12)::INTEGER AS queue,
        u(first_leg, 6) < 0.97 AS known_caller,
        floor(u(first_leg, 7) * getvariable('calls') * 0.255)::BIGINT AS customer,  -- about calls / 4 of them come up
        seconds(u(i, 8), CASE WHEN answered THEN 14 ELSE 50 END) AS wait,
        20 + seconds(u(i, 9), 200 + agent % 97) AS talk,
        CASE WHEN u(i, 10) < 0.3 THEN seconds(u(i, 11), 45) ELSE 0 END AS hold,
        5 + seconds(u(i, 12), 40) AS after_call_work,
        answered AND u(i, 13) < 0.08 AS transferred,
        u(i, 14) < CASE WHEN transferred THEN 0.15 ELSE 0.8 END AS resolved,
        CASE WHEN u(i, 15) < 0.12 THEN 5 - floor(power(u(i, 16), 2) * 5)::INTEGER END AS satisfaction,
    FROM delivered
),
timed AS (
    SELECT *,
        TIMESTAMP '2025-01-06 08:00:00'
            + to_seconds(open_second // 43200 * 86400 + open_second % 43200) AS started_at,
        started_at + to_seconds(wait) AS picked_up_at,
    FROM drawn
)
SELECT
    id::UUID::VARCHAR AS contact_id,
    started_at,
    CASE WHEN answered THEN picked_up_at END AS connected_at,
    picked_up_at + to_seconds(CASE WHEN answered THEN talk + hold ELSE 0 END) AS ended_at,
    'inbound' AS direction,
    'voice' AS channel,
    getvariable('queues')[queue + 1] AS queue,
    CASE WHEN answered THEN getvariable('last_names')[agent % 50 + 1] || ', '
        || getvariable('first_names')[agent // 50 + 1] END AS agent,
    CASE WHEN answered THEN printf('a%05d', agent + 10000) END AS agent_login,
    CASE WHEN answered THEN printf('Team %02d', agent % 80 + 1) END AS team,
    CASE WHEN answered THEN getvariable('sites')[agent % 5 + 1] END AS site,
    CASE WHEN known_caller THEN printf('C%08d', customer * 48271 % 100000000) END AS customer_id,
    CASE WHEN known_caller THEN printf('+1555%07d', customer * 7919 % 10000000) END AS caller_number,
    printf('+1555%07d', 9000100 + queue) AS dialled_number,
    wait AS wait_seconds,
    CASE WHEN answered THEN talk END AS talk_seconds,
    CASE WHEN answered THEN hold END AS hold_seconds,
    CASE WHEN answered THEN after_call_work END AS after_call_work_seconds,
    CASE WHEN answered THEN 'answered' ELSE 'abandoned' END AS outcome,
    yes_no(transferred) AS transferred,
    CASE WHEN answered THEN yes_no(resolved) END AS resolved,
    CASE WHEN answered THEN satisfaction END AS satisfaction,
    CASE WHEN answered THEN id[:12] || '.ogg' END AS recording,
FROM timed
"""


def generate(calls: int, stem: str) -> None:
    db = duckdb.connect()
    variables = {
        "seed": SEED, "calls": calls, "queues": QUEUES, "sites": SITES,
        "last_names": LAST_NAMES, "first_names": FIRST_NAMES,
    }
    for name, value in variables.items():
        db.execute(f"SET VARIABLE {name} = $1", [value])
    db.execute(MACROS)
    db.execute(f"COPY ({ROWS}) TO '{stem}.parquet' (FORMAT parquet)")
    db.execute(f"COPY (FROM '{stem}.parquet') TO '{stem}.csv' (FORMAT csv, HEADER)")


if __name__ == "__main__":
    generate(int(sys.argv[1]), sys.argv[2])
