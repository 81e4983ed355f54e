"""Native charts: their numbers are those of the library and can be edited on the slide."""

from math import ceil, floor
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from core.analysis.inert import inert
from core.formats import money, percent
from core.report.content import Bars, Bridge, Chart, Curve, ValueFormat
from core.report.deck.layout import ACCENT, GREY, INK, LIGHT, Box
from core.report.waterfall import Segments, segments_of

_UP, _DOWN, _OTHER = ACCENT, "D34503", "914F7A"
_FORMATS: dict[ValueFormat, str] = {
    "percent": "0%",
    "usd": '[>=1000000]$#,##0.0,,"M";[<=-1000000]-$#,##0.0,,"M";$#,##0',
    "points": "0.0",
    "number": "General",
}
_CELLS: dict[ValueFormat, str] = {
    "percent": "0.0%", "usd": "$#,##0", "points": "0.0", "number": "General",
}  # fmt: skip
"""Of the chart's own sheet."""

_COLORS = {"main": _UP, "low": "9CC8F5", "high": "9CC8F5", "other": GREY}
_TICK = 0.05
_LOWEST = -0.5
"""Margins below are not drawn: the axis would hide the rest."""


def draw_chart(slide: Any, chart: Chart, box: Box) -> None:
    """Put a chart on a slide."""
    place = (Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    if isinstance(chart, Curve):
        drawn = _curve(slide, chart, place)
    elif isinstance(chart, Bridge):
        drawn = _bridge(slide, chart, place)
    else:
        drawn = _bars(slide, chart, place)
    drawn.font.size, drawn.font.name = Pt(10), "Arial"
    drawn.font.color.rgb = RGBColor.from_string(INK)
    drawn.has_title = True
    frame = drawn.chart_title.text_frame
    frame.text = chart.title
    frame.paragraphs[0].runs[0].font.size = Pt(12)
    frame.paragraphs[0].runs[0].font.bold = True


def _curve(slide: Any, chart: Curve, place: tuple[Any, ...]) -> Any:
    kind = XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS
    drawn = slide.shapes.add_chart(kind, *place, _points(chart)).chart
    every = list(drawn.plots[0].series)
    for line, series in zip(chart.lines, every, strict=False):
        series.smooth = False
        series.format.line.color.rgb = RGBColor.from_string(_COLORS[line.role])
        series.format.line.width = Pt(2.5 if line.role == "main" else 1.25)
        if line.role == "other":
            series.format.line.dash_style = MSO_LINE.DASH
    for series in every[len(chart.lines) :]:
        _dot(series)
    _axis(drawn.category_axis, chart.x_title, chart.x_format)
    _axis(drawn.value_axis, chart.y_title, chart.y_format)
    drawn.category_axis.minimum_scale = floor(min(chart.x) / _TICK) * _TICK
    drawn.category_axis.maximum_scale = ceil(max(chart.x) / _TICK) * _TICK
    drawn.category_axis.major_unit = _TICK
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    shown = [v for line in chart.lines for v in line.values if v is not None]
    if chart.y_format == "percent" and min(shown) < _LOWEST:
        drawn.value_axis.minimum_scale = _LOWEST
    _legend(drawn)
    return drawn


def _points(chart: Curve) -> XyChartData:
    """Every line, and every mark as a series of one point."""
    data = XyChartData(number_format=_CELLS[chart.y_format])
    for line in chart.lines:
        series = data.add_series(inert(line.name))
        for x, y in zip(chart.x, line.values, strict=True):
            if y is not None:
                series.add_data_point(x, y)
    for mark in chart.marks:
        data.add_series(inert(mark.name)).add_data_point(mark.x, mark.y)
    return data


def _dot(series: Any) -> None:
    """A mark: a point and no line."""
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = RGBColor.from_string(_DOWN)


def _bridge(slide: Any, chart: Bridge, place: tuple[Any, ...]) -> Any:
    parts: Segments = segments_of(chart)
    data = CategoryChartData(number_format=_CELLS[chart.format])
    data.categories = [inert(name) for name in parts.names]
    for name, values in parts.series:
        data.add_series(name, values)
    kind = XL_CHART_TYPE.COLUMN_STACKED
    drawn = slide.shapes.add_chart(kind, *place, data).chart
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    colors = {"total": GREY, "adds": _UP, "takes": _DOWN}
    for series in plot.series:
        if series.name == "base":
            series.format.fill.background()
            continue
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(
            colors[series.name.partition(" ")[0]]
        )
        _labels(series, parts)
    _axis(drawn.value_axis, chart.axis, chart.format)
    drawn.category_axis.tick_labels.font.size = Pt(9)
    drawn.has_legend = False
    return drawn


def _labels(series: Any, parts: Segments) -> None:
    """What each bar is, beside it: the height of a step says less than its number."""
    for i, (value, said) in enumerate(zip(series.values, parts.said, strict=True)):
        if not value:
            continue
        label = series.points[i].data_label
        label.position = XL_LABEL_POSITION.INSIDE_END
        label.has_text_frame = True
        label.text_frame.text = said
        run = label.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(9), True
        run.font.color.rgb = RGBColor.from_string("FFFFFF")


def _bars(slide: Any, chart: Bars, place: tuple[Any, ...]) -> Any:
    data = CategoryChartData(number_format=_CELLS[chart.format])
    data.categories = [inert(name) for name in reversed(chart.categories)]
    for name, values in chart.series:
        data.add_series(
            inert(name), [None if v is None else v - chart.base for v in reversed(values)]
        )
    kind = XL_CHART_TYPE.BAR_CLUSTERED
    drawn = slide.shapes.add_chart(kind, *place, data).chart
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    for series, color in zip(plot.series, (_DOWN, _UP), strict=False):
        is_alone = len(chart.series) == 1
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(_UP if is_alone else color)
        series.invert_if_negative = False
    _axis(drawn.value_axis, _axis_title(chart), chart.format)
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if len(chart.series) > 1:
        _legend(drawn)
    else:
        drawn.has_legend = False
    return drawn


def _axis_title(chart: Bars) -> str:
    if chart.base_name:
        at = money(chart.base) if chart.format == "usd" else percent(chart.base)
        return f"change of {chart.axis} from {at} ({chart.base_name})"
    return f"{chart.axis}; {chart.goal[0]}" if chart.goal else chart.axis


def _axis(axis: Any, name: str, how: ValueFormat) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = name
    axis.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(10)
    axis.axis_title.text_frame.paragraphs[0].runs[0].font.bold = False
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _FORMATS[how], False
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LIGHT)


def _legend(drawn: Any) -> None:
    drawn.has_legend = True
    drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
    drawn.legend.include_in_layout = False
    drawn.legend.font.size = Pt(9)
