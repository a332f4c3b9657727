"""The buyers' pages: priced for their terms, bound only by what was seen, and silent about what is not theirs."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.trading.make import top_up
from tests.web.portal.make import Fair
from tests.web.terminal.make import Browser
from wms import lots, trading
from wms.kernel.actor import SYSTEM

SECRETS = ("pledge", "质押", "advance", "预支", "floor", "底价")


def pages_of(market: Fair, rfq_id: object) -> tuple[str, ...]:
    listing = f"/board/listings/{market.listing.id}"
    return ("/board", "/board?sort=price", "/board/talks", "/board/deals", listing, f"{listing}/ask",
            f"/board/talks/{rfq_id}")  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens(market: Fair, language: str) -> None:
    rfq_id = market.ask(limit_price=Decimal("8.0800"))
    market.counter(rfq_id, "7.60")
    for name in ("deep", "trader"):
        browser = market.browser(name, language)
        for url in pages_of(market, rfq_id):
            assert browser.get(url).status_code == 200, (name, url)
    board = market.browser("deep", language).get("/board?tonnes=10").text
    assert "7.86" in board
    assert ("在库" if language == "zh" else "in store") in board


def test_who_may_not(market: Fair) -> None:
    rfq_id = market.ask()
    assert market.browser("clerk").get("/board").status_code == 403
    farid = market.browser("farid")
    assert farid.get(f"/board/talks/{rfq_id}").status_code == 404
    assert farid.post(f"/board/talks/{rfq_id}", id=str(uuid4()), do="pass").status_code == 404
    assert farid.get(f"/board/listings/{uuid4()}").status_code == 404
    assert farid.get(f"/board/deals/{uuid4()}").status_code == 404


def test_no_page_tells_a_buyer_what_is_not_his(market: Fair) -> None:
    """Pledge pressure, floors, and what another pays or would pay stand on no page of an outsider."""
    hold = market.see(lambda s: lots.holds_of(s, market.case.lot_id, lots.HoldReason.PLEDGE))[0]
    press = lots.PledgeStage.MARGIN_CALL
    market.case.do(
        lambda s: lots.update_hold_stage(
            s, lots.HoldStage(uuid4(), hold.id, press, market.at.on, Decimal("7.3300"), False), by=SYSTEM, at=market.at
        )
    )
    company = trading.SaveConditions(
        uuid4(), market.listing.id, trading.Conditions(Decimal("7.4400"), floor=Decimal("7.1100")),
        trading.Scope.COMPANY, company_id=market.case.buyer.party.id,
    )  # fmt: skip
    market.case.do(lambda s: trading.save_conditions(s, company, by=market.case.owner.actor, at=market.at))
    rfq_id = market.ask(limit_price=Decimal("7.9700"))
    market.counter(rfq_id, "7.3800")
    mine = market.ask(by=market.farid)
    for language in ("en", "zh"):
        browser = market.browser("farid", language)
        for url in pages_of(market, mine):
            text = words(browser, url)
            for secret in (*SECRETS, "7.33", "7.44", "7.11", "7.97", "7.38", "Deep"):
                assert secret.lower() not in text.lower(), (url, secret)
    assert "7.44" in market.browser("deep").get("/board").text
    assert "7.97" in market.browser("deep").get(f"/board/talks/{rfq_id}").text
    assert "7.97" not in market.browser("bina").get(f"/board/talks/{rfq_id}").text


def words(browser: Browser, url: str) -> str:
    """What a page says: its text and attributes, without addresses and ids."""
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|/assets/\S+|csrf\S+ content=\S+", "", answer.text)


def test_an_inquiry_keeps_its_input_and_is_sent_once(market: Fair) -> None:
    deep, url = market.browser("deep"), f"/board/listings/{market.listing.id}/ask"
    day = (market.at.on + timedelta(days=2)).isoformat()
    fields = {"id": str(uuid4()), "payment": "full", "on": day, "note": "firm ones", "do": "ask"}
    wrong = deep.post(url, **fields, units="99999")
    assert wrong.status_code == 409
    assert "firm ones" in wrong.text
    for _ in range(2):
        assert deep.post(url, **fields, units="50").status_code == 303
    found = market.see(lambda s: trading.list_rfqs(s, by=market.case.buyer.actor)).items
    assert [(rfq.units, rfq.note) for rfq in found] == [(50, "firm ones")]


def test_goods_are_taken_confirmed_and_paid(market: Fair) -> None:
    deep, url = market.browser("deep"), f"/board/listings/{market.listing.id}/ask"
    deal_id, day = str(uuid4()), (market.at.on + timedelta(days=2)).isoformat()
    assert deep.post(url, id=deal_id, payment="full", on=day, units="50", do="take").status_code == 303
    bina = market.browser("bina")
    assert bina.post(f"/portal/offers/deal/{deal_id}", answer="accept", sure="yes").status_code == 303
    short = deep.post(f"/board/deals/{deal_id}", id=str(uuid4()), do="hold_deposit")
    assert short.status_code == 409
    market.case.do(lambda s: top_up(s, market.case.buyer, at=market.at))
    for do in ("hold_deposit", "hold_balance"):
        request_id = str(uuid4())
        for _ in range(2):
            assert deep.post(f"/board/deals/{deal_id}", id=request_id, do=do).status_code == 303
    deal = market.see(lambda s: trading.list_deals(s, by=market.case.buyer.actor)).items[0]
    assert deal.state == trading.State.RELEASABLE
    assert deal.deposit_held_fen + deal.balance_held_fen == deal.deposit_fen + deal.balance_fen


def test_only_the_quote_that_was_seen_is_accepted(market: Fair) -> None:
    rfq_id = market.ask()
    give = trading.GiveQuote(uuid4(), rfq_id)
    market.case.do(lambda s: trading.give_quote(s, give, by=market.case.owner.actor, at=market.at))
    deep, url = market.browser("deep"), f"/board/talks/{rfq_id}"
    assert deep.post(url, id=str(uuid4()), do="accept", parent=str(give.id), version="7").status_code == 409
    request_id = str(uuid4())
    for _ in range(2):
        assert deep.post(url, id=request_id, do="accept", parent=str(give.id), version="1").status_code == 303
    assert len(market.see(lambda s: trading.list_deals(s, by=market.case.buyer.actor)).items) == 1


def test_the_store_answers_for_an_owner_with_his_words_on_the_phone(market: Fair) -> None:
    rfq_id = market.ask()
    trader, url = market.browser("trader"), f"/board/talks/{rfq_id}"
    fields = {"id": str(uuid4()), "do": "give", "parent": "", "units": "100", "price": "7.90"}
    silent = trader.post(url, **fields)
    assert silent.status_code == 422
    assert trader.post(url, **fields, caller="Bina", phone="13800000001").status_code == 303
    (quote,) = market.see(lambda s: trading.quotes_of(s, rfq_id, by=SYSTEM))
    assert quote.consent is not None
    assert (quote.consent["caller"], quote.side) == ("Bina", "seller")
    assert "by phone: Bina" in trader.get(url).text
