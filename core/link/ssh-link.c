/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Links to agents at the far end of ssh channels. After a channel is open, calls of libssh do not
 * block. While link_read() lets libssh receive, a callback copies the output of the agent into the
 * caller's buffer. Output that arrives at other times stays in libssh's buffer until the next
 * link_read(). A write starts only after libssh has sent all earlier data.
 * The receive window is the number of bytes that the host may send before they are read. It limits
 * the throughput of connections with a long round trip. With a short round trip a large window
 * reduces the throughput, because sshd then collects a whole window in its own buffer, which it
 * enlarges by copying. So the window follows the measured round trip. Standard output and standard
 * error share one window. libssh (0.10) enlarges the window only if a read requests more bytes than
 * the window has left. Therefore the link regularly reads from standard error and requests a full
 * window. This read returns no bytes, because a callback has consumed standard error, but libssh
 * enlarges the window. Newer versions of libssh ignore the requested size, and keep a window of
 * their own size open. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <libssh/callbacks.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "ssh-private.h"

/* WRITE_SIZE is the maximum number of bytes in one write. READ_SIZE is the number of bytes that
 * link_get_read_size() returns. Larger sizes do not increase the throughput, and smaller sizes
 * reduce it. */
#define WRITE_SIZE (256u << 10)
#define READ_SIZE (256u << 10)
/* Maximum number of events that one call lets libssh handle. For each event libssh (0.10) reads at
 * most 4 KiB from the socket. So a call ends soon, even if the host sends without pause. */
#define MAX_EVENTS 64
/* The throughput in bytes/s for which the receive window has room, and the smallest window in
 * bytes, unless a link's share of the memory is smaller. */
#define WINDOW_RATE (700u << 20)
#define WINDOW_NEAR (2u << 20)
/* Longest wait until a channel is open and its command has started (µs). The time in which the
 * user's login files run is not included. */
#define CHANNEL_TIMEOUT (30 * G_TIME_SPAN_SECOND)
/* Longest wait for the remaining output after the agent has exited (µs). Without a limit, a
 * child process of the agent that keeps the output open would block the link. */
#define OUTPUT_GRACE_US G_TIME_SPAN_SECOND

typedef struct {
    Link base;
    SshSession *session; /* shared by the links of the session; freed with the last link */
    ssh_channel channel;
    struct ssh_channel_callbacks_struct callbacks;
    SshSpacers spacers;
    gsize buffered; /* bytes of standard output that are in libssh's buffer */
    /* The rest of the caller's buffer, to which on_data() copies standard output. `room` is 0
     * except while link_read() lets libssh receive. */
    guint8 *target;
    gsize room;
    gsize share; /* largest possible receive window in bytes */
    gsize window, read_since_opened;
    /* Buffer of `share` bytes for reads from standard error whose only purpose is to make libssh
     * enlarge the receive window. These reads return no bytes, so the buffer is never filled. */
    void *scratch;
    GByteArray *ahead; /* output of the agent, read together with agent-install.sh's last line */
    LinkTail tail;
    gboolean started; /* FALSE while agent-install.sh runs, TRUE after it has started the agent */
    gint64 exited;    /* time of the exit (monotonic, µs); 0 while the process runs */
    int status;
    char *killed_by;
} SshLink;

static int
on_data(ssh_session session, ssh_channel channel, void *data, uint32_t length, int is_stderr,
        void *user_data)
{
    SshLink *self = user_data;
    gsize taken = MIN(length, self->room);

    if (is_stderr) {
        link_tail_add(&self->tail, data, length);
        return (int)length;
    }
    ssh_spacers_check(&self->spacers, data, length);
    /* @data and @length are all bytes in libssh's buffer, the oldest first. libssh removes as many
     * bytes as this function returns. */
    if (taken > 0) {
        memcpy(self->target, data, taken);
        self->target += taken;
        self->room -= taken;
    }
    self->buffered = length - taken;
    return (int)taken;
}

