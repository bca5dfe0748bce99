"""What looking for copied times costs as runs grow: `python -m benches.time_index [N ...]`.

The table of bands as the service makes it, filled with the bands of runs of other clouds, in a
PostgreSQL of its own. By default 1,000, 10,000 and 100,000 runs. Each is asked for copies as the
service asks, 200 times: in milliseconds of wall time on an idle machine, once before and once after
the table's statistics were made.
"""

from __future__ import annotations

import io
import shutil
import statistics
import sys
import time
import uuid
from collections.abc import Sequence
from random import Random

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor

from benches.anomalies import RUNS, SPREADS, WHOLE, other_cloud, pools
from certification.engine.formats import parse_report
from certification.engine.time_bands import bands, wanted_bands
from marketplace.config.local.reach import temporary_folder
from marketplace.config.local.servers import start_postgres

SIZES = (1_000, 10_000, 100_000)
ASKED, MADE = 200, 1_000
_TABLE = "time_bands"


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or SIZES
    folder = temporary_folder()
    database = start_postgres(folder, durable=True)
    try:
        connection = psycopg2.connect(database.url)
        connection.autocommit = True
        with connection.cursor() as at:
            _measure(at, sizes)
        connection.close()
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(at: cursor, sizes: Sequence[int]) -> None:
    base = parse_report((RUNS / f"{WHOLE}.v2.gz").read_bytes())
    luck, drawn = Random(1), pools()
    made = [other_cloud(base, luck, SPREADS[n % len(SPREADS)]) for n in range(MADE)]
    noted = [bands(report, drawn) for report in made]
    asked = [wanted_bands(report, drawn) for report in made[:ASKED]]
    out = sys.stdout.write
    out(f"{'stored':>9} {'ms, no statistics':>18} {'ms, analysed':>13} {'found':>6} {'bytes':>6}\n")
    for size in sizes:
        _fill(at, luck, noted, size)
        fresh = _ask(at, asked)[0]
        at.execute(f"VACUUM ANALYZE {_TABLE}")
        analysed, found = _ask(at, asked)
        at.execute(f"SELECT pg_total_relation_size('{_TABLE}')")
        each = at.fetchall()[0][0] / size
        out(f"{size:>9} {fresh:>18.2f} {analysed:>13.2f} {found:>6.1f} {each:>6.0f}\n")


def _fill(
    at: cursor,
    luck: Random,
    noted: Sequence[tuple[int | None, ...]],
    size: int,
) -> None:
    """The first runs as they are, further ones with bands that chance makes; by insertion, so that
    the indexes fill as they do in service."""
    places = range(len(noted[0]))
    columns = ", ".join(f"band_{place} integer" for place in places)
    at.execute(f"DROP TABLE IF EXISTS {_TABLE}")
    at.execute(f"CREATE TABLE {_TABLE} (run_id uuid PRIMARY KEY, {columns})")
    for place in places:
        at.execute(f"CREATE INDEX ON {_TABLE} (band_{place})")
    text = io.StringIO()
    for number in range(size):
        chance = (luck.randrange(-(2**31), 2**31) for _ in places)
        row = noted[number] if number < len(noted) else chance
        text.write("\t".join(map(str, (uuid.UUID(int=luck.getrandbits(128)), *row))) + "\n")
    text.seek(0)
    at.copy_expert(f"COPY {_TABLE} FROM STDIN", text)


def _ask(at: cursor, asked: Sequence[tuple[tuple[int, ...], ...]]) -> tuple[float, float]:
    """The median in milliseconds, and how many rows were found on average."""
    looks = [
        sql.SQL("(SELECT run_id FROM {} WHERE {} = ANY(%s) LIMIT 1000)").format(
            sql.Identifier(_TABLE), sql.Identifier(f"band_{place}")
        )
        for place in range(len(asked[0]))
    ]
    statement = sql.SQL(" UNION ALL ").join(looks)
    spent, found = [], 0
    for wanted in asked:
        began = time.perf_counter()
        at.execute(statement, [list(each) for each in wanted])
        found += len(at.fetchall())
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent), found / len(asked)


if __name__ == "__main__":
    main()
