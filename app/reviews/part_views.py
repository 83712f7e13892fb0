"""The reviewer's page: /reviews/parts/<id>, a right a row by person, answered at once or over several days."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app import clock
from app.auth import act_as, current_person, needs
from app.db import db, transaction
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import NotAllowed, NotFound
from app.reviews import answering, bp, context, forms, queries, words
from app.reviews.models import ReviewItem, ReviewPart
from workflows.events import Actor

SHOWS = ("waiting", "strict", "all")


@bp.get("/parts/<int:part_id>")
@needs("review.answer", queries.part)
def part(part: ReviewPart) -> str:
    """What waits first; filters show the rest. It is read by key, forty rows at a time."""
    return _page(part)


def _page(part: ReviewPart, faults: Any = None, refused: object = "") -> str:
    show = request.args.get("show", "waiting")
    show, me = show if show in SHOWS else "waiting", current_person()
    found = queries.page(part, me.id, show=show, after=request.args.get("after", ""))
    rows, more = found[: queries.PAGE], len(found) > queries.PAGE
    known = context.of([item for item, _person, _level in rows], clock.today())
    people: list[SimpleNamespace] = []
    for item, person, level in rows:
        if not people or people[-1].person.id != person.id:
            people.append(SimpleNamespace(person=person, rows=[]))
        fault = (faults or {}).get(item.grant_id)
        people[-1].rows.append(
            SimpleNamespace(
                item=item,
                level=level,
                known=known[item.grant_id],
                fault=words.REFUSALS[fault] if fault else "",
                look=words.OUTCOMES[item.outcome],
            )
        )
    waits = [i.grant_id for i, _p, _l in rows if not i.verdict and not i.outcome]
    return render_template(
        "review_part.html",
        part=part,
        campaign=part.campaign,
        title=words.title(part.campaign),
        people=people,
        progress=queries.progress(part.campaign_id, part.reviewer_id),
        show=show,
        next_key=queries.key_of(rows[-1][1], rows[-1][0]) if more else "",
        waits=waits,
        may_keep_all=len(waits) > 1 and not any(i.is_strict for i, _p, _l in rows if i.grant_id in waits),
        seen=int(clock.now().timestamp()),
        given=request.form,
        words=words,
        refused=refused,
        instead_of=part.reviewer.display_name if me.id != part.reviewer_id else "",
    )


@bp.post("/parts/<int:part_id>")
@needs("review.answer", queries.part)
def save(part: ReviewPart) -> Any:
    """Keep what is answered; the rest waits. The page comes back with what is left."""
    part_id, now = part.id, clock.now()
    try:
        with transaction():
            kept = answering.save(part, forms.said(request.form, now), actor=_actor(part), now=now)
    except NotAllowed as refusal:
        again = queries.part(part_id)
        faults = refusal.details.get("faults")
        return _page(again, faults, "" if faults else words.REFUSALS[refusal.reason]), 422
    saved, same = _("Sparat. Du kan ändra svaren tills granskningen genomförs."), _("Inget nytt att spara.")
    flash(saved if kept else same, "done")
    return redirect(url_for("reviews.part", part_id=part_id, **_place()))


def _place() -> dict[str, Any]:
    """Where the reader was. Among what waits the page begins anew, since what is answered has left it."""
    where = {name: value for name in ("show", "after") if (value := request.args.get(name))}
    return where if where.get("show", "waiting") != "waiting" else {}


def _actor(part: ReviewPart) -> Actor:
    me = current_person().id
    if me == part.reviewer_id:
        return act_as("reviewer")
    if me in part.helper_ids:
        return act_as("escalation")
    return act_as("deputy", on_behalf_of_id=part.reviewer_id)


def _subject(part: ReviewPart, subject_id: int) -> Person:
    mine = select(Person).join(ReviewItem, ReviewItem.subject_id == Person.id)
    here = ReviewItem.campaign_id == part.campaign_id, ReviewItem.reviewer_id == part.reviewer_id
    found = db.session.scalars(mine.where(*here, Person.id == subject_id, Person.id != current_person().id)).first()
    if found is None:
        raise NotFound()
    return found


@bp.get("/parts/<int:part_id>/not-mine")
@needs("review.answer", queries.part)
def not_mine(part: ReviewPart) -> str:
    """To whom somebody's rights go; the directory's own manager is proposed."""
    subject = _subject(part, request.args.get("person", 0, type=int))
    above = [p for p in directory.line_managers(subject.id) if p.id not in (part.reviewer_id, subject.id)]
    return _passing(part, subject, forms.PassForm(data={"to": above[0].employee_number if above else ""}))


def _passing(part: ReviewPart, subject: Person, form: Any) -> str:
    title = words.title(part.campaign)
    return render_template("review_not_mine.html", part=part, subject=subject, form=form, title=title)


@bp.post("/parts/<int:part_id>/not-mine")
@needs("review.answer", queries.part)
def pass_on(part: ReviewPart) -> Any:
    """Somebody else answers."""
    subject, form = _subject(part, request.args.get("person", 0, type=int)), forms.PassForm()
    if not form.validate():
        return _passing(part, subject, form), 422
    part_id, subject_id = part.id, subject.id
    to = db.session.scalar(select(Person).where(Person.employee_number == (form.to.data or "").strip()))
    try:
        with transaction():
            if to is None:
                raise NotAllowed("nobody_there", field="to")
            answering.pass_on(part, subject_id, to, actor=_actor(part), now=clock.now())
    except NotAllowed as refusal:
        form.to.errors = [words.REFUSALS[refusal.reason]]
        return _passing(queries.part(part_id), _subject(queries.part(part_id), subject_id), form), 422
    flash(_("Frågan har gått vidare."), "done")
    return redirect(url_for("reviews.part", part_id=part_id))
