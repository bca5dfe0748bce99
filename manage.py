#!/usr/bin/env python
"""Django's command line for Hallmark."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
    from django.core.management import execute_from_command_line

    # The dispatcher publishes through this application, so it has to exist before the command runs.
    import marketplace.config.celery  # noqa: F401

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
