"""Aliases of the Networking API's extensions, as Neutron and its sister projects publish them."""

from __future__ import annotations

_ALIASES = """
    aap-reject-multicast address-group address-scope agent agent-resources-synced agent_sort_key
    allowed-address-pairs auto-allocated-topology availability_zone availability_zone_filter bgp
    bgp_4byte_asn bgp_dragent_scheduler bgpvpn bgpvpn-routes-control bgpvpn-vni binding
    binding-extended data-plane-status default-subnetpools dhcp_agent_scheduler dns-domain-ports
    dns-integration dns-integration-domain-keywords dvr ecmp_routes empty-string-filtering
    enable-default-route-bfd enable-default-route-ecmp evpn expose-l3-conntrack-helper
    expose-port-forwarding-in-fip ext-gw-mode external-gateway-multihoming external-net
    extra_dhcp_opt extraroute extraroute-atomic filter-validation fip-port-details flavors
    floating-ip-distributed floating-ip-port-forwarding floating-ip-port-forwarding-description
    floating-ip-port-forwarding-detail floating-ip-port-forwarding-port-ranges
    floating-ip-router-writable floatingip-autodelete-internal floatingip-pools flow_classifier
    fwaas fwaas_v2 fwaasrouterinsertion hm_max_retries_down ip-substring-filtering ip_allocation
    l2_adjacency l3-agent-scheduler-ha-chassis-priority l3-conntrack-helper l3-ext-ndp-proxy
    l3-flavors l3-ha l3-ndp-proxy l3-port-ip-change-not-allowed l3_agent_scheduler lbaasv2
    local_ip logging metering metering_source_and_destination_fields multi-provider net-mtu
    net-mtu-writable network network-cascade-delete network-ip-availability
    network-ip-availability-details network-segment-range network_availability_zone network_ha
    ovn-bgp pagination port port-device-profile port-hardware-offload-type
    port-hint-ovs-tx-steering port-hints port-mac-address-regenerate port-mac-override
    port-numa-affinity-policy port-numa-affinity-policy-socket port-resource-request
    port-resource-request-groups port-security port-security-groups-filtering port-trusted-vif
    project-default-networks project-id provider pvlan qinq qos qos-bw-limit-direction
    qos-bw-minimum-ingress qos-default qos-fip qos-fip-network-policy qos-gateway-ip
    qos-port-network-policy qos-pps qos-pps-minimum qos-pps-minimum-rule-alias
    qos-rule-type-details qos-rule-type-filter qos-rules-alias quota-check-limit
    quota-check-limit-default quota_details quotas rbac-address-group rbac-address-scope
    rbac-bgpvpn rbac-policies rbac-security-groups rbac-subnetpool revision-if-match router
    router-admin-state-down-before-update router-enable-snat router-service-type
    router_availability_zone security-group security-groups-default-rules
    security-groups-default-statefulness security-groups-name-restrictions
    security-groups-normalized-cidr security-groups-remote-address-group
    security-groups-rules-belongs-to-default-sg security-groups-shared-filtering segment
    segments-peer-subnet-host-routes service-type sfc sort-key-validation sorting
    standard-attr-bgpvpn standard-attr-bgpvpn-network-association
    standard-attr-bgpvpn-port-association standard-attr-bgpvpn-router-association
    standard-attr-description standard-attr-fwaas-v2 standard-attr-revisions standard-attr-segment
    standard-attr-tag standard-attr-timestamp stateful-security-group subnet
    subnet-dns-publish-fixed-ip subnet-external-network subnet-segmentid-enforce
    subnet-segmentid-writable subnet-service-types subnet_allocation subnet_onboard subnetpool
    subnetpool-prefix-ops taas taas-vlan-filter tag tag-creation tag-ext
    tag-ports-during-bulk-creation tap-mirror tap-mirror-both-direction timestamp_core trunk
    trunk-details uplink-status-propagation uplink-status-propagation-updatable vlan-transparent
    vpn-aes-ccm-gcm vpn-aes-ctr vpn-endpoint-groups vpn-flavors vpn-no-sha1-3des vpnaas
"""
NETWORK_EXTENSIONS = frozenset(_ALIASES.split())
