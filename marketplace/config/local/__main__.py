"""`python -m marketplace.config.local`: see `--help`."""

import argparse
import os
import signal
import subprocess
import sys

from marketplace.config.local import beside, browser, leash, service
from marketplace.config.local.errors import StartError
from marketplace.config.local.servers import throwaway_servers


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m marketplace.config.local")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start Hallmark with private servers, until Ctrl-C")
    run.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started it ends"
    )
    servers = commands.add_parser(
        "servers", help="run a command with throwaway servers in DATABASE_URL and REDIS_URL"
    )
    servers.add_argument("program", nargs=argparse.REMAINDER)
    beside_trial = commands.add_parser(
        "beside", help="run a command beside the trial that `make run` started"
    )
    beside_trial.add_argument("program", nargs=argparse.REMAINDER)
    commands.add_parser("browser", help="make sure that the tests find a browser")
    commands.add_parser("cloud-clients", help="make sure that the recorder has clients to record")
    arguments = parser.parse_args()
    try:
        return _do(arguments)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1


def _do(arguments: argparse.Namespace) -> int:
    if arguments.command == "browser":
        browser.ensure()
        return 0
    if arguments.command == "cloud-clients":
        browser.ensure_cloud_clients()
        return 0
    if arguments.command == "beside":
        return beside.run(arguments.program, checkout=service.CHECKOUT, environ=os.environ)
    if arguments.command == "servers":
        with throwaway_servers() as urls:
            return subprocess.run(arguments.program, env=os.environ | urls, check=False).returncode
    if arguments.with_parent:
        leash.end_with_parent(signal.SIGTERM)
    return service.run()


if __name__ == "__main__":
    sys.exit(main())
