/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts the interpreters of functions and receives their messages. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_RESTARTS 3
#define MAX_FAILED_STARTS 3

static void
become_runner(struct function *f, pid_t parent, int text, int control, int out, int err)
{
    struct agent *a = f->agent;
    struct rlimit limit;
    sigset_t none;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent)
        _exit(1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    setpriority(PRIO_PROCESS, 0, a->nice);
    if (a->rlimit_files > 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = (rlim_t)a->rlimit_files;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    /* The descriptors to copy have numbers from 10 on, so dup2() does not close any of them. */
    if (dup2(out, 1) < 0 || dup2(err, 2) < 0 || dup2(text, 3) < 0 || dup2(control, 4) < 0)
        _exit(1);
    f->runner->exec(&(struct runner_start){
        .interpreter = f->interpreter,
        .directory = f->directory != NULL ? f->directory : (char[]){""},
        .module = f->module,
        .name = f->name,
    });
    struct runner_message m = {.kind = RUNNER_NO_EXEC, .value = (uint32_t)errno};
    send(4, &m, sizeof m, MSG_NOSIGNAL);
    _exit(127);
}

static int
move_up(int fd)
{
    if (fd < 0)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, 10);
    int rc = moved < 0 ? -errno : moved;
    close(fd);
    return rc;
}

/* Returns the descriptor of a file that contains the program of the runner. The file is empty if
 * the runner has no program. */
static int
program_file(const struct runner *r)
{
    size_t size = r->program != NULL ? *r->program_size : 0;
    int fd = memory_file("mamuto-runner");
    if (fd < 0)
        return -errno;
    if (size > 0 && write(fd, r->program, size) != (ssize_t)size) {
        close(fd);
        return -ENOMEM;
    }
    return fd;
}

int
runner_spawn(struct function *f)
{
    struct agent *a = f->agent;
    int pair[2];
    f->reaped = f->usable = false;
    f->exit_status = 0;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return -errno;
    int control = move_up(pair[1]), text = move_up(program_file(f->runner));
    int out = move_up(log_pipe_open(a, &f->out, WIRE_MAX_SLOTS, 1));
    int err = move_up(log_pipe_open(a, &f->err, WIRE_MAX_SLOTS, 2));
    int rc = control < 0 ? control : text < 0 ? text : out < 0 ? out : err < 0 ? err : 0;
    pid_t parent = getpid(), pid = rc == 0 ? fork() : -1;
    if (pid == 0)
        become_runner(f, parent, text, control, out, err);
    if (rc == 0 && pid < 0)
        rc = -errno;
    close_fd(&control);
    close_fd(&text);
    close_fd(&out);
    close_fd(&err);
    f->pid = pid > 0 ? pid : 0;
    set_nonblocking(pair[0]);
    watch_start(a, &f->control, pair[0], EPOLLIN, runner_ready, f);
    return rc;
}

