"""What time does to packs, outages and forms. Each job may run twice or late: what is done is not found again."""

from __future__ import annotations

from functools import partial

from app import clock
from app.db import transaction
from app.directory import services as directory
from app.outages import declaring, drills, following, judging, packs, paper_queries, queries, registering
from app.outages.paper_models import PaperOrder
from app.reconciliation import queries as findings
from app.reconciliation import services as finding_services
from app.requests.tasks import alone


def renew_packs() -> int:
    """Print the editions anew that are a quarter old or name people who have changed; returns how many."""
    now = clock.now()
    with transaction():
        found = queries.current_pack_ids()
    return sum(alone(partial(packs.renew, pack_id, now), pack=pack_id) for pack_id in found)


def follow() -> int:
    """Tell of outages on day 3 and 5, of forms, closings and findings that wait, and of drills; returns how much.

    Nobody is told before 07:00 of a working day.
    """
    now = clock.now()
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        lasting, asked = queries.lasting(), paper_queries.to_register()
        over, found, lapsed = paper_queries.to_close(), findings.open_ids(), findings.lapsed_ids(clock.today())
        untested = paper_queries.to_drill(clock.today())
    done = sum(alone(partial(declaring.follow, one, now), outage=one) for one in lasting)
    done += sum(alone(partial(following.follow_registration, one, now), registration=one) for one in asked)
    done += sum(alone(partial(following.follow_closing, one, now), outage=one) for one in over)
    done += sum(alone(partial(finding_services.reopen_lapsed, one, now), finding=one) for one in lapsed)
    done += sum(alone(partial(following.follow_finding, one, now), finding=one) for one in found)
    return done + sum(alone(partial(drills.remind, one, now), test=one) for one in untested)


def judge_waiting() -> int:
    """Put the forms to the rules whose subject's employment the directory did not tell; returns how many it judged."""
    with transaction():
        waiting = paper_queries.waiting()
    return sum(alone(partial(_judge, paper_id), paper=paper_id) for paper_id in waiting)


def _judge(paper_id: int) -> bool:
    now = clock.now()
    held: PaperOrder = registering.hold(paper_id)
    if held.state != "waiting":
        return False
    evidence = directory.lookup(held.subject, now)
    return judging.judge(held, evidence, now) != "wait"
