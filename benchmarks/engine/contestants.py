"""The same three decisions (manager, owner, grant), each contestant in its own way; each returns the decisions made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from transitions import Machine

from workflows import loader, machine
from workflows.case import Case, Level, OrdererAuthority, Party, Profile

MANAGER, OWNER, GRANTOR = Party(3, "Bob"), Party(4, "Olga"), Party(5, "Carol")
DECIDERS = (("approve", MANAGER), ("approve", OWNER), ("grant", GRANTOR))
DECISIONS = len(DECIDERS)
DIAGRAM = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="behorig">
<process id="three" isExecutable="true">
<startEvent id="s"><outgoing>f0</outgoing></startEvent>
<manualTask id="manager" name="manager"><incoming>f0</incoming><outgoing>f1</outgoing></manualTask>
<manualTask id="owner" name="owner"><incoming>f1</incoming><outgoing>f2</outgoing></manualTask>
<manualTask id="grant" name="grant"><incoming>f2</incoming><outgoing>f3</outgoing></manualTask>
<endEvent id="e"><incoming>f3</incoming></endEvent>
<sequenceFlow id="f0" sourceRef="s" targetRef="manager"/><sequenceFlow id="f1" sourceRef="manager" targetRef="owner"/>
<sequenceFlow id="f2" sourceRef="owner" targetRef="grant"/><sequenceFlow id="f3" sourceRef="grant" targetRef="e"/>
</process></definitions>"""


def requested() -> Case:
    """A privileged order that has been sent: everything is in order, so every guard is evaluated and passes."""
    today = date(2026, 3, 2)
    return Case(
        subject=Party(1, "Alice"),
        level=Level("SYS", "ADM", Profile.PRIVILEGED, max_days=365),
        today=today,
        state="requested",
        orderer=Party(2, "Oskar"),
        orderer_authority=OrdererAuthority.AUTHORISED_ORDERER,
        valid_from=today,
        valid_to=date(2026, 12, 31),
        justification="Behövs för arbetet i lånedisken.",
        line_managers=(MANAGER,),
        system_owners=(OWNER,),
        system_managers=(GRANTOR,),
        has_base_grant=True,
    )


def behorig_moves() -> Callable[[], None]:
    """next_state with all guards of the shipped process."""
    workflow, case = loader.load_catalog()["business_system"], requested()
    cases = []
    for trigger, actor in DECIDERS:
        cases.append((trigger, case := replace(case, actor=actor)))
        case = machine.after(workflow, case, machine.next_state(workflow, case, trigger))

    def run() -> None:
        for trigger, case in cases:
            machine.next_state(workflow, case, trigger)

    return run


def behorig() -> Callable[[], None]:
    """The same, and each time the case as it stands afterwards, for whoever asks the next step."""
    workflow, start = loader.load_catalog()["business_system"], requested()

    def run() -> None:
        case = start
        for trigger, actor in DECIDERS:
            case = replace(case, actor=actor)
            case = machine.after(workflow, case, machine.next_state(workflow, case, trigger))
        assert case.state == "granted"

    return run


class Cursor:
    """What the bare machine moves."""

    state = "requested"


def bare_transitions() -> Callable[[], None]:
    """A shared transitions machine without conditions: what the library itself costs."""
    shared = Machine(model=None, states=["requested", "manager", "owner", "granted"], auto_transitions=False)
    for trigger, source, target in (
        ("approve", "requested", "manager"),
        ("approve", "manager", "owner"),
        ("grant", "owner", "granted"),
    ):
        shared.add_transition(trigger, source, target)

    def run() -> None:
        cursor = Cursor()
        for trigger, _ in DECIDERS:
            shared.events[trigger].trigger(cursor)
        assert cursor.state == "granted"

    return run


def spiffworkflow() -> Callable[[], None]:
    """Three manual tasks in a row, completed one by one; no guards."""
    from lxml import etree  # with SpiffWorkflow, for the benchmark alone
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(DIAGRAM))  # our own text
    spec = parser.get_spec("three")

    def run() -> None:
        order = BpmnWorkflow(spec)
        order.do_engine_steps()
        for _ in DECIDERS:
            order.get_next_task(state=TaskState.READY, manual=True).run()
            order.do_engine_steps()
        assert order.is_completed()

    return run