static void
on_exit_status(ssh_session session, ssh_channel channel, int status, void *user_data)
{
    SshLink *self = user_data;

    self->exited = g_get_monotonic_time();
    self->status = status;
}

static void
on_exit_signal(ssh_session session, ssh_channel channel, const char *name, int core,
               const char *message, const char *language, void *user_data)
{
    SshLink *self = user_data;

    self->exited = g_get_monotonic_time();
    g_free(self->killed_by);
    self->killed_by = link_escape_text(name, strlen(name), 40);
}

static gboolean
is_closed(const SshLink *self)
{
    return !self->channel || ssh_channel_is_closed(self->channel);
}

static gboolean
is_over(const SshLink *self)
{
    return self->session->failed || is_closed(self) || ssh_channel_is_eof(self->channel) ||
           (self->exited && g_get_monotonic_time() - self->exited > OUTPUT_GRACE_US);
}

static LinkEvents
possible_now(const SshLink *self)
{
    LinkEvents possible = 0;
    gboolean over = self->buffered == 0 && is_over(self);

    if (over || self->buffered > 0 || self->ahead->len > 0)
        possible |= LINK_READABLE;
    if (over || (!is_over(self) && ssh_channel_window_size(self->channel) > 0 &&
                 !(ssh_get_status(self->session->connection.session) & SSH_WRITE_PENDING)))
        possible |= LINK_WRITABLE;
    return possible;
}

static gboolean
any_possible(Link *const *links, const LinkEvents *events, guint n)
{
    for (guint i = 0; i < n; i++)
        if (possible_now((const SshLink *)links[i]) & events[i])
            return TRUE;
    return FALSE;
}

static void
ssh_link_wait(Link *const *links, LinkEvents *events, guint n, int timeout_ms)
{
    SshSession *session = ((SshLink *)links[0])->session;

    /* After the exit of the agent, no event reports that OUTPUT_GRACE_US has passed. So each wait
     * is at most 50 ms, and is_over() checks the time after it. */
    for (guint i = 0; i < n; i++)
        if (((const SshLink *)links[i])->exited)
            timeout_ms = timeout_ms < 0 ? 50 : MIN(timeout_ms, 50);
    /* A packet may need several reads from the socket. They follow each other without a wait. */
    if (!any_possible(links, events, n) && link_session_wait(session, links[0]->waker, timeout_ms))
        for (guint i = 0;
             i < MAX_EVENTS && link_session_pump(session, 0) && !any_possible(links, events, n);
             i++)
            ;
    for (guint i = 0; i < n; i++)
        events[i] &= possible_now((const SshLink *)links[i]);
}

/* Sets the size of the receive window: as many bytes as arrive within a round trip at
 * WINDOW_RATE. */
static void
choose_window(SshLink *self)
{
    guint64 arriving = (guint64)self->session->connection.round_trip * WINDOW_RATE / G_USEC_PER_SEC;

    self->window = (gsize)MIN(MAX(arriving, WINDOW_NEAR), self->share);
}

/* Enlarges the receive window, so that the window and the bytes in libssh's buffer add up to
 * `self->window` bytes. */
static void
open_window(SshLink *self)
{
    self->read_since_opened = 0;
    if (self->window > self->buffered && !is_over(self))
        ssh_channel_read_timeout(self->channel, self->scratch,
                                 (uint32_t)(self->window - self->buffered), 1, 0);
}

static gssize
lost(SshLink *self, GError **error)
{
    g_autofree char *said = NULL, *why = NULL;

    /* The exit status and the last lines of standard error arrive shortly after the end of the
     * output. The loop waits for them until the channel is closed. It waits at most 10 times,
     * because a child process of the agent may keep the channel open. */
    for (guint i = 0; i < 10 && !self->session->failed && !(self->exited && is_closed(self)); i++)
        link_session_pump(self->session, 30);
    said = link_tail_quote(&self->tail);
    if (self->killed_by) {
        why = g_strdup_printf(self->started ? _("the agent was killed by signal %s")
                                            : _("was killed by signal %s"),
                              self->killed_by);
    } else if (self->exited) {
        why = g_strdup_printf(self->started ? _("the agent ended with exit status %d")
                                            : _("ended with exit status %d"),
                              self->status);
    } else if (!self->session->failed) {
        why = g_strdup(self->started ? _("the agent closed its connection")
                                     : _("closed its connection"));
    } else {
        g_autofree char *cause = ssh_connection_describe_error(&self->session->connection);

        why = g_strdup_printf(_("the connection was lost: %s"),
                              *cause ? cause : _("the host closed the connection"));
    }
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_LOST, "%s%s", why, said);
    return -1;
}

