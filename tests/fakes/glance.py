"""Images: records, their data with hashes, the schema that lists formats."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.fakes.service import (
    Call,
    Record,
    Refusal,
    Service,
    found,
    new_id,
    next_query,
    now,
    page,
    route,
)
from tests.fakes.wire import Answer, Request

VERSIONS = ("2.17", "2.16", "2.15", *(f"2.{minor}" for minor in range(13, -1, -1)))
DISK_FORMATS = [None, "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso"]
CONTAINER_FORMATS = [None, "ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"]
TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


class Glance(Service):
    type = "image"
    name = "glance"
    unnumbered_root = True

    def _is_unnumbered(self, request: Request, answer: Answer) -> bool:
        return answer.status == 401 or super()._is_unnumbered(request, answer)

    def refusal_body(self, refusal: Refusal) -> Any:
        title = TITLES.get(refusal.status, "Conflict")
        code = f"{refusal.status} {title}"
        return {"message": f"{refusal.message}<br /><br />\n\n\n", "code": code, "title": title}

    @route("GET", "/", open=True)
    @route("GET", "/versions", open=True)
    def versions(self, call: Call) -> Any:
        link = {"rel": "self", "href": f"{self.origin}/v2/"}
        rows = [
            {"id": f"v{one}", "status": "SUPPORTED" if place else "CURRENT", "links": [link]}
            for place, one in enumerate(VERSIONS)
        ]
        return 300, {"versions": rows}

    @route("GET", "/v2/schemas/image")
    def schema(self, call: Call) -> Any:
        def formats(words: list[str | None]) -> dict[str, Any]:
            return {"type": ["null", "string"], "enum": words}

        properties = {
            "id": {"type": "string"},
            "name": {"type": ["null", "string"], "maxLength": 255},
            "disk_format": formats(DISK_FORMATS),
            "container_format": formats(CONTAINER_FORMATS),
        }
        return {"name": "image", "properties": properties}

    @route("GET", "/v2/info/import")
    def imports(self, call: Call) -> Any:
        words = {"description": "Import methods available.", "type": "array"}
        return {"import-methods": {**words, "value": ["glance-direct", "web-download"]}}

    @route("POST", "/v2/images")
    def create_image(self, call: Call) -> Any:
        wanted = call.json()
        for key, words in (("disk_format", DISK_FORMATS), ("container_format", CONTAINER_FORMATS)):
            if wanted.get(key) not in words:
                reason = f"'{wanted[key]}' is not one of {words}"
                raise Refusal(400, f"Provided object does not match schema 'image': {reason}")
        made = Record(wanted.get("id") or new_id(), call.project, call.user, {})
        made.body.update(_image(made.id, call.project, wanted))
        self.shelf("image").put(made)
        headers = {"Location": f"{self.origin}/v2/images/{made.id}"}
        headers["OpenStack-image-import-methods"] = "glance-direct,web-download"
        headers["OpenStack-image-store-ids"] = "file1"
        return Answer(201, made.body, headers)

    def image(self, call: Call, image_id: str) -> Record:
        record = self.shelf("image").find(image_id)
        if record is not None and record.body["visibility"] == "public":
            return record
        return found(call, self.shelf("image"), image_id, f"No image found with ID {image_id}")

    @route("GET", "/v2/images")
    def list_images(self, call: Call) -> Any:
        query = call.request.query
        rows = [
            one
            for one in self.shelf("image")
            if one.project == call.project or one.body["visibility"] == "public"
        ]
        for key in ("name", "visibility", "status", "owner"):
            if key in query:
                rows = [one for one in rows if one.body[key] == query[key]]
        if "tag" in query:
            rows = [one for one in rows if query["tag"] in one.body["tags"]]
        try:
            shown, marker = page(rows[::-1], query)
        except Refusal:
            raise Refusal(400, f"No image found with ID {query.get('marker')}") from None
        rest = call.request.target.partition("?")[2]
        answer = {
            "images": [one.body for one in shown],
            "first": "/v2/images" + (f"?{rest}" if rest else ""),
            "schema": "/v2/schemas/images",
        }
        if marker:
            answer["next"] = f"/v2/images?{next_query(query, marker)}"
        return answer

    @route("GET", "/v2/images/{id}")
    def show_image(self, call: Call, id: str) -> Any:
        return self.image(call, id).body

    @route("PATCH", "/v2/images/{id}")
    def change_image(self, call: Call, id: str) -> Any:
        image = self.image(call, id)
        for change in call.json():
            key = change["path"].strip("/")
            if change["op"] == "remove":
                image.body.pop(key, None)
            else:
                image.body[key] = change["value"]
        return image.body

    @route("DELETE", "/v2/images/{id}")
    def delete_image(self, call: Call, id: str) -> Any:
        try:
            self.image(call, id)
        except Refusal:
            raise Refusal(404, f"Failed to find image {id} to delete") from None
        self.shelf("image").take(id)
        return 204, None

    @route("PUT", "/v2/images/{id}/file")
    def upload(self, call: Call, id: str) -> Any:
        image = self.image(call, id)
        if image.body["status"] != "queued":
            raise Refusal(409, f"Image status transition from {image.body['status']} to saving")
        content = call.request.body
        image.hidden["content"] = content
        image.body.update(
            size=len(content),
            virtual_size=len(content),
            status="active",
            checksum=hashlib.md5(content).hexdigest(),
            os_hash_algo="sha512",
            os_hash_value=hashlib.sha512(content).hexdigest(),
            stores="file1",
        )
        return 204, None

    @route("GET", "/v2/images/{id}/file")
    def download(self, call: Call, id: str) -> Any:
        image = self.image(call, id)
        if "content" not in image.hidden:
            return 204, None
        return Answer(200, image.hidden["content"], {"Content-MD5": image.body["checksum"]})

    @route("PUT", "/v2/images/{id}/tags/{tag}")
    def add_tag(self, call: Call, id: str, tag: str) -> Any:
        tags = self.image(call, id).body["tags"]
        tags[:] = sorted({*tags, tag})
        return 204, None

    @route("DELETE", "/v2/images/{id}/tags/{tag}")
    def drop_tag(self, call: Call, id: str, tag: str) -> Any:
        tags = self.image(call, id).body["tags"]
        if tag not in tags:
            raise Refusal(404, f"Tag {tag} not found")
        tags.remove(tag)
        return 204, None


def _image(image_id: str, owner: str, wanted: dict[str, Any]) -> dict[str, Any]:
    start = {
        "name": None,
        "disk_format": None,
        "container_format": None,
        "visibility": "shared",
        "size": None,
        "virtual_size": None,
        "status": "queued",
        "checksum": None,
        "protected": False,
        "min_ram": 0,
        "min_disk": 0,
        "owner": owner,
        "os_hidden": False,
        "os_hash_algo": None,
        "os_hash_value": None,
        "created_at": now(),
        "updated_at": now(),
        "tags": [],
    }
    path = f"/v2/images/{image_id}"
    own = {"id": image_id, "self": path, "file": f"{path}/file", "schema": "/v2/schemas/image"}
    return {**start, **wanted, **own}
