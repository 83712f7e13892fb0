"""The gateway against a real Active Directory (Samba), over TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from time import monotonic

import pytest
from ldap3.core.exceptions import LDAPEntryAlreadyExistsResult

from app.directory.ldap_gateway import BindResult
from app.errors import DirectoryUnavailable
from tests.servers.ad_admin import NORMAL, AdAdmin
from tests.servers.samba_ad import SambaAD

PASSWORD = "Höst-2026-lösen"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"ldaps://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def impostor(samba: SambaAD) -> Iterator[str]:
    """Another address that shows the real server's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls = samba.directory / "private/tls"
    context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with contextlib.suppress(OSError):
                context.wrap_socket(listener.accept()[0], server_side=True).recv(1)

        Thread(target=greet, daemon=True).start()
        yield f"ldaps://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="module")
def person(ad_admin: AdAdmin) -> str:
    """Somebody who logs in."""
    return ad_admin.add_user("Lovisa Lind", "lovisa", password=PASSWORD, mail="lovisa@exempel.test")


def only(answer):
    (account,) = answer.accounts
    return account


@pytest.mark.parametrize("protocol", ["ldaps", "ldap"])
def test_person_is_found_over_ldaps_and_starttls(protocol, make_gateway, samba, hire):
    number, dn = hire("Åsa Öhman", title="Miljöinspektör", departmentNumber="MIL-1", company="Miljönämnden")
    answer = make_gateway(ldap_servers=(getattr(samba, protocol),)).find_by_employee_number(number)
    account = only(answer)
    assert answer.server == getattr(samba, protocol)
    assert (account.dn, account.display_name, account.title) == (dn, "Åsa Öhman", "Miljöinspektör")
    assert (account.unit_code, account.board, account.employee_type) == ("MIL-1", "Miljönämnden", "anställd")
    assert account.created_at and account.enabled


def test_extension_attributes_give_start_protection_and_language(gateway, hire):
    number, _ = hire(extensionAttribute1="2026-12-01", extensionAttribute2="ja", preferredLanguage="en")
    account = only(gateway.find_by_employee_number(number))
    assert (account.starts_on, account.protected, account.language) == (date(2026, 12, 1), True, "en")


def test_unknown_number_is_an_empty_answer(gateway):
    assert gateway.find_by_employee_number("999999").accounts == ()


@pytest.mark.parametrize("number", ["*", "0)(objectClass=*", "\\2a", "(", ")", "\\", "\x00"])
def test_filter_characters_in_a_number_find_nobody(number, gateway, hire):
    hire()
    assert gateway.find_by_employee_number(number).accounts == ()


@pytest.mark.parametrize("name", ["Åsa (vik) O'Brien*", "Bob \\ Berg", "Carol, Ek", "#Dan + <Dal>"])
def test_names_with_filter_and_dn_characters_are_read_whole(name, gateway, hire):
    number, _ = hire(name)
    assert only(gateway.find_by_employee_number(number)).display_name == name


def test_leading_zeros_are_part_of_the_number(gateway, hire):
    hire(employeeID="00777")
    assert gateway.find_by_employee_number("777").accounts == ()
    assert len(gateway.find_by_employee_number(" 00777 ").accounts) == 1


def test_number_is_exactly_itself_though_ad_compares_loosely(gateway, hire):
    hire(employeeID="Åb-1")
    assert len(gateway.find_by_employee_number("Åb-1").accounts) == 1
    assert gateway.find_by_employee_number("åB-1").accounts == ()


def test_many_numbers_are_found_in_chunks(gateway, hire):
    numbers = [hire()[0] for _ in range(3)]
    unknown = [f"X{n}" for n in range(120)]
    found = gateway.find_by_numbers([*unknown, *numbers])
    assert {number: len(found[number]) for number in numbers} == dict.fromkeys(numbers, 1)
    assert list(found) == [*unknown, *numbers]


