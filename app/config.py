"""Every setting, from the environment (prefix ``BEHORIG_``), validated once at start."""

from __future__ import annotations

from datetime import date, time
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CommaList = Annotated[tuple[str, ...], NoDecode]
HR_FIELDS = ("employment", "title", "unit", "manager")
HR_FORMS = ("permanent", "fixed_term", "substitute", "hourly")


class Settings(BaseSettings):
    """The validated settings; one instance for each process, frozen."""

    model_config = SettingsConfigDict(env_prefix="BEHORIG_", frozen=True, extra="ignore")

    mode: Literal["production", "demo", "test"] = "production"
    municipality: str = "Exempelkommunen"
    base_url: str = Field(description="The address that mails point to, for example https://behorig.example.se")
    secret_key: str = Field(min_length=32)
    timezone: str = "Europe/Stockholm"
    extra_closed_days: Annotated[tuple[date, ...], NoDecode] = ()
    contact: str = "servicedesk"
    suggest_base_orders: bool = Field(default=True, description="a new employee gives the manager a base order to send")

    assignments: bool = Field(default=False, description="people without employment may have assignments (G17)")

    on_call_phone: str = Field(
        default="", description="the jour: whom to phone about a lost tag when offices are closed"
    )
    office_hours: str = Field(default="07:30-16:30", description="working days, local time: 07:30-16:30")

    database_url: str = Field(description="PostgreSQL, as the application's role: postgresql+psycopg://...")
    database_owner_url: str = Field(default="", description="PostgreSQL, as the owner of the tables: migrations only")
    database_pool_size: int = Field(default=5, ge=1)
    redis_url: str = "redis://127.0.0.1:6379/0"

    ldap_servers: CommaList = Field(default=(), description="ldaps://dc1.example.se,ldap://dc2.example.se")
    ldap_start_tls: bool = True
    ldap_plain_text: bool = Field(default=False, description="no TLS: the demonstration's loopback directory only")
    ldap_ca_file: Path | None = None
    ldap_bind_dn: str = ""
    ldap_bind_password: str = ""
    ldap_base: str = ""
    ldap_login_domain: str = Field(default="", description="appended to a login without @, for the bind")
    ldap_timeout: float = Field(default=5, gt=0, le=60)
    ldap_page_size: int = Field(default=1000, ge=1, le=1000)
    ldap_employee_types: CommaList = ("anställd", "visstid", "tim", "vikarie")
    ldap_leave_types: CommaList = ("tjänstledig",)
    ldap_disabled_ous: CommaList = ("Avslutade",)
    ldap_group_pattern: str = Field(default="SYS-*", description="groups that should be in the catalogue (C13, F8)")
    ldap_write: bool = Field(default=False, description="members of the catalogue's groups are added and removed by us")
    ldap_write_bind_dn: str = Field(default="", description="the account that may change members, and nothing else")
    ldap_write_bind_password: str = ""
    ldap_write_per_minute: int = Field(default=60, ge=1, le=6000, description="changes of groups, at most")
    ldap_attribute_employee_number: str = "employeeID"
    ldap_attribute_employee_type: str = "employeeType"
    ldap_attribute_unit_code: str = "departmentNumber"
    ldap_attribute_unit_name: str = "department"
    ldap_attribute_board: str = "company"
    ldap_attribute_title: str = "title"
    ldap_attribute_start_date: str = "extensionAttribute1"
    ldap_attribute_protected: str = "extensionAttribute2"
    ldap_attribute_language: str = "preferredLanguage"

    hr_feed: Path | None = Field(default=None, description="the file that HR writes, CSV or JSON; it wins over AD")
    hr_fields: CommaList = ("employment", "title", "unit", "manager")
    hr_forms: CommaList = Field(default=(), description="HR's words for forms of employment: 1=permanent,9=hourly")
    hr_feed_hours: int = Field(default=48, ge=1, description="a file that was written longer ago is too old")

    sync_most_ending_share: float = Field(default=0.2, gt=0, le=1, description="of the employed, in one reading")
    sync_most_ending: int = Field(default=1000, ge=1, description="people in one reading, whatever their share")
    sync_ending_floor: int = Field(default=10, ge=0, description="so many may always end: a small municipality")
    sync_fewest_share: float = Field(default=0.8, ge=0, le=1, description="of the accounts of the reading before")
    sync_most_moving_share: float = Field(default=0.05, gt=0, le=1, description="of the employed, within a day")
    sync_most_moving: int = Field(default=100, ge=1, description="more who change work in a day wait as a whole")
    sync_moving_floor: int = Field(default=20, ge=0, description="so many may always move: a small municipality")
    sync_clock_seconds: int = Field(default=300, ge=1, description="how far a server's clock may be from ours")

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_start_tls: bool = False
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_timeout: float = 10
    mail_from: str = "Behörig <behorig@example.se>"

    control_in_time_percent: int = Field(default=90, ge=1, le=100, description="a control point is green from here on")
    control_leaver_days: int = Field(default=5, ge=1, le=60, description="working days; a leaver's access later is red")

    link_needs_login: bool = Field(default=False, description="True: no mail link decides anything without login")
    link_reading_seconds: float = Field(default=2.0, ge=0, description="a faster POST after GET is not a person")
    session_minutes: int = Field(default=60, ge=5, le=600)
    login_attempts_per_minute: int = Field(default=10, ge=1)
    trusted_proxies: int = Field(default=0, ge=0, description="how many proxies of ours set X-Forwarded-For and -Proto")

    @field_validator(
        "ldap_servers",
        "ldap_employee_types",
        "ldap_leave_types",
        "ldap_disabled_ous",
        "hr_fields",
        "hr_forms",
        "extra_closed_days",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(v.strip() for v in value.split(",") if v.strip()) if isinstance(value, str) else value

    @field_validator("office_hours")
    @classmethod
    def _from_to(cls, value: str) -> str:
        first, _, last = value.partition("-")
        try:
            if time.fromisoformat(first.strip()) < time.fromisoformat(last.strip()):
                return value
        except ValueError:
            pass
        raise ValueError("hours such as 07:30-16:30 are expected")

    @field_validator("hr_fields")
    @classmethod
    def _fields_of_hr(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in value if name not in HR_FIELDS]:
            raise ValueError(f"{unknown[0]} is not one of {', '.join(HR_FIELDS)}")
        return value

    @field_validator("hr_forms")
    @classmethod
    def _forms_of_hr(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pair in value:
            word, _, form = pair.partition("=")
            if not word.strip() or form.strip() not in HR_FORMS:
                raise ValueError(f"{pair}: a word, = and one of {', '.join(HR_FORMS)} are expected")
        return value

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address such as https://behorig.example.se is expected")
        return value.rstrip("/")

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        if value and not value.startswith("postgresql"):
            raise ValueError("PostgreSQL is the only database: postgresql+psycopg://...")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @model_validator(mode="after")
    def _demonstration_stays_at_home(self) -> Settings:
        """The person picker needs three things at once; two of them are checked here, the third in the database."""
        if self.mode == "demo" and not self.is_loopback:
            raise ValueError("mode=demo lets anyone be anyone: base_url must be a loopback address")
        if self.mode == "production":
            if not self.base_url.startswith("https://"):
                raise ValueError("base_url must be https in production")
            if not self.ldap_servers or not self.ldap_base:
                raise ValueError("ldap_servers and ldap_base are required in production")
            if self.ldap_plain_text:
                raise ValueError("ldap_plain_text is for the demonstration only")
        return self

    @model_validator(mode="after")
    def _writes_as_another(self) -> Settings:
        """Who reads everything must not write anything: two accounts, each with the least right."""
        if not self.ldap_write:
            return self
        if not self.ldap_write_bind_dn or not self.ldap_write_bind_password:
            raise ValueError("ldap_write needs ldap_write_bind_dn and ldap_write_bind_password")
        if self.ldap_write_bind_dn.strip().casefold() == self.ldap_bind_dn.strip().casefold():
            raise ValueError("ldap_write_bind_dn must be another account than ldap_bind_dn")
        return self

    @cached_property
    def is_loopback(self) -> bool:
        """True when ``base_url`` can only be reached from this machine."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


class SettingsError(Exception):
    """The environment is not usable; ``faults`` holds one line for each thing to mend."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def load_settings(**overrides: object) -> Settings:
    """The settings from the environment; ``overrides`` win. Raises SettingsError with one line for each fault."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        raise SettingsError([_fault(e["loc"], e["msg"]) for e in error.errors()]) from error


def _fault(place: tuple[int | str, ...], message: str) -> str:
    name = "BEHORIG_" + str(place[0]).upper() if place else "BEHORIG_*"
    return f"{name}: {message.removeprefix('Value error, ')}"
