"""The report in DuckDB:  with_duckdb.py FILE THREADS ANSWER.json"""

import json
import sys

import duckdb

# Telling read_csv everything about the file leaves it nothing to sniff. The
# columns the report does not use are declared text, so they are not converted.
READ_CSV = """
read_csv('{file}', auto_detect = false, header = true, delim = ',', quote = '"', columns = {{
    contact_id: 'VARCHAR', started_at: 'TIMESTAMP', connected_at: 'VARCHAR', ended_at: 'VARCHAR',
    direction: 'VARCHAR', channel: 'VARCHAR', queue: 'VARCHAR', agent: 'VARCHAR',
    agent_login: 'VARCHAR', team: 'VARCHAR', site: 'VARCHAR', customer_id: 'VARCHAR',
    caller_number: 'VARCHAR', dialled_number: 'VARCHAR', wait_seconds: 'INTEGER',
    talk_seconds: 'INTEGER', hold_seconds: 'INTEGER', after_call_work_seconds: 'INTEGER',
    outcome: 'VARCHAR', transferred: 'VARCHAR', resolved: 'VARCHAR', satisfaction: 'INTEGER',
    recording: 'VARCHAR'
}})
"""

LOAD = """
CREATE TEMP TABLE calls AS
SELECT
    contact_id, started_at, queue, agent, customer_id, wait_seconds, satisfaction,
    talk_seconds + hold_seconds + after_call_work_seconds AS handle_seconds,
    outcome = 'answered' AS answered,
    transferred = 'yes' AS transferred,
    resolved = 'yes' AS resolved
FROM {source}
"""

# Few rows are duplicates, so finding and deleting them is faster, and takes
# less memory, than DISTINCT ON or any_value() over every column.
DEDUPLICATE = """
DELETE FROM calls WHERE rowid IN (
    SELECT calls.rowid
    FROM calls JOIN (
        SELECT contact_id, min(rowid) AS kept FROM calls GROUP BY contact_id HAVING count(*) > 1
    ) USING (contact_id)
    WHERE calls.rowid <> kept
)
"""

AGENTS = """
WITH handled AS (
    SELECT
        agent,
        count(*) AS handled,
        avg(handle_seconds) AS aht_s,
        quantile_cont(handle_seconds, [0.5, 0.9]) AS handle,
        avg(transferred::INTEGER) AS transfer_rate,
        avg((satisfaction >= 4)::INTEGER) AS csat,
        avg(satisfaction) AS csat_mean,
        count(satisfaction) AS csat_n,
        avg(resolved::INTEGER) AS fcr_coded
    FROM calls
    WHERE answered
    GROUP BY agent
),
followed AS (  -- the next group of peers: the customer's next start that is strictly later
    SELECT agent, answered, transferred, started_at, first_value(started_at) OVER (
        PARTITION BY customer_id ORDER BY started_at GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING
    ) AS next_start
    FROM calls
    WHERE customer_id IS NOT NULL
),
first_contact AS (
    SELECT
        agent,
        count(*) AS fcr_n,
        count(*) FILTER (
            NOT transferred AND (next_start IS NULL OR next_start > started_at + INTERVAL 7 DAYS)
        ) / fcr_n AS fcr
    FROM followed
    WHERE answered AND started_at <= (SELECT max(started_at) FROM calls) - INTERVAL 7 DAYS
    GROUP BY agent
)
SELECT
    * EXCLUDE (handle, fcr_n),
    handle[1] AS handle_p50_s,
    handle[2] AS handle_p90_s,
    coalesce(fcr_n, 0) AS fcr_n
FROM handled LEFT JOIN first_contact USING (agent)
"""

QUEUES = """
SELECT
    queue,
    count(*) AS offered,
    count(*) FILTER (answered) AS answered,
    count(*) FILTER (calls.answered AND wait_seconds <= 20)
        / count(*) FILTER (calls.answered OR wait_seconds > 5) AS service_level,
    avg(wait_seconds) FILTER (calls.answered) AS asa_s
FROM calls
GROUP BY queue
"""


def rows(db, query: str) -> list[dict]:
    found = db.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row)) for row in found.fetchall()]


if __name__ == "__main__":
    file, threads, answer = sys.argv[1:]
    db = duckdb.connect(config={"threads": int(threads), "preserve_insertion_order": False})
    source = READ_CSV.format(file=file) if file.endswith(".csv") else f"read_parquet('{file}')"
    db.execute(LOAD.format(source=source))
    db.execute(DEDUPLICATE)
    with open(answer, "w") as out:
        json.dump(rows(db, AGENTS) + rows(db, QUEUES), out)
