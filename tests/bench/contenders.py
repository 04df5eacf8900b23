# SPDX-License-Identifier: LGPL-2.1-or-later
"""The contenders of bench-local. Each contender calls a function for all rows.

Loop uses one process, and the other contenders use two. The processes start before the
measurement. The method remap() computes all rows once, and bench-local measures its time. The
method close() ends the processes.
"""

import mmap
import multiprocessing
import os
import pickle
import subprocess

import numpy as np

PROCESSES = 2


class Loop:
    """A plain loop in one process."""

    name = "plain loop"

    def __init__(self, function, points, data):
        self.function, self.points, self.data = function, points, data

    def remap(self):
        return np.array(list(map(self.function, self.points, self.data)))

    def close(self):
        pass


class Floor:
    """Two forked processes that inherit the input rows and write the results into shared memory.

    The time of this contender is a lower bound for the others, because it sends almost no data. In
    each call of remap(), each process receives only the numbers of its first and last row, and
    replies with one byte.
    """

    name = "floor"

    def __init__(self, function, points, data):
        self.count = len(points)
        self.shared = mmap.mmap(-1, 8 * max(self.count, 1))
        self.out = np.frombuffer(self.shared, dtype=np.float64, count=self.count)
        self.workers = []
        for _ in range(PROCESSES):
            orders, answers = os.pipe(), os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(orders[1])
                # The child inherits the write ends of the pipes to earlier workers and closes them.
                # A worker sees the end of its input only after all copies of the write end of its
                # pipe are closed.
                for _, others, _ in self.workers:
                    os.close(others)
                self.work(function, points, data, orders[0], answers[1])
                os._exit(0)
            os.close(orders[0])
            os.close(answers[1])
            self.workers.append((pid, orders[1], answers[0]))

    def work(self, function, points, data, orders, answers):
        while order := os.read(orders, 16):
            lo, hi = np.frombuffer(order, dtype=np.int64)
            self.out[lo:hi] = list(map(function, points[lo:hi], data[lo:hi]))
            os.write(answers, b"!")

    def remap(self):
        bounds = np.linspace(0, self.count, PROCESSES + 1).astype(np.int64)
        for i, (_, orders, _) in enumerate(self.workers):
            os.write(orders, bounds[i:i + 2].tobytes())
        for _, _, answers in self.workers:
            os.read(answers, 1)
        return self.out.copy()

    def close(self):
        for pid, orders, answers in self.workers:
            os.close(orders)
            os.close(answers)
            os.waitpid(pid, 0)


class Pool:
    """multiprocessing.Pool.starmap, with the default number of rows per task or with @chunksize
    rows."""

    def __init__(self, function, points, data, chunksize=None):
        self.name = "Pool.starmap" + (f", chunks of {chunksize}" if chunksize else "")
        self.function, self.points, self.data, self.chunksize = function, points, data, chunksize
        self.pool = multiprocessing.get_context("fork").Pool(PROCESSES)

    def remap(self):
        return np.array(self.pool.starmap(self.function, zip(self.points, self.data), self.chunksize))

    def close(self):
        self.pool.terminate()
        self.pool.join()


class Joblib:
    """joblib.Parallel with its default backend."""

    name = "joblib"

    def __init__(self, function, points, data):
        import joblib

        self.task = joblib.delayed(function)
        self.points, self.data = points, data
        self.parallel = joblib.Parallel(n_jobs=PROCESSES).__enter__()

    def remap(self):
        return np.array(self.parallel(self.task(x, d) for x, d in zip(self.points, self.data)))

    def close(self):
        self.parallel.__exit__(None, None, None)
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(kill_workers=True)


EXECNET_WORKER = """
import pickle, sys
folder, module, name = channel.receive()
sys.path.insert(0, folder)
function = getattr(__import__(module), name)
for message in channel:
    points, data = pickle.loads(message)
    channel.send(pickle.dumps([function(x, d) for x, d in zip(points, data)]))
"""


class Execnet:
    """The package execnet. In each call of remap(), each process receives half of the rows as one
    pickled message."""

    name = "execnet, pickled"

    def __init__(self, function, points, data, file):
        import execnet

        self.points, self.data = points, data
        self.group = execnet.Group()
        self.channels = []
        for _ in range(PROCESSES):
            gateway = self.group.makegateway("popen//python=/usr/bin/python3")
            channel = gateway.remote_exec(EXECNET_WORKER)
            channel.send((os.path.dirname(file), function.__module__, function.__name__))
            self.channels.append(channel)

    def remap(self):
        pieces = zip(np.array_split(self.points, PROCESSES), np.array_split(self.data, PROCESSES))
        for channel, piece in zip(self.channels, pieces):
            channel.send(pickle.dumps(piece))
        return np.array([y for channel in self.channels for y in pickle.loads(channel.receive())])

    def close(self):
        self.group.terminate(timeout=1)


class Mamuto:
    """Mamuto on this computer. The program remap-driver keeps the processes running, and measures
    the time of each call."""

    name = "Mamuto"

    def __init__(self, driver, file, function, folder, host="localhost", env=None, data="data.npy"):
        self.saved = os.path.join(folder, "out.npy")
        self.driver = subprocess.Popen(
            [driver, f"{host}:{PROCESSES}", f"{file}:{function.__name__}",
             os.path.join(folder, "p.npy"), data if data[0] == "@" else os.path.join(folder, data)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=env)

    def ask(self, line):
        self.driver.stdin.write(line + "\n")
        answer = self.driver.stdout.readline()
        if not answer:
            raise RuntimeError(f"remap-driver ended with status {self.driver.wait()}")
        return answer

    def remap(self):
        self.seconds = float(self.ask("go"))

    def result(self):
        self.ask("save " + self.saved)
        return np.load(self.saved)

    def close(self):
        self.driver.stdin.close()
        self.driver.wait()


class MamutoSsh(Mamuto):
    """Mamuto on one ssh host, a server on loopback that the program @sshd (tests/sshd) starts."""

    name = "Mamuto, ssh"

    def __init__(self, driver, file, function, folder, sshd, data="data.npy"):
        self.stop = [sshd, os.path.join(folder, "hosts"), "down"]
        subprocess.run([*self.stop[:2], "up", "1"], check=True, stdout=subprocess.DEVNULL)
        home = os.path.join(folder, "hosts/home")
        super().__init__(driver, file, function, folder, "mm1", dict(os.environ, HOME=home), data)

    def close(self):
        super().close()
        subprocess.run(self.stop, check=True)
