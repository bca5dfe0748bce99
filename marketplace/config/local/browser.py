"""The browser and the RefStack client that the journeys drive, set up where that is possible."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from marketplace.config.local.errors import StartError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CLOUD_CLIENTS = ("curl", "rclone", "restic")
WHERE = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def ensure() -> None:
    """Raises StartError (browser-missing) when there is none and none can be installed."""
    found = find_browser()
    if (found is None or shutil.which("refstack-client") is None) and _may_install():
        _install_packages(["refstack-client", *([] if found else ["chromium"])])
        found = find_browser()
    if shutil.which("refstack-client") is None:
        print("No refstack-client here (Debian package refstack-client): its tests are skipped.")
    if found is None:
        print("Installing Chromium through Playwright ...", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        found = find_browser()
    if found is None:
        raise StartError(
            "browser-missing",
            "The journeys need a browser. Install Chromium (Debian: apt-get install chromium), "
            "or run: .venv/bin/playwright install --with-deps chromium",
        )


def ensure_cloud_clients() -> None:
    """The clients, written in other languages than ours, that `make test-cloud` records."""
    missing = [name for name in CLOUD_CLIENTS if shutil.which(name) is None]
    if missing and _may_install():
        _install_packages(missing)
        missing = [name for name in CLOUD_CLIENTS if shutil.which(name) is None]
    if missing:
        print(f"No {', '.join(missing)} here (Debian packages): their tests are skipped.")


def find_browser() -> str | None:
    """A Chromium on PATH, else Playwright's own; None without either."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    asked = subprocess.run(
        [sys.executable, "-c", WHERE], capture_output=True, text=True, check=False
    )
    path = asked.stdout.strip()
    return path if path and Path(path).exists() else None


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install_packages(names: list[str]) -> None:
    """Debian packages, as far as they can be had: what is missing after is said by the caller."""
    print(f"Installing {', '.join(names)} (Debian packages) ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quietly = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    subprocess.run([*quietly, "update"], env=environment, check=False)
    for name in names:
        subprocess.run(
            [*quietly, "install", "--yes", "--no-install-recommends", name],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=False,
        )
