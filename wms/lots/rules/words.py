"""The words of the room: every state, kind and reason that is kept as text."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a truck stands: its weights decide between the first three."""

    ARRIVED = "arrived"
    GROSS_WEIGHED = "gross_weighed"
    WEIGHED = "weighed"  # a net weight is known: gross and tare, or platform weighings
    COMPLETED = "completed"  # lots were made of it
    VOID = "void"


class TokenState(StrEnum):
    """A gate token is given to a driver, then used by a delivery or lost."""

    WAITING = "waiting"
    USED = "used"
    LOST = "lost"


class Purpose(StrEnum):
    """What a weighing is for."""

    GROSS = "gross"  # the loaded truck
    TARE = "tare"  # the empty truck
    NET = "net"  # units of a delivery on a platform, crate tare taken off
    OUT = "out"  # units of a lot on a platform on their way out
    REWEIGH = "reweigh"  # all that is on hand of a lot whose entry weight was typed
    SORT = "sort"  # units on a platform after sorting, of whatever grade
    AVERAGE = "average"  # some units of a delivery on a platform: what one weighs, against the truck's net
    SAMPLE = "sample"  # loose fruit taken out of a lot to be tried or tested


class MoveKind(StrEnum):
    """What happened to stock. `placed_units` moves between places; `units` and `grams` change what is on hand."""

    ENTRY = "entry"
    MOVE = "move"
    PICK = "pick"
    EXIT = "exit"
    LOSS = "loss"
    SPLIT_OUT = "split_out"
    SPLIT_IN = "split_in"
    SORT_OUT = "sort_out"
    SORT_IN = "sort_in"
    TITLE_OUT = "title_out"
    TITLE_IN = "title_in"
    SAMPLE = "sample"  # loose fruit: grams leave, no unit does


class HoldReason(StrEnum):
    """Why a quantity may not go its own way."""

    PLEDGE = "pledge"
    SALE = "sale"
    EXIT = "exit"
    QUARANTINE = "quarantine"
    LIEN = "lien"
    COUNT = "count"


class HoldEventKind(StrEnum):
    """What happened to a hold."""

    PLACED = "placed"
    STAGE = "stage"
    LIFTED = "lifted"
    CONSUMED = "consumed"  # the goods left through it


class PledgeStage(StrEnum):
    """Stage words of a pledge's hold, mildest first; the board ranks by them without knowing lending."""

    NONE = "none"
    PLEDGED = "pledged"
    DUE = "due"
    MARGIN_CALL = "margin_call"
    ENFORCED = "enforced"


class StorageType(StrEnum):
    """普通冷库 or 气调."""

    RA = "ra"
    CA = "ca"


class SizeRule(StrEnum):
    """以上 and 起步 are different distributions above one number; both words are kept."""

    AND_ABOVE = "以上"
    STARTING = "起步"


class OwnerClass(StrEnum):
    """果农货, 客商货 or the store's own 自营."""

    GROWER = "grower"
    MERCHANT = "merchant"
    OWN = "own"
