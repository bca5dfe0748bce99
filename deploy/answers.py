"""Health check of the web container: ask our own /healthz as the proxy would, exit 1 if it fails.

Standard library only, so that asking every few seconds costs nothing.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

PATIENCE_S = 4


def main() -> int:
    host = urlsplit(os.environ["PUBLIC_URL"]).netloc  # other names are refused
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ["PORT"]), timeout=PATIENCE_S
    )
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"/healthz does not answer: {error}\n")
        return 1
    finally:
        connection.close()
    if status != http.client.OK:
        sys.stderr.write(f"/healthz answers {status}; is {host} among ALLOWED_HOSTS?\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
