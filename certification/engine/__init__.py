"""The pure core: bytes in, dataclasses out. No clock, file, network, database or settings."""
