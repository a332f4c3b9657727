"""The owner's pages: what they show in both languages, what they refuse, and that nothing happens twice."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from tests.lots.make import moment
from tests.web.portal.make import Fair
from wms import billing, lending, settlement, trading
from wms.web.format import money


def talk_url(rfq_id: UUID) -> str:
    return f"/portal/offers/talk/{rfq_id}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens(market: Fair, language: str) -> None:
    rfq_id = market.ask()
    market.counter(rfq_id, "7.60")
    loan_id = market.case.loan_id
    bina = market.browser("bina", language)
    for url in ("/portal", "/portal/offers", "/portal/advances", "/portal/money", market.lot_url,
                f"{market.lot_url}/advance", f"{market.lot_url}/leave", f"/portal/advances/{loan_id}",
                talk_url(rfq_id), f"{talk_url(rfq_id)}/counter"):  # fmt: skip
        answer = bina.get(url)
        assert answer.status_code == 200, url
    curve = bina.get(f"{market.lot_url}/curve").json
    assert curve is not None
    assert len(curve["x"]) == len(curve["y"][0]) > 0
    home = bina.get("/portal").text
    assert ("到手" if language == "zh" else "You receive") in home
    assert ("第 1 / 共 1" if language == "zh" else "1 of 1") in home


def test_who_may_not_and_what_is_not_yours(market: Fair) -> None:
    rfq_id = market.ask()
    chand, deep = market.browser("chand"), market.browser("deep")
    assert chand.get("/portal").status_code == 200
    assert deep.get("/portal").status_code == 403
    assert market.app.test_client().get("/portal").status_code == 302
    for url in (market.lot_url, f"{market.lot_url}/curve", f"{market.lot_url}/advance", f"{market.lot_url}/leave",
                talk_url(rfq_id), f"{talk_url(rfq_id)}/counter", f"/portal/advances/{market.case.loan_id}",
                f"/portal/money/{uuid4()}"):  # fmt: skip
        assert chand.get(url).status_code == 404, url
    refused = chand.post(talk_url(rfq_id), answer="refuse", sure="yes", version="0")
    assert refused.status_code == 404
    assert market.see(lambda s: trading.get_rfq(s, rfq_id, by=market.case.buyer.actor)).state == "open"


def test_accepting_asks_first_and_sells_once(market: Fair) -> None:
    rfq_id = market.ask()
    market.counter(rfq_id, "7.60")
    bina = market.browser("bina")
    asked = bina.post(talk_url(rfq_id), answer="accept", version="2")
    assert asked.status_code == 200
    assert "Yes, sell" in asked.text
    assert market.see(lambda s: trading.deals_of_lot(s, market.case.lot_id, by=market.case.owner.actor)) == []
    for _ in range(2):
        sold = bina.post(talk_url(rfq_id), answer="accept", version="2", sure="yes")
        assert sold.status_code == 303
    deals = market.see(lambda s: trading.deals_of_lot(s, market.case.lot_id, by=market.case.owner.actor))
    assert [(deal.units, deal.price) for deal in deals] == [(100, Decimal("7.6000"))]


def test_an_offer_that_changed_is_not_accepted_as_it_was(market: Fair) -> None:
    rfq_id = market.ask()
    market.counter(rfq_id, "7.60")
    refused = market.browser("bina").post(talk_url(rfq_id), answer="accept", version="1", sure="yes")
    assert refused.status_code == 409
    assert market.see(lambda s: trading.deals_of_lot(s, market.case.lot_id, by=market.case.owner.actor)) == []


def test_refusing_ends_the_talk(market: Fair) -> None:
    rfq_id = market.ask()
    bina = market.browser("bina")
    assert "Do not sell?" in bina.post(talk_url(rfq_id), answer="refuse", version="0").text
    assert bina.post(talk_url(rfq_id), answer="refuse", version="0", sure="yes").status_code == 303
    assert market.see(lambda s: trading.get_rfq(s, rfq_id, by=market.case.buyer.actor)).state == "passed"


def test_a_counter_keeps_its_input_and_is_sent_once(market: Fair) -> None:
    rfq_id, wanted = market.ask(), str(uuid4())
    offer = market.counter(rfq_id, "7.60")
    bina, url = market.browser("bina"), f"{talk_url(rfq_id)}/counter"
    fields = {"id": wanted, "parent": str(offer.id), "units": "100", "do": "send"}
    wrong = bina.post(url, **fields, price="seven")
    assert wrong.status_code == 422
    assert 'value="seven"' in wrong.text
    for _ in range(2):
        assert bina.post(url, **fields, price="7.70").status_code == 303
    quotes = market.see(lambda s: trading.quotes_of(s, rfq_id, by=market.case.buyer.actor))
    assert [quote.price for quote in quotes] == [Decimal("7.8600"), Decimal("7.6000"), Decimal("7.7000")]


def test_jin_taken_for_kilograms_is_asked_about(market: Fair) -> None:
    market.case.board("7.60", "2026-10-22")
    rfq_id = market.ask()
    offer = market.counter(rfq_id, "7.60")
    bina, url = market.browser("bina"), f"{talk_url(rfq_id)}/counter"
    fields = {"id": str(uuid4()), "parent": str(offer.id), "units": "100", "do": "send", "price": "15.60"}
    asked = bina.post(url, **fields)
    assert asked.status_code == 422
    assert "7.80" in asked.text
    assert "the other way round" in asked.text
    assert bina.post(url, **fields, sure="yes").status_code == 303


def test_what_arrives_is_what_the_close_pays(market: Fair) -> None:
    """The estimate of a sale on its day, on the weight that then leaves, is the settlement to the fen."""
    case, day = market.case, "2026-10-26"
    case.price("7.0000", day)
    told = market.see(
        lambda s: settlement.estimate_sale(s, case.lot_id, 500, Decimal("7.86"), market.at.on.replace(day=26))
    )
    assert told.grams == 10_000_000
    deal_id = _sell_500(market, day)
    case.bank(deal_id, told.gross_fen, day)
    exit_id = case.open_exit(day, 500, deal_id)
    case.weigh_out(exit_id, day, told.grams, 500)
    case.consent(exit_id, day)
    row = case.close(exit_id, day)
    assert dict(told.claims) == {
        "storage": row.storage_fen, "handling": row.handling_fen, "interest": row.interest_fen,
        "principal": row.principal_fen, "commission": row.commission_fen,
    }  # fmt: skip
    assert told.residual_fen == row.residual_fen
    page = market.browser("bina").get(f"/portal/money/{row.id}").text
    assert money(row.residual_fen) in page


def _sell_500(market: Fair, day: str) -> UUID:
    at, case = moment(day), market.case
    ask = trading.AskQuote(uuid4(), market.listing.id, 500, trading.Payment.FULL, at.on)
    case.do(lambda s: trading.ask_quote(s, ask, by=case.buyer.actor, at=at))
    give = trading.GiveQuote(uuid4(), ask.id)
    case.do(lambda s: trading.give_quote(s, give, by=case.owner.actor, at=at))
    accept = trading.AcceptQuote(uuid4(), give.id, 1)
    case.do(lambda s: trading.accept_quote(s, accept, by=case.buyer.actor, at=at))
    return accept.id


def test_an_advance_is_asked_with_its_gates_in_words(unpledged: Fair) -> None:
    unpledged.case.price("7.0000", "2026-10-22")
    unpledged.case.breathe("2026-10-22")
    bina, url = unpledged.browser("bina"), f"{unpledged.lot_url}/advance"
    page = bina.get(url).text
    assert "112,000.00" in page
    assert "Insured until 2027-12-31." in page
    wrong = bina.post(url, id=str(uuid4()), amount="999999", do="send")
    assert wrong.status_code in (409, 422)
    assert 'value="999999"' in wrong.text
    request_id = str(uuid4())
    for _ in range(2):
        assert bina.post(url, id=request_id, amount="50000", do="send").status_code == 303
    loans = unpledged.see(lambda s: lending.list_loans(s, by=unpledged.case.owner.actor)).items
    assert [loan.asked_fen for loan in loans] == [5_000_000]


def test_own_goods_are_ordered_out_and_given_up(market: Fair) -> None:
    bina, url = market.browser("bina"), f"{market.lot_url}/leave"
    wrong = bina.post(url, id=str(uuid4()), units="10", collector="", plate="鲁F12345")
    assert wrong.status_code == 422
    assert "鲁F12345" in wrong.text
    request_id = str(uuid4())
    for _ in range(2):
        assert bina.post(url, id=request_id, units="10", collector="Li", plate="鲁F12345").status_code == 303
    page = bina.get(f"/portal/exits/{request_id}").text
    assert "Repays the advance" in page
    assert bina.post(f"/portal/exits/{request_id}", id=str(uuid4())).status_code == 303
    orders = market.see(lambda s: billing.list_exit_orders(s, market.case.owner.actor)).items
    assert [order.state for order in orders] == ["void"]
