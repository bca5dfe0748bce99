"""A small OpenStack on one machine: seven real services, and nothing behind them.

The API services are those of a release, as published; what would need a hypervisor, a disk array
or a switch answers at once and does nothing. `python -m cloud` starts and stops it; see
docs/small-cloud.md. Needs the standard library and marketplace.config.local, which keeps the
private PostgreSQL.
"""
