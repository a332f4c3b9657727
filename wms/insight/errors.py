"""What the insight room refuses."""

from wms.kernel.errors import Invalid, NotFound, Refused, Unavailable


class SubjectNotFound(NotFound):
    """Nothing of that number is there, or none that the reader may see."""

    code = "trace_subject_not_found"
    en = "Nothing here carries the number {number}, or it is not yours to see."
    zh = "没有编号为 {number} 的批次、筐签、入库单、仓单、发票或成交, 或您无权查看。"


class FamilyTooLarge(Refused):
    """More lots hang together than one page or file should hold."""

    code = "trace_too_large"
    en = "More than {most} lots belong together here; ask for a narrower question."
    zh = "相关批次超过 {most} 个, 请缩小范围。"


class QuestionWrong(Invalid):
    """A report or a recall was asked for with something that cannot be."""

    code = "question_wrong"
    en = "This cannot be asked: {what} is missing or wrong."
    zh = "无法查询: {what} 缺失或有误。"


class RecallNotFound(NotFound):
    """There is no such recall."""

    code = "recall_not_found"
    en = "There is no such recall."
    zh = "没有此召回。"


class RecallEnded(Refused):
    """The recall's clock was stopped; what stands is held and lifted by hand."""

    code = "recall_ended"
    en = "The recall {recall} has ended; start a new one."
    zh = "召回 {recall} 已结束, 请新开一次。"


class NothingSuspected(Refused):
    """The question touches no lot."""

    code = "recall_touches_nothing"
    en = "No lot fits this question."
    zh = "没有符合条件的批次。"


class FileNotFound(NotFound):
    """There is no such file, or somebody else asked for it, or it is not made yet, or its days are over."""

    code = "report_file_not_found"
    en = "There is no such file, or it is not ready, or too old."
    zh = "没有此文件, 或尚未生成, 或已过期。"


class FileBusy(Unavailable):
    """Another worker is at it, or has taken it over."""

    code = "report_file_busy"
    en = "This file is being made by another worker."
    zh = "此文件正由另一进程生成。"
