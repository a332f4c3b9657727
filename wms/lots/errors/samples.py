"""What taking samples refuses."""

from wms.kernel.errors import Invalid, NotFound, Refused


class SampleNotFound(NotFound):
    """No such sample, or of somebody else's goods."""

    code = "lot_sample_not_found"
    en = "This sample does not exist, or is not yours to see."
    zh = "该取样记录不存在, 或您无权查看。"


class SampleTooMuch(Refused):
    """More than may leave as loose fruit."""

    code = "lot_sample_too_much"
    en = (
        "Of lot {lot} at most {limit_grams} kg may be taken as samples while it is held; {taken_grams} kg were, "
        "{grams} kg are asked."
    )
    zh = "批次 {lot} 有冻结, 取样合计最多 {limit_grams} 公斤; 已取 {taken_grams} 公斤, 本次 {grams} 公斤。"


class SampleWeighingUnfit(Invalid):
    """The weighing is not a sample of this lot, or was used already."""

    code = "lot_sample_weighing_unfit"
    en = "The weighing named is not a sample of this lot, or was used or replaced already."
    zh = "所选过磅记录不是该批次的取样, 或已被使用或更正。"


class SampleNeedsUnit(Invalid):
    """Every crate of the lot has its own weight."""

    code = "lot_sample_needs_unit"
    en = "Every unit of lot {lot} has its own weight: scan the label of the one the sample came out of."
    zh = "批次 {lot} 逐件称重, 请扫描取样所在件的标签。"


class SampleAnswered(Refused):
    """One sample, one result."""

    code = "lot_sample_answered"
    en = "The result of this sample was recorded already: report {report}."
    zh = "该样品结果已登记: 报告 {report}。"
