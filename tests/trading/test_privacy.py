"""Nobody reads another company's price, floor or pledge: every company × every listing × everything that answers."""

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.trading import make
from tests.trading.make import NOW, Human, Market
from wms import lots, parties, trading
from wms.kernel.actor import SYSTEM
from wms.kernel.canonical import canonical, plain
from wms.kernel.database import Database
from wms.trading import Scope

COMPANIES, LISTINGS = 4, 4


class Secrets:
    """Companies with a price each on each of several listings, floors, and pledges of every stage."""

    def __init__(self, session: Session, market: Market) -> None:
        self.market = market
        self.prices: dict[tuple[int, int], Decimal] = {}
        self.companies = [market.company(session, f"C{n}", f"Company {n}") for n in range(COMPANIES)]
        self.listings = [market.list(session, market.add_lot(session), "8.88") for _ in range(LISTINGS)]
        stages = [
            lots.PledgeStage.PLEDGED,
            lots.PledgeStage.DUE,
            lots.PledgeStage.MARGIN_CALL,
            lots.PledgeStage.ENFORCED,
        ]
        for n, listing in enumerate(self.listings):
            assert listing.lot_id is not None
            make.store_make.hold(
                session, listing.lot_id, 10, lots.HoldReason.PLEDGE, stage=stages[n].value,
                due_on=NOW.on + timedelta(9),
                release_floor=Decimal(f"1.{n}357"), enforced=stages[n] is lots.PledgeStage.ENFORCED,
            )  # fmt: skip
            for company in range(COMPANIES):
                self.prices[(company, n)] = Decimal(f"{6 + company}.{n}{company}")
                conditions = trading.Conditions(
                    self.prices[(company, n)], tick=Decimal("0.01"), floor=Decimal(f"1.{company}{n}79")
                )
                make.save(
                    session, market, conditions, listing_id=listing.id, scope=Scope.COMPANY,
                    company_id=self.companies[company].party.id,
                )  # fmt: skip


@pytest.fixture
def secrets(database: Database, market: Market) -> Secrets:
    return database.write(lambda session: Secrets(session, market))


def texts(answer: Any) -> str:
    """Everything an answer holds, as its serializer could see it."""
    if isinstance(answer, list):
        return "\n".join(map(texts, answer))
    if hasattr(answer, "__table__"):
        return canonical(plain({column.key: getattr(answer, column.key) for column in answer.__mapper__.column_attrs}))
    if hasattr(answer, "items") and not isinstance(answer, dict):
        return texts(answer.items)
    return canonical(plain(asdict(answer))) if hasattr(answer, "__dataclass_fields__") else str(answer)


def everything(session: Session, secrets: Secrets, who: Human) -> str:
    """What every read answers to a company, in one text; refusals included."""
    by, terms = who.actor, make.terms()
    answers: list[Any] = [
        trading.board(session, by, terms, at=NOW),
        trading.board(session, by, terms, trading.Spec(variety="富士", grade="一二级"), at=NOW, limit=1),
        trading.list_deals(session, by=by),
        trading.list_rfqs(session, by=by),
        trading.my_listings(session, by=by),
    ]
    for listing in secrets.listings:
        answers.append(trading.get_listing(session, listing.id, by=by))
        answers.append(trading.price_for(session, by, listing, terms, at=NOW))
        for read in (
            lambda one=listing: trading.conditions_of(session, one.id, by=by),
            lambda one=listing: trading.rank_of_lot(session, one.lot_id, by=by, at=NOW),
        ):
            try:
                answers.append(read())
            except trading.ListingNotFound as error:
                answers.append(error.sentence("zh") + error.sentence("en") + str(error.values))
    order = [row.listing_id for row in trading.board(session, by, terms, at=NOW).rows]
    for upper in order:
        for lower in order:
            if upper != lower:
                answers.append(trading.why_above(session, by, terms, (upper, lower), at=NOW))
    return "\n".join(map(texts, answers))


def test_no_company_reads_anothers_price_and_nobody_a_floor_or_a_pledge(database: Database, secrets: Secrets) -> None:
    with database.snapshot() as session:
        for company, who in enumerate(secrets.companies):
            told = everything(session, secrets, who)
            for (other, n), price in secrets.prices.items():
                assert (f"{price:.4f}" in told) == (other == company), (company, other, n)
                assert f"1.{other}{n}79" not in told
            for n in range(LISTINGS):
                assert f"1.{n}357" not in told
            for word in ("margin", "enforced", "pledge", "质押", "8.88"):
                assert word not in told, word


def test_an_outsider_sees_public_prices_only(database: Database, secrets: Secrets) -> None:
    with database.snapshot() as session:
        told = everything(session, secrets, secrets.market.farid)
        assert "8.8800" in told
        for price in secrets.prices.values():
            assert f"{price:.4f}" not in told


