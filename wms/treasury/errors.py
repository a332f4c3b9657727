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


class SecondPersonForItem(Refused):
    """A large charge or interest is booked by two people."""

    code = "bank_item_second_person"
    en = "Above {most_fen} another person who may correct the books must confirm that it is the bank's own money."
    zh = "超过 {most_fen} 元的银行费用或利息, 须由另一位有更正权限的人确认。"


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
    en = "{on} cannot be signed off: every account needs its statements up to that day, or the bank's balance of it."
    zh = "{on} 不能签核: 各账户的对账单须覆盖到当日且前后衔接, 或所填银行余额须与流水一致。"


class PayoutNotFound(NotFound):
    """No such payout."""

    code = "payout_not_found"
    en = "There is no payout {payout_id}."
    zh = "付款 {payout_id} 不存在。"


class PayoutReturned(Refused):
    """A payout comes back once."""

    code = "payout_returned"
    en = "This payout was given back by the bank before."
    zh = "该笔付款此前已被银行退回。"


class AmountNotPositive(Invalid):
    """An amount that is not more than nothing."""

    code = "treasury_amount_invalid"
    en = "The amount {fen} must be more than nothing."
    zh = "金额 {fen} 须大于零。"


class NoPayee(Refused):
    """No bank account in force."""

    code = "refund_payee_missing"
    en = "The party has no approved bank account in force to pay to."
    zh = "该客户没有已批准生效的收款账户。"


class CountInvalid(Invalid):
    """Pieces of money that do not exist."""

    code = "drawer_count_invalid"
    en = "The count names a denomination that does not exist, or an impossible number of pieces."
    zh = "清点的面额或张数有误。"


class DrawerStep(Refused):
    """A shift begins after the one before ended."""

    code = "drawer_step"
    en = "The drawer is {state}: count it to begin a shift when it is closed, to end one when it is open."
    zh = "钱箱当前为{state}: 关箱后方可开箱, 开箱后方可关箱。"


class WitnessMissing(Refused):
    """A difference of the drawer takes a reason and a second person."""

    code = "drawer_witness_missing"
    en = "The drawer differs from the books by {difference_fen}: a reason and another person are needed."
    zh = "现金与账面相差 {difference_fen} 元, 须填写原因并由另一人确认。"


class TransfersUnfit(Refused):
    """A transfer that is in a file already, came back, or does not exist; or no transfer at all."""

    code = "transfers_unfit"
    en = "Each transfer goes into one file, once, unless it came back; and a file needs at least one."
    zh = "每笔付款只能进入一个文件, 已退回的除外; 文件至少一笔。"


class TransferFileNotFound(NotFound):
    """No such file."""

    code = "transfer_file_not_found"
    en = "There is no transfer file {file_id}."
    zh = "付款文件 {file_id} 不存在。"


class TransfersNotApproved(Refused):
    """The file waits for another person."""

    code = "transfers_not_approved"
    en = "Another person must approve this file before it is handed to the bank."
    zh = "付款文件须由另一人批准后方可下载。"


class TransfersApprovedAlone(Refused):
    """Four eyes are two people."""

    code = "transfers_approved_alone"
    en = "You prepared this file; another person approves it."
    zh = "该付款文件由您制作, 须由另一人批准。"
