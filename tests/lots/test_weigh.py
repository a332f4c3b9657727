from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.lots import make
from wms import facility, lots
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused

P = lots.Purpose


@pytest.fixture
def delivery(database: Database, store: make.Store) -> lots.Delivery:
    return database.write(lambda session: make.delivery(session, store))


def recorded(database: Database, grams: int, **changes: Any) -> lots.RecordKey:
    return database.write(lambda session: make.record(session, grams, **changes))


def weigh(
    database: Database,
    request: lots.WeighRequest,
    *,
    by: Actor = make.ASHA,
    at: Moment = make.NOW,
    witness: Actor | None = None,
) -> lots.Weighing:
    return database.write(lambda session: lots.weigh(session, request, by=by, at=at, witness=witness))


def gross(delivery: lots.Delivery, record: lots.RecordKey | None, **changes: Any) -> lots.WeighRequest:
    values: dict[str, Any] = {"id": uuid4(), "purpose": P.GROSS, "delivery_id": delivery.id, "record": record}
    return lots.WeighRequest(**{**values, **changes})


def now(database: Database, delivery_id: UUID) -> lots.Delivery:
    return database.write(lambda session: lots.get_visible_delivery(session, delivery_id, make.ASHA))


def test_gross_and_tare_give_the_net(database: Database, delivery: lots.Delivery) -> None:
    taken = weigh(database, gross(delivery, recorded(database, 30_000_000)))
    assert now(database, delivery.id).state == "gross_weighed"
    weigh(database, gross(delivery, recorded(database, 10_000_000), purpose=P.TARE))
    found = now(database, delivery.id)
    assert (found.state, lots.net_grams_of_delivery(found)) == ("weighed", 20_000_000)
    assert (taken.manual, taken.raw_hex) == (False, "02343030303030303030303030300d")
    assert (taken.gateway, taken.epoch) == (make.GATEWAY, 1)
    database.read(make.sound)


def test_platform_weighings_add_up_without_their_crates(database: Database, delivery: lots.Delivery) -> None:
    for grams in (62_000, 61_500):
        key = recorded(database, grams, instrument=make.PLATFORM)
        weigh(database, gross(delivery, key, purpose=P.NET, units=3, unit_tare_grams=2_000))
    found = now(database, delivery.id)
    assert (found.platform_units, found.platform_grams) == (6, 62_000 + 61_500 - 12_000)
    assert lots.net_grams_of_delivery(found) == 111_500
    database.read(make.sound)


def test_a_record_is_kept_once_and_conflicts_are_named(database: Database, store: make.Store) -> None:
    said = make.record_request(1_000_000)
    first = database.write(lambda s: lots.record_weight(s, said, at=make.NOW))
    again = database.write(lambda s: lots.record_weight(s, replace(said, live=False), at=make.later()))
    assert first.id == again.id
    with make.refused(database, lots.WeightRecordConflict):
        database.write(lambda s: lots.record_weight(s, replace(said, weight_grams=1_000_001), at=make.NOW))


def test_a_record_is_claimed_once(database: Database, store: make.Store, delivery: lots.Delivery) -> None:
    key = recorded(database, 30_000_000)
    weigh(database, gross(delivery, key))
    other = database.write(lambda s: make.delivery(s, store))
    with make.refused(database, lots.WeightAlreadyClaimed):
        weigh(database, gross(other, key))
    assert database.read(lambda s: lots.fresh_records(s, make.GATEWAY, make.TRUCK_SCALE, since=make.NOW.at)) == []


def test_the_database_itself_claims_once(database: Database, store: make.Store, delivery: lots.Delivery) -> None:
    weigh(database, gross(delivery, recorded(database, 30_000_000)))
    columns = "purpose, delivery_id, exit_id, lot_id, weight_grams, units, unit_tare_grams, net_grams, record_id, " \
        "gateway, epoch, sequence, instrument_id, raw_hex, taken_at, offline, manual, reason, weigher_person_id, " \
        "witness_person_id, account_id, recorded_at, corrects_id, row_digest"  # fmt: skip
    copy = text(f"INSERT INTO weighings (id, {columns}) SELECT :id, {columns} FROM weighings")
    fresh: Any = uuid4() if not database.is_sqlite else uuid4().hex
    with pytest.raises(DBAPIError, match=r"uq_weighings_record_once|UNIQUE"):
        database.write(lambda s: s.execute(copy, {"id": fresh}))


