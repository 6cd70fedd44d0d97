"""Runs a program under the system call filters that a systemd unit asks for.

    under_unit.py UNIT PROGRAM [ARGUMENT …]

Reads the unit's own lines, has `systemd-analyze` say what the named sets of calls hold, and loads filters that answer
as systemd's do, so that what the unit forbids is forbidden here too. Only what decides about system calls is taken
from the unit: SystemCallFilter, SystemCallErrorNumber, RestrictAddressFamilies and MemoryDenyWriteExecute.
"""

import ctypes
import errno
import os
import socket
import subprocess
import sys

ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
EQUAL, MASKED_EQUAL = 4, 7
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000


class Compare(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("one", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    ]


def library():
    lib = ctypes.CDLL("libseccomp.so.2")
    lib.seccomp_init.restype = ctypes.c_void_p
    lib.seccomp_init.argtypes = [ctypes.c_uint32]
    lib.seccomp_load.argtypes = [ctypes.c_void_p]
    lib.seccomp_syscall_resolve_name.argtypes = [ctypes.c_char_p]
    lib.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(Compare),
    ]
    return lib


LIB = library()


def lines_of(unit):
    """The settings of [Service], in order."""
    section, found = None, []
    with open(unit, encoding="utf-8") as file:
        for line in map(str.strip, file):
            if line.startswith("["):
                section = line
            elif section == "[Service]" and line and line[0] not in "#;":
                name, _, value = line.partition("=")
                found.append((name.strip(), value.strip()))
    return found


def expand(name):
    """The calls of a set, and of the sets in it."""
    if not name.startswith("@"):
        return {name}
    said = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True)
    words = [line.split()[0] for line in said.stdout.splitlines()[1:] if line.strip() and line.split()[0] != "#"]
    return set().union(*map(expand, words))


def allowed(values):
    """What several SystemCallFilter lines allow together. The first decides that everything else is forbidden."""
    calls = None
    for value in values:
        forbids = value.startswith("~")
        named = set().union(*map(expand, value.lstrip("~").split()))
        if calls is None:
            if forbids:
                sys.exit("the first SystemCallFilter forbids: that form is not known here")
            calls = expand("@default")
        calls = calls - named if forbids else calls | named
    return calls


class Filter:
    def __init__(self, default):
        self.context = LIB.seccomp_init(default)

    def rule(self, action, call, *compares):
        number = LIB.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return  # this machine has no such call
        array = (Compare * max(len(compares), 1))(*compares)
        result = LIB.seccomp_rule_add_array(self.context, action, number, len(compares), array)
        if result != 0:
            sys.exit(f"no rule for {call}: {os.strerror(-result)}")

    def load(self):
        result = LIB.seccomp_load(self.context)
        if result != 0:
            sys.exit(f"the filter cannot be loaded: {os.strerror(-result)}")


def masked(argument, mask):
    return Compare(argument, MASKED_EQUAL, mask, mask)


def main():
    unit, *command = sys.argv[1:]
    settings = lines_of(unit)
    values = lambda name: [value for key, value in settings if key == name]
    # Everything that asks other programs comes before the first filter.
    calls = allowed(values("SystemCallFilter"))
    number = (values("SystemCallErrorNumber") or ["kill"])[-1]
    refused = KILL_PROCESS if number == "kill" else ERRNO | getattr(errno, number)
    filters = []
    if calls is not None:
        names = Filter(refused)
        for call in sorted(calls):
            names.rule(ALLOW, call)
        filters.append(names)
    families = " ".join(values("RestrictAddressFamilies")).split()
    if families:
        known = {getattr(socket, family) for family in families}
        sockets = Filter(ALLOW)
        for family in set(range(64)) - known:
            sockets.rule(ERRNO | errno.EAFNOSUPPORT, "socket", Compare(0, EQUAL, family, 0))
        filters.append(sockets)
    if values("MemoryDenyWriteExecute")[-1:] == ["yes"]:
        memory = Filter(ALLOW)
        memory.rule(ERRNO | errno.EPERM, "mmap", masked(2, PROT_WRITE | PROT_EXEC))
        memory.rule(ERRNO | errno.EPERM, "mprotect", masked(2, PROT_EXEC))
        memory.rule(ERRNO | errno.EPERM, "pkey_mprotect", masked(2, PROT_EXEC))
        memory.rule(ERRNO | errno.EPERM, "shmat", masked(2, SHM_EXEC))
        filters.append(memory)
    if not filters:
        sys.exit(f"{unit} forbids no system call")
    # The last to be loaded is the one that may forbid loading more.
    for one in reversed(filters):
        one.load()
    os.execvp(command[0], command)


main()
