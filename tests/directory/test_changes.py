"""What has changed since: on a real Active Directory, by its own count of changes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.db import db
from app.directory import changes, tasks
from app.directory.holding import ReadingIsHeld
from app.directory.models import DirectoryAccount, DirectoryMark, DirectorySnapshot
from app.directory.run_models import DirectoryRun


@pytest.fixture
def known(town, hire):
    """Three people who are known, and the mark of the server."""
    people = [hire(f"Person {n}", title="Kock") for n in range(3)]
    tasks.nightly_sync()
    return people


def runs() -> list[tuple[str, str, int]]:
    db.session.rollback()
    rows = select(DirectoryRun.kind, DirectoryRun.state, DirectoryRun.accounts).order_by(DirectoryRun.id)
    return [tuple(row) for row in db.session.execute(rows)]


def test_only_what_has_changed_is_read(known, town, ad_admin):
    ad_admin.set(known[1][1], title="Kokerska")
    report = tasks.read_changes()
    assert (report.accounts, report.people, report.changed) == (1, 3, {})
    assert [town.person(number).title for number, _ in known] == ["Kock", "Kokerska", "Kock"]
    assert runs() == [("full", "done", 3), ("incremental", "done", 1)]
    assert db.session.scalar(select(func.count(DirectorySnapshot.id))) == 1


def test_nothing_changed_leaves_no_run(known, town):
    assert tasks.read_changes() is None
    assert tasks.read_changes() is None
    assert len(runs()) == 1


def test_joiner_leaver_mover_and_renamed_come_within_minutes(known, town, hire, ad_admin, place):
    number, _ = hire("Åsa O'Brien", manager=known[0][1])
    ad_admin.move(known[0][1], f"{place}/Avslutade")
    ad_admin.disable(known[1][1])
    renamed = ad_admin.rename(known[2][1], "Ö'Ek, Örjan")
    ad_admin.set(renamed, displayName="Örjan Ö'Ek", sAMAccountName="orjan.oek")
    report = tasks.read_changes()
    assert report.added == 1
    assert town.moves() == [("active", "ended"), ("active", "ended")]
    assert town.person(number).manager == town.person(known[0][0])
    assert (town.person(known[2][0]).display_name, town.person(known[2][0]).login) == ("Örjan Ö'Ek", "orjan.oek")


def test_deleted_account_is_seen_at_once_where_the_account_may_see_it(known, town, ad_admin, make_gateway, app):
    app.extensions["directory"] = make_gateway(
        ldap_base=town.gateway.base, ldap_bind_dn=ad_admin.ad.admin_dn, ldap_bind_password=ad_admin.ad.password
    )
    ad_admin.delete(known[0][1])
    tasks.read_changes()
    assert town.moves() == [("active", "ended")]
    assert town.events[0].evidence["reason"] == "not_found:no_account"
    missing = select(func.count()).where(DirectoryAccount.missing_since.is_not(None))
    assert db.session.scalar(missing) == 1


def test_deleted_account_is_seen_the_next_night_at_the_latest(known, town, ad_admin):
    ad_admin.delete(known[0][1])
    tasks.read_changes()
    tasks.nightly_sync()
    assert town.moves() == [("active", "ended")]


def test_sibling_account_is_judged_together_with_the_one_that_changed(known, town, hire, ad_admin):
    number, dn = known[0]
    hire("Person 0", employeeID=number, employeeType="visstid")
    tasks.read_changes()
    ad_admin.disable(dn)
    report = tasks.read_changes()
    assert report.accounts == 2
    assert town.person(number).employment_status == "active"
    assert not town.events


def test_number_that_is_taken_away_ends_the_person(known, town, ad_admin):
    ad_admin.set(known[0][1], employeeID="")
    tasks.read_changes()
    assert town.moves() == [("active", "ended")]


def test_corrected_number_is_another_person(known, town, ad_admin):
    ad_admin.set(known[0][1], employeeID="R99001")
    tasks.read_changes()
    assert town.person("R99001").employment_status == "active"
    assert town.person(known[0][0]).employment_status == "ended"


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ({"copy": "another"}, "server_set_up_anew"),
        ({"server": "ldaps://another"}, "server_not_read_before"),
    ],
)
def test_mark_that_is_not_the_servers_leads_to_a_whole_reading_by_itself(mark, why, known, town, ad_admin):
    stored = db.session.scalars(select(DirectoryMark)).one()
    for name, value in mark.items():
        setattr(stored, name, value)
    db.session.commit()
    ad_admin.set(known[1][1], title="Kokerska")
    from app.directory import synchronising

    with pytest.raises(changes.WholeNeeded) as needed:
        synchronising.begin_changes(town_now())
    db.session.rollback()
    assert needed.value.why == why
    assert tasks.read_changes().accounts == 3
    assert [kind for kind, _, _ in runs()] == ["full", "full"]
    ad_admin.set(known[1][1], title="Chef")
    assert tasks.read_changes().accounts == 1


def test_server_that_went_backwards_is_read_whole_and_held(known, town, ad_admin):
    """Set back to an older copy, it has forgotten who left since: two people have to say that it may be believed."""
    db.session.scalars(select(DirectoryMark)).one().changes = 2**60
    db.session.commit()
    ad_admin.set(known[1][1], title="Kokerska")
    with pytest.raises(ReadingIsHeld) as held:
        tasks.read_changes()
    assert held.value.reason == "reading_old"
    assert town.person(known[1][0]).title != "Kokerska" and not town.events


def town_now():
    from app import clock

    return clock.now()


def test_reading_that_fails_moves_no_mark(known, town, app, make_gateway, ad_admin):
    from app.errors import DirectoryUnavailable

    before = db.session.scalars(select(DirectoryMark.changes)).one()
    db.session.rollback()
    ad_admin.disable(known[0][1])
    app.extensions["directory"] = make_gateway(ldap_servers=("ldaps://127.0.0.1:9",))
    with pytest.raises(DirectoryUnavailable):
        tasks.read_changes()
    assert db.session.scalars(select(DirectoryMark.changes)).one() == before
    assert town.person(known[0][0]).employment_status == "active"
    app.extensions["directory"] = town.gateway
    tasks.read_changes()
    assert town.moves() == [("active", "ended")]