def test_a_repeat_returns_the_first(database: Database, delivery: lots.Delivery) -> None:
    request = gross(delivery, recorded(database, 30_000_000))
    first = weigh(database, request)
    before = make.picture(database)
    assert weigh(database, request, at=make.later(seconds=9_000)).id == first.id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        weigh(database, replace(request, purpose=P.TARE))


@pytest.mark.parametrize(("seconds", "fresh"), [(600, True), (601, False), (-5, True), (-6, False)])
def test_a_weight_ages_by_the_second(database: Database, delivery: lots.Delivery, seconds: int, fresh: bool) -> None:
    taken_at = make.NOW.at - timedelta(seconds=seconds)
    request = gross(delivery, recorded(database, 30_000_000, taken_at=taken_at))
    if fresh:
        assert weigh(database, request).taken_at == taken_at
    else:
        with make.refused(database, lots.WeightTooOld if seconds > 0 else lots.WeightInFuture):
            weigh(database, request)


def test_the_age_limit_is_a_setting(database: Database, delivery: lots.Delivery) -> None:
    database.write(
        lambda s: lots.set_policy(s, uuid4(), lots.LotPolicy(weight_age_s=30), make.NOW.on, by=make.ESHA, at=make.NOW)
    )
    key = recorded(database, 30_000_000, taken_at=make.NOW.at - timedelta(seconds=31))
    with make.refused(database, lots.WeightTooOld):
        weigh(database, gross(delivery, key))


def test_an_offline_terminal_cites_later(database: Database, delivery: lots.Delivery) -> None:
    cited_at = make.NOW.at
    request = gross(delivery, lots.RecordKey(make.GATEWAY, 7, 1), offline_at=cited_at)
    back = make.later(seconds=20 * 3600)
    with make.refused(database, lots.WeightRecordNotYetHere):
        weigh(database, request, at=back)
    recorded(database, 30_000_000, at=back, taken_at=cited_at, epoch=7, sequence=1, live=False)
    taken = weigh(database, request, at=back)
    assert (taken.offline, taken.taken_at) == (True, cited_at)


@pytest.mark.parametrize(("days", "error"), [(4, lots.WeightTooOld), (-1, lots.WeightInFuture)])
def test_an_offline_citation_is_of_the_near_past(
    database: Database, delivery: lots.Delivery, days: int, error: type[WmsError]
) -> None:
    cited_at = make.NOW.at - timedelta(days=days)
    key = recorded(database, 30_000_000, taken_at=cited_at)
    with make.refused(database, error):
        weigh(database, gross(delivery, key, offline_at=cited_at))


def test_an_offline_citation_is_as_fresh_as_any(database: Database, delivery: lots.Delivery) -> None:
    key = recorded(database, 30_000_000, taken_at=make.NOW.at - timedelta(seconds=700))
    with make.refused(database, lots.WeightTooOld):
        weigh(database, gross(delivery, key, offline_at=make.NOW.at - timedelta(seconds=60)))


def test_a_gateway_without_a_clock_is_believed_only_live(database: Database, delivery: lots.Delivery) -> None:
    long_ago = make.NOW.at - timedelta(days=9_000)
    key = recorded(database, 30_000_000, taken_at=long_ago, clock="free", live=False)
    with make.refused(database, lots.WeightClockUntrusted):
        weigh(database, gross(delivery, key))
    live = recorded(database, 30_000_000, taken_at=long_ago, clock="free")
    assert weigh(database, gross(delivery, live)).taken_at == make.NOW.at


def test_a_weight_whose_time_was_told_later_is_as_good_as_any(database: Database, delivery: lots.Delivery) -> None:
    long_ago = make.NOW.at - timedelta(days=9_000)
    key = recorded(database, 30_000_000, taken_at=long_ago, clock="free", live=False)
    database.write(lambda s: lots.tell_weight_time(s, key, make.NOW.at, at=make.NOW))
    database.write(lambda s: lots.tell_weight_time(s, key, long_ago, at=make.NOW))  # the first word counts
    assert weigh(database, gross(delivery, key)).taken_at == make.NOW.at
    nowhere = lots.RecordKey(key.gateway, key.epoch, key.sequence + 1_000)
    with make.refused(database, lots.WeightRecordNotYetHere):
        database.write(lambda s: lots.tell_weight_time(s, nowhere, long_ago, at=make.NOW))


