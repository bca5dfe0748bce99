"""The ways in: an entry of clouds.yaml, or an application credential over a given exchange."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import requests
from keystoneauth1.adapter import Adapter
from keystoneauth1.identity.v3 import ApplicationCredential
from keystoneauth1.session import Session

from hallmark.probe.faults import ProbeImpossible, impossible
from hallmark.probe.transport import Exchange, ExchangingAdapter, ReadingAdapter

_AGENT = "hallmark-probe"


@dataclass(frozen=True, slots=True)
class Reach:
    """A session that can only read, and which endpoints of the catalog it looks at. An empty
    `region` means the first one that the catalog names."""

    session: Session
    interface: str
    region: str
    override: Callable[[str], str | None]

    def client(self, service: str, major: str = "") -> Adapter:
        """Calls to `service`; with `major`, below the root of that version (`2`)."""
        return Adapter(
            session=self.session,
            service_type=service,
            interface=self.interface,
            region_name=self.region or None,
            endpoint_override=self.override(service),
            min_version=major or None,
            max_version=f"{major}.latest" if major else None,
        )


def reach_of_cloud(name: str, *, call_s: float) -> Reach:
    """The cloud `name` of clouds.yaml, as the SDK finds it. Raises ProbeImpossible."""
    from openstack import config
    from openstack.exceptions import ConfigException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the SDK will drop, none of which is used here
            cloud = config.OpenStackConfig().get_one(cloud=name)
            session = cloud.get_session()
    except ConfigException:
        raise ProbeImpossible(
            "cloud-unknown",
            f"There is no usable cloud {name[:60]!r} in clouds.yaml. The SDK looks in this folder, "
            "~/.config/openstack and /etc/openstack, or where OS_CLIENT_CONFIG_FILE says.",
        ) from None
    except Exception as error:
        raise impossible(error) from None
    session.timeout = call_s
    session.user_agent = _AGENT
    for scheme in ("https://", "http://"):
        session.session.mount(scheme, ReadingAdapter(call_s))
    interface = cloud.get_interface() or "public"
    return Reach(
        session=session,
        interface=interface if isinstance(interface, str) else interface[0],
        region=cloud.get_region_name() or "",
        override=cloud.get_endpoint,
    )


def reach_by_application_credential(
    *, auth_url: str, id: str, secret: str, exchange: Exchange, region: str = ""
) -> Reach:
    """All requests go through `exchange`, redirects are not followed and neither proxy variables
    nor a netrc are read."""
    transport = requests.Session()
    transport.trust_env = False
    transport.adapters.clear()
    transport.mount("https://", ExchangingAdapter(exchange))
    session = Session(
        auth=ApplicationCredential(
            auth_url=auth_url, application_credential_id=id, application_credential_secret=secret
        ),
        session=transport,
        redirect=False,
        user_agent=_AGENT,
    )
    return Reach(session=session, interface="public", region=region, override=lambda _: None)
