"""The ladder: one level a day, never skipped, never twice, stopped by payment and dispute."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.billing.make import pay
from tests.dunning import make
from tests.dunning.make import CASHIER, NOBODY, OUT, House, later
from wms import billing, dunning, parties
from wms.dunning.rules import next_level, words_fit
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.outbox import OutboxRow

SQLITE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def run(session: Any, days: int) -> list[tuple[int | None, str]]:
    return [(row.level, row.channel) for row in dunning.run_ladder(session, by=SYSTEM, at=later(OUT, days=days))]


def test_it_climbs_day_by_day_once_and_says_what_is_owed_in_both_languages(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.ladder(session)
        _, invoice = make.owing(session, house)
        told = [run(session, days) for days in (6, 7, 7, 8, 14, 40, 41, 60)]
        assert told == [[], [(1, "sms")], [], [], [(2, "sms")], [(3, "letter")], [], []]
        first, second, third = dunning.notices_of_invoice(session, invoice.id)
        assert "1,094.00" in first.words_zh
        assert first.words_en == f"level 1: 1,094.00 yuan of {invoice.name} are open for 7 days"
        assert (first.address, third.address, third.outbox_id) == ("13800000001", "", None)
        rows = list(session.scalars(select(OutboxRow).where(OutboxRow.topic == "send.sms").order_by(OutboxRow.put_at)))
        assert [row.id for row in rows] == [first.outbox_id, second.outbox_id]
        assert rows[0].payload == {"phone": "13800000001", "text": f"{first.words_zh} / {first.words_en}"}
        assert list(dunning.check(session)) == []


@SQLITE
def test_a_late_first_run_still_begins_with_the_first_level(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.ladder(session)
        make.owing(session, house)
        assert [run(session, days) for days in (90, 90, 91, 92)] == [
            [(1, "sms")], [], [(2, "sms")], [(3, "letter")]
        ]  # fmt: skip


@SQLITE
def test_payment_and_dispute_stop_it_and_a_settled_dispute_lets_it_go_on(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.ladder(session)
        order, invoice = make.owing(session, house)
        wanted = dunning.DisputeInvoice(uuid4(), invoice.id, "按季计费有误")
        with pytest.raises(billing.InvoiceNotFound), session.begin_nested():
            dunning.dispute_invoice(session, wanted, by=house.stranger, at=OUT)
        for _ in range(2):
            dunning.dispute_invoice(session, wanted, by=house.owner, at=OUT)
        with pytest.raises(dunning.DisputeOpen), session.begin_nested():
            dunning.dispute_invoice(session, replace(wanted, id=uuid4()), by=CASHIER, at=OUT)
        assert run(session, 7) == []
        end = dunning.EndDispute(uuid4(), invoice.id, "rate explained to the owner")
        with pytest.raises(Forbidden), session.begin_nested():
            dunning.end_dispute(session, end, by=house.owner, at=OUT)
        for _ in range(2):
            assert dunning.end_dispute(session, end, by=CASHIER, at=OUT).outcome == end.outcome
        with pytest.raises(dunning.NothingDisputed), session.begin_nested():
            dunning.end_dispute(session, replace(end, id=uuid4()), by=CASHIER, at=OUT)
        assert run(session, 8) == [(1, "sms")]
        pay(session, order, at=later(OUT, days=9))
        assert run(session, 14) == []


@SQLITE
def test_without_a_telephone_it_is_a_letter_and_proofs_are_kept(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.ladder(session)
        _, invoice = make.owing(session, house)
        parties.get_party(session, house.store.bina.id).phone = None
        assert run(session, 7) == [(1, "letter")]
        (notice,) = dunning.notices_of_invoice(session, invoice.id)
        sent = later(OUT, days=9)
        proof = dunning.RecordProof(uuid4(), notice.id, dunning.ProofKind.COURIER_SIGNED, "SF-1", sent.on)
        for _ in range(2):
            dunning.record_proof(session, proof, by=CASHIER, at=sent)
        for changes in ({"reference": " "}, {"proved_on": sent.on + timedelta(days=1)},
                        {"proved_on": OUT.on + timedelta(days=6)}):  # fmt: skip
            with pytest.raises(dunning.ProofInvalid), session.begin_nested():
                dunning.record_proof(session, replace(proof, id=uuid4(), **changes), by=CASHIER, at=sent)
        with pytest.raises(Forbidden), session.begin_nested():
            dunning.record_proof(session, replace(proof, id=uuid4()), by=NOBODY, at=sent)
        with pytest.raises(dunning.NoticeNotFound):
            dunning.get_notice(session, notice.id, house.stranger)
        assert [row.proof_reference for row in dunning.proofs_of(session, notice.id)] == ["SF-1"]


@SQLITE
def test_levels_are_data_that_must_climb_and_speak_both_languages(database: Database) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"level": 0}, {"level": 10}, {"words_zh": " "}, {"words_en": "you owe {amount}"}, {"words_en": "{yuan"},
        {"level": 2, "after_days": 7}, {"after_days": 0}, {"effective_from": OUT.on - timedelta(days=1)},
    )  # fmt: skip
    with database.transaction() as session:
        make.ladder(session)
        refused: list[type[WmsError]] = []
        for changes in wrong:
            with pytest.raises(dunning.LevelInvalid) as caught, session.begin_nested():
                dunning.set_level(session, make.level(**changes), by=CASHIER, at=OUT)
            refused.append(caught.type)
        with pytest.raises(Forbidden), session.begin_nested():
            dunning.set_level(session, make.level(), by=NOBODY, at=OUT)
        out = make.level(3, None)
        for _ in range(2):
            dunning.set_level(session, out, by=CASHIER, at=later(OUT, hours=1))
        assert [one.level for one in dunning.ladder(session, OUT.on)] == [1, 2]
        assert len(refused) == len(wrong)


def test_the_rule_alone() -> None:
    ladder = [dunning.Level(uuid4(), n, n * 10, dunning.Channel.SMS, "x", "x") for n in (1, 2, 3)]
    assert next_level(ladder, frozenset(), 9) is None
    for sent, age, level in (((), 10, 1), ((1,), 20, 2), ((1, 2), 30, 3), ((2,), 30, 3)):
        found = next_level(ladder, frozenset(sent), age)
        assert found is not None
        assert found.level == level
    assert next_level(ladder, frozenset({1}), 19) is None
    assert next_level(ladder, frozenset({3}), 99) is None
    assert words_fit("{number} {yuan} {days} {party} {store}")
    assert not words_fit("{party.__class__}")
