"""Start a program that cannot outlive the process that started it.

Run as a script: `leash.py PARENT SIGNAL USER PROGRAM ARGUMENT...`. It becomes USER (a name, or
"-" to stay who it is), asks the kernel to send SIGNAL when PARENT ends in whatever way, and turns
into PROGRAM.
"""

import ctypes
import os
import pwd
import signal
import sys

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def end_with_parent(death_signal: signal.Signals) -> None:
    """Have the kernel send us this signal when our parent thread ends (Linux; else nothing)."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        if prctl(SET_PARENT_DEATH_SIGNAL, int(death_signal), 0, 0, 0) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"prctl: {os.strerror(number)}")


def become(user: str) -> None:
    """Give up root for good and be this user."""
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def main(parent: str, death_signal: str, user: str, *command: str) -> None:
    """Never returns: becomes the program, or ends with a message."""
    # The kernel forgets the wish when the user changes, so the order matters.
    if user != "-":
        become(user)
    end_with_parent(signal.Signals[death_signal])
    if os.getppid() != int(parent):
        sys.exit("The process that started this one has ended.")
    try:
        os.execv(command[0], command)  # noqa: S606 - a shell would break the leash
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(*sys.argv[1:])