/* Reads standard output from libssh's buffer. Returns -1 on an error. */
static gssize
read_buffered(SshLink *self, gpointer buffer, gsize size)
{
    int n =
        ssh_channel_read_nonblocking(self->channel, buffer, (uint32_t)MIN(size, self->buffered), 0);

    self->buffered -= MIN((gsize)MAX(n, 0), self->buffered);
    return n;
}

/* Receives from the socket until @buffer is full or nothing more has arrived. Returns the number
 * of bytes of standard output that on_data() has copied to @buffer. */
static gsize
receive(SshLink *self, gpointer buffer, gsize size)
{
    gsize n;

    self->target = buffer;
    self->room = size;
    for (guint i = 0; i < MAX_EVENTS && self->room > 0 && link_session_pump(self->session, 0); i++)
        ;
    n = size - self->room;
    self->target = NULL;
    self->room = 0;
    return n;
}

static gssize
ssh_link_read(Link *link, gpointer buffer, gsize size, int *fds, guint *n_fds, GError **error)
{
    SshLink *self = (SshLink *)link;
    gssize n = 0;

    if (self->ahead->len > 0) {
        gsize part = MIN(size, self->ahead->len);

        memcpy(buffer, self->ahead->data, part);
        g_byte_array_remove_range(self->ahead, 0, (guint)part);
        return (gssize)part;
    }
    if (self->buffered > 0)
        n = read_buffered(self, buffer, size);
    if (n >= 0 && (gsize)n < size && self->buffered == 0 && !is_over(self))
        n += (gssize)receive(self, (guint8 *)buffer + n, size - (gsize)n);
    if (n < 0) {
        self->session->failed = TRUE;
        self->buffered = 0;
        return lost(self, error);
    }
    if (n == 0)
        return self->buffered == 0 && is_over(self) ? lost(self, error) : 0;
    self->read_since_opened += (gsize)n;
    if (self->read_since_opened >= self->window / 4)
        open_window(self);
    return n;
}

static gssize
ssh_link_write(Link *link, gconstpointer buffer, gsize size, const int *fds, guint n_fds,
               GError **error)
{
    SshLink *self = (SshLink *)link;
    gsize room;
    int n;

    if (is_over(self))
        return self->buffered > 0 ? 0 : lost(self, error);
    if (ssh_get_status(self->session->connection.session) & SSH_WRITE_PENDING)
        return 0;
    room = MIN(ssh_channel_window_size(self->channel), WRITE_SIZE);
    if (room == 0)
        return 0;
    n = ssh_channel_write(self->channel, buffer, (uint32_t)MIN(size, room));
    if (n < 0) {
        self->session->failed = TRUE;
        return lost(self, error);
    }
    return n;
}

static gsize
ssh_link_read_size(Link *link)
{
    return READ_SIZE;
}

static void
close_channel(SshLink *self)
{
    if (self->channel) {
        ssh_remove_channel_callbacks(self->channel, &self->callbacks);
        ssh_channel_free(self->channel);
        self->channel = NULL;
    }
    ssh_spacers_clear(&self->spacers);
    g_clear_pointer(&self->killed_by, g_free);
    self->buffered = self->read_since_opened = 0;
    self->exited = 0;
    self->status = 0;
    g_byte_array_set_size(self->ahead, 0);
    link_tail_init(&self->tail, -1);
}

static void
leave_session(SshLink *self)
{
    SshSession *session = self->session;

    if (--session->n_links > 0)
        return;
    link_session_clear(session);
    g_free(session);
}

