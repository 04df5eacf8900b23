/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Functions that replace those of the agent and of the C library, so that the agent of a fuzz
 * target starts no process, kills none, and does not wait. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "agent-script-private.h"

int __wrap_runner_spawn(struct function *f);
int __wrap_make_directories(const char *path);
int __wrap_chdir(const char *path);
DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
int __wrap_kill(pid_t pid, int number);
pid_t __wrap_waitpid(pid_t pid, int *status, int options);
void __wrap_processes_kill_below(pid_t pid);
void __wrap_processes_kill_orphans(void);
uint64_t __wrap_now_us(void);
void *__wrap_signal(int number, void *handler);
int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old);

/* volatile, because the compiler assumes that kill() does not change variables of this file */
static volatile unsigned n_signals;

int
__wrap_make_directories(const char *path)
{
    return 0;
}

int
__wrap_chdir(const char *path)
{
    return 0;
}

/* Hides /proc from the agent, because a search of all processes of this computer takes long. */
DIR *
__wrap_opendir(const char *path)
{
    return strcmp(path, "/proc") == 0 ? NULL : __real_opendir(path);
}

/* The agent never signals its own group or all processes. */
int
__wrap_kill(pid_t pid, int number)
{
    FUZZ_ASSERT(pid != 0 && pid != -1);
    n_signals++;
    return 0;
}

pid_t
__wrap_waitpid(pid_t pid, int *status, int options)
{
    pid_t ended = play.ended;

    if (pid > 0 || ended == 0) {
        if (status != NULL)
            *status = SIGKILL;
        return pid > 0 ? pid : -1;
    }
    play.ended = 0;
    *status = play.ended_status;
    return ended;
}

void
__wrap_processes_kill_below(pid_t pid)
{
}

void
__wrap_processes_kill_orphans(void)
{
}

uint64_t
__wrap_now_us(void)
{
    return play.clock;
}

void *
__wrap_signal(int number, void *handler)
{
    return NULL;
}

int
__wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    return 0;
}

int
__wrap_runner_spawn(struct function *f)
{
    int pair[2], out, err;

    f->reaped = f->usable = false;
    f->exit_status = 0;
    if (play.n_runners == MAX_RUNNERS)
        return -EAGAIN;
    FUZZ_ASSERT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
    out = log_pipe_open(f->agent, &f->out, WIRE_MAX_SLOTS, 1);
    err = log_pipe_open(f->agent, &f->err, WIRE_MAX_SLOTS, 2);
    f->pid = FIRST_PID + (pid_t)play.n_runners;
    process_begin(&play.runners[play.n_runners++], f->pid, pair[1], out, err);
    watch_start(f->agent, &f->control, pair[0], EPOLLIN, runner_ready, f);
    return 0;
}

void
agent_wraps_check(void)
{
    n_signals = 0;
    kill(getpid(), 0); /* the signal 0 does nothing, even if kill() was not replaced */
    FUZZ_ASSERT(n_signals == 1);
}
