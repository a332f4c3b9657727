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


class SeasonNotFound(NotFound):
    """There is no such season."""

    code = "season_not_found"
    en = "There is no such season."
    zh = "没有此季。"


class SeasonOverlaps(Refused):
    """Two seasons would share days, or a code."""

    code = "season_overlaps"
    en = "The season {season} has some of these days, or this name, already."
    zh = "{season} 季已含其中日期, 或名称相同。"


class SeasonStateWrong(Refused):
    """A season is opened, then closed, then archived."""

    code = "season_state_wrong"
    en = "The season {season} is {state}."
    zh = "{season} 季的状态为 {state}, 不能这样做。"


class SeasonNotOver(Refused):
    """A season is closed after its last day."""

    code = "season_not_over"
    en = "The season {season} runs until {until_on}."
    zh = "{season} 季到 {until_on} 才结束。"


class SeasonStillMoving(Refused):
    """Goods are on their way out, or being counted: what is carried over would not be what is there."""

    code = "season_still_moving"
    en = "First finish {exits} exits and {counts} counts that are under way."
    zh = "请先完成进行中的 {exits} 笔出库和 {counts} 次盘点。"


class SeasonNeedsNext(Refused):
    """Lots are still here and no open season follows to carry them into."""

    code = "season_needs_next"
    en = "{lots} lots are still here: open the next season first, so that they go on in it."
    zh = "还有 {lots} 个批次在库, 请先开下一季以便结转。"


class SeasonSamePerson(Refused):
    """Who closed a season does not archive it."""

    code = "season_same_person"
    en = "Another person than the one who closed the season must archive it."
    zh = "归档须由关季者以外的人操作。"
