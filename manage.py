#!/usr/bin/env python
"""Django's command line for Hallmark."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    # The dispatcher publishes through this application, so it has to exist before the command runs.
    import marketplace.config.celery  # noqa: F401

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        # Of libpq, where there is no connection; all else keeps its traceback.
        if not str(error).startswith("connection to server"):
            raise
        sys.exit(
            f"{str(error).strip()}\nThe database does not answer. Set DATABASE_URL, or run the "
            "command beside a trial: see docs/operator-guide.md. (database-away)"
        )


if __name__ == "__main__":
    main()
