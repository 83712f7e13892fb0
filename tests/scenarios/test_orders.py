"""Scenarios 2-6 and 33: what an order needs, who may send it, and what a change after an approval means."""

from __future__ import annotations

from tests.scenarios.conftest import BASE, DESK, UTF, Scene
from tests.stateful.town import NUMBERS


def test_scenario_2_employment_that_never_appears(scene: Scene) -> None:
    """The order lapses ten working days on, and the orderer hears both that it waits and that it lapsed."""
    del scene.register.accounts[NUMBERS["Nils"]]
    scene.world.database.forge(  # nobody has seen him here before: he is only expected
        "UPDATE person SET employment_status = 'not_found', last_active_on = NULL WHERE given_name = 'Nils';"
        "INSERT INTO audit_event (at, event, channel, object_type, object_id, state_to, actor_role, state_from, reason,"
        " guards, evidence, documents, data) SELECT now(), 'employment.changed', 'system', 'person', id, 'not_found',"
        " '', '', '', '[]', '{}', '{}', '{}' FROM person WHERE given_name = 'Nils'"
    )
    case = scene.order("Bo", "Nils", BASE)
    assert scene.state(case) == "waiting_prerequisites: employment_missing"
    scene.world.waits(14)  # Monday 16 March, the tenth working day
    assert scene.state(case) == "waiting_prerequisites: employment_missing"
    scene.world.waits(1)
    assert scene.state(case) == "lapsed"
    assert scene.subjects("Bo") == [f"Anställningen saknas i AD: {case}", f"{case}: beställningen har förfallit"]


def test_scenario_3_manager_answers_from_the_mail(scene: Scene) -> None:
    """GET alone changes nothing, the answer counts, and a second one is told who was first."""
    case = scene.order("Anna", "Anna", DESK)
    scene.world.works()
    (path,) = scene.acts.read_mail("Bo")
    with scene.world.app.app_context():
        browser = scene.world.app.test_client()
        before = scene.world.ledger.rows("SELECT md5(string_agg(e::text, '')) FROM audit_event e")
        assert "Anna Åberg" in browser.get(path).text
    assert scene.state(case) == "requested"
    assert scene.world.ledger.rows("SELECT md5(string_agg(e::text, '')) FROM audit_event e") == before
    assert scene.acts.follow_link("Bo", path, "approve")
    assert scene.state(case) == "manager_approved"
    assert scene.acts.follow_link("Bo", path, "reject")
    assert scene.state(case) == "manager_approved"
    with scene.world.app.app_context():
        second = scene.world.app.test_client().get(path).text
    assert "Bo Ek" in second


def test_scenario_4_order_without_base_waits_for_it(scene: Scene) -> None:
    """It goes on by itself when the base order is granted."""
    case = scene.order("Lena", "Lena", DESK)
    assert scene.state(case) == "waiting_prerequisites: base_grant_missing"
    base = scene.order("Bo", "Lena", BASE)
    scene.approved("Siv", case=base)
    assert scene.state(case) == "requested"
    assert scene.asked(case) == {"Bo"}


def test_scenario_5_managers_own_order_goes_to_the_next_level(scene: Scene) -> None:
    case = scene.order("Bo", "Bo", DESK)
    assert scene.asked(case) == {"Greta"}
    assert not scene.answer("Bo", case)
    assert scene.answer("Greta", case)
    assert scene.state(case) == "manager_approved"


def test_scenario_6_orderer_out_of_scope_is_refused(scene: Scene) -> None:
    """Per orders for the unit that Bo leads, up to K2: not for another unit, and not what is K3."""
    assert scene.state(scene.order("Per", "Anna", ("EKO", "LEVREG"))) == "requested"
    assert scene.refused("Per", "Tor", DESK) == "may_not_order"
    assert scene.refused("Per", "Anna", UTF) == "may_not_order"


def test_scenario_33_approval_is_void_when_the_order_changes(scene: Scene) -> None:
    """Returned after the manager's approval and sent again with another period: the manager is asked anew."""
    case = scene.order("Anna", "Anna", DESK)
    assert scene.answer("Bo", case)
    assert scene.answer("Siv", case, "return")
    assert scene.acts.complete("Anna", case)
    assert (scene.state(case), scene.asked(case)) == ("requested", {"Bo"})
    scene.approved("Bo", "Siv", case=case)
    assert scene.state(case) == "granted"


def test_scenario_33_another_level_is_decided_from_the_beginning(scene: Scene) -> None:
    """What the manager approved was the one level; for the other the manager is asked again."""
    first = scene.order("Anna", "Anna", DESK)
    scene.approved("Bo", "Siv", case=first)
    right = scene.right(first)
    assert right is not None
    assert scene.acts.order_about("Anna", right[0], "change", ("MIC", "LAN"), 60)
    changed = "BEH-2026-000002"
    assert (scene.state(changed), scene.asked(changed)) == ("requested", {"Bo"})
