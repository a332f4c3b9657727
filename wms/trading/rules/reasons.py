"""The words of the ranking: full for the owner, the lender and the store, general for everybody else. Pure."""

from dataclasses import dataclass
from enum import StrEnum

PLATFORM_KEYS = frozenset({"press", "since", "id"})


class Audience(StrEnum):
    """Who reads a reason."""

    FULL = "full"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a place on the board, in both languages."""

    code: str
    en: str
    zh: str


PLATFORM = Reason("platform_order", "platform order", "平台顺序")

WHY = {
    "tier": Reason("tier", "in store goes first", "在库优先"),
    "asked": Reason("asked", "priced before price on request", "有报价的先于面议"),
    "fit": Reason("fit", "meets the spec more closely", "规格更符合"),
    "band": Reason("band", "lower price band", "价格带更低"),
    "life": Reason("life", "same price band, sells by sooner", "同价位带, 保质期更短"),
    "press": Reason("press", "pledge presses harder", "质押压力更大"),
    "since": Reason("since", "listed earlier", "挂牌更早"),
    "id": Reason("id", "order of numbers", "编号顺序"),
}

TIERS = (
    Reason("tier_0", "in store, inspected", "在库已检"),
    Reason("tier_1", "in store, inspection older or missing", "在库, 质检过期或缺失"),
    Reason("tier_2", "arrival booked, deposit paid", "预约到货, 已付定金"),
    Reason("tier_3", "not in store or not weighed", "库外或未过磅"),
)

FITS = (
    Reason("fit_0", "exact spec", "规格完全符合"),
    Reason("fit_1", "better than asked", "优于要求"),
    Reason("fit_2", "substitute", "可替代"),
)

ASKED = Reason("asked", "price on request", "面议")
SHORT_LIFE = Reason("short_life", "to be sold soon", "临近保质期")


def said(key: str, audience: Audience) -> Reason:
    """Return the reason of a key for an audience: outsiders read press, since and id all as 平台顺序."""
    if audience is Audience.PUBLIC and key in PLATFORM_KEYS:
        return PLATFORM
    return WHY[key]


def chips(tier: int, fit: int, life: int, *, asked: bool) -> tuple[Reason, ...]:
    """Return the reasons shown on a row of the board; they hold nothing that outsiders may not know."""
    also = ((ASKED,) if asked else ()) + ((SHORT_LIFE,) if life == 0 else ())
    return (TIERS[tier], FITS[fit], *also)
