"""The seven invariants, asked of everything that can happen (``exploring``) and of everybody who can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, combinations

from workflows import quorum
from workflows.case import OWNER_PROFILES
from workflows.definition import ORDER, Step, Workflow
from workflows.lowering import ACCEPT, PROPOSE
from workflows.proof import asking, counting
from workflows.proof.acting import asked_of
from workflows.proof.courses import LOWER, REGULAR, Act, Graph, Node
from workflows.proof.faults import GATED, IMPARTIAL, SOUND, THREE_PEOPLE, TIMELESS, Fault
from workflows.proof.seating import SUBJECT
from workflows.proof.stories import in_vain, told
from workflows.soundness import BASE_PROCESS, EMERGENCY, END

DECIDING = ("approve", "grant")
REVOKED = "revoked"
AGAINST = ("reject", "return", "withdraw")  # answers that lead nowhere on
OTHERS = ("parties", "implicit", "system", "time")  # by whom a move is that is no answer
# Two managers may be one person (rules.md C2); manager, owner and grantor may not.
OFFICES = {
    "manager_approval": "manager",
    "receiving_approval": "manager",
    "owner_approval": "owner",
    "other_board_approval": "other side",
}
Found = Iterator[tuple[int, str]]
Answered = Mapping[tuple[Node, str], set[int]]  # who can answer a step at a node so that the order goes on
Ill = tuple[int, str, str]  # the invariant, the problem, and the story's last act where no move is


def of_acts(workflow: Workflow, graph: Graph) -> Iterator[Fault]:
    """What single acts break, each told with the shortest way to it."""
    for act in graph.acts:
        for check in (_new_round, _gated, _impartial, _three_people, _timeless, counting.counted):
            for invariant, problem in check(workflow, graph, act):
                key = f"{act.rule.trigger} from {act.rule.source}"
                yield Fault(invariant, problem, key, act.rule.line, told(graph, graph.way_to(act)))


def _new_round(workflow: Workflow, graph: Graph, act: Act) -> Found:
    """1: whoever is asked again is asked in a new round, in which old approvals do not count (C0.6)."""
    decided = [d.step for d in act.target.decisions]
    again = {name for name in decided if decided.count(name) > 1}
    if again and any(s.name in again for s in workflow.steps if not s.needs.many):
        yield SOUND, "a step is decided twice in one round"


def _gives(workflow: Workflow, act: Act) -> bool:
    """Is something given by the act?"""
    return act.target.state in workflow.gives and act.source.state not in workflow.gives


def _gated(workflow: Workflow, graph: Graph, act: Act) -> Found:
    """2: an employment check on the granting move, and the base grant, except for the base order itself."""
    if workflow.about == ORDER and _gives(workflow, act):
        if not act.circumstances.employed:
            yield GATED, f"granted although the employment is {act.circumstances.status.value}"
        if graph.lane.is_assigned and workflow.process == BASE_PROCESS and act.circumstances.assignment != REGULAR:
            yield GATED, f"granted although the assignment is {act.circumstances.assignment}"
        if graph.lane.crosses and not act.circumstances.ground:
            yield GATED, "granted across nämnder without a legal ground"
        if not act.circumstances.based and workflow.process != BASE_PROCESS:
            yield GATED, "granted without a base grant"


def _impartial(workflow: Workflow, graph: Graph, act: Act) -> Found:
    """3: subject and orderer decide nothing, and what is granted has been decided by somebody else."""
    parties = (SUBJECT.id, graph.lane.orderer.id)
    if act.actor.on_behalf_of in parties:
        yield IMPARTIAL, f"a deputy of subject or orderer can {act.rule.trigger}"
    decides = act.rule.trigger in (*DECIDING, "reject", "return", PROPOSE)
    if decides and act.actor.person in parties:
        part = "subject" if act.actor.person == SUBJECT.id else "orderer"
        yield IMPARTIAL, f"the {part} can {act.rule.trigger}"
    if _gives(workflow, act):
        deciders = {d.person_id for d in act.source.decisions} | {act.actor.person} - {None}
        if not deciders - set(parties):
            yield IMPARTIAL, "granted although nobody but subject and orderer has decided"
    if act.rule.trigger == ACCEPT and act.circumstances.offered != LOWER:
        yield IMPARTIAL, "the orderer gets a level that nobody has approved"


def _three_people(workflow: Workflow, graph: Graph, act: Act) -> Found:
    """4: of sensitive and privileged levels manager, owner and grantor are three, also those behind deputies."""
    if graph.lane.profile not in OWNER_PROFILES or workflow.about != ORDER or not _gives(workflow, act):
        return
    if graph.lane.traits.kind == EMERGENCY:
        return  # manager and owner look afterwards at what somebody else than the orderer granted at once (C7)
    task_of = {s.name: s.task for s in workflow.steps}
    people: dict[str, set[int | None]] = {"grantor": {act.actor.person, act.actor.on_behalf_of}}
    for decision in act.source.decisions:
        office = OFFICES.get(task_of[decision.step], "")
        people.setdefault(office, set()).update((decision.person_id, decision.on_behalf_of))
    for office in ("manager", "owner", *(("other side",) if graph.lane.crosses else ())):
        if office not in people:
            yield THREE_PEOPLE, f"granted without the {office}"
    if graph.lane.crosses and act.circumstances.moved:
        yield THREE_PEOPLE, "granted across nämnder by the other side of a nämnd that the person has left"
    for one, other in combinations(sorted(people), 2):
        if (people[one] & people[other]) - {None}:
            yield THREE_PEOPLE, f"the same person decides as {one} and as {other}"


def _timeless(workflow: Workflow, graph: Graph, act: Act) -> Found:
    """5: neither time nor the product decides; it ends orders, and goes on where somebody had decided."""
    if act.rule.by not in ("time", "system"):
        return
    who = "a timer" if act.rule.by == "time" else "the product"
    given = act.source.state in workflow.gives
    if _gives(workflow, act):
        yield TIMELESS, f"{who} grants"
    elif given and act.target.state not in workflow.gives and workflow.about != ORDER:
        return  # what is taken back may be so by time: a review that nobody made
    elif act.rule.by == "time" and workflow.states[act.target.state].kind != "final":
        yield TIMELESS, "a timer moves an order on"
    elif workflow.states[act.target.state].kind != "final" and act.target.state != act.source.resume:
        yield TIMELESS, "the product moves an order on that nobody has decided"
    if given and workflow.about == ORDER and (act.rule.by == "time" or act.target.state != REVOKED):
        yield TIMELESS, "what is granted ends without being revoked"


def of_graph(workflow: Workflow, graph: Graph) -> Iterator[Fault]:
    """What a lane as a whole breaks: nowhere to go, nobody to ask, no way to revoke."""
    allowed = [act for act in graph.acts if act.actor.asked]
    ends = {name for name, state in workflow.states.items() if state.kind == "final"}
    leads_out = _leading_to(lambda node: node.state in ends, allowed)
    leads_to_revoked = _leading_to(lambda node: node.state == REVOKED, allowed)
    answered = _answers(allowed)
    seen: set[tuple[int, str]] = set()
    for node, act in graph.found.items():
        checks = (_of_node(workflow, graph, node, leads_out), _of_granted(workflow, node, leads_to_revoked))
        for invariant, problem, last in (*chain(*checks), *_of_asked(workflow, graph, node, answered)):
            if (invariant, problem) not in seen:
                seen.add((invariant, problem))
                story = told(graph, graph.way_to(act) if act else ())
                line = workflow.states[node.state].line
                yield Fault(invariant, problem, f"the state {node.state}", line, story + ((last,) if last else ()))


def _of_node(workflow: Workflow, graph: Graph, node: Node, leads_out: set[Node]) -> Iterator[Ill]:
    state = workflow.states[node.state]
    if state.kind == "final":
        return
    if node not in leads_out:
        yield SOUND, f"from {node.state} no end can be reached", ""
    if state.kind == "open" and node.state not in workflow.gives | {"draft"} and not _steps(workflow, graph, node):
        yield SOUND, f"in {node.state} an order stands, and nobody is asked", ""


def _of_granted(workflow: Workflow, node: Node, leads_to_revoked: set[Node]) -> Iterator[Ill]:
    if workflow.about == ORDER and node.state in workflow.gives and node not in leads_to_revoked:
        yield TIMELESS, "what is granted cannot be revoked", ""


def _of_asked(workflow: Workflow, graph: Graph, node: Node, answered: Answered) -> Iterator[Ill]:
    """Whoever is asked may also answer: nobody is asked only to be refused."""
    for step in _steps(workflow, graph, node):
        yield from _of_step(step, graph, node, answered)


def _of_step(step: Step, graph: Graph, node: Node, answered: Answered) -> Iterator[Ill]:
    people = answered.get((node, step.name)) or answered.get((node, ""))
    if not people:
        yield SOUND, f"{step.name} is asked in {node.state}, and no answer leads on", ""
        return
    for actor in asked_of(step, graph.lane, node):
        if actor.person not in people and not asking.completes(step):
            again = actor.person in {p for d in node.decisions for p in (d.person_id, d.on_behalf_of)}
            whom = "somebody who has decided already" if again else "somebody who may not answer"
            problem = f"{step.name} in {node.state} is asked of {whom}"
            yield THREE_PEOPLE if again else IMPARTIAL, problem, in_vain(actor, step.name)


def _answers(acts: list[Act]) -> Answered:
    """Who can answer at each node so that the order goes on."""
    answered: dict[tuple[Node, str], set[int]] = {}
    for act in acts:
        if act.rule.trigger not in AGAINST and act.rule.by not in OTHERS and act.actor.person is not None:
            answered.setdefault((act.source, act.actor.step), set()).add(act.actor.person)
    return answered


def _steps(workflow: Workflow, graph: Graph, node: Node) -> tuple[Step, ...]:
    """The steps that still ask at the node."""
    asked = workflow.steps_in(node.state, graph.lane.traits)
    return tuple(s for s in asked if not quorum.met(s.needs, node.answers_to(s.name)))


def _leading_to(wanted: Callable[[Node], bool], acts: list[Act]) -> set[Node]:
    """Every node from which a wanted one can be reached."""
    before: dict[Node, list[Node]] = {}
    for act in acts:
        before.setdefault(act.target, []).append(act.source)
    ahead = [node for node in {a.target for a in acts} | {a.source for a in acts} if wanted(node)]
    reached: set[Node] = set()
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead += before.get(node, ())
    return reached


def of_definition(workflow: Workflow, graphs: list[Graph]) -> Iterator[Fault]:
    """What no lane at all makes use of: dead transitions, unreachable states, steps that nobody is asked."""
    acts = [act for graph in graphs for act in graph.acts if act.actor.asked]
    entered = {act.target.state for act in acts} | {"draft"}
    for state in workflow.states.values():
        if state.name not in entered:
            yield Fault(SOUND, "nothing leads to it", f"the state {state.name}", state.line)
    alive = {id(act.rule) for act in acts if act.target.state == act.rule.target}
    for rule in workflow.transitions:
        if id(rule) not in alive:
            key = f"{rule.trigger} from {rule.source}"
            yield Fault(SOUND, "nobody can ever make this move", key, rule.line)
    giving = [graph for graph in graphs if graph.lane.traits.kind != END]
    granted = {graph.lane.profile for graph in giving for node in graph.found if node.state in workflow.gives}
    for profile in sorted({graph.lane.profile for graph in giving} - granted):
        yield Fault(SOUND, f"no order with the profile {profile.value} can be granted")
