"""Fixtures of the directory: one Samba AD for the session, and the settings that lead to it.

from tests.servers.directory_fixtures import ad_admin, directory_settings, samba
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.servers.ad_admin import AdAdmin
    from tests.servers.samba_ad import SambaAD


@pytest.fixture(scope="session")
def samba() -> Iterator[SambaAD]:
    """A running directory with an empty domain."""
    from tests.servers.samba_ad import SambaAD

    with SambaAD() as ad:
        yield ad


@pytest.fixture(scope="session")
def ad_admin(samba: SambaAD) -> Iterator[AdAdmin]:
    """Its administrator. What one test adds, the others see: use names and numbers of your own."""
    from tests.servers.ad_admin import AdAdmin

    admin = AdAdmin(samba)
    yield admin
    admin.close()


@pytest.fixture(scope="session")
def directory_settings(samba: SambaAD, ad_admin: AdAdmin) -> dict[str, Any]:
    """The LDAP settings of a product that reads this directory as a plain service account, over LDAPS."""
    reader, password = ad_admin.add_reader()
    return {
        "ldap_servers": (samba.ldaps,),
        "ldap_ca_file": samba.ca_file,
        "ldap_bind_dn": reader,
        "ldap_bind_password": password,
        "ldap_base": samba.base,
        "ldap_login_domain": samba.domain,
        "ldap_timeout": 3,
        "sync_clock_seconds": 10**9,  # tests live in other years than their server
    }
