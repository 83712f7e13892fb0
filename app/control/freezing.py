"""The data of a report, read once as of the year's end: plain JSON, the same bytes for the same facts (C11)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from flask import current_app
from sqlalchemy import exists, or_, select

from app.catalogue.models import System
from app.control import measuring, points, queries
from app.control.points import Found, Year
from app.control.queries import Profile
from app.control.report_models import ControlActivity
from app.db import db
from app.matters.models import Matter
from app.training.queries import BASE_COURSES
from workflows import internal_control as rules
from workflows import system_profile as things
from workflows.internal_control import Figures, Thresholds

FORMAT = 1
# Points that the profile tells: which of its things, each one of the sample.
OF_PROFILE: Mapping[str, tuple[str, ...]] = {
    "IK-07": (things.GUIDELINE,),
    "IK-09": (things.CONTINUITY,),
    "IK-10": (things.ROLES,),
    "IK-11": (things.AGREEMENT, things.REGISTER),
}


def canonical(data: Any) -> bytes:
    """The data as JSON with one way to write it, so that its hash says whether it is the same."""
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def digest(data: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return sha256(canonical(data)).hexdigest()


def limits() -> Thresholds:
    """The municipality's thresholds."""
    settings = current_app.extensions["settings"]
    return Thresholds(settings.control_in_time_percent, settings.control_leaver_days)


def reporting(year: Year) -> Sequence[System]:
    """The systems that report: those in use, and those that were retired during the year or after it."""
    retired = exists().where(
        Matter.system_id == System.id, Matter.process == "system_retirement", Matter.ended_at >= year.start
    )
    used = or_(System.lifecycle.in_(("production", "phasing_out")), (System.lifecycle == "retired") & retired)
    return db.session.scalars(select(System).where(used).order_by(System.board, System.code)).all()


def of_systems(systems: Collection[System], year: Year) -> dict[int, dict[str, Any]]:
    """The frozen data of each system's report by the system's id; as many statements for thirty systems as for one."""
    counted, metrics, leavers = points.counted(year), measuring.by_system(year), points.leavers(year)
    manual = activities(year)
    frozen = {}
    for one in queries.profiles(systems, year.last, year.end):
        found = {code: _point(code, one, counted, leavers) for code in rules.SYSTEM_POINTS}
        frozen[one.system.id] = _data(one, year, found) | {
            "metrics": metrics.get(one.system.id, measuring.none()),
            "activities": manual.get(one.system.id, []),
        }
    return frozen


def _point(code: str, one: Profile, counted: Mapping[str, Mapping[int, Found]], leavers: Mapping[int, Any]) -> Found:
    if code in OF_PROFILE:
        asked = [one.lights[name] for name in OF_PROFILE[code] if one.lights[name].colour != things.NONE]
        return Found(Figures(len(asked), sum(light.colour != things.GREEN for light in asked)), "profile")
    found = counted[code].get(one.system.id)
    if found is None:
        return Found(Figures(0, 0))
    if code == "IK-03":
        worst = leavers.get(one.system.id, (0, 0, 0))[2]
        return Found(Figures(found.figures.sample, found.figures.deviations, worst=worst), found.of, found.rows)
    return found


def _data(one: Profile, year: Year, found: Mapping[str, Found]) -> dict[str, Any]:
    system, limit = one.system, limits()
    rows = [_row(code, point, system.confidentiality, limit) for code, point in found.items()]
    gaps = [name for name, light in one.lights.items() if light.colour in (things.RED, things.AMBER)]
    rated = [(row["code"], row["colour"], row["why"]) for row in rows]
    rating, why = rules.rating(rated, gaps)
    return {
        "format": FORMAT,
        "year": year.year,
        "as_of": f"{year.last.isoformat()} 23:59",
        "kind": "system",
        "system": {
            "code": system.code,
            "name": system.name,
            "board": system.board,
            "board_name": system.details.get("board_name") or system.board,
            "lifecycle": system.lifecycle,
            "classification": [system.confidentiality, system.integrity, system.availability],
            "owners": [person.display_name for person in one.known.holders["system_owner"]],
            "managers": [person.display_name for person in one.known.holders["system_manager"]],
        },
        "points": rows,
        "readiness": [_thing(name, light) for name, light in one.lights.items()],
        "score": one.score,
        "rating": rating,
        "rating_why": list(why),
    }