static void
ssh_link_close(Link *link)
{
    SshLink *self = (SshLink *)link;
    gint64 end = g_get_monotonic_time() + LINK_CLOSE_MS * G_TIME_SPAN_MILLISECOND;

    /* Closes the input of the agent, which makes the agent exit. The remaining output is not
     * needed. */
    if (self->channel && self->session->event && !is_over(self)) {
        char discarded[4096];

        ssh_channel_send_eof(self->channel);
        while (!self->exited && !self->session->failed && !ssh_channel_is_closed(self->channel) &&
               g_get_monotonic_time() < end) {
            while (self->buffered > 0 &&
                   ssh_link_read(link, discarded, sizeof discarded, NULL, NULL, NULL) > 0)
                ;
            link_session_pump(self->session, 20);
        }
    }
    close_channel(self);
    leave_session(self);
    if (self->scratch)
        munmap(self->scratch, self->share);
    g_byte_array_unref(self->ahead);
    link_clear(link);
    g_free(self);
}

static Link *ssh_link_open_another(Link *link, const LinkOptions *options, GError **error);

static const LinkClass ssh_class = {
    .open_another = ssh_link_open_another,
    .wait = ssh_link_wait,
    .read = ssh_link_read,
    .write = ssh_link_write,
    .read_size = ssh_link_read_size,
    .close = ssh_link_close,
};

/* Opens a channel and starts @command on the host. Afterwards calls for the channel do not
 * block. */
static gboolean
open_channel(SshLink *self, const char *command, GError **error)
{
    ssh_session session = self->session->connection.session;
    gint64 begin = g_get_monotonic_time(), deadline = begin + CHANNEL_TIMEOUT;
    int r = SSH_ERROR;

    self->channel = ssh_channel_new(session);
    while (self->channel && (r = ssh_channel_open_session(self->channel)) == SSH_AGAIN &&
           ssh_connection_await(&self->session->connection, deadline))
        ;
    if (r == SSH_OK) {
        ssh_connection_note_reply(&self->session->connection, begin);
        /* The callbacks are added before the command starts, because the output and the exit status
         * of a short command can arrive together with the reply to the request. */
        self->callbacks = (struct ssh_channel_callbacks_struct){
            .userdata = self,
            .channel_data_function = on_data,
            .channel_exit_status_function = on_exit_status,
            .channel_exit_signal_function = on_exit_signal,
        };
        ssh_callbacks_init(&self->callbacks);
        ssh_add_channel_callbacks(self->channel, &self->callbacks);
    }
    begin = g_get_monotonic_time();
    while (r == SSH_OK && (r = ssh_channel_request_exec(self->channel, command)) == SSH_AGAIN &&
           ssh_connection_await(&self->session->connection, deadline))
        r = SSH_OK;
    if (r == SSH_OK)
        ssh_connection_note_reply(&self->session->connection, begin);
    if (r != SSH_OK) {
        g_autofree char *why = ssh_connection_describe_error(&self->session->connection);

        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT,
                    _("the host refused to run a command: %s"), why);
        return FALSE;
    }
    link_session_begin(self->session);
    return TRUE;
}

static char *
make_nonce(void)
{
    return g_strdup_printf("%08x%08x%08x", g_random_int(), g_random_int(), g_random_int());
}

/* Installs the agent in the first directory that can be used, and starts the agent. */
static gboolean
start_agent(SshLink *self, const LinkOptions *options, GError **error)
{
    AgentInstall install;
    gboolean ok = TRUE;

    link_enter_stage(options, MAMUTO_STAGE_AGENT);
    agent_install_init(&install, options->cancellable);
    while (ok && install.first > 0) {
        g_autofree char *nonce = make_nonce();
        g_autofree char *command = agent_install_command(nonce, install.first, error);
        g_autoptr(GByteArray) rest = g_byte_array_new();

        close_channel(self);
        ok = command && open_channel(self, command, error) &&
             agent_install_answer(&install, &self->base, nonce, rest, error);
        if (ok)
            g_byte_array_append(self->ahead, rest->data, rest->len);
    }
    agent_install_clear(&install);
    if (!ok)
        return FALSE;
    self->started = TRUE;
    choose_window(self);
    open_window(self);
    return TRUE;
}

