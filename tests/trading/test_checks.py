"""Verify names what was changed behind the room's back."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, TONNE, Market
from wms import trading
from wms.kernel.database import Database

EVIDENCE = {
    "board_policies": "effective_at", "condition_sets": "base", "quotes": "price", "quote_responses": "response",
    "matches": "premium_fen", "deal_events": "event", "deal_money": "fen", "deal_loads": "out_grams",
    "wallet_top_ups": "fen",
}  # fmt: skip


@pytest.fixture
def full(database: Database, market: Market) -> trading.Deal:
    """Something in every table."""

    def work(session: Session) -> trading.Deal:
        trading.set_policy(session, trading.SetPolicy(uuid4(), trading.Policy()), by=make.PLATFORM, at=NOW)
        wanted = trading.Need(uuid4(), trading.Spec(), make.terms(TONNE))
        trading.match(session, wanted, by=market.deep.actor, at=NOW)
        deal = make.releasable(session, market)
        make.leave(session, deal, 4, 7_900_000)
        return deal

    return database.write(work)


def forge(database: Database, statements: list[str]) -> None:
    """Change rows as somebody with the database's own tools would."""

    def work(session: Session) -> None:
        if not database.is_sqlite:
            session.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))

    database.write(work)


def findings(database: Database) -> set[tuple[str, str]]:
    with database.snapshot() as session:
        return {(finding.table, finding.row) for finding in trading.check(session)}


@pytest.mark.parametrize("table", sorted(EVIDENCE))
def test_evidence_is_append_only_and_a_forged_row_is_named(database: Database, full: trading.Deal, table: str) -> None:
    column = EVIDENCE[table]
    value = (
        f"{column} + 1"
        if column in ("base", "price", "premium_fen", "fen", "out_grams", "effective_at")
        else f"{column} || ' '"
    )
    key = {"board_policies": "version", "quote_responses": "quote_id"}.get(table, "id")
    one = f"(SELECT MIN(CAST({key} AS TEXT)) FROM {table})"
    update = f"UPDATE {table} SET {column} = {value} WHERE CAST({key} AS TEXT) = {one}"
    make.sound(database)
    for statement in (update, f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError):
            make.run(database, Session.execute, text(statement))
    row = database.read(lambda session: session.execute(text(f"SELECT {one}")).scalar_one())
    drop = [f"DROP TRIGGER {table}_no_update"] if database.is_sqlite else []
    forge(database, [*drop, update])
    assert (table, str(row).replace("-", "")) in {(name, key.replace("-", "")) for name, key in findings(database)}


@pytest.mark.parametrize(
    ("table", "change"),
    (
        ("deals", "units_out = units_out - 1"),
        ("deals", "escrow_fen = escrow_fen + 1"),
        ("deals", "billed_fen = billed_fen + 1"),
        ("deals", "state = 'settled'"),
        ("listings", "units_taken = units_taken - 1"),
        ("price_points", "price = price + 1"),
        ("rfqs", "state = 'open'"),
    ),
)
def test_a_cache_that_differs_from_its_rows_is_named(
    database: Database, full: trading.Deal, table: str, change: str
) -> None:
    forge(database, [f"UPDATE {table} SET {change}"])
    assert table in {name for name, _ in findings(database)}


def test_a_deal_whose_units_are_not_held_is_named(database: Database, full: trading.Deal) -> None:
    forge(database, ["UPDATE lot_holds SET units_left = 0"])
    assert "deals" in {name for name, _ in findings(database)}


def test_constraints_stand_behind_the_rules(database: Database, full: trading.Deal, market: Market) -> None:
    wrong = [
        "UPDATE deals SET units_out = units + 1",
        "UPDATE deals SET earnest_fen = value_fen / 5 + 1",
        "UPDATE deals SET deposit_fen = value_fen + 1",
        "UPDATE deals SET escrow_fen = -1",
        "UPDATE deals SET seller_id = buyer_id",
        "UPDATE listings SET units_taken = units_offered + 1",
        "UPDATE listings SET units_taken = -1",
    ]
    for statement in wrong:
        with pytest.raises(DBAPIError):
            make.run(database, Session.execute, text(statement))
    make.sound(database)


def test_a_sound_board_has_no_findings(database: Database, full: Any) -> None:
    assert findings(database) == set()
