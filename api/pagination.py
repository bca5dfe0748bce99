"""Newest first, by cursor: the cost of a page does not grow with what is stored."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request

from api.lookups import can_be_stored


class _Cursor(CursorPagination):
    invalid_cursor_message = "This is no cursor of ours. Begin again without `cursor`."

    def is_position(self, text: str) -> bool:
        """Whether the ordering column can be compared with this text."""
        return can_be_stored(text)

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        position = None if cursor is None else cursor.position
        if position is not None and not self.is_position(str(position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class _ByTime(_Cursor):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def is_position(self, text: str) -> bool:
        try:
            moment = parse_datetime(text)
        except ValueError:
            return False
        return moment is not None and is_aware(moment)


class NewestFirst(_ByTime):
    ordering = ("-received_at", "-id")


class IssuedNewestFirst(_ByTime):
    ordering = ("-issued_at", "-number")


class ReleasesNewestFirst(_ByTime):
    ordering = ("-created_at", "-id")


class SubmissionsNewestFirst(_ByTime):
    ordering = ("-created_at", "-id")


class LongestWaitingFirst(_ByTime):
    ordering = ("submitted_at", "id")


class ByName(_Cursor):
    page_size = 100
    ordering = ("name", "id")


class Numbered(PageNumberPagination):
    """For what readers sort as they like; a cursor keeps to one order."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class ByVersion(_Cursor):
    page_size = 100
    ordering = ("-document_id", "-id")
