"""One installation of the product on which a scenario is played, with a recorder before it."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hallmark.kit.cloud import Cloud
from hallmark.kit.inventory import EMPTY, Inventory
from hallmark.kit.lab import Lab
from hallmark.kit.login import Login
from hallmark.kit.recording import Asked, Recording, access_of
from hallmark.kit.secrets import canary, mark
from hallmark.kit.trace import Trace
from hallmark.kit.verbs import Ended, VerbRun, run_verb

DATA_BYTES = 64 * 1024
#: How many items a scenario makes: the second create of `half-fail` is one of them.
ITEMS = 2


class PlayStopped(Exception):
    """The scenario cannot go on; its trace says why."""


class Stage:
    """What a scenario is played on: verbs to call, a cloud to look at, a trace to fill.

    `login` is what the product signs in with; the kit looks through `cloud`. `stays`: nothing of
    this installation is removed when the scenario is over.
    """

    def __init__(
        self,
        lab: Lab,
        cloud: Cloud,
        recording: Recording,
        trace: Trace,
        asked: Asked,
    ) -> None:
        self.lab = lab
        self.cloud = cloud
        self.trace = trace
        self.login = asked.login
        self.version = lab.adapter.version
        self.stays = False
        self._asked = asked
        self.mark = mark()
        self.secret = canary()
        self.folder = lab.folder / self.mark
        self._environment = recording.environment
        trace.mark = self.mark
        trace.sought = (self.secret, *asked.login.secrets)
        lab.secrets.learn(*trace.sought)
        (self.folder / "work").mkdir(parents=True)
        self.data.write_bytes(secrets.token_bytes(DATA_BYTES))

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def restored(self) -> Path:
        return self.folder / "restored"

    def verb(
        self,
        verb: str,
        *,
        label: str = "",
        meanwhile: Callable[[Path], None] | None = None,
        **settings: str | int,
    ) -> VerbRun:
        """Call a verb, whatever comes of it. `settings` become OSI_ variables."""
        return self._call(verb, label, settings, meanwhile)

    def must(self, verb: str, *, label: str = "", **settings: str | int) -> VerbRun:
        """Call a verb without which the scenario makes no sense. Raises PlayStopped."""
        done = self._call(verb, label, settings)
        if done.ended is not Ended.DONE:
            raise PlayStopped(done.label)
        return done

    def _call(
        self,
        verb: str,
        label: str,
        settings: Mapping[str, str | int],
        meanwhile: Callable[[Path], None] | None = None,
    ) -> VerbRun:
        done = run_verb(
            self.lab.adapter,
            verb,
            label=label or verb,
            environment=self._environment_of(verb, settings),
            meanwhile=meanwhile,
        )
        self.trace.runs[done.label] = done
        return done

    def install(self, **settings: str | int) -> None:
        """Look, install, look again. Raises PlayStopped."""
        self.look("before")
        done = self._call("install", "", {"OSI_SECRET": self.secret, **settings})
        if done.ended is not Ended.DONE:
            raise PlayStopped(done.label)
        self.look("installed")

    def create(
        self, count: int = ITEMS, *, label: str = "create", **settings: str | int
    ) -> VerbRun:
        return self._call("create", label, {"OSI_COUNT": count, **settings})

    def remove(self) -> None:
        """Uninstall, and look once the cloud has come to rest."""
        self.verb("remove")
        self.look_at_rest("removed")

    def look_at_rest(self, name: str, since: str = "before") -> Inventory:
        """Look once nothing more is there than at an earlier look, or nothing is being deleted any
        more. Lists run a little behind: what stays is given a moment before it is believed."""
        before = self.trace.looks.get(since, EMPTY)
        found = self.cloud.settled(lambda now: not len(now.since(before)), self.lab.calm_s)
        if any(one.going for one in found.since(before)):
            found = self.cloud.settled(
                lambda now: not any(one.going for one in now.since(before)), self.lab.settle_s
            )
        self.trace.looks[name] = found
        return found

    def take_up(self, mark: str, folder: Path) -> None:
        """Go on with an installation that an earlier run left."""
        self.mark = self.trace.mark = mark
        shutil.copytree(folder, self.folder, dirs_exist_ok=True)

    @contextmanager
    def recorded_apart(self) -> Iterator[None]:
        """What happens within is recorded by itself."""
        here = self._environment
        with self.lab.open_recording(self._asked) as recording:
            self._environment = recording.environment
            try:
                yield
            finally:
                self._environment = here
        self.trace.footprints_apart.append(recording.footprint(nonce=self.lab.nonce))

    def look(self, name: str, *, deep: bool = False) -> Inventory:
        found = self.cloud.inventory(deep=deep)
        self.trace.looks[name] = found
        return found

    def sign_in(self, login: Login) -> None:
        """From now on verbs get this login, through the same recorder."""
        here = self._environment
        access = access_of(login.at(here["OS_AUTH_URL"], here.get("OS_CACERT", "")))
        config = self.folder / "clouds.yaml"
        config.touch(mode=0o600)
        config.write_text(access.written())
        self._environment = access.variables(config)
        self.lab.secrets.learn(*login.secrets)
        self.trace.sought += login.secrets

    def clear(self) -> None:
        """Leave nothing of this installation behind: by the product, then by the mark."""
        before = self.trace.looks.get("before")
        if before is None or self.stays:
            return
        removed = self.trace.runs.get("remove")
        if removed is None or removed.ended is not Ended.DONE:
            self.verb("remove", label="remove after all")
        left = self.cloud.purge(self.mark, before)
        self.trace.notes["left behind"] = left.words if len(left) else ""

    def _environment_of(self, verb: str, settings: Mapping[str, str | int]) -> dict[str, str]:
        cache = self.lab.folder / "cache"
        cache.mkdir(exist_ok=True)
        own = {
            "OSI_VERB": verb,
            "OSI_MARK": self.mark,
            "OSI_WORK": str(self.folder / "work"),
            "OSI_CACHE": str(cache),
            "OSI_VERSION": self.version,
            "OSI_DATA": str(self.data),
            "OSI_RESTORED": str(self.restored),
            **{name: str(value) for name, value in settings.items()},
        }
        context = self.folder / "context.json"
        context.write_text(json.dumps(_context(own, self.lab.adapter.settings), indent=1))
        own["OSI_CONTEXT"] = str(context)
        return {**self.lab.own_environment(), **self._environment, **own}


def _context(own: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, object]:
    plain = {
        name.removeprefix("OSI_").lower(): value
        for name, value in own.items()
        if name not in ("OSI_SECRET", "OSI_TOKEN")
    }
    return {**plain, "settings": dict(settings)}
