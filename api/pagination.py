"""Newest first, by cursor: the cost of a page does not grow with what is stored."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = ("-received_at", "-id")


class ByVersion(CursorPagination):
    page_size = 100
    ordering = ("-document_id", "-id")
