"""Bodies follow their request classes, views show what is named and nothing else."""

from copy import deepcopy
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from marshmallow import ValidationError

from wms import billing, lots, parties, trading, users
from wms.kernel.numbers import price
from wms.schemas import body, paged, shape, view
from wms.schemas.fields import Digits, Instant


def faults(schema: type, values: dict[str, object]) -> set[str]:
    with pytest.raises(ValidationError) as caught:
        schema().load(values)
    return set(caught.value.messages_dict)


def test_a_loaded_body_makes_its_request() -> None:
    one, lot, exit_id = uuid4(), uuid4(), uuid4()
    values = body(lots.WeighRequest, like=lots.Weighing)().load({
        "id": str(one), "purpose": "out", "exit_id": str(exit_id), "lot_id": str(lot), "units": 7,
        "record": {"gateway": "gw", "epoch": 1, "sequence": 2**40}, "offline_at": "2026-10-20T12:00:00.1234+08:00",
    })  # fmt: skip
    assert lots.WeighRequest(**values) == lots.WeighRequest(
        one, lots.Purpose.OUT, exit_id=exit_id, lot_id=lot, units=7, record=lots.RecordKey("gw", 1, 2**40),
        offline_at=datetime(2026, 10, 20, 4, 0, 0, 123000, UTC),
    )  # fmt: skip


def test_a_copy_of_a_schema_is_itself() -> None:
    """The documents copy each one many times over, and every process that starts would wait for it."""
    shown = view("PartyView", parties.Party, "id name")
    for kind in (body(users.SetRolesRequest), shown, paged(shown), shape("Two", one=shown, two=shown)):
        made = kind()
        assert deepcopy(made) is made


def test_every_line_of_a_tariff_can_be_written() -> None:
    made = body(billing.ProposeTariff)
    lines = [
        {"kind": "kg_day", "rate": "0.002000", "free_days": 7, "tiers": [{"from_day": 60, "rate": "0.001500"}]},
        {"kind": "season_flat", "rate": "0.5", "season_ends_on": "2027-05-01"},
        {"kind": "split_month", "rate": "0.1", "half_rate": "0.05"},
        {"kind": "minimum", "minimum_fen": 100_00},
    ]
    loaded = made().load({"name": "t", "effective_from": "2026-10-01", "lines": lines})["lines"]
    assert loaded == (
        billing.KgDay(Decimal("0.002"), 7, (billing.Tier(60, Decimal("0.0015")),)),
        billing.SeasonFlat(Decimal("0.5"), date(2027, 5, 1)),
        billing.SplitMonth(Decimal("0.1"), Decimal("0.05")),
        billing.Minimum(100_00),
    )
    wrongs: tuple[object, ...] = (
        {"kind": "free"},
        {},
        7,
        {"kind": "cap"},
        {"kind": "cap", "rate": "1", "more": 1},
        {"kind": []},
    )
    for wrong in wrongs:
        assert faults(made, {"name": "t", "effective_from": "2026-10-01", "lines": [wrong]}) == {"lines"}


def test_what_comes_from_the_address_may_not_come_from_the_body() -> None:
    schema = body(lots.PutAway, path=("lot_id",))
    assert faults(schema, {"lot_id": str(uuid4()), "slot_id": str(uuid4()), "units": 1}) == {"lot_id"}


def test_bounds_hold_at_their_edges() -> None:
    schema = body(lots.OpenDelivery, like=lots.Delivery)
    right = {"site_id": str(uuid4()), "owner_id": str(uuid4()), "plate": "x" * 20}
    assert schema().load(right)["plate"] == "x" * 20
    assert faults(schema, {**right, "plate": "x" * 21}) == {"plate"}
    limits = body(trading.TopUp)
    money = {"buyer_id": str(uuid4()), "bank_reference": "r"}
    assert limits().load({**money, "fen": 10**15})["fen"] == 10**15
    assert faults(limits, {**money, "fen": 10**15 + 1}) == {"fen"}
    roles = body(users.SetRolesRequest, path=("account_id",))
    assert roles().load({"roles": ["clerk", "clerk"]})["roles"] == frozenset({users.Role.CLERK})
    assert faults(roles, {"roles": ["king"]}) == {"roles"}


def test_a_view_shows_the_columns_named_and_no_other() -> None:
    shown = view("Shown", users.Account, "id name")
    account = users.Account(id=uuid4(), name="asha", password_hash="secret")
    assert set(shown().dump(account)) == {"id", "name"}


def test_exact_values_stay_exact_on_paper() -> None:
    assert Digits().serialize("p", {"p": price("7.86")}) == "7.8600"
    assert Digits().serialize("p", {"p": Decimal("1E+3")}) == "1000"
    at = datetime(2026, 10, 20, 12, 0, 0, 5000, UTC)
    assert Instant().serialize("at", {"at": at}) == "2026-10-20T12:00:00.005Z"
    assert Instant().serialize("at", {"at": None}) is None


def test_a_page_of_one_view_is_made_once() -> None:
    shown = view("One", lots.Lot, "id")
    assert paged(shown) is paged(shown)
    assert paged(shown).__name__ == "OnePage"


def test_every_request_class_of_every_room_can_be_a_body() -> None:
    """A type nobody taught the schemas shows itself here, not at the first request."""
    rooms = (lots, billing, trading, users)
    for room in rooms:
        for name in room.__all__:
            made = getattr(room, name)
            if isinstance(made, type) and hasattr(made, "__dataclass_fields__") and "id" in made.__dataclass_fields__:
                if name in ("Candidate", "MatchView", "SessionFacts", "PartyFacts", "Issued", "Regraded"):
                    continue
                assert set(body(made)().fields) == {item.name for item in fields(made)}, name
