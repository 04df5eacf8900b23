# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The runner's main program: imports numpy and the user's module, starts the slots and reaps them.
# Slots are forks of the program if the module left nothing that they must not share (see
# SharedState). Else the program starts again without the module (mode 'starter'), so that what the
# module opened is closed, and starts each slot as an interpreter of its own.

NO_PACKAGE, NOT_IMPORTED, IMPORTED, STARTED, NOT_STARTED, DIED_MESSAGE, USABLE, START = 1, 2, 3, 4, 5, 6, 7, 32
RUNNER_FORMAT = struct.Struct('=IIiiQ')
MARK = 1 << 62  # SLOT_MARK
BOOT = ("import sys;sys.path[:]=[p for p in sys.path if p[:1]=='/'];import os;"
        "exec(compile(os.pread(3,1<<20,0),'<mamuto>','exec'),{'__name__':'mamuto_runner'})")
libc = None
arguments_at_start = sys.argv[2:5]
program, directory_at_start, environment_at_start = sys.executable, os.getcwd(), dict(os.environ)


def flush_output():
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        pass
    if libc is not None:
        libc.fflush(None)


def load_libc():
    """Loads the C library through ctypes, if possible, for fflush() and prctl()."""
    global libc
    try:
        import ctypes
        libc = ctypes.CDLL(None)
        libc.prctl
    except Exception:
        libc = None


def die_with_parent(parent):
    if libc is not None:
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def wrap_output():
    """Makes standard output and standard error line-buffered and able to print every character."""
    import io
    for fd, name in ((1, 'stdout'), (2, 'stderr')):
        stream = io.TextIOWrapper(open(fd, 'wb', closefd=False), 'utf-8', 'backslashreplace',
                                  line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, '__%s__' % name, stream)


def import_numpy():
    global numpy
    import numpy as imported
    numpy = imported


def why_not_imported(module_name, error):
    """Returns a text: the cause in the first line, then the traceback."""
    if isinstance(error, NoFunction):
        return clean(str(error))
    why = clean('%s cannot be imported: ' % module_name) + cause_of(error)
    text = text_of(error)
    return why if text.strip() == cause_of(error) else why + b'\n' + text


def find_function(module_name, name, modules, warn):
    found = load_module(module_name, modules, warn)
    for part in name.split('.'):
        if not hasattr(found, part):
            names = [n for n in dir(found) if not n.startswith('_') and callable(getattr(found, n))]
            raise NoFunction('%s has no function %s; it has: %s' % (
                module_name, name, ', '.join(names[:50]) or 'none'))
        found = getattr(found, part)
    if not callable(found):
        raise NoFunction('%s.%s is %s, not a function' % (module_name, name, describe(found)))
    return found


def mark_process(mark):
    """Marks this process and all processes that it starts, see "Marks" in slot-protocol.h."""
    try:
        hard = resource.getrlimit(resource.RLIMIT_RTTIME)[1]
        resource.setrlimit(resource.RLIMIT_RTTIME, (mark, hard))
    except Exception:
        pass  # there is no such limit, or it is lower


def close_on_exec(fds):
    """Prevents programs that user code starts from inheriting descriptors of the runner."""
    for fd in fds:
        if fd >= 0:
            os.set_inheritable(fd, False)


def become_slot(slot_fd, out_fd, err_fd, parent):
    os.setpgid(0, 0)
    die_with_parent(parent)
    mark_process(MARK + os.getpid())
    close_on_exec([slot_fd])
    os.dup2(out_fd, 1)
    os.dup2(err_fd, 2)
    for fd in (out_fd, err_fd):
        os.close(fd)
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=slot_fd)


def run_slot(sock, function):
    become_own_process()
    seed_global_generators()
    status = 1
    try:
        Slot(sock, function).serve()
        status = 0
    except ConnectionError:
        status = 0  # the agent has closed the socket
    except BaseException:
        traceback.print_exc()
    flush_output()
    os._exit(status)


def send_message(control, kind, value, pid=0, status=0, maxrss=0, text=b''):
    control.send(RUNNER_FORMAT.pack(kind, value, pid, status, maxrss) + text[:60000])


