"""A recall finds every gram, holds what is here, and its record cannot be bent."""

from typing import Any
from uuid import uuid4

import pytest

from tests.insight.make import SOLD_GRAMS, family
from tests.lots.make import actor, refused
from tests.settlement.make import CLERK, moment
from wms import insight, lots
from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused
from wms.lots import HoldReason

KEEPER = actor("Sun, manager", Permission.SEE_ALL, Permission.HOLD_STOCK)
OTHER_KEEPER = actor("Wei, quality", Permission.SEE_ALL, Permission.HOLD_STOCK)
AT = moment("2026-12-10", 4)


def started(made, **question):
    wanted = insight.StartRecall(uuid4(), insight.RecallKind.DRILL, insight.Question(**question), "residue in a sample")
    return wanted, made.case.do(lambda s: insight.start_recall(s, wanted, by=KEEPER, at=AT))


def test_a_recall_of_three_generations_from_question_to_end(database):
    made = family(database)
    check_answers(made)
    check_refusals(made, database)
    wanted, drill = started(made, number=made.grandchild.code)
    found = database.read(lambda s: insight.standing(s, [made.root.id]))
    assert (drill.lots, drill.receivers, drill.grams_in, drill.difference_grams) == (3, 1, 20_000_000, 0)
    assert drill.grams_out == SOLD_GRAMS
    assert drill.grams_on_hand == sum(lot.grams_on_hand for lot in found.lots) == 14_000_000
    assert drill.grams_loss == 6_000_000 - SOLD_GRAMS
    assert made.case.do(lambda s: insight.start_recall(s, wanted, by=KEEPER, at=AT)).id == drill.id
    check_holding(made, drill)
    check_ending(made, drill, database)
    assert database.read(insight.verify).findings == ()


def check_answers(made):
    """What each kind of question finds."""

    def lots_of(**question):
        found = made.case.database.read(lambda s: insight.affected(s, insight.Question(**question), by=KEEPER))
        assert found.balance.difference == 0
        return {lot.code for lot in found.lots}, found.balance

    family_codes = {made.root.code, made.child.code, made.grandchild.code}
    room = made.case.market.store.room.id
    assert lots_of(number=made.child.code)[0] == family_codes
    onward, balance = lots_of(number=made.child.code, onward=True)
    assert onward == {made.child.code, made.grandchild.code}
    assert (balance.grams_in, balance.grams_on_hand) == (4_000_000, 4_000_000)
    assert lots_of(block="蓬莱 7")[0] == family_codes
    assert lots_of(block="蓬莱 8")[0] == set()
    entry, later = moment("2026-10-20").on, moment("2026-10-25").on
    assert lots_of(room_id=room, from_on=entry, until_on=entry)[0] == family_codes
    assert lots_of(room_id=room, from_on=moment("2026-10-01").on, until_on=moment("2026-10-19").on)[0] == set()
    assert lots_of(room_id=room, from_on=later, onward=True)[0] == family_codes
    assert lots_of(room_id=made.case.market.store.ca_room.id, from_on=entry)[0] == set()


def check_refusals(made, database):
    """Wrong questions, wrong people, nothing found: nothing is kept."""
    cases: list[tuple[type[WmsError], dict[str, Any], Actor]] = [
        (insight.QuestionWrong, {}, KEEPER),
        (insight.QuestionWrong, {"number": "L1", "block": "B"}, KEEPER),
        (insight.QuestionWrong, {"room_id": uuid4()}, KEEPER),
        (insight.QuestionWrong, {"block": "B", "from_on": AT.on, "until_on": moment("2026-12-09").on}, KEEPER),
        (insight.NothingSuspected, {"block": "nobody's"}, KEEPER),
        (insight.SubjectNotFound, {"number": "L991231-0001"}, KEEPER),
        (Forbidden, {"number": made.root.code}, CLERK),
        (Forbidden, {"number": made.root.code}, actor("a grower's keeper", Permission.HOLD_STOCK)),
    ]
    silent = insight.StartRecall(uuid4(), insight.RecallKind.RECALL, insight.Question(number=made.root.code), " ")
    with refused(database, insight.QuestionWrong):
        database.write(lambda s: insight.start_recall(s, silent, by=KEEPER, at=AT))
    for error, question, by in cases:
        wanted = insight.StartRecall(uuid4(), insight.RecallKind.RECALL, insight.Question(**question), "why")
        with refused(database, error):
            database.write(lambda s, wanted=wanted, by=by: insight.start_recall(s, wanted, by=by, at=AT))


def check_holding(made, drill):
    """All that is here is held once, and only what this recall holds is let go."""
    own = lots.PlaceHold(uuid4(), made.root.id, 10, HoldReason.QUARANTINE, subject_id=uuid4())
    made.case.do(lambda s: lots.place_hold(s, own, by=KEEPER, at=AT))
    wanted = insight.RecallStep(uuid4(), drill.id)
    held = made.case.do(lambda s: insight.hold_recalled(s, wanted, by=KEEPER, at=AT))
    assert held.details["lots"] == {made.root.code: 490, made.child.code: 150, made.grandchild.code: 50}
    assert made.case.do(lambda s: insight.hold_recalled(s, wanted, by=KEEPER, at=AT)).id == held.id
    again = made.case.do(lambda s: insight.hold_recalled(s, insight.RecallStep(uuid4(), drill.id), by=KEEPER, at=AT))
    assert again.units == 0
    with pytest.raises(lots.LotQuarantined):
        made.case.open_exit("2026-12-10", 1)
    steps = [(KEEPER, 0), (KEEPER, 0), (OTHER_KEEPER, 690)]
    for who, units in steps:  # one pair of eyes lets nothing go, however often
        step = insight.RecallStep(uuid4(), drill.id)
        lifted = made.case.do(lambda s, step=step, who=who: insight.lift_recalled(s, step, by=who, at=AT))
        assert lifted.units == units
    assert [made.lot(lot.id).quarantine_units for lot in (made.root, made.child)] == [10, 0]


def check_ending(made, drill, database):
    """The clock stops once; what it took is kept."""
    end = insight.EndRecall(uuid4(), drill.id, 700, 1, "keys of room A1 were missing")
    at = moment("2026-12-10", 5)
    for units, receivers in ((-1, 1), (700, -1)):
        wrong = insight.EndRecall(uuid4(), drill.id, units, receivers, "")
        with refused(database, insight.QuestionWrong):
            database.write(lambda s, wrong=wrong: insight.end_recall(s, wrong, by=KEEPER, at=at))
    done = made.case.do(lambda s: insight.end_recall(s, end, by=KEEPER, at=at))
    assert (done.units, done.details["seconds"]) == (700, 3600)
    assert made.case.do(lambda s: insight.end_recall(s, end, by=KEEPER, at=at)).id == done.id
    for error, do, request in (
        (insight.RecallEnded, insight.end_recall, insight.EndRecall(uuid4(), drill.id, 1, 1, "")),
        (insight.RecallEnded, insight.hold_recalled, insight.RecallStep(uuid4(), drill.id)),
        (insight.RecallNotFound, insight.lift_recalled, insight.RecallStep(uuid4(), uuid4())),
        (RequestIdReused, insight.hold_recalled, insight.RecallStep(end.id, drill.id)),
    ):
        with refused(database, error):
            database.write(lambda s, do=do, request=request: do(s, request, by=KEEPER, at=at))
