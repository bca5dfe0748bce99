"""One service, asked in JSON: a document, or all items of a list over its pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from keystoneauth1.adapter import Adapter

from hallmark.probe.access import Reach
from hallmark.probe.faults import TooMany, Unoffered

MOST_PAGES = 20
MOST_ITEMS = 5_000
_JSON = {"Accept": "application/json"}


class ServiceClient:
    """Raises what keystoneauth raises, and ValueError, KeyError or TypeError for what is not in the
    form of the API; `faults.reason_of` has the word for each."""

    def __init__(self, reach: Reach, service: str, major: str, project_id: str) -> None:
        self.project_id = project_id
        self._adapter: Adapter = reach.client(service, major)

    def document(self, path: str) -> dict[str, Any]:
        """`path` is relative to the root of the API version, or a whole URL."""
        found = self._adapter.get(path, headers=_JSON).json()
        if not isinstance(found, dict):
            raise ValueError("the answer is no JSON object")
        return found

    def items(self, path: str, key: str) -> list[dict[str, Any]]:
        """All of a list, page after page. Raises TooMany."""
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            page = self.document(path)
            found += [item for item in page[key] if isinstance(item, dict)]
            if len(found) > MOST_ITEMS:
                break
            following = _next_link(page, key)
            if not following:
                return found
            path = urljoin(path, following)
        raise TooMany

    def server_root(self) -> str:
        """The service's address up to its API version, without a slash at the end."""
        endpoint = self._adapter.get_endpoint()
        if not endpoint:
            raise Unoffered
        parts = urlsplit(endpoint)
        return f"{parts.scheme}://{parts.netloc}{parts.path.partition('/v1')[0].rstrip('/')}"


def _next_link(page: dict[str, Any], key: str) -> str:
    links = page.get(f"{key}_links") or ()
    return next((str(link["href"]) for link in links if link.get("rel") == "next"), "")
