"""Inspections at the terminal: fields for what is measured, verdicts by the standard, files of instruments."""

import io
from uuid import uuid4

from tests.lots import make as stock
from tests.web.terminal.make import Dock, hidden
from wms import lots

GB = "GB/T 10651-2008"


def test_an_inspection_is_judged_beside_the_standard(dock: Dock) -> None:
    lot, clerk, on = dock.lot(), dock.browser(language="en"), stock.NOW.on
    dock.do(lambda s: lots.set_limit(s, lots.SetLimit(uuid4(), "firmness", on, GB, 6_000), by=stock.ESHA, at=stock.NOW))
    plan = lots.SetSamplingPlan(uuid4(), on, (lots.PlanStep(None, 5, 50),), "GB/T 8855-2008")
    dock.do(lambda s: lots.set_sampling_plan(s, plan, by=stock.ESHA, at=stock.NOW))
    url = f"/terminal/lots/{lot.id}/inspect"
    page = clerk.get(url)
    assert [word for word in ("≥ 6.0 kgf/cm² · " + GB, "GB/T 8855-2008 asks 5 of 10", "Starch index")
            if word not in page.text] == []  # fmt: skip
    form = {"id": hidden(page), "inspected_on": on.isoformat(), "sample_units": "2", "pieces": "20", "firmness": "5.9",
            "brix": "13.5", "starch": "7.5"}  # fmt: skip
    assert clerk.post(url, **{**form, "brix": "sweet"}).status_code == 409
    assert clerk.post(url, **form).status_code == 303
    for language, words in (("en", ("below its limit", "Sample too small", GB)), ("zh", ("低于下限", "样本不足", GB))):
        text = dock.browser(language=language).get(f"/terminal/lots/{lot.id}").text
        assert [word for word in words if word not in text] == []


def test_a_file_is_tried_then_taken_once(dock: Dock) -> None:
    lot, clerk = dock.lot(), dock.browser(language="en")
    assert "No file is known yet" in clerk.get("/terminal/readings").text
    mapping = lots.SaveMapping(uuid4(), "FTA", "Lot", (lots.MappedColumn("kgf", "firmness"),), "Date", "No")
    dock.do(lambda s: lots.save_mapping(s, mapping, by=stock.ESHA, at=stock.NOW))

    def send(text: str, **more: str) -> tuple[int, str]:
        sent = {"id": str(uuid4()), "mapping": "FTA", "sample_units": "1", "file": (io.BytesIO(text.encode()), "a.csv")}
        answer = clerk.post("/terminal/readings", **{**sent, **more})
        return answer.status_code, answer.text

    good = f"No,Lot,Date,kgf\n1,{lot.code},{stock.NOW.on},6.1\n2,{lot.code},{stock.NOW.on},6.4\n"
    status, text = send(good + f"3,{lot.code},{stock.NOW.on},soft\n4,L9,{stock.NOW.on},6\n")
    assert status == 422
    assert [word for word in ("soft", "column kgf", "no such lot") if word not in text] == []
    status, text = send(good)
    assert (status, "6.25 kgf/cm²" in text) == (200, True)
    assert dock.see(lambda s: lots.inspections_of(s, lot.id)) == []
    kept = {"sheet": good.replace(",", "\t").strip(), "verdict": "import"}
    assert send("", **kept)[0] == 303
    assert "Figures known already" in send(good)[1]
    send("", **kept)
    assert len(dock.see(lambda s: lots.inspections_of(s, lot.id))) == 1
