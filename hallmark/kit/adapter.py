"""`adapter.toml`: what an adapter says of a product and how its verbs are called."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from certification.engine.footprint.model import Mode

FILE_NAME = "adapter.toml"
VERBS = (
    "install",
    "create",
    "list",
    "scale",
    "stop",
    "attach",
    "grow",
    "detach",
    "backup",
    "restore",
    "upgrade",
    "remove",
    "log",
    "wait",
    "releases",
    "login",
    "rotate",
    "place",
    "guest",
    "upload-image",
    "use-secret",
    "meter",
    "publish",
    "alarm",
    "watch",
    "audit",
)
REQUIRED_VERBS = ("install", "remove")
#: Seconds that a verb may take unless `[limits]` says otherwise; 600 for those not named.
LIMITS_S = {"install": 1800.0, "upgrade": 1800.0}
LIMIT_S = 600.0
LONGEST_LIMIT_S = 6 * 3600.0
_PORT = re.compile(r"(?:(?:tcp|udp)/\d{1,5}(?:-\d{1,5})?|icmp|any)\Z")
_MICROVERSION = re.compile(r"\d{1,4}\.\d{1,4}\Z")
_SETTING = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}\Z")


class AdapterRefused(ValueError):
    """The folder is no adapter. `code` is stable, `place` a key of `adapter.toml`."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.place = place


class _Product(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    version: str
    user_agents: list[str]
    profile: str
    primary: str
    previous: str = ""
    has_logins: bool = False
    ports: list[str] = []
    service_type: str = ""


class _Environment(msgspec.Struct, forbid_unknown_fields=True, rename={"passed": "pass"}):
    passed: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    product: _Product
    verbs: dict[str, list[str]]
    mode: Mode = Mode.DEFAULT
    microversions: dict[str, str] = {}
    settings: dict[str, str | int | float | bool] = {}
    limits: dict[str, float] = {}
    environment: _Environment = msgspec.field(default_factory=_Environment)


@dataclass(frozen=True, slots=True)
class Adapter:
    """`verbs` maps a verb to its command line; `limits` to seconds. `ports` are words like
    `tcp/443`. `passed` names variables of the caller's environment that verbs may see.
    `microversions` maps a service type to the lowest version that the product claims."""

    folder: Path
    name: str
    version: str
    previous: str
    user_agents: tuple[str, ...]
    profile: str
    primary: str
    has_logins: bool
    ports: tuple[str, ...]
    service_type: str
    mode: Mode
    microversions: Mapping[str, str]
    settings: Mapping[str, str]
    verbs: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, float]
    passed: tuple[str, ...]

    def has(self, verb: str) -> bool:
        return verb in self.verbs

    def limit_s(self, verb: str) -> float:
        return self.limits.get(verb, LIMITS_S.get(verb, LIMIT_S))


def read_adapter(folder: Path) -> Adapter:
    """The adapter in `folder`. Raises AdapterRefused."""
    path = folder / FILE_NAME
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AdapterRefused(
            "adapter-missing",
            f"{path} cannot be read: {error.strerror}. Name the adapter's folder.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AdapterRefused("adapter-toml", f"{path} is no TOML: {error}.") from None
    try:
        file = msgspec.convert(raw, _File)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at ")
        raise AdapterRefused(
            "adapter-shape", f"{path}: {text}. See docs/adapter-guide.md.", place.strip("`")
        ) from None
    for place, fault in _faults(file):
        raise AdapterRefused("adapter-value", f"{path}: {place} {fault}", place)
    return _adapter(folder.resolve(), file)


def _adapter(folder: Path, file: _File) -> Adapter:
    product = file.product
    return Adapter(
        folder=folder,
        name=product.name,
        version=product.version,
        previous=product.previous,
        user_agents=tuple(product.user_agents),
        profile=product.profile,
        primary=product.primary,
        has_logins=product.has_logins,
        ports=tuple(product.ports),
        service_type=product.service_type,
        mode=file.mode,
        microversions=dict(file.microversions),
        settings={name: _setting(value) for name, value in file.settings.items()},
        verbs={verb: tuple(words) for verb, words in file.verbs.items()},
        limits=dict(file.limits),
        passed=tuple(file.environment.passed),
    )


def _setting(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _faults(file: _File) -> Iterator[tuple[str, str]]:
    """What the shape cannot say, as (place, what is wrong and what to do)."""
    product = file.product
    for name in ("name", "version", "profile", "primary"):
        if not getattr(product, name).strip():
            yield f"product.{name}", "is empty."
    if not product.user_agents or not all(agent.strip() for agent in product.user_agents):
        yield "product.user_agents", "must name how the product's User-Agent headers begin."
    for port in product.ports:
        if not _PORT.match(port):
            yield "product.ports", f"has {port!r}; write it like tcp/443, udp/5000-5010 or icmp."
    for verb in REQUIRED_VERBS:
        if verb not in file.verbs:
            yield f"verbs.{verb}", "is missing; every adapter needs install and remove."
    for verb, words in file.verbs.items():
        if verb not in VERBS:
            yield f"verbs.{verb}", f"is no verb; there are: {', '.join(VERBS)}."
        if not words or not words[0]:
            yield f"verbs.{verb}", "has no command."
    yield from _faults_in_tables(file)


def _faults_in_tables(file: _File) -> Iterator[tuple[str, str]]:
    for verb, limit in file.limits.items():
        if verb not in VERBS or not 0 < limit <= LONGEST_LIMIT_S:
            yield f"limits.{verb}", "must be a verb's seconds, above 0 and at most 21600."
    for service, version in file.microversions.items():
        if not _MICROVERSION.match(version):
            yield f"microversions.{service}", f"is {version!r}; write it like 2.1."
    for name in file.settings:
        if not _SETTING.match(name):
            yield f"settings.{name}", "must be a letter, then letters, digits or underscores."
    for name in file.environment.passed:
        if name.startswith(("OS_", "OSI_")):
            yield "environment.pass", f"has {name}; the kit sets OS_ and OSI_ variables itself."
