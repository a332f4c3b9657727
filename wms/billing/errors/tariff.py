"""Tariffs: what is refused, in both languages."""

from wms.kernel.errors import Invalid, NotFound, Refused


class TariffNotFound(NotFound):
    """No such tariff version."""

    code = "tariff_not_found"
    en = "There is no tariff version {version_id}."
    zh = "没有费率版本 {version_id}。"


class TariffLinesInvalid(Invalid):
    """A tariff must charge for time and name each kind of line once."""

    code = "tariff_lines_invalid"
    en = "A tariff needs exactly one line that charges for time and at most one of every other kind."
    zh = "费率须有且只有一条按时间计费的条目, 其他各类至多一条。"


class TariffRateInvalid(Invalid):
    """A rate is negative, too fine, or tiers are out of order."""

    code = "tariff_rate_invalid"
    en = "A rate of the line {line} is not valid: not negative, at most six places, tiers by rising day."
    zh = "条目 {line} 的费率无效: 不得为负, 最多六位小数, 阶梯天数须递增。"


class TariffsDiffer(Refused):
    """Lots that are charged by different rules cannot become one."""

    code = "lot_tariffs_differ"
    en = "These lots are charged by different tariffs or from different days, and cannot be sorted together."
    zh = "这些批次执行的费率或起算日不同, 不能合并分选。"


class TariffMissing(Refused):
    """No approved tariff covers a day of the stay."""

    code = "tariff_missing"
    en = "No approved tariff is in force on {on}."
    zh = "{on} 没有已批准生效的费率。"


class TariffDecided(Refused):
    """The version has been approved before."""

    code = "tariff_decided"
    en = "The tariff version {version_id} is already approved."
    zh = "费率版本 {version_id} 已批准。"


class TariffBackdated(Refused):
    """A tariff may not change what days already gone cost."""

    code = "tariff_backdated"
    en = "A tariff may not come into force on {effective_from}, before the day it is approved."
    zh = "费率生效日 {effective_from} 不得早于批准日。"


class TariffLocked(Refused):
    """The lot's tariff was fixed before."""

    code = "tariff_locked"
    en = "The tariff of lot {lot_id} is already fixed."
    zh = "批次 {lot_id} 的费率已确定。"