class Zygote:
    """Starts the slots. function is None if slots are not forked."""

    def __init__(self, control, function, arguments):
        self.control = control
        self.function = function
        self.arguments = arguments
        self.pid = os.getpid()
        self.slots = {}
        self.own_fds = ()  # descriptors that slots must not have

    def send(self, *message, **more):
        send_message(self.control, *message, **more)

    def fork(self, fds):
        pid = os.fork()
        if pid != 0:
            return pid
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for fd in self.own_fds:
                os.close(fd)
            self.control.close()
            run_slot(become_slot(*fds, parent=self.pid), self.function)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def spawn(self, fds):
        """Starts a slot as a new interpreter, which imports the module."""
        child = subprocess.Popen(
            [program, '-c', BOOT, 'slot'] + self.arguments +
            [str(fd) for fd in fds] + [str(self.pid)], pass_fds=[3] + fds)
        child.returncode = 0  # prevents Popen from waiting for the child, because reap() does
        return child.pid

    def start(self, number, fds):
        flush_output()
        try:
            pid = self.fork(fds) if self.function is not None else self.spawn(fds)
            self.slots[pid] = number
            self.send(STARTED, number, pid)
        except OSError as error:
            self.send(NOT_STARTED, number, text=str(error).encode())
        for fd in fds:
            os.close(fd)

    def reap(self):
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.slots:
                self.send(DIED_MESSAGE, self.slots.pop(pid), pid, status, usage.ru_maxrss * 1024)

    def serve(self):
        self.own_fds = r, w = os.pipe()
        os.set_blocking(r, False)
        os.set_blocking(w, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(w)
        while True:
            self.reap()
            ready = select.select([self.control, r], [], [])[0]
            if r in ready:
                try:
                    os.read(r, 4096)
                except BlockingIOError:
                    pass
            if self.control in ready:
                message, ancillary, _, _ = self.control.recvmsg(
                    4096, socket.CMSG_SPACE(MAX_FDS * 4), CLOEXEC)
                if not message:
                    return
                fds = Slot.take(None, ancillary)
                self.start(RUNNER_FORMAT.unpack(message)[1], fds)


MAX_VERSION_TEXT = 128  # WIRE_MAX_VERSION_TEXT


def announce(control, reasons):
    why = ', '.join(reasons)
    if len(why.encode('utf-8', 'replace')) > MAX_VERSION_TEXT:  # the log contains all reasons
        why = why.encode('utf-8', 'replace')[:MAX_VERSION_TEXT - 3].decode('utf-8', 'ignore') + '…'
    texts = [program or 'python', 'python', '.'.join(map(str, sys.version_info[:3])),
             'numpy', numpy.__version__,
             'OMP_NUM_THREADS', os.environ.get('OMP_NUM_THREADS', '')]
    if reasons:
        texts += ['separate imports', why]
    send_message(control, IMPORTED, int(not reasons),
                 text='\0'.join(texts).encode('utf-8', 'replace'))


def end_children():
    """Ends the processes that the module started. The resource tracker of multiprocessing stays: it
    removes shared memory of the module, then ends by itself."""
    tracker = getattr(sys.modules.get('multiprocessing.resource_tracker'), '_resource_tracker', None)
    try:
        for thread in os.listdir('/proc/self/task'):
            with open('/proc/self/task/%s/children' % thread) as children:
                for pid in children.read().split():
                    if int(pid) != getattr(tracker, '_pid', None):
                        os.kill(int(pid), signal.SIGKILL)
    except OSError:
        pass  # the kernel has no list of children, or a child belongs to another user


def become_starter(control, arguments):
    """Starts the program again without the module. Returns if this fails."""
    try:
        end_children()
        for name in os.listdir('/proc/self/fd'):
            if int(name) > 4:
                try:
                    os.set_inheritable(int(name), False)
                except OSError:
                    pass  # the descriptor that listdir() used
        os.chdir(directory_at_start)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        control.set_inheritable(True)
        os.set_inheritable(3, True)
        os.execve(program, [program, '-c', BOOT, 'starter'] + arguments, environment_at_start)
    except OSError as error:
        sys.stderr.write('the interpreter stays in memory: %s\n' % error)
        control.set_inheritable(False)


def print_warning(text):
    sys.stderr.write(text + '\n')


def prepare(arguments, report, warn=print_warning):
    """Imports numpy and the function. Calls report() for each message. If the message reports a
    failure, report() ends the process. Returns the function, and the state of the process and the
    names of the modules before the import of the function."""
    global user_modules
    directory, module_name, name = arguments
    sys.argv = [module_name]
    try:
        import_numpy()
    except BaseException as error:
        report(NO_PACKAGE, cause_of(error))
    report(USABLE, b'')
    user_modules = add_user_folders(directory, warn)
    before = SharedState()
    modules = set(sys.modules)
    try:
        function = find_function(module_name, name, user_modules, warn)
        exit_if_forked()
        return function, before, modules
    except BaseException as error:
        exit_if_forked(error)
        report(NOT_IMPORTED, why_not_imported(module_name, error),
               int(isinstance(error, ModuleNotFoundError)))


def import_in_slot(arguments):
    """Imports the function in a process other than the first, which has reported the usual
    causes of a failure."""
    def report(kind, text, value=0):
        if kind != USABLE:
            sys.stderr.write(text.decode())
            flush_output()
            os._exit(1)
    # the first interpreter has printed the warnings
    function, _, modules = prepare(arguments, report, warn=lambda text: None)
    note_generators(arguments[1], modules)
    return function


def main():
    load_libc()
    wrap_output()
    become_own_process()
    mode, arguments, rest = sys.argv[1], sys.argv[2:5], sys.argv[5:]
    close_on_exec([3])
    if mode == 'slot':
        fds, parent = [int(a) for a in rest[:3]], int(rest[3])
        sock = become_slot(*fds, parent=parent)
        run_slot(sock, import_in_slot(arguments))
    if mode == 'rows':
        run_spawned_child(arguments, rest)
    close_on_exec([4])
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=4)
    if mode == 'starter':
        Zygote(control, None, arguments).serve()
        os._exit(0)

    def report(kind, text, value=0):
        flush_output()
        send_message(control, kind, value, text=text)
        if kind != USABLE:
            os._exit(1)
    function, before, _ = prepare(arguments, report)
    reasons = before.find_reasons()
    if reasons:
        sys.stderr.write(
            'each core imports %s separately, which takes more memory than sharing one import, '
            'because the import leaves %s\n' % (arguments[1], ', '.join(reasons)))
    flush_output()
    announce(control, reasons)
    if reasons:
        become_starter(control, arguments)
        function = None
    try:
        import gc
        gc.freeze()
    except AttributeError:
        pass
    Zygote(control, function, arguments).serve()
    os._exit(0)


main()
