"""Eight at once on the same lot: exactly what is there leaves, once; the same request twice is one exit."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.lots.make import moment
from tests.settlement.make import CLERK, season
from wms import billing, insight, lots, settlement
from wms.kernel.errors import WmsError

DAY = "2027-01-20"


def test_eight_clients_exit_one_lot_and_only_what_is_there_leaves(database):
    case = season(database, advanced=False)

    def leave(_: int) -> int:
        try:
            exit_id = case.open_exit(DAY, 300)
        except WmsError:
            return 0
        order = billing.QuoteExit(uuid4(), exit_id)
        quote = case.do(lambda s: billing.quote_exit(s, order, by=CLERK, at=moment(DAY)))
        case.pay_release(exit_id, DAY, quote.to_pay_fen)
        case.weigh_out(exit_id, DAY, 5_950_000, 300)
        return case.close(exit_id, DAY).units

    with ThreadPoolExecutor(8) as clients:
        left = sum(clients.map(leave, range(8)))
    (facts,) = database.read(lambda s: lots.facts(s, [case.lot_id]))
    assert (left, facts.units_on_hand) == (900, 100)
    assert database.read(insight.verify).findings == ()


def test_eight_clients_close_the_same_exit_and_it_leaves_once(database):
    case = season(database)
    exit_id = case.weighed_sale()

    def close(_: int) -> str:
        try:
            case.close(exit_id, "2027-02-15")
        except WmsError as refusal:
            return refusal.code
        return "closed"

    with ThreadPoolExecutor(8) as clients:
        answers = sorted(clients.map(close, range(8)))
    assert answers == ["closed"] + ["exit_not_ready_to_close"] * 7
    (facts,) = database.read(lambda s: lots.facts(s, [case.lot_id]))
    assert facts.units_on_hand == 0
    assert database.read(insight.verify).findings == ()


def test_eight_copies_of_one_request_have_one_effect_and_one_answer(database):
    case = season(database)
    exit_id, request_id = case.weighed_sale(), uuid4()
    with ThreadPoolExecutor(8) as clients:
        rows = list(clients.map(lambda _: case.close(exit_id, "2027-02-15", request_id=request_id), range(8)))
    assert {row.id for row in rows} == {request_id}
    assert len({row.row_digest for row in rows}) == 1
    assert len(case.journals()) == 5
    assert isinstance(rows[0], settlement.Settlement)
