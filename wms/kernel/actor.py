"""Who acts, and what they may do: passed into every action, checked in its first line."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from wms.kernel.errors import Forbidden


class Permission(StrEnum):
    """Everything that can be allowed. Roles are sets of these; actions name exactly one in their first line."""

    SEE_ALL = "see_all"  # every owner's goods, not only one's own
    SEE_BOOKS = "see_books"
    SEE_READINGS = "see_readings"
    MANAGE_USERS = "manage_users"
    MANAGE_PARTIES = "manage_parties"
    APPROVE_PAYEE = "approve_payee"  # the second person of a change of payee
    MANAGE_FACILITY = "manage_facility"
    MANAGE_INSTRUMENTS = "manage_instruments"
    BOOK_ARRIVAL = "book_arrival"  # announce a truck
    TAKE_IN = "take_in"
    WEIGH = "weigh"
    WITNESS_WEIGHT = "witness_weight"  # the second person of a typed weight
    MOVE_STOCK = "move_stock"
    FORCE_MOVE = "force_move"
    INSPECT = "inspect"
    HOLD_STOCK = "hold_stock"
    COUNT_STOCK = "count_stock"
    APPROVE_COUNT = "approve_count"  # differences of a count are booked, or a shrink liability decided
    PROPOSE_TARIFF = "propose_tariff"
    APPROVE_TARIFF = "approve_tariff"
    ORDER_EXIT = "order_exit"
    WEIGH_OUT = "weigh_out"
    CLOSE_EXIT = "close_exit"
    APPROVE_CREDIT = "approve_credit"
    PASS_GATE = "pass_gate"
    TAKE_PAYMENT = "take_payment"
    PAY_OUT = "pay_out"
    CORRECT_BOOKS = "correct_books"
    LIST_GOODS = "list_goods"
    SEE_BOARD = "see_board"
    ASK_QUOTE = "ask_quote"
    ANSWER_QUOTE = "answer_quote"
    RUN_BOARD = "run_board"
    RECORD_PRICE = "record_price"
    ASK_ADVANCE = "ask_advance"
    VALUE_GOODS = "value_goods"
    APPROVE_ADVANCE = "approve_advance"
    DISBURSE_ADVANCE = "disburse_advance"
    APPROVE_RELEASE = "approve_release"
    ACKNOWLEDGE_ALARM = "acknowledge_alarm"
    PUSH_READINGS = "push_readings"
    ADOPT_SENSOR = "adopt_sensor"
    VISIT_COMPANIES = "visit_companies"
    CLOSE_DAY = "close_day"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Actor:
    """The account, the human behind it, the company they act for now, and what they may do.

    `person_id` is what four-eyes rules compare: two accounts of one person are one pair of eyes.
    `party_id` is None for the store's own staff and for machines.
    """

    account_id: UUID
    name: str
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    person_id: UUID | None = None
    party_id: UUID | None = None

    @property
    def eyes(self) -> UUID:
        """Whose eyes these are, for four-eyes rules: the person, or the account where no person stands behind it."""
        return self.person_id or self.account_id

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor holds `permission`."""
        return permission in self.permissions

    def must(self, permission: Permission) -> None:
        """Raise Forbidden unless the actor holds `permission`."""
        if permission not in self.permissions:
            raise Forbidden(permission=permission.value)

    def trusted_with(self, *permissions: Permission) -> "Actor":
        """Return the same actor with more permissions, for the steps inside an action whose own permission was checked.

        Closing an exit writes the trade down: who may close need not be allowed to type prices in.
        """
        return replace(self, permissions=self.permissions | set(permissions))

    def sees(self, party_id: UUID) -> bool:
        """Tell whether goods and papers of `party_id` are visible to the actor; not visible must look like absent."""
        return self.party_id == party_id or Permission.SEE_ALL in self.permissions


SYSTEM = Actor(
    account_id=UUID("00000000-0000-7000-8000-000000000001"), name="system", permissions=frozenset(Permission)
)
