"""Samples on the pages: weighed and booked at the terminal, their results at the desk, seen in the trace."""

from uuid import uuid4

from tests.lots import make as stock
from tests.web.terminal.make import Dock, hidden
from wms import insight, lots


def test_a_sample_is_weighed_booked_and_answered(dock: Dock) -> None:
    lot, clerk = dock.lot(units=10, grams=1_000_000), dock.browser(language="en")
    url = f"/terminal/lots/{lot.id}/samples"
    assert "No sample was taken yet" in clerk.get(url).text
    weigh = {"id": str(uuid4()), "purpose": "sample", **dock.capture(2_500, stock.PLATFORM)}
    for _ in range(2):
        assert clerk.post(f"{url}/weigh", **weigh).status_code == 303
    (weighed,) = dock.see(lambda s: lots.sample_weighings(s, lot.id))
    form = {"id": hidden(clerk.get(url)), "weighing": str(weighed.id), "taken_for": "laboratory",
            "receiver": "烟台检测中心", "reason": "residues", "pieces": "12"}  # fmt: skip
    refused = clerk.post(url, **{**form, "taken_for": "a friend"})
    assert (refused.status_code, 'value="烟台检测中心"' in refused.text) == (409, True)
    for _ in range(2):
        assert clerk.post(url, **form).status_code == 303
    (row,) = dock.see(lambda s: lots.samples_of(s, lot.id))
    assert (row.sample.grams, row.sample.pieces, dock.see(lambda s: lots.get_lot(s, lot.id)).grams_on_hand) == (
        2_500, 12, 997_500,
    )  # fmt: skip
    told = {
        "id": str(uuid4()),
        "verdict": "failed",
        "report": "R-88",
        "reported_on": stock.NOW.on.isoformat(),
        "findings": "毒死蜱",
    }
    assert clerk.post(f"{url}/{row.sample.id}/result", **{**told, "verdict": "maybe"}).status_code == 409
    assert clerk.post(f"{url}/{row.sample.id}/result", **told).status_code == 303
    assert dock.see(lambda s: lots.get_lot(s, lot.id)).quarantine_units == 10
    for language, words in (("zh", "不合格"), ("en", "Failed")):
        reader = dock.browser(language=language)
        assert words in reader.get(url).text
        assert words in reader.get(f"/terminal/lots/{lot.id}").text
    trace = dock.see(lambda s: insight.trace(s, lot.code, by=stock.ESHA, at=stock.later()))
    steps = {step.kind: step for step in trace.steps}
    assert (steps["sample"].grams, steps["sample"].partner, steps["sample_failed"].paper) == (
        -2_500, "烟台检测中心", "R-88",
    )  # fmt: skip


def test_nobody_else_sees_or_takes_samples(dock: Dock) -> None:
    assert dock.browser().get(f"/terminal/lots/{uuid4()}/samples").status_code == 404
