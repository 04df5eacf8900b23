#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks with readelf that the built programs are hardened: position independent, with all relocations
resolved at start and read-only afterwards, without an executable stack, with stack protectors, and
with checked libc functions if the build is optimised.
Usage: test-hardened.py OPTIMISED(yes|no) AGENT PROGRAM…"""

import re
import subprocess
import sys

optimised, agent, programs = sys.argv[1] == "yes", sys.argv[2], sys.argv[3:]
# Reads of the stack protector's value on x86-64: mov and sub of %fs:0x28. The C library in the agent,
# which has no symbols, has about 90 of them.
CANARY = re.compile(rb"\x64\x48[\x8b\x2b\x33\x3b].\x25\x28\x00\x00\x00")
# Functions for which _FORTIFY_SOURCE calls a checked variant, such as __snprintf_chk.
UNCHECKED = re.compile(r" (read|pread64|poll|snprintf|vsnprintf|printf|fprintf|strcpy|strcat)@")


def readelf(*args):
    return subprocess.run(["readelf", *args], check=True, capture_output=True, text=True,
                          env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


def check(path):
    head, segments, dynamic = readelf("-hW", path), readelf("-lW", path), readelf("-dW", path)
    faults = []
    if not re.search(r"Type:\s+DYN", head):
        faults.append("not position independent")
    if "GNU_RELRO" not in segments:
        faults.append("no RELRO")
    if not re.search(r"BIND_NOW|FLAGS_1.*\bNOW\b", dynamic):
        faults.append("no BIND_NOW")
    if "TEXTREL" in dynamic:
        faults.append("relocations in code")
    if not re.search(r"GNU_STACK.* RW ", segments):
        faults.append("executable stack")
    if path == agent:
        if "INTERP" in segments:
            faults.append("the agent needs a dynamic loader")
        with open(path, "rb") as file:
            if "X86-64" in head and len(CANARY.findall(file.read())) < 130:
                faults.append("no stack protector")
    else:
        symbols = readelf("--dyn-syms", "-W", path)
        if "__stack_chk_fail" not in symbols:
            faults.append("no stack protector")
        # a program that calls none of these functions through the library has nothing to check
        if optimised and UNCHECKED.search(symbols) and "_chk@" not in symbols.replace(
                "__stack_chk_fail", ""):
            faults.append("no checked functions (_FORTIFY_SOURCE)")
    return faults


paths = [agent, *programs]
print(f"1..{len(paths)}")
for i, each in enumerate(paths, 1):
    found = check(each)
    print(f"{'not ok' if found else 'ok'} {i} - {each.rsplit('/', 1)[-1]} {'; '.join(found)}".rstrip())
