#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of mamuto-cli with results that no array can hold: dicts, lists of differing lengths, text and
# None, written to a .jsonl file, and with arguments from such a file. The lines must be those of a plain
# loop with Python's json module, in the order of the rows. The hosts are this computer, or the ssh hosts that with-hosts started.

import json
import os
import signal

import numpy as np
from cli_util import contains, equal, main

HOSTS = os.environ.get("MAMUTO_TEST_HOSTS", "localhost:2")

SOURCE = """
import os, time
import numpy as np

def any_value(x):
    i = int(x)
    return [{"i": i, "list": list(range(i % 7))}, [x] * (i % 5), "täxt " * (i % 4), None, i, x / 3, float("nan"),
            np.arange(i % 6), np.float32(x), {i: None}, "line\\nbreak \\u2028 \\x1b"][i % 11]
def any_batch(x):
    return [any_value(i) for i in x]
def draw(x):
    return {"numbers": np.random.random(int(x) % 3).tolist()}
def sometimes(x):
    if x % 10 == 3:
        raise ValueError("three")
    if x % 10 == 4:
        return {1, 2}
    if x == 25:
        os.kill(os.getpid(), 9)
    return {"x": float(x)}
def late(x):
    time.sleep(0.01)
    if x == 150:
        raise ValueError("late")
    return {"x": float(x)}
def slow(x):
    time.sleep(0.05)
    return {"x": float(x)}
def large(x):
    return {"text": "x" * (int(x) << 20)}
def give(x):
    return x
def count(d):
    return len(d)
def both(x, d):
    return x + len(d["list"])
def give_batch(x):
    assert type(x) is list
    return x
def all_lines(x, rows):
    rows.append(1)  # its own copy
    rows[0]["i"] += 1
    return [int(x), len(rows), rows[-2], sum(row["i"] for row in rows[:-1]) - 1]
def all_lines_batch(x, rows):
    return [[int(i), len(rows) + 1, rows[-1], sum(row["i"] for row in rows)] for i in x]
def lengths(x, d):
    return x + sum(map(len, d))
def checked(x, d):
    assert d["list"] == [x] * (int(x) % 5), (x, d)
    return x
def checked_lengths(x, lists):
    assert lists == [[i] * (i % 5) for i in range(400)]
    return x
def both_in_grid(x, each, k):
    return x * 1000 + each + k
def pair_of_lines(a, text):
    return [a, text]
def pair_batch(a, text):
    assert type(a) is list
    return [list(pair) for pair in zip(a, text)]
def changes_row(a, b):
    a += b
    return a.sum()
def changes_batch(a, b):
    a += b[:, None]
    return a.sum(axis=1)
def uneven(x):
    time.sleep(0.3 if x < 3 else 0.001)
    return [int(x)] * (int(x) % 100)
"""
exec(SOURCE)


def plain(value):
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def expected(function, x):
    return [json.dumps(plain(function(v)), ensure_ascii=False) for v in x]


def read(path):
    text = path.read_bytes().decode()
    assert text == "" or text.endswith("\n")
    return text.split("\n")[:-1]


def map_rows(folder, function, n, *options, output="out.jsonl", hosts=HOSTS):
    folder.write("rows.py", SOURCE)
    np.save(folder / "x.npy", np.arange(float(n)))
    return folder.run("map", f"rows.py:{function}", "x.npy", "-H", hosts, *(["-o", output] if output else []), *options)


def test_values_of_any_kind(folder):
    x = np.arange(5000.0)
    for options in ([], ["--batch"], ["--seed", "1"], ["--repeat", "3"]):
        done = map_rows(folder, "any_batch" if "--batch" in options else "any_value", 5000, *options)
        equal(done.returncode, 0, done.stderr)
        equal(read(folder / "out.jsonl"), expected(any_value, x), options)
        equal(done.stdout, "")
    equal(folder.names(), ["out.jsonl", "rows.py", "x.npy"])


def test_order_of_rows(folder):
    done = map_rows(folder, "uneven", 3000)
    equal(done.returncode, 0, done.stderr)
    equal(read(folder / "out.jsonl"), [json.dumps([i] * (i % 100)) for i in range(3000)])


