"""The order told twice: the page read in SQL is the order of the rules, on both engines, for random boards."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, PICKUP, TONNE, Market
from wms import lots, trading
from wms.kernel.database import Database
from wms.kernel.ids import new_id
from wms.kernel.paging import CursorInvalid
from wms.lots.tables import Lot, LotHold
from wms.trading.actions.conditions import rebuild_points
from wms.trading.queries.order import key_columns, order_of
from wms.trading.queries.prices import Audience
from wms.trading.queries.snapshot import Asking, take_snapshot
from wms.trading.rules.conditions import Kind, Scope
from wms.trading.rules.ranking import Policy, StorageFirst, key_of
from wms.trading.rules.ranking import why_above as first_difference
from wms.trading.rules.saved import plain_conditions
from wms.trading.tables import ConditionSet, Listing

LOTS = 120
DAYS = timedelta(days=1)
SIZES = [
    (70, None),
    (75, lots.SizeRule.STARTING),
    (80, lots.SizeRule.AND_ABOVE),
    (85, lots.SizeRule.AND_ABOVE),
    (None, None),
]


def copy_of(row: Any, **changes: Any) -> Any:
    table = type(row)
    values = {column.key: getattr(row, column.key) for column in table.__mapper__.column_attrs}
    return table(**{**values, **changes})


def conditions(chance: random.Random) -> trading.Conditions:
    base = chance.choice([None, "7.49", "7.50", "7.58", "7.60", "7.99", "8.00"])
    if base is None:
        return trading.Conditions(None)
    bound = chance.choice([5, 10, 20]) * TONNE
    tiers = [
        trading.Tier(Kind.QTY, 0, bound, per_kg=Decimal("0.10")),
        trading.Tier(Kind.QTY, bound, None, per_kg=Decimal("-0.02")),
        trading.Tier(Kind.LEAD, 0, 3, per_kg=Decimal("0.06")),
        trading.Tier(Kind.LEAD, 3, None, percent=Decimal("-1.5")),
    ]
    if chance.random() < 0.5:
        tiers.append(trading.Tier(Kind.PAYMENT, choice="full", per_kg=Decimal(0)))
    if chance.random() < 0.5:
        tiers.append(trading.Tier(Kind.SERVICE, choice="box", per_kg=Decimal("0.30")))
    floor = chance.choice([None, Decimal("7.55")])
    return trading.Conditions(Decimal(base), floor=floor, tiers=tuple(chance.sample(tiers, len(tiers))))


def save(session: Session, listing: Listing, scope: Scope, key: str, found: trading.Conditions) -> None:
    row = ConditionSet(
        id=uuid4(), listing_id=listing.id, scope=scope.value, scope_key=key, version=2, withdrawn=False,
        base=found.base, floor=found.floor, conditions=plain_conditions(found), made_at=NOW.at, made_by=uuid4(),
        row_digest="",
    )  # fmt: skip
    session.add(row)
    rebuild_points(session, listing, scope, key, found)


def lot_values(chance: random.Random) -> dict[str, Any]:
    on_hand = chance.choice([0, 1, 8, 10, 10, 10])
    grams = on_hand * TONNE
    mm, rule = chance.choice(SIZES)
    sold = chance.choice([0, 0, 0, 0, min(1, on_hand), on_hand])
    return {
        "variety": chance.choice(["富士", "富士", "嘎啦"]),
        "grade": chance.choice(["一级", "一二级", "三级", "别的"]),
        "size_mm": mm, "size_rule": rule, "colour_pattern": chance.choice(["片红", "条纹"]),
        "entry_units": 10, "entry_grams": 10 * TONNE, "units_on_hand": on_hand, "grams_on_hand": grams,
        "units_out": 10 - on_hand, "grams_out": 10 * TONNE - grams, "grams_loss": 0, "units_lost": 0,
        "units_placed": chance.choice([on_hand, on_hand, max(0, on_hand - 1)]), "sale_units": sold, "exit_units": 0,
        "weighed_by_instrument": chance.random() < 0.7,
        "inspected_on": chance.choice([None, NOW.on, NOW.on - 30 * DAYS, NOW.on - 31 * DAYS]),
        "deadline_on": PICKUP + chance.choice([-1, 0, 7, 8, 21, 22, 45, 46]) * DAYS,
        "quarantine_units": chance.choice([0] * 9 + [min(1, on_hand)]),
    }  # fmt: skip


def pledge(session: Session, chance: random.Random, lot_id: UUID) -> None:
    stage = chance.choice(["pledged", "due", "margin_call", "enforced"])
    session.add(
        LotHold(
            id=uuid4(),
            lot_id=lot_id,
            reason="pledge",
            subject_id=uuid4(),
            units=1,
            units_left=chance.choice([0, 1, 1]),
            stage=stage,
            due_on=chance.choice([None, NOW.on + 14 * DAYS, NOW.on + 15 * DAYS]),
            release_floor=chance.choice([None, Decimal("7.40"), Decimal("7.56")]),
            enforced=stage == "enforced",
            placed_at=NOW.at,
        )
    )


def random_board(session: Session, market: Market, chance: random.Random) -> None:
    model, shown = session.get_one(Lot, market.lot.id), session.get_one(Listing, market.listing.id)
    for n in range(LOTS):
        outside = chance.random() < 0.3
        lot_id = None
        values = lot_values(chance)
        if not outside:
            lot_id = uuid4()
            session.add(copy_of(model, id=lot_id, code=f"T{n}", **values))
            for _ in range(chance.choice([0, 1, 2])):
                pledge(session, chance, lot_id)
        mm, rule = values["size_mm"], values["size_rule"]
        size = "" if mm is None else f"{mm}{rule or ''}"
        listing = copy_of(
            shown, id=new_id(NOW), number=f"T{n}", lot_id=lot_id, since_number=1_000 + chance.randrange(10**9),
            variety=values["variety"], grade=values["grade"], size=size, size_number=mm,
            colour_pattern=values["colour_pattern"], units_offered=10, units_taken=chance.choice([0, 0, 0, 0, 1, 10]),
            min_take_units=chance.choice([1, 5]), state=chance.choice(["open"] * 9 + ["paused"]),
            seller_id=chance.choice([market.bina.party.id] * 9 + [market.chand.party.id]),
            grams_per_unit=TONNE if outside else None,
            arrival_deposit_paid=outside and chance.random() < 0.7,
            arrival_due_on=NOW.on + chance.choice([-1, 0, 3, 4]) * DAYS if outside else None,
            deadline_on=chance.choice([None, values["deadline_on"]]) if outside else None,
        )  # fmt: skip
        session.add(listing)
        session.flush()
        save(session, listing, Scope.PUBLIC, "", conditions(chance))
        if chance.random() < 0.3:
            save(session, listing, Scope.SEGMENT, "large", conditions(chance))
        if chance.random() < 0.3:
            save(session, listing, Scope.COMPANY, market.deep.party.id.hex, conditions(chance))


def random_asking(market: Market, chance: random.Random) -> Asking:
    spec = trading.Spec(
        variety=chance.choice([None, "富士"]),
        grade=chance.choice([None, "一二级", "别的", "没有"]),
        size=chance.choice([None, "80以上", "75起步", "大果"]),
        colour_pattern=chance.choice([None, "片红"]),
        in_store_only=chance.random() < 0.2,
        min_grams=chance.choice([0, 0, 8 * TONNE]),
        min_life_days=chance.choice([0, 7, 8]),
        substitutes=chance.random() < 0.7,
    )
    terms = trading.Terms(
        chance.choice([1, 5 * TONNE - 1, 5 * TONNE, 10 * TONNE, 20 * TONNE]),
        chance.choice(list(trading.Payment)),
        chance.choice([NOW.on + 2 * DAYS, PICKUP]),
        chance.choice([None, "box", "unknown"]),
    )
    audience = chance.choice(
        [Audience(), Audience(market.deep.party.id, "large"), Audience(market.farid.party.id, "large")]
    )
    off = chance.random() < 0.2
    policy = Policy(storage_first=StorageFirst.OFF if off else StorageFirst.STRICT, band=Decimal("0.10"))
    return Asking(audience, terms, spec, policy)


@pytest.mark.parametrize("seed", range(3))
def test_sql_and_python_agree_on_every_row_and_key(database: Database, market: Market, seed: int) -> None:
    chance = random.Random(seed)
    database.write(lambda session: random_board(session, market, chance))
    seen = set()
    with database.snapshot() as session:
        for _ in range(40):
            asking = random_asking(market, chance)
            rows = order_of(asking, NOW.on)
            keys = key_columns(rows)
            in_sql = [tuple(row) for row in session.execute(select(*keys).order_by(*keys))]
            snapshot = take_snapshot(session, asking, at=NOW)
            assert in_sql == [key_of(row.candidate, asking.policy) for row in snapshot.rows]
            seen |= {(key[0], key[1], key[4], key[5]) for key in in_sql}
    for place, classes in ((0, 4), (1, 2), (2, 4), (3, 5)):
        assert len({key[place] for key in seen}) == classes  # the boards were rich enough to tell


def test_pages_walk_the_whole_board_once(database: Database, market: Market) -> None:
    chance = random.Random(7)
    database.write(lambda session: random_board(session, market, chance))
    with database.snapshot() as session:
        whole = trading.board(session, make.PLATFORM, make.terms(), at=NOW, limit=200)
        assert whole.next_cursor is None
        assert [row.rank for row in whole.rows] == list(range(1, whole.total + 1))
        walked: list[trading.BoardRow] = []
        cursor: str | None = None
        while True:
            page = trading.board(session, make.PLATFORM, make.terms(), at=NOW, cursor=cursor, limit=7)
            walked += page.rows
            cursor = page.next_cursor
            if cursor is None:
                break
        assert walked == whole.rows
        assert len(walked) > 14


def test_the_rank_of_every_lot_is_its_place_in_the_order_of_the_rules(database: Database, market: Market) -> None:
    database.write(lambda session: random_board(session, market, random.Random(11)))
    with database.snapshot() as session:
        terms = trading.Terms(20 * TONNE, trading.Payment.FULL, NOW.on + 2 * DAYS)
        asking = Asking(Audience(), terms, trading.Spec(variety="富士"), Policy())
        rows = take_snapshot(session, asking, at=NOW).rows
        stored = [(n, row) for n, row in enumerate(rows, 1) if row.listing.lot_id is not None]
        assert len(stored) > 10
        for rank, row in stored:
            assert row.listing.lot_id is not None
            found = trading.rank_of_lot(session, row.listing.lot_id, by=make.PLATFORM, at=NOW)
            assert found is not None
            assert (found.rank, found.of, found.price) == (rank, len(rows), row.priced.price)
            if rank > 1:
                assert found.why_below_previous is not None
                why = first_difference(rows[rank - 2].candidate, row.candidate, Policy())
                assert found.why_below_previous.code == why
            assert (found.why_above_next is None) == (rank == len(rows))


NOT_OURS: Any = ["", "x", str(uuid4())]


def test_a_cursor_that_is_not_ours_is_refused(database: Database, market: Market) -> None:
    for cursor in NOT_OURS:
        with database.snapshot() as session, pytest.raises(CursorInvalid):
            trading.board(session, make.PLATFORM, make.terms(), at=NOW, cursor=cursor)