@pytest.mark.parametrize(
    ("record", "request_changes", "error"),
    [
        ({"stable": False}, {}, lots.WeightUnstable),
        ({}, {"instrument": make.PLATFORM}, lots.WrongInstrument),
        ({"instrument": "unknown"}, {}, facility.InstrumentNotFound),
        ({"net": True, "tare_grams": 500}, {}, lots.WeightIsNet),
        ({"weight_grams": 80_000_001}, {}, lots.WeightBeyondCapacity),
        ({"weight_grams": 0}, {}, lots.WeightNotPositive),
        ({"weight_grams": -500}, {}, lots.WeightNotPositive),
        ({}, {"units": 3}, lots.RequestWrong),
        ({}, {"lot_id": uuid4()}, lots.RequestWrong),
        ({}, {"typed_grams": 5}, lots.RequestWrong),
        ({}, {"delivery_id": uuid4()}, lots.DeliveryNotFound),
        ({"instrument": make.PLATFORM, "weight_grams": 6_000},
         {"purpose": P.NET, "units": 3, "unit_tare_grams": 2_000}, lots.WeightNotPositive),
        ({"instrument": make.PLATFORM, "weight_grams": 60_000, "net": True},
         {"purpose": P.NET, "units": 3, "unit_tare_grams": 2_000}, lots.RequestWrong),
    ],
)  # fmt: skip
def test_it_refuses(
    database: Database,
    delivery: lots.Delivery,
    record: dict[str, Any],
    request_changes: dict[str, Any],
    error: type[WmsError],
) -> None:
    key = recorded(database, **{"grams": 30_000_000, **{"grams" if n == "weight_grams" else n: v
                                                         for n, v in record.items()}})  # fmt: skip
    with make.refused(database, error):
        weigh(database, gross(delivery, key, **request_changes))


def test_a_scale_of_another_site_does_not_weigh_here(database: Database, delivery: lots.Delivery) -> None:
    def elsewhere(session: Any) -> None:
        site = facility.add_site(
            session, facility.AddSiteRequest(uuid4(), "yt2", "二库", "Asia/Shanghai"), by=SYSTEM, at=make.NOW
        )
        request = facility.AddInstrumentRequest(
            uuid4(), site.id, make.GATEWAY, "far", facility.InstrumentKind.SCALE, "dock", e_grams=500,
            capacity_grams=80_000_000,
        )  # fmt: skip
        facility.add_instrument(session, request, by=SYSTEM, at=make.NOW)

    database.write(elsewhere)
    key = recorded(database, 30_000_000, instrument="far")
    with make.refused(database, lots.WrongInstrument):
        weigh(database, gross(delivery, key))


def test_gross_must_exceed_tare(database: Database, delivery: lots.Delivery) -> None:
    weigh(database, gross(delivery, recorded(database, 10_000_000), purpose=P.TARE))
    level = gross(delivery, recorded(database, 10_000_000))
    with make.refused(database, lots.WeightNotPositive):
        weigh(database, level)
    weigh(database, gross(delivery, recorded(database, 10_000_001)))
    assert lots.net_grams_of_delivery(now(database, delivery.id)) == 1


def test_a_second_gross_must_name_the_one_it_replaces(database: Database, delivery: lots.Delivery) -> None:
    first = weigh(database, gross(delivery, recorded(database, 30_000_000)))
    plain = gross(delivery, recorded(database, 31_000_000))
    with make.refused(database, lots.AlreadyWeighed):
        weigh(database, plain)
    with make.refused(database, lots.TypedWeightNeedsReason):
        weigh(database, replace(plain, corrects_id=first.id))
    second = replace(plain, corrects_id=first.id, reason="driver stood on it")
    weigh(database, second)
    assert now(database, delivery.id).gross_grams == 31_000_000
    third = replace(second, id=uuid4(), record=recorded(database, 32_000_000))
    with make.refused(database, lots.AlreadyWeighed):
        weigh(database, third)
    with make.refused(database, lots.WeighingNotFound):
        weigh(database, replace(third, purpose=P.TARE))
    assert len(database.read(lambda s: lots.weighings_of(s, delivery_id=delivery.id))) == 1
    assert len(database.read(lambda s: lots.weighings_of(s, delivery_id=delivery.id, counting_only=False))) == 2
    database.read(make.sound)


