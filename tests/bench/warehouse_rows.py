"""What the warehouse measure stands on: a store of 30 rooms with 3,000 slots, and as many lots as asked for.

One lot is taken in through the interface, as a clerk does it; the others are copies of its rows with keys, numbers,
owners, days and slots of their own, written with COPY. Their row digests stay the first one's: `verify` would say so.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.api.make import Human, moment, uid
from tests.api.test_walk import Walk
from wms.kernel.canonical import canonical
from wms.kernel.database import Database

FIRST = date(2026, 10, 20)
NOW = moment("2027-04-20")
ROOMS, SLOTS_OF_ROOM, OWNERS, DAYS = 30, 100, 200, 180
UNITS, KG_GROSS, KG_TARE = 10, 12_000, 10_000
SITE_SLOTS = ROOMS * SLOTS_OF_ROOM
LOTS_OF_DELIVERY = 10
PAGE = 50
LINE = {"variety": "富士", "grade": "一二级", "units": UNITS, "size_mm": 80, "size_rule": "以上",
        "colour_pattern": "片红", "bagging": "纸袋", "origin": "蓬莱"}  # fmt: skip


@dataclass(frozen=True)
class Store:
    """What was furnished: who may do it, and where things are."""

    clerk: Human
    cashier: Human
    site: str
    owners: list[str]
    rooms: list[str]
    slots: list[str]
    lots: int

    def slot_of(self, number: int) -> str:
        return self.slots[number % len(self.slots)]

    def room_of(self, number: int) -> str:
        return self.rooms[number % len(self.slots) // SLOTS_OF_ROOM]


def lot_id(number: int) -> str:
    """Return the id of a furnished lot."""
    return f"019a0000-0000-7000-8000-{number:012x}"


def _other(kind: int, number: int) -> str:
    return f"019a0000-{kind:04x}-7000-8000-{number:012x}"


def furnish(database: Database, lots: int) -> Store:
    """Build the store and fill it."""
    walk = Walk(database)
    walk.build()
    walk.agree()
    rooms = [_add_room(walk, number, lots) for number in range(ROOMS)]
    slots = _slots(walk, rooms)
    for slot in walk.ask(walk["Asha"], "/slots", room_id=walk.room)["items"]:
        closed = {"capacity_units": slot["capacity_units"], "capacity_grams": slot["capacity_grams"]}
        walk.do(walk["Esha"], f"/slots/{slot['id']}", **closed, in_use=False)  # 3,000 slots are those counted
    walk.room, walk.slot = rooms[0], slots[0]
    _first_lot(walk)
    owners = [_other(1, number) for number in range(OWNERS)]
    url = make_url(database.writer.url)
    place = {"host": url.query["host"], "user": url.username, "dbname": url.database}
    with psycopg.connect(**place) as connection:  # type: ignore[arg-type]
        _copy_all(connection, walk, slots, lots)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return Store(walk["Asha"], walk["Cai"], walk.site, owners, rooms, slots, lots)


def last_page(database: Database, room: str) -> str:
    """Return the cursor of the last full page of a room's lots, newest first."""
    url = make_url(database.writer.url)
    place = {"host": url.query["host"], "user": url.username, "dbname": url.database}
    query = (
        "SELECT entry_on, id FROM lots WHERE id IN (SELECT b.lot_id FROM stock_balances b JOIN slots s "
        "ON s.id = b.slot_id WHERE s.room_id = %s AND b.units > 0) ORDER BY entry_on, id OFFSET %s LIMIT 1"
    )
    with psycopg.connect(**place) as connection:  # type: ignore[arg-type]
        found = connection.execute(query, (room, PAGE)).fetchone()
    assert found is not None, "a room holds more than a page"
    said = canonical([found[0].isoformat(), str(found[1])])
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _add_room(walk: Walk, number: int, lots: int) -> str:
    room = {"site_id": walk.site, "code": f"R{number:02d}", "name": f"R{number:02d} 库", "storage_type": "ra"}
    room_id: str = walk.do(walk["Esha"], "/rooms", **room)["id"]
    span = {"rows": [1, 10], "bays": [1, 5], "levels": [1, 2]}
    units = (lots // SITE_SLOTS + 200) * UNITS
    body = {**span, "capacity_units": units, "capacity_grams": units * 250_000}
    walk.do(walk["Esha"], f"/rooms/{room_id}/slots", **body)
    return room_id


def _slots(walk: Walk, rooms: list[str]) -> list[str]:
    found: list[str] = []
    for room in rooms:
        found += [slot["id"] for slot in walk.ask(walk["Asha"], "/slots", room_id=room, limit=200)["items"]]
    return found


def _first_lot(walk: Walk) -> None:
    asha = walk["Asha"]
    walk.hands.at = NOW
    opened = {"site_id": walk.site, "owner_id": str(walk.grower.id), "plate": "鲁F12345", "driver": "Li"}
    walk.delivery = walk.do(asha, "/deliveries", **opened)["id"]
    for purpose, kg in (("gross", KG_GROSS), ("tare", KG_TARE)):
        walk.do(asha, "/weighings", purpose=purpose, delivery_id=walk.delivery, record=walk.weight(kg * 1000))
    walk.lot = uid()
    walk.do(asha, f"/deliveries/{walk.delivery}/intake", lines=[{"lot_id": walk.lot, **LINE}])
    walk.do(asha, f"/lots/{walk.lot}/put-away", slot_id=walk.slot, units=UNITS)


Change = Callable[[int], str]


def _copy_all(connection: Any, walk: Walk, slots: list[str], lots: int) -> None:
    connection.execute("SET session_replication_role = replica")  # foreign keys of copies are right by construction

    def owner(number: int) -> str:
        return _other(1, number % OWNERS)

    def delivery(number: int) -> str:
        return _other(2, number // LOTS_OF_DELIVERY)

    def day(number: int) -> str:
        return (FIRST + timedelta(days=number % DAYS)).isoformat()

    def slot(number: int) -> str:
        return slots[number % len(slots)]

    of_lot = f"lot_id = '{walk.lot}'"
    first = connection.execute(f"SELECT id FROM warehouse_receipts WHERE {of_lot}").fetchone()[0]
    _copy(connection, "parties", f"id = '{walk.grower.id}'", OWNERS, {"id": owner, "code": lambda n: f"N{n}"})
    _copy(
        connection, "deliveries", f"id = '{walk.delivery}'", lots // LOTS_OF_DELIVERY + 1,
        {"id": lambda n: _other(2, n), "code": lambda n: f"D26B-{n:07d}", "owner_id": owner},
    )  # fmt: skip
    _copy(
        connection, "lots", f"id = '{walk.lot}'", lots,
        {"id": lot_id, "code": lambda n: f"L26B-{n:07d}", "owner_id": owner, "delivery_id": delivery, "entry_on": day},
    )  # fmt: skip
    _copy(
        connection,
        "stock_moves",
        f"{of_lot} AND kind = 'entry'",
        lots,
        {"id": lambda n: _other(3, n), "lot_id": lot_id},
    )
    _copy(
        connection, "stock_moves", f"{of_lot} AND kind = 'move'", lots,
        {"id": lambda n: _other(4, n), "lot_id": lot_id, "slot_to_id": slot},
    )  # fmt: skip
    _copy(connection, "stock_balances", of_lot, lots, {"lot_id": lot_id, "slot_id": slot})
    _copy(connection, "lot_tariffs", of_lot, lots, {"lot_id": lot_id})
    _copy(
        connection, "warehouse_receipts", of_lot, lots,
        {"id": lambda n: _other(5, n), "lot_id": lot_id, "delivery_id": delivery, "series": lambda n: "B",
         "number": lambda n: str(n + 1), "check_code": lambda n: f"B{n:011d}", "depositor_id": owner},
    )  # fmt: skip
    _copy(connection, "receipt_states", of_lot, lots, {"receipt_id": lambda n: _other(5, n), "lot_id": lot_id})
    _copy(
        connection, "receipt_events", f"receipt_id = '{first}'", lots,
        {"id": lambda n: _other(6, n), "receipt_id": lambda n: _other(5, n)},
    )  # fmt: skip
    connection.execute("SET session_replication_role = origin")
    connection.execute(
        "INSERT INTO slot_fills (slot_id, units, load_grams, capacity_units, capacity_grams) "
        "SELECT b.slot_id, sum(b.units), sum(b.load_grams), max(s.capacity_units), max(s.capacity_grams) "
        "FROM stock_balances b JOIN slots s ON s.id = b.slot_id GROUP BY b.slot_id "
        "ON CONFLICT (slot_id) DO UPDATE SET units = excluded.units, load_grams = excluded.load_grams"
    )


def _copy(connection: Any, table: str, where: str, rows: int, changes: dict[str, Change]) -> None:
    """Write copies of the first row found, each with the changed columns worked out from its number."""
    with connection.cursor() as cursor:
        query = sql.SQL("COPY (SELECT * FROM {} WHERE {} LIMIT 1) TO STDOUT WITH (HEADER)")
        with cursor.copy(query.format(sql.Identifier(table), sql.SQL(where))) as out:
            lines = b"".join(bytes(block) for block in out).decode().rstrip("\n").split("\n")
        head, line = (text.split("\t") for text in lines)
        shape = "\t".join(
            "%s" if name in changes else text.replace("%", "%%") for name, text in zip(head, line, strict=True)
        )
        makers = [changes[name] for name in head if name in changes]
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as into:
            for start in range(0, rows, 5_000):
                block = [shape % tuple([make(n) for make in makers]) for n in range(start, min(start + 5_000, rows))]
                into.write("\n".join(block) + "\n")