def _row(code: str, point: Found, confidentiality: int, limit: Thresholds) -> dict[str, Any]:
    colour, why = rules.rate(code, point.figures, confidentiality, limit)
    counted = {"sample": point.figures.sample, "deviations": point.figures.deviations, "worst": point.figures.worst}
    return {"code": code, **counted, "colour": colour, "why": why, "of": point.of, "rows": list(point.rows)}


def _thing(name: str, light: things.Light) -> dict[str, Any]:
    day = light.day.isoformat() if light.day else None
    return {"thing": name, "colour": light.colour, "why": light.why, "day": day, "count": light.count}


def activities(year: Year) -> dict[int, list[dict[str, Any]]]:
    """The controls made by hand in the year, by system, earliest first."""
    wanted = select(ControlActivity).where(
        ControlActivity.made_on.between(year.first, year.last), ControlActivity.recorded_at < year.end
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for one in db.session.scalars(wanted.order_by(ControlActivity.made_on, ControlActivity.id)):
        said = {name: getattr(one, name) for name in ("id", "kind", "what", "method", "sample", "deviations", "result")}
        said |= {"made_on": one.made_on.isoformat(), "attachment": one.attachment_digest}
        found.setdefault(one.system_id, []).append(said)
    return found


def of_boards(systems: Mapping[int, dict[str, Any]], year: Year) -> dict[str, dict[str, Any]]:
    """The frozen data of each board's report: its people's training, and its systems' points together. No names."""
    trained, frozen = points.trained(year, BASE_COURSES), {}
    boards = sorted({data["system"]["board"] for data in systems.values()} | trained.keys())
    for board in boards:
        mine = [data for data in systems.values() if data["system"]["board"] == board]
        figures = trained.get(board, Figures(0, 0))
        frozen[board] = _board(board, mine, figures, year)
    return frozen


def _board(board: str, mine: Sequence[Mapping[str, Any]], trained: Figures, year: Year) -> dict[str, Any]:
    mine_points = [row for data in mine for row in data["points"]]
    rows = [_row("IK-06", Found(trained), 0, limits())]
    rows += [_together(code, [row for row in mine_points if row["code"] == code]) for code in rules.SYSTEM_POINTS]
    rated = [(row["code"], row["colour"], row["why"]) for row in rows]
    rating, why = rules.rating(rated, [name for data in mine for name in _gaps(data)])
    name = mine[0]["system"]["board_name"] if mine else board
    return {
        "format": FORMAT,
        "year": year.year,
        "as_of": f"{year.last.isoformat()} 23:59",
        "kind": "board",
        "board": {"code": board, "name": name},
        "systems": [
            {"code": d["system"]["code"], "name": d["system"]["name"], "rating": d["rating"], "score": d["score"]}
            for d in mine
        ],
        "points": rows,
        "rating": rating,
        "rating_why": list(why),
    }


def _gaps(data: Mapping[str, Any]) -> list[str]:
    return [one["thing"] for one in data["readiness"] if one["colour"] in (things.RED, things.AMBER)]


def _together(code: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One point of several systems: counts added, and as red as the reddest."""
    counted = [row for row in rows if row["colour"] != things.NONE]
    worst = min(counted, key=lambda row: things.POINTS[row["colour"]], default=None)
    return {
        "code": code,
        "sample": sum(row["sample"] for row in rows),
        "deviations": sum(row["deviations"] for row in rows),
        "worst": max((row["worst"] for row in rows), default=0),
        "colour": worst["colour"] if worst else things.NONE,
        "why": worst["why"] if worst else "nothing_to_check",
        "of": "",
        "rows": [],
    }