def test_seed_gives_the_same_lines(folder):
    outputs = []
    for hosts in (HOSTS, "localhost:1"):
        done = map_rows(folder, "draw", 200, "--seed", "7", hosts=hosts)
        equal(done.returncode, 0, done.stderr)
        outputs.append(read(folder / "out.jsonl"))
    equal(outputs[0], outputs[1])


def test_failed_rows(folder):
    done = map_rows(folder, "sometimes", 100, "--on-error", "continue")
    equal(done.returncode, 3, done.stderr)
    failed = {i for i in range(100) if i % 10 in (3, 4)} | {25}
    equal(read(folder / "out.jsonl"), ["null" if i in failed else json.dumps({"x": float(i)}) for i in range(100)])
    equal(np.flatnonzero(np.load(folder / "out.jsonl.mask.npy")).tolist(), sorted(failed))
    contains(done.stderr, "returned set, which JSON cannot contain")
    contains(done.stderr, "ValueError: three")
    contains(done.stderr, "killed by signal 9")
    contains(done.stderr, "21 of 100 rows failed")
    # a run without failures removes the mask
    done = map_rows(folder, "any_value", 100, "--on-error", "continue")
    equal(done.returncode, 0, done.stderr)
    equal(folder.names(), ["out.jsonl", "rows.py", "x.npy"])


def test_partial_result(folder):
    done = map_rows(folder, "late", 300)
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "ValueError: late")
    contains(done.stderr, "saved in out.partial.jsonl")
    equal(folder.names(), ["out.partial.jsonl", "out.partial.jsonl.mask.npy", "rows.py", "x.npy"])
    lines = read(folder / "out.partial.jsonl")
    missing = np.load(folder / "out.partial.jsonl.mask.npy")
    equal(len(lines), 300)
    assert missing[150] and not missing.all()
    equal(lines, ["null" if missing[i] else json.dumps({"x": float(i)}) for i in range(300)])


def test_interrupt(folder):
    folder.write("rows.py", SOURCE)
    np.save(folder / "x.npy", np.arange(10000.0))
    process = folder.start("map", "rows.py:slow", "x.npy", "-H", HOSTS, "-o", "out.jsonl", "--progress", "json")
    for line in process.stdout:
        if json.loads(line).get("rows_done", 0) > 5:
            break
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=100)[1]
    equal(process.returncode, 130, errors)
    contains(errors, "nothing was saved")
    equal(folder.names(), ["rows.py", "x.npy"])


def test_large_rows(folder):
    done = map_rows(folder, "large", 40)
    equal(done.returncode, 0, done.stderr)
    equal([len(line) for line in read(folder / "out.jsonl")], [12 + (i << 20) for i in range(40)])


def test_no_rows_and_one_row(folder):
    for n in (0, 1):
        done = map_rows(folder, "any_value", n)
        equal(done.returncode, 0, done.stderr)
        equal(read(folder / "out.jsonl"), expected(any_value, np.arange(float(n))))


def test_named_pipe(folder):
    os.mkfifo(folder / "out.jsonl")
    folder.write("rows.py", SOURCE)
    np.save(folder / "x.npy", np.arange(100.0))
    process = folder.start("map", "rows.py:any_value", "x.npy", "-H", HOSTS, "-o", "out.jsonl")
    lines = read(folder / "out.jsonl")
    equal(process.communicate(timeout=100)[1][:0], "")
    equal(process.returncode, 0)
    equal(lines, expected(any_value, np.arange(100.0)))


def test_job_file(folder):
    folder.write("rows.py", SOURCE)
    np.save(folder / "x.npy", np.arange(50.0))
    folder.write("a.mamuto", "[job]\nfunction = rows.py:any_value\noutput = out.jsonl\n\n[argument 1]\nvalue = x.npy\n")
    done = folder.run("map", "--job", "a.mamuto", "-H", HOSTS)
    equal(done.returncode, 0, done.stderr)
    equal(read(folder / "out.jsonl"), expected(any_value, np.arange(50.0)))
    # without the output, the results must form an array
    done = folder.run("map", "--job", "a.mamuto", "-H", HOSTS, "-o", "out.npy")
    equal(done.returncode, 1, done.stderr)


