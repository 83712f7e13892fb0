"""Who is in the groups that the catalogue names, on a real Active Directory."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from app.db import db
from app.directory import groups
from app.directory.models import DirectoryAccount, DirectoryGroup, DirectoryMembership
from app.errors import DirectoryUnavailable
from tests.directory.test_synchronising import FIRST, SECOND

SERIAL = count(1)


@pytest.fixture
def whole_domain(app, town, make_gateway):
    """Groups stand beside the OU of the test's people."""
    app.extensions["directory"] = make_gateway()


@pytest.fixture
def group(ad_admin, whole_domain):
    """Makes a group with members; its name and DN."""

    def make(*members: str) -> tuple[str, str]:
        name = f"SYS-TEST-Å{next(SERIAL)}"
        return name, ad_admin.add_group(name, *members)

    return make


def now() -> list[str]:
    rows = select(DirectoryMembership.member_dn).where(DirectoryMembership.gone_at.is_(None))
    return sorted(db.session.scalars(rows))


def test_members_are_read_with_their_keys(group, hire):
    (_, one), (_, two) = hire("Åsa O'Brien"), hire("Örjan, Ek")
    name, _ = group(one, two)
    report = groups.read_groups([name, "SYS-FINNS-INTE"], FIRST)
    assert (report.groups, report.members, report.unknown) == (1, 2, ("SYS-FINNS-INTE",))
    assert now() == sorted([one, two])
    assert all(len(guid) == 36 for guid in db.session.scalars(select(DirectoryMembership.member_guid)))


def test_member_who_comes_and_goes_is_kept_as_each_night_saw_it(group, hire, ad_admin):
    import ldap3

    (_, one), (_, two) = hire("Ett Ek"), hire("Två Ek")
    name, dn = group(one)
    groups.read_groups([name], FIRST)
    ad_admin.connection.modify(dn, {"member": [(ldap3.MODIFY_REPLACE, [two])]})
    groups.read_groups([name], SECOND)
    assert now() == [two]
    groups.read_groups([name], SECOND + timedelta(days=1))
    rows = select(DirectoryMembership.member_dn, DirectoryMembership.seen_at, DirectoryMembership.gone_at)
    assert [tuple(row) for row in db.session.execute(rows.order_by(DirectoryMembership.id))] == [
        (one, FIRST, SECOND),
        (two, SECOND, None),
    ]


def test_renamed_member_is_the_same_membership(group, hire, ad_admin):
    _, dn = hire("Karin Ek")
    name, _ = group(dn)
    groups.read_groups([name], FIRST)
    renamed = ad_admin.rename(dn, f"Karin Å'Berg {next(SERIAL)}")
    groups.read_groups([name], SECOND)
    assert now() == [renamed]
    assert db.session.scalar(select(func.count(DirectoryMembership.id))) == 1


def test_nested_group_is_a_member_too_and_is_read_itself(group, hire):
    _, dn = hire("Karin Ek")
    _, inner = group(dn)
    name, _ = group(inner)
    assert groups.read_groups([name], FIRST).groups == 2
    assert sorted(now()) == sorted([dn, inner])


def test_group_that_is_deleted_is_missing_and_empty(group, hire, ad_admin):
    name, dn = group(hire("Karin Ek")[1])
    groups.read_groups([name], FIRST)
    ad_admin.delete(dn)
    assert groups.read_groups([name], SECOND).unknown == (name,)
    assert db.session.scalars(select(DirectoryGroup.missing_since)).one() == SECOND
    assert now() == []


def test_group_of_thousands_is_read_in_stretches(group, hire, monkeypatch):
    """Samba gives all at once unless it is asked for a stretch: AD's 1,500 at a time are forced."""
    from app.directory import groups as room

    people = [hire(f"Person {n}")[1] for n in range(11)]
    name, _ = group(*people)
    whole, asked = room._stretch, []

    def at_most_four(talk, dn, first):
        class Narrow:
            def entries(self, base, condition, attributes, **more):
                (wanted,) = attributes
                return talk.entries(base, condition, [wanted.replace("-*", f"-{first + 3}")], **more)

        asked.append(first)
        return whole(Narrow(), dn, first)

    monkeypatch.setattr(room, "_stretch", at_most_four)
    assert groups.read_groups([name], FIRST).members == 11
    assert asked == [0, 4, 8]
    assert now() == sorted(people)


def test_directory_that_is_down_ends_no_membership(app, group, hire, make_gateway):
    name, _ = group(hire("Karin Ek")[1])
    groups.read_groups([name], FIRST)
    app.extensions["directory"] = make_gateway(ldap_servers=("ldaps://127.0.0.1:9",))
    with pytest.raises(DirectoryUnavailable):
        groups.read_groups([name], SECOND)
    assert len(now()) == 1


def test_member_is_found_among_the_accounts_by_its_key(app, group, hire, town):
    from app.directory import services

    number, dn = hire("Karin Ek")
    name, _ = group(dn)
    services.sync(FIRST)
    groups.read_groups([name], FIRST)
    joined = select(DirectoryAccount.employee_number).join(
        DirectoryMembership, DirectoryMembership.member_guid == DirectoryAccount.object_guid
    )
    assert db.session.scalars(joined).all() == [number]
