"""Conditions, policies and waterfalls as plain values, and back. Pure."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from wms.kernel.canonical import plain
from wms.trading.rules.conditions import Conditions, Kind, Step, Tier
from wms.trading.rules.ranking import Policy, StorageFirst


def plain_conditions(conditions: Conditions) -> dict[str, Any]:
    """Return what a set's row keeps as JSON."""
    kept: dict[str, Any] = plain(asdict(conditions))
    return kept


def conditions_from(kept: dict[str, Any]) -> Conditions:
    """Return the conditions a row keeps."""
    tiers = tuple(
        Tier(
            Kind(tier["kind"]), tier["low"], tier["high"], tier["choice"],
            _decimal(tier["per_kg"]), _decimal(tier["percent"]),
        )
        for tier in kept["tiers"]
    )  # fmt: skip
    return Conditions(
        base=_decimal(kept["base"]),
        tick=Decimal(kept["tick"]),
        floor=_decimal(kept["floor"]),
        tiers=tiers,
        qty_from_grams=kept["qty_from_grams"],
        qty_to_grams=kept["qty_to_grams"],
        lead_from_days=kept["lead_from_days"],
        lead_to_days=kept["lead_to_days"],
    )


def plain_policy(policy: Policy) -> dict[str, Any]:
    """Return what a policy's row keeps as JSON; its version is the row's key."""
    kept: dict[str, Any] = plain(asdict(policy))
    del kept["version"]
    return kept


def policy_from(version: int, kept: dict[str, Any]) -> Policy:
    """Return the policy a row keeps."""
    one, two, three = kept["life_days"]
    return Policy(
        version=version,
        storage_first=StorageFirst(kept["storage_first"]),
        band=Decimal(kept["band"]),
        life_days=(one, two, three),
        inspection_days=kept["inspection_days"],
        arrival_days=kept["arrival_days"],
        press_due_days=kept["press_due_days"],
        tick=Decimal(kept["tick"]),
        proposal_minutes=kept["proposal_minutes"],
        deposit_hours=kept["deposit_hours"],
        claim_hours=kept["claim_hours"],
        hold_days=kept["hold_days"],
        most_rounds=kept["most_rounds"],
        reference_grams=kept["reference_grams"],
        reference_lead_days=kept["reference_lead_days"],
        grades=tuple(kept["grades"]),
    )


def plain_waterfall(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Return a waterfall as a quote or deal keeps it."""
    return [{"kind": step.kind, "label": step.label, "amount": str(step.amount)} for step in steps]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
