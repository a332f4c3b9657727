"""What sorting, quarantine and returns refuse."""

from wms.kernel.errors import Invalid, NotFound, Refused


class RegradeUnlike(Refused):
    """Only goods of one owner, variety, storage and entry day are sorted together."""

    code = "regrade_unlike"
    en = "Only lots of one owner, variety, storage and entry day are sorted together; they differ in {what}."
    zh = "只有同一货主、品种、贮藏方式和入库日的批次才能合并分选; {what} 不同。"


class RegradeWeightsDiffer(Refused):
    """What was weighed after sorting is too far from what went in."""

    code = "regrade_weights_differ"
    en = "After sorting {weight_grams} kg were weighed, the books say {book_grams} kg went in: weigh what is missing."
    zh = "分选后共称 {weight_grams} 公斤, 账面投入 {book_grams} 公斤, 差异过大: 请核对是否漏称。"


class SortWeighingUnfit(Invalid):
    """The weighing is not of this sorting, or was used already."""

    code = "sort_weighing_unfit"
    en = "A weighing named is not one of this sorting, or was used or replaced already."
    zh = "所选过磅记录不属于本次分选, 或已被使用或更正。"


class QuarantineNeedsTwo(Refused):
    """Nobody lets a quarantine go alone."""

    code = "quarantine_needs_two"
    en = "A quarantine is let go by two people: ask for its release, and somebody else decides."
    zh = "解除隔离须由两人办理: 请先申请解除, 再由另一人确认。"


class ReleaseNotFound(NotFound):
    """No such request to release a quarantine."""

    code = "quarantine_release_not_found"
    en = "This request to release a quarantine does not exist."
    zh = "该解除隔离申请不存在。"


class ReleaseDecided(Refused):
    """It was decided, or another request stands."""

    code = "quarantine_release_decided"
    en = "The release of this quarantine is {state} already."
    zh = "该解除隔离申请状态为 {state}, 不能重复办理。"


class ReleaseSamePerson(Refused):
    """Who asked does not decide."""

    code = "quarantine_release_same_person"
    en = "Somebody else must decide: you asked for this release."
    zh = "须由他人确认: 该解除申请由您提出。"


class ReleaseNeedsReason(Invalid):
    """Asking and keeping say why."""

    code = "quarantine_release_needs_reason"
    en = "Say why."
    zh = "请填写原因。"


class ReturnUnfit(Refused):
    """What comes back is not what left with that exit."""

    code = "return_unfit"
    en = "This cannot have left with that exit: {what}."
    zh = "与该出库单不符: {what}。"
