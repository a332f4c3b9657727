"""What may be wrong with a truck that gathers exits."""

from wms.kernel.errors import Invalid, NotFound, Refused


class LoadingNotFound(NotFound):
    """No such loading."""

    code = "loading_not_found"
    en = "There is no loading {loading_id}."
    zh = "没有装车单 {loading_id}。"


class LoadingLineNotFound(NotFound):
    """The loading has no such line."""

    code = "loading_line_not_found"
    en = "The pick list has no such line."
    zh = "拣货单上没有这一行。"


class LoadingOver(Refused):
    """The truck was checked, or the loading given up."""

    code = "loading_over"
    en = "The loading is {state}: nothing more is picked or loaded."
    zh = "装车单状态为 {state}, 不能再拣货或装车。"


class LoadingRequestWrong(Invalid):
    """The request contradicts itself."""

    code = "loading_request_wrong"
    en = "The request is wrong: {what}."
    zh = "请求有误: {what}。"


class ExitOfOtherTruck(Refused):
    """One truck, one collector."""

    code = "exit_of_other_truck"
    en = "That exit is collected by {collector_name} with {plate}: another truck."
    zh = "该出库单由 {collector_name} 用 {plate} 提货, 不是这辆车。"


class ExitOnLoading(Refused):
    """An exit is gathered once, and picked by its list."""

    code = "exit_on_loading"
    en = "That exit is on a loading: pick it by its list, or take it off the loading first."
    zh = "该出库单已在装车单上: 请按拣货单拣货, 或先将其移出装车单。"


class NotOnLoading(Refused):
    """What was scanned belongs to no exit of this truck."""

    code = "not_on_loading"
    en = "{lot} is not on this truck's list: put it down."
    zh = "{lot} 不在这辆车的单子上, 请放下。"


class UnitScannedTwice(Refused):
    """One label counts once."""

    code = "unit_scanned_twice"
    en = "The label {sscc} was scanned already."
    zh = "标签 {sscc} 已扫过。"


class PickBeyondList(Refused):
    """More than the list asks for."""

    code = "pick_beyond_list"
    en = "{units_left} units of {lot} are left there on the list, not {units}."
    zh = "单上 {lot} 此处还应拣 {units_left} 件, 不是 {units} 件。"


class LoadIncomplete(Refused):
    """The truck may not be closed: something of the list is not on it, not weighed, or short."""

    code = "load_incomplete"
    en = "{lot}: {picked} of {units} units picked, {weighed} weighed, {loaded} loaded. The truck is not complete."
    zh = "{lot}: 应 {units} 件, 已拣 {picked} 件, 已过磅 {weighed} 件, 已装车 {loaded} 件。车未装齐。"


class LoadNotChecked(Refused):
    """Exits of a loading close once its truck was checked."""

    code = "load_not_checked"
    en = "The truck {plate} was not checked: everything on the list, nothing else."
    zh = "车辆 {plate} 尚未核对装车: 单上货物齐全且无其他货物。"


class TruckNotClosed(Refused):
    """Something on the truck was not settled."""

    code = "truck_not_closed"
    en = "Another exit on the truck {plate} is not closed yet: it may not drive out."
    zh = "车辆 {plate} 上还有未办结的出库单, 不能放行。"