def test_paging_reads_everyone_once(make_gateway, ad_admin):
    for n in range(25):
        ad_admin.add_user(f"Sida {n}", f"sida{n}", employeeID=f"S{n:03d}", employeeType="anställd")
    read = make_gateway(ldap_page_size=4).read_all().accounts
    numbers = [account.employee_number for account in read if account.employee_number.startswith("S")]
    assert sorted(numbers) == [f"S{n:03d}" for n in range(25)]
    assert len({account.object_guid for account in read}) == len(read)


def test_accounts_without_number_are_not_read(gateway, ad_admin):
    ad_admin.add_user("Utan Nummer", "utan-nummer")
    assert all(account.employee_number for account in gateway.read_all().accounts)


def test_login_is_found_by_account_name_upn_and_mail(gateway, ad_admin, samba):
    ad_admin.add_user("Bo Ek", "bo.ek", mail="bosse@exempel.test")
    for login in ("bo.ek", "BO.EK", f"bo.ek@{samba.domain}", "bosse@exempel.test"):
        assert gateway.find_by_login(login).login == "bo.ek"


def test_mail_shared_by_two_accounts_is_nobodys_login(gateway, ad_admin):
    for n in (1, 2):
        ad_admin.add_user(f"Delad {n}", f"delad{n}", mail="delad@exempel.test")
    assert gateway.find_by_login("delad@exempel.test") is None


@pytest.mark.parametrize("login", ["*", "fil*", "a)(cn=*", "filip)", "(filip", "fil\\2a", "filip\\", "filip\x00", ""])
def test_filter_characters_in_a_login_find_nobody(login, gateway, ad_admin):
    with contextlib.suppress(LDAPEntryAlreadyExistsResult):
        ad_admin.add_user("Filip Ek", "filip", password=PASSWORD)
    assert gateway.find_by_login(login) is None
    assert gateway.bind_as(login, PASSWORD) is BindResult.WRONG


@pytest.mark.parametrize("number", ["F*1", "F(2)", "F\\3", "F\\2a"])
def test_number_with_filter_characters_is_that_one(number, gateway, hire):
    hire(employeeID="F-and-more-1")
    hire(employeeID=number)
    assert only(gateway.find_by_employee_number(number)).employee_number == number


def test_mail_with_filter_characters_is_found(gateway, ad_admin):
    ad_admin.add_user("Sean O'Brien", "sean.o", mail="sean(o)*@exempel.test")
    assert gateway.find_by_login("sean(o)*@exempel.test").login == "sean.o"
    assert gateway.find_by_login("sean*@exempel.test") is None


def test_moved_account_is_in_the_disabled_ou(gateway, ad_admin, hire):
    number, dn = hire()
    before = only(gateway.find_by_employee_number(number))
    ad_admin.move(dn, "Avslutade")
    after = only(gateway.find_by_employee_number(number))
    assert (before.in_disabled_ou, after.in_disabled_ou) == (False, True)
    assert after.object_guid == before.object_guid


def test_renamed_account_keeps_its_key(gateway, ad_admin, hire):
    number, dn = hire("Alice Åberg")
    before = only(gateway.find_by_employee_number(number))
    ad_admin.set(ad_admin.rename(dn, "Alice Ek"), sAMAccountName="alice.ek", displayName="Alice Ek")
    after = only(gateway.find_by_employee_number(number))
    assert (after.display_name, after.object_guid) == ("Alice Ek", before.object_guid)


def test_disabled_and_expired_accounts_say_so(gateway, ad_admin, hire):
    number, dn = hire()
    ad_admin.disable(dn)
    ad_admin.expire(dn, datetime(2026, 6, 30, 22, tzinfo=UTC))
    account = only(gateway.find_by_employee_number(number))
    assert (account.enabled, account.expires_on) == (False, date(2026, 6, 30))


@pytest.mark.parametrize("raw", ["0", str(2**63 - 1)])
def test_both_spellings_of_never(raw, gateway, ad_admin, hire):
    number, dn = hire()
    ad_admin.set(dn, accountExpires=raw)
    assert only(gateway.find_by_employee_number(number)).expires_on is None


