"""For watchers: is it alive, can it work, and how much of what.

`/healthz` answers as long as the program does; `/readyz` when the database is there, at this release's schema and
writable; `/metrics` in Prometheus' format, to this machine or to a key that may audit.
"""

import logging
from functools import cache
from pathlib import Path

from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from wms import insight
from wms.api.problems import problem
from wms.delivery import work
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.kernel import idempotency
from wms.kernel.actor import SYSTEM, Permission
from wms.kernel.errors import WmsError
from wms.kernel.ids import new_id

LOG = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"
LOOPBACK = frozenset({"127.0.0.1", "::1"})
blueprint = Blueprint("watching", __name__)


class _OnlyTried(Exception):
    """Ends the transaction of a trial write, so that nothing of it stays."""


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer that the program runs."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer whether work can be done: 503 names what cannot."""
    try:
        revision = work.read(lambda session: MigrationContext.configure(session.connection()).get_current_revision())
        migrated = revision == _head()
        writable = migrated and _can_write()
    except (SQLAlchemyError, WmsError):
        LOG.warning("not ready", exc_info=True)
        return _answered(reachable=False, migrated=False, writable=False)
    return _answered(reachable=True, migrated=migrated, writable=writable)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Answer everything that is counted."""
    proxied = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if proxied or request.remote_addr not in LOOPBACK:
        try:
            actor().must(Permission.AUDIT)
        except WmsError as error:
            return problem(error)
    return Response(generate_latest() + generate_latest(_vitals()), content_type=CONTENT_TYPE_LATEST)


def _answered(**parts: bool) -> Response:
    answer = jsonify(status="ready" if all(parts.values()) else "not ready", **parts)
    answer.status_code = 200 if all(parts.values()) else 503
    return answer


@cache
def _head() -> str | None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def _can_write() -> bool:
    """Write a row and take it back: a full disk or a replica shows itself only so."""

    def attempt(session: Session) -> None:
        idempotency.claim(session, new_id(now()), "api.readiness", {}, by=SYSTEM, at=now())
        raise _OnlyTried

    try:
        house().database.write(attempt)
    except _OnlyTried:
        return True
    except SQLAlchemyError:
        LOG.warning("the database cannot be written", exc_info=True)
    return False


def _vitals() -> CollectorRegistry:
    found = work.read(lambda session: insight.vitals(session, now()))
    registry = CollectorRegistry()
    Gauge("coldlot_outbox_due", "Things to do after a commit that wait", registry=registry).set(found.outbox_due)
    Gauge("coldlot_outbox_oldest_seconds", "Age of the oldest of them", registry=registry).set(found.outbox_oldest_s)
    Gauge("coldlot_dead_letters", "Messages not understood", registry=registry).set(found.dead_letters)
    Gauge("coldlot_ledger_holds", "Money reserved", registry=registry).set(found.ledger_holds)
    for name, text, label, values in (
        ("coldlot_inbox_lag_seconds", "Since a gateway's newest record was stored", "gateway", found.inbox_lag_s),
        ("coldlot_inbox_missing", "Records of a gateway still to come", "gateway", found.inbox_missing),
        ("coldlot_lot_holds", "Open holds on lots", "reason", found.lot_holds),
    ):
        gauge = Gauge(name, text, [label], registry=registry)
        for key, value in values.items():
            gauge.labels(key).set(value)
    return registry
