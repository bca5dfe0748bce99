"""Simulated runs of the test kit, for the trial market and for tests of the service."""

from marketplace.site.demo.kit.bundle import KitScript, simulated_bundle

__all__ = ["KitScript", "simulated_bundle"]
