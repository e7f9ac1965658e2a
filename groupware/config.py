"""Site configuration: what the machine's administrator decides before the programme starts.

Read once from `config.toml` of the instance and from `GROUPWARE_*` variables, which win. An unknown or malformed setting
stops the start with its name, because a misspelt setting that is ignored is worse than none. Bureau rules and personal
preferences are other stores with other screens.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app

from groupware import zones
from groupware.errors import ConfigurationError

PREFIX = "GROUPWARE_"
SMTP_SECURITY = ("starttls", "tls", "none")
LABELS = ("production", "verification", "training")
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every site setting; `groupware config` prints them with these descriptions."""

    instance: Path = field(metadata={"help": "Folder of the instance: database, keys, uploads, config.toml."})
    database_url: str = field(
        default="", metadata={"help": "SQLAlchemy URL; empty means SQLite in the instance.", "secret": True}
    )
    redis_url: str = field(
        default="",
        metadata={
            "help": "Redis that carries realtime messages between several processes; one process needs none.",
            "secret": True,
        },
    )
    secret_key: str = field(
        default="", metadata={"help": "Signs cookies; empty means the file secret.key.", "secret": True}
    )
    municipality: str = field(
        default="みなと市", metadata={"help": "Name of the municipality, shown in the header."}
    )
    label: str = field(
        default="production",
        metadata={"help": "production, verification or training; stands in the header."},
    )
    demo: bool = field(default=False, metadata={"help": "Offer the sample people on the sign-in page."})
    timezone: str = field(default="Asia/Tokyo", metadata={"help": "IANA time zone of the municipality."})
    locale: str = field(default="ja", metadata={"help": "Language for those who chose none: ja or en."})
    trusted_proxies: int = field(
        default=0, metadata={"help": "Number of proxies in front whose X-Forwarded-* headers are believed."}
    )
    zone_sources: tuple[str, ...] = field(
        default=("lgwan=*",),
        metadata={
            "help": "Where each zone is, the first that fits counts: lgwan=10.0.0.0/8, internet=port:8443, number=10.9.0.0/16."
            " What nothing names is internet; without a setting the whole installation lies in lgwan."
        },
    )
    zone_header: str = field(
        default="",
        metadata={"help": "Header in which the proxies name the zone; empty means that none does."},
    )
    zone_proxies: tuple[str, ...] = field(
        default=("127.0.0.1", "::1"),
        metadata={"help": "Networks of the proxies whose word on zone and address counts for the zone."},
    )
    log_format: str = field(
        default="text",
        metadata={"help": "text for people, json for machines: how processes write their log."},
    )
    log_level: str = field(
        default="info", metadata={"help": "The least that is logged: debug, info, warning or error."}
    )
    metrics_host: str = field(
        default="127.0.0.1",
        metadata={"help": "Address on which `--metrics-port` offers what Prometheus reads."},
    )
    backup_key_file: str = field(
        default="",
        metadata={
            "help": "File with the key that seals backups, outside of the instance: groupware new-key."
        },
    )
    postgres_tools: str = field(
        default="", metadata={"help": "Folder of pg_dump and pg_restore; empty means those on the PATH."}
    )
    secure_cookies: bool = field(
        default=True, metadata={"help": "Send cookies over HTTPS only (loopback excepted)."}
    )
    session_hours: int = field(
        default=12, metadata={"help": "A session ends after this many hours in any case."}
    )
    session_idle_minutes: int = field(
        default=120, metadata={"help": "A session ends after this long without use."}
    )
    elevation_minutes: int = field(
        default=15, metadata={"help": "Administration asks for the password after this."}
    )
    api_calls_per_minute: int = field(
        default=600, metadata={"help": "How often a token, or a session, may call the API in a minute."}
    )
    api_failures_per_minute: int = field(
        default=30, metadata={"help": "After this many wrong tokens in a minute an address must wait."}
    )
    webhook_hosts: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "Hosts that webhooks may call, as host or host:port; none means that no webhook is made."
        },
    )
    syslog: str = field(
        default="", metadata={"help": "host:port that receives the audit log; empty means none."}
    )
    public_url: str = field(
        default="",
        metadata={
            "help": "Address at which people open the groupware, for links in mails: https://groupware.city.example/."
        },
    )
    smtp_host: str = field(
        default="", metadata={"help": "Mail server that takes the mails about what is new; empty sends none."}
    )
    smtp_port: int = field(
        default=25, metadata={"help": "Its port: usually 25, 587 with starttls, 465 with tls."}
    )
    smtp_security: str = field(
        default="starttls",
        metadata={"help": "starttls, tls, or none where the mail server stands on this machine."},
    )
    smtp_user: str = field(
        default="", metadata={"help": "Name for signing in at the mail server; empty: no sign-in."}
    )
    smtp_password: str = field(
        default="", metadata={"help": "Its password; better in smtp_password_file.", "secret": True}
    )
    smtp_password_file: str = field(
        default="", metadata={"help": "File whose first line is the password for the mail server."}
    )
    smtp_sender: str = field(
        default="", metadata={"help": "Address that mails come from, for example groupware@city.example."}
    )
    smtp_timeout: int = field(
        default=20, metadata={"help": "Seconds to wait for an answer of the mail server."}
    )
    files_folder: str = field(
        default="", metadata={"help": "Folder of the attachments; empty means files in the instance."}
    )
    files_key_file: str = field(
        default="",
        metadata={
            "help": "File with the key that seals attachments, outside of the instance; empty stores them as they are."
        },
    )
    files_old_key_files: tuple[str, ...] = field(
        default=(), metadata={"help": "Files with former keys, which open what they sealed."}
    )
    files_accel: str = field(
        default="",
        metadata={
            "help": "Internal location of nginx over the attachments' folder, which then sends them; empty means we do."
        },
    )
    files_s3_bucket: str = field(
        default="",
        metadata={"help": "Bucket of an S3-compatible store for the attachments; empty: the folder."},
    )
    files_s3_endpoint: str = field(
        default="",
        metadata={"help": "Its address, for example https://s3.city.example; empty: the provider's."},
    )
    files_s3_prefix: str = field(
        default="", metadata={"help": "What keys begin with, for example groupware/."}
    )
    clamd: str = field(
        default="",
        metadata={
            "help": "Where clamd listens, host:port or a socket's path; every file waits for it. Empty: no scanner."
        },
    )
    sanitiser: str = field(
        default="",
        metadata={
            "help": "What makes files harmless that cross zones: a command or the address of an HTTP service. Empty: none cross."
        },
    )
    disabled_plugins: tuple[str, ...] = field(
        default=(), metadata={"help": "Plugins that are not loaded at all on this installation."}
    )

    @property
    def zone(self) -> ZoneInfo:
        """The municipality's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def sends_mail(self) -> bool:
        """Whether there is a mail server."""
        return bool(self.smtp_host)

    @property
    def url(self) -> str:
        """The database URL in force, with its driver named."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'groupware.sqlite3'}"
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def config_file(self) -> Path:
        """The instance's own settings."""
        return self.instance / "config.toml"


