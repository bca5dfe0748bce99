"""Meters: resources, metrics, measures. A thin version; `cpu` and `vcpus` of servers are there."""

from __future__ import annotations

from typing import Any

from tests.fakes.service import Call, Record, Service, found, new_id, now, route


class Gnocchi(Service):
    type = "metric"
    name = "gnocchi"

    @route("GET", "/", open=True)
    def versions(self, call: Call) -> Any:
        links = [{"rel": "self", "href": f"{self.origin}/v1/"}]
        return {"versions": [{"id": "v1.0", "status": "CURRENT", "links": links}]}

    @route("GET", "/v1/metric")
    def list_metrics(self, call: Call) -> Any:
        return [one.body for one in self.shelf("metric") if call.sees(one)]

    @route("POST", "/v1/metric")
    def create_metric(self, call: Call) -> Any:
        return 201, self._metric(call, **call.json()).body

    def _metric(self, call: Call, **wanted: Any) -> Record:
        made = Record(new_id(), call.project, call.user, {})
        who = {"project_id": call.project, "created_by_project_id": call.project}
        made.body = {"id": made.id, "name": None, "resource_id": None, "unit": None}
        made.body |= {**who, **wanted}
        made.hidden["measures"] = []
        return self.shelf("metric").put(made)

    def watch_server(self, call: Call, server: str, vcpus: int) -> None:
        """For compute: the cloud's own meter of a server."""
        metric = self._metric(call, name="vcpus", resource_id=server)
        metric.hidden["measures"].append([now(), 300.0, float(vcpus)])
        body = {"id": server, "type": "instance", "project_id": call.project}
        body["metrics"] = {"vcpus": metric.id}
        self.shelf("resource").put(Record(server, call.project, call.user, body))

    @route("GET", "/v1/metric/{id}/measures")
    def list_measures(self, call: Call, id: str) -> Any:
        return found(call, self.shelf("metric"), id, "Metric not found").hidden["measures"]

    @route("POST", "/v1/metric/{id}/measures")
    def add_measures(self, call: Call, id: str) -> Any:
        metric = found(call, self.shelf("metric"), id, "Metric not found")
        metric.hidden["measures"] += [[one["timestamp"], 1.0, one["value"]] for one in call.json()]
        return 202, None

    @route("POST", "/v1/resource/{kind}")
    def create_resource(self, call: Call, kind: str) -> Any:
        wanted = call.json()
        made = Record(wanted.get("id") or new_id(), call.project, call.user, {})
        metrics = {
            name: self._metric(call, name=name, resource_id=made.id).id
            for name in wanted.pop("metrics", {})
        }
        made.body = {"id": made.id, "type": kind, "project_id": call.project, "ended_at": None}
        made.body |= {"started_at": now(), **wanted, "metrics": metrics}
        return 201, self.shelf("resource").put(made).body

    @route("GET", "/v1/resource/{kind}")
    def list_resources(self, call: Call, kind: str) -> Any:
        rows = [one.body for one in self.shelf("resource") if call.sees(one)]
        return [one for one in rows if kind in ("generic", one["type"])]

    @route("GET", "/v1/resource/{kind}/{id}")
    def show_resource(self, call: Call, kind: str, id: str) -> Any:
        return found(call, self.shelf("resource"), id, "Resource not found").body

    @route("GET", "/v1/resource/{kind}/{id}/metric/{metric}/measures")
    def resource_measures(self, call: Call, kind: str, id: str, metric: str) -> Any:
        resource = found(call, self.shelf("resource"), id, "Resource not found").body
        return self.list_measures(call, resource["metrics"][metric])

    @route("DELETE", "/v1/resource/{kind}/{id}")
    def delete_resource(self, call: Call, kind: str, id: str) -> Any:
        resource = found(call, self.shelf("resource"), id, "Resource not found")
        for metric in resource.body["metrics"].values():
            self.shelf("metric").take(metric)
        self.shelf("resource").take(id)
        return 204, None