def test_two_accounts_with_one_number_are_both_given(gateway, hire):
    number, _ = hire("Alice Åberg")
    hire("Alice Åberg (adm)", employeeID=number, employeeType="adm")
    assert len(gateway.find_by_employee_number(number).accounts) == 2


class TestTrust:
    @pytest.mark.parametrize("protocol", ["ldaps", "ldap"])
    def test_certificate_of_another_authority_is_refused(self, protocol, make_gateway, samba, tmp_path):
        with SambaAD(directory=tmp_path / "other") as other:
            gateway = make_gateway(ldap_servers=(getattr(samba, protocol),), ldap_ca_file=other.ca_file)
            with pytest.raises(DirectoryUnavailable) as refused:
                gateway.find_by_employee_number("1")
        assert "certificate" in refused.value.details["cause"].lower()

    def test_authorities_of_the_system_do_not_know_ours(self, make_gateway):
        with pytest.raises(DirectoryUnavailable):
            make_gateway(ldap_ca_file=None).find_by_employee_number("1")

    def test_certificate_must_bear_the_name_asked_for(self, make_gateway, impostor):
        with pytest.raises(DirectoryUnavailable) as refused:
            make_gateway(ldap_servers=(impostor,)).find_by_employee_number("1")
        assert "IP address mismatch" in refused.value.details["cause"]

    def test_plain_text_is_never_spoken_unless_asked_for(self, make_gateway, samba):
        gateway = make_gateway(ldap_servers=(samba.ldap,), ldap_start_tls=False)
        with pytest.raises(DirectoryUnavailable, match="neither ldaps"):
            gateway.find_by_employee_number("1")

    def test_plain_text_is_refused_by_the_directory(self, make_gateway, samba):
        with pytest.raises(DirectoryUnavailable):
            make_gateway(ldap_servers=(samba.ldap,), ldap_plain_text=True).find_by_employee_number("1")

    def test_wrong_password_of_the_service_account_is_unavailable(self, make_gateway):
        with pytest.raises(DirectoryUnavailable) as refused:
            make_gateway(ldap_bind_password="hemligt-men-fel").find_by_employee_number("1")
        assert "service account refused" in refused.value.details["cause"]
        assert "hemligt" not in str(refused.value)

    def test_no_service_account_is_unavailable_not_empty(self, make_gateway):
        with pytest.raises(DirectoryUnavailable):
            make_gateway(ldap_bind_dn="", ldap_bind_password="").find_by_employee_number("1")

    def test_wrong_base_is_unavailable_not_empty(self, make_gateway):
        with pytest.raises(DirectoryUnavailable):
            make_gateway(ldap_base="DC=annan,DC=test").find_by_employee_number("1")


