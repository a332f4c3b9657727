"""Goods come to the board by themselves or by hand, keep or lose their priority time, and leave it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, TONNE, Market, refused
from wms import lots, parties, prices, trading
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused
from wms.trading import ListingChange, PriceState, Scope

GOODS = trading.Goods("富士", "一二级", "80以上", "片红", "纸袋", "merchant", "ra", "栖霞")

LATE = trading.Tier(trading.Kind.LEAD, 1, None, per_kg=Decimal(0))


def fresh_lot(session: Session, market: Market, **changes: Any) -> lots.Lot:
    return market.add_lot(session, **changes)


def assess(session: Session, listing_like: Any, price: str, day: Any = NOW) -> prices.Cell:
    cell = prices.Cell.of(listing_like)
    request = prices.AddAssessment(uuid4(), cell, Decimal(price), day.on, "assessor's note")
    prices.add_assessment(session, request, by=SYSTEM, at=day)
    return cell


def public_price(session: Session, listing: trading.Listing) -> trading.Priced:
    return trading.price_for(session, make.PLATFORM, listing, make.terms(), at=NOW)


# ---------------------------------------------------------------- lots that list themselves


def test_a_lot_put_away_lists_itself_at_the_differential_on_the_reference(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Listing:
        market.contract(session, differential=Decimal("-0.13"))
        lot = fresh_lot(session, market, units=7)
        assess(session, lots.facts(session, [lot.id])[0], "8.00")
        listing = trading.list_put_away_lot(session, lot.id, at=NOW)
        assert listing is not None
        assert trading.list_put_away_lot(session, lot.id, at=NOW) is listing
        assert public_price(session, listing).price == Decimal("7.88")  # 7.87 on the tick, half up
        return listing

    listing = database.write(work)
    assert (listing.units_offered, listing.state, listing.pricing) == (7, "open", "reference")
    make.sound(database)


def test_without_a_reference_price_it_stands_on_request_after_the_priced_rows(
    database: Database, market: Market
) -> None:
    def work(session: Session) -> trading.Listing | None:
        return trading.list_put_away_lot(session, fresh_lot(session, market).id, at=NOW)

    listing = database.write(work)
    assert listing is not None
    with database.snapshot() as session:
        rows = trading.board(session, market.deep.actor, make.terms(), at=NOW).rows
        assert [row.listing_id for row in rows] == [market.listing.id, listing.id]
        assert rows[1].price_state is PriceState.ON_REQUEST
        assert rows[1].price is None
        assert "面议" in [reason.zh for reason in rows[1].reasons]


def test_a_contract_can_keep_goods_off_the_board(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Listing | None:
        market.contract(session, lists_itself=False)
        return trading.list_put_away_lot(session, fresh_lot(session, market).id, at=NOW)

    assert database.write(work) is None


def test_a_changed_reference_reprices_those_who_follow_it_and_keeps_their_order(
    database: Database, market: Market
) -> None:
    def work(session: Session) -> None:
        first, second = (fresh_lot(session, market) for _ in range(2))
        cell = assess(session, lots.facts(session, [first.id])[0], "8.00")
        listed = [trading.list_put_away_lot(session, lot.id, at=NOW) for lot in (first, second)]
        by_hand = market.listing.since_number
        assert trading.follow_reference(session, cell.id, at=NOW) == 0
        tomorrow = make.later(days=1)
        assess(session, lots.facts(session, [first.id])[0], "8.20", tomorrow)
        assert trading.follow_reference(session, cell.id, at=tomorrow) == 2
        assert trading.follow_reference(session, cell.id, at=tomorrow) == 0
        for listing in listed:
            assert listing is not None
            assert public_price(session, listing).price == Decimal("8.20")
            assert listing.since_number > by_hand
        assert listed[0] is not None
        assert listed[1] is not None
        assert listed[0].since_number < listed[1].since_number
        assert market.listing.since_number == by_hand

    database.write(work)
    make.sound(database)


# ---------------------------------------------------------------- by hand


def test_an_owner_lists_his_own_lot(database: Database, market: Market) -> None:
    def work(session: Session) -> trading.Listing:
        lot = fresh_lot(session, market, units=6)
        request = trading.ListLot(uuid4(), lot.id, Decimal("8.10"), units=4, min_take_units=2)
        first = trading.list_lot(session, request, by=market.bina.actor, at=NOW)
        assert trading.list_lot(session, request, by=market.bina.actor, at=NOW) is first
        with pytest.raises(RequestIdReused):
            trading.list_lot(session, replace(request, units=3), by=market.bina.actor, at=NOW)
        return first

    listing = database.write(work)
    assert (listing.units_offered, listing.seller_id) == (4, market.bina.party.id)


UNLISTABLE: Any = (
    ({"units": 11}, trading.NotEnoughOpen),
    ({"units": 0}, trading.ConditionsInvalid),
    ({"min_take_units": 0}, trading.ConditionsInvalid),
    ({"base": Decimal(0)}, trading.PriceInvalid),
    ({"base": Decimal("7.12345")}, trading.PriceInvalid),
    ({"lot_id": uuid4()}, lots.LotNotFound),
)


def test_listing_refuses(database: Database, market: Market) -> None:
    for changes, error in UNLISTABLE:
        lot = database.write(lambda session: fresh_lot(session, market))
        request = trading.ListLot(**{"id": uuid4(), "lot_id": lot.id, "base": Decimal("8"), **changes})
        with refused(database, error):
            make.run(database, trading.list_lot, request, by=market.bina.actor, at=NOW)


def test_a_lot_stands_on_the_board_once(database: Database, market: Market) -> None:
    request = trading.ListLot(uuid4(), market.lot.id)
    with refused(database, trading.AlreadyListed):
        database.write(lambda session: trading.list_lot(session, request, by=market.bina.actor, at=NOW))


def test_somebody_elses_lot_is_not_there(database: Database, market: Market) -> None:
    lot = database.write(lambda session: fresh_lot(session, market))
    with refused(database, lots.LotNotFound):
        request = trading.ListLot(uuid4(), lot.id)
        database.write(lambda session: trading.list_lot(session, request, by=market.chand.actor, at=NOW))


def test_held_goods_cannot_be_listed(database: Database, market: Market) -> None:
    def work(session: Session) -> lots.Lot:
        lot = fresh_lot(session, market)
        hold = lots.PlaceHold(uuid4(), lot.id, 1, lots.HoldReason.QUARANTINE, uuid4())
        lots.place_hold(session, hold, by=SYSTEM, at=NOW)
        return lot

    lot = database.write(work)
    with refused(database, trading.LotNotListable):
        request = trading.ListLot(uuid4(), lot.id)
        database.write(lambda session: trading.list_lot(session, request, by=market.bina.actor, at=NOW))


OWNERS_ACTIONS: Any = ("list_lot", "save_conditions", "change_listing", "change_units", "offer_outside")


def test_listing_needs_its_permission(database: Database, market: Market) -> None:
    for name in OWNERS_ACTIONS:
        requests: dict[str, Any] = {
            "list_lot": trading.ListLot(uuid4(), market.lot.id),
            "save_conditions": trading.SaveConditions(uuid4(), market.listing.id, trading.Conditions(None)),
            "change_listing": trading.ChangeListing(uuid4(), market.listing.id, ListingChange.PAUSE),
            "change_units": trading.ChangeUnits(uuid4(), market.listing.id, 5),
            "offer_outside": trading.OfferOutside(uuid4(), market.bina.party.id, GOODS, 5, TONNE),
        }
        with refused(database, Forbidden):
            make.run(database, getattr(trading, name), requests[name], by=market.deep.actor, at=NOW)


# ---------------------------------------------------------------- goods outside the store


def test_a_booked_arrival_ranks_above_other_outside_goods_only_on_the_stores_word(
    database: Database, market: Market
) -> None:
    def offer(session: Session, by: Any) -> trading.Listing:
        request = trading.OfferOutside(
            uuid4(), market.bina.party.id, GOODS, 5, TONNE, Decimal("6.00"), NOW.on + timedelta(days=2), True
        )
        return trading.offer_outside(session, request, by=by, at=NOW)

    owners = database.write(lambda session: offer(session, market.bina.actor))
    stores = database.write(lambda session: offer(session, make.PLATFORM))
    with database.snapshot() as session:
        rows = trading.board(session, market.deep.actor, make.terms(), at=NOW).rows
        assert [row.listing_id for row in rows] == [market.listing.id, stores.id, owners.id]
        assert [row.reasons[0].code for row in rows] == ["tier_0", "tier_2", "tier_3"]
        assert rows[2].grams_open == 5 * TONNE


def test_nobody_offers_another_owners_goods(database: Database, market: Market) -> None:
    request = trading.OfferOutside(uuid4(), market.chand.party.id, GOODS, 5, TONNE)
    with refused(database, trading.ListingNotFound):
        database.write(lambda session: trading.offer_outside(session, request, by=market.bina.actor, at=NOW))


# ---------------------------------------------------------------- priority time


def test_what_keeps_and_what_resets_the_priority_time(database: Database, market: Market) -> None:
    def since(session: Session) -> int:
        return session.get_one(trading.Listing, market.listing.id).since_number

    def change(session: Session, what: ListingChange) -> None:
        request = trading.ChangeListing(uuid4(), market.listing.id, what)
        trading.change_listing(session, request, by=market.bina.actor, at=NOW)

    def units(session: Session, number: int) -> None:
        request = trading.ChangeUnits(uuid4(), market.listing.id, number)
        trading.change_units(session, request, by=market.bina.actor, at=NOW)

    def work(session: Session) -> None:
        first = since(session)
        units(session, 4)
        change(session, ListingChange.PAUSE)
        change(session, ListingChange.OPEN)
        assert since(session) == first
        units(session, 10)
        assert (second := since(session)) > first
        make.save(session, market, trading.Conditions(Decimal("8.00")))
        assert (third := since(session)) > second
        change(session, ListingChange.WITHDRAW)
        change(session, ListingChange.OPEN)
        assert since(session) > third

    database.write(work)


@pytest.mark.parametrize(
    ("steps", "change"),
    (
        ((), ListingChange.OPEN),
        ((ListingChange.PAUSE,), ListingChange.PAUSE),
        ((ListingChange.WITHDRAW,), ListingChange.PAUSE),
        ((ListingChange.WITHDRAW,), ListingChange.WITHDRAW),
    ),
)
def test_a_listing_changes_only_along_its_way(
    database: Database, market: Market, steps: tuple[ListingChange, ...], change: ListingChange
) -> None:
    def take(session: Session, what: ListingChange) -> trading.Listing:
        request = trading.ChangeListing(uuid4(), market.listing.id, what)
        return trading.change_listing(session, request, by=market.bina.actor, at=NOW)

    for one in steps:
        make.run(database, take, one)
    with refused(database, trading.ListingNotOpen):
        database.write(lambda session: take(session, change))


def test_a_listing_offers_no_more_than_lies_there_and_no_less_than_is_sold(database: Database, market: Market) -> None:
    database.write(lambda session: make.deal(session, market, units=4))
    for units, error in ((11, trading.NotEnoughOpen), (3, trading.NotEnoughOpen), (0, trading.NotEnoughOpen)):
        with refused(database, error):
            request = trading.ChangeUnits(uuid4(), market.listing.id, units)
            make.run(database, trading.change_units, request, by=market.bina.actor, at=NOW)
    request = trading.ChangeUnits(uuid4(), market.listing.id, 4)
    assert (
        database.write(
            lambda session: trading.change_units(session, request, by=market.bina.actor, at=NOW)
        ).units_offered
        == 4
    )
    with database.snapshot() as session:
        assert trading.board(session, market.deep.actor, make.terms(), at=NOW).rows == []


def test_somebody_elses_listing_is_not_there(database: Database, market: Market) -> None:
    requests: list[tuple[Any, Any]] = [
        (trading.change_listing, trading.ChangeListing(uuid4(), market.listing.id, ListingChange.PAUSE)),
        (trading.change_units, trading.ChangeUnits(uuid4(), market.listing.id, 5)),
        (trading.save_conditions, trading.SaveConditions(uuid4(), market.listing.id, trading.Conditions(None))),
    ]
    for action, request in requests:
        with refused(database, trading.ListingNotFound):
            make.run(database, action, request, by=market.chand.actor, at=NOW)
    with database.snapshot() as session, pytest.raises(trading.ListingNotFound):
        trading.conditions_of(session, market.listing.id, by=market.chand.actor)


# ---------------------------------------------------------------- conditions


def test_saved_conditions_come_back_as_they_were(database: Database, market: Market) -> None:
    wanted = trading.Conditions(
        Decimal("8.00"),
        floor=Decimal("7.50"),
        tiers=(
            trading.Tier(trading.Kind.QTY, 0, 5 * TONNE, per_kg=Decimal("0.20")),
            trading.Tier(trading.Kind.QTY, 5 * TONNE, None, percent=Decimal("-1.5")),
        ),
    )

    def work(session: Session) -> trading.ConditionSet:
        request = trading.SaveConditions(uuid4(), market.listing.id, wanted)
        first = trading.save_conditions(session, request, by=market.bina.actor, at=NOW)
        assert trading.save_conditions(session, request, by=market.bina.actor, at=NOW) is first
        return first

    saved = database.write(work)
    assert saved.version == 2
    with database.snapshot() as session:
        (now,) = trading.conditions_of(session, market.listing.id, by=market.bina.actor)
        assert now.id == saved.id
        found = trading.price_for(session, make.PLATFORM, market.listing, make.terms(TONNE), at=NOW)
        assert found.price == Decimal("8.20")
    make.sound(database)


UNSOUND: Any = (
    ({"conditions": None}, trading.ConditionsInvalid),
    ({"segment": "x"}, trading.ConditionsInvalid),
    ({"scope": Scope.SEGMENT}, trading.ConditionsInvalid),
    ({"scope": Scope.COMPANY}, trading.ConditionsInvalid),
    ({"scope": Scope.COMPANY, "company_id": uuid4()}, parties.PartyNotFound),
    ({"conditions": trading.Conditions(Decimal("7.00001"))}, trading.PriceInvalid),
    ({"conditions": trading.Conditions(Decimal(-1))}, trading.ConditionsInvalid),
    (
        {
            "conditions": trading.Conditions(
                Decimal(8), tiers=(trading.Tier(trading.Kind.LEAD, 1, None, per_kg=Decimal(0)),)
            )
        },
        trading.TiersGap,
    ),
    ({"listing_id": uuid4()}, trading.ListingNotFound),
)


def test_saving_refuses(database: Database, market: Market) -> None:
    for changes, error in UNSOUND:
        values = {
            "id": uuid4(),
            "listing_id": market.listing.id,
            "conditions": trading.Conditions(Decimal(8)),
            **changes,
        }
        with refused(database, error):
            request = trading.SaveConditions(**values)
            make.run(database, trading.save_conditions, request, by=market.bina.actor, at=NOW)


# ---------------------------------------------------------------- the rules in force


def test_a_new_version_of_the_rules_is_kept_beside_the_old(database: Database, market: Market) -> None:
    def work(session: Session) -> None:
        assert trading.policy_at(session, NOW.at) == trading.Policy()
        wanted = replace(trading.Policy(), band=Decimal("0.20"), inspection_days=10)
        request = trading.SetPolicy(uuid4(), wanted)
        row = trading.set_policy(session, request, by=make.PLATFORM, at=make.later(60))
        assert trading.set_policy(session, request, by=make.PLATFORM, at=make.later(60)) is row
        assert trading.policy_at(session, NOW.at) == trading.Policy()
        assert trading.policy_at(session, make.later(60).at) == replace(wanted, version=1)

    database.write(work)
    make.sound(database)


DISORDER: Any = ({"band": Decimal(0)}, {"band": Decimal("0.00001")}, {"life_days": (7, 7, 45)}, {"most_rounds": 0})


def test_rules_that_could_not_order_are_refused(database: Database, market: Market) -> None:
    for changes in DISORDER:
        request = trading.SetPolicy(uuid4(), replace(trading.Policy(), **changes))
        with refused(database, trading.ConditionsInvalid):
            make.run(database, trading.set_policy, request, by=make.PLATFORM, at=NOW)


def test_only_who_runs_the_board_sets_its_rules(database: Database, market: Market) -> None:
    with refused(database, Forbidden):
        request = trading.SetPolicy(uuid4(), trading.Policy())
        database.write(lambda session: trading.set_policy(session, request, by=market.bina.actor, at=NOW))
