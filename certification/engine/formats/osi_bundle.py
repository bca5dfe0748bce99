"""The results in a test kit's bundle, as any other evidence. Its footprints are read elsewhere."""

from __future__ import annotations

from dataclasses import replace

from certification.engine.bundle import BundleRefused, read_results_alone, report_of_bundle
from certification.engine.bundle.archive import MOST_BYTES
from certification.engine.report import EvidenceUnreadable, Report


class OsiBundle:
    """Gathers a bundle that comes in pieces, under its own limit of size."""

    def __init__(self, *, packed: bool) -> None:
        if packed:
            raise EvidenceUnreadable(
                "bundle-packed-twice",
                "A bundle is a zip already. Upload it as `hallmark pack` made it, packed once.",
                place="byte 0",
            )
        self._pieces: list[bytes] = []
        self._room = MOST_BYTES

    def feed(self, piece: bytes) -> bool:
        """Take a piece. False once there are more than a bundle may have."""
        self._room -= len(piece)
        self._pieces.append(piece)
        return self._room >= 0

    def finish(self, size_bytes: int, cut: str = "") -> Report:
        """The report: whole, for a bundle of which a part is missing proves nothing. Raises
        EvidenceUnreadable with the code of BundleRefused."""
        try:
            if cut:
                raise BundleRefused("bundle-damaged", f"The bundle is not whole: {cut}.")
            pieces, self._pieces = self._pieces, []
            raw = b"".join(pieces)
            del pieces  # a bundle in memory once is enough
            bundle = read_results_alone(raw)
        except BundleRefused as refused:
            raise EvidenceUnreadable(refused.code, str(refused), refused.place) from None
        return replace(report_of_bundle(bundle), inflated_bytes=size_bytes)