static gboolean
start(SshLink *self, const LinkOptions *options, const SshConfig *config, GError **error)
{
    g_autofree char *algorithms = ssh_trust_algorithms(config);
    SshGuard guard;
    gboolean ok;

    if (!ssh_connection_open(&self->session->connection, options, config, algorithms, error))
        return FALSE;
    ok = ssh_trust_check(&self->session->connection, options, config, error) &&
         ssh_auth(&self->session->connection, options, config, error);
    ssh_connection_leave(config);
    if (!ok)
        return FALSE;

    ssh_guard_begin(&guard, options->cancellable, self->session->connection.socket);
    ok = start_agent(self, options, error);
    ssh_guard_end(&guard);
    return ok;
}

static gpointer
init_once(gpointer data)
{
    return GINT_TO_POINTER(ssh_init() == SSH_OK);
}

/* Blocks the signal SIGPIPE in this thread. The signal ends a program that writes to a closed
 * connection. libssh could prevent the signal with MSG_NOSIGNAL, but does not. The kernel sends the
 * signal only to the writing thread, so other threads need no change. */
static void
block_sigpipe(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* Creates a link in the ssh session of @sibling. If @sibling is NULL, creates a new session. */
static SshLink *
ssh_link_new(const LinkOptions *options, SshLink *sibling, GError **error)
{
    SshLink *self = g_new0(SshLink, 1);

    if (sibling) {
        self->session = sibling->session;
    } else {
        self->session = g_new0(SshSession, 1);
        link_session_init(self->session);
    }
    self->session->n_links++;
    self->ahead = g_byte_array_new();
    self->share = self->window = link_share_of_window(options->n_links);
    link_tail_init(&self->tail, -1);
    self->scratch = mmap(NULL, self->share, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (self->scratch == MAP_FAILED) {
        self->scratch = NULL;
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED, _("cannot reserve address space: %s"),
                    g_strerror(errno));
    } else if (link_init(&self->base, &ssh_class, options->name, sibling ? &sibling->base : NULL,
                         error)) {
        return self;
    }
    ssh_link_close(&self->base);
    return NULL;
}

static Link *
ssh_link_open_another(Link *link, const LinkOptions *options, GError **error)
{
    g_autoptr(GError) local_error = NULL;
    SshLink *self = ssh_link_new(options, (SshLink *)link, error);
    SshGuard guard;
    gboolean ok;

    if (!self)
        return NULL;
    ssh_guard_begin(&guard, options->cancellable, self->session->connection.socket);
    ok = start_agent(self, options, &local_error);
    ssh_guard_end(&guard);
    if (ok)
        return &self->base;
    if (!g_cancellable_set_error_if_cancelled(options->cancellable, error))
        g_propagate_error(error, g_steal_pointer(&local_error));
    ssh_link_close(&self->base);
    return NULL;
}

Link *
ssh_link_open(const LinkOptions *options, GError **error)
{
    static GOnce once = G_ONCE_INIT;
    g_autoptr(SshConfig) config = NULL;
    g_autoptr(GError) local_error = NULL;
    SshLink *self;

    g_once(&once, init_once, NULL);
    block_sigpipe();
    config = ssh_config_load(options->address, options->user, options->port, error);
    if (!config)
        return NULL;
    self = ssh_link_new(options, NULL, error);
    if (!self)
        return NULL;
    if (start(self, options, config, &local_error))
        return &self->base;
    /* If the user has cancelled, the error is always G_IO_ERROR_CANCELLED. */
    if (!g_cancellable_set_error_if_cancelled(options->cancellable, error))
        g_propagate_error(error, g_steal_pointer(&local_error));
    ssh_link_close(&self->base);
    return NULL;
}
