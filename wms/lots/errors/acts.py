"""What sorting, transfers and returns refuse."""

from wms.kernel.errors import Invalid, Refused


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
