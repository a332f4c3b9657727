"""What quality data and instrument files refuse."""

from wms.kernel.errors import Invalid, NotFound


class ParameterUnknown(Invalid):
    """Nothing of this name is measured here."""

    code = "quality_parameter_unknown"
    en = "There is no quality parameter {parameter}."
    zh = "没有质量参数 {parameter}。"


class QualityWrong(Invalid):
    """A parameter, limit or plan that does not hold together."""

    code = "quality_wrong"
    en = "This quality setting does not hold together: {what}."
    zh = "质量设置有误: {what}。"


class MappingNotFound(NotFound):
    """No mapping of this name."""

    code = "instrument_mapping_not_found"
    en = "There is no mapping called {name}."
    zh = "没有名为 {name} 的列对应设置。"


class ReadingsWrong(Invalid):
    """Some rows of the file cannot be taken; nothing was."""

    code = "instrument_readings_wrong"
    en = "{bad} rows of the file cannot be taken, the first in line {line} ({why}); nothing was taken."
    zh = "文件中有 {bad} 行不能导入, 首个在第 {line} 行 ({why}); 未导入任何数据。"
