"""A recall of a lot with three generations over the pages, in both languages; reports, their files, and seasons."""

import re
from uuid import uuid4

from tests.insight.make import Family
from tests.users import make as people
from tests.web.desk.make import Desk
from wms import lots, users
from wms.documents import read_sheet

WORDS = {"en": ("Every lot it touches", "balances", "ended"), "zh": ("涉及批次", "平衡", "已结束")}


def three_generations(desk: Desk) -> Family:
    case = desk.fair.case
    root = desk.see(lambda session: lots.get_lot(session, case.lot_id))
    made = Family(case, root, root, root)
    made.child = made.split(root.id, 200, "2026-10-25")
    made.grandchild = made.split(made.child.id, 50, "2026-10-26")
    return made


def test_a_recall_of_three_generations_over_the_pages(unpledged: Desk) -> None:
    made = three_generations(unpledged)
    manager = frozenset({users.Role.WAREHOUSE_MANAGER})
    unpledged.staff["quality"] = made.case.do(lambda s: people.pinned(s, roles=manager))
    codes = [made.root.code, made.child.code, made.grandchild.code]
    for language, (touched, balances, ended) in WORDS.items():
        browser = unpledged.browser("manager", language)
        trace = browser.get(f"/desk/trace?q={made.grandchild.code}")
        assert trace.status_code == 200
        assert all(code in trace.text for code in codes)
        recall_id = uuid4()
        answer = browser.post("/desk/recalls", form="start", id=recall_id, kind="drill", reason="residue",
                              number=made.grandchild.code)  # fmt: skip
        assert answer.status_code == 303, answer.text
        page = browser.get(answer.location).text
        assert touched in page
        assert balances in page
        assert all(code in page for code in codes)
        assert browser.post(f"{answer.location}/hold", form="hold", id=uuid4()).status_code == 303
        assert made.lot(made.grandchild.id).quarantine_units == 50
        for who, left in (("manager", 50), ("quality", 0)):  # one asks, another lets go
            other = unpledged.browser(who, language)
            assert other.post(f"{answer.location}/lift", form="lift", id=uuid4()).status_code == 303
            assert made.lot(made.grandchild.id).quarantine_units == left
        done = browser.post(f"{answer.location}/end", form="end", id=uuid4(), found="1000", reached="0", note="quick")
        assert done.status_code == 303
        assert ended in browser.get(answer.location).text
        sheet = read_sheet(browser.get(f"{answer.location}.csv").data)
        assert [row[0] for row in sheet[1:]] == codes
        assert browser.post("/desk/recalls", form="start", id=uuid4(), kind="drill", reason="x").status_code == 422
    assert unpledged.browser("auditor").post("/desk/recalls", form="start", id=uuid4()).status_code in (403, 422)
    check_files_and_reports(unpledged, codes[0])
    check_seasons(unpledged)


def check_files_and_reports(desk: Desk, code: str) -> None:
    """Every file and every report opens; who may not see all goods gets none."""
    browser = desk.browser("manager", "zh")
    for url in (f"/desk/trace.xlsx?q={code}", f"/desk/trace.csv?q={code}", f"/desk/trace.jsonld?q={code}",
                f"/desk/trace-kde.csv?q={code}", f"/desk/trace-kde.xlsx?q={code}"):  # fmt: skip
        answer = browser.get(url)
        assert answer.status_code == 200, url
        assert answer.headers["Content-Disposition"].startswith("attachment"), url
    index = browser.get("/desk/reports").text
    for path in sorted(set(re.findall(r'href="(/desk/reports/[a-z]+)"', index))):
        assert browser.get(path).status_code == 200, path
        assert browser.get(f"{path}.csv").status_code == 200, path
    for group in ("owner", "variety", "grade", "size", "room", "entry_month", "origin", "storage_type"):
        assert browser.get(f"/desk/reports/stock?by={group}").status_code == 200, group
    assert browser.post("/desk/reports/movements", id=uuid4(), form="csv").status_code == 303
    waiting = browser.get("/desk/reports")
    assert waiting.headers["Refresh"] == "3"
    assert "<progress" in waiting.text
    assert browser.get("/desk/trace?q=nothing-here").status_code == 404


def check_seasons(desk: Desk) -> None:
    """A season is opened on the page, and its page says what is still open."""
    browser = desk.browser("manager", "zh")
    fields = {"form": "open", "id": uuid4(), "code": "2026/27", "from": "2026-09-01", "until": "2027-05-31"}
    assert browser.post("/desk/seasons", **fields).status_code == 303
    (url,) = set(re.findall(r'href="(/desk/seasons/[0-9a-f-]{36})"', browser.get("/desk/seasons").text))
    assert "在库批次" in browser.get(url).text
    assert browser.post("/desk/seasons", **(fields | {"id": uuid4()})).status_code == 409
    assert browser.post(f"{url}/close", form="close", id=uuid4()).status_code == 409
