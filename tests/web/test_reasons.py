"""Every reason for which a message is buried has its sentence, with just the blanks it is given."""

import re
import string
from pathlib import Path

import pytest

from devices.messages import PAYLOAD_BYTES_MAX, BadMessage, decode
from wms.telemetry.rules.reasons import KEY_STORED, KEY_TWICE, NO_INSTANT, NO_SOURCE, NOT_FOR_US, Reason, refused
from wms.web.reasons import REASON

ROOT = Path(__file__).parents[2]
UP = "cw/v1/yt1/gw-a1/up/m"
GOOD = b'{"v":1,"gw":"gw-a1","ep":1,"seq":1,"clk":"ntp","live":true,"t0":0,"r":[["t1",0,1]]}'


def blanks(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    (
        ("cw/v1/x", GOOD, "topic"), (UP, b" " * (PAYLOAD_BYTES_MAX + 1), "size"), (UP, b"{", "json"),
        (UP, b"\xff", "json"),
        (UP, GOOD.replace(b'"v":1', b'"v":2'), "version"), (UP, GOOD.replace(b"gw-a1", b"gw-b2"), "gateway"),
        (UP, GOOD.replace(b'"ntp"', b'"free"'), "clock"), (UP, GOOD.replace(b'"seq":1,', b""), "shape_missing"),
        (UP, GOOD.replace(b'"seq":1', b'"seq":"x"'), "shape_type"),
        (UP, GOOD.replace(b'"ntp"', b'"sun"'), "shape_word"),
        (UP, GOOD.replace(b'"seq":1', b'"seq":0'), "shape_rule"),
        (UP, GOOD.replace(b'["t1"', b'["T 1"'), "shape_rule"),
        (UP, b"[]", "shape_type"), (UP, GOOD.replace(b"0,1]", b"-1,1]"), "instant"),
        (UP, GOOD.replace(b"0,1]", b"0,1e40]"), "number"),
    ),
)  # fmt: skip
def test_a_message_outside_the_contract_is_told_by_code_and_values(topic, payload, code):
    with pytest.raises(BadMessage) as raised:
        decode(topic, payload)
    reason = Reason.of(raised.value)
    assert (reason.code, blanks(REASON[code])) == (code, set(reason.values))
    assert reason.text == str(raised.value)


@pytest.mark.parametrize("reason", (KEY_STORED, KEY_TWICE, NO_INSTANT, NO_SOURCE, NOT_FOR_US, refused(ValueError("x"))))
def test_our_own_reasons_have_their_sentence(reason):
    assert blanks(REASON[reason.code]) == set(reason.values)


def test_every_adapters_reason_has_its_sentence():
    found = {}
    for path in (ROOT / "wms" / "telemetry" / "rules").rglob("*.py"):
        text = path.read_text("utf-8")
        for call in re.finditer(r"raise unreadable\((.*?)\)(?: from \w+)?(?:  #.*)?$", text, re.DOTALL | re.MULTILINE):
            code = re.match(r'\s*"(\w+)"', call[1])
            assert code, (path, call[0])
            found[code[1]] = set(re.findall(r"[,(]\s*(\w+)=", call[1]))
    assert len(found) > 15
    assert {code: blanks(REASON.get(code, "{no sentence}")) for code in found} == found
