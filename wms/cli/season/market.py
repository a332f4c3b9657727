"""The market of the season: prices every day, advances, deals, goods out of the gate."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from wms import billing, lending, lots, prices, settlement, trading
from wms.cli.season.harvest import weigh
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.clock import Moment
from wms.kernel.errors import WmsError
from wms.kernel.ids import new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

VARIETIES = {"红富士": Decimal("7.60"), "维纳斯黄金": Decimal("9.20")}
SALES, ADVANCES, OPEN_TALKS = 14, 9, 6


def quote_prices(season: "Season") -> None:
    """Write down an independent price of each variety for every business day, drifting a little."""
    valuer = season.cast.staff["valuer"]
    for variety, start in VARIETIES.items():
        price = start
        for day in [*season.days(), season.today]:
            if day.weekday() >= 5:
                continue
            price += Decimal(season.dice.randint(-6, 7)) / 100
            at = season.at(day, 16 if day < season.today else 0, 30)
            ask = prices.AddOutsidePrice(new_id(at), "栖霞产地报价", variety, price.quantize(Decimal("0.0001")), day)
            season.do(lambda s, ask=ask, at=at: prices.add_outside_price(s, ask, by=valuer, at=at))


def trade(season: "Season") -> None:
    """List what lies in store, sell some of it out of the gate, advance on some, leave talks open."""
    listed = _list_all(season)
    dice = season.dice
    dice.shuffle(listed)
    sold, rest = listed[:SALES], listed[SALES:]
    rest.sort(key=lambda pair: pair[0].owner_id not in _shown(season))  # whose accounts the demo names have talks
    days = sorted(dice.choices(season.days()[20:], k=len(sold)))
    for (lot, listing_id), day in zip(sold, days, strict=True):
        _sell(season, lot, listing_id, max(day, lot.entry_on + timedelta(days=3)))
    _ask(season, *rest[0], season.at(season.today, 0, 20))
    for lot, listing_id in rest[1:OPEN_TALKS]:
        _talk(season, lot, listing_id)
    for lot, _ in rest[OPEN_TALKS : OPEN_TALKS + ADVANCES]:
        _advance(season, lot)
    season.left = [lot for lot, _ in rest[OPEN_TALKS + ADVANCES :]]


def _shown(season: "Season") -> set[UUID]:
    return {season.cast.parties["G01"]}


def _list_all(season: "Season") -> list[tuple[lots.Lot, UUID]]:
    found = []
    at = season.at(season.today - timedelta(days=1))
    for lot in season.database.read(lambda s: lots.list_lots(s, by=SYSTEM, limit=200)).items:
        moment = season.at(lot.entry_on, 20)
        listing = season.do(lambda s, lot=lot, at=moment: trading.list_put_away_lot(s, lot.id, at=at))
        if listing is None:
            continue
        price = (VARIETIES[lot.variety] + Decimal(season.dice.randint(-30, 40)) / 50).quantize(Decimal("0.02"))
        conditions = trading.Conditions(base=price)
        ask = trading.SaveConditions(new_id(at), listing.id, conditions)
        season.do(lambda s, ask=ask, at=moment: trading.save_conditions(s, ask, by=season.cast.staff["trader"], at=at))
        found.append((lot, listing.id))
    return found


def _sell(season: "Season", lot: lots.Lot, listing_id: UUID, day: date) -> None:
    """From the question to the gate, in one day."""
    at = season.at(day, 10)
    deal_id = _agree(season, lot, listing_id, at)
    if deal_id is None:
        return
    deal = season.database.read(lambda s: trading.get_deal(s, deal_id, by=SYSTEM))
    top_up = trading.TopUp(new_id(at), deal.buyer_id, deal.value_fen + 1_000_000, f"ICBC-{lot.code}-{at.ms}")
    season.do(lambda s: trading.top_up_wallet(s, top_up, by=season.cast.staff["cashier"], at=at))
    for hold in (trading.hold_deposit, trading.hold_balance):
        ask = trading.HoldMoney(new_id(at), deal_id)
        season.do(lambda s, hold=hold, ask=ask: hold(s, ask, by=season.cast.staff["cashier"], at=at))
    _leave(season, lot, deal_id, at)


def _leave(season: "Season", lot: lots.Lot, deal_id: UUID, at: Moment) -> None:
    clerk = season.cast.staff["clerk"]
    deal = season.database.read(lambda s: trading.get_deal(s, deal_id, by=SYSTEM))
    order = billing.OpenExit(
        new_id(at), lot.id, deal.units, billing.ExitKind.SALE, "提货人", f"沪A{at.ms % 90000 + 10000}", deal_id
    )
    season.do(lambda s: billing.open_exit_order(s, order, by=clerk, at=at))
    clear = settlement.ClearSale(new_id(at), order.id)
    season.do(lambda s: settlement.clear_sale(s, clear, by=clerk, at=at))
    season.do(lambda s: billing.record_pick(s, billing.RecordPick(new_id(at), order.id), by=clerk, at=at))
    out = deal.grams * (1000 - season.dice.randint(4, 14)) // 1000
    weighing = weigh(season, lots.Purpose.OUT, out, at, exit_id=order.id, lot_id=lot.id, units=deal.units)
    attach = billing.AttachWeighing(new_id(at), order.id, weighing)
    season.do(lambda s: billing.attach_weighing(s, attach, by=clerk, at=at))
    close = settlement.CloseExit(new_id(at), order.id)
    season.do(lambda s: settlement.close_exit(s, close, by=clerk, at=at))


def _talk(season: "Season", lot: lots.Lot, listing_id: UUID) -> None:
    """A question and an answer of this morning; some are agreed and wait for their deposit."""
    at = season.at(season.today, 0, 20)
    if season.dice.random() < 0.5:
        _agree(season, lot, listing_id, at)
    else:
        _ask(season, lot, listing_id, at)


def _ask(season: "Season", lot: lots.Lot, listing_id: UUID, at: Moment) -> trading.Rfq | None:
    buyer = _buyer(season)
    units = max(1, lot.units_on_hand // season.dice.choice((1, 1, 2)))
    ask = trading.AskQuote(new_id(at), listing_id, units, trading.Payment.FULL, at.on + timedelta(days=2))
    try:
        rfq: trading.Rfq = season.do(lambda s: trading.ask_quote(s, ask, by=buyer, at=at))
    except WmsError:
        return None  # the dice asked for goods that cannot be asked for: another buyer was first
    return rfq


def _agree(season: "Season", lot: lots.Lot, listing_id: UUID, at: Moment) -> UUID | None:
    rfq = _ask(season, lot, listing_id, at)
    if rfq is None:
        return None
    owner = _owner(season, lot)
    give = trading.GiveQuote(new_id(at), rfq.id)
    offer = season.do(lambda s: trading.give_quote(s, give, by=owner, at=at))
    buyer = next(actor for actor in season.cast.buyers.values() if actor.party_id == rfq.buyer_id)
    accept = trading.AcceptQuote(new_id(at), offer.id, offer.round_number)
    deal = season.do(lambda s: trading.accept_quote(s, accept, by=buyer, at=at))
    return UUID(str(deal.id))


def _advance(season: "Season", lot: lots.Lot) -> None:
    """An advance asked for this week: most are paid out, one still waits for its second pair of eyes."""
    staff, at = season.cast.staff, season.at(season.today, 0, 30)
    _bid(season, lot)
    terms = season.database.read(lambda s: lending.terms_of(lending.product_on(s, at.on)))
    try:
        limit, _ = season.database.read(lambda s: lending.limit_of(s, lot.id, at, terms))
        ask = lending.AskAdvance(new_id(at), lot.id, limit * season.dice.randint(80, 100) // 100 // 10_000 * 10_000)
        loan = season.do(lambda s: lending.ask_advance(s, ask, by=_owner(season, lot), at=at))
    except WmsError:
        return  # a gate is closed for this lot, as it should be: no dealings in its cell yet
    for name in ("credit", "approver")[: season.dice.choice((1, 2, 2, 2))]:
        decide = lending.DecideAdvance(new_id(at), loan.id)
        season.do(lambda s, name=name, decide=decide: lending.approve_advance(s, decide, by=staff[name], at=at))
    if season.database.read(lambda s: lending.get_loan(s, loan.id)).state == lending.LoanState.APPROVED:
        pay = lending.Disburse(new_id(at), loan.id, f"ZDW{at.ms}{season.dice.randint(100, 999)}", at.on)
        season.do(lambda s: lending.disburse(s, pay, by=staff["cashier"], at=at))


def _bid(season: "Season", lot: lots.Lot) -> None:
    """A buyer's binding bid for such goods of last week: somebody would take them."""
    at = season.at(season.today - timedelta(days=5), 15)
    with season.database.snapshot() as session:
        cell = lending.cell_of(lots.facts(session, [lot.id])[0])
    price = (VARIETIES[lot.variety] + Decimal(season.dice.randint(-20, 20)) / 100).quantize(Decimal("0.0001"))
    ask = prices.RecordFirmQuote(
        new_id(at), cell, prices.Side.BID, season.cast.parties["B05"], price, lot.entry_grams, at.on, season.today
    )
    season.do(lambda s: prices.record_firm_quote(s, ask, by=season.cast.staff["valuer"], at=at))


def _owner(season: "Season", lot: lots.Lot) -> Actor:
    return next(actor for actor in season.cast.owners.values() if actor.party_id == lot.owner_id)


def _buyer(season: "Season") -> Actor:
    return season.dice.choice(list(season.cast.buyers.values()))
