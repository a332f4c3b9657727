"""Ranked proposals: greedy over the order, nothing held, every choice with its proof."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, TONNE, Market, refused
from wms import lots, trading
from wms.kernel.canonical import digest
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused
from wms.trading.rules.matching import Lying, allocate, premium_fen

ANY = trading.Spec()


def need(grams: int, **changes: Any) -> trading.Need:
    values: dict[str, Any] = {"id": uuid4(), "spec": ANY, "terms": make.terms(grams), **changes}
    return trading.Need(**values)


def outside(session: Session, market: Market, price: str) -> trading.Listing:
    goods = trading.Goods("富士", "一二级", "80以上", "片红", "纸袋", "merchant", "ra", "栖霞")
    request = trading.OfferOutside(uuid4(), market.chand.party.id, goods, 20, TONNE, Decimal(price))
    return trading.offer_outside(session, request, by=make.PLATFORM, at=NOW)


def test_a_need_is_filled_in_the_order_of_the_board(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.MatchView, trading.Listing]:
        cheap = outside(session, market, "7.00")
        return trading.match(session, need(25 * TONNE), by=market.deep.actor, at=NOW), cheap

    found, cheap = database.write(work)
    assert [(part.listing_id, part.units, part.grams) for part in found.proposed] == [
        (market.listing.id, 10, 20 * TONNE),
        (cheap.id, 5, 5 * TONNE),
    ]
    assert (found.grams_missing, found.valid_until) == (0, make.later(1_800).at)
    with database.snapshot() as session:
        kept = trading.match_evidence(session, found.id, by=make.PLATFORM)
        assert kept.premium_fen == 20_000 * 86  # 20 t × 0.86 元/kg dearer than the cheapest outside
        assert digest(kept.snapshot) == kept.snapshot_digest == found.snapshot_digest
        assert kept.policy_version == 0
        assert session.get_one(lots.Lot, market.lot.id).sale_units == 0
    make.sound(database)


def test_what_is_skipped_keeps_its_reason(database: Database, market: Market) -> None:
    def work(session: Session) -> dict[UUID, str]:
        listings = {
            "on_request": market.list(session, market.add_lot(session), None),
            "above_limit": market.list(session, market.add_lot(session), "8.41"),
            "all_or_none": market.list(session, market.add_lot(session), "8.20", divisible=False),
            "min_take": market.list(session, market.add_lot(session), "8.30", min_take_units=6),
            "most_lots": market.list(session, market.add_lot(session), "8.36"),
        }
        lot = market.add_lot(session)
        listings["quarantined"] = market.list(session, lot, "7.00")
        make.store_make.hold(session, lot.id, 1, lots.HoldReason.QUARANTINE)
        wanted = need(22 * TONNE, limit_price=Decimal("8.40"), most_lots=1)
        trading.match(session, wanted, by=market.deep.actor, at=NOW)
        kept = trading.match_evidence(session, wanted.id, by=make.PLATFORM)
        reasons = {UUID(row["id"]): row["reason"] for row in kept.skipped}
        assert reasons[listings["most_lots"].id] == "most_lots"
        wanted = need(22 * TONNE, limit_price=Decimal("8.40"))
        found = trading.match(session, wanted, by=market.deep.actor, at=NOW)
        assert [part.listing_id for part in found.proposed] == [market.listing.id, listings["most_lots"].id]
        kept = trading.match_evidence(session, wanted.id, by=make.PLATFORM)
        reasons = {UUID(row["id"]): row["reason"] for row in kept.skipped}
        assert {listing.id: name for name, listing in listings.items() if name != "most_lots"} == reasons
        return reasons

    database.write(work)


def test_the_buyers_view_holds_no_snapshot(database: Database, market: Market) -> None:
    found = database.write(lambda session: trading.match(session, need(TONNE), by=market.deep.actor, at=NOW))
    assert not {"snapshot", "skipped", "premium_fen", "need"} & set(trading.MatchView.__slots__)
    with database.snapshot() as session:
        assert trading.get_match(session, found.id, by=market.deep.actor) == found
        with pytest.raises(trading.MatchNotFound):
            trading.get_match(session, found.id, by=market.farid.actor)
        with pytest.raises(Forbidden):
            trading.match_evidence(session, found.id, by=market.deep.actor)
        with pytest.raises(trading.MatchNotFound):
            trading.match_evidence(session, uuid4(), by=make.PLATFORM)


def test_a_repeat_gives_the_first_proposal(database: Database, market: Market) -> None:
    wanted = need(TONNE)
    first = database.write(lambda session: trading.match(session, wanted, by=market.deep.actor, at=NOW))
    later = make.later(60)
    assert database.write(lambda session: trading.match(session, wanted, by=market.deep.actor, at=later)) == first
    with refused(database, RequestIdReused):
        other = replace(wanted, most_lots=2)
        database.write(lambda session: trading.match(session, other, by=market.deep.actor, at=NOW))


def test_matching_refuses(database: Database, market: Market) -> None:
    cases: list[tuple[Any, trading.Need, type]] = [
        (make.actor("Nobody"), need(TONNE), Forbidden),
        (make.actor("Nemo", *make.BUYER_MAY), need(TONNE), trading.NoCompany),
        (market.deep.actor, need(0), trading.TermsInvalid),
        (market.deep.actor, need(TONNE, limit_price=Decimal(0)), trading.PriceInvalid),
    ]
    for by, wanted, error in cases:
        with refused(database, error):
            make.run(database, trading.match, wanted, by=by, at=NOW)


def test_ones_own_goods_are_not_proposed(database: Database, market: Market) -> None:
    merchant = make.actor("Bina", *make.BUYER_MAY, party_id=market.bina.party.id)
    found = database.write(lambda session: trading.match(session, need(TONNE), by=merchant, at=NOW))
    assert found.proposed == ()
    assert found.grams_missing == TONNE


LYING = st.builds(
    Lying,
    listing_id=st.uuids(),
    outside=st.booleans(),
    units_open=st.integers(1, 20),
    grams_open=st.integers(20, 10**7),
    min_take_units=st.integers(1, 5),
    divisible=st.booleans(),
    price=st.sampled_from([None, Decimal("7"), Decimal("8"), Decimal("9")]),
)


@given(st.lists(LYING, max_size=8, unique_by=lambda row: row.listing_id), st.integers(1, 3 * 10**7), st.integers(1, 4))
def test_a_proposal_never_takes_more_than_is_there_or_than_an_owner_sells(
    rows: list[Lying], grams: int, most: int
) -> None:
    found = allocate(rows, grams, limit=Decimal("8"), most_lots=most)
    by_id = {row.listing_id: row for row in rows}
    assert len(found.parts) <= most
    assert len(found.parts) + len(found.skipped) == len(rows)
    for part in found.parts:
        row = by_id[part.listing_id]
        rest = row.units_open - part.units
        assert 1 <= part.units <= row.units_open
        assert row.price is not None
        assert row.price <= Decimal("8")
        assert row.divisible or rest == 0
        assert part.units >= row.min_take_units
        assert rest == 0 or rest >= row.min_take_units
    taken = sum(part.grams for part in found.parts)
    assert found.grams_missing == max(0, grams - taken)
    assert premium_fen(found.parts, rows) >= 0


def test_the_example_of_the_priority_premium() -> None:
    rows = [
        Lying(uuid4(), False, 30, 30 * TONNE, 1, True, Decimal("8.20")),
        Lying(uuid4(), True, 60, 60 * TONNE, 1, True, Decimal("7.70")),
    ]
    found = allocate(rows, 60 * TONNE, limit=None, most_lots=10)
    assert premium_fen(found.parts, rows) == 30_000 * 50
    assert premium_fen(found.parts, rows[:1]) == 0
