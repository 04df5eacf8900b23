# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Compares arrays and numbers with numpy and Python: test-numpy.py ARRAY-TOOL
import csv
import gzip
import io
import os
import random
import struct
import subprocess
import sys
import tempfile
import warnings
import zipfile
from decimal import Decimal, getcontext
from typing import NamedTuple

import numpy as np

tool = sys.argv[1]
generator = random.Random(20240501)
DTYPES = ("?", "i1", "u1", "<i2", ">i2", "<u2", ">u2", "<i4", ">i4", "<u4", ">u4", "<i8", ">i8",
          "<u8", ">u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<c8", ">c8", "<c16", ">c16",
          "S5", "<U3", ">U3", "S0", "<U0")
SHAPES = ((), (0,), (1,), (7,), (3, 4), (1, 5), (5, 1), (2, 0, 3), (2, 3, 4), (1,) * 32)


def check(condition, *what):
    if not condition:
        raise SystemExit("failed: " + " ".join(str(w) for w in what))


class Result(NamedTuple):
    returncode: int
    stderr: str


class Batch:
    """A process of array-tool that runs many commands, because starting a process for each command
    takes longer than the commands."""

    def __init__(self):
        self.process = subprocess.Popen([tool, "batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, *arguments):
        line = "\t".join(arguments).encode() + b"\n"
        # array-tool divides its input at these characters, and reads lines of up to 4,095 bytes
        check(line.count(b"\t") == len(arguments) - 1 and line.count(b"\n") == 1 and len(line) < 4096,
              "array-tool cannot read", line)
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = b""
        while not answer.endswith(b"\0"):
            part = os.read(self.process.stdout.fileno(), 65536)
            check(part, "array-tool ended during", arguments)
            answer += part
        return Result(0 if answer[:1] == b"1" else 1, answer[1:-1].decode())

    def end(self):
        self.process.stdin.close()
        check(self.process.wait() == 0, "exit status of array-tool", self.process.returncode)


batch = Batch()
run = batch.run


def run_alone(*arguments, text=None):
    return subprocess.run([tool, *arguments], input=text, capture_output=True, text=True)


def make(dtype, shape):
    dtype = np.dtype(dtype)
    n = int(np.prod(shape)) * dtype.itemsize
    if dtype.kind in "SU":
        words = ["".join(generator.choice("abcé€😀" if dtype.kind == "U" else "abc")
                         for _ in range(3)) for _ in range(int(np.prod(shape)))]
        return np.array(words, "U3").astype(dtype).reshape(shape)
    raw = np.frombuffer(generator.randbytes(n), np.uint8)
    if dtype.kind == "b":
        raw = raw % 2
    return raw.view(dtype).reshape(shape) if n else np.zeros(shape, dtype)


def test_npy(folder):
    given, written = os.path.join(folder, "a.npy"), os.path.join(folder, "b.npy")
    for dtype in DTYPES:
        for shape in SHAPES:
            for order in "CF":
                array = np.array(make(dtype, shape), order=order)
                np.save(given, array)
                with open(given, "rb") as file:
                    expected = file.read()
                for version in ((1, 0), (2, 0), (3, 0)):
                    with open(given, "wb") as file, warnings.catch_warnings():
                        warnings.simplefilter("ignore")
                        np.lib.format.write_array(file, array, version)
                    result = run("copy", given, written)
                    check(result.returncode == 0, dtype, shape, order, version, result.stderr)
                    with open(written, "rb") as file:
                        check(file.read() == expected, "bytes of", dtype, shape, order, version)
                    if len(shape) == 32:
                        break
    for array in (np.zeros(3, "O"), np.zeros(3, "M8[s]"), np.zeros(3, "m8[s]"), np.zeros(3, "g"),
                  np.zeros(3, [("x", "f8"), ("y", "i4")]), np.zeros(3, "V8")):
        np.save(given, array)
        result = run("copy", given, written)
        check(result.returncode == 1 and result.stderr.startswith(given), array.dtype)


def geomspace(cases):
    """Returns the arrays of numpy.geomspace(), without numpy's own functions for AVX-512, because
    their last bits differ from those of the C library."""
    code = ("import sys, numpy as np; cases = eval(sys.stdin.read()); np.savez(sys.stdout.buffer, "
            "*[np.geomspace(*case) for case in cases])")
    features = ["AVX512F", "AVX512CD", "AVX512_SKX", "AVX512_CLX", "AVX512_CNL", "AVX512_ICL"]
    with open("/proc/cpuinfo") as file:
        here = file.read().upper()
    env = dict(os.environ)
    if "AVX512F" in here:
        env["NPY_DISABLE_CPU_FEATURES"] = " ".join(features)
    out = subprocess.run([sys.executable, "-W", "ignore", "-c", code], input=repr(cases).encode(),
                         capture_output=True, env=env)
    check(out.returncode == 0, out.stderr)
    with np.load(io.BytesIO(out.stdout)) as arrays:
        return [arrays["arr_%d" % i] for i in range(len(cases))]


def test_ranges(folder):
    path = os.path.join(folder, "r.npy")

    def same(kind, first, last, count, expected):
        result = run("range", kind, repr(first), repr(last), str(count), path)
        check(result.returncode == 0, kind, first, last, count, result.stderr)
        found = np.load(path)
        check(found.dtype == expected.dtype and found.shape == expected.shape, kind, count)
        check(found.tobytes() == expected.tobytes(), kind, first, last, count, found, expected)

    geometric = []
    cases = [(0.0, 1.0, 101), (0.0, 1.0, 1), (1.0, -1.0, 2), (3.0, 3.0, 5), (-0.0, 0.0, 3),
             (0.0, 5e-324, 1000), (1e308, -7e307, 17), (-0.0, -0.0, 1), (5.0, 2.0, 1)]
    for _ in range(300):
        a, b = (generator.uniform(-1, 1) * 10.0 ** generator.randint(-30, 30) for _ in "ab")
        cases.append((a, b, generator.choice([2, 3, 10, 511, 512, 513, 1024, 3000])))
    for a, b, count in cases:
        same("linear", a, b, count, np.linspace(a, b, count))
        if a and b and np.isfinite(a) and np.isfinite(b):
            b = abs(b) if a > 0 else -abs(b)
            geometric.append((a, b, count))
    for (a, b, count), expected in zip(geometric, geomspace(geometric)):
        same("geometric", a, b, count, expected)
    for first, last in (0, 99), (-5, 5), (7, 7), (-2 ** 63, -2 ** 63 + 600), (2 ** 63 - 9, 2 ** 63 - 1):
        same("integers", first, last, 0, np.arange(last - first + 1) + np.int64(first))
    for bad in (("linear", "0", "1", "0"), ("linear", "0", "inf", "3"), ("linear", "nan", "1", "3"),
                ("linear", "-1e308", "1e308", "3"), ("linear", "0", "1", str(2 ** 53 + 1)),
                ("geometric", "0", "1", "3"), ("geometric", "-1", "1", "3"),
                ("geometric", "1", "inf", "3"), ("integers", "5", "4", "0"),
                ("integers", str(-2 ** 63), str(2 ** 63 - 1), "0")):
        result = run("range", *bad, path)
        check(result.returncode == 1 and "range" in result.stderr, bad, result.stderr)
    csv_path = os.path.join(folder, "r.csv")
    check(run("range", "linear", "0", "1", "11", csv_path).returncode == 0, "csv")
    with open(csv_path) as file:
        lines = [line for line in file.read().split() if line[0] in "-.0123456789"]
    check([float(line) for line in lines] == list(np.linspace(0, 1, 11)), "csv", lines)


def test_npz(folder):
    path, written = os.path.join(folder, "a.npz"), os.path.join(folder, "c.npy")
    expected = os.path.join(folder, "d.npy")
    for save in (np.savez, np.savez_compressed):
        arrays = {"n" * (i + 1): np.array(make(generator.choice(DTYPES[:-2]), (50, 7)),
                                          order=generator.choice("CF")) for i in range(16)}
        save(path, **arrays)
        for name, array in arrays.items():
            np.save(expected, array)
            for spec in (name, name + ".npy"):
                result = run("copy", path + ":" + spec, written)
                check(result.returncode == 0, save.__name__, name, result.stderr)
                check(open(written, "rb").read() == open(expected, "rb").read(), name)
        result = run("copy", path + ":missing", written)
        check(result.returncode == 1 and "'nnn'" in result.stderr, result.stderr)
        result = run("copy", path, written)
        check(result.returncode == 1 and "16 arrays" in result.stderr, result.stderr)
        save(path, only=arrays["n"])
        check(run("copy", path, written).returncode == 0, "a single array without its name")


def write_zip(path, members, method):
    """Writes an archive of pairs of a name and its bytes. A name may occur twice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in members:
                archive.writestr(name, content)


def npy_bytes(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_odd_npz(folder):
    """Members that numpy.savez() does not write are found as in numpy.load()."""
    path, written = os.path.join(folder, "a.npz"), os.path.join(folder, "c.npy")
    one, two, three = (npy_bytes(np.arange(3.0) + 10 * i) for i in range(3))
    cases = [
        [("x.npy", one), ("x.npy", two), ("y.npy", three)],
        [("x.npy", one), ("y.npy", three), ("x.npy", two), ("x.npy", three)],
        [("x", one), ("y.npy", two)],
        [("x", one), ("x.npy", two), ("y", three)],
        [("x.npy", one), ("x", two), ("y.npy.npy", three), ("y", three)],
        [("x.npy", one + b"more"), ("y", two)],
        [("\u00fc/x.npy", one), ("x", two), ("y", one)],
    ]
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        for members in cases:
            write_zip(path, members, method)
            with np.load(path) as loaded:
                for name in ["x", "y"] + [name for name, _ in members]:
                    result = run("copy", path + ":" + name, written)
                    check(result.returncode == 0, members, name, result.stderr)
                    check(np.load(written).tolist() == loaded[name].tolist(), method, name)
        write_zip(path, [("text", b"no array"), ("more.txt", b"")], method)
        result = run("copy", path, written)
        check(result.returncode == 1, result.stderr)
        check("its members are 'text', 'more.txt'" in result.stderr, result.stderr)
        write_zip(path, [("text", b"no array"), ("x", one)], method)
        result = run("copy", path + ":text", written)
        check(result.returncode == 1, result.stderr)
        check("'text', but this member is not in the NPY format" in result.stderr, result.stderr)


def test_damaged_npz(folder):
    """A changed byte anywhere in the content of a member is noticed, as by numpy.load()."""
    path, written = os.path.join(folder, "a.npz"), os.path.join(folder, "c.npy")
    content = npy_bytes(np.arange(50000.0))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Names of these lengths put the stored array at a multiple of 8 bytes, or not.
        for name in ("sixsix.npy", "x.npy"):
            write_zip(path, [(name, content)], method)
            check(run("copy", path, written).returncode == 0, "undamaged", method, name)
            with open(path, "rb") as file:
                whole = bytearray(file.read())
            start, end = 30 + len(name), whole.rindex(b"PK\1\2")
            for place in [start + 120, start + 128, end - 1] + [generator.randrange(start + 130, end) for _ in range(8)]:
                damaged = bytearray(whole)
                damaged[place] ^= 1 << generator.randrange(8)
                with open(path, "wb") as file:
                    file.write(damaged)
                result = run("copy", path, written)
                # The last byte of a compressed member has unused bits.
                if place == end - 1 and method == zipfile.ZIP_DEFLATED and result.returncode == 0:
                    check((np.load(written) == np.load(path)[name[:-4]]).all(), "unused bits")
                    continue
                check(result.returncode == 1 and result.stderr.startswith(path), method, name, place, result.stderr)
                check("damaged" in result.stderr or "uncompressed" in result.stderr or place < start + 130,
                      result.stderr)


def test_python2(folder):
    """Files of numpy in Python 2, whose headers contain long ints and unicode strings."""
    path, written = os.path.join(folder, "a.npy"), os.path.join(folder, "b.npy")
    data = np.arange(4.0)
    for header in ("{'descr': '<f8', 'fortran_order': False, 'shape': (4L,), }",
                   "{'descr': '<f8', 'fortran_order': True, 'shape': (2L, 2L), }",
                   "{u'descr': u'<f8', u'fortran_order': False, u'shape': (4L,), }",
                   "{'descr': 'float64', 'fortran_order': False, 'shape': (4,), }",
                   "{'descr': 'int64', 'fortran_order': False, 'shape': (2L, 2), }",
                   "{'descr': 'complex128', 'fortran_order': False, 'shape': (2,), }"):
        text = header.encode().ljust(117) + b"\n"
        with open(path, "wb") as file:
            file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + data.tobytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = np.load(path)
        result = run("copy", path, written)
        check(result.returncode == 0, header, result.stderr)
        got = np.load(written)
        check(got.dtype == expected.dtype and (got == expected).all(), header, got, expected)


def test_promotion(folder):
    names = [d for d in DTYPES if d != "S0" and d != "<U0"]
    pairs = [(np.dtype(a), np.dtype(b)) for a in names for b in names]
    result = run_alone("promote", text="".join("%s %s\n" % (a.str, b.str) for a, b in pairs))
    for (a, b), answer in zip(pairs, result.stdout.split(), strict=True):
        if (a.kind in "SU") != (b.kind in "SU"):
            check(answer == "-", a, b, answer)
        else:
            check(answer == np.promote_types(a, b).str, a, b, answer)


def test_conversion(folder):
    given, written = os.path.join(folder, "a.npy"), os.path.join(folder, "b.npy")
    for a in DTYPES[:-2]:
        targets = {np.promote_types(a, b).str for b in DTYPES[:-2]
                   if (np.dtype(a).kind in "SU") == (np.dtype(b).kind in "SU")}
        targets |= {np.dtype(t).newbyteorder(">").str for t in targets}
        array = make(a, (700,))
        # The bits inside a converted nan depend on the processor, so nan is not compared.
        if array.dtype.kind in "fc":
            array = np.nan_to_num(array, nan=1.5, posinf=np.inf, neginf=-np.inf)
        np.save(given, array)
        for target in sorted(targets):
            result = run("convert", given, target, written)
            check(result.returncode == 0, a, target, result.stderr)
            got = np.load(written)
            expected = array.astype(target)
            check(got.dtype == expected.dtype and got.tobytes() == expected.tobytes(), a, target)


def hard_numbers():
    texts = []
    for _ in range(15000):
        value, = struct.unpack("<d", generator.randbytes(8))
        digits = generator.randrange(10 ** generator.randrange(1, 22))
        texts += [repr(value), "%.18e" % value, "%.16g" % value,
                  "%.18e" % generator.gauss(0, 1),
                  "%d.%de%d" % (digits, generator.randrange(10 ** 12), generator.randrange(-345, 312)),
                  "%de%d" % (digits, generator.randrange(-10, 25))]
    getcontext().prec = 1200
    # Numbers in the middle between two doubles are hard to round, and so are numbers slightly above
    # and below the middle.
    for i in range(4000):
        bits = generator.getrandbits(63) % 0x7fe0000000000000
        if i % 3 == 0:
            bits %= 1 << 53
        low, = struct.unpack("<d", struct.pack("<Q", bits))
        high, = struct.unpack("<d", struct.pack("<Q", bits + 1))
        half = (Decimal(low) + Decimal(high)) / 2
        mantissa, _, exponent = str(half).partition("E")
        exponent = "E" + exponent if exponent else ""
        point = mantissa if "." in mantissa else mantissa + "."
        texts += [str(half), point + "1" + exponent, format(half, ".18e"), format(half, ".25e")]
    texts += """0 -0 0.0 -0.0 00001 1. . .5 +.5 1e e5 nan -nan +NaN inf -Infinity INF infinit 1e400
        -1e400 1e-400 4.9e-324 2.4703282292062327208e-324 2.4703282292062328e-324
        1.7976931348623158e308 1.7976931348623159e308 1e+5 1e- 0x10 1e99999999999 0e99999999999
        1e-99999999999 18446744073709551615 18446744073709551616 9007199254740993
        9007199254740992.99999999999999999999999 2.2250738585072011e-308 1.2.3 --1 1e5x nanx
        9999999999999999999 99999999999999999999 1_0 0.1e-1e1 +-1 e . + -""".split()
    texts += ["0" * 400 + "1", "0." + "0" * 400 + "1", "1" + "0" * 308, "1" + "0" * 309, "",
              "0" * 25 + "." + "0" * 25 + "123e30", "0." + "1" * 3000]
    return texts


def shortest_single(value):
    with np.errstate(all="ignore"):
        single = np.float32(value)
    if not np.isfinite(single) or single == 0:
        return repr(float(single))
    return repr(float(np.format_float_scientific(single, unique=True, trim="-")))


def test_numbers(folder):
    texts = hard_numbers()
    check(len(texts) > 100000, len(texts))
    lines = run_alone("numbers", text="".join(t + "\n" for t in texts)).stdout.splitlines()
    for text, line in zip(texts, lines, strict=True):
        try:
            value = float(text.replace("_", "x"))
        except ValueError:
            check(line == "bad", repr(text), line)
            continue
        bits, = struct.unpack("<Q", struct.pack("<d", value))
        expected = "%016x %r %s" % (bits, value, shortest_single(value))
        check(line == expected, text, line, expected)
    for bits, line in enumerate(run_alone("halves").stdout.splitlines()):
        half = np.uint16(bits).view(np.float16)
        check(np.float16(line).tobytes() == half.tobytes() or np.isnan(half), bits, line)


def test_tables(folder):
    path, written = os.path.join(folder, "t.csv"), os.path.join(folder, "b.npy")

    def load(columns=""):
        result = run("copy", path + columns, written)
        check(result.returncode == 0, result.stderr)
        return np.load(written)

    array = np.array([generator.gauss(0, 10 ** generator.randrange(-300, 300)) for _ in range(6000)])
    array = array.reshape(-1, 6)
    for delimiter in ",;\t ":
        for header in ("", delimiter.join("abcdef")):
            np.savetxt(path, array, delimiter=delimiter, header=header)
            check(load().tobytes() == array.tobytes(), "savetxt", repr(delimiter), header)
            if header:
                check((load(":f,b") == array[:, [5, 1]]).all(), "names in a comment")
    ints, words = np.arange(-3, 997), ["wörd \"%d\",\n" % i for i in range(1000)]
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
        for line_end in ("\n", "\r\n"):
            with open(path, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, quoting=quoting, lineterminator=line_end)
                writer.writerow(["i", "x,y", "b", "word"])
                writer.writerows(zip(ints.tolist(), array[:, 0].tolist(),
                                     (array[:, 1] > 0).tolist(), words))
            check((load(":i") == ints).all() and load(":i").dtype == "<i8", "ints")
            check((load(":\"x,y\"") == array[:, 0]).all(), "floats")
            check((load(":b") == (array[:, 1] > 0)).all() and load(":b").dtype == "?", "bools")
            check((load(":word") == np.array(words)).all(), "words", load(":word")[:2])
            check((load(":0,1") == np.stack([ints, array[:, 0]], axis=1)).all(), "mixed numbers")
    check_saving(folder, array)


def read_back(cell, dtype):
    if dtype.kind == "b":
        return {"True": True, "False": False}[cell]
    return int(cell) if dtype.kind in "iu" else float(cell) if dtype.kind == "f" else cell


def check_saving(folder, array):
    path, written = os.path.join(folder, "t.csv"), os.path.join(folder, "b.npy")
    for kind in ("f8", "f4", "f2", "i8", "u8", "u1", "?", "U", "S"):
        with np.errstate(all="ignore"):
            given = array.astype(kind) if kind not in "US" else array[:, 0].astype("U").astype(kind)
        np.save(written, given)
        check(run("copy", written, path).returncode == 0, kind)
        with open(path, encoding="utf-8", newline="") as file:
            # A table of texts begins with a hint, because its cells look like numbers, and so does one
            # of numbers that the reader would take for others.
            hint = file.readline()
            check(hint.startswith("# mamuto: ") == (kind not in ("f8", "i8", "?")), "hint", kind)
            check((hint == "# mamuto: +kind=%s\n" % kind) == (kind in ("f4", "f2", "u8", "u1")), "hint", kind, hint)
            if not hint.startswith("#"):
                file.seek(0)
            names, *rows = csv.reader(file)
        with np.errstate(all="ignore"):
            back = np.array([[read_back(cell, given.dtype) for cell in row] for row in rows],
                            dtype=object)
            back = back.astype(given.dtype).reshape(given.shape)
        check(back.tobytes() == given.tobytes(), kind)
        check(names == (["value"] if given.ndim == 1 else ["value_%d" % i for i in range(6)]), names)
        # The CSV table must contain the shortest digits that identify each number, as repr() prints
        # them.
        if kind == "f8":
            check([float(cell).__repr__() for row in rows for cell in row] ==
                  [cell for row in rows for cell in row], "shortest")
    np.save(written, np.arange(24).reshape(2, 3, 2, 2)[:, :, :, 0] * 1.0)
    check(run("copy", written, path).returncode == 0)
    with io.open(path) as file:
        check(file.readline() == "# mamuto: +shape=3x2\n")
        check(file.readline() == "value_0_0,value_0_1,value_1_0,value_1_1,value_2_0,value_2_1\n")
        check(file.readline() == "0.0,2.0,4.0,6.0,8.0,10.0\n")


def test_own_tables(folder):
    """What is saved as a table is read back the same, and pandas can skip the hint."""
    given, written = os.path.join(folder, "a.npy"), os.path.join(folder, "b.npy")
    texts = [
        ["value", "x"], ["a", "b", "c"], ["007", "08", "1e5"], ["nan", "NA", ""], ["True", "False"],
        ["a,b", "c;d", "e|f", "g h", "i\tj"], ["say \"x\"", "\"", "\"\""], ["two\nlines", "\n", "\r\n", "\r"],
        ["#comment", "% too", "# mamuto: +header=no", "a#b"], [" blank", "blank ", "  ", "\t"],
        ["\u00fc", "\U0001f600", "\ufeffx"], ["1,5", "2,5"], ["1,234", "5,678"], ["", ""], ["", "x"],
        ["value"], [""], ["value", "value"], ["\x0b", "a\x0cb", "\x01"], ["-", "?", "null", "--"],
        ["'", "''", "\\", "\\n"], ["x" * 5000, "y"], ["1", "2", "3"], ["=1+1", "@x"],
    ]
    arrays = [np.array(column) for column in texts]
    arrays += [np.array([column, column[::-1]]).T for column in texts]
    arrays += [np.array([["1", "a,b"], ["2", "\n"], ["x", ""]]), np.empty((0,), "U3"), np.array([["a"], ["b"]])]
    arrays += [np.array(v) for v in ([np.nan], [np.nan] * 200, [np.inf, -np.inf], [np.nan] * 150 + [1.0], [0.1, np.nan],
                                     [1 + 2j, complex(np.nan, 1)], [complex(0, np.inf), complex(0, np.nan)],
                                     [complex(-0.0, np.inf), complex(0, -np.inf), 1j], [1.0, 2.0], [-0.0, 1e300], [True, False], [True],
                                     [1, -2], [2**63 + 1, 2**64 - 1], [2**53 + 1, 0], [-2**63, 2**63 - 1])]
    arrays += [np.array([[np.nan, 1.5], [np.nan, 2.5]]), np.full((3, 2), np.nan), np.empty((0,)), np.empty((0, 3)),
               np.array([[True, False], [False, False]]), np.array([b"a,b", b"007"])]
    limits = [np.array([np.iinfo(kind).min, np.iinfo(kind).max, 1], kind)
              for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")]
    arrays += limits + [array.astype(">" + array.dtype.str[1:]) for array in limits]
    singles = np.random.default_rng(4).integers(0, 2**32, 3000, dtype="u4").view("f4")
    halves = np.arange(2**16, dtype="u2").view("f2")
    arrays += [singles[np.isfinite(singles)], halves[np.isfinite(halves)], np.array([np.nan, 0.1, -np.inf], "f4"),
               singles[np.isfinite(singles)][:2000].astype("c8"), np.array([0.1 + 2j, complex(1, np.inf)], "c8"), np.array([np.nan], "f2"),
               np.array(["a", "b"], "U12"), np.array(["", ""], "U3"), np.array([b"a", b""], "S7"), np.array([b"\xc3\xbc"]),
               np.array([[b"x", b"1"], [b"", b"abc"]]), np.array([[1.5], [2.5]]), np.array([[[1]], [[2]]]),
               np.arange(24).reshape(2, 3, 4), np.arange(24, dtype="u1").reshape(2, 1, 3, 4),
               np.arange(24.0).reshape(4, 3, 2).transpose(2, 0, 1), np.zeros((2, 3, 2), "?"),
               np.array([[["a", "bc"], ["d", ""]]] * 3), np.array([[["a", "b"]]], "U5"), np.empty((0,), "i4"),
               np.empty((0, 3, 2)), np.empty((0, 1), "f4"), np.empty((0,), "?"), np.empty((0, 2), "S3"),
               np.empty((0, 2), "U1"), np.full((2, 3, 2), np.nan)]
    for suffix in (".csv", ".tsv"):
        path = os.path.join(folder, "t" + suffix)
        for array in arrays:
            np.save(given, array)
            for source, target in ((given, path), (path, written)):
                result = run("copy", source, target)
                check(result.returncode == 0, suffix, repr(array), result.stderr)
            got = np.load(written)
            expected, kind = array.astype(array.dtype.newbyteorder("=")), array.dtype.kind
            check(got.shape == expected.shape and got.dtype == expected.dtype, suffix, repr(array), repr(got))
            same = got == expected if kind in "US" else (got == expected) | (np.isnan(got) & np.isnan(expected))
            check(same.all(), suffix, repr(array), repr(got))
            if kind in "fc":
                check((np.signbit(got.real) == np.signbit(expected.real)).all(), repr(array), repr(got))
            with open(path, encoding="utf-8", newline="") as file:
                lines = [line for line in file.read().split("\n") if not line.startswith("# mamuto: ")]
            names, *rows = csv.reader(io.StringIO("\n".join(lines), newline=""),
                                      delimiter="," if suffix == ".csv" else "\t")
            check(names[0].startswith("value"), names)
            if kind == "U":
                check(rows == expected.reshape(len(expected), max(expected[:1].size, 1)).tolist(), rows, repr(array))
    # what the hint says, and the cells are not
    for text, words in (("+kind=i1\nvalue\n127\n128\n", "row 1: '128' is no value of the type i1"),
                        ("+kind=i4\nvalue\n1\n2.5\n", "row 1: '2.5' is no value of the type i4"),
                        ("+kind=u1\nvalue\n1\n\n-1\n", "row 1: '-1' is no value"), ("+kind=f4\nvalue\n1e39\n", "row 0: '1e+39' is no"),
                        ("+kind=f4\nvalue\n1\n16777217\n", "row 1: '16777217' is no"),
                        ("+header=yes+text=0+kind=U2\nvalue\nab\nabc\n", "row 1: 'abc' is no value of the type U2"),
                        ("+header=yes+text=0+kind=S2\nvalue\n\u00fc\n\u00fcx\n", "row 1: '\u00fcx' is no value of the type S2"),
                        ("+header=yes+text=0+kind=f4\nvalue\nab\n", "the cells are texts"),
                        ("+kind=U3\nvalue\n1\n", "the cells are numbers"),
                        ("+header=yes+text=0+kind=U500000000\nvalue\nab\n", "mainly for padding"),
                        ("+header=yes+text=0+kind=S2000000000\nvalue\nab\n", "mainly for padding"), ("+shape=2x2\na,b,c\n1,2,3\n", "has 3 columns"),
                        ("+shape=2x\na,b\n1,2\n", "the lengths of a row's axes"), ("+kind=f16\na\n1\n", "an element type of numpy")):
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write("# mamuto: " + text)
        result = run("copy", path, written)
        check(result.returncode == 1 and words in result.stderr, text, result.stderr)
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        file.write("# mamuto: +kind=f4+shape=2\r\nvalue_0,value_1\r\n1.5,2.5\r\n")  # an editor saved it
    check(run("copy", path, written).returncode == 0 and np.load(written).dtype == "f4")
    check(run("copy", path + ":1", written).returncode == 0 and np.load(written).tolist() == [2.5])
    check(np.load(written).dtype == "f4")
    for bad in (np.array(["a\0b"]), np.array(["\ud800"]), np.array([b"\xff"]), np.array([b"a\0b"])):
        np.save(given, bad)
        result = run("copy", given, path)
        check(result.returncode == 1 and "row 0" in result.stderr and ".npy" in result.stderr, bad, result.stderr)


def test_gzip(folder):
    path, written = os.path.join(folder, "t.csv.gz"), os.path.join(folder, "b.npy")
    array = np.array([generator.gauss(0, 1) for _ in range(60000)]).reshape(-1, 3)
    table = io.BytesIO()
    np.savetxt(table, array, delimiter=",", header="x,y,z", comments="")
    table = table.getvalue()
    packed = gzip.compress(table)
    half = table.index(b"\n", len(table) // 2) + 1

    def write(content, name=path):
        with open(name, "wb") as file:
            file.write(content)

    def refuse(content, *words):
        write(content)
        result = run("copy", path, written)
        check(result.returncode == 1 and result.stderr.startswith(path), words, result.stderr)
        check(all(word in result.stderr for word in words), words, result.stderr)

    # The parts of a file that consists of several members are joined, and zeros at its end skipped.
    contents = (packed, gzip.compress(table, 1), gzip.compress(table[:half]) + gzip.compress(table[half:]),
                packed + bytes(1000), gzip.compress(b"") + packed, gzip.compress(table[:7]) + gzip.compress(table[7:]),
                b"".join(gzip.compress(table[i:i + 50000]) for i in range(0, len(table), 50000)))
    for content in contents:
        for name in ("t.csv.gz", "T.TSV.GZ", "t.txt.gz", "t.csv"):
            name = os.path.join(folder, name)
            write(content, name)
            result = run("copy", name + ":y,z", written)
            check(result.returncode == 0, name, result.stderr)
            check(np.load(written).tobytes() == array[:, 1:].tobytes(), name)
    for length in (4, 9, 11, len(packed) // 2, len(packed) - 8, len(packed) - 1):
        refuse(packed[:length], "truncated")
        refuse(packed + packed[:length], "truncated")
    for place in (len(packed) // 2, len(packed) - 8, len(packed) - 1):
        damaged = bytearray(packed)
        damaged[place] ^= 0x10
        refuse(bytes(damaged), "damaged")
    refuse(packed + b"text", "damaged", "follow")
    refuse(packed + b"\0\0x", "damaged")
    refuse(gzip.compress(b"x,y\n1,2\n3\n"), "line 3")
    refuse(gzip.compress(b""), "empty")
    for name in ("a.npy.gz", "a.gz", "a.npy"):
        write(packed, os.path.join(folder, name))
        result = run("copy", os.path.join(folder, name), written)
        check(result.returncode == 1 and "gunzip" in result.stderr, name, result.stderr)
        os.unlink(os.path.join(folder, name))
    np.save(written, array)
    result = run("copy", written, os.path.join(folder, "out.csv.gz"))
    check(result.returncode == 1 and "suffix" in result.stderr, result.stderr)
    check(not os.path.exists(os.path.join(folder, "out.csv.gz")))
    left = [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("mamuto-XXXXXX")]
    check(not left, left)


# A folder in memory is faster, because each saved file waits for the disk.
memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
with tempfile.TemporaryDirectory(dir=memory) as temporary:
    for test in (test_npy, test_ranges, test_npz, test_odd_npz, test_damaged_npz, test_python2, test_promotion,
                 test_conversion, test_numbers, test_tables, test_own_tables, test_gzip):
        test(temporary)
        print(test.__name__, "ok", flush=True)
    batch.end()
    left = [name for name in os.listdir(temporary) if name.endswith(".tmp")]
    check(not left, left)
