"""Imported before anything of the service: measurements in this process need its models known."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.config.settings")
django.setup()
DJANGO = django.get_version()