class TestServers:
    def test_no_server_configured(self, make_gateway):
        with pytest.raises(DirectoryUnavailable, match="no server"):
            make_gateway(ldap_servers=()).find_by_employee_number("1")

    def test_dead_server_is_unavailable_and_named(self, make_gateway):
        with pytest.raises(DirectoryUnavailable) as refused:
            make_gateway(ldap_servers=("ldaps://127.0.0.1:9",)).find_by_employee_number("1")
        assert refused.value.details["server"] == "ldaps://127.0.0.1:9"

    def test_second_server_takes_over_and_is_remembered(self, make_gateway, samba, silent_server, hire):
        number, _ = hire()
        gateway = make_gateway(ldap_servers=(silent_server, samba.ldaps), ldap_timeout=1)
        assert gateway.find_by_employee_number(number).server == samba.ldaps
        started = monotonic()
        assert gateway.find_by_employee_number(number).server == samba.ldaps
        assert monotonic() - started < 0.5

    def test_silent_server_ends_at_the_time_out(self, make_gateway, silent_server):
        started = monotonic()
        with pytest.raises(DirectoryUnavailable):
            make_gateway(ldap_servers=(silent_server,), ldap_timeout=1).find_by_employee_number("1")
        assert monotonic() - started < 3

    def test_dropped_connection_is_made_again(self, make_gateway, hire, tmp_path):
        with SambaAD(directory=tmp_path / "dc2") as second:
            with contextlib.closing(AdAdmin(second)) as admin:
                admin.add_user("Dan Dal", "dan", employeeID="D1", employeeType="anställd")
            gateway = make_gateway(
                ldap_servers=(second.ldaps,),
                ldap_ca_file=second.ca_file,
                ldap_bind_dn=second.admin_dn,
                ldap_bind_password=second.password,
            )
            assert len(gateway.find_by_employee_number("D1").accounts) == 1
            second.stop()
            with pytest.raises(DirectoryUnavailable):
                gateway.find_by_employee_number("D1")
            second.start()
            assert len(gateway.find_by_employee_number("D1").accounts) == 1

    def test_many_threads_share_one_gateway(self, gateway, hire):
        numbers = [hire()[0] for _ in range(4)] * 5
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(gateway.find_by_employee_number, numbers))
        assert [only(answer).employee_number for answer in answers] == numbers

    def test_probe_names_what_is_wrong_with_each(self, make_gateway, samba):
        good, bad = make_gateway(ldap_servers=(samba.ldaps, "ldaps://127.0.0.1:9")).probe()
        assert (good.ok, good.message) == (True, "ok")
        assert not bad.ok and "refused" in bad.message.lower()

    def test_probe_sees_a_missing_base(self, make_gateway):
        (state,) = make_gateway(ldap_base="DC=annan,DC=test").probe()
        assert not state.ok


class TestLogin:
    def test_right_password_by_any_name(self, gateway, person, samba):
        for login in ("lovisa", f"lovisa@{samba.domain}", "lovisa@exempel.test", "LOVISA"):
            assert gateway.bind_as(login, PASSWORD) is BindResult.OK

    def test_wrong_password(self, gateway, person):
        assert gateway.bind_as("lovisa", "fel") is BindResult.WRONG

    @pytest.mark.parametrize("password", ["", "\x00", "\u00ad"])
    def test_empty_password_never_binds(self, password, gateway, person):
        assert gateway.bind_as("lovisa", password) is BindResult.WRONG

    @pytest.mark.parametrize("login", ["", " ", "*", "ingen"])
    def test_unknown_login(self, login, gateway, person):
        assert gateway.bind_as(login, PASSWORD) is BindResult.WRONG

    def test_disabled_account(self, gateway, ad_admin):
        dn = ad_admin.add_user("Av Stängd", "avstangd", password=PASSWORD)
        ad_admin.disable(dn)
        assert gateway.bind_as("avstangd", PASSWORD) is BindResult.DISABLED

    def test_expired_account(self, gateway, ad_admin):
        dn = ad_admin.add_user("Ut Gången", "utgangen", password=PASSWORD)
        ad_admin.expire(dn, datetime.now(UTC) - timedelta(days=1))
        assert gateway.bind_as("utgangen", PASSWORD) is BindResult.EXPIRED

    def test_password_that_must_be_changed(self, gateway, ad_admin):
        dn = ad_admin.add_user("Ny Anställd", "nyanstalld", password=PASSWORD)
        ad_admin.set(dn, pwdLastSet="0", userAccountControl=str(NORMAL))
        assert gateway.bind_as("nyanstalld", PASSWORD) is BindResult.MUST_CHANGE

    def test_locked_account(self, gateway, ad_admin, samba):
        ad_admin.add_user("Låst Konto", "last", password=PASSWORD)
        ad_admin.set(samba.base, lockoutThreshold="2")
        try:
            for _ in range(3):
                gateway.bind_as("last", "fel")
            assert gateway.bind_as("last", PASSWORD) is BindResult.LOCKED
        finally:
            ad_admin.set(samba.base, lockoutThreshold="0")

    def test_directory_down_is_unavailable_not_wrong(self, make_gateway):
        with pytest.raises(DirectoryUnavailable):
            make_gateway(ldap_servers=("ldaps://127.0.0.1:9",)).bind_as("lovisa", PASSWORD)
