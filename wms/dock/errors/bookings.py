"""What can be refused about arrivals booked ahead."""

from wms.kernel.errors import Invalid, NotFound, Refused


class BookingNotFound(NotFound):
    """No such booking, or somebody else's."""

    code = "booking_not_found"
    en = "This booking does not exist, or is not yours to see."
    zh = "预约不存在, 或您无权查看。"


class BookingInvalid(Invalid):
    """A value of the booking makes no sense."""

    code = "booking_invalid"
    en = "The booking is not valid: {what}."
    zh = "预约内容有误: {what}。"


class BookingDayWrong(Invalid):
    """The day has passed, or is too far away."""

    code = "booking_day_wrong"
    en = "An arrival is booked for a day from {first_on} to {last_on}."
    zh = "到货日期须在 {first_on} 至 {last_on} 之间。"


class BookingNotOpen(Refused):
    """It was cancelled, has arrived, or is not confirmed."""

    code = "booking_not_open"
    en = "Booking {booking} is {state}; this cannot be done with it any more."
    zh = "预约 {booking} 状态为 {state}, 不能再这样操作。"


class WindowFull(Refused):
    """As many trucks are booked as the dock takes then."""

    code = "arrival_window_full"
    en = "From {from_text} to {to_text} {trucks} trucks are booked already. Choose another time."
    zh = "{from_text} 至 {to_text} 已预约 {trucks} 车, 请另选时间。"
