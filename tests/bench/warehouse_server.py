"""The product's server for the warehouse measure: as `wms serve` runs it, but it says how many statements an answer
took, its clock stands still, and beside it answers the least a Flask page can do with a database."""

import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, jsonify
from granian.constants import Interfaces
from granian.server import Server
from sqlalchemy import Engine, event, select
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.bench.warehouse_rows import NOW
from wms.app import create_app
from wms.config import load_config
from wms.kernel.database import Database
from wms.lots import Lot

HEADER = "X-Statements"
_here = threading.local()


def application() -> Any:
    """Return the product with the bare read beside it, counting statements."""
    config = load_config(None)
    database = Database.open(config.database.url, connections=config.database.connections)
    product = create_app(config, database=database, clock=lambda: NOW)
    event.listen(Engine, "before_cursor_execute", _count)
    return _counted(DispatcherMiddleware(product.wsgi_app, {"/bare": bare(database).wsgi_app}))


def bare(database: Database) -> Flask:
    """Return an application that reads one row by its key."""
    app, table = Flask("bare"), Lot.__table__

    @app.get("/lots/<uuid:lot_id>")
    def lot(lot_id: Any) -> Any:
        with database.reader.connect() as connection:
            row = connection.execute(select(table).where(table.c.id == lot_id)).mappings().one()
        return jsonify({name: str(value) for name, value in row.items()})

    return app


def _count(*_: Any) -> None:
    _here.statements = getattr(_here, "statements", 0) + 1


def _counted(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _here.statements = 0

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (HEADER, str(_here.statements))], *rest)

        return app(environ, start)

    return counted


def main() -> None:
    """Serve at the port named, until ended."""
    os.chdir(Path(__file__).parents[2])
    Server(
        "tests.bench.warehouse_server:application", factory=True, address="127.0.0.1", port=int(sys.argv[1]),
        interface=Interfaces.WSGI, workers=1, blocking_threads=load_config(None).web.threads, log_access=False,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