def test_each_company_has_its_own_right_order(database: Database, market: Market) -> None:
    def work(session: Session) -> tuple[trading.Listing, trading.Listing]:
        one, two = (market.list(session, market.add_lot(session), "8.00") for _ in range(2))
        for listing, human in ((one, market.deep), (two, market.farid)):
            cheap = trading.Conditions(Decimal("6.00"))
            company: dict[str, Any] = {"scope": Scope.COMPANY, "company_id": human.party.id}
            make.save(session, market, cheap, listing_id=listing.id, **company)
        return one, two

    one, two = database.write(work)
    with database.snapshot() as session:
        for human, first in ((market.deep, one), (market.farid, two)):
            rows = trading.board(session, human.actor, make.terms(), at=NOW).rows
            assert rows[0].listing_id == first.id
            assert [row.price for row in rows] == [Decimal("6.0000"), Decimal("7.8600"), Decimal("8.0000")]


def test_a_segment_counts_before_the_public_and_a_company_before_its_segment(
    database: Database, market: Market
) -> None:
    def work(session: Session) -> Human:
        large = market.company(session, "B7", "Gita", segment="large")
        make.save(session, market, trading.Conditions(Decimal("7.50")), scope=Scope.SEGMENT, segment="large")
        assert price(session, large) == Decimal("7.5000")
        company: dict[str, Any] = {"scope": Scope.COMPANY, "company_id": large.party.id}
        make.save(session, market, trading.Conditions(Decimal("7.90")), **company)
        assert price(session, large) == Decimal("7.9000")  # the narrower counts, not the cheaper
        make.save(session, market, None, **company)
        assert price(session, large) == Decimal("7.5000")
        assert price(session, market.deep) == Decimal("7.8600")
        return large

    def price(session: Session, human: Human) -> Decimal | None:
        return trading.price_for(session, human.actor, market.listing, make.terms(), at=NOW).price

    large = database.write(work)
    make.sound(database)
    with database.snapshot() as session:
        (row,) = trading.board(session, large.actor, make.terms(), at=NOW).rows
        assert row.price == Decimal("7.5000")


def test_sets_are_never_mixed(database: Database, market: Market) -> None:
    """Outside the narrower set's range there is no price, not the public one; on the board the row is gone."""

    def work(session: Session) -> None:
        narrow = trading.Conditions(Decimal("7.00"), qty_from_grams=0, qty_to_grams=make.TONNE)
        make.save(session, market, narrow, scope=Scope.COMPANY, company_id=market.deep.party.id)

    database.write(work)
    with database.snapshot() as session:
        found = trading.price_for(session, market.deep.actor, market.listing, make.terms(), at=NOW)
        assert found.state is trading.PriceState.NOT_AVAILABLE
        assert trading.board(session, market.deep.actor, make.terms(), at=NOW).rows == []
        assert len(trading.board(session, market.farid.actor, make.terms(), at=NOW).rows) == 1


def test_who_changes_employer_loses_the_old_companys_prices_that_day(database: Database, market: Market) -> None:
    tomorrow = make.later(days=1)

    def work(session: Session) -> None:
        private = trading.Conditions(Decimal("7.00"))
        make.save(session, market, private, scope=Scope.COMPANY, company_id=market.deep.party.id)
        assert market.deep.actor.person_id is not None
        moved = parties.ChangeJobRequest(
            uuid4(), market.deep.actor.person_id, market.farid.party.id, "buyer", tomorrow.on
        )
        parties.change_job(session, moved, by=SYSTEM, at=tomorrow)

    database.write(work)
    with database.snapshot() as session:
        seen = [
            trading.price_for(session, market.deep.actor, market.listing, make.terms(), at=at).price
            for at in (NOW, tomorrow)
        ]
        assert seen == [Decimal("7.0000"), Decimal("7.8600")]
        (row,) = trading.board(session, market.deep.actor, make.terms(), at=tomorrow).rows
        assert row.price == Decimal("7.8600")


def test_an_owner_reads_what_his_conditions_ask_of_a_company(database: Database, secrets: Secrets) -> None:
    with database.snapshot() as session:
        for (company, n), price in secrets.prices.items():
            who, listing = secrets.companies[company], secrets.listings[n]
            asked = trading.price_to_company(session, listing, make.terms(), who.party.id, at=NOW)
            assert asked == trading.price_for(session, who.actor, listing, make.terms(), at=NOW)
            assert asked.price == price


def test_the_words_of_the_board_are_those_of_open_listings(database: Database, market: Market) -> None:
    def work(session: Session) -> None:
        paused = market.list(session, market.add_lot(session, goods=make.store_make.goods(variety="嘎啦")))
        change = trading.ChangeListing(uuid4(), paused.id, trading.ListingChange.PAUSE)
        trading.change_listing(session, change, by=make.PLATFORM, at=NOW)

    database.write(work)
    with database.snapshot() as session:
        words = trading.words_on_board(session)
        assert (words["variety"], words["size"], words["storage_type"]) == (["富士"], ["80以上"], ["ra"])
