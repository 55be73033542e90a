"""The table of a wave's states."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.base.errors import InputError
from releve.transition.states import STANDING, TABLE, Action, Event, State, mermaid, step

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "wave-states.md"


def test_every_state_has_a_row_and_every_event_a_use() -> None:
    assert set(TABLE) == set(State)
    assert {event for row in TABLE.values() for event in row} == set(Event)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, ahead = set(), [State.DRAFT]
    while ahead:
        state = ahead.pop()
        reached.add(state)
        ahead += [after for after, _ in TABLE[state].values() if after not in reached]
    assert reached == set(State)


def test_an_event_that_is_not_allowed_is_refused_with_what_is() -> None:
    with pytest.raises(InputError) as refused:
        step(State.DRAFT, Event.OPEN)
    finding = refused.value.findings[0]
    assert finding.rule == "event-not-allowed"
    assert finding.found == "'open' while the wave is 'draft'"
    assert finding.allowed == "'rehearse'"


@pytest.mark.parametrize("state", sorted(STANDING))
def test_a_share_in_force_can_always_go_down(state: State) -> None:
    assert step(state, Event.STEP_BACK) == (State.STEPPING_BACK, Action.LOWER)
    assert step(state, Event.ROLL_BACK) == (State.ROLLING_BACK, Action.EMPTY)
    assert step(state, Event.ABORT) == (State.ROLLING_BACK, Action.EMPTY)
    assert step(state, Event.NOWHERE)[1] is Action.ALARM


@given(st.lists(st.sampled_from(list(Event)), max_size=60))
def test_no_share_rises_without_a_yes_since_it_last_stood(events: list[Event]) -> None:
    state, yes, raised = State.DRAFT, False, False
    for event in events:
        if event not in TABLE[state]:
            with pytest.raises(InputError):
                step(state, event)
            continue
        state, action = step(state, event)
        if event is Event.ARM:
            yes = True
        if event in (Event.DISARM, Event.EDIT):
            yes = False
        if action is Action.RAISE:
            assert yes
            yes, raised = False, True
        if action in (Action.LOWER, Action.EMPTY):
            assert raised or state is State.ROLLING_BACK
            raised = False
        assert (state in STANDING) == raised


def test_the_page_draws_the_table_as_it_is() -> None:
    drawn = PAGE.read_text().split("```mermaid\n")[1].split("```")[0]
    assert drawn == mermaid()
