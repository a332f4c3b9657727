"""What this room refuses, and why."""

from wms.kernel.errors import Invalid, NotFound, Refused


class CampaignNotFound(NotFound):
    """No such campaign."""

    code = "campaign_not_found"
    en = "This campaign does not exist."
    zh = "该推广活动不存在。"


class TaskNotFound(NotFound):
    """No such task."""

    code = "crm_task_not_found"
    en = "This task does not exist."
    zh = "该任务不存在。"


class VisitTimesInvalid(Invalid):
    """A visit begins before it ends, and not in the future."""

    code = "visit_times_invalid"
    en = "A visit ends after it begins, on the same day, and is not in the future."
    zh = "拜访结束须晚于开始, 在同一天, 且不能在将来。"


class PlaceInvalid(Invalid):
    """No such place on earth."""

    code = "place_invalid"
    en = "The coordinates or their accuracy are not valid."
    zh = "坐标或精度无效。"


class NotEmployedThere(Refused):
    """Somebody named as met did not work for the company that day."""

    code = "not_employed_there"
    en = "{name} did not work for this company on {on}."
    zh = "{name} 在 {on} 不在该公司任职。"


class TargetsInvalid(Invalid):
    """A campaign needs companies, each once."""

    code = "targets_invalid"
    en = "A campaign needs at least one company, and each company once."
    zh = "活动至少需要一家目标公司, 且每家只能列一次。"


class WindowsInvalid(Invalid):
    """A window of no days says nothing."""

    code = "windows_invalid"
    en = "The windows of a campaign are at least one day long."
    zh = "活动的统计窗口至少为一天。"


class WalletInvalid(Invalid):
    """A purchase of nothing, or a period that ends before it begins."""

    code = "wallet_invalid"
    en = "Say how much was bought in a period that ends after it begins, and how sure you are, from 0 to 100."
    zh = "请填写采购量、有效期间以及 0 至 100 的可信度。"


class TaskDone(Refused):
    """A task is done once."""

    code = "crm_task_done"
    en = "This task is done already."
    zh = "该任务已完成。"


class RoleHeld(Refused):
    """The person has the role already."""

    code = "buying_role_held"
    en = "This person has the role {role} in this company already."
    zh = "此人在该公司已担任 {role} 角色。"
