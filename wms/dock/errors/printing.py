"""What can be refused about printing."""

from wms.kernel.errors import Invalid, NotFound, Refused


class ReprintNeedsReason(Invalid):
    """It was printed before."""

    code = "reprint_needs_reason"
    en = "This was printed {times} times before: say why it is printed again."
    zh = "此单据已打印 {times} 次, 请填写重打原因。"


class PrintJobNotFound(NotFound):
    """No such job."""

    code = "print_job_not_found"
    en = "There is no such print job."
    zh = "没有此打印任务。"


class PrintJobOver(Refused):
    """Printed or cancelled."""

    code = "print_job_over"
    en = "This print job is {state}; print anew if it is wanted."
    zh = "此打印任务状态为 {state}, 如需要请重新打印。"
