/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Connects to the ssh server of a host, or starts a proxy command. If the host has several
 * addresses, the first one that answers is used. Child processes do not inherit the socket
 * (CLOEXEC). TCP keep-alive detects a host that no longer responds. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cancel-poll.h"
#include "error-private.h"
#include "ssh-private.h"

#define CONNECT_TIMEOUT_S 15
/* Milliseconds after which the next address is tried, although earlier attempts have not ended
 * (as recommended by RFC 8305). */
#define NEXT_ADDRESS_MS 250
#define MAX_ADDRESSES 16

/* Sets the time-outs that detect a host that no longer responds. If no data is sent, the
 * connection fails after 20 s: 5 s until the first probe, then 3 probes 5 s apart. If sent data
 * is not acknowledged, it fails after SSH_DEAD_PEER_MS. */
static void
set_options(int fd)
{
    const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},  {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 5}, {IPPROTO_TCP, TCP_KEEPINTVL, 5},
        {IPPROTO_TCP, TCP_KEEPCNT, 3},  {IPPROTO_TCP, TCP_USER_TIMEOUT, SSH_DEAD_PEER_MS},
    };

    for (guint i = 0; i < G_N_ELEMENTS(options); i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int));
}

static gboolean
bind_to(int fd, const char *address)
{
    g_autoptr(GSocketAddress) bound = g_inet_socket_address_new_from_string(address, 0);
    struct sockaddr_storage native;

    return bound && g_socket_address_to_native(bound, &native, sizeof native, NULL) &&
           bind(fd, (struct sockaddr *)&native, g_socket_address_get_native_size(bound)) == 0;
}

/* Begins to connect to @address without blocking. Returns the socket, or -1 with errno set. */
static int
begin_connect(const SshConfig *config, const struct addrinfo *address)
{
    int fd, code;

    fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    set_options(fd);
    if ((config->bind_address && !bind_to(fd, config->bind_address)) ||
        (connect(fd, address->ai_addr, address->ai_addrlen) < 0 && errno != EINPROGRESS)) {
        code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

typedef struct {
    struct pollfd fds[MAX_ADDRESSES]; /* the sockets of the attempts to connect */
    guint n, n_open;
    int winner, code;
} Race;

/* Checks the attempts that have not ended. The first attempt that succeeds becomes the winner. */
static void
poll_attempts(Race *race, int timeout_ms, GCancellable *cancellable)
{
    cancel_poll(race->fds, MAX_ADDRESSES, timeout_ms, cancellable);
    for (guint i = 0; i < race->n; i++) {
        int code = 0;
        socklen_t size = sizeof code;

        if (race->fds[i].fd < 0 || !race->fds[i].revents)
            continue;
        getsockopt(race->fds[i].fd, SOL_SOCKET, SO_ERROR, &code, &size);
        if (code == 0 && race->winner < 0) {
            race->winner = race->fds[i].fd;
        } else {
            race->code = code ? code : race->code;
            close(race->fds[i].fd);
            race->n_open--;
        }
        race->fds[i].fd = -1;
    }
}

static int
connect_to_any(const LinkOptions *options, const SshConfig *config,
               const struct addrinfo *addresses, GError **error)
{
    guint seconds = ssh_config_number(config->connect_timeout, CONNECT_TIMEOUT_S);
    gint64 end = g_get_monotonic_time() + MAX(seconds, 1) * G_TIME_SPAN_SECOND;
    Race race = {.winner = -1, .code = ETIMEDOUT};

    for (guint i = 0; i < MAX_ADDRESSES; i++)
        race.fds[i] = (struct pollfd){.fd = -1, .events = POLLOUT};

    while (race.winner < 0 && !g_cancellable_is_cancelled(options->cancellable)) {
        gint64 left = (end - g_get_monotonic_time()) / 1000;

        if (addresses && race.n < MAX_ADDRESSES) {
            int fd = begin_connect(config, addresses);

            addresses = addresses->ai_next;
            if (fd < 0) {
                race.code = errno;
                continue;
            }
            race.fds[race.n++].fd = fd;
            race.n_open++;
            left = MIN(left, addresses ? NEXT_ADDRESS_MS : left);
        }
        if (race.n_open == 0 || left <= 0)
            break;
        poll_attempts(&race, (int)left, options->cancellable);
    }
    for (guint i = 0; i < race.n; i++)
        if (race.fds[i].fd >= 0)
            close(race.fds[i].fd);

    if (race.winner >= 0 || g_cancellable_set_error_if_cancelled(options->cancellable, error))
        return race.winner;
    if (race.code == EMFILE || race.code == ENFILE)
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("no connection can be opened: %s; the limit of open files (ulimit -n) is too "
                      "low for so many hosts"),
                    g_strerror(race.code));
    else
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("port %u of %s does not answer: %s; check that the host is on and runs sshd"),
                    config->port, config->host, g_strerror(race.code));
    return race.winner;
}

