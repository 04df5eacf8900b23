# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Ends child processes of user code that return into the runner. A function or a module may call
# os.fork() and leave the child by an exception (sys.exit() is one) or by a return. The child would
# then go on as a second slot and send results in place of the real one.

own_pid = 0


def become_own_process():
    """Makes the calling process the only one that may go on in the runner."""
    global own_pid
    own_pid = os.getpid()


def exit_if_forked(error=None):
    """If user code forked the calling process, ends it as Python ends a program: with the status
    that SystemExit names, with a traceback and status 1 for another exception, else with 0."""
    if os.getpid() == own_pid:
        return
    status = 0
    try:
        if isinstance(error, SystemExit):
            if isinstance(error.code, int):
                status = error.code & 0xff
            elif error.code is not None:
                status = 1
                sys.stderr.write('%s\n' % (error.code,))
        elif error is not None:
            status = 1
            sys.stderr.write(text_of(error).decode())
        flush_output()
    finally:
        os._exit(status)
