"""What counting refuses, and why."""

from wms.kernel.errors import Invalid, NotFound, Refused


class CountNotFound(NotFound):
    """No such count."""

    code = "count_not_found"
    en = "This count does not exist."
    zh = "该盘点不存在。"


class CountLineNotFound(NotFound):
    """No such line in this count."""

    code = "count_line_not_found"
    en = "This line does not belong to the count."
    zh = "该盘点中没有此行。"


class CountRequestWrong(Invalid):
    """The request does not hold together."""

    code = "count_request_wrong"
    en = "The count's request does not hold together: {what}."
    zh = "盘点请求内容不一致: {what}。"


class CountEmpty(Refused):
    """Nothing lies there."""

    code = "count_empty"
    en = "The book shows nothing to count there."
    zh = "账面上该处没有可盘点的货物。"


class CountOverlaps(Refused):
    """Somebody is counting this already."""

    code = "count_overlaps"
    en = "Lot {lot} is being counted already, in {count}."
    zh = "批次 {lot} 已在盘点 {count} 中。"


class CountStateWrong(Refused):
    """Not the turn of this step."""

    code = "count_state_wrong"
    en = "Count {count} is {state}; this step does not follow from there."
    zh = "盘点 {count} 处于 {state} 状态, 不能执行此步骤。"


class CountSamePerson(Refused):
    """The next pair of eyes must be another person's."""

    code = "count_same_person"
    en = "Somebody else must do this: you took part in count {count} before."
    zh = "须由他人执行: 您已参与盘点 {count}。"


class CountLineSettled(Refused):
    """Book and floor agree already, or somebody else counted it in this round."""

    code = "count_line_settled"
    en = "This line of count {count} needs no counting now."
    zh = "盘点 {count} 的此行现在无需再盘。"


class CountSurplus(Refused):
    """More was found than can have been lost."""

    code = "count_surplus"
    en = "{units} units more of lot {lot} were found than the book can take back ({units_lost} were booked as lost)."
    zh = "批次 {lot} 多出 {units} 件, 超过账面可冲回的数量 (曾记损失 {units_lost} 件)。"


class LossCurveWrong(Invalid):
    """The curve does not rise, or leaves the possible."""

    code = "loss_curve_wrong"
    en = "The loss curve is not right: {what}."
    zh = "损耗曲线有误: {what}。"
