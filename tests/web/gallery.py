"""The style guide as a small app of its own: every component with sample data, and a scale and a room that answer.

`python -m tests.web.gallery` serves it on 127.0.0.1:8099 for looking at; tests use `gallery_app`.
"""

import itertools
import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import segno
from flask import Flask, Response, render_template, request
from markupsafe import Markup

from wms.kernel.errors import Refused, WmsError
from wms.web import preferences
from wms.web.error_pages import error_page, unexpected_page
from wms.web.navigation import WORKPLACES, NavItem, register_navigation
from wms.web.shell import Person, Place, register_web_environment, say

SCENES = Path(__file__).parent / "scenes"
SAMPLE = SimpleNamespace(
    price=Decimal("8.4000"),
    day=date(2026, 10, 18),
    qr=Markup(segno.make("https://example.cn/c/000318").svg_inline(scale=3)),
    exits=[
        ("X-1018-01", ("刘秀英", "Liu Xiuying"), ("80# 一二级 片红", "80# gr. 1–2 blush"), 12_400_000, 88_360_00,
         (("已放行", "Released"), "ok")),
        ("X-1018-02", ("蓬莱 客商 孙立", "Sun Li, Penglai"), ("75# 统货 条纹", "75# ungraded"), 20_160_500, 139_482_50,
         (("待付款", "Awaiting payment"), "warn")),
        ("X-1018-03", ("王国栋", "Wang Guodong"), ("85# 一二级 片红", "85# gr. 1–2 blush"), 160_000, 1_201_00,
         (("已拒绝: 质押", "Refused: pledged"), "danger")),
    ],
)  # fmt: skip
NAV = {
    "terminal": [
        ("Today", "今日", "list", "F1"),
        ("Intake", "入库", "truck", "F2"),
        ("Weigh", "过磅", "scale", "F3"),
        ("Put away", "上架", "crate", "F5"),
        ("Exits", "出库", "gate", "F6"),
        ("Search", "查找", "search", "F7"),
    ],
    "portal": [
        ("My lots", "我的货", "apple", ""),
        ("Offers", "报价", "coins", ""),
        ("Payments", "收款", "receipt", ""),
        ("Help", "帮助", "phone", ""),
    ],
    "board": [
        ("Goods", "货盘", "board", ""),
        ("Requests", "询价", "send", ""),
        ("Deals", "成交", "check", ""),
        ("Pick-up", "提货", "truck", ""),
    ],
    "desk": [
        ("Now", "待办", "bell", ""),
        ("Lots", "批次", "apple", ""),
        ("Advances", "预付", "coins", ""),
        ("Exits today", "出库", "gate", ""),
        ("Ledger", "账簿", "book", ""),
        ("Prices", "价格", "chart", ""),
        ("People", "往来", "person", ""),
    ],
    "control": [
        ("Rooms", "库房", "room", ""),
        ("Alarms", "报警", "bell", ""),
        ("Sensors", "探头", "temp", ""),
        ("Calibration", "校准", "wrench", ""),
    ],
}
NAV_ZH = {label: zh for items in NAV.values() for label, zh, _, _ in items}


def sample_words(zh: str, en: str) -> str:
    """Return the sample text in the reader's language."""
    return zh if preferences.current().language == "zh" else en


def gallery_app() -> Flask:
    """Return an app that serves the style guide at / and the scenes at /scene/<workplace>."""
    app = Flask("gallery", static_folder=None, template_folder=str(SCENES))
    app.secret_key = "for sample pages only"
    app.config["TESTING"] = True
    register_web_environment(app, zone=ZoneInfo("Asia/Shanghai"))
    app.jinja_env.filters["decimal"] = Decimal
    app.jinja_env.globals.update(t=sample_words, sample=SAMPLE, _=_say)
    app.extensions["coldlot_person"] = lambda: Person(sample_words("周敏", "Zhou Min"), "clerk", "/out", "/switch")
    app.extensions["coldlot_place"] = lambda: Place(
        sample_words("烟台一库", "Yantai store 1"), SAMPLE.day, sample_words("北门", "North dock")
    )
    app.add_url_rule("/", "gallery", lambda: render_template("components/gallery.html"))
    app.add_url_rule("/scene/<name>", "scene", lambda name: render_template(f"{name}.html"))
    app.add_url_rule("/sample/<what>", "sample", sample_answer)
    app.register_error_handler(WmsError, lambda error: error_page(error, request_id="0192f3a4-77c1"))
    app.register_error_handler(404, lambda error: unexpected_page(404, request_id="0192f3a4-77c1"))
    for workplace in WORKPLACES:
        _navigate(app, workplace)
    return app


def _say(message: str, /, **values: object) -> str:
    """Say a sentence; the labels of the sample navigation are not in any catalogue."""
    return NAV_ZH[message] if message in NAV_ZH and preferences.current().language == "zh" else say(message, **values)


def _navigate(app: Flask, workplace: str) -> None:
    items = []
    for number, (label, _, icon, key) in enumerate(NAV[workplace]):
        endpoint = f"{workplace}_{number}"
        app.add_url_rule(
            f"/scene/{workplace}" if number == 0 else f"/{workplace}/{number}",
            endpoint,
            lambda: render_template(f"{request.path.rsplit('/', 1)[1]}.html"),
        )
        items.append(NavItem(label, endpoint, icon, key, count=(lambda: 2) if number == 1 else None))
    register_navigation(app, workplace, items)


def sample_answer(what: str) -> Response:
    """Answer as the live endpoints do: a stable scale, one that says nothing, a month of a room."""
    if what == "events":
        return Response(_events(request.args["instrument"]), mimetype="text/event-stream")
    if what == "refused":
        raise Refused
    if what == "curve":
        return Response(json.dumps(_curve()), mimetype="application/json")
    return Response(status=404)


def _events(instrument: str) -> Iterator[str]:
    for _ in itertools.count():
        event = {
            "instrument": instrument, "weight_grams": 1_284_600, "stable": True, "net": True, "tare_grams": 38_500,
            "flags": [], "age_ms": 40, "seq": 41,
        }  # fmt: skip
        yield f"event: weight\ndata: {json.dumps(event)}\n\n"
        time.sleep(0.25)


def _curve() -> dict[str, list[object]]:
    start, step = 1_790_000_000, 3600
    x = [start + n * step for n in range(720)]
    air = [
        -0.5 + 0.3 * ((n * 7 % 24) / 24 - 0.5) + (3.2 if n > 700 else 0) + (1.4 if n % 170 < 3 else 0)
        for n in range(720)
    ]
    fruit = [-0.2 + 0.05 * ((n % 48) / 48) + (0.8 * (n - 700) / 20 if n > 700 else 0) for n in range(720)]
    return {
        "x": [*x],
        "y": [[round(v, 2) if not 400 < n < 430 else None for n, v in enumerate(air)], [round(v, 2) for v in fruit]],
    }


if __name__ == "__main__":
    gallery_app().run("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8099, threaded=True)
