"""The table of a deal's life: every pair of a state and an event is decided."""

from itertools import product

import pytest

from wms.trading.errors import EventRefused
from wms.trading.rules.deal_states import HOLDING, LOADING, TABLE, Event, State, next_state

MAIN = [
    (Event.CONFIRM_ONE, State.PROPOSED), (Event.CONFIRM_BOTH, State.CONFIRMED), (Event.ASK_DEPOSIT, State.DEPOSIT_DUE),
    (Event.RECEIVE_DEPOSIT, State.DEPOSIT_RECEIVED), (Event.ASK_BALANCE, State.BALANCE_DUE),
    (Event.RECEIVE_BALANCE, State.RELEASABLE), (Event.PICK, State.PICKING), (Event.LOAD, State.LOADED),
    (Event.WEIGH, State.WEIGHED), (Event.EXIT, State.EXITED), (Event.SETTLE, State.SETTLED),
    (Event.CLOSE, State.CLOSED),
]  # fmt: skip


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_pair_has_a_next_state_or_is_refused_with_a_code(state: State, event: Event) -> None:
    if (state, event) in TABLE:
        assert next_state(state, event) is TABLE[(state, event)]
        return
    with pytest.raises(EventRefused) as refused:
        next_state(state, event)
    assert refused.value.code == "event_refused"
    assert refused.value.values == {"state": state.value, "event": event.value}


def test_the_main_way() -> None:
    state = State.PROPOSED
    for event, expected in MAIN:
        state = next_state(state, event)
        assert state is expected


ENDS = {
    State.CLOSED, State.LAPSED, State.BUYER_DEFAULT, State.SELLER_DEFAULT, State.CANCELLED_MUTUAL,
    State.RESOLVED_ADJUSTED, State.RESOLVED_REPLACED, State.RESOLVED_TAKEN_BACK, State.RESOLVED_REJECTED,
}  # fmt: skip


def test_ends_are_ends_and_nothing_else_is() -> None:
    assert {state for state in State if not any(start is state for start, _ in TABLE)} == ENDS


def test_every_state_can_be_reached() -> None:
    reached, border = {State.PROPOSED}, [State.PROPOSED]
    while border:
        here = border.pop()
        for (start, _), after in TABLE.items():
            if start is here and after not in reached:
                reached.add(after)
                border.append(after)
    assert reached == set(State)


def test_nobody_cancels_or_defaults_once_goods_are_on_the_truck() -> None:
    for state in (State.LOADED, State.WEIGHED, State.EXITED, State.SETTLED, State.CLOSED):
        for event in (Event.CANCEL, Event.LAPSE, Event.DEFAULT_BUYER, Event.DEFAULT_SELLER):
            assert (state, event) not in TABLE


def test_units_are_held_from_confirmation_until_they_left() -> None:
    assert State.PROPOSED not in HOLDING
    assert not HOLDING & ENDS
    state = State.RELEASABLE
    for event in LOADING:
        assert state in HOLDING
        state = next_state(state, event)
