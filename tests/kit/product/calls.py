"""The reference product's way to an OpenStack: plain HTTP, as a careful client does it.

`FAULT` names the one thing that this installation does wrong, if any.
"""

import http.client
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

FAULT = os.environ.get("OSI_SETTING_FAULT", "")
AGENT = "python-client" if FAULT == "no-user-agent" else "reference-shelf/1.0"
WORK = Path(os.environ["OSI_WORK"])
PATIENCE = 6


class Failed(Exception):
    """The cloud would not do it. `status` is 0 where it did not answer."""

    def __init__(self, message, status=0):
        super().__init__(message)
        self.status = status


class Cloud:
    """One project. Signs in with what stands in the environment, or with the application credential
    that the product made for itself at its installation."""

    def __init__(self, state):
        self.state = state
        self.sign_in()

    def sign_in(self):
        auth_url = os.environ["OS_AUTH_URL"]
        self.mounts = {"identity": auth_url}
        self.token = ""
        _, headers, body = self.send("identity", "POST", "/auth/tokens", {"auth": self._auth()})
        self.token = headers["x-subject-token"]
        self.identity = body["token"]
        self.project = body["token"]["project"]["id"]
        region = os.environ.get("OS_REGION_NAME") or "RegionOne"
        for service in body["token"]["catalog"]:
            for endpoint in service["endpoints"]:
                if endpoint["interface"] == "public" and endpoint["region"] == region:
                    self.mounts[service["type"]] = endpoint["url"].rstrip("/")
        if FAULT == "hard-coded-endpoint":
            self._nail_down()

    def _nail_down(self):
        """Keeps the first address of compute that it ever saw."""
        nail = Path(os.environ["OSI_CACHE"], "compute-address")
        if not nail.exists():
            nail.write_text(self.mounts["compute"])
        self.mounts["compute"] = nail.read_text()

    def _auth(self):
        variables = os.environ
        own = self.state.get("credential")
        if FAULT == "dies-with-the-password":
            own = None
        if own or "OS_APPLICATION_CREDENTIAL_ID" in variables:
            words = own or {
                "id": variables["OS_APPLICATION_CREDENTIAL_ID"],
                "secret": variables["OS_APPLICATION_CREDENTIAL_SECRET"],
            }
            return {
                "identity": {"methods": ["application_credential"], "application_credential": words}
            }
        user = {"name": variables["OS_USERNAME"], "password": variables["OS_PASSWORD"]}
        user["domain"] = _domain("OS_USER_DOMAIN")
        project = {"name": variables.get("OS_PROJECT_NAME"), "domain": _domain("OS_PROJECT_DOMAIN")}
        if variables.get("OS_PROJECT_ID"):
            project = {"id": variables["OS_PROJECT_ID"]}
        return {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": project},
        }

    def send(self, service, method, path, body=None, headers=None):
        """(status, headers, body) of an answer below 400; raises Failed for others."""
        for attempt in range(PATIENCE):
            status, answered, content = self._once(service, method, path, body, headers or {})
            if status == 401 and self.token and attempt == 0 and FAULT != "dies-on-401":
                self.sign_in()
            elif status == 429:
                time.sleep(0 if FAULT == "ignores-retry-after" else float(answered["retry-after"]))
            elif status == 503 and FAULT != "gives-up-on-503":
                self.state["met a fault"] = True
                keep(self.state)
            else:
                break
        if status < 400:
            return status, answered, content
        request_id = answered.get("x-openstack-request-id", "")
        told = "" if FAULT == "logs-no-request-id" else f" ({request_id})"
        words = json.dumps(content) if not isinstance(content, bytes) else content.decode()
        if FAULT == "hides-the-quota":
            words = "something went wrong"
        log(f"{service} {method} {path}: {status} {words}{told}")
        raise Failed(f"{service} {method} {path}: {status} {words}{told}", status)

    def _once(self, service, method, path, body, headers):
        mount = urlsplit(self.mounts[service] if "://" not in path else path)
        target = path if "://" not in path else f"{mount.path}?{mount.query}"
        if "://" not in path:
            target = mount.path.rstrip("/") + path
        sent = {"Accept": "application/json", "User-Agent": AGENT, **headers}
        if self.token:
            sent.setdefault("X-Auth-Token", self.token)
        if FAULT == "version-out-of-range" and service == "compute":
            sent["OpenStack-API-Version"] = "compute 2.90"
        content = body if isinstance(body, bytes) else None if body is None else _encoded(body)
        if content is not None and not isinstance(body, bytes):
            sent.setdefault("Content-Type", "application/json")
        connection = _connection(mount)
        try:
            connection.request(method, target or "/", content, sent)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if raw and "json" in found.get("content-type", ""):
            return answer.status, found, json.loads(raw)
        return answer.status, found, raw

    def get(self, service, path, headers=None):
        return self.send(service, "GET", path, None, headers)[2]

    def make(self, service, path, body, gone, **more):
        """Creates, and writes down at once how to delete it again. `gone` is a path with {id}."""
        made = self.send(service, "POST", path, body, **more)[2]
        one = next(iter(made.values())) if len(made) == 1 else made
        if isinstance(one, str):
            one = {"id": one.rpartition("/")[2]}
        self.state.setdefault("made", []).append([service, gone.format(id=one["id"])])
        keep(self.state)
        return one

    def pages(self, service, path, key):
        """All entries of a list."""
        found = []
        while path:
            body = self.get(service, path)
            found += body[key]
            links = [one["href"] for one in body.get(f"{key}_links", []) if one["rel"] == "next"]
            path = links[0] if links and FAULT != "stops-at-page-one" else ""
        return found


def _connection(mount):
    if mount.scheme == "http":
        return http.client.HTTPConnection(mount.netloc, timeout=30)
    import ssl

    trust = ssl.create_default_context(cafile=os.environ.get("OS_CACERT") or None)
    if FAULT == "trusts-anybody":
        trust = ssl._create_unverified_context()
    return http.client.HTTPSConnection(mount.netloc, timeout=30, context=trust)


def _encoded(body):
    return json.dumps(body).encode()


def _domain(prefix):
    for suffix in ("ID", "NAME"):
        if os.environ.get(f"{prefix}_{suffix}"):
            return {suffix.lower(): os.environ[f"{prefix}_{suffix}"]}
    return {"id": "default"}


def quoted(text):
    return quote(text, safe="")


def log(line):
    with (WORK / "product.log").open("a") as file:
        file.write(line + "\n")
    sys.stderr.write(line + "\n")


def recalled():
    """What this installation knows of itself."""
    path = WORK / "state.json"
    return json.loads(path.read_text()) if path.exists() else {}


def keep(state):
    (WORK / "state.json").write_text(json.dumps(state))
