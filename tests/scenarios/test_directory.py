"""Scenarios 27-29 and 32: a directory that is down, what may not be written, who is not named, and vacant managers."""

from __future__ import annotations

import pytest

from tests.scenarios.conftest import DESK, Scene
from tests.stateful import acts
from tests.stateful.town import NUMBERS

PERSONNUMMER = "811218" + "9876"  # the tax agency's own example of a number that nobody has


def test_scenario_27_directory_down_nothing_rejected_nothing_granted(scene: Scene) -> None:
    """A new order waits, an approval is kept, a grant is put off; when it answers all goes on, and nothing is lost."""
    granting, asked = scene.order("Anna", "Anna", DESK), scene.order("Hugo", "Hugo", ("MIC", "LAN"))
    assert scene.answer("Bo", granting)
    held = scene.world.ledger.rows("SELECT id, status FROM access_grant ORDER BY id")
    scene.register.is_away = True
    sent = scene.order("Karin", "Karin", ("EKO", "LEVREG"))
    assert scene.state(sent) == "waiting_prerequisites: directory_unavailable"
    assert scene.answer("Bo", asked)
    assert scene.state(asked) == "waiting_prerequisites: directory_unavailable"
    assert not scene.answer("Siv", granting, "grant")
    assert scene.state(granting) == "manager_approved"
    scene.register.leave(NUMBERS["Hugo"])  # it is true, and nobody can know it yet
    scene.world.waits(2)
    assert scene.world.ledger.rows("SELECT id, status FROM access_grant ORDER BY id") == held
    scene.register.come_back(NUMBERS["Hugo"])
    scene.register.is_away = False
    scene.world.waits_until(12)
    assert (scene.state(sent), scene.state(asked)) == ("requested", "manager_approved")
    scene.approved("Siv", case=granting)


def test_scenario_28_personnummer_is_refused_and_not_kept(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "WHY", f"Ska hjälpa {PERSONNUMMER} i lånedisken.")
    assert scene.refused("Anna", "Anna", DESK) == "personnummer"
    assert scene.world.ledger.rows("SELECT count(*) FROM access_request") == [(0,)]
    kept = "SELECT count(*) FROM audit_event e WHERE e::text LIKE '%%' || %(text)s || '%%'"
    assert scene.world.ledger.rows(kept, text=PERSONNUMMER) == [(0,)]


def test_scenario_29_protected_person_is_named_in_no_mail(scene: Scene) -> None:
    """From the order to the removal: Per has a protected identity."""
    case = scene.order("Per", "Per", ("EKO", "LEVREG"))
    scene.approved("Karin", "Siv", case=case)
    right = scene.right(case)
    assert right is not None
    assert scene.acts.end("Per", right[0])
    assert scene.acts.answer("Tor", scene.removal(right[0]), "approve")
    scene.world.waits(1)
    assert len(scene.world.smtp.messages) >= 5
    for mail in scene.world.smtp.messages:
        told = "".join(str(mail[name]) for name in mail) + "".join(
            part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
        )
        assert "Brien" not in told, mail["Subject"]


@pytest.mark.parametrize("manager", ["", "Anna", "Bo"])
def test_scenario_32_manager_empty_self_or_disabled(scene: Scene, manager: str) -> None:
    """Nobody, oneself, or somebody whose account is closed: whoever comes next in the rules decides instead."""
    scene.register.report_to(NUMBERS["Anna"], NUMBERS.get(manager, ""))
    if manager == "Bo":
        scene.register.leave(NUMBERS["Bo"])
    scene.world.waits(1)
    case = scene.order("Anna", "Anna", DESK)
    assert scene.asked(case) == {"Greta"}  # the next level, and where there is none the head of the administration
    assert scene.answer("Greta", case)
    assert scene.state(case) == "manager_approved"
