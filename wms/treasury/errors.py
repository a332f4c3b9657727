"""What the treasury refuses."""

from wms.kernel.errors import Invalid, NotFound, Refused


class StatementUnfit(Invalid):
    """A statement with bad rows, without account or balances, or that does not add up."""

    code = "statement_unfit"
    en = "The statement cannot be taken in: {why}."
    zh = "对账单无法导入: {why}。"


class StatementKnown(Refused):
    """The same file was taken in before."""

    code = "statement_known"
    en = "The file {name} with the same content was taken in on {on}."
    zh = "内容相同的文件 {name} 已于 {on} 导入。"


class EntryNotFound(NotFound):
    """No such entry of a bank statement."""

    code = "bank_entry_not_found"
    en = "There is no bank entry {entry_id}."
    zh = "银行流水 {entry_id} 不存在。"


class EntryUnfit(Refused):
    """More than what is left of the entry, or money that went the other way."""

    code = "bank_entry_unfit"
    en = "Of this bank entry {left_fen} is not matched yet; {asked_fen} does not fit."
    zh = "该银行流水未匹配金额为 {left_fen} 元, 与 {asked_fen} 元不符。"


class JournalMatched(Refused):
    """The journal stands against another bank entry, or moved no money at the bank."""

    code = "journal_matched"
    en = "The journal {key} is matched already, or moved no money at the bank."
    zh = "凭证 {key} 已匹配, 或未涉及银行存款。"


class MatchNotFound(NotFound):
    """No such match."""

    code = "bank_match_not_found"
    en = "There is no match {match_id}."
    zh = "匹配 {match_id} 不存在。"


class MatchUndone(Refused):
    """The match was taken back before."""

    code = "bank_match_undone"
    en = "This match was taken back before."
    zh = "该匹配已撤销。"


class SecondPersonNeeded(Refused):
    """What a match posted is reversed by two people."""

    code = "match_second_person"
    en = "Another person who may correct the books must confirm: the payment is reversed."
    zh = "撤销将冲销收款凭证, 须由另一位有更正权限的人确认。"


class WordsMissing(Invalid):
    """A reason is needed."""

    code = "treasury_reason_missing"
    en = "Please say why."
    zh = "请填写原因。"


class DaySigned(Refused):
    """A day is signed off once."""

    code = "bank_day_signed"
    en = "{on} was signed off before."
    zh = "{on} 已签核。"


class DayUncovered(Refused):
    """The statements do not reach the day, or leave a hole."""

    code = "bank_day_uncovered"
    en = "{on} cannot be signed off: every account needs its statements up to that day, without a hole between them."
    zh = "{on} 不能签核: 各账户的对账单须覆盖到当日且前后衔接。"
