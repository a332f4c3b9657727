"""What the dunning room can refuse."""

from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused


class NoticeNotFound(NotFound):
    """No such notice, or not yours."""

    code = "notice_not_found"
    en = "There is no such notice."
    zh = "没有此通知。"


class CaseNotFound(NotFound):
    """No such case of uncollected goods."""

    code = "uncollected_case_not_found"
    en = "There is no such case of uncollected goods."
    zh = "没有此逾期未提案件。"


class LevelInvalid(Invalid):
    """A level of the ladder cannot be run."""

    code = "dunning_level_invalid"
    en = (
        "A level is 1 to 9, comes after at least one day and after the level before it, and has words in both "
        "languages that use only {blanks}."
    )
    zh = "级别为 1 至 9, 至少在到期一日之后且晚于前一级, 两种语言均须有文字, 且只能使用 {blanks}。"


class TermsInvalid(Invalid):
    """Periods of uncollected goods that no court would call reasonable."""

    code = "uncollected_terms_invalid"
    en = "Each period lasts at least {least} days and at most a year, and the source that allows it is named."
    zh = "每段期限至少 {least} 日、至多一年, 并须注明依据。"


class ProofInvalid(Invalid):
    """A proof names what proves it, of a day that has come."""

    code = "proof_invalid"
    en = "A proof names its number or paper, and is of no day before the notice or after today."
    zh = "送达证明须注明单号或文件, 日期不得早于通知或晚于今日。"


class DisposalNeedsTwo(Forbidden):
    """Who asked for a disposal may not approve it."""

    code = "disposal_needs_two"
    en = "Another person must approve the disposal of goods than the one who asked for it."
    zh = "处置货物须由提出人以外的人批准。"


class DisputeOpen(Refused):
    """The invoice is disputed already."""

    code = "invoice_disputed"
    en = "Invoice {number} is disputed already."
    zh = "账单 {number} 已有争议在处理。"


class NothingDisputed(Refused):
    """The invoice is not disputed, or nothing of the line is left that could be."""

    code = "nothing_disputed"
    en = "Nothing is disputed on invoice {number}, or nothing of it is left to dispute."
    zh = "账单 {number} 没有争议, 或已无可争议的金额。"


class DisputeAnswered(Refused):
    """The party disputed this line before and got its answer."""

    code = "dispute_answered"
    en = "This was disputed on invoice {number} before and answered: ask the desk if the answer is not right."
    zh = "账单 {number} 的此项异议已有答复: 对答复有疑问请联系柜台。"


class DisputeReasonMissing(Invalid):
    """A dispute and its answer are said in words."""

    code = "dispute_reason_missing"
    en = "Say in words what is wrong, or why it is answered so."
    zh = "请用文字说明哪里有误, 或为何如此答复。"


class DisputeNotFound(NotFound):
    """No such dispute, or not yours."""

    code = "dispute_not_found"
    en = "There is no such dispute."
    zh = "没有此异议。"


class GoodsNotOverdue(Refused):
    """The goods may still stay, or are gone."""

    code = "goods_not_overdue"
    en = "Lot {lot} may stay until {until}, or nothing of it is here: it is not uncollected."
    zh = "批次 {lot} 可存放至 {until}, 或库内已无货: 不属逾期未提。"


class CaseStands(Refused):
    """The lot has an open case."""

    code = "uncollected_case_stands"
    en = "Lot {lot} has an open case already."
    zh = "批次 {lot} 已有处理中的案件。"


class CaseOver(Refused):
    """The case is closed."""

    code = "uncollected_case_over"
    en = "This case is closed."
    zh = "该案件已结案。"


class ProofMissing(Refused):
    """Without a proof that the owner got the notice the next step is not open."""

    code = "notice_proof_missing"
    en = "There is no proof that the owner received the step before ({step}): record one first."
    zh = "上一步 ({step}) 没有送达证明: 请先登记。"


class PeriodRuns(Refused):
    """The period of the step before has not elapsed."""

    code = "notice_period_runs"
    en = "The period of the step before ({step}) runs until {until}: nothing may be done before {until} is over."
    zh = "上一步 ({step}) 的期限至 {until}: 期满前不得进行下一步。"


class StepOutOfTurn(Refused):
    """Steps come one after the other, and a disposal after all of them."""

    code = "uncollected_step_out_of_turn"
    en = "This is not the case's next step: that is {step}."
    zh = "顺序不符: 下一步为 {step}。"
