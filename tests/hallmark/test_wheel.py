"""What vendors install: the wheel alone, in an environment that holds nothing else of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
EVIDENCE = CHECKOUT / "tests" / "data" / "runs" / "guideline-2020.06-parallel3.v2.gz"
CLEAN = {"PATH": os.defpath, "HOME": os.environ.get("HOME", "/")} | {
    name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))
}


@pytest.mark.long
def test_the_wheel_without_extras_evaluates_a_run(tmp_path: Path) -> None:
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(tmp_path), str(CHECKOUT)),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("hallmark-*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    programs = tmp_path / "empty" / "bin"
    # The versions of the lock, so that the test says something about what we ship.
    constraints = tmp_path / "constraints.txt"
    constraints.write_text(
        "\n".join(
            line.split(" \\")[0]
            for line in (CHECKOUT / "requirements.lock").read_text().splitlines()
            if "==" in line and not line.lstrip().startswith("#")
        )
    )
    subprocess.run(
        [str(programs / "pip"), "install", "--quiet", "-c", str(constraints), str(wheel)],
        check=True,
        capture_output=True,
        env=CLEAN,
    )
    without_django = subprocess.run(
        [str(programs / "python"), "-c", "import django"], capture_output=True, check=False
    )
    assert without_django.returncode != 0
    done = subprocess.run(
        [
            *(str(programs / "hallmark"), "evaluate", "--guideline", "2026.11"),
            *("--target", "object", "--json", str(EVIDENCE)),
        ],
        cwd=tmp_path,
        env=CLEAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "passed"
    assert answer["required"]["total"] == answer["required"]["passed"] == 58
