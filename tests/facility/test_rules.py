"""Transitions and slot codes, without a database."""

import string
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms import facility
from wms.facility import rules
from wms.kernel.check_sign import check_character

S, E = facility.RoomState, facility.RoomEventKind
letters = st.sampled_from(string.ascii_uppercase + string.digits)
bodies = st.builds(
    lambda room, row, bay, level: rules.slot_code(room, row, bay, level),
    st.text(letters, min_size=1, max_size=8),
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(1, 99),
)


def test_every_pair_is_legal_with_a_next_state_or_refused():
    for state, event, storage_type in product(S, E, facility.StorageType):
        allowed = facility.next_states(state, storage_type)
        if event in allowed:
            assert rules.next_state(state, event, storage_type) is allowed[event]
        else:
            with pytest.raises(facility.RoomEventRefused):
                rules.next_state(state, event, storage_type)


def test_every_state_is_reached_and_every_room_gets_empty_again():
    for storage_type in facility.StorageType:
        reached = {S.EMPTY}
        while True:
            more = {new for state in reached for new in facility.next_states(state, storage_type).values()}
            if more <= reached:
                break
            reached |= more
        assert reached == set(S) - ({S.UNDER_CA} if storage_type is facility.StorageType.RA else set())


def test_a_slot_code_reads_as_its_place():
    code = facility.slot_code("A3", 2, 11, 4)
    assert code.startswith("A3-02-11-4-")
    assert facility.is_code_right(code)
    assert rules.normal_code(f"  {code.lower()} ") == code


def test_the_check_character_is_iso_7064_mod_37_36():
    assert check_character("A12425GABC1234002") == "M"  # the standard's example, a GRid


@given(code=bodies, at=st.integers(0, 30), letter=letters)
def test_every_single_wrong_character_is_found(code, at, letter):
    spots = [spot for spot, sign in enumerate(code) if sign != "-"]
    spot = spots[at % len(spots)]
    wrong = code[:spot] + letter + code[spot + 1 :]
    assert facility.is_code_right(wrong) is (wrong == code)


@pytest.mark.parametrize("code", ["", "-", "A3", "A3-02-11-4", "A3-02-11-4-", "A3-02-11-4-XX", "A3-02-11-4-*"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(facility.CodeMalformed):
        rules.normal_code(code)
