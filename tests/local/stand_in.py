"""`make run` with small programs in place of Hallmark's parts; the supervisor is the real one.

Arguments: what the part "second" does (a name of BEHAVIOURS or BEHIND), and its own mark, by which
the test finds every process of this start.
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
STEADY = "import time; time.sleep(600)"
BEHAVIOURS = {
    "steady": STEADY,
    "crash": "import time; time.sleep(0.5); raise SystemExit('out of silver')",
    "family": "import os, time; os.fork(); os.fork(); time.sleep(600)",
    "stubborn": (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    ),
}
#: With these names "second" is steady, and a part behind it does this.
BEHIND = {
    "filling": "import time; print('half full'); time.sleep(0.3); print('full')",
    "spilling": "import time; print('half full'); time.sleep(0.3); raise SystemExit('no more tin')",
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
            Part("second", (python, "-c", BEHAVIOURS.get(sys.argv[1], STEADY), mark)),
        ),
        behind=tuple(
            Part("behind", (python, "-c", program, mark), ends=True)
            for program in filter(None, [BEHIND.get(sys.argv[1])])
        ),
    )


if __name__ == "__main__":
    # As in a terminal, also when the tests themselves run under nohup.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if "with-parent" in sys.argv:
        leash.end_with_parent(signal.SIGTERM)
    sys.exit(service.run(plan=plan))