def current_settings() -> Settings:
    """The settings of the current app."""
    found: Settings = current_app.extensions["groupware_settings"]
    return found


def load(instance: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings of an instance. Raises ConfigurationError naming the setting at fault."""
    folder = Path(instance or environ.get(PREFIX + "INSTANCE") or "instance").expanduser().resolve()
    known = {f.name: f for f in fields(Settings) if f.name != "instance"}
    values: dict[str, Any] = {}
    file = folder / "config.toml"
    if file.is_file():
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"config.toml cannot be read: {error}") from error
        for name, value in content.items():
            _require_known(name, known, "config.toml")
            values[name] = _typed(name, value)
    for variable, text in environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or name in _NOT_SETTINGS:
            continue
        _require_known(name, known, variable)
        values[name] = _parsed(name, text)
    settings = Settings(instance=folder, **values)
    _validate(settings)
    return settings


def secret_key(settings: Settings) -> str:
    """The key that signs cookies: configured, or made once and kept in the instance, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    file = settings.instance / "secret.key"
    if not file.is_file():
        settings.instance.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return file.read_text(encoding="ascii").strip()


# Variables with our prefix that steer a tool and not the site.
_NOT_SETTINGS = frozenset({"instance", "require", "test_database", "bench"})


def _require_known(name: str, known: Mapping[str, object], source: str) -> None:
    if name not in known:
        raise ConfigurationError(
            f"{source}: there is no setting {name!r}. Known: {', '.join(sorted(known))}."
        )


def _typed(name: str, value: object) -> object:
    wanted = Settings.__dataclass_fields__[name].type
    if wanted in (tuple[str, ...], "tuple[str, ...]"):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
    elif isinstance(wanted, type) and type(value) is wanted:
        return value
    raise ConfigurationError(f"config.toml: {name!r} must be of type {_type_name(wanted)}.")


def _parsed(name: str, text: str) -> object:
    wanted = Settings.__dataclass_fields__[name].type
    if wanted is bool:
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off", ""):
            return False
        raise ConfigurationError(f"{PREFIX}{name.upper()}: {text!r} is neither true nor false.")
    if wanted is int:
        if not text.strip().isdecimal():
            raise ConfigurationError(f"{PREFIX}{name.upper()}: {text!r} is not a number.")
        return int(text)
    if wanted is str:
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _type_name(wanted: object) -> str:
    return wanted.__name__ if isinstance(wanted, type) else "list of strings"


def _validate(settings: Settings) -> None:
    if settings.label not in LABELS:
        raise ConfigurationError(f"label: {settings.label!r} is none of {', '.join(LABELS)}.")
    if settings.log_format not in LOG_FORMATS:
        raise ConfigurationError(f"log_format: {settings.log_format!r} is none of {', '.join(LOG_FORMATS)}.")
    if settings.log_level not in LOG_LEVELS:
        raise ConfigurationError(f"log_level: {settings.log_level!r} is none of {', '.join(LOG_LEVELS)}.")
    if settings.locale not in ("ja", "en"):
        raise ConfigurationError(f"locale: {settings.locale!r} is neither ja nor en.")
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(f"timezone: {settings.timezone!r} is not an IANA time zone.") from error
    for name, read in (("zone_sources", zones.sources), ("zone_proxies", zones.networks)):
        try:
            read(getattr(settings, name))
        except ValueError as error:
            raise ConfigurationError(f"{name}: {error}") from error
    for name in (
        "session_hours",
        "session_idle_minutes",
        "elevation_minutes",
        "api_calls_per_minute",
        "api_failures_per_minute",
    ):
        if getattr(settings, name) < 1:
            raise ConfigurationError(f"{name}: must be at least 1.")
    if settings.database_url and not settings.database_url.startswith(("sqlite:", "postgres")):
        raise ConfigurationError("database_url: only SQLite and PostgreSQL are supported.")
    if settings.sends_mail:
        _validate_mail(settings)


def _validate_mail(settings: Settings) -> None:
    if settings.smtp_security not in SMTP_SECURITY:
        raise ConfigurationError(
            f"smtp_security: {settings.smtp_security!r} is none of {', '.join(SMTP_SECURITY)}."
        )
    if not 0 < settings.smtp_port < 65536:
        raise ConfigurationError("smtp_port: must be from 1 to 65535.")
    if not 0 < settings.smtp_timeout <= 60:
        raise ConfigurationError("smtp_timeout: must be from 1 to 60 seconds.")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", settings.smtp_sender):
        raise ConfigurationError("smtp_sender: with smtp_host, the address that mails come from is needed.")
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", settings.public_url):
        raise ConfigurationError(
            "public_url: with smtp_host, the address that links in mails lead to is needed."
        )
    if settings.smtp_password and settings.smtp_password_file:
        raise ConfigurationError("smtp_password: stands beside smtp_password_file; give one of them.")
    if settings.smtp_password_file and not Path(settings.smtp_password_file).is_file():
        raise ConfigurationError(f"smtp_password_file: there is no file {settings.smtp_password_file!r}.")
