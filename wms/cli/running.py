"""Commands that run the house: migrate, serve, work."""

import faulthandler
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from granian.constants import Interfaces
from granian.server import Server
from sqlalchemy.engine import make_url

from wms.app import create_app
from wms.cli import Setting, main
from wms.config import load_config
from wms.delivery.sources import load_sources
from wms.workers.clock import run_clock
from wms.workers.inbox import Inbox
from wms.workers.outbox import OutboxWorker
from wms.workers.watchdog import Watchdog

LOG = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
LOOPS = ("inbox", "outbox", "clock")
SWITCH_S = 0.0001  # a thread that hears from the database waits so long for one that computes, not 5 ms
GARBAGE_AT = 50_000  # new objects before a search for cycles; a batch makes as many, and next to none in cycles


@main.command()
@click.pass_obj
def migrate(setting: Setting) -> None:
    """Bring the database to this release; only ever forward."""
    url = make_url(setting.config.database.url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    if setting.config.log.level == "INFO":
        logging.getLogger("alembic").setLevel(logging.WARNING)  # a newcomer need not read every step
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = setting.config.database.url
    command.upgrade(config, "head")
    click.echo("The database is up to date. / 数据库已更新。")


@main.command()
@click.pass_obj
def serve(setting: Setting) -> None:
    """Serve pages and API until interrupted."""
    web = setting.config.web
    if setting.config_path is not None:
        os.environ["COLDLOT_CONFIG"] = str(setting.config_path)
    server = Server(
        "wms.cli.running:application",
        factory=True,
        address=web.bind,
        port=web.port,
        interface=Interfaces.WSGI,
        workers=web.processes,
        blocking_threads=web.threads,
        backlog=1024,
        log_access=False,
    )
    server.serve()


def application() -> Any:
    """Return the application for a server process, with the settings its parent named."""
    path = os.environ.get("COLDLOT_CONFIG")
    return create_app(load_config(Path(path) if path else None))


@main.command()
@click.option("--only", type=click.Choice(LOOPS), multiple=True, help="run some of the loops (default: all)")
@click.pass_obj
def work(setting: Setting, only: tuple[str, ...]) -> None:
    """Run the workers: inbox, outbox and clock. Ends at once when one of them dies, so that it is noticed."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    faulthandler.enable()
    database = setting.database()
    config, clock = setting.config, setting.clock
    _settle_in()
    watchdog = Watchdog()
    loops: dict[str, Callable[[], None]] = {
        "inbox": lambda: Inbox(config.mqtt, database, clock, load_sources(config.mqtt.sources)).run(
            stop, watchdog.beat("inbox")
        ),
        "outbox": lambda: OutboxWorker.of(config, database, clock).run(stop, watchdog.beat("outbox")),
        "clock": lambda: run_clock(config, database, clock, stop, watchdog.beat("clock")),
    }
    died: list[str] = []
    threads = [
        threading.Thread(target=_guard, args=(name, loops[name], stop, died), name=name) for name in (only or LOOPS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    sys.exit(1 if died else 0)


def _settle_in() -> None:
    """Set the interpreter up for threads that take in messages by the thousand."""
    sys.setswitchinterval(SWITCH_S)
    gc.freeze()  # what is loaded stays: looking through it again and again took longer than reading the messages
    gc.set_threshold(GARBAGE_AT)


def _guard(name: str, loop: Callable[[], None], stop: threading.Event, died: list[str]) -> None:
    try:
        loop()
    except Exception:  # the outermost loop: the process ends and its keeper starts it anew
        LOG.exception("the %s has died", name)
        died.append(name)
    finally:
        stop.set()
