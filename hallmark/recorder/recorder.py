"""The recorder as an object: stands between a product and a cloud while it is entered."""

from __future__ import annotations

import asyncio
import ssl
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
from typing import Any, Self, TypeVar

from certification.engine.footprint import Footprint, Normaliser, OperationTable, parse_table
from certification.engine.footprint.model import Condition, Mode
from certification.guidelines import shipped_operation_table
from hallmark.recorder.access import CloudAccess, checked
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


class Recorder:
    """Use as a context manager, from any thread; the recorder runs in one of its own.

    `access` (or `auth_url` alone, when the product brings its own credentials) says which cloud;
    `ca` is the file of the authority that signed the cloud's certificate. `seed` makes a condition
    repeatable; `maxima` are the microversions of `old-mv` by service. `tls` makes the listeners
    speak TLS with a certificate that the product is told to trust, except in `bad-ca`, where it is
    not told. Raises CloudUnusable on entry.
    """

    def __init__(
        self,
        access: CloudAccess | None = None,
        *,
        auth_url: str = "",
        condition: Condition = Condition.PLAIN,
        seed: int = 0,
        user_agents: Sequence[str] = (),
        ca: Path | None = None,
        maxima: Mapping[str, str] | None = None,
        tls: bool = False,
        about: Recorded | None = None,
        answer_s: float = 300.0,
    ) -> None:
        self._access = checked(access or CloudAccess("osi", {"auth": {"auth_url": auth_url}}))
        self._about = about or Recorded()
        self._ca = ca or self._access.ca
        self._condition = condition
        self._treatment = treatment_for(condition, seed, maxima)
        self._tls = tls or condition is Condition.BAD_CA
        self._answer_s = answer_s
        self._watch = Watch(Normaliser(operation_table()), tuple(user_agents))
        self._ended: datetime | None = None
        self._private = ExitStack()

    def __enter__(self) -> Self:
        self._folder = Path(self._private.enter_context(tempfile.TemporaryDirectory("-recorder")))
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def auth_url(self) -> str:
        """The identity endpoint as the product is to use it."""
        return self._replaced(self._access.auth_url)

    @property
    def environment(self) -> dict[str, str]:
        """The OS_* variables of a client, with the private clouds.yaml that says the same."""
        return self._told.variables(self._folder / "clouds.yaml")

    @property
    def calls(self) -> int:
        """How many calls came, whoever answered them."""
        return self._watch.calls

    def footprint(self, *, nonce: str, mv_floor: Mapping[str, str] | None = None) -> Footprint:
        """What was recorded until now, or until the end."""
        if self._ended is None:
            return self._in_loop(self._made(nonce, mv_floor))
        return self._footprint(nonce, mv_floor)

    async def _made(self, nonce: str, mv_floor: Mapping[str, str] | None) -> Footprint:
        return self._footprint(nonce, mv_floor)

    def _footprint(self, nonce: str, mv_floor: Mapping[str, str] | None) -> Footprint:
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
            mv_floor=mv_floor,
        )

    def _start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="recorder", daemon=True)
        self._thread.start()
        self._scene = Scene(
            self._watch,
            self._treatment,
            upstream_tls=None,
            apart=self._condition is Condition.MOVED,
            answer_s=self._answer_s,
        )
        self._in_loop(self._listen())
        self._told = self._access.with_origins(self._replaced, None)
        config = self._folder / "clouds.yaml"
        config.touch(mode=0o600)
        config.write_text(self._told.written())

    async def _listen(self) -> None:
        await self._scene.open(self._access.auth_url)
        self._watch.normaliser.learn_endpoint("identity", self._access.auth_url)

    def _replaced(self, url: str) -> str:
        return self._scene.origins.to_listeners(url.encode()).decode()

    def _stop(self) -> None:
        self._in_loop(self._scene.close(_LINGER_S))
        self._ended = datetime.now(UTC)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._private.close()

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
