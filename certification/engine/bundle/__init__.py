"""Bundles of the test kit: bytes in, a `Bundle` out, and back. Signatures are checked elsewhere."""

from certification.engine.bundle.archive import is_bundle
from certification.engine.bundle.corroboration import (
    AGREEING_PERCENT,
    CorroborationDocument,
    read_corroboration,
    write_corroboration,
)
from certification.engine.bundle.documents import idempotent_id_of, read_manifest
from certification.engine.bundle.model import (
    FORMAT,
    PAYLOAD_TYPE,
    Bundle,
    BundleRefused,
    KitResult,
    Manifest,
    Signature,
)
from certification.engine.bundle.reading import read_bundle, read_results_alone
from certification.engine.bundle.reporting import report_of_bundle
from certification.engine.bundle.signing import pae
from certification.engine.bundle.writing import bundle_files, write_bundle

__all__ = [
    "AGREEING_PERCENT",
    "FORMAT",
    "PAYLOAD_TYPE",
    "Bundle",
    "BundleRefused",
    "CorroborationDocument",
    "KitResult",
    "Manifest",
    "Signature",
    "bundle_files",
    "idempotent_id_of",
    "is_bundle",
    "pae",
    "read_bundle",
    "read_corroboration",
    "read_manifest",
    "read_results_alone",
    "report_of_bundle",
    "write_bundle",
    "write_corroboration",
]
