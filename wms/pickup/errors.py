"""What the pickup room can refuse."""

from wms.kernel.errors import Forbidden, Invalid, NotFound, Refused


class AuthorityNotFound(NotFound):
    """No such authority, or not yours."""

    code = "authority_not_found"
    en = "There is no such authority to collect."
    zh = "没有此提货授权。"


class AppointmentNotFound(NotFound):
    """No such appointment, or not yours."""

    code = "appointment_not_found"
    en = "There is no such appointment."
    zh = "没有此提货预约。"


class AuthorityInvalid(Invalid):
    """An authority names a person, an identity number's end, a plate and days."""

    code = "authority_invalid"
    en = (
        "An authority names who collects, at least the last four digits of their identity card, a plate, and days that "
        "end after they begin; a limit of units is at least one."
    )
    zh = "授权须写明提货人、身份证号(至少后四位)、车牌和起止日期(止晚于起); 件数上限至少为一。"


class DockHoursInvalid(Invalid):
    """Hours of a dock begin before they end, and hold whole windows."""

    code = "dock_hours_invalid"
    en = (
        "A dock opens before it closes, its windows last 10 to 480 minutes and take at least one truck, on days 1 to 7."
    )
    zh = "月台开放时间须早于关闭时间, 每个时段 10 至 480 分钟, 至少一辆车, 星期为 1 至 7。"


class WindowUnknown(Invalid):
    """The dock has no such window on that day."""

    code = "pickup_window_unknown"
    en = "Dock {dock} has no window at {start} on {on}, or the day is over."
    zh = "月台 {dock} 在 {on} {start} 没有时段, 或该日已过。"


class AuthorityNeedsPaper(Forbidden):
    """Staff write an authority down only from the party's own paper."""

    code = "authority_needs_paper"
    en = "An authority written down by staff names the paper it was given on."
    zh = "由库方人员登记的授权须注明书面授权文件。"


class AuthorityRevoked(Refused):
    """What was revoked is revoked."""

    code = "authority_revoked"
    en = "This authority was revoked already."
    zh = "该授权已撤销。"


class CollectorNotAuthorised(Refused):
    """Neither the receiver, nor named by them, nor authorised for this truck today."""

    code = "collector_not_authorised"
    en = (
        "{collector} is not {receiver}, does not work for them, was not named by them, and has no authority in force "
        "for the truck {plate}: the receiver gives one on the phone or on paper."
    )
    zh = (
        "{collector} 不是 {receiver} 本人或其员工, 未由其指定, 也没有车牌 {plate} 当日有效的提货授权: "
        "请收货方在手机上或书面授权。"
    )


class CollectorIdDiffers(Refused):
    """The card shown is another's."""

    code = "collector_id_differs"
    en = "The identity card of {collector} is not the one that was authorised: read its last four digits again."
    zh = "{collector} 的身份证号与授权不符: 请重新核对后四位。"


class AuthorityUsedUp(Refused):
    """The limit of the authority is less than the load."""

    code = "authority_used_up"
    en = "The authority of {collector} covers {left} more units, this load has {units}."
    zh = "{collector} 的授权还剩 {left} 件, 本车为 {units} 件。"


class WindowFull(Refused):
    """No truck more in this window."""

    code = "pickup_window_full"
    en = "Dock {dock} takes no truck more at {start} on {on}: choose another window."
    zh = "月台 {dock} {on} {start} 时段已满: 请另选时段。"


class AppointmentStands(Refused):
    """An exit has one appointment."""

    code = "appointment_stands"
    en = "This exit has an appointment already: move it."
    zh = "该出库单已有预约: 请改期。"


class AppointmentOver(Refused):
    """What is over cannot be moved."""

    code = "appointment_over"
    en = "This appointment is over: {state}."
    zh = "该预约已结束: {state}。"


class NothingToCollect(Refused):
    """The exit is closed or given up."""

    code = "nothing_to_collect"
    en = "This exit is over; there is nothing to collect."
    zh = "该出库单已结束, 没有可提的货。"
