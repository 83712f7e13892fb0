"""One or more of each mail, with the people of the tests: Alice asks, Bob decides, Carol grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.notifications import (
    absence_letters,
    arrival_letters,
    assignment_letters,
    control_letters,
    course_letters,
    directory_letters,
    emergency_letters,
    finding_letters,
    leaver_letters,
    letters,
    log_check_letters,
    matter_letters,
    mover_letters,
    outage_letters,
    premises_letters,
    privileged_letters,
    review_letters,
    role_letters,
)
from app.notifications.absence_letters import Line as Leave
from app.notifications.course_letters import Ending
from app.notifications.finding_letters import Line
from app.notifications.letter import About, Asked, Letter, To, Waiting
from app.notifications.mover_letters import Line as Move
from app.notifications.privileged_letters import Given
from app.notifications.role_letters import Handover, Orderer, Standing
from workflows.directory_events import HrFileLate, HrFileRefused, ReadingHeld
from workflows.events import TaskAsked
from workflows.paper_events import PaperAsked

ALICE, BOB, CAROL, DAN = 1, 2, 3, 4
PAPER = {
    "registration": ("ask", "verify", "returned", "remind_1", "escalate_1"),
    "closing": ("remind_1",),
    "finding": ("ask", "remind_1", "escalate_1"),
    "drill": ("ask",),
}
AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TO_ALICE = To(person_id=ALICE, role="subject")
TO_ORDERER = To(person_id=BOB, role="orderer")

ORDER = About(
    thing="request:12:1",
    case_number="BEH-2026-000123",
    system="MicroMarc",
    level="Lånedisk",
    url_path="/requests/BEH-2026-000123",
    subject_name="Alice Ångström",
    orderer_name="Alice Ångström",
)
ORDERED_BY_BOB = replace(ORDER, orderer_name="Bob Öberg")
SENSITIVE = replace(ORDER, system="Procapita", level="Läsa", sensitive=True)
PROTECTED = replace(ORDER, protected=True)
RIGHT = replace(ORDER, thing="grant:5", url_path="/grants/5")
LEGACY = replace(RIGHT, case_number="", orderer_name="")

ASK_BOB = Asked(
    task_id=7,
    kind="manager_approval",
    due_on=date(2026, 11, 27),
    lapses_on=date(2026, 12, 22),
    person_id=BOB,
    request_version=2,
)
ASK_OWNER = replace(ASK_BOB, kind="owner_approval", person_id=DAN)
ASK_CAROL = replace(ASK_BOB, kind="grant", person_id=CAROL, lapses_on=None)
ASK_CAROL_TO_REMOVE = replace(ASK_CAROL, kind="revoke")
ASK_MAILBOX = replace(ASK_CAROL, person_id=None, mailbox="bibliotek@exempel.se")
ASK_ALICE = replace(
    ASK_BOB,
    kind="complete_request",
    person_id=ALICE,
    decider_name="Bob Öberg",
    question="Vilket bibliotek gäller det?",
)
ASK_ALICE_LESS = replace(ASK_ALICE, kind="level_answer", question="Du behöver bara kunna se lånen.")
ASK_DEPUTY = replace(ASK_BOB, person_id=DAN, role="deputy", on_behalf_of_name="Bob Öberg")
ASK_HIGHER = replace(ASK_BOB, person_id=DAN, role="escalation", waited_for_name="Bob Öberg")
ASK_OWNER_ABOUT_GRANT = replace(ASK_CAROL, person_id=DAN, role="escalation", waited_for_name="Carol Åkesson")
ASK_RECEIVER = replace(
    ASK_BOB, person_id=DAN, role="reassigned", decider_name="Bob Öberg", question="Du känner arbetet i lånedisken."
)
ASK_OTHER_TO_REMOVE = replace(ASK_CAROL_TO_REMOVE, person_id=DAN, role="reassigned", decider_name="Carol Åkesson")

SPRING = date(2027, 5, 31)
DOORS = replace(RIGHT, system="Vanderbilt", level="Passage till zon", sensitive=True)
TAG = {
    "credential_id": 4, "kind": "tag", "serial": "A-104", "system": "Vanderbilt", "case_number": "BEH-2026-000123",
    "due_on": "2026-12-07", "price": 150, "phone": "",
}  # fmt: skip

STANDING = Standing(
    deputyship_id=3,
    person_id=BOB,
    deputy_id=CAROL,
    person_name="Bob Öberg",
    deputy_name="Carol Åkesson",
    valid_from=date(2026, 12, 14),
    valid_to=date(2027, 1, 8),
    absence=True,
)
NAMELESS = replace(STANDING, person_name="", deputy_name="", absence=False)

ORDERER = Orderer(
    orderer_id=4,
    orderer_name="Carol Åkesson",
    nominator_name="Bob Öberg",
    units="Biblioteket, Kulturskolan",
    valid_to=date(2028, 11, 30),
)
NAMELESS_ORDERER = replace(ORDERER, orderer_name="", nominator_name="")
BY = date(2026, 12, 4)

HANDOVER = Handover(
    handover_id=6, role_code="system_manager", place="MicroMarc", from_name="Carol Åkesson", to_name="Dan Östlund",
    on_date=date(2026, 12, 7),
)  # fmt: skip
NAMELESS_HANDOVER = replace(HANDOVER, from_name="", to_name="")
HANDED_OVER = {
    code: replace(HANDOVER, role_code=code, place=place)
    for code, place in (
        ("system_owner", "MicroMarc"),
        ("line_manager", "Biblioteket"),
        ("board_manager", "KTN"),
        ("infosec_coordinator", ""),
        ("it_manager", ""),
    )
}

WAITING = (
    Waiting(task_id=7, case_number="BEH-2026-000123", kind="manager_approval", due_on=date(2026, 11, 27)),
    Waiting(task_id=8, case_number="BEH-2026-000124", kind="grant", due_on=date(2026, 11, 24), days_late=2),
    Waiting(task_id=9, case_number="BEH-2026-000125", kind="revoke", due_on=date(2026, 11, 25), days_late=1),
)
MANY = tuple(replace(WAITING[0], task_id=n, case_number=f"BEH-2026-{n:06}") for n in range(100, 114))
MORNING = date(2026, 11, 26)

CHANGED = replace(ORDER, level="Katalogisatör", replaces="Lånedisk")
LENT = replace(ORDER, unit="Tallskolan")

MISSING = ("Sekretess i socialtjänsten", "Sekretessförbindelse socialtjänst")
ASKED_TO_TRAIN = TaskAsked(
    task_id=11,
    kind="prerequisite",
    asked=(),
    at=datetime(2026, 11, 25, 8, 0, tzinfo=UTC),
    due_on=date(2026, 12, 9),
    lapses_on=date(2027, 1, 13),
    request_id=12,
)


def batch(about: About, number: int) -> Letter:
    """The one mail of a batch, with what is read when it is sent."""
    lines = [
        {"task_id": w.task_id, "kind": w.kind, "due_on": "2026-11-27", "case_number": w.case_number, "days_late": 0}
        for w in MANY
    ]
    letter = letters.batch_asked(BOB, 4, about)
    return replace(letter, data={**letter.data, "tasks": lines[:number]})


INTEGRATION = matter_letters.About(
    matter_id=3,
    case_number="INT-2026-0003",
    title="Bokningar från biblioteket till LEX",
    process={"sv": "Integration mellan system", "en": "Integration between systems"},
)
K3 = replace(INTEGRATION, title="")
ABOUT_INTEGRATION = matter_letters.Question(
    task_id=9,
    person_id=BOB,
    step={"sv": "Det första systemets ägare beslutar", "en": "The first system's owner decides"},
    role="addressee",
    due_on=date(2026, 12, 1),
    lapses_on=date(2026, 12, 22),
)
SUSPENDED = {"sv": "Vilande", "en": "Suspended"}
CONDITION = {"condition": 5, "text": "Byt certifikat.", "due_on": "2026-12-01", "days": 3, "is_exception": False}
SAMPLES: dict[str, Letter] = {
    "matter_asked": matter_letters.asked(ABOUT_INTEGRATION, INTEGRATION),
    "matter_asked-secret": matter_letters.asked(ABOUT_INTEGRATION, K3),
    "matter_asked-deputy": matter_letters.asked(
        replace(ABOUT_INTEGRATION, role="deputy", on_behalf_of_name="Carol Åkesson"), INTEGRATION
    ),
    "matter_asked-escalation": matter_letters.asked(
        replace(ABOUT_INTEGRATION, role="escalation", waited_for_name="Carol Åkesson", lapses_on=None), INTEGRATION
    ),
    "matter_asked-reassigned": matter_letters.asked(
        replace(ABOUT_INTEGRATION, role="reassigned", decider_name="Carol Åkesson", reason="Jag är borta."), INTEGRATION
    ),
    "matter_told": matter_letters.told(
        BOB, INTEGRATION, SUSPENDED, version=9, by_name="Carol Åkesson", reason="Dubbla poster."
    ),
    "matter_condition": matter_letters.condition(BOB, INTEGRATION, CONDITION),
    "matter_condition-late": matter_letters.condition(BOB, INTEGRATION, CONDITION | {"days": 0}),
    "matter_condition-exception": matter_letters.condition(BOB, INTEGRATION, CONDITION | {"is_exception": True}),
    "matter_renewal": matter_letters.renewal(BOB, INTEGRATION, date(2028, 3, 2)),
    "task_manager_approval": letters.task_asked(ASK_BOB, ORDER),
    "task_manager_approval-ordered_by_another": letters.task_asked(ASK_BOB, replace(ORDER, orderer_name="Dan Östlund")),
    "task_manager_approval-sensitive": letters.task_asked(ASK_BOB, SENSITIVE),
    "task_manager_approval-protected": letters.task_asked(ASK_BOB, PROTECTED),
    "task_receiving_approval": letters.task_asked(replace(ASK_BOB, kind="receiving_approval"), LENT),
    "task_receiving_approval-protected": letters.task_asked(replace(ASK_BOB, kind="receiving_approval"), PROTECTED),
    "task_owner_approval": letters.task_asked(ASK_OWNER, SENSITIVE),
    "task_other_board_approval": letters.task_asked(replace(ASK_OWNER, kind="other_board_approval"), SENSITIVE),
    "task_grant": letters.task_asked(ASK_CAROL, ORDER),
    "task_grant-mailbox": letters.task_asked(ASK_MAILBOX, ORDER),
    "task_revoke": letters.task_asked(ASK_CAROL_TO_REMOVE, RIGHT),
    "task_revoke-same_day": letters.task_asked(replace(ASK_CAROL_TO_REMOVE, same_day=True), SENSITIVE),
    "task_provision": letters.task_asked(replace(ASK_CAROL, kind="provision"), ORDER),
    "task_introduction": letters.task_asked(replace(ASK_CAROL, kind="introduction"), SENSITIVE),
    "task_introduction-late": letters.task_asked(replace(ASK_HIGHER, kind="introduction"), SENSITIVE),
    "task_activation": letters.task_asked(replace(ASK_ALICE, kind="activation", question=""), SENSITIVE),
    "task_activation-late": letters.task_asked(replace(ASK_HIGHER, kind="activation"), SENSITIVE),
    "task_complete_request": letters.task_asked(ASK_ALICE, ORDER),
    "task_complete_request-sensitive": letters.task_asked(ASK_ALICE, SENSITIVE),
    "task_level_answer": letters.task_asked(ASK_ALICE_LESS, replace(ORDER, offered="Läsa lån")),
    "task_level_answer-protected": letters.task_asked(ASK_ALICE_LESS, replace(PROTECTED, offered="Läsa lån")),
    "task_deputy": letters.task_asked(ASK_DEPUTY, ORDER),
    "task_deputy-sensitive": letters.task_asked(ASK_DEPUTY, SENSITIVE),
    "task_escalated": letters.task_asked(ASK_HIGHER, ORDER),
    "task_escalated-grant": letters.task_asked(ASK_OWNER_ABOUT_GRANT, ORDER),
    "task_escalated-sensitive": letters.task_asked(ASK_HIGHER, SENSITIVE),
    "task_reassigned": letters.task_asked(ASK_RECEIVER, ORDER),
    "task_reassigned-removal": letters.task_asked(ASK_OTHER_TO_REMOVE, RIGHT),
    "task_reassigned-sensitive": letters.task_asked(ASK_RECEIVER, SENSITIVE),
    "task_reminder": letters.task_asked(replace(ASK_CAROL_TO_REMOVE, role="reminder", same_day=True), RIGHT),
    "task_reminder-sensitive": letters.task_asked(
        replace(ASK_CAROL_TO_REMOVE, role="reminder", same_day=True), SENSITIVE
    ),
    "batch_asked": batch(ORDERED_BY_BOB, 14),
    "batch_asked-one": batch(ORDERED_BY_BOB, 1),
    "batch_asked-sensitive": batch(SENSITIVE, 3),
    "prerequisite": letters.prerequisite(TO_ALICE, ORDER, missing=MISSING, asked=ASKED_TO_TRAIN),
    "prerequisite-orderer": letters.prerequisite(TO_ORDERER, ORDERED_BY_BOB, missing=MISSING, asked=ASKED_TO_TRAIN),
    "prerequisite-manager": letters.prerequisite(
        To(person_id=BOB, role="manager"), ORDER, missing=MISSING[:1], asked=ASKED_TO_TRAIN
    ),
    "prerequisite-sensitive": letters.prerequisite(TO_ORDERER, SENSITIVE, missing=MISSING, asked=ASKED_TO_TRAIN),
    "courses_ending": course_letters.courses_ending(
        ALICE,
        MORNING,
        [
            Ending("Grundkurs i dataskydd", date(2026, 12, 18), False),
            Ending("Sekretess i socialtjänsten", date(2026, 11, 20), True),
        ],
    ),
    "absences_told": absence_letters.managers(
        BOB, MORNING, [Leave("Åsa O'Hara", "listed"), Leave("", "listed"), Leave("Alice Ångström", "returning")]
    ),
    "movers_told": mover_letters.managers(
        BOB,
        MORNING,
        [
            Move("Åsa O'Hara", "new", date(2026, 11, 25), 3, date(2026, 12, 2)),
            Move("", "reminder", date(2026, 11, 20), 1, date(2026, 12, 4)),
            Move("Alice Ångström", "late", date(2026, 11, 18), 2, date(2026, 12, 2)),
            Move("Carol Åkesson", "new", date(2026, 11, 25), 0, date(2026, 12, 2)),
            Move("Dan Östlund", "old", date(2026, 12, 7), 2, date(2026, 12, 7)),
            Move("Hemtjänsten blir två", "reorganisation", date(2026, 11, 25), 7, date(2026, 12, 3)),
        ],
    ),
    "movers_told-old": mover_letters.managers(
        BOB, MORNING, [Move("Dan Östlund", "old", date(2026, 12, 7), 2, date(2026, 12, 7))]
    ),
    "reorganisation_asked": mover_letters.reorganisation(DAN, 3, "Hemtjänsten blir två", 4),
    "moves_held": mover_letters.held(DAN, MORNING, 214),
    "mover_notice": mover_letters.notice(ALICE, 3, 2, date(2026, 12, 9)),
    "arrivals": arrival_letters.arrived(BOB, MORNING, ["Åsa O'Hara", "Nina Ny"], 3),
    "leavers_planned": leaver_letters.planned(
        BOB, MORNING, [("Åsa O'Hara", "2026-12-31"), ("", "2026-12-18"), ("Nina Ny", "2026-12-11")]
    ),
    "leavers_planned-near": leaver_letters.planned(BOB, MORNING, [("Nina Ny", "2026-12-04")], near=True),
    "leavers_successors": leaver_letters.successors(
        DAN, MORNING, [("Procapita", date(2026, 12, 11)), ("MicroMarc", date(2026, 12, 4))]
    ),
    "leavers_successors-one": leaver_letters.successors(DAN, MORNING, [("Procapita", date(2026, 12, 11))]),
    "leaver_account": leaver_letters.account(
        CAROL, 7, task_id=4, by=datetime(2026, 11, 30, 10, 15, tzinfo=UTC), login="asaoha"
    ),
    "leaver_account-protected": leaver_letters.account(
        CAROL, 7, task_id=4, by=datetime(2026, 11, 30, 9, 5, tzinfo=UTC), login=""
    ),
    "leaver_confirmed": leaver_letters.confirmed(BOB, 7, name="Åsa O'Hara", rights=3),
    "leaver_confirmed-protected": leaver_letters.confirmed(BOB, 7, name="", rights=1),
    "arrivals-one": arrival_letters.arrived(BOB, MORNING, ["Nina Ny"], 1),
    **{
        f"assignment-{what}": assignment_letters.told(
            To(person_id=BOB, role=role), what, "1", assignment_id=7, name=name, ends_on=date(2027, 11, 30)
        )
        for what, role, name in (
            ("registered", "sponsor", "Kim O'Åberg"),
            ("extended", "sponsor", "Kim O'Åberg"),
            ("ending", "sponsor", "Kim O'Åberg"),
            ("sponsor_left", "manager", "Kim O'Åberg"),
            ("sponsor_named", "sponsor", ""),
            ("suspended", "coordinator", "Kim O'Åberg"),
            ("ended", "sponsor", ""),
        )
    },
    "base_courses": course_letters.base_courses(ALICE, "subject", ALICE, 10, missing=MISSING[:1], due_on=MORNING),
    "base_courses-manager": course_letters.base_courses(ALICE, "manager", BOB, 60, missing=MISSING[:1], due_on=MORNING),
    "digest": letters.digest(BOB, MORNING, WAITING),
    "digest-one": letters.digest(BOB, MORNING, WAITING[:1]),
    "digest-many": letters.digest(BOB, MORNING, MANY),
    "order_waiting-employment": letters.order_waiting(
        TO_ORDERER, ORDERED_BY_BOB, cause="employment_missing", lapses_on=date(2026, 12, 8)
    ),
    "order_waiting-base": letters.order_waiting(TO_ORDERER, ORDERED_BY_BOB, cause="base_grant_missing"),
    "order_waiting-directory": letters.order_waiting(TO_ORDERER, ORDERED_BY_BOB, cause="directory_unavailable"),
    "order_waiting-leave": letters.order_waiting(TO_ORDERER, ORDERED_BY_BOB, cause="on_leave"),
    "order_waiting-closed": letters.order_waiting(TO_ORDERER, ORDERED_BY_BOB, cause="system_not_open"),
    "order_granted": letters.order_granted(TO_ALICE, ORDER, valid_to=date(2027, 11, 30)),
    "order_granted-orderer": letters.order_granted(TO_ORDERER, ORDERED_BY_BOB, valid_to=None),
    "order_granted-sensitive": letters.order_granted(TO_ORDERER, SENSITIVE, valid_to=None),
    "order_granted-pending": letters.order_granted(TO_ALICE, SENSITIVE, valid_to=SPRING, begins_with="introduction"),
    "order_granted-directory": letters.order_granted(TO_ALICE, ORDER, valid_to=SPRING, begins_with="directory"),
    "order_granted-tag": letters.order_granted(TO_ALICE, DOORS, valid_to=None, begins_with="tag"),
    "task_hand_over": letters.task_asked(replace(ASK_CAROL, kind="hand_over"), DOORS),
    "task_receipt": letters.task_asked(replace(ASK_CAROL, kind="receipt", person_id=ALICE), DOORS),
    "task_block": letters.task_asked(replace(ASK_CAROL, kind="block", same_day=True), DOORS),
    "task_block-mailbox": letters.task_asked(replace(ASK_MAILBOX, kind="block", same_day=True), DOORS),
    **{
        f"credential_told-{what}-{to.role}": premises_letters.credential_told(to, what, "1", TAG)
        for what, to in (
            *((what, TO_ALICE) for what in ("to_fetch", "lost", "found", "not_fetched", "not_back", "handed_back")),
            *((what, replace(TO_ALICE, person_id=BOB, role="manager")) for what in ("lost", "not_fetched", "not_back")),
        )
    },
    "credential_told-night": premises_letters.credential_told(TO_ALICE, "lost", "1", {**TAG, "phone": "060-16 31 00"}),
    "order_granted-changed": letters.order_granted(TO_ALICE, CHANGED, valid_to=None),
    "task_manager_approval-changed": letters.task_asked(ASK_BOB, CHANGED),
    "task_grant-changed": letters.task_asked(ASK_CAROL, CHANGED),
    "task_grant-lent": letters.task_asked(ASK_CAROL, LENT),
    "order_rejected": letters.order_rejected(
        TO_ALICE, ORDER, decider_name="Bob Öberg", reason="Du behöver bara kunna söka, och det kan alla."
    ),
    "order_rejected-sensitive": letters.order_rejected(
        TO_ORDERER, SENSITIVE, decider_name="Bob Öberg", reason="Alice har slutat på enheten."
    ),
    "order_withdrawn": letters.order_withdrawn(To(person_id=BOB, role="asked"), ORDER, by_name="Alice Ångström"),
    "order_withdrawn-protected": letters.order_withdrawn(
        To(person_id=BOB, role="asked"), PROTECTED, by_name="Alice Ångström"
    ),
    "order_lapsed": letters.order_lapsed(TO_ORDERER, ORDERED_BY_BOB),
    "order_cancelled": letters.order_cancelled(TO_ORDERER, ORDERED_BY_BOB, cause="employment_ended"),
    "order_cancelled-duplicate": letters.order_cancelled(TO_ALICE, ORDER, cause="duplicate"),
    "order_delayed": letters.order_delayed(
        TO_ALICE, ORDER, task_id=7, waited_for_name="Bob Öberg", lapses_on=date(2026, 12, 22)
    ),
    "grant_ending": letters.grant_ending(TO_ORDERER, RIGHT, valid_to=date(2026, 12, 18), working_days=20),
    "grant_ending-legacy": letters.grant_ending(TO_ALICE, LEGACY, valid_to=date(2026, 12, 18), working_days=5),
    "grant_revocation_ordered": letters.grant_revocation_ordered(
        TO_ALICE, RIGHT, reason="Du byter enhet den 1 december."
    ),
    "grant_revoked": letters.grant_revoked(TO_ALICE, RIGHT),
    "grant_revoked-sensitive": letters.grant_revoked(TO_ORDERER, SENSITIVE),
    **{
        f"orderer_asked-{question}": role_letters.orderer_asked(CAROL, ORDERER, question, due_on=BY)
        for question in ("accept", "register", "confirm")
    },
    **{
        f"orderer_asked-{question}-protected": role_letters.orderer_asked(
            CAROL, NAMELESS_ORDERER, question, due_on=BY, reminder=1
        )
        for question in ("accept", "register", "confirm")
    },
    **{
        f"orderer_told-{outcome}": role_letters.orderer_told(BOB, ORDERER, outcome, own=False)
        for outcome in ("active", "declined", "lapsed", "suspended", "ended")
    },
    "orderer_told-declined-protected": role_letters.orderer_told(BOB, NAMELESS_ORDERER, "declined", own=False),
    **{
        f"orderer_told-{outcome}-own": role_letters.orderer_told(CAROL, ORDERER, outcome, own=True)
        for outcome in ("active", "lapsed", "suspended", "ended")
    },
    "handover_asked": role_letters.handover_asked(DAN, HANDOVER, due_on=BY),
    "handover_asked-protected": role_letters.handover_asked(DAN, NAMELESS_HANDOVER, due_on=BY, reminder=1),
    **{
        f"handover_asked-{code}": role_letters.handover_asked(DAN, about, due_on=BY)
        for code, about in HANDED_OVER.items()
    },
    **{
        f"handover_told-{outcome}": role_letters.handover_told(CAROL, HANDOVER, outcome, own=False)
        for outcome in ("accepted", "declined", "lapsed", "completed", "withdrawn")
    },
    "handover_told-lapsed-own": role_letters.handover_told(DAN, HANDOVER, "lapsed", own=True),
    "handover_told-completed-own": role_letters.handover_told(DAN, HANDOVER, "completed", own=True),
    "handover_told-declined-protected": role_letters.handover_told(CAROL, NAMELESS_HANDOVER, "declined", own=False),
    **{
        f"reading_held-{why}": directory_letters.held(BOB, ReadingHeld(7, why, "ldaps://dc1.exempel.se", 412, AT))
        for why in ("mass_leave", "reading_short", "reading_old", "clock_differs")
    },
    **{
        f"reading_held-hr-{why}": directory_letters.held(BOB, ReadingHeld(7, why, "hr.csv", 412, AT, "hr"))
        for why in ("mass_leave", "reading_short", "reading_old")
    },
    "hr_file_refused": directory_letters.hr_file_refused(BOB, HrFileRefused(3, "hr.csv", 12, AT)),
    "hr_file_late": directory_letters.hr_file_late(BOB, HrFileLate(3, "hr.csv", AT, AT), BY),
    "privileged-granted": privileged_letters.granted(
        DAN,
        date(2026, 11, 24),
        [
            Given(7, "MicroMarc", "Lånedisk", "BEH-2026-000123"),
            Given(8, "Procapita", "Utbetalning", "BEH-2026-000124"),
        ],
    ),
    "privileged-granted-one": privileged_letters.granted(
        DAN, date(2026, 11, 24), [Given(7, "MicroMarc", "Lånedisk", "")]
    ),
    "privileged-list": privileged_letters.listed(DAN, date(2026, 9, 30), {"Procapita": 12, "MicroMarc": 1}),
    "privileged-list-one": privileged_letters.listed(DAN, date(2026, 9, 30), {"MicroMarc": 1}),
    "privileged-list-none": privileged_letters.listed(DAN, date(2026, 9, 30), {}),
    "findings": finding_letters.findings(
        BOB,
        date(2026, 11, 24),
        [
            Line("2026-11-23", "Procapita", "escalate", 1),
            Line("2026-11-25", "MicroMarc", "remind", 2),
            Line("2026-12-15", "", "ask", 3),
        ],
    ),
    "findings-one": finding_letters.findings(BOB, date(2026, 11, 24), [Line("2026-11-26", "MicroMarc", "ask", 1)]),
    **{
        f"finding-order{key}": finding_letters.order_asked(BOB, 31, level_id=7, access="MicroMarc, Lånedisk", name=name)
        for key, name in (("", "Åsa O'Brien"), ("-protected", ""))
    },
    "outage_lasts": outage_letters.lasts(BOB, 7, 3, ("system", "MicroMarc")),
    "outage_lasts-measures": outage_letters.lasts(BOB, 7, 5, ("network", "")),
    **{
        f"paper_{about}-{act}": outage_letters.asked(
            BOB, PaperAsked(about, 7, 2, act, (BOB,), "MicroMarc", BY, AT, "MIC")
        )
        for about, acts in PAPER.items()
        for act in acts
    },
    "paper_closing-common": outage_letters.asked(BOB, PaperAsked("closing", 7, 2, "remind_1", (BOB,), "", BY, AT)),
    "deputy_named": role_letters.deputy_named(STANDING),
    "deputy_named-protected": role_letters.deputy_named(NAMELESS),
    "deputy_ended": role_letters.deputy_ended(STANDING, "withdrawn")[0],
    "deputy_ended-principal": role_letters.deputy_ended(STANDING, "withdrawn")[1],
    "deputy_ended-left": role_letters.deputy_ended(STANDING, "employment_ended")[1],
    "deputy_ended-protected": role_letters.deputy_ended(NAMELESS, "withdrawn")[0],
}
IN_EMERGENCY = replace(ORDERED_BY_BOB, emergency=True)
UNTIL = datetime(2026, 11, 25, 23, 40, tzinfo=UTC)
AT_ONCE = replace(ASK_CAROL, same_day=True)
CONTROL = replace(ASK_CAROL, kind="emergency_approval")
TO_COORDINATOR = replace(TO_ORDERER, role="coordinator")
SAMPLES |= {
    "task_grant-emergency": letters.task_asked(AT_ONCE, IN_EMERGENCY),
    "task_grant-emergency-sensitive": letters.task_asked(AT_ONCE, replace(SENSITIVE, emergency=True)),
    "task_emergency_approval": letters.task_asked(CONTROL, RIGHT),
    "task_emergency_approval-sensitive": letters.task_asked(CONTROL, SENSITIVE),
    "task_emergency_followup": letters.task_asked(replace(CONTROL, kind="emergency_followup"), RIGHT),
    "task_emergency_closing": letters.task_asked(replace(CONTROL, kind="emergency_closing"), RIGHT),
    "task_reminder-emergency": letters.task_asked(replace(CONTROL, role="reminder"), RIGHT),
    "emergency_told-began": emergency_letters.told("began", TO_ALICE, RIGHT, until=UNTIL),
    "emergency_told-began-coordinator": emergency_letters.told("began", TO_COORDINATOR, RIGHT, until=UNTIL),
    "emergency_told-extended": emergency_letters.told("extended", TO_ALICE, RIGHT, until=UNTIL),
    "emergency_told-over": emergency_letters.told("over", TO_ALICE, RIGHT, until=UNTIL),
    "emergency_told-over-protected": emergency_letters.told("over", TO_ORDERER, PROTECTED, until=UNTIL),
    "emergency_told-disapproved": emergency_letters.told("disapproved", TO_ORDERER, RIGHT, until=UNTIL),
}
CHECK = About(
    thing="log_check:7", case_number="LOGG-PRO-SOC-2026-10", system="Procapita", level="", url_path="/tasks/7"
)
OCTOBER = date(2026, 10, 1)
LOG = replace(ASK_CAROL, kind="log_check")


def _log(person: Asked, people: int = 5) -> Letter:
    return log_check_letters.asked(person, CHECK, month=OCTOBER, people=people)


SAMPLES |= {
    "task_log_check": _log(LOG),
    "task_log_check-one": _log(LOG, people=1),
    "task_deputy-log_check": _log(replace(LOG, role="deputy", on_behalf_of_name="Carol Åkesson")),
    "task_escalated-log_check": _log(replace(LOG, role="escalation", waited_for_name="Carol Åkesson")),
    "task_reassigned-log_check": _log(
        replace(LOG, role="reassigned", decider_name="Bob Öberg", question="Jag är borta.")
    ),
    "log_check_told": log_check_letters.told(
        BOB, replace(CHECK, url_path="/log-checks/7"), month=OCTOBER, deviations=2, by_name="Carol Åkesson"
    ),
    "log_check_told-protected": log_check_letters.told(
        BOB, replace(CHECK, url_path="/log-checks/7"), month=OCTOBER, deviations=1, by_name=""
    ),
}
_REVIEW = review_letters.Facts(17, "Procapita", date(2026, 12, 8), "Carol Åkesson", "/reviews/parts/3")
_ONE = review_letters.Facts(1, on=date(2026, 12, 8))
SAMPLES |= {
    f"review_told-{what}{name}": review_letters.told(BOB, what, "7", facts)
    for what in ("asked", "reminder", "helper", "notice", "stopped", "not_opened")
    for name, facts in (("", _REVIEW), ("-one", _ONE))
}
SAMPLES |= {
    f"control_report-{act}": control_letters.waits(BOB, act, "2025", 2025, date(2026, 2, 27), names)
    for act, names in (
        ("drafted", ["MicroMarc", "Geosecma"]),
        ("reminds_on", ["MicroMarc"]),
        ("reminds_again_on", ["MicroMarc", "Geosecma"]),
        ("escalates_on", ["MicroMarc", "Geosecma"]),
        ("overdue_on", ["MicroMarc"]),
        ("submitted", ["MicroMarc"]),
        ("approved", ["MicroMarc"]),
        ("returned", ["MicroMarc"]),
    )
}
NAMES = ("Alice", "Ångström", "Bob", "Öberg", "Carol", "Åkesson")
