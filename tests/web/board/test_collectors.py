"""A buyer's own page of who may fetch: given, printed, taken back, and nobody else's."""

import re
from uuid import uuid4

from tests.documents.reading import text_of
from tests.web.portal.make import Fair
from wms import pickup

DRIVER = {"name": "赵师傅", "card": "37060219800101123X", "plate": "鲁F 12345", "most": "40"}


def test_a_buyer_lets_somebody_fetch_and_takes_it_back(unpledged: Fair) -> None:
    market = unpledged
    deep, today = market.browser("deep"), market.at.on.isoformat()
    assert "/board/collectors" in deep.get("/board").text
    days = {"first": today, "last": today}
    assert deep.post("/board/collectors", id=str(uuid4()), **{**DRIVER, "card": "12"}, **days).status_code == 422
    key = str(uuid4())
    for _ in range(2):
        assert deep.post("/board/collectors", id=key, **DRIVER, **days).status_code == 303
    (given,) = market.see(lambda s: pickup.authorities_of(s, market.case.buyer.party.id))
    assert (given.authority.id_tail, given.authority.granted_by_party, given.units_left) == ("123X", True, 40)
    page = market.browser("deep", "zh").get("/board/collectors").text
    assert "赵师傅" in page
    assert "37060219800101" not in page
    paper = f"/papers/authorities/{given.authority.id}.pdf"
    assert paper in page
    said = text_of(deep.get(paper).get_data())
    for words in ("提货委托书", "Authority to collect", "赵师傅", "鲁F12345", "123X", "40 件"):
        assert words in said
    api = f"/api/v1/collector-authorities/{given.authority.id}/paper"
    assert deep.get(api).mimetype == "application/pdf"
    farid = market.browser("farid")
    for url in (paper, api):
        assert farid.get(url).status_code == 404
    revoke = f"/board/collectors/{given.authority.id}/revoke"
    assert farid.post(revoke, id=str(uuid4())).status_code == 404
    assert market.browser("trader").get("/board/collectors").status_code == 403
    assert deep.post(revoke, id=str(uuid4())).status_code == 303
    assert deep.post(revoke, id=str(uuid4())).status_code == 409
    assert re.search(r"已于 .* 撤销", text_of(deep.get(paper).get_data()))