int
runner_send_start(struct function *f, uint32_t slot, const int fds[3])
{
    struct runner_message m = {.kind = RUNNER_START, .value = slot};
    union {
        char space[CMSG_SPACE(3 * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec io = {&m, sizeof m};
    struct msghdr message = {.msg_iov = &io,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(3 * sizeof(int));
    memcpy(CMSG_DATA(c), fds, 3 * sizeof(int));
    return sendmsg(f->control.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

static char *
describe_status(int status)
{
    if (WIFSIGNALED(status))
        return xprintf("was killed by signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    return xprintf("ended with status %d", WEXITSTATUS(status));
}

/* Starts an interpreter again that has imported the function before, at most MAX_RESTARTS times.
 * The other candidates are not tried: they may lack packages, or give other results. */
static void
restart(struct function *f, const char *why)
{
    function_stop_process(f);
    if (++f->restarts > MAX_RESTARTS) {
        function_fail(f, WIRE_FAULT_SLOTS, why);
        return;
    }
    f->state = FUNCTION_STARTING;
    function_start(f);
}

/* Rejects the current candidate, saves its error message for the FAULT frame, and starts the next
 * candidate. */
static void
reject_candidate(struct function *f, const char *what)
{
    int len = (int)strlen(what);
    if (f->worked) {
        char *why = xprintf("the interpreter %s cannot be started again: %s", f->interpreter, what);
        restart(f, why);
        free(why);
        return;
    }
    while (len > 0 && what[len - 1] == '\n')
        len--;
    char *said = xprintf("%s%s%s: %.*s", f->said != NULL ? f->said : "",
                         f->said != NULL ? "; " : "", f->interpreter, len, what);
    free(f->said);
    f->said = said;
    function_try_next(f);
}

/* Removes the first text from a list of NUL-separated texts and returns it. Returns "" if the list
 * is empty. */
static struct wire_str
take_text(char **text, size_t *size, size_t max_len)
{
    size_t n = strnlen(*text, *size), skip = n < *size ? n + 1 : n;
    struct wire_str taken = wire_str(*text, n < max_len ? n : max_len);
    wire_utf8_make_valid(*text, taken.len);
    *text += skip;
    *size -= skip;
    return taken;
}

/* Sends a PREPARED frame to the controller. `text` is the text of the message RUNNER_IMPORTED,
 * which slot-protocol.h describes. */
static void
send_prepared(struct function *f, bool forks, char *text, size_t size)
{
    uint8_t meta[16384];
    struct wire_writer w;
    struct wire_prepared m = {.function = f->number,
                              .threads_safe = forks,
                              .runner = wire_str(f->runner->name, strlen(f->runner->name)),
                              .interpreter = take_text(&text, &size, 4096),
                              .prepare_us = now_us() - f->asked_us};
    while (size > 0 && m.n_versions < WIRE_MAX_VERSIONS) {
        struct wire_version v;
        v.name = take_text(&text, &size, WIRE_MAX_VERSION_TEXT);
        v.version = take_text(&text, &size, WIRE_MAX_VERSION_TEXT);
        if (v.name.len > 0 && v.version.len > 0)
            m.versions[m.n_versions++] = v;
    }
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_prepared(&w, &m);
    output_send(f->agent, WIRE_PREPARED, 0, 0, 0, &w, NULL);
}

static void
imported(struct function *f, bool forks, char *text, size_t size)
{
    char **found = &f->agent->found[f->runner->number];
    f->state = FUNCTION_READY;
    f->worked = true;
    if (f->configured[0] == '\0' && *found == NULL)
        *found = xprintf("%s", f->interpreter);
    if (f->restarts == 0)
        send_prepared(f, forks, text, size);
    slots_adjust(f);
}

static bool
has_slots(const struct function *f)
{
    for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++)
        if (f->slots[i] != NULL)
            return true;
    return false;
}

static void
not_started(struct function *f, struct slot *s, const char *why)
{
    char *text = xprintf("slots cannot be started: %s", why);
    if (s != NULL)
        slot_died(s, why);
    if (++f->failed_starts >= MAX_FAILED_STARTS && f->state == FUNCTION_READY)
        function_fail(f, WIRE_FAULT_SLOTS, text);
    free(text);
}

static void
slot_gone(struct function *f, struct slot *s, int status)
{
    char *how = describe_status(status);
    bool starting = s->state == SLOT_STARTING;
    log_pipe_drain(&s->err, true);
    char *why = starting
                    ? xprintf("the first process %s\n%.*s", how, (int)s->err.tail_used, s->err.tail)
                    : NULL;
    if (starting)
        not_started(f, s, why);
    else
        slot_died(s, how);
    free(why);
    free(how);
    if (f->state == FUNCTION_READY)
        slots_adjust(f);
}

static void
take_message(struct function *f, const struct runner_message *m, char *text, size_t size)
{
    struct slot *s = m->value < WIRE_MAX_SLOTS ? f->slots[m->value] : NULL;
    switch (m->kind) {
    case RUNNER_NO_EXEC:
        reject_candidate(f, strerror((int)m->value));
        break;
    case RUNNER_NO_PACKAGE:
        f->lacks_package = true;
        reject_candidate(f, text);
        break;
    case RUNNER_USABLE:
        f->usable = true;
        break;
    case RUNNER_NOT_IMPORTED:
        function_fail(f, m->value == 1 ? WIRE_FAULT_MODULE : WIRE_FAULT_IMPORT, text);
        break;
    case RUNNER_IMPORTED:
        imported(f, m->value == 1, text, size);
        break;
    case RUNNER_STARTED:
        /* No slot is process 1, and kill(-1) would kill all processes of the user. */
        if (s != NULL && m->pid > 1)
            slot_started(s, m->pid);
        break;
    case RUNNER_NOT_STARTED:
        if (s != NULL)
            not_started(f, s, text);
        /* Without a slot, nothing else would start one, and the chunks would wait forever. */
        if (f->state == FUNCTION_READY && !has_slots(f))
            slots_adjust(f);
        break;
    case RUNNER_DIED:
        if (s != NULL && s->pid == m->pid)
            slot_gone(f, s, m->status);
        break;
    default:
        break;
    }
}

/* Called after an interpreter exited without reporting a cause, or closed its socket and does not
 * exit. An interpreter that had imported the function is started again. Otherwise the function
 * fails or the next candidate is tried. */
static void
ended(struct function *f)
{
    bool was_ready = f->state == FUNCTION_READY;
    log_pipe_drain(&f->err, true);
    char *last = xstrndup(f->err.tail, f->err.tail_used);
    function_stop_process(f);
    char *how = f->reaped ? describe_status(f->exit_status)
                          : xprintf("closed its connection to the agent and does not end");
    char *text =
        xprintf("the interpreter %s %s%s%s%s\n%s", f->interpreter, how,
                was_ready   ? ""
                : f->usable ? " while it imported "
                            : " while it started",
                !was_ready && f->usable ? f->module : "", last[0] != '\0' ? ":" : "", last);
    if (f->worked) {
        restart(f, text);
    } else if (f->usable) {
        function_fail(f, WIRE_FAULT_IMPORT, text);
    } else {
        char *said = xprintf("%s %s", how, last);
        reject_candidate(f, said);
        free(said);
    }
    free(text);
    free(how);
    free(last);
}

/* Called when an interpreter has closed its socket, which it does when it exits. Its exit status is
 * known a moment later, when agent_reap() calls ended(). If it does not exit although it is killed,
 * limits.c calls runner_end_is_late(). */
static void
control_closed(struct function *f)
{
    if (f->reaped) {
        ended(f);
        return;
    }
    int fd = f->control.fd;
    watch_stop(f->agent, &f->control);
    close_fd(&fd);
    processes_kill_below(f->pid);
    runner_kill(f);
    memset(&f->stall, 0, sizeof f->stall);
    f->agent->starting = true; /* so that limits_check() is called */
}

void
runner_end_is_late(struct function *f)
{
    ended(f);
}

void
runner_start_is_late(struct function *f, const char *why)
{
    if (f->usable) {
        char *text = xprintf("the import of %s %s", f->module, why);
        function_fail(f, WIRE_FAULT_IMPORT, text);
        free(text);
    } else {
        char *said = xprintf("its start %s", why);
        reject_candidate(f, said);
        free(said);
    }
}

void
runner_slot_is_late(struct function *f, struct slot *s, const char *why)
{
    slot_kill(s);
    if (++f->failed_starts < MAX_FAILED_STARTS)
        return;
    char *text = xprintf("slots cannot be started: the start %s", why);
    function_fail(f, WIRE_FAULT_SLOTS, text);
    free(text);
}

void
runner_kill(struct function *f)
{
    if (f->pid > 0) {
        kill(-f->pid, SIGKILL);
        kill(f->pid, SIGKILL);
    }
}

void
runner_ready(void *data, uint32_t events)
{
    static union {
        struct runner_message m;
        char bytes[65536 + 1];
    } in;
    struct function *f = data;
    (void)events;
    for (;;) {
        int fd = f->control.fd;
        if (fd < 0)
            return;
        ssize_t n = recv(fd, &in, sizeof in - 1, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n < (ssize_t)sizeof in.m) {
            control_closed(f);
            return;
        }
        in.bytes[n] = '\0';
        log_pipe_drain(&f->out, false);
        log_pipe_drain(&f->err, false);
        take_message(f, &in.m, in.bytes + sizeof in.m, (size_t)n - sizeof in.m);
    }
}

/* Reaps interpreters that exited. Reaps orphaned child processes of user code too, because the
 * agent is their subreaper (see prctl()). The end of an interpreter is noticed here and not at its
 * socket, because processes that user code forked keep the socket open. */
void
agent_reap(struct agent *a)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (struct function *f = a->functions; f != NULL; f = f->next)
            if (f->pid == pid) {
                f->reaped = true;
                f->exit_status = status;
                runner_ready(f, 0); /* reads what the interpreter sent before it ended */
                if (f->reaped && f->pid == pid)
                    ended(f);
            }
    processes_kill_left(true);
}