def test_typing_needs_a_reason_and_a_second_person(database: Database, delivery: lots.Delivery) -> None:
    typed = gross(delivery, None, typed_grams=30_000_000, reason="display broken")
    twin = Actor(uuid4(), "Asha again", make.WITNESS.permissions, person_id=make.ASHA.person_id)
    with make.refused(database, lots.TypedWeightNeedsReason):
        weigh(database, replace(typed, reason="  "), witness=make.WITNESS)
    for witness in (None, twin, Actor(uuid4(), "machine", make.WITNESS.permissions)):
        with make.refused(database, lots.TypedWeightNeedsWitness):
            weigh(database, typed, witness=witness)
    with make.refused(database, Forbidden):
        weigh(database, typed, witness=make.actor("no right"))
    taken = weigh(database, typed, witness=make.WITNESS)
    assert (taken.manual, taken.witness_person_id) == (True, make.WITNESS.person_id)
    assert taken.instrument_id is None
    database.read(make.sound)


def test_it_needs_the_permission_and_sight(database: Database, store: make.Store, delivery: lots.Delivery) -> None:
    request = gross(delivery, recorded(database, 30_000_000))
    with make.refused(database, Forbidden):
        weigh(database, request, by=make.NOBODY)
    with make.refused(database, lots.DeliveryNotFound):
        weigh(database, request, by=store.stranger(make.P.WEIGH))
    out = lots.WeighRequest(uuid4(), P.OUT, exit_id=uuid4(), lot_id=uuid4(), record=request.record, units=1)
    with make.refused(database, Forbidden):
        weigh(database, out, by=make.actor("no out", make.P.WEIGH))


def test_what_leaves_is_weighed_for_its_exit(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store, units=10, grams=1_000_000))
    exit_id = uuid4()

    def out(units: int, grams: int) -> lots.WeighRequest:
        key = recorded(database, grams, instrument=make.PLATFORM)
        return lots.WeighRequest(uuid4(), P.OUT, exit_id=exit_id, lot_id=lot.id, record=key, units=units,
                                 unit_tare_grams=2_000)  # fmt: skip

    weigh(database, out(6, 600_000))
    weigh(database, out(4, 400_000))
    more = out(1, 100_000)
    with make.refused(database, lots.NotEnoughUnits):
        weigh(database, more)
    found = database.read(lambda s: lots.weighed_out(s, exit_id, lot.id))
    assert found == lots.OutWeight(grams=1_000_000 - 20_000, units=10, by_instrument=True)
    assert database.read(lambda s: lots.weighed_out(s, uuid4(), lot.id)).grams == 0


@pytest.mark.parametrize(("grams", "confirmed"), [(985_000, True), (984_999, False), (1_001_000, True),
                                                  (1_001_001, False)])  # fmt: skip
def test_a_scale_confirms_a_typed_lot_or_does_not(
    database: Database, store: make.Store, grams: int, confirmed: bool
) -> None:
    lot = database.write(lambda s: make.lot(s, store, units=10, grams=1_000_000, weighed_by_instrument=False))
    key = recorded(database, grams, instrument=make.PLATFORM)
    request = lots.WeighRequest(uuid4(), P.REWEIGH, lot_id=lot.id, record=key, units=10)
    if not confirmed:
        with make.refused(database, lots.ReweighDiffers):
            weigh(database, request)
        return
    weigh(database, request)
    assert database.read(lambda s: lots.facts(s, [lot.id]))[0].weighed_by_instrument
    database.read(make.sound)


def test_only_a_scale_and_only_all_of_it_confirms(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store, units=10, grams=1_000_000, weighed_by_instrument=False))
    key = recorded(database, 1_000_000, instrument=make.PLATFORM)
    request = lots.WeighRequest(uuid4(), P.REWEIGH, lot_id=lot.id, record=key, units=9)
    with make.refused(database, lots.NotEnoughUnits):
        weigh(database, request)
    typed = replace(request, record=None, typed_grams=1_000_000, reason="again", units=10)
    with make.refused(database, lots.RequestWrong):
        weigh(database, typed, witness=make.WITNESS)
