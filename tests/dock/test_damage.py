from typing import Any
from uuid import UUID, uuid4

from tests.dock.pictures import picture
from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, ledger, lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

P = make.P
CASHIER = make.actor("Kai", P.SEE_ALL, P.TAKE_PAYMENT, P.PAY_OUT)
OTHER = make.actor("Lan", P.SEE_ALL, P.PAY_OUT)
BOSS = make.ESHA


def report(database: Database, lot_id: UUID, by: Actor = make.ASHA, **changes: Any) -> dock.Damage:
    values: dict[str, Any] = {"units": 4, "cause": dock.DamageCause.FROZEN, "note": "glassy, under the fan"}
    request = dock.ReportDamage(**{"id": uuid4(), "lot_id": lot_id, **values, **changes})
    database.write(lambda s: dock.report_damage(s, request, by=by, at=make.NOW))
    return database.write(lambda s: dock.report_damage(s, request, by=by, at=make.NOW))


def photographed(database: Database, damage_id: UUID) -> None:
    request = dock.AttachPhoto(uuid4(), dock.PhotoOf.DAMAGE, damage_id, picture("JPEG"))
    database.write(lambda s: dock.attach_photo(s, request, by=make.ASHA, at=make.NOW))


def claim(database: Database, damage_id: UUID, by: Actor = BOSS, fen: int = 5_000_000) -> dock.InsuranceClaim:
    request = dock.FileClaim(uuid4(), damage_id, fen)
    return database.write(lambda s: dock.file_claim(s, request, by=by, at=make.NOW))


def paid(database: Database, claim_id: UUID, by: Actor = CASHIER, fen: int = 4_000_000) -> dock.InsuranceClaim:
    request = dock.ClaimPaid(uuid4(), claim_id, fen, "PICC-77")
    database.write(lambda s: dock.record_claim_paid(s, request, by=by, at=make.NOW))
    return database.write(lambda s: dock.record_claim_paid(s, request, by=by, at=make.NOW))


def settle(database: Database, claim_id: UUID, by: Actor = OTHER) -> dock.InsuranceClaim:
    request = dock.SettleClaim(uuid4(), claim_id)
    database.write(lambda s: dock.settle_claim(s, request, by=by, at=make.NOW))
    return database.write(lambda s: dock.settle_claim(s, request, by=by, at=make.NOW))


def owed(database: Database) -> tuple[int, int]:
    return database.read(
        lambda s: (ledger.balance(s, "L:InsuranceProceeds:G1"), ledger.balance(s, "L:GrowerPayable:G1"))
    )


def sound(database: Database) -> None:
    assert [str(found) for found in database.read(lambda s: [*dock.check(s), *lots.check(s)])] == []


def test_damage_is_set_aside_claimed_paid_and_settled(database: Database, store: Keeper) -> None:
    lot = database.write(lambda s: make.lot(s, store, slot=store.slots[0]))
    damage = report(database, lot.id)
    assert (damage.grams, damage.room_id) == (8_000_000, store.room.id)
    assert database.read(lambda s: lots.get_lot(s, lot.id)).quarantine_units == 4
    with make.refused(database, dock.DamageHasNoPhoto):
        claim(database, damage.id)
    photographed(database, damage.id)
    filed = claim(database, damage.id)
    with make.refused(database, dock.ClaimFiledAlready):
        claim(database, damage.id)
    with make.refused(database, dock.ClaimStateWrong):
        settle(database, filed.id)
    assert paid(database, filed.id).state == "paid"
    assert owed(database) == (-4_000_000, 0)
    sound(database)
    with make.refused(database, dock.ClaimSamePerson):
        settle(database, filed.id, by=CASHIER)
    assert settle(database, filed.id).state == "settled"
    assert owed(database) == (0, -4_000_000)
    with make.refused(database, dock.ClaimStateWrong):
        paid(database, filed.id)
    sound(database)