def test_other_outputs_name_the_way(folder):
    for output in ("out.npy", "out.csv", None):
        for function in ("slow", "uneven", "any_value"):
            done = map_rows(folder, function, 20, output=output)
            equal(done.returncode, 1, done.stderr)
            contains(done.stderr, "write -o out.jsonl")
            if function == "slow":
                contains(done.stderr, "returned dict")
    equal([name for name in folder.names() if name.startswith("out.jsonl")], [])


def test_full_report(folder):
    done = map_rows(folder, "any_value", 500, "--report", "report.json")
    equal(done.returncode, 0, done.stderr)
    assert json.loads((folder / "report.json").read_text())


VALUES = [{"i": 1, "list": [1, 2]}, [], "t\u00e4xt", None, 1.5, True, {"a": {"b": [None]}}, "\U0001f600", 10 ** 30]


def give_rows(folder, text, function="give", *options, spec="in.jsonl", output="out.jsonl", more=()):
    folder.write("rows.py", SOURCE)
    if text is not None:
        (folder / "in.jsonl").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder.run("map", f"rows.py:{function}", *more, spec, "-H", HOSTS, "-o", output, *options)


def test_lines_as_arguments(folder):
    lines = [json.dumps(value, ensure_ascii=False) for value in VALUES]
    for text in ("\n".join(lines), "\n".join(lines) + "\n", "\r\n".join(lines) + "\r\n",
                 b"\xef\xbb\xbf" + "\n".join(lines).encode(), "\n\n" + "\n \n\n".join(lines) + "\n\n"):
        for options in ([], ["--batch"], ["--seed", "1"]):
            done = give_rows(folder, text, "give_batch" if options == ["--batch"] else "give", *options)
            equal(done.returncode, 0, done.stderr)
            equal(read(folder / "out.jsonl"), lines)


def test_many_lines(folder):
    rows = [{"i": i, "list": list(range(i % 13)), "text": "x" * (i % 977)} for i in range(20000)]
    done = give_rows(folder, "".join(json.dumps(row) + "\n" for row in rows))
    equal(done.returncode, 0, done.stderr)
    equal([json.loads(line) for line in read(folder / "out.jsonl")], rows)
    # the output is an input, and numbers form an array
    done = give_rows(folder, None, "count", spec="out.jsonl:list", output="out.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), [i % 13 for i in range(20000)])


def test_lines_beside_an_array(folder):
    rows = [{"list": [0] * (i % 5)} for i in range(3000)]
    np.save(folder / "x.npy", np.arange(3000.0))
    for options in ([], ["--keep", "1,2", "--repeat", "2"]):
        done = give_rows(folder, "".join(json.dumps(row) + "\n" for row in rows), "both", *options, more=["x.npy"],
                         output="out.npy")
        equal(done.returncode, 0, done.stderr)
        equal(np.load(folder / "out.npy").tolist(), [float(i + i % 5) for i in range(3000)])
    done = give_rows(folder, "{}\n", "both", more=["x.npy"])
    equal(done.returncode, 2, done.stderr)
    contains(done.stderr, "in.jsonl")
    contains(done.stderr, "@in.jsonl")


def test_wrong_lines(folder):
    for text, message in (("1\n{'a': 1}\n", "in.jsonl, line 2: '{'a': 1}' is not JSON"), ("[1,\n2]\n", "line 1"),
                          (b'1\n\n"\xff"\n', "line 3"), ("1\n\x1b[2J\n", "line 2")):
        done = give_rows(folder, text)
        equal(done.returncode, 2, done.stderr)
        contains(done.stderr, message)
        assert "\x1b" not in done.stderr
    equal(folder.names(), ["in.jsonl", "rows.py"])


def test_key_of_lines(folder):
    text = '{"k": 1}\n{"j": 2}\n[3]\n{"k": [4]}\n'
    done = give_rows(folder, text, "give", "--on-error", "continue", spec="in.jsonl:k")
    equal(done.returncode, 3, done.stderr)
    equal(read(folder / "out.jsonl"), ["1", "null", "null", "[4]"])
    contains(done.stderr, "in.jsonl, line 2: no key 'k'")
    contains(done.stderr, "in.jsonl, line 3: list has no keys; the key 'k' was asked for")
    # blank lines count, and so do the lines before those of a chunk
    many = "\n".join('{"k": %d}' % i if i % 3 else "" for i in range(3000)) + '\n\n{"j": 1}\n\n{"k": 3}\n'
    for options in (["--on-error", "continue"], ["--on-error", "continue", "--keep", "1"]):
        done = give_rows(folder, many, "give", *options, spec="in.jsonl:k")
        equal(done.returncode, 3, done.stderr)
        contains(done.stderr, "in.jsonl, line 3002: no key 'k'")
        equal(read(folder / "out.jsonl"), [str(i) for i in range(3000) if i % 3] + ["null", "3"])
    done = give_rows(folder, text.replace("[3]", '{"k": 3}'), spec="in.jsonl:none")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "no key 'none'")


