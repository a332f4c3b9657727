"""Becomes another program, as another user if asked, that dies when the process that started it dies.

Run by `process.start` as a script: `child.py PARENT_PID SIGNAL USER-or-dash PROGRAM ARGUMENT…`. Servers refuse to be
root, and a test run that is killed must not leave any of them behind.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def become(parent: int, signal_number: int, user: str, command: list[str]) -> None:
    """Drop to the user, ask the kernel for the signal on the parent's death, and become the program."""
    if user != "-":
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:
            sys.exit("the process that asked for this is gone")
    os.execv(command[0], command)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
