# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Measures the time of a plain Python loop over rows, to compare it with the time of a cluster.
# loop-runner.c runs this script, after user_modules.py, as
#     python3 -c SCRIPT DIRECTORY < /dev/null
# File descriptor 3 is a socket. The script reads orders from the socket and answers each order.
# Orders and answers are lines of JSON. The process exits when the socket is closed.
import json
import mmap
import os
import queue
import shutil
import socket
import struct
import sys
import threading
import time

LONGEST_CAUSE = 10000  # maximum length of an error text in characters

link = socket.socket(fileno=3)
orders = queue.Queue()
directory_of_modules = sys.argv[1]  # stored, because prepare() changes sys.argv


def tell(**answer):
    link.sendall(json.dumps(answer).encode() + b"\n")


def listen():
    """Receives orders. Runs in a separate thread, so that the process exits at once if the parent
    process closes the socket during a loop."""
    try:
        for line in link.makefile("rb"):
            orders.put(json.loads(line))
    finally:
        try:
            # Removes the directory here, because the parent process may have been killed.
            shutil.rmtree(directory_of_modules, True)
        finally:
            os._exit(0)


def unpack(fd, directory):
    """Unpacks the modules of the function. core/wire/wire.h describes the format of the bundle."""
    with open(fd, "rb") as file:
        assert file.read(4) == b"MMB1"
        count, = struct.unpack("<I", file.read(4))
        for _ in range(count):
            path = os.path.join(directory, file.read(struct.unpack("<I", file.read(4))[0]).decode())
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out:
                out.write(file.read(struct.unpack("<Q", file.read(8))[0]))


def map_array(spec):
    """Returns an array whose file is mapped into memory. The mapping is private: if the function
    changes a row, the file is not changed."""
    if 0 in spec["shape"]:
        return numpy.zeros(spec["shape"], spec["dtype"])  # an empty file cannot be mapped
    memory = mmap.mmap(spec["fd"], 0, access=mmap.ACCESS_COPY)
    return numpy.ndarray(spec["shape"], spec["dtype"], memory, spec["offset"], spec["strides"])


class Lines:
    """An argument whose rows are JSON. The rows are read before the time of a loop is measured."""

    def __init__(self, spec):
        self.path, self.key = "/proc/self/fd/%d" % spec["fd"], spec.get("key")

    def read(self, index):
        """Returns the values of the lines with the numbers in index, all of them for None."""
        wanted = None if index is None else set(index.tolist())
        with open(self.path, encoding="utf-8-sig", newline="\n") as file:
            lines = (line for line in file if line.strip(" \t\r\n"))
            values = [json.loads(line) for i, line in enumerate(lines) if not wanted or i in wanted]
        if self.key is None:
            return values
        if not all(isinstance(value, dict) and self.key in value for value in values):
            raise ValueError("a line has no key %r; map the lines without a comparison" % self.key)
        return [value[self.key] for value in values]


def write_loop(arrays, parameters, batch, go_on):
    """Returns a function that calls the user's function for each row in a plain loop. arrays: which
    arguments are mapped over. parameters: the names of those that are passed by name, else ."""
    for name in parameters:
        if name and not name.isidentifier():
            raise ValueError("%s cannot be the name of a parameter" % name)
    names = ["a%d" % i for i in range(len(arrays))]
    mapped = [i for i, array in enumerate(arrays) if array]
    rows = ", ".join("x%d" % i for i in mapped)
    source = names[mapped[0]] if len(mapped) == 1 else "zip(%s)" % ", ".join(
        names[i] for i in mapped)
    values = ["x%d" % i if array and not batch else names[i] for i, array in enumerate(arrays)]
    call = "function(%s)" % ", ".join(
        [value for value, name in zip(values, parameters) if not name] +
        ["%s=%s" % (name, value) for value, name in zip(values, parameters) if name])
    lines = ["def loop(%s):" % ", ".join(["function"] + names)]
    if batch:
        lines += [" return array(%s)" % call]
    elif go_on:
        lines += [" out = []", " for %s in %s:" % (rows, source), "  try:",
                  "   out.append(%s)" % call, "  except Exception:", "   out.append(nan)",
                  " return array(out)"]
    else:
        lines += [" out = []", " for %s in %s:" % (rows, source), "  out.append(%s)" % call,
                  " return array(out)"]
    scope = {"array": keep, "nan": float("nan")}
    exec("\n".join(lines), scope)
    return scope["loop"]


def keep(out):
    """Returns the list of results as an array. If their shapes differ, returns the list."""
    try:
        return numpy.array(out)
    except ValueError:
        return out


def cause_of(error):
    try:
        text = str(error)
    except Exception:
        text = "str() of the exception failed"
    # Escapes lone surrogates, because UTF-8 cannot encode them.
    text = text[:LONGEST_CAUSE].encode("utf-8", "backslashreplace").decode()
    return type(error).__name__ + (": " + text if text else "")


def prepare(order, directory):
    unpack(order["bundle"], directory)
    with open(os.path.join(directory, ".places"), "w") as file:
        json.dump(order["places"], file)
    modules = add_user_folders(directory, lambda text: None)
    sys.argv = [order["module"]]
    if order["nice"] > 0:
        os.nice(order["nice"])
    function = load_module(order["module"], modules, lambda text: None)
    for part in order["name"].split("."):
        function = getattr(function, part)
    arguments = [a["value"] if "fd" not in a else Lines(a) if a["dtype"] == "json" else map_array(a)
                 for a in order["arguments"]]
    mapped = [a["mapped"] for a in order["arguments"]]
    loop = write_loop(mapped, [a["name"] for a in order["arguments"]], order["batch"], order["go_on"])
    return function, loop, arguments, mapped


def choose(argument, index):
    if type(argument) is Lines:
        return argument.read(index)
    return argument if index is None else argument[index]


def measure(rows, total, function, loop, arguments, mapped):
    """Calls loop() with evenly spaced rows and returns the duration in seconds. rows: the number of
    these rows. total: the number of all rows."""
    index = numpy.array(rows_of(rows, total)) if rows < total else None
    chosen = [choose(a, index if is_mapped else None) for a, is_mapped in zip(arguments, mapped)]
    begin = time.perf_counter()
    loop(function, *chosen)
    return time.perf_counter() - begin


def rows_of(rows, total):
    return [total // rows * i + int(float(total % rows) * (i / rows)) for i in range(rows)]


# As on hosts, see python-runner.c: with another number of threads, the last bits of results and the
# times could not be compared.
for variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = os.environ.get(variable) or "1"
try:
    threading.Thread(target=listen, daemon=True).start()
except RuntimeError as error:  # the system allows no more threads
    tell(no_thread=str(error))
    os._exit(0)
try:
    import numpy
except BaseException as error:
    tell(no_numpy=cause_of(error))
    os._exit(0)
tell(ready=True)
first = orders.get()
try:
    ready = prepare(first, directory_of_modules)
except BaseException as error:
    tell(error=cause_of(error))
    os._exit(0)
tell(ready=True)
while True:
    order = orders.get()
    try:
        tell(seconds=measure(order["rows"], first["total"], *ready))
    except BaseException as error:
        tell(error=cause_of(error))
