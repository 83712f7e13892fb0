"""What an AD administrator does to people and groups, for tests: over LDAPS, as Administrator."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPEntryAlreadyExistsResult
from ldap3.protocol.formatters.formatters import format_sid
from ldap3.utils.dn import escape_rdn

from app.directory.ldap_gateway import CheckedTls
from tests.servers.samba_ad import SambaAD

NORMAL, DISABLED, PASSWORD_NOT_NEEDED = 0x200, 0x2, 0x20
# The attribute member and the class group, as the schema of every AD calls them.
MEMBER, GROUP = "bf9679c0-0de6-11d0-a285-00aa003049e2", "bf967a9c-0de6-11d0-a285-00aa003049e2"
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def filetime(moment: datetime) -> int:
    """``moment`` as AD stores it: 100 ns since 1601, UTC."""
    return int((moment - EPOCH) / timedelta(microseconds=1)) * 10


class AdAdmin:
    """Adds, changes and removes what a test needs. Every call raises when AD refuses."""

    def __init__(self, ad: SambaAD) -> None:
        self.ad = ad
        tls = CheckedTls(ca_certs_file=str(ad.ca_file))
        server = ldap3.Server(ad.ip, port=636, use_ssl=True, tls=tls, get_info=ldap3.NONE)
        self.connection: Any = ldap3.Connection(
            server, ad.admin_dn, ad.password, auto_bind=True, check_names=False, raise_exceptions=True
        )

    def add_unit(self, path: str) -> str:
        """The DN of an OU, made when it is missing; ``path`` from the domain downwards: ``Skola/Avslutade``."""
        dn = self.ad.base
        for name in path.split("/"):
            dn = f"OU={escape_rdn(name)},{dn}"
            with contextlib.suppress(LDAPEntryAlreadyExistsResult):  # another test made it
                self.connection.add(dn, ["organizationalUnit"])
        return dn

    def add_user(self, name: str, login: str, *, unit: str = "Personal", password: str = "", **attributes: str) -> str:
        """A person's DN. Enabled (with ``password`` when there is one); ``attributes`` by their AD names."""
        dn = f"CN={escape_rdn(name)},{self.add_unit(unit)}"
        given = {"sAMAccountName": login, "displayName": name, "userPrincipalName": f"{login}@{self.ad.domain}"}
        control = NORMAL | DISABLED if password else NORMAL | PASSWORD_NOT_NEEDED
        self.connection.add(dn, ["user"], given | {"userAccountControl": str(control)} | attributes)
        if password:
            self.set_password(dn, password)
            self.set(dn, userAccountControl=str(NORMAL))
        return dn

    def add_reader(self, login: str = "svc-behorig", password: str = "L4s-bara-konto") -> tuple[str, str]:
        """A plain account that may read: what the product binds as. Its DN and password."""
        return self.add_user(login, login, unit="Tjänstekonton", password=password), password

    def set(self, dn: str, **attributes: str) -> None:
        """Replace attributes; an empty value removes."""
        changes = {name: [(ldap3.MODIFY_REPLACE, [value] if value else [])] for name, value in attributes.items()}
        self.connection.modify(dn, changes)

    def set_password(self, dn: str, password: str) -> None:
        """Give a new password."""
        self.connection.modify(dn, {"unicodePwd": [(ldap3.MODIFY_REPLACE, [f'"{password}"'.encode("utf-16-le")])]})

    def disable(self, dn: str) -> None:
        """Shut the account."""
        self.set(dn, userAccountControl=str(NORMAL | PASSWORD_NOT_NEEDED | DISABLED))

    def enable(self, dn: str) -> None:
        """Open the account."""
        self.set(dn, userAccountControl=str(NORMAL | PASSWORD_NOT_NEEDED))

    def expire(self, dn: str, first_dead: datetime) -> None:
        """The account dies at ``first_dead``."""
        self.set(dn, accountExpires=str(filetime(first_dead)))

    def move(self, dn: str, unit: str) -> str:
        """Move to another OU; the new DN."""
        name, target = dn.split(",OU=")[0], self.add_unit(unit)
        self.connection.modify_dn(dn, name, new_superior=target)
        return f"{name},{target}"

    def rename(self, dn: str, name: str) -> str:
        """Give another common name; the new DN."""
        relative, parent = f"CN={escape_rdn(name)}", dn[dn.index(",OU=") + 1 :]
        self.connection.modify_dn(dn, relative)
        return f"{relative},{parent}"

    def delete(self, dn: str) -> None:
        """Remove the entry."""
        self.connection.delete(dn)

    def add_group(self, name: str, *members: str) -> str:
        """A global security group's DN."""
        dn = f"CN={escape_rdn(name)},{self.add_unit('Grupper')}"
        self.connection.add(dn, ["group"], {"sAMAccountName": name, "groupType": "-2147483646"})
        if members:
            self.connection.modify(dn, {"member": [(ldap3.MODIFY_ADD, list(members))]})
        return dn

    def add_writer(self, login: str, password: str = "Sk4-bara-medlemmar", *, unit: str = "Grupper") -> tuple[str, str]:
        """An account that may change who is in the groups of an OU, and nothing else: as docs/deploy.md tells to."""
        dn = self.add_user(login, login, unit="Tjänstekonton", password=password)
        self.connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=["objectSid"])
        sid = format_sid(self.connection.response[0]["raw_attributes"]["objectSid"][0])
        self.ad.allow(self.add_unit(unit), f"(OA;CIIO;WP;{MEMBER};{GROUP};{sid})")
        return dn, password

    def close(self) -> None:
        """End the session."""
        self.connection.unbind()


def midnight_after(day: date) -> datetime:
    """The instant that ADUC stores for "end of ``day``" (UTC here)."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
