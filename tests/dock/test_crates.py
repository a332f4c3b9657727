from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, ledger, lots
from wms.dock.rules.crates import refund
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

P = make.P
CLERK = make.actor("Asha", *make.CLERK_MAY)
ACCOUNTS = ("L:CrateDeposit:G1", "A:CrateDepositDue:G1", "L:GrowerPayable:G1", "R:CrateDeposit", "A:Cash:Settlement")


@given(st.integers(0, 1000), st.integers(-5, 1000))
def test_what_was_never_paid_is_not_given_back(freed: int, due: int) -> None:
    unpaid, owed = refund(freed, due)
    assert (unpaid + owed, unpaid <= max(0, due), min(unpaid, owed) >= 0) == (freed, True, True)


def crates(database: Database, store: Keeper, units: int = 500) -> dock.CrateType:
    """Plastic crates of the store at 15 yuan deposit each."""
    request = dock.AddCrateType(uuid4(), "P25", "塑料筐 25kg", store.keeper.id, 1_800, 1_500)
    made = database.write(lambda s: dock.add_crate_type(s, request, by=make.ESHA, at=make.NOW))
    move(database, made.id, units, None, store.keeper.id, by=make.ESHA)
    return made


def move(
    database: Database,
    type_id: UUID,
    units: int,
    giver: UUID | None,
    taker: UUID | None,
    by: Actor = CLERK,
    **more: Any,
) -> dock.CrateMove:
    request = dock.MoveCrates(uuid4(), type_id, units, giver, taker, **more)
    first = database.write(lambda s: dock.move_crates(s, request, by=by, at=make.NOW))
    assert database.write(lambda s: dock.move_crates(s, request, by=by, at=make.NOW)).id == first.id
    return first


def books(database: Database) -> list[int]:
    return database.read(lambda s: [ledger.balance(s, code) for code in ACCOUNTS])


def sound(database: Database) -> None:
    assert [str(found) for found in database.read(lambda s: [*dock.check(s), *ledger.check(s)])] == []


def pay(database: Database, party_id: UUID, fen: int, by: Actor = SYSTEM) -> None:
    request = dock.TakeCrateDeposit(uuid4(), party_id, fen)
    for _ in range(2):
        database.write(lambda s: dock.take_crate_deposit(s, request, by=by, at=make.NOW))


def test_a_deposit_follows_the_crates(database: Database, store: Keeper) -> None:
    kind, keeper, bina = crates(database, store), store.keeper.id, store.bina.id
    truck = database.write(lambda s: make.delivery(s, store))
    assert move(database, kind.id, 100, keeper, bina).kind == "issued"
    assert books(database) == [-150_000, 150_000, 0, 0, 0]
    pay(database, bina, 60_000)
    assert move(database, kind.id, 90, bina, keeper, delivery_id=truck.id).kind == "returned"
    assert books(database) == [-15_000, 0, -45_000, 0, 60_000]
    move(database, kind.id, 10, bina, None, by=make.ESHA)
    assert books(database) == [0, 0, -45_000, -15_000, 60_000]
    held = database.read(lambda s: dock.crate_holdings(s, CLERK))
    assert [(row.holder_id, row.units, row.deposit_fen) for row in held] == [(keeper, 490, 0)]
    sound(database)


def test_passing_crates_on_passes_the_deposit_on(database: Database, store: Keeper) -> None:
    kind = crates(database, store)
    move(database, kind.id, 3, store.keeper.id, store.bina.id)
    pay(database, store.bina.id, 4_500)
    assert move(database, kind.id, 2, store.bina.id, store.chand.id).kind == "passed"
    assert books(database)[:3] == [-1_500, 0, -3_000]
    assert database.read(lambda s: dock.crate_deposits(s, store.chand.id)) == (3_000, 3_000)
    mine = database.read(lambda s: dock.crate_holdings(s, store.owner()))
    assert [(row.holder_id, row.units) for row in mine] == [(store.bina.id, 1)]
    assert len(database.read(lambda s: dock.list_crate_moves(s, store.stranger())).items) == 1
    sound(database)


def test_nobody_gives_what_they_do_not_have(database: Database, store: Keeper) -> None:
    kind, keeper, bina = crates(database, store, units=5), store.keeper.id, store.bina.id
    with make.refused(database, dock.NotEnoughCrates):
        move(database, kind.id, 6, keeper, bina)
    with make.refused(database, dock.NotEnoughCrates):
        move(database, kind.id, 1, bina, keeper)
    for units, giver, taker in ((0, keeper, bina), (1, bina, bina), (1, None, None)):
        with make.refused(database, dock.CrateRequestWrong):
            move(database, kind.id, units, giver, taker, by=make.ESHA)
    with make.refused(database, dock.CrateTypeNotFound):
        move(database, uuid4(), 1, keeper, bina)
    with make.refused(database, lots.DeliveryNotFound):
        move(database, kind.id, 1, keeper, bina, delivery_id=uuid4())


def test_who_may_not(database: Database, store: Keeper) -> None:
    kind, keeper, bina = crates(database, store), store.keeper.id, store.bina.id
    for by, giver, taker in ((make.NOBODY, keeper, bina), (CLERK, None, keeper), (CLERK, keeper, None)):
        with make.refused(database, Forbidden):
            move(database, kind.id, 1, giver, taker, by=by)
    request = dock.AddCrateType(uuid4(), "W18", "木箱", keeper, 2_000, 0)
    with make.refused(database, Forbidden):
        database.write(lambda s: dock.add_crate_type(s, request, by=CLERK, at=make.NOW))
    again = dock.AddCrateType(uuid4(), "P25", "another", keeper, 2_000, 0)
    with make.refused(database, dock.CrateCodeTaken):
        database.write(lambda s: dock.add_crate_type(s, again, by=make.ESHA, at=make.NOW))
    with make.refused(database, Forbidden):
        pay(database, bina, 1, by=CLERK)
    with make.refused(database, dock.CrateDepositNotDue):
        pay(database, bina, 1)
