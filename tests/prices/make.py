"""The cast, the cells and the facts of prices' tests."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.lots.make import actor, moment
from wms import parties, prices
from wms.kernel.actor import SYSTEM, Permission
from wms.kernel.clock import Moment

REPORTER = actor("Gu, price desk", Permission.RECORD_PRICE)
GATE = actor("Asha, clerk", Permission.CLOSE_EXIT)
NOBODY = actor("Nobody")
NOW = moment("2027-01-20")
FUJI = prices.Cell("富士", "80以上", "一二级", "片红", "纸袋", "ra", "grower", "蓬莱")
SMALL = prices.Cell("富士", "75起步", "一二级", "片红", "纸袋", "ra", "grower", "蓬莱")


class Market:
    """Three buyers and four sellers."""

    def __init__(self, session: Session) -> None:
        self.buyers = [self._add(session, f"B{n}", parties.PartyKind.BUYER) for n in range(1, 4)]
        self.sellers = [self._add(session, f"G{n}", parties.PartyKind.GROWER) for n in range(1, 5)]

    def _add(self, session: Session, code: str, kind: parties.PartyKind) -> UUID:
        request = parties.AddPartyRequest(uuid4(), code, kind, code)
        return parties.add_party(session, request, by=SYSTEM, at=NOW).id

    def trade(self, price: str, buyer: int, seller: int, *, age: int = 1, **changes: Any) -> prices.RecordTrade:
        values: dict[str, Any] = {
            "id": uuid4(), "cell": FUJI, "price": Decimal(price), "grams": 20_000_000,
            "traded_on": NOW.on - timedelta(days=age), "buyer_id": self.buyers[buyer],
            "seller_id": self.sellers[seller],
        }  # fmt: skip
        return prices.RecordTrade(**{**values, **changes})

    def record(self, session: Session, request: prices.RecordTrade, *, at: Moment = NOW) -> prices.RecordTrade:
        prices.record_trade(session, request, by=REPORTER, at=at)
        return request

    def three(self, session: Session, price: str = "8.00", *, cell: prices.Cell = FUJI, age: int = 1) -> None:
        """Enough trades for level 1."""
        for n in range(3):
            self.record(session, self.trade(price, n, n, cell=cell, age=age))

    def quote(self, side: prices.Side, price: str, party: UUID, **changes: Any) -> prices.RecordFirmQuote:
        values: dict[str, Any] = {
            "id": uuid4(), "cell": FUJI, "side": side, "party_id": party, "price": Decimal(price),
            "quote_grams": 10_000_000, "quoted_on": NOW.on - timedelta(days=1), "valid_to_on": NOW.on,
        }  # fmt: skip
        return prices.RecordFirmQuote(**{**values, **changes})


def outside(price: str, on: date, *, cell: prices.Cell | None = None, series: str = "AP") -> prices.AddOutsidePrice:
    return prices.AddOutsidePrice(uuid4(), series, "富士", Decimal(price), on, cell)


def sound(session: Session) -> None:
    """The room's own check finds nothing."""
    session.flush()
    assert [str(finding) for finding in prices.check(session)] == []


def later(by_days: int) -> Moment:
    return moment((NOW.on + timedelta(days=by_days)).isoformat())