def test_all_lines_for_every_call(folder):
    """@FILE gives a list of all lines, or of the values of a key, to every call. Each call has its own."""
    rows = [{"i": i, "list": list(range(i % 13))} for i in range(2000)]
    text = "\n".join(json.dumps(row) for row in rows) + "\n\n"
    np.save(folder / "x.npy", np.arange(300.0))
    for options in ([], ["--batch"], ["--seed", "1"], ["--repeat", "3"], ["--keep", "2"]):
        function = "all_lines_batch" if options == ["--batch"] else "all_lines"
        done = give_rows(folder, text, function, *options, spec="@in.jsonl", more=["x.npy"])
        equal(done.returncode, 0, done.stderr)
        equal([json.loads(line) for line in read(folder / "out.jsonl")],
              [[i, 2001, rows[-1], sum(row["i"] for row in rows)] for i in range(300)], options)
    done = give_rows(folder, text, "lengths", spec="d=@in.jsonl:list", more=["x.npy"], output="out.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), [i + sum(i % 13 for i in range(2000)) for i in range(300)])
    done = give_rows(folder, text + '{"j": 1}\n', "lengths", "--on-error", "continue", spec="@in.jsonl:list", more=["x.npy"])
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "in.jsonl, line 2002: no key 'list'")
    contains(done.stderr, "300 of 300 rows failed")
    folder.write("a.mamuto", "[job]\nversion = 2\nfunction = rows.py:lengths\noutput = out.npy\n\n[argument 1]\nvalue = x.npy\n\n"
                             "[argument 2]\nvalue = @in.jsonl:list\n")
    folder.write("in.jsonl", '{"list": [1]}\n{"list": []}\n')
    done = folder.run("map", "--job", "a.mamuto", "-H", HOSTS)
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), [i + 1 for i in range(300)])


def test_kept_lines_are_sent_once(folder):
    """Lines that are kept are sent once in a session, and whole ones once per host."""
    rows = [{"list": [0] * (i % 5), "text": "x" * 1000} for i in range(3000)]
    np.save(folder / "x.npy", np.arange(3000.0))

    def count(*options, spec="in.jsonl", function="both"):
        done = give_rows(folder, "".join(json.dumps(row) + "\n" for row in rows), function, "--repeat", "4", "--report", "r.json",
                         *options, more=["x.npy"], output="out.npy", spec=spec)
        equal(done.returncode, 0, done.stderr)
        report = json.loads((folder / "r.json").read_text())
        return sum(host["bytes_sent"] for host in report["hosts"]), len(report["hosts"])
    size = sum(len(json.dumps(row)) for row in rows)
    sent, n_hosts = count()
    assert sent > 4 * size, (sent, size)
    sent, n_hosts = count("--keep", "2")
    equal(np.load(folder / "out.npy").tolist(), [float(i + i % 5) for i in range(3000)])
    assert size < sent < n_hosts * size * 1.5, (sent, size)
    sent, n_hosts = count(spec="@in.jsonl:list", function="lengths")
    assert size < sent < n_hosts * size * 1.5, (sent, size)


