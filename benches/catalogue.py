"""List of products with facets, at growing markets: `python -m benches.catalogue [most]`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from marketplace.config.local.servers import throwaway_servers

_MEASURE = "import django; django.setup(); from benches.catalogue_pages import main; main()"


def main() -> None:
    measured_by(_MEASURE)


def measured_by(program: str) -> None:
    """In a process of its own, whose Django knows a database that vanishes."""
    with throwaway_servers(environ={}) as urls, tempfile.TemporaryDirectory() as evidence:
        environment = (
            os.environ
            | urls
            | {
                "HALLMARK_MODE": "test",
                "EVIDENCE_DIR": evidence,
                "DJANGO_SETTINGS_MODULE": "marketplace.config.settings",
            }
        )
        subprocess.run([sys.executable, "-c", program, *sys.argv[1:]], check=True, env=environment)


if __name__ == "__main__":
    main()
