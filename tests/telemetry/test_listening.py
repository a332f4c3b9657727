"""Which inbox hears what, and what happens where two hear the same."""

from datetime import timedelta
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest

from tests.telemetry.make import NOW, SITE
from wms import telemetry
from wms.kernel.clock import Moment
from wms.telemetry.rules.listening import crosses

Z2M = telemetry.parse_sources(
    [{"name": "z2m", "adapter": "mapping", "topic": "zigbee2mqtt/+", "values": [{"path": "t", "sensor": "{1}.t"}]}]
)
ALL = telemetry.filters_of(SITE, "", telemetry.NO_SOURCES)


def seconds(n):
    return Moment(NOW.at + timedelta(seconds=n), NOW.on)


def listening(name, filters, *, since=NOW, run=None):
    return telemetry.Listening(name, run or uuid5(NAMESPACE_OID, name), tuple(filters), since)


def report(database, name, filters, *, since=NOW, at=NOW, run=None, begins=False):
    mine = listening(name, filters, since=since, run=run)
    return database.write(lambda s: telemetry.report_inbox(s, mine, begins=begins, at=at))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    (
        ("a/b", "a/b", True), ("a/b", "a/c", False), ("a/+", "a/c", True), ("+/b", "a/+", True), ("a/#", "a/b/c", True),
        ("a/#", "a", True), ("a/b", "a", False), ("a/+", "a", False), ("#", "x/y", True), ("a/+/c", "a/b/d", False),
        ("a/+/c/#", "a/b", False), ("a/+/c/#", "a/b/+", True), ("a", "a/", False),
    ),
)  # fmt: skip
def test_filters_cross_where_some_topic_matches_both(one, other, both):
    assert (crosses(one, other), crosses(other, one)) == (both, both)


def test_an_inbox_listens_to_its_gateways_to_all_or_to_none():
    channels = ("up/#", "state", "meta")
    assert [f"cw/v1/{SITE}/+/{channel}" for channel in channels] == ALL
    two = telemetry.filters_of(SITE, "gw-x, gw-y,", telemetry.NO_SOURCES)
    assert two == [f"cw/v1/{SITE}/{name}/{channel}" for name in ("gw-x", "gw-y") for channel in channels]
    assert telemetry.filters_of(SITE, "-", Z2M) == ["zigbee2mqtt/+"]


@pytest.mark.parametrize(
    ("gateways", "said"),
    (("gw-a1,gw-a1", "named twice"), ("gw-a1,GW A2,#", "not a name"), ("-", "neither"), ("-,gw-a1", "not a name")),
)
def test_wrong_settings_are_refused_with_every_fault(gateways, said):
    with pytest.raises(telemetry.InboxInvalid, match=said):
        telemetry.filters_of(SITE, gateways, telemetry.NO_SOURCES)


def test_two_sources_for_the_same_messages_are_refused():
    both = telemetry.parse_sources(
        [{"name": name, "adapter": "senml", "topic": topic} for name, topic in (("a", "x/+"), ("b", "x/1"))]
    )
    with pytest.raises(telemetry.InboxInvalid, match="'x/\\+' and 'x/1'"):
        telemetry.filters_of(SITE, "", both)


def test_those_that_share_the_work_do_not_cross(database):
    one, other = (telemetry.filters_of(SITE, name, telemetry.NO_SOURCES) for name in ("gw-a", "gw-b,gw-c"))
    assert [report(database, "one", one), report(database, "other", other), report(database, "one", one)] == [[]] * 3
    assert [(row.name, row.filters) for row in database.read(telemetry.list_inboxes)] == [
        ("one", one), ("other", other)]  # fmt: skip


def test_gateways_heard_by_two_are_told_to_both(database):
    mine = telemetry.filters_of(SITE, "gw-a", telemetry.NO_SOURCES)
    assert report(database, "all", ALL) == []
    assert {each.inbox for each in report(database, "one", mine, since=seconds(1), at=seconds(1))} == {"all"}
    assert {each.inbox for each in report(database, "all", ALL, at=seconds(2))} == {"one"}
    assert len(database.read(telemetry.list_inboxes)[0].crossings) == 3


def test_other_sources_are_heard_by_one_and_who_listens_longer_keeps_them(database):
    mine = telemetry.filters_of(SITE, "-", Z2M)
    report(database, "one", mine)
    with pytest.raises(telemetry.InboxOverlap, match="one listens to zigbee2mqtt"):
        report(database, "two", mine, since=seconds(1), at=seconds(1))
    assert report(database, "one", mine, at=seconds(2)) == []
    assert [row.name for row in database.read(telemetry.list_inboxes)] == ["one"]
    # Both begin at once: one of them, always the same, gives way.
    report(database, "a", mine, since=NOW, at=seconds(100))
    with pytest.raises(telemetry.InboxOverlap):
        report(database, "b", mine, since=NOW, at=seconds(100))


def test_who_is_silent_or_has_left_is_in_nobodys_way(database):
    mine = telemetry.filters_of(SITE, "-", Z2M)
    report(database, "one", mine)
    assert report(database, "two", mine, since=seconds(61), at=seconds(61)) == []
    for _ in range(2):
        database.write(lambda s: telemetry.leave_inbox(s, listening("two", mine)))
    assert report(database, "three", mine, since=seconds(62), at=seconds(62)) == []


def test_who_begins_takes_the_name_and_who_had_it_ends(database):
    report(database, "one", ALL, begins=True)
    again = uuid4()
    assert report(database, "one", ALL, run=again, begins=True) == []
    with pytest.raises(telemetry.InboxNameTaken, match="begun under the name one"):
        report(database, "one", ALL)
    database.write(lambda s: telemetry.leave_inbox(s, listening("one", ALL)))  # it is no longer its own to leave
    assert [row.run for row in database.read(telemetry.list_inboxes)] == [again]
    assert report(database, "one", ALL, run=again) == []