def test_a_pledged_lots_money_is_the_lenders_first(database: Database, store: Keeper) -> None:
    lot = database.write(lambda s: make.lot(s, store, slot=store.slots[0]))
    hold = database.write(lambda s: make.hold(s, lot.id, 10, lots.HoldReason.PLEDGE))
    damage = report(database, lot.id)
    photographed(database, damage.id)
    filed = claim(database, damage.id)
    paid(database, filed.id)
    with make.refused(database, dock.ClaimGoodsPledged):
        settle(database, filed.id)
    database.write(lambda s: lots.lift_hold(s, hold.id, by=BOSS, at=make.NOW))
    assert settle(database, filed.id).state == "settled"


def test_no_claim_without_a_policy_and_none_after_a_refusal(database: Database, store: Keeper) -> None:
    standing = database.write(lambda s: make.lot(s, store))
    on_dock = report(database, standing.id)
    photographed(database, on_dock.id)
    with make.refused(database, dock.NotInsured):
        claim(database, on_dock.id)
    lying = database.write(lambda s: make.lot(s, store, slot=store.slots[0]))
    damage = report(database, lying.id)
    photographed(database, damage.id)
    filed = claim(database, damage.id)
    no = dock.ClaimRejected(uuid4(), filed.id, "not covered: slow decay")
    rejected = database.write(lambda s: dock.record_claim_rejected(s, no, by=BOSS, at=make.NOW))
    assert (rejected.state, rejected.reject_reason) == ("rejected", "not covered: slow decay")
    with make.refused(database, dock.ClaimStateWrong):
        paid(database, filed.id)


def test_who_may_not_and_what_makes_no_sense(database: Database, store: Keeper) -> None:
    lot = database.write(lambda s: make.lot(s, store, slot=store.slots[0]))
    with make.refused(database, Forbidden):
        report(database, lot.id, by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        report(database, lot.id, by=store.stranger(P.INSPECT))
    with make.refused(database, lots.NotEnoughUnits):
        report(database, lot.id, units=11)
    for changes in ({"units": 0}, {"note": " "}):
        with make.refused(database, dock.DamageInvalid):
            report(database, lot.id, **changes)
    damage = report(database, lot.id)
    photographed(database, damage.id)
    with make.refused(database, Forbidden):
        claim(database, damage.id, by=make.ASHA)
    with make.refused(database, dock.DamageInvalid):
        claim(database, damage.id, fen=0)
    filed = claim(database, damage.id)
    for by in (make.ASHA, OTHER):
        with make.refused(database, Forbidden):
            paid(database, filed.id, by=by)
    with make.refused(database, dock.ClaimNotFound):
        paid(database, filed.id, by=store.stranger(P.TAKE_PAYMENT))
    with database.snapshot() as session:
        seen = [len(dock.list_damages(session, who).items) for who in (store.owner(), store.stranger())]
    assert seen == [1, 0]


def test_what_is_not_there_or_not_ones_own_is_not_found(database: Database, store: Keeper) -> None:
    lot = database.write(lambda s: make.lot(s, store, slot=store.slots[0]))
    damage = report(database, lot.id)
    stranger = make.actor("Chand", P.TAKE_IN, P.MANAGE_FACILITY, party_id=store.chand.id)
    with make.refused(database, dock.DamageNotFound):
        claim(database, uuid4())
    for by in (make.ASHA, stranger):
        subject = damage.id if by is stranger else uuid4()
        with make.refused(database, dock.DamageNotFound):
            database.read(lambda s, by=by, subject=subject: dock.get_damage(s, subject, by))  # type: ignore[misc]
        for kind in (dock.PhotoOf.DAMAGE, dock.PhotoOf.REFUSAL):
            wanted = dock.AttachPhoto(uuid4(), kind, subject, picture("JPEG"))
            with make.refused(database, dock.PhotoSubjectNotFound):
                database.write(lambda s, by=by, wanted=wanted: dock.attach_photo(s, wanted, by=by, at=make.NOW))  # type: ignore[misc]