static int
connect_directly(const LinkOptions *options, const SshConfig *config, GError **error)
{
    struct addrinfo *addresses = ssh_resolve(options, config, error);
    int fd = -1;

    if (addresses) {
        link_enter_stage(options, MAMUTO_STAGE_CONNECT);
        fd = connect_to_any(options, config, addresses, error);
        freeaddrinfo(addresses);
    }
    return fd;
}

/* Returns TRUE if a shell command can contain @text without quotes. */
static gboolean
is_plain(const char *text)
{
    return *text && *text != '-' &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "._-:@%[],")] == '\0';
}

/* Returns the command `ssh -W`, which connects through the jump hosts. BatchMode is set,
 * because questions of this ssh process cannot be passed to the asker. */
static char *
jump_command(const SshConfig *config, GError **error)
{
    g_autofree char *own = ssh_config_own_file("config");
    const char *last = strrchr(config->proxy_jump, ',');
    g_autofree char *before =
        last ? g_strndup(config->proxy_jump, last - config->proxy_jump) : NULL;
    g_autofree char *via = NULL, *file = NULL, *quoted = g_shell_quote(own);

    last = last ? last + 1 : config->proxy_jump;
    if (!is_plain(last) || (before && !is_plain(before)) || !is_plain(config->host)) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("ProxyJump %s or the host's name contains a character that is not allowed"),
                    config->proxy_jump);
        return NULL;
    }
    via = before ? g_strdup_printf("-J %s ", before) : g_strdup("");
    /* ssh takes the home directory from the account database and ignores $HOME. Therefore the
     * configuration file in $HOME is passed as an option. */
    file = g_file_test(own, G_FILE_TEST_EXISTS) ? g_strdup_printf("-F %s ", quoted) : g_strdup("");
    return g_strdup_printf("exec ssh -o BatchMode=yes %s%s-W '[%s]:%u' ssh://%s", file, via,
                           config->host, config->port, last);
}

/* Returns the shell command of the proxy, or NULL without @error if no proxy is configured. */
static char *
proxy_command(const SshConfig *config, GError **error)
{
    if (config->proxy_jump && g_ascii_strcasecmp(config->proxy_jump, "none") != 0)
        return jump_command(config, error);
    if (config->proxy_command && g_ascii_strcasecmp(config->proxy_command, "none") != 0) {
        if (!is_plain(config->host) || !is_plain(config->name) || !is_plain(config->user)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                        _("the host's or user's name contains a character that is not allowed in a "
                          "ProxyCommand"));
            return NULL;
        }
        return ssh_config_expand(config, config->proxy_command);
    }
    return NULL;
}

static int
connect_by_proxy(SshConnection *self, const LinkOptions *options, const char *command,
                 GError **error)
{
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    int pair[2] = {-1, -1}, err[2] = {-1, -1};

    link_enter_stage(options, MAMUTO_STAGE_CONNECT);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("cannot make a socket pair for the ProxyCommand: %s"), g_strerror(errno));
    } else if (link_child_spawn(&self->proxy, argv[0], (char **)argv, pair[1], err[1], SIGKILL,
                                error)) {
        fcntl(err[0], F_SETFL, O_NONBLOCK);
        link_tail_init(&self->proxy_tail, g_steal_fd(&err[0]));
    } else {
        close(pair[0]);
        pair[0] = -1;
    }
    for (guint i = 0; i < 2; i++)
        if (err[i] >= 0)
            close(err[i]);
    if (pair[1] >= 0)
        close(pair[1]);
    return pair[0];
}

int
ssh_dial(SshConnection *self, const LinkOptions *options, const SshConfig *config,
         gboolean *by_proxy, GError **error)
{
    g_autoptr(GError) proxy_error = NULL;
    g_autofree char *command = proxy_command(config, &proxy_error);

    *by_proxy = command != NULL;
    if (proxy_error) {
        error_set_stage(proxy_error, MAMUTO_STAGE_CONNECT);
        g_propagate_error(error, g_steal_pointer(&proxy_error));
        return -1;
    }
    return command ? connect_by_proxy(self, options, command, error)
                   : connect_directly(options, config, error);
}
