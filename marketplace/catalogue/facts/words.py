"""The fixed words among which a vendor chooses, by code. Codes are stored and never change."""

from __future__ import annotations

HYPERVISORS = {
    "kvm": "KVM",
    "qemu": "QEMU",
    "lxc": "LXC",
    "vmware-esxi": "VMware ESXi",
    "hyper-v": "Hyper-V",
    "xen": "Xen",
    "virtuozzo": "Virtuozzo",
    "powervm": "PowerVM",
    "zvm": "z/VM",
    "bare-metal": "Bare metal",
}
GUESTS = {
    "almalinux": "AlmaLinux",
    "alpine": "Alpine Linux",
    "centos-stream": "CentOS Stream",
    "debian": "Debian",
    "fedora": "Fedora",
    "flatcar": "Flatcar",
    "freebsd": "FreeBSD",
    "opensuse": "openSUSE",
    "oracle-linux": "Oracle Linux",
    "rhel": "Red Hat Enterprise Linux",
    "rocky-linux": "Rocky Linux",
    "sles": "SUSE Linux Enterprise Server",
    "ubuntu": "Ubuntu",
    "windows-server": "Windows Server",
}
ARCHITECTURES = {
    "x86-64": "x86-64",
    "arm64": "Arm 64 bit",
    "ppc64le": "Power",
    "s390x": "IBM Z",
    "riscv64": "RISC-V",
}
PRICING = {
    "free": "Free of charge",
    "pay-as-you-go": "By use",
    "reserved": "Reserved ahead for a term",
    "subscription": "Subscription",
    "licence": "Licence paid once",
    "per-node": "By server or core",
    "per-seat": "By person",
    "per-day": "By day",
    "fixed-price": "Fixed price for a result",
    "on-request": "On request",
}
SUPPORT_CHANNELS = {
    "tickets": "Ticket portal",
    "e-mail": "E-mail",
    "telephone": "Telephone",
    "chat": "Chat",
    "community": "Community list or forum",
    "on-site": "At your site",
    "named-engineer": "An engineer whom you know by name",
}
SUPPORT_HOURS = {
    "business-hours": "Office hours",
    "extended-hours": "Longer than office hours",
    "all-hours": "Day and night, all week",
    "best-effort": "No promised hours",
}
#: By the name of the project: who chooses a driver or a distribution knows it.
PROJECTS = {
    "aodh": "Aodh (alarms)",
    "barbican": "Barbican (secrets)",
    "blazar": "Blazar (reservations)",
    "ceilometer": "Ceilometer (telemetry)",
    "cinder": "Cinder (block storage)",
    "cloudkitty": "CloudKitty (rating)",
    "cyborg": "Cyborg (accelerators)",
    "designate": "Designate (DNS)",
    "fuel": "Fuel (installation, retired)",
    "glance": "Glance (images)",
    "heat": "Heat (orchestration)",
    "horizon": "Horizon (dashboard)",
    "ironic": "Ironic (bare metal)",
    "keystone": "Keystone (identity)",
    "magnum": "Magnum (container clusters)",
    "manila": "Manila (shared file systems)",
    "masakari": "Masakari (recovery of servers)",
    "mistral": "Mistral (workflows)",
    "neutron": "Neutron (network)",
    "nova": "Nova (compute)",
    "octavia": "Octavia (load balancing)",
    "placement": "Placement",
    "sahara": "Sahara (data work, retired)",
    "swift": "Swift (object storage)",
    "trove": "Trove (databases)",
    "zun": "Zun (containers)",
}
INSTALLERS = {
    "kolla-ansible": "Kolla Ansible",
    "openstack-ansible": "OpenStack-Ansible",
    "openstack-helm": "OpenStack-Helm",
    "charms": "OpenStack Charms",
    "puppet": "Puppet OpenStack",
    "tripleo": "TripleO",
    "own": "An installer of its own",
}
DRIVER_HOMES = {
    "in-tree": "In the project's own source tree",
    "out-of-tree": "Beside it, from the vendor",
}
CI_STATUSES = {
    "voting": "Reports on each change and votes",
    "reporting": "Reports on each change",
    "silent": "Set up, but does not report at present",
    "none": "None",
}
FORMATS = {
    "classroom": "In a classroom",
    "live-online": "Live online",
    "self-paced": "On your own, at your pace",
    "at-your-site": "At your site",
    "workshop": "Workshop on your own cloud",
}
COURSE_LEVELS = {
    "beginner": "Beginners",
    "intermediate": "Some practice",
    "advanced": "Advanced",
}
TOPICS = {
    "architecture": "Architecture",
    "automation": "Automation",
    "capacity": "Capacity and cost",
    "compliance": "Compliance",
    "containers": "Containers",
    "deployment": "Installation",
    "development": "Development of OpenStack",
    "migration": "Migration",
    "monitoring": "Monitoring",
    "networking": "Networks",
    "operation": "Operation",
    "security": "Security",
    "storage": "Storage",
    "troubleshooting": "Finding faults",
    "upgrades": "Upgrades",
    "using": "Using a cloud",
}
ENGAGEMENTS = {
    "remote": "From afar",
    "at-your-site": "At your site",
    "standing": "Standing, month by month",
}
INSTALLED_AS = {
    "container-images": "Container images",
    "helm-chart": "Helm chart",
    "operator": "Kubernetes operator",
    "virtual-machine": "Image of a virtual machine",
    "packages": "Packages of a Linux distribution",
    "language-package": "Package of a programming language",
    "binary": "A single program",
    "heat-template": "Heat template",
    "service": "Nothing to install",
}
#: SPDX identifiers where there is one.
LICENCES = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "bsd-3-clause": "BSD-3-Clause",
    "mpl-2.0": "MPL-2.0",
    "gpl-2.0": "GPL-2.0",
    "gpl-3.0": "GPL-3.0",
    "lgpl-3.0": "LGPL-3.0",
    "agpl-3.0": "AGPL-3.0",
    "source-available": "Source can be read, use is restricted",
    "proprietary": "Proprietary",
}
