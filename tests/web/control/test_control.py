"""The control room: rooms with their air, curves, alarms, unknown sensors; for staff only."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.web.desk.make import Desk
from wms import facility, lots, telemetry
from wms.telemetry.tables import Gateway


def first_room(desk: Desk) -> UUID:
    sensors = desk.see(telemetry.sensors_of)
    return UUID(str(sensors[0].room_id))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_open_in_both_languages(desk: Desk, language: str) -> None:
    browser = desk.browser("manager", language)
    for path in ("", "/alarms", "/devices", f"/rooms/{first_room(desk)}"):
        answer = browser.get(f"/control{path}")
        assert answer.status_code == 200, path
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text


@pytest.mark.parametrize("name", ["bina", "deep", "cashier"])
def test_it_is_for_staff_who_may_see_readings(desk: Desk, name: str) -> None:
    assert desk.browser(name).get("/control").status_code == 403


def test_a_room_that_does_not_exist_is_not_found(desk: Desk) -> None:
    assert desk.browser("manager").get(f"/control/rooms/{uuid4()}").status_code == 404


def test_a_curve_has_at_most_two_thousand_points_and_a_list_for_each_sensor(desk: Desk) -> None:
    room = first_room(desk)
    answer = desk.browser("manager").get(f"/control/rooms/{room}/curve/temperature.json?span=season").get_json()
    of_kind = [each for each in desk.see(lambda s: telemetry.sensors_of(s, [room])) if each.kind == "temperature"]
    assert 0 < len(answer["x"]) <= 2000
    assert len(answer["y"]) == len(of_kind)
    assert all(len(each) == len(answer["x"]) for each in answer["y"])


def test_goods_inside_are_never_called_empty(desk: Desk) -> None:
    room_id = desk.see(lambda s: lots.facts(s, [desk.fair.case.lot_id]))[0].room_ids[0]
    assert desk.see(lambda s: facility.get_room(s, room_id)).state == "empty", "nobody wrote down that filling began"
    page = desk.browser("manager", "zh").get(f"/control/rooms/{room_id}").text
    assert "空库" not in page
    assert "有货" in page
    assert "尚未登记开始入货" in page


def test_a_gateway_says_how_it_is_in_words(desk: Desk) -> None:
    state = {"on": True, "clk": "free", "spool": 3, "oldest": desk.fair.at.ms - 3_600_000, "seq": 5, "ver": "1.2.3",
             "ports": {"probes": "ok", "scale": "lost"}}  # fmt: skip

    def heard(session: Session) -> None:
        session.add(Gateway(name="gw-words", online=True, state=state, meta={}, heard_at=desk.fair.at.at))

    desk.fair.case.do(heard)
    page = desk.browser("manager", "en").get("/control/devices").text
    for words in ("1 port does not answer", "scale: connection lost", "not set", "3 messages", "oldest: 1 hour ago"):
        assert words in page
    assert "{&#39;" not in page
    chinese = desk.browser("manager", "zh").get("/control/devices").text
    assert "scale: 连接中断" in chinese
    assert "True" not in chinese


def test_a_hole_in_the_readings_is_a_hole_in_the_line(desk: Desk) -> None:
    room = first_room(desk)
    answer = desk.browser("manager").get(f"/control/rooms/{room}/curve/temperature.json?span=week").get_json()
    (line,) = answer["y"]
    said = [value for value in line if value is not False]
    assert said.count(None) >= 3, "the room breathes six hours a day and is silent for the rest of it"
    assert said[0] is not None
    assert said[-1] is not None


def test_a_silent_room_looks_stale(desk: Desk) -> None:
    page = desk.browser("manager").get("/control").text
    assert "room--stale" in page


def test_the_manager_advances_a_room_once_and_others_do_not(desk: Desk) -> None:
    room_id = first_room(desk)
    room = desk.see(lambda s: facility.get_room(s, room_id))
    event = next(iter(facility.next_states(facility.RoomState(room.state), facility.StorageType(room.storage_type))))
    url, key = f"/control/rooms/{room_id}/advance", str(uuid4())
    assert desk.browser("auditor").post(url, id=key, form="advance", event=event.value).status_code == 403
    manager = desk.browser("manager")
    for _ in range(2):
        assert manager.post(url, id=key, form="advance", event=event.value, note="cold enough").status_code == 303
    assert desk.see(lambda s: facility.get_room(s, room_id)).events == room.events + 1
    assert "cold enough" in manager.get(f"/control/rooms/{room_id}").text


def test_a_sensor_is_adopted_by_who_may(desk: Desk) -> None:
    fields = {
        "form": "adopt",
        "sensor": "gw-a1|room9.t1",
        "kind": "temperature",
        "room": str(first_room(desk)),
        "place": "door",
    }
    assert desk.browser("auditor").post("/control/sensors/adopt", id=str(uuid4()), **fields).status_code == 403
    manager = desk.browser("manager")
    empty = manager.post("/control/sensors/adopt", id=str(uuid4()), **{**fields, "place": ""})
    assert empty.status_code == 422
    assert manager.post("/control/sensors/adopt", id=str(uuid4()), **fields).status_code == 303
    assert "room9.t1" in [each.name for each in desk.see(telemetry.sensors_of)]


def bury(desk: Desk, payload: bytes = b'{"v":2,"gw":"gw-a1"}') -> UUID:
    arrived = telemetry.Arrived("cw/v1/yantai/gw-a1/up/m", payload)
    why = telemetry.Reason("topic", "topic: <b>", {"topic": "<b>"})
    desk.fair.case.database.write(lambda s: telemetry.bury(s, arrived, why, at=desk.fair.at))
    return desk.see(lambda s: telemetry.list_dead_letters(s).items)[0].id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_message_nobody_understood_is_looked_at_tried_and_set_aside(desk: Desk, language: str) -> None:
    letter = bury(desk)
    manager, url = desk.browser("manager", language), f"/control/letters/{letter}"
    assert f"/letters/{letter}" in manager.get("/control/devices").text
    page = manager.get(url).text
    assert "&#34;v&#34;: 2" in page
    assert "7b 22 76 22" in page
    assert "<b>" not in page
    said = {"zh": "主题 &lt;b&gt; 不在约定之内。", "en": "The topic &lt;b&gt; is none of the contract."}
    assert said[language] in page
    assert said[language] in manager.get("/control/devices").text
    refused = manager.post(f"{url}/replay", id=str(uuid4()), form="replay")
    assert refused.status_code == 409
    key = str(uuid4())
    for _ in range(2):
        assert manager.post(f"{url}/close", id=key, form="close", note="an old box").status_code == 303
    assert "an old box" in manager.get(url).text
    assert manager.post(f"{url}/replay", id=str(uuid4()), form="replay").status_code == 409


def test_only_who_keeps_instruments_deals_with_messages(desk: Desk) -> None:
    letter = bury(desk)
    auditor = desk.browser("auditor")
    assert "form" not in auditor.get(f"/control/letters/{letter}").text.partition("<main")[2].partition("</main")[0]
    for what in ("replay", "close"):
        answer = auditor.post(f"/control/letters/{letter}/{what}", id=str(uuid4()), form=what, note="x")
        assert answer.status_code == 403
    assert auditor.get(f"/control/letters/{uuid4()}").status_code == 404
    assert desk.browser("deep").get(f"/control/letters/{letter}").status_code == 403
