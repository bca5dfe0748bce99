"""Ports that are plugged as soon as they have a host: there are no packets to carry."""

from __future__ import annotations

from typing import Any

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api

DETAILS = {"port_filter": True, "datapath_type": "system", "bridge_name": "br-int"}


class SmallPorts(api.MechanismDriver):
    connectivity = portbindings.CONNECTIVITY_L2

    def initialize(self) -> None:
        """Nothing to prepare."""

    def bind_port(self, context: Any) -> None:
        if context.segments_to_bind:
            first = context.segments_to_bind[0]
            context.set_binding(
                first[api.ID],
                portbindings.VIF_TYPE_OVS,
                DETAILS,
                status=constants.PORT_STATUS_ACTIVE,
            )
