"""The command ``decode``, as a program: bytes in, one JSON object a line out."""

import json
import os
import random
import subprocess
import sys

import pytest

from devices.frames import PROTOCOLS
from tests.devices.frames.cases import CASES, Case

PROGRAM = [sys.executable, "-m", "devices", "decode"]
KEYS = ["protocol", "weight_grams", "stable", "net", "tare_grams", "flags", "raw"]
STREAM = b"\x02S S     100.00 g\r\nS S     1x0.00 g\r\nS +\r\nS D     129.07 g\r\nS S  "


def run(arguments: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], input=given, capture_output=True, timeout=600, check=False)


def arguments_of(case: Case) -> list[str]:
    return [
        "--protocol",
        case.protocol,
        *(str(part) for name, value in case.options.items() for part in (f"--{name}", value)),
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_reference_frame_cut_anywhere_and_glued_to_the_next(case: Case) -> None:
    with subprocess.Popen(
        [*PROGRAM, *arguments_of(case)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdin
        for cut in range(len(case.frame)):
            os.write(program.stdin.fileno(), case.frame[:cut])
            os.write(program.stdin.fileno(), case.frame[cut:])
        printed, complaints = program.communicate(case.frame * 3, timeout=60)
    assert (program.returncode, complaints) == (0, b"")
    records = [json.loads(line) for line in printed.splitlines()]
    assert len(records) == len(case.frame) + 3
    for record in records:
        assert list(record) == KEYS
        assert {name: record[name] for name in case.expect} == case.expect
        assert (record["protocol"], record["raw"]) == (case.protocol, case.frame.hex())


@pytest.mark.parametrize(
    ("arguments", "stream", "expected"),
    (
        ("yaohua-a12", b"wn-003.17kg\r\nWG004.139kg3D\r\n", [-3170, 4139]),
        ("and-standard", b"ST,NT,+0012.34kg\rST,GS,+0012.35kg\r\n", [12_340, 12_350]),
        ("cas-22 --length 18", b"ST,GS,-0012.34kg\r\n", [-12_340]),
        ("cas-22 --length 10 --unit g", b"   13.50\r\n", [14]),
        ("toledo-continuous --length 17", b"\x02\x3b\x30\x20 12345     0\r", [1_234_500]),
        ("yaohua-continuous --unit lb", b"\x02+00200021B\x03", [9072]),
        ("yaohua-equals --direction forward --length 9 --unit t", b"=-0001.00", [-1_000_000]),
        ("yaohua-equals --direction reversed --length 9", b"=00.1000-", [-1000]),
        ("yaohua-command --address B", bytes.fromhex("0242442d3030313235303131430302414130300302"), [-125_000]),
        ("toledo-8217 --unit lb", b"\x02012.34N\r", [5597]),
        ("nci --status-inverted", b"\n12.345kg\r30\r\x03", [12_345]),
    ),
)
def test_what_an_instruments_menu_decides_is_an_option(arguments: str, stream: bytes, expected: list[int]) -> None:
    done = run(["--protocol", *arguments.split()], stream)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line)["weight_grams"] for line in done.stdout.splitlines()] == expected


def weights_in_noise(protocol: str, size: int) -> list[object]:
    done = run(["--protocol", protocol], random.Random(protocol).randbytes(size))
    assert (done.returncode, done.stderr) == (0, b"")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return [record for record in records if record["weight_grams"] is not None]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_quarter_of_a_megabyte_of_noise_is_no_weight(protocol: str) -> None:
    assert weights_in_noise(protocol, 256 * 1024) == []


@pytest.mark.faults
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_ten_megabytes_of_noise_are_no_weight(protocol: str) -> None:
    assert weights_in_noise(protocol, 10_000_000) == []


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
