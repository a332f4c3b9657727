"""Roles and what they may do. Whoever values goods can neither trade nor lend, over all accounts of a person."""

from enum import StrEnum

from wms.kernel.actor import Permission as P


class Role(StrEnum):
    """What an account is for."""

    CLERK = "clerk"
    GROWER = "grower"
    BUYER = "buyer"
    TRADER = "trader"
    CREDIT_OFFICER = "credit_officer"
    APPROVER = "approver"
    CASHIER = "cashier"
    WAREHOUSE_MANAGER = "warehouse_manager"
    FIELD_REP = "field_rep"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    VALUER = "valuer"
    GATEWAY = "gateway"
    MACHINE = "machine"  # the house's own programs
    CUSTOMER_MACHINE = "customer_machine"  # a customer's: what their people could see and do, never everybody's


class Duty(StrEnum):
    """The two duties no person may have together."""

    VALUING = "valuing"
    DEALING = "dealing"


_CLERK = frozenset(
    {
        P.SEE_ALL, P.SEE_READINGS, P.BOOK_ARRIVAL, P.TAKE_IN, P.WEIGH, P.WITNESS_WEIGHT, P.MOVE_STOCK, P.INSPECT,
        P.COUNT_STOCK, P.ORDER_EXIT, P.WEIGH_OUT, P.CLOSE_EXIT, P.PASS_GATE, P.ACKNOWLEDGE_ALARM,
    }
)  # fmt: skip

PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.CLERK: _CLERK,
    Role.GROWER: frozenset(
        {P.SEE_READINGS, P.SEE_BOARD, P.LIST_GOODS, P.ANSWER_QUOTE, P.ASK_ADVANCE, P.ORDER_EXIT,
         P.BOOK_ARRIVAL}
    ),
    Role.BUYER: frozenset({P.SEE_BOARD, P.ASK_QUOTE, P.ORDER_EXIT}),
    Role.TRADER: frozenset(
        {P.SEE_ALL, P.SEE_READINGS, P.SEE_BOARD, P.RUN_BOARD, P.LIST_GOODS, P.ASK_QUOTE, P.ANSWER_QUOTE,
         P.RECORD_PRICE, P.ORDER_EXIT}
    ),
    Role.CREDIT_OFFICER: frozenset(
        {P.SEE_ALL, P.SEE_BOOKS, P.SEE_READINGS, P.SEE_BOARD, P.ASK_ADVANCE, P.APPROVE_ADVANCE,
         P.DISBURSE_ADVANCE, P.APPROVE_CREDIT}
    ),
    Role.APPROVER: frozenset(
        {P.SEE_ALL, P.SEE_BOOKS, P.SEE_READINGS, P.SEE_BOARD, P.APPROVE_ADVANCE, P.APPROVE_RELEASE,
         P.APPROVE_TARIFF, P.APPROVE_CREDIT, P.APPROVE_PAYEE, P.APPROVE_COUNT, P.CORRECT_BOOKS}
    ),
    Role.CASHIER: frozenset(
        {P.SEE_ALL, P.SEE_BOOKS, P.TAKE_PAYMENT, P.PAY_OUT, P.CLOSE_EXIT, P.CORRECT_BOOKS, P.DISBURSE_ADVANCE,
         P.CLOSE_DAY}
    ),
    Role.WAREHOUSE_MANAGER: _CLERK
    | {P.SEE_BOOKS, P.MANAGE_FACILITY, P.MANAGE_INSTRUMENTS, P.FORCE_MOVE, P.HOLD_STOCK, P.APPROVE_COUNT,
       P.PROPOSE_TARIFF, P.ADOPT_SENSOR, P.CLOSE_DAY},
    Role.FIELD_REP: frozenset({P.VISIT_COMPANIES, P.SEE_BOARD}),
    Role.ADMINISTRATOR: frozenset(
        {P.SEE_ALL, P.SEE_READINGS, P.MANAGE_USERS, P.MANAGE_PARTIES, P.MANAGE_FACILITY, P.MANAGE_INSTRUMENTS,
         P.PROPOSE_TARIFF, P.ADOPT_SENSOR, P.AUDIT}
    ),
    Role.AUDITOR: frozenset({P.SEE_ALL, P.SEE_BOOKS, P.SEE_READINGS, P.SEE_BOARD, P.AUDIT}),
    Role.VALUER: frozenset({P.SEE_ALL, P.SEE_READINGS, P.SEE_BOARD, P.VALUE_GOODS, P.INSPECT, P.RECORD_PRICE}),
    Role.GATEWAY: frozenset({P.PUSH_READINGS}),
    Role.MACHINE: frozenset(
        {P.PUSH_READINGS, P.SEE_READINGS, P.SEE_BOARD, P.ASK_QUOTE, P.LIST_GOODS, P.ORDER_EXIT, P.SEE_ALL, P.SEE_BOOKS,
         P.RECORD_PRICE, P.BOOK_ARRIVAL}
    ),
    Role.CUSTOMER_MACHINE: frozenset(
        {P.SEE_READINGS, P.SEE_BOARD, P.ASK_QUOTE, P.LIST_GOODS, P.ORDER_EXIT, P.BOOK_ARRIVAL}
    ),
}  # fmt: skip

DEALS = frozenset(
    {P.LIST_GOODS, P.ASK_QUOTE, P.ANSWER_QUOTE, P.RUN_BOARD, P.ASK_ADVANCE, P.APPROVE_ADVANCE, P.DISBURSE_ADVANCE,
     P.APPROVE_RELEASE}
)  # fmt: skip
OUTSIDERS = frozenset({Role.GROWER, Role.BUYER})  # the roles a customer's people may have
MACHINES = frozenset({Role.GATEWAY, Role.MACHINE, Role.CUSTOMER_MACHINE})


def permissions_of(roles: frozenset[Role]) -> frozenset[P]:
    """Return everything some roles allow together."""
    return frozenset(permission for role in roles for permission in PERMISSIONS[role])


def duty_of(role: Role) -> Duty | None:
    """Return which of the two separated duties a role has, if any."""
    if P.VALUE_GOODS in PERMISSIONS[role]:
        return Duty.VALUING
    return Duty.DEALING if PERMISSIONS[role] & DEALS and role not in MACHINES else None


def role_fits(role: Role, *, machine: bool, staff: bool) -> bool:
    """Tell whether a role fits an account: a machine's or a human's, of the store's own staff or of a customer."""
    if machine:
        return role in MACHINES and (role is Role.CUSTOMER_MACHINE) is not staff
    return role not in MACHINES and (staff or role in OUTSIDERS)
