"""The box between hearing and writing holds so much and no more, and gives what is worth a transaction."""

import threading
import time

import pytest

from wms import telemetry
from wms.workers import letterbox
from wms.workers.letterbox import Full, Letterbox, Pending


def letters(count, size=10):
    return [Pending(1, n, telemetry.Arrived("t", b"x" * size)) for n in range(count)]


def test_letters_come_out_in_order_and_once():
    box = Letterbox()
    box.put(letters(10), 1)
    assert [one.mid for one in box.take()] == list(range(10))
    assert box.take() == []


def test_a_transaction_gets_so_many_letters_and_so_many_bytes():
    box = Letterbox()
    box.put(letters(letterbox.BATCH_LETTERS + 5), 1)
    assert (len(box.take()), len(box.take())) == (letterbox.BATCH_LETTERS, 5)
    box.put(letters(100, 50_000), 1)
    assert len(box.take()) == letterbox.BATCH_BYTES // 50_000 + 1


def test_much_is_given_at_once():
    box = Letterbox()
    box.put(letters(letterbox.ENOUGH_LETTERS), 1)
    began = time.monotonic()
    box.take()
    assert time.monotonic() - began < letterbox.BATCH_S


@pytest.mark.parametrize(("count", "size"), ((letterbox.LETTERS_MAX, 1), (68, 1_000_000)))
def test_a_full_box_lets_wait_and_then_says_so(count, size):
    box = Letterbox()
    box.put(letters(count, size), 1)
    with pytest.raises(Full):
        box.put(letters(1), 0.05)
    taker = threading.Timer(0.05, box.take)
    taker.start()
    box.put(letters(1), 10)
    taker.join()


def test_a_new_connection_empties_it():
    box = Letterbox()
    box.put(letters(letterbox.LETTERS_MAX), 1)
    box.clear()
    assert box.take() == []
    box.put(letters(1), 0.01)
