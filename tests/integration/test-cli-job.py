#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of "mamuto-cli map --job": a job file alone, a job file with options on the command line,
# and invalid job files.

import json

import numpy as np
from cli_util import contains, equal, main

ROWS = """
import time
def pair(x, k):
    return [x, x + k[0] + k[1]]
def negative(x):
    if x % 10 == 3:
        raise ValueError(f"x is {x}")
    return float(x)
def batch(x):
    return x * 3
def hang(x):
    if x % 10 == 3:
        time.sleep(1000)
    return float(x)
"""

JOB = """# a job
[job]
version = 1
function = rows.py:pair
on-error = continue
output = out.npy

[argument 1]
name = x
value = x.npy
[argument 2]
name = k
value = =[1, 2]
keep = yes
"""


def make_job(folder, text=JOB):
    (folder / "sub").mkdir(exist_ok=True)
    folder.write("sub/rows.py", ROWS)
    np.save(folder / "sub/x.npy", np.arange(30))
    folder.write("sub/a.mamuto", text)


def pair(x):
    return np.array([[i, i + 3] for i in x])


def test_job_from_a_file(folder):
    """Paths are relative to the job file, and all settings in the file are used."""
    make_job(folder)
    done = folder.run("map", "--job", "sub/a.mamuto")
    equal(done.returncode, 0, done.stderr)
    equal(done.stdout, "")
    equal(np.load(folder / "sub/out.npy").tolist(), pair(np.arange(30)).tolist())
    make_job(folder, JOB.replace(":pair", ":negative").replace("[argument 2]\nname = k\nvalue = =[1, 2]\nkeep = yes\n",
                                                               "[argument 2]\nname = gone\n"))
    done = folder.run("map", "--job", "sub/a.mamuto")
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "3 of 30 rows failed")


def test_time_limits(folder):
    """A row over the limit is a failed row, and an import over the limit ends the run. The limits
    of the command line replace those of the file."""
    job = JOB.replace(":pair", ":hang").replace("[argument 2]\nname = k\nvalue = =[1, 2]\nkeep = yes\n", "")
    make_job(folder, job.replace("output", "row-timeout = 0.25\noutput"))
    done = folder.run("map", "--job", "sub/a.mamuto")
    equal(done.returncode, 3, done.stderr)
    contains(done.stderr, "3 of 30 rows failed")
    contains(done.stderr, "took longer than the time limit of 0.25 s")
    mask = np.load(folder / "sub/out.mask.npy")
    equal(np.flatnonzero(mask).tolist(), [3, 13, 23])
    good = np.flatnonzero(~mask)
    equal(np.load(folder / "sub/out.npy")[good].tolist(), [float(i) for i in good])
    done = folder.run("map", "--job", "sub/a.mamuto", "--row-timeout", "0.3", "--on-error", "stop")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "took longer than the time limit of 0.3 s")
    folder.write("sub/slow.py", "import time\ntime.sleep(1000)\ndef f(x):\n    return x\n")
    make_job(folder, job.replace("rows.py:hang", "slow.py:f").replace("output", "start-timeout = 1000\noutput"))
    done = folder.run("map", "--job", "sub/a.mamuto", "--start-timeout", "10")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "the import of slow took longer than the time limit of 10 s")


def test_job_with_options(folder):
    """Options on the command line override the settings of the job file."""
    make_job(folder)
    folder.write("sub/c.cfg", "[parameters]\nhosts = {\"none.invalid\": 1}\n")
    make_job(folder, JOB.replace("on-error", "cluster = c.cfg\non-error"))
    done = folder.run("map", "--job", "sub/a.mamuto", "-H", "localhost:1", "-o", "mine.npy", "--keep", "",
                      "--report", "r.json", "--repeat", "2")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "mine.npy").tolist(), pair(np.arange(30)).tolist())
    assert not (folder / "sub/out.npy").exists()
    report = json.loads((folder / "r.json").read_text())
    equal([host["name"] for host in report["hosts"]], ["localhost"])
    equal(len(report["runs"]), 2)
    done = folder.run("map", "--job", "sub/a.mamuto")
    equal(done.returncode, 1, "the cluster of the file is used: " + done.stderr)
    contains(done.stderr, "none.invalid")
    make_job(folder, JOB.replace(":pair", ":negative").replace("=[1, 2]", "").replace("keep = yes", ""))
    done = folder.run("map", "--job", "sub/a.mamuto", "--on-error", "stop")
    equal(done.returncode, 1, done.stderr)
    contains(done.stderr, "x is")
    make_job(folder, JOB.replace(":pair", ":batch").replace("=[1, 2]", "").replace("keep = yes", ""))
    done = folder.run("map", "--job", "sub/a.mamuto", "--batch", "-o", "b.csv")
    equal(done.returncode, 0, done.stderr)
    equal(np.loadtxt(folder / "b.csv", skiprows=1).tolist(), (3 * np.arange(30)).tolist())


