"""Exits settled by a process of its own, with threads, as one process of the server does: the measure starts several.

Said on its command line: the database's address and how many threads. Its first line says which exits to begin with
and which to measure; it settles the former, says that it is ready, begins when the next line comes, and says when it
is done.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from tests.bench.settling import settle
from wms.kernel.database import Database


def main() -> None:
    """Settle what is told."""
    url, threads = sys.argv[1], int(sys.argv[2])
    warm, exits = ([UUID(name) for name in part] for part in json.loads(sys.stdin.readline()))
    database = Database.open(url, connections=threads)
    for exit_id in warm:
        settle(database, exit_id)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda exit_id: settle(database, exit_id), exits))
    sys.stdout.write("done\n")
    sys.stdout.flush()
    database.close()


if __name__ == "__main__":
    main()