def test_lines_in_a_grid(folder):
    """Lines are combined with other arguments. Results and mask have the order of the combinations."""
    rows = [{"k": i, "text": "x" * i} for i in range(7)] + [{"text": 1}]
    text = "\n\n".join(json.dumps(row) for row in rows)
    np.save(folder / "x.npy", np.arange(5.0))
    for more, options in (["x.npy"], []), (["x.npy"], ["--keep", "1"]), (["x.npy"], ["--seed", "3"]), (["0..4"], []):
        done = give_rows(folder, text, "both_in_grid", "--grid", "--on-error", "continue", *options, more=[*more, "each:[10,20,30]"],
                         spec="in.jsonl:k", output="out.npy")
        equal(done.returncode, 3, done.stderr)
        expected = np.array([[[x * 1000 + each + k for k in range(7)] + [np.nan] for each in (10, 20, 30)] for x in range(5)])
        got, mask = np.load(folder / "out.npy"), np.load(folder / "out.mask.npy")
        equal(got.shape, (5, 3, 8))
        equal(got[:, :, :7].tolist(), expected[:, :, :7].tolist(), options)
        equal(mask.tolist(), np.isnan(expected).tolist())
        contains(done.stderr, "in.jsonl, line 15: no key 'k'")
    done = give_rows(folder, text, "pair_of_lines", "--grid", more=["in.jsonl"], spec="in.jsonl:text")
    equal(done.returncode, 0, done.stderr)
    equal([json.loads(line) for line in read(folder / "out.jsonl")], [[a, b["text"]] for a in rows for b in rows])
    done = give_rows(folder, text, "pair_batch", "--grid", "--batch", more=["in.jsonl"], spec="in.jsonl:text")
    equal(done.returncode, 0, done.stderr)
    equal([json.loads(line) for line in read(folder / "out.jsonl")], [[a, b["text"]] for a in rows for b in rows])


def test_kept_arrays_in_a_grid(folder):
    """Arrays that hosts keep are sent once, and each row of the grid gets its own copy of their rows."""
    folder.write("rows.py", SOURCE)
    a, b = np.arange(12.0).reshape(4, 3), np.arange(5.0)
    np.save(folder / "a.npy", a)
    np.save(folder / "b.npy", b)
    expected = np.array([[x.sum() + 3 * y for y in b] for x in a])
    for keep in ("1", "2", "1,2"):
        for options in ([], ["--batch"], ["--seed", "1"]):
            function = "changes_batch" if options == ["--batch"] else "changes_row"
            done = folder.run("map", f"rows.py:{function}", "a.npy", "b.npy", "--grid", "--keep", keep, "-H", HOSTS, "-o", "out.npy",
                              *options)
            equal(done.returncode, 0, done.stderr)
            equal(np.load(folder / "out.npy").tolist(), expected.tolist(), (keep, options))


def test_comparison(folder):
    """The plain loop gets the same values as the hosts."""
    folder.write("rows.py", SOURCE)
    rows = [{"list": [i] * (i % 5)} for i in range(400)]
    (folder / "in.jsonl").write_text("\ufeff\n" + "\n\n".join(json.dumps(row) for row in rows), "utf-8")
    np.save(folder / "x.npy", np.arange(400.0))
    for specs in (["x.npy", "in.jsonl"], ["x.npy", "@in.jsonl:list"]):
        done = folder.run("compare", "rows.py:" + ("checked" if specs[1][0] != "@" else "checked_lengths"), *specs, "--budget", "20",
                          "-H", "localhost:2", "--json")
        equal(done.returncode, 0, done.stderr)
        assert json.loads(done.stdout)
    done = folder.run("compare", "rows.py:give", "in.jsonl:none", "-H", "localhost:2")
    assert done.returncode != 0
    contains(done.stderr, "no key 'none'")


def test_large_lines(folder):
    with open(folder / "in.jsonl", "w") as file:
        for i in range(24):
            file.write(json.dumps({"list": ["x" * (i << 20)]}) + "\n")
    done = give_rows(folder, None, "count", spec="in.jsonl:list", output="out.npy")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "out.npy").tolist(), [1] * 24)


def test_output_is_not_the_input(folder):
    done = give_rows(folder, "1\n", output="in.jsonl")
    equal(done.returncode, 2, done.stderr)
    equal((folder / "in.jsonl").read_text(), "1\n")


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