VERSION_2 = """[job]
version = 2
function = rows.py:scaled
output = out.npy

[argument 1]
name = weights
value = @w.npz:a
[argument 2]
name = x
value = x.npy
keep = yes
[argument 3]
name = factor
value = 0.5
"""


def test_version_2(folder):
    """Names bind, and paths within the texts are relative to the job file."""
    make_job(folder, VERSION_2)
    folder.write("sub/rows.py", ROWS + """
def scaled(x, factor, weights):
    return float(x * factor * weights.sum())
""")
    np.savez(folder / "sub/w.npz", a=np.array([1.0, 2.0, 4.0]))
    done = folder.run("map", "--job", "sub/a.mamuto", "--keep", "weights")
    equal(done.returncode, 0, done.stderr)
    equal(np.load(folder / "sub/out.npy").tolist(), [i * 3.5 for i in range(30)])
    for text, part in [
        (VERSION_2.replace("version = 2", "version = 3"), "version: 3 comes from a newer Mamuto; this one supports versions up to 2"),
        (VERSION_2.replace("= 0.5", "= 0,5"), "write factor=0.5 or factor='[0, 5]'"),
        (VERSION_2.replace("= 0.5", "= fast"), "write factor='\"fast\"'"),
        (VERSION_2.replace("name = factor", "name = sigma"), "sigma"),
        (VERSION_2.replace("@w.npz", "w.npz"), "has 30 rows"),
    ]:
        folder.write("sub/a.mamuto", text)
        done = folder.run("map", "--job", "sub/a.mamuto", "-o", "no.npy")
        equal(done.returncode, 2, done.stderr)
        contains(done.stderr, part)
        assert not (folder / "no.npy").exists()


def test_wrong_job(folder):
    make_job(folder)
    before = sorted(folder.names())
    cases = [
        (JOB.replace("continue", "panic"), [], "sub/a.mamuto:5: on-error: “panic”"),
        (JOB.replace("on-error = continue", "row-timeout = 1 s"), [], "sub/a.mamuto:5: row-timeout: “1 s”"),
        (JOB.replace("on-error = continue", "start-timeout = -1"), [], "a.mamuto:5: start-timeout: “-1”"),
        (JOB, ["--row-timeout", "soon"], "--row-timeout soon"),
        (JOB, ["--start-timeout", "nan"], "--start-timeout nan"),
        (JOB, ["--row-timeout", "1e10"], "--row-timeout 1e10"),
        (JOB.replace("version = 1", "version = 9"), [], "a.mamuto:3: version: 9 comes from a newer Mamuto"),
        (JOB.replace("[job]", "[jobs]"), [], "no section [job]"),
        (JOB.replace("argument 2", "argument two"), [], "[argument two]"),
        (JOB.replace("keep = yes", "keep = perhaps"), [], "a.mamuto:14: keep: “perhaps”"),
        ("not an ini file", [], "a.mamuto:1"),
        (JOB.replace("function", "functions"), [], "a.mamuto: the job has no function"),
        (JOB.replace("rows.py:pair", "rows.py"), [], "rows.py"),
        (JOB.replace("value = x.npy", ""), [], "argument 1, x has no value"),
        (JOB.replace("x.npy", "none.npy"), [], "argument 1, x: "),
        (JOB.replace("[1, 2]", "[1, "), [], "argument 2, k: "),
        (JOB.replace("=[1, 2]", ""), [], "pair"),
        (JOB.replace("out.npy", "out.txt"), [], "a.mamuto: output: "),
        (JOB.replace("out.npy", "none/out.npy"), [], "does not exist"),
        (JOB, ["-o", "out.txt"], "-o out.txt: the name must end in .npy"),
        (JOB.replace("on-error", "cluster = none.cfg\non-error"), [], "none.cfg"),
        (JOB.replace("on-error", "depends = nowhere\non-error"), [], "nowhere"),
        (JOB, ["rows.py:double"], "with --job, the function and its arguments come from the file"),
        (JOB, ["--keep", "3"], "(1 to 2)"),
        (JOB, ["-c", "a.cfg", "-H", "localhost:1"], "-c and -H"),
    ]
    for text, options, message in cases:
        make_job(folder, text)
        done = folder.run("map", "--job", "sub/a.mamuto", *options)
        equal(done.returncode, 2, f"{message}: {done.stderr}")
        contains(done.stderr, message)
        equal(done.stdout, "", message)
    equal(sorted(folder.names()), before)
    done = folder.run("map", "--job", "none.mamuto")
    equal(done.returncode, 2, done.stderr)
    contains(done.stderr, "none.mamuto")


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
