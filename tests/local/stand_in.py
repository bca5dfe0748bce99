"""`make run` with small programs in place of Hallmark's parts; the supervisor is the real one.

Arguments: what the part "second" does (a name of BEHAVIOURS), and its own mark, by which the
test finds every process of this start.
"""

import signal
import sys

from marketplace.config.local import leash, service
from marketplace.config.local.child import Part
from marketplace.config.local.configuration import Configuration
from marketplace.config.local.parts import Plan

WEB = """
import http.server, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments):
        pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
"""
BEHAVIOURS = {
    "steady": "import time; time.sleep(600)",
    "crash": "import time; time.sleep(0.5); raise SystemExit('out of silver')",
    "family": "import os, time; os.fork(); os.fork(); time.sleep(600)",
    "stubborn": (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    ),
}


def plan(_configuration: Configuration) -> Plan:
    python, mark = sys.executable, sys.argv[2]
    return Plan(
        steps=(
            Part(
                "prepare",
                (python, "-c", "print('Guideline loaded\\nLogin vendor, password x')", mark),
            ),
        ),
        running=(
            Part("web", (python, "-c", WEB, mark)),
            Part("second", (python, "-c", BEHAVIOURS[sys.argv[1]], mark)),
        ),
    )


if __name__ == "__main__":
    # As in a terminal, also when the tests themselves run under nohup.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if "with-parent" in sys.argv:
        leash.end_with_parent(signal.SIGTERM)
    sys.exit(service.run(plan=plan))
