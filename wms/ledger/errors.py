"""What the books refuse."""

from wms.kernel.errors import NotFound, Refused


class JournalNotFound(NotFound):
    """No such journal."""

    code = "journal_not_found"
    en = "There is no journal {journal_id}."
    zh = "凭证 {journal_id} 不存在。"


class HoldNotFound(NotFound):
    """No such hold."""

    code = "money_hold_not_found"
    en = "There is no hold {hold_id}."
    zh = "冻结 {hold_id} 不存在。"


class EntryIdReused(Refused):
    """The entry id or key stands for another entry."""

    code = "entry_id_reused"
    en = "The entry {key} was posted before with other content."
    zh = "凭证 {key} 已存在且内容不同。"


class AlreadyReversed(Refused):
    """A journal can be reversed once."""

    code = "already_reversed"
    en = "The journal {key} was reversed before."
    zh = "凭证 {key} 已被冲销。"


class NotReversedByHand(Refused):
    """The journal is one side of something that happened elsewhere; reversed alone, the books would contradict it."""

    code = "not_reversed_by_hand"
    en = "The journal {key} came from an act elsewhere and is not reversed by hand: {way}."
    zh = "凭证 {key} 由业务操作产生, 不能手工冲销: {way}。"


class BalanceShort(Refused):
    """The account has less than the entry or hold needs, holds included."""

    code = "balance_short"
    en = "Account {account} has {available_fen} available, which is less than {asked_fen}."
    zh = "账户 {account} 可用余额 {available_fen} 元, 不足 {asked_fen} 元。"


class HoldResolved(Refused):
    """A hold is posted, voided or expired once."""

    code = "money_hold_resolved"
    en = "The hold {hold_id} was already {outcome}."
    zh = "冻结 {hold_id} 已处理 ({outcome})。"


class HoldExpired(Refused):
    """The hold's time is over; it can no longer be posted."""

    code = "money_hold_expired"
    en = "The hold {hold_id} expired at {expires_at}."
    zh = "冻结 {hold_id} 已于 {expires_at} 到期。"


class HoldTooSmall(Refused):
    """More is asked of the hold than it reserves."""

    code = "money_hold_too_small"
    en = "The hold {hold_id} reserves {held_fen}, less than {asked_fen}."
    zh = "冻结 {hold_id} 仅冻结 {held_fen} 元, 不足 {asked_fen} 元。"


class BooksArchived(Refused):
    """The day belongs to an archived season; what was wrong in it is corrected by an entry of today."""

    code = "books_archived"
    en = "The books are archived up to {until_on}; nothing more counts for {effective_on}."
    zh = "{until_on} 及以前的账已归档, 不能再记入 {effective_on}。"
