# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Finds what the import of the user's module left in the process that forked slots would share:
# open files, writable shared memory, random number generators, threads and child processes. If
# there is any, each slot imports the module itself, as a separate program would.

HARMLESS_DEVICES = (3, 5, 7, 8, 9)  # /dev/null, zero, full, random and urandom have no position


def open_files():
    """Returns a dict: (descriptor, device, inode) of each open file to its name."""
    found = {}
    for name in os.listdir('/proc/self/fd'):
        fd = int(name)
        try:
            info = os.fstat(fd)
            path = os.readlink('/proc/self/fd/' + name)
        except OSError:
            continue  # the descriptor that listdir() used
        is_device = stat.S_ISCHR(info.st_mode) and os.major(info.st_rdev) == 1
        if fd not in (1, 2) and not (is_device and os.minor(info.st_rdev) in HARMLESS_DEVICES):
            found[fd, info.st_dev, info.st_ino] = path
    return found


def shared_memory():
    """Returns a dict: (device, inode) of each writable shared mapping to its name."""
    found = {}
    with open('/proc/self/maps', 'rb') as maps:
        for line in maps:
            fields = line.split(None, 5)
            if fields[1][1:2] == b'w' and fields[1][3:4] == b's':
                found[fields[3], fields[4]] = fields[-1].strip().decode('utf-8', 'replace')
    return found


def count_threads():
    return len(os.listdir('/proc/self/task'))


def has_children():
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return True
    except ChildProcessError:
        return False


def name_some(names):
    names = sorted(set(os.path.basename(name) or name for name in names))
    return ', '.join(names[:3]) + (', …' if len(names) > 3 else '')


class SharedState:
    """Remembers what is open before the import, and says afterwards what has been added."""

    def __init__(self):
        try:
            self.files, self.memory = open_files(), shared_memory()
        except OSError:
            self.files = None

    def find_reasons(self):
        """Returns texts that say why slots must not be forked. Empty if they can be."""
        try:
            files, memory, threads = open_files(), shared_memory(), count_threads()
        except OSError:
            files = None
        if files is None or self.files is None:
            return ['/proc cannot be read']
        reasons = []
        files = [files[key] for key in files if key not in self.files]
        memory = [memory[key] for key in memory if key not in self.memory]
        generators = set(id(bits_of(generator)) for generator in find_generators())
        if files:
            reasons.append('open files (%s)' % name_some(files))
        if memory:
            reasons.append('writable shared memory (%s)' % name_some(memory))
        if generators:
            reasons.append('random number generators (%d; a fixed seed gives each core the same '
                           'numbers)' % len(generators))
        if threads > 1:
            reasons.append('threads (%d)' % (threads - 1))
        if has_children():
            reasons.append('child processes')
        return reasons
