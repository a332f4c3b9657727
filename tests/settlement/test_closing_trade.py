"""What a closed sale leaves for the reference price: the trade as the board tells it."""

import pytest
from sqlalchemy import select

from tests.settlement.make import season
from wms import prices, trading
from wms.kernel.actor import SYSTEM
from wms.prices.tables import PriceTrade
from wms.trading.tables import Listing

DAY = "2027-02-15"


@pytest.mark.parametrize(("owner_class", "reason"), [("grower", None), ("own", prices.Exclusion.SELF_OPERATED)])
def test_a_self_operated_sale_makes_no_price(database, owner_class, reason):
    case = season(database, advanced=False)
    exit_id = case.weighed_sale(DAY)

    def listed_as(session):
        for listing in session.scalars(select(Listing)):
            listing.owner_class = owner_class

    case.do(listed_as)
    case.close(exit_id, DAY)
    (trade,) = database.read(lambda s: list(s.scalars(select(PriceTrade))))
    (load,) = database.read(lambda s: trading.loads_of(s, trade.deal_id, by=SYSTEM))
    assert (trade.trade_grams, trade.traded_on.isoformat()) == (load.out_grams, DAY)
    assert trade.excluded == reason
