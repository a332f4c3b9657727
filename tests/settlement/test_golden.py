"""The golden vectors through the product's own actions, on both engines: every posting, every balance."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.lots.make import moment
from tests.settlement.make import TELLER, season
from wms import insight, lending, settlement

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "settlement.json").read_text())


def fen(text: str) -> int:
    return int(Decimal(text.replace(",", "")) * 100)


def expected(name: str) -> list[tuple[str, str, list[tuple[str, int]]]]:
    return [
        (row["effective"], row["recorded"], [tuple(leg) for leg in row["legs_fen"]]) for row in CASES[name]["postings"]
    ]


def ends(name: str) -> dict[str, int]:
    return {code: fen(text) for code, text in CASES[name]["balances"].items() if fen(text)}


def test_gv_01_a_full_sale(database):
    case = season(database)
    deal_id = case.sell("2027-02-15", 1000, "7.86")
    case.bank(deal_id, 15_534_779, "2027-02-15")
    exit_id = case.open_exit("2027-02-15", 1000, deal_id)
    case.weigh_out(exit_id, "2027-02-15", 19_764_350, 1000)
    case.consent(exit_id, "2027-02-15")
    case.price("7.86", "2027-02-15")
    closed = case.close(exit_id, "2027-02-15")
    case.pay_out("2027-02-15", 3_293_476)
    assert case.journals() == expected("GV-01")
    assert case.balances() == ends("GV-01")
    assert (closed.loss_grams, closed.residual_fen) == (235_650, fen("32,934.76"))
    assert database.read(insight.verify).findings == ()


def test_gv_02_a_partial_sale_keeps_the_loan_at_its_ceiling(database):
    case = season(database)
    case.price("7.2000", "2027-01-10")
    case.board("7.4000", "2027-01-08")
    deal_id = case.sell("2027-01-10", 400, "7.40")
    case.bank(deal_id, 5_868_293, "2027-01-10")
    exit_id = case.open_exit("2027-01-10", 400, deal_id)
    case.weigh_out(exit_id, "2027-01-10", 7_930_125, 400)
    case.consent(exit_id, "2027-01-10")
    closed = case.close(exit_id, "2027-01-10")
    assert case.journals() == expected("GV-02")
    assert case.balances() == ends("GV-02")
    assert closed.principal_fen == fen("46,278.40")
    position = database.read(lambda s: lending.position(s, case.loan(), moment("2027-01-10").on))
    assert (position.exposure.total_fen, position.ltv_bp) == (fen("68,083.20"), 8000)
    assert database.read(insight.verify).findings == ()


def test_gv_08_the_owner_takes_goods_without_a_sale(database):
    case = season(database)
    day = "2027-01-20"
    case.price("7.3000", day)
    exit_id = case.open_exit(day, 250)
    before = case.journals()
    with pytest.raises(settlement.PaymentShort) as refusal:
        case.pay_release(exit_id, day, fen("1,094.00"))
    assert refusal.value.values["needed_fen"] == fen("32,078.38")
    assert case.journals() == before
    paid = case.pay_release(exit_id, day, fen("32,078.38"))
    derived = CASES["GV-08"]["derived"]["applied"]
    applied = {name: fen(derived[name]) for name in ("storage", "handling", "interest", "principal")}
    assert {name: getattr(paid, f"{name}_fen") for name in applied} == applied
    case.weigh_out(exit_id, day, 4_990_000, 250)
    case.consent(exit_id, day)
    case.close(exit_id, day)
    assert case.journals() == expected("GV-08")
    assert case.balances() == ends("GV-08")
    position = database.read(lambda s: lending.position(s, case.loan(), moment(day).on))
    assert (position.exposure.total_fen, position.ltv_bp) == (fen("86,286.00"), 8000)
    assert database.read(insight.verify).findings == ()


@pytest.mark.parametrize(("gross", "covered"), (("120,082.80", False), ("120,082.81", True), ("122,413.02", True),
                                                ("122,413.03", True), ("122,413.04", True)))  # fmt: skip
def test_gv_11_the_waterfall_at_its_boundaries(database, gross, covered):
    """The claims of GV-01 with a price that brings exactly the boundary; only the commission may fall short."""
    case = season(database)
    day, due = "2027-02-15", fen(gross)
    deal_id = case.sell(day, 1000, "7.00")
    case.bank(deal_id, 14_000_000, day)
    exit_id = case.open_exit(day, 1000, deal_id)
    grams = next(g for g in range(due * 1000 // 700 - 5, due * 1000 // 700 + 5) if (g * 7 + 5) // 10 == due)
    case.weigh_out(exit_id, day, grams, 1000)
    case.consent(exit_id, day)
    case.price("7.00", day)
    if not covered:
        before = case.journals()
        with pytest.raises(settlement.SaleDoesNotCover) as refusal:
            case.close(exit_id, day)
        assert (refusal.value.values["short_fen"], case.journals()) == (1, before)
        return
    closed = case.close(exit_id, day)
    commission = settlement.commission(due, 150)
    left = due - fen("120,082.81")
    assert closed.gross_fen == due
    assert (closed.principal_fen, closed.interest_fen) == (11_200_000, fen("2,562.81"))
    assert (closed.commission_fen, closed.residual_fen) == (min(commission, left), left - min(commission, left))


def test_gv_09_interest_by_each_day_count(database):
    """112,000.00 at 7.20 % through the loan's own accrual, in each basis that a product may have."""
    for column, basis in ((3, lending.Basis.ACT_365F), (4, lending.Basis.ACT_360), (5, lending.Basis.ACT_ACT_ISDA)):
        for row in CASES["GV-09"]["derived"]["rows"]:
            steps = [lending.Step(date.fromisoformat(row[0]), 11_200_000)]
            assert lending.interest_to(steps, date.fromisoformat(row[1]), 72_000, basis) == fen(row[column])
    case = season(database)
    loan_id = case.loan()
    posted = case.do(lambda s: lending.accrue_to(s, loan_id, date(2027, 2, 15), by=TELLER, at=moment("2027-02-15")))
    assert posted == fen("2,562.81")
    again = case.do(lambda s: lending.accrue_to(s, loan_id, date(2027, 2, 15), by=TELLER, at=moment("2027-02-15")))
    assert again == 0
