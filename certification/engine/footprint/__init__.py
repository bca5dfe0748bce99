"""Footprints: which API operations a product was measured to use, and nothing else of its calls."""

from certification.engine.footprint.checking import check_footprint
from certification.engine.footprint.ledger import FootprintLedger
from certification.engine.footprint.model import (
    AuthUse,
    Condition,
    Facts,
    Footprint,
    FootprintRefused,
    Matched,
    Mode,
    Operation,
)
from certification.engine.footprint.normaliser import Normalised, Normaliser
from certification.engine.footprint.observation import Call
from certification.engine.footprint.reading import read_footprint
from certification.engine.footprint.services import ServiceUse, operation_rows, services_of
from certification.engine.footprint.table import OperationTable, TableInvalid, parse_table
from certification.engine.footprint.writing import write_footprint

__all__ = [
    "AuthUse",
    "Call",
    "Condition",
    "Facts",
    "Footprint",
    "FootprintLedger",
    "FootprintRefused",
    "Matched",
    "Mode",
    "Normalised",
    "Normaliser",
    "Operation",
    "OperationTable",
    "ServiceUse",
    "TableInvalid",
    "check_footprint",
    "operation_rows",
    "parse_table",
    "read_footprint",
    "services_of",
    "write_footprint",
]
