-- DuckDB: the service level of each queue, night by night. Of a night that was restated the last one counts.
--     duckdb < nights.sql        in the project's folder
CREATE OR REPLACE TEMP VIEW nights AS
SELECT
    regexp_extract(filename, '(\d{4}-\d{2}-\d{2})(?:\.(\d+))?[/\\][^/\\]*$', 1)::DATE AS night,
    coalesce(try_cast(regexp_extract(filename, '(\d{4}-\d{2}-\d{2})(?:\.(\d+))?[/\\][^/\\]*$', 2) AS INTEGER), 1) AS number,
    queue, offered, service_level, fcr
FROM read_csv('out/20*/queues.csv', filename = true, union_by_name = true);

SELECT night, queue, offered, round(service_level, 3) AS service_level, round(fcr, 3) AS fcr
FROM nights
QUALIFY number = max(number) OVER (PARTITION BY night)
ORDER BY night, queue;
