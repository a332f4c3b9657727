"""The command ``decode``, as a program: bytes in, one JSON object a line out."""

import json
import os
import subprocess
import sys

import pytest

from tests.devices.frames.cases import CASES, Case

PROGRAM = [sys.executable, "-m", "devices", "decode"]
KEYS = ["protocol", "weight_grams", "stable", "net", "tare_grams", "flags", "raw"]
STREAM = b"\x02S S     100.00 g\r\nS S     1x0.00 g\r\nS +\r\nS D     129.07 g\r\nS S  "


def run(arguments: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], input=given, capture_output=True, timeout=60, check=False)


def arguments_of(case: Case) -> list[str]:
    return [
        "--protocol",
        case.protocol,
        *(str(part) for name, value in case.options.items() for part in (f"--{name}", value)),
    ]


@pytest.mark.parametrize("case", CASES[::5], ids=lambda case: case.name)
def test_a_reference_frame(case: Case) -> None:
    done = run(arguments_of(case), case.frame)
    assert (done.returncode, done.stderr) == (0, b"")
    record = json.loads(done.stdout)
    assert list(record) == KEYS
    assert {name: record[name] for name in case.expect} == case.expect
    assert (record["protocol"], record["raw"]) == (case.protocol, case.frame.hex())


def test_only_good_frames_are_printed_one_a_line() -> None:
    done = run(["--protocol", "mt-sics", "--counts"], STREAM)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(record["weight_grams"], record["flags"]) for record in records] == [
        (100, []),
        (None, ["overload"]),
        (129, ["moving"]),
    ]
    assert b"frames_ok=3 frames_bad=3" in done.stderr


def test_a_line_is_printed_while_the_pipe_stays_open() -> None:
    with subprocess.Popen(
        [*PROGRAM, "--protocol", "mt-sics"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdin
        assert program.stdout
        for byte in b"S S     100.00 g\r\n":
            os.write(program.stdin.fileno(), bytes([byte]))
        assert json.loads(program.stdout.readline())["weight_grams"] == 100
        os.write(program.stdin.fileno(), b"S S     200.00 g\r\n")
        assert json.loads(program.stdout.readline())["weight_grams"] == 200
        program.stdin.close()
        assert program.wait(timeout=30) == 0


def test_a_frame_that_waits_for_the_next_byte_is_printed_at_the_end() -> None:
    done = run(["--protocol", "yaohua-equals", "--direction", "reversed", "--length", "8"], b"x=00.3000")
    assert json.loads(done.stdout)["weight_grams"] == 3000


@pytest.mark.parametrize(
    "arguments",
    (
        ["--protocol", "morse"],
        ["--protocol", "mt-sics", "--unit", "stone"],
        ["--protocol", "yaohua-equals", "--direction", "sideways"],
        ["--protocol", "yaohua-equals", "--length", "99"],
        ["--protocol", "yaohua-equals", "--length", "eight"],
        ["--protocol", "mt-sics", "--colour", "red"],
        ["--protocol", "mt-sics", "extra"],
        [],
    ),
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_what_is_asked_wrongly_is_said_in_both_languages(arguments: list[str]) -> None:
    done = run(arguments, STREAM)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert "Error: " in said
    assert "错误：" in said
    assert "Traceback" not in said
