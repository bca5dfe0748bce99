"""A new adapter: a folder with a commented `adapter.toml` and a script for the verbs."""

from __future__ import annotations

from pathlib import Path

from hallmark.kit.adapter import FILE_NAME
from hallmark.kit.evidence import claim

_TOML = """\
# An adapter for `hallmark kit run`. The adapter guide explains each entry.

# "option" when [settings] differ from what a fresh installation has.
mode = "default"

[product]
name = "My Product"
version = "1.0.0"
# previous = "0.9.0"                  # the version to upgrade from
user_agents = ["my-product/1.0.0"]    # how every User-Agent of its calls begins
profile = "backup"                    # a profile of the guideline
primary = "object-store"              # its primary service
has_logins = false                    # true when people log in to the product itself
# ports = ["tcp/443"]                 # documented open ports
# service_type = "my-service"         # its own API's type in the catalog

# [microversions]                     # the lowest version that it claims to work with
# compute = "2.1"

[settings]                            # published with the evidence: no secrets

[verbs]                               # leave out what the product does not do
install = ["./verbs.sh", "install"]
create = ["./verbs.sh", "create"]
list = ["./verbs.sh", "list"]
remove = ["./verbs.sh", "remove"]

# [limits]                            # seconds, where 600 (install, upgrade: 1800) are not enough
# install = 3600
"""

_SCRIPT = """\
#!/bin/sh -e
# Called with the verb. OS_* and OS_CLOUD lead to the cloud; OSI_* say what is wanted.
# Exit 0: done. 3: not supported. Anything else: failed.

case $1 in
install)
    # Set the product up. OSI_SECRET is a secret that it must keep like a customer's password.
    ;;
create)
    # Make $OSI_COUNT items more. Everything made carries $OSI_MARK in a tag or metadata.
    exit 3
    ;;
list)
    # The last line names all items, by the id or name that the cloud shows.
    # echo '{"items": ["one", "two"]}'
    exit 3
    ;;
remove)
    # Uninstall: nothing may stay behind.
    ;;
*)
    exit 3
    ;;
esac
"""


def write_skeleton(folder: Path) -> tuple[Path, ...]:
    """The files written. Raises FolderTaken where the folder holds something already."""
    claim(folder)
    toml, script = folder / FILE_NAME, folder / "verbs.sh"
    toml.write_text(_TOML)
    script.write_text(_SCRIPT)
    script.chmod(0o755)
    return toml, script
