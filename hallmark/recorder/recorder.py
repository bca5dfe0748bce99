"""The recorder as an object: stands between a product and a cloud while it is entered."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypedDict, TypeVar, Unpack

from certification.engine.footprint import Footprint, Normaliser, OperationTable, parse_table
from certification.engine.footprint.model import Condition, Mode
from certification.guidelines import shipped_operation_table
from hallmark.recorder.access import CloudAccess, CloudUnusable, checked
from hallmark.recorder.certificate import cloud_tls, listener_tls
from hallmark.recorder.conditions import treatment_for
from hallmark.recorder.listeners import Scene
from hallmark.recorder.origins import OriginUnknown
from hallmark.recorder.watch import Watch

_LINGER_S = 1.0
_START_S = 30.0
_T = TypeVar("_T")


@dataclass(frozen=True)
class Recorded:
    """Whose footprint it is: what the file says of product and cloud."""

    product: str = ""
    product_version: str = ""
    cloud_release: str = ""
    mode: Mode = Mode.DEFAULT


class RecorderBroken(RuntimeError):
    """A fault of the recorder lost a call; the cause is chained."""

    code = "recorder-broken"


class Settings(TypedDict, total=False):
    """How to record; what is left out is plain.

    `auth_url` stands in for `access` when the product brings its own credentials. `seed` makes a
    condition repeatable. `user_agents` are what the product's User-Agents begin with. `ca` is the
    file of the authority that signed the cloud's certificate, `maxima` the microversions of
    `old-mv` by service. `tls` makes the listeners speak TLS with a certificate that the product is
    told to trust; so they do in `bad-ca`, where it is not told. `answer_s` is how long the cloud
    may be silent.
    """

    auth_url: str
    condition: Condition
    seed: int
    user_agents: Sequence[str]
    ca: Path
    maxima: Mapping[str, str]
    tls: bool
    about: Recorded
    answer_s: float


class Recorder:
    """Use as a context manager, from any thread; the recorder runs in one of its own. Making and
    entering it may raise CloudUnusable, unusable `maxima` ValueError."""

    def __init__(self, access: CloudAccess | None = None, **settings: Unpack[Settings]) -> None:
        entry = {"auth": {"auth_url": settings.get("auth_url", "")}}
        self._access = checked(access or CloudAccess("osi", entry))
        self._about = settings.get("about") or Recorded()
        self._ca = settings.get("ca") or self._access.ca
        self._condition = settings.get("condition", Condition.PLAIN)
        self._treatment = treatment_for(
            self._condition, settings.get("seed", 0), settings.get("maxima")
        )
        self._tls = settings.get("tls", False) or self._condition is Condition.BAD_CA
        self._answer_s = settings.get("answer_s", 300.0)
        agents = tuple(settings.get("user_agents", ()))
        self._watch = Watch(Normaliser(operation_table()), agents)
        self._ended: datetime | None = None
        self._authority: Path | None = None
        self._handshakes = 0

    def __enter__(self) -> Self:
        with ExitStack() as undone:
            folder = undone.enter_context(tempfile.TemporaryDirectory("-recorder"))
            self._folder = Path(folder)
            self._private = undone
            self._start()
            self._private = undone.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._private.close()

    @property
    def auth_url(self) -> str:
        """The identity endpoint as the product is to use it."""
        return self._replaced(self._access.auth_url)

    @property
    def environment(self) -> dict[str, str]:
        """The OS_* variables of a client, with the private clouds.yaml that says the same."""
        return self._told.variables(self._folder / "clouds.yaml")

    @property
    def authority(self) -> Path | None:
        """The file of the authority behind the listeners' certificate; None where they speak
        plain HTTP. In `bad-ca` the product is not told of it."""
        return self._authority

    @property
    def handshakes(self) -> int:
        """How many TLS connections were begun: in `bad-ca` they show that the product tried."""
        return self._handshakes

    @property
    def calls(self) -> int:
        """How many calls came, whoever answered them."""
        return self._watch.calls

    def footprint(self, *, nonce: str, mv_floor: Mapping[str, str] | None = None) -> Footprint:
        """What was recorded until now, or until the end. Raises RecorderBroken."""
        if self._ended is None:
            return self._in_loop(self._made(nonce, mv_floor))
        return self._footprint(nonce, mv_floor)

    async def _made(self, nonce: str, mv_floor: Mapping[str, str] | None) -> Footprint:
        return self._footprint(nonce, mv_floor)

    def _footprint(self, nonce: str, mv_floor: Mapping[str, str] | None) -> Footprint:
        if self._scene.faults:
            raise RecorderBroken(
                "The recorder itself failed during a call, so there is no footprint."
            ) from self._scene.faults[0]
        return self._watch.ledger.footprint(
            nonce=nonce,
            condition=self._condition,
            mode=self._about.mode,
            recorder_version=recorder_version(),
            product=self._about.product,
            product_version=self._about.product_version,
            cloud_release=self._about.cloud_release,
            started=_written(self._watch.started),
            ended=_written(self._ended or datetime.now(UTC)),
            mv_floor=mv_floor or {},
        )

    def _start(self) -> None:
        self._scene = self._made_scene()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="recorder", daemon=True)
        self._thread.start()
        self._private.callback(self._end_loop)
        self._in_loop(self._listen())
        trusted = None if self._condition is Condition.BAD_CA else self._authority
        self._told = self._access.with_origins(self._replaced, trusted)
        config = self._folder / "clouds.yaml"
        config.touch(mode=0o600)
        config.write_text(self._told.written())

    def _made_scene(self) -> Scene:
        if self._tls:
            tls, self._authority = listener_tls(self._folder)
            tls.sni_callback = self._count_handshake
        else:
            tls = None
        try:
            upstream = cloud_tls(self._ca, self._access.client_certificate)
        except OSError as error:
            raise CloudUnusable(
                "ca-unreadable", f"The cloud's CA or client certificate cannot be used: {error}."
            ) from None
        return Scene(
            self._watch,
            self._treatment,
            upstream_tls=upstream,
            tls=tls,
            apart=self._condition is Condition.MOVED,
            answer_s=self._answer_s,
        )

    def _count_handshake(self, *_: object) -> None:
        self._handshakes += 1

    async def _listen(self) -> None:
        """Raises CloudUnusable."""
        try:
            for url in (self._access.auth_url, *self._access.endpoints):
                await self._scene.open(url)
        except OriginUnknown as error:
            raise CloudUnusable("endpoint-unusable", f"An endpoint is unusable: {error}") from None
        self._watch.normaliser.learn_endpoint("identity", self._access.auth_url)

    def _replaced(self, url: str) -> str:
        return self._scene.origins.to_listeners(url.encode()).decode()

    def _end_loop(self) -> None:
        self._in_loop(self._scene.close(_LINGER_S))
        self._ended = datetime.now(UTC)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _in_loop(self, deed: Coroutine[Any, Any, _T]) -> _T:
        waiting: Future[_T] = asyncio.run_coroutine_threadsafe(deed, self._loop)
        return waiting.result(_START_S)


@cache
def operation_table() -> OperationTable:
    return parse_table(shipped_operation_table())


def recorder_version() -> str:
    try:
        return version("hallmark")
    except PackageNotFoundError:
        return "0"


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
