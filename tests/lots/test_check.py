"""Whatever is changed behind the room's back, its check names the row."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.lots import make
from wms import lots
from wms.kernel.database import Database

EVIDENCE = ["weight_records", "weighings", "stock_moves", "hold_events", "inspections", "lot_policies"]


@pytest.fixture
def worked(database: Database, store: make.Store) -> lots.Lot:
    """A lot that was weighed, placed, held, inspected, split and partly taken out."""

    def work(session: Session) -> lots.Lot:
        lot = make.lot(session, store, slot=store.slots[0])
        lots.split(session, lots.SplitLot(uuid4(), lot.id, uuid4(), 2), by=make.ASHA, at=make.NOW)
        hold = make.hold(session, lot.id, 3, lots.HoldReason.SALE)
        out = lots.TakeOut(lot.id, 1, 1_990_000, uuid4(), (hold.id,))
        lots.take_out(session, out, by=make.ASHA, at=make.NOW)
        lots.inspect(session, lots.Inspect(uuid4(), lot.id, make.NOW.on, 30), by=make.ASHA, at=make.NOW)
        lots.set_policy(session, uuid4(), lots.LotPolicy(), make.NOW.on, by=make.ESHA, at=make.NOW)
        return lot

    return database.write(work)


def found(database: Database) -> set[str]:
    return {finding.table for finding in database.read(lambda session: list(lots.check(session)))}


def test_all_is_sound(database: Database, worked: lots.Lot) -> None:
    assert found(database) == set()


@pytest.mark.parametrize("table", EVIDENCE)
def test_evidence_is_append_only(database: Database, worked: lots.Lot, table: str) -> None:
    for statement in (f"UPDATE {table} SET row_digest = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            database.write(lambda session, statement=statement: session.execute(text(statement)))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("weight_records", "raw_hex = '00'"),
        ("weighings", "reason = 'another'"),
        ("stock_moves", "placed_units = placed_units + 1"),
        ("hold_events", "stage = 'x'"),
        ("inspections", "note = 'fine'"),
        ("lot_policies", "terms = '{}'"),
    ],
)
def test_changed_evidence_is_named(database: Database, worked: lots.Lot, table: str, column: str) -> None:
    make.change(database, f"UPDATE {table} SET {column}")
    assert table in found(database)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE lots SET units_on_hand = units_on_hand - 1, units_lost = units_lost + 1", "lots"),
        ("UPDATE lots SET grams_on_hand = grams_on_hand - 1, grams_loss = grams_loss + 1", "lots"),
        ("UPDATE lots SET entry_grams = entry_grams + 1", "lots"),
        ("UPDATE lots SET units_placed = 0", "lots"),
        ("UPDATE lots SET sale_units = sale_units + 1", "lots"),
        ("UPDATE lots SET inspected_on = NULL", "lots"),
        ("UPDATE stock_balances SET units = units + 1", "stock_balances"),
        ("DELETE FROM stock_balances", "stock_balances"),
        ("UPDATE slot_fills SET load_grams = load_grams + 1", "slot_fills"),
        ("UPDATE slot_fills SET capacity_units = 1", "slot_fills"),
        ("DELETE FROM slot_fills", "slot_fills"),
        ("UPDATE lot_holds SET units_left = 0", "lot_holds"),
        ("DELETE FROM lot_holds", "lot_holds"),
        ("UPDATE deliveries SET gross_grams = gross_grams + 1", "deliveries"),
        ("UPDATE deliveries SET platform_units = 1, platform_grams = 1", "deliveries"),
        ("UPDATE weighings SET weight_grams = weight_grams + 1, net_grams = net_grams + 1", "deliveries"),
    ],
)
def test_a_cache_that_lies_is_named(database: Database, worked: lots.Lot, statement: str, table: str) -> None:
    make.change(database, statement)
    assert table in found(database)


def test_a_split_without_its_other_half_is_named(database: Database, worked: lots.Lot) -> None:
    make.change(database, "DELETE FROM stock_moves WHERE kind = 'split_in'")
    assert {"stock_moves", "lots"} <= found(database)
    make.change(database, "DELETE FROM stock_moves WHERE kind = 'split_out'")
    assert "lots" in found(database)
