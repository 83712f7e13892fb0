"""Golden cases of a life: these acts, so many days of silence, and where it stands then."""

from __future__ import annotations

from collections.abc import Iterator

from workflows import life
from workflows.definition import Workflow
from workflows.errors import NoSuchMove
from workflows.life_terms import Story


def misses(workflow: Workflow) -> Iterator[tuple[int, str, str]]:
    """Line, what was found and what was expected, of each story that ends elsewhere."""
    for story in life.of(workflow).stories:
        found = _ending(workflow, story)
        if found != story.becomes:
            yield story.line, found, story.becomes


def _ending(workflow: Workflow, story: Story) -> str:
    state = life.of(workflow).begins
    for act in story.acts:
        try:
            state = life.next_state(workflow, state, act)
        except NoSuchMove:
            return f"no {act} in {state}"
    step, silence = life.asked_in(workflow, state), life.by_time(workflow, state)
    if step is None or step.clock.lapse is None or not silence or story.silent < step.clock.lapse:
        return state
    return life.next_state(workflow, state, silence)
