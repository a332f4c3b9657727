"""What can be sent, read from the interface's own documents: a new operation is attacked the day it appears."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from wms.api.openapi import openapi

# How often an operation is tried beside the steps of a way out. What is not named here is new, or far from the gate.
WEIGHTS = {
    "open_exit_order": 6, "quote_exit": 5, "clear_exit": 9, "record_pick": 5, "attach_weighing": 5, "void_exit": 2,
    "request_credit": 4, "approve_credit": 6, "approve_release": 6, "pay_release": 6, "close_exit": 12,
    "issue_gate_pass": 12, "pass_gate": 8, "void_gate_pass": 3, "receive_payment": 4, "set_credit_limit": 1,
    "place_hold": 8, "lift_hold": 8, "split_lot": 2, "split_receipt": 3, "record_work": 4, "weigh": 5,
    "reverse_journal": 4, "reverse_by_hand": 4, "close_pool": 4, "pay_out": 2, "repay": 2, "hold_balance": 2,
    "cancel_deal": 2, "declare_default": 2, "approve_tariff": 2, "propose_tariff": 2,
}  # fmt: skip
ORDINARY = 1
# With the true ids these would only end the game: the room shut, the scale gone, the people locked out.
SPOILERS = frozenset({
    "advance_room", "retire_instrument", "revoke_api_key", "close_account", "set_roles", "end_employment",
    "end_contract", "end_mandate", "end_relation", "change_job", "employ", "rebind_account", "set_slot", "set_limits",
    "sign_contract", "revoke_gateway", "renew_gateway", "cancel_policy", "add_slots", "import_slots",
    "add_instrument", "adopt_sensor", "add_room", "approve_count", "add_user", "add_api_key",
})  # fmt: skip
LIES: dict[str, Any] = {
    "paid": True, "state": "closed", "status": "paid", "amount": 0, "settled": True, "gate_pass": True,
    "cleared_basis": "paid", "open_fen": 0, "total_fen": 0, "approved": True, "approver_id": None, "role": "admin",
    "invoiced_on": "2026-11-20", "closed": True, "is_paid": 1, "payment": {"fen": 10**9}, "credit_id": None,
    "approved_by_person_id": None, "party_id": None, "owner_id": None, "storage_fen": 0, "principal_fen": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One changing operation: its address, its body's schema, and what may be said in it."""

    name: str
    path: str
    schema: dict[str, Any]

    @property
    def weight(self) -> int:
        """How often to try it, among the others."""
        return WEIGHTS.get(self.name, ORDINARY)

    @property
    def fields(self) -> dict[str, Any]:
        """The body's properties by name."""
        found: dict[str, Any] = self.schema.get("properties", {})
        return found


@cache
def operations() -> dict[str, Operation]:
    """Return every changing operation of the interface by name."""
    document = openapi()
    found: dict[str, Operation] = {}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if method in ("post", "put", "patch", "delete"):
                content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
                made = Operation(said["operationId"], f"{method} {path}", _resolved(content.get("schema", {})))
                found[made.name] = made
    return found


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    place: dict[str, Any] = schema
    while "$ref" in place:
        place = openapi()["components"]["schemas"][place["$ref"].rpartition("/")[2]]
    return place


class Pool:
    """Every id and value the attackers have seen, by the name it goes by, newest last."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.seen: dict[str, list[Any]] = defaultdict(list)

    def add(self, name: str, value: Any) -> None:
        """Remember a value."""
        if value is not None and value not in self.seen[name]:
            self.seen[name].append(value)

    def harvest(self, path: str, answer: Any) -> None:
        """Remember every id an answer names, and its own under the name its address has for it."""
        if isinstance(answer, list):
            for item in answer:
                self.harvest(path, item)
        elif isinstance(answer, dict):
            for name, value in answer.items():
                if name == "id":
                    self.add(_own_name(path), value)
                elif name.endswith("_id") and isinstance(value, str):
                    self.add(name, value)
                elif name == "code" and "gate_pass" in answer:
                    self.add("code", value)
                elif isinstance(value, dict | list):
                    self.harvest("/gate-passes" if name == "gate_pass" else path, value)

    def any(self, name: str) -> Any | None:
        """Return one of the newest of a name, now and then an old one; None where none was seen."""
        values = self.seen.get(name)
        if not values:
            return None
        return self.dice.choice(values[-3:] if self.dice.random() < 0.8 else values)

    def uuid(self) -> str:
        """Return a new id."""
        return str(UUID(int=self.dice.getrandbits(128), version=4))


OWN_NAMES = {"exit-orders": "exit_id", "gate-passes": "pass_id", "credit": "request_id", "advances": "loan_id",
             "credit-requests": "request_id", "tariffs": "version_id", "weighings": "weighing_id",
             "lending-products": "product_id"}  # fmt: skip


def _own_name(path: str) -> str:
    last = next(part for part in reversed(path.split("/")) if part and "{" not in part)
    return OWN_NAMES.get(last, last.removesuffix("s").replace("-", "_") + "_id")


@dataclass(slots=True)
class Filler:
    """Fills an operation's address and body with what the pool knows and what a thief would try."""

    pool: Pool
    on: date

    def path(self, operation: Operation) -> str:
        """Return the address with ids of the pool in it."""
        parts = operation.path.split(" ")[1].split("/")
        filled = [self._id(part[1:-1], operation) if part.startswith("{") else part for part in parts]
        return "/".join(filled)

    def body(self, operation: Operation) -> dict[str, Any]:
        """Return a body: what must be there, and some of what may."""
        return {"id": self.pool.uuid(), **self._object(operation.schema, operation)}

    def _object(self, schema: dict[str, Any], operation: Operation) -> dict[str, Any]:
        needed = set(schema.get("required", ()))
        made: dict[str, Any] = {}
        for name, field in schema.get("properties", {}).items():
            if name != "id" and (name in needed or self.pool.dice.random() < 0.3):
                made[name] = self._value(name, field, operation)
        return made

    def _value(self, name: str, field: dict[str, Any], operation: Operation) -> Any:
        field, dice = _resolved(field), self.pool.dice
        if "anyOf" in field:
            field = _resolved(field["anyOf"][-1])
        if "enum" in field:
            return dice.choice([value for value in field["enum"] if value is not None])
        match field.get("type"), field.get("format"):
            case "object", _:
                return self._object(field, operation)
            case "array", _:
                return [self._value(name.removesuffix("s"), field.get("items", {}), operation)]
            case "boolean", _:
                return dice.random() < 0.5
            case "integer", _:
                return self._whole(name)
            case _, "uuid":
                return self._id(name, operation)
            case _, "date":
                return (self.on + timedelta(days=dice.choice((-30, -1, 0, 0, 1, 30)))).isoformat()
            case _, "decimal":
                return "0.0001" if "prices" not in operation.path else "7.0000"
        return str(self.pool.any(name) or dice.choice(("own", "paid", "鲁F12345", "repack", self.pool.uuid()[:8])))

    def _whole(self, name: str) -> int:
        if name.endswith("fen"):
            return int(self.pool.dice.choice((0, 1, 450, 5_000, 20_000, 10_000_000)))
        if name.endswith("units"):
            return self.pool.dice.randint(1, 20)
        return int(self.pool.dice.choice((0, 1, 99_500, 199_000, 995_000)))

    def _id(self, name: str, operation: Operation) -> str:
        if operation.name in SPOILERS or name.startswith("new_"):
            return self.pool.uuid()
        if name == "subject_id":
            name = self.pool.dice.choice(("deal_id", "exit_id", "loan_id", "lot_id"))
        return str(self.pool.any(name) or self.pool.uuid())
