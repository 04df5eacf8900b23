/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * From a host's name to a session whose keys are exchanged: the socket (ours, so that no child
 * inherits it and a dead host is noticed) or proxy command, the algorithms, and patience with a
 * server that is asked too much at once. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <libssh/callbacks.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link-config.h"
#include "ssh-private.h"

#define CONNECT_TIMEOUT_S 15
#define HANDSHAKE_TIMEOUT_S 20
/* sshd drops some connections above ten that are not authenticated (MaxStartups 10:30:100). */
#define MAX_HANDSHAKES 8
#define MAX_TRIES 6
#define RETRY_BASE_MS 150
/* The next address is tried when the one before has not answered for this long (RFC 8305). */
#define NEXT_ADDRESS_MS 250
#define MAX_ADDRESSES 16

/* How many are between connecting and having authenticated, by address. */
static GMutex handshakes_mutex;
static GCond handshakes_changed;
static GHashTable *handshakes;

/* A connection that has not come to its end may still be at work when the program exits. OpenSSL's
 * own cleaning up would take the locks away from under it, so it is left to the kernel. */
static void __attribute__((constructor)) keep_openssl(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
}

static char *
place_of(const SshConfig *config)
{
    return g_strdup_printf("%s:%u", config->host, config->port);
}

static void
wake_waiting(GCancellable *cancellable, gpointer data)
{
    g_mutex_lock(&handshakes_mutex);
    g_cond_broadcast(&handshakes_changed);
    g_mutex_unlock(&handshakes_mutex);
}

static gboolean
enter(const SshConfig *config, GCancellable *cancellable, GError **error)
{
    char *place = place_of(config);
    gulong handler = 0;
    guint n;

    if (cancellable)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(wake_waiting), NULL, NULL);
    g_mutex_lock(&handshakes_mutex);
    if (!handshakes)
        handshakes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    while ((n = GPOINTER_TO_UINT(g_hash_table_lookup(handshakes, place))) >= MAX_HANDSHAKES &&
           !g_cancellable_is_cancelled(cancellable))
        g_cond_wait(&handshakes_changed, &handshakes_mutex);
    g_hash_table_replace(handshakes, place, GUINT_TO_POINTER(n + 1));
    g_mutex_unlock(&handshakes_mutex);
    if (handler)
        g_cancellable_disconnect(cancellable, handler);
    if (g_cancellable_set_error_if_cancelled(cancellable, error)) {
        ssh_connection_leave(config);
        return FALSE;
    }
    return TRUE;
}

void
ssh_connection_leave(const SshConfig *config)
{
    char *place = place_of(config);
    guint n;

    g_mutex_lock(&handshakes_mutex);
    n = GPOINTER_TO_UINT(g_hash_table_lookup(handshakes, place));
    if (n > 1) {
        g_hash_table_replace(handshakes, place, GUINT_TO_POINTER(n - 1));
    } else {
        g_hash_table_remove(handshakes, place);
        g_free(place);
    }
    g_cond_broadcast(&handshakes_changed);
    g_mutex_unlock(&handshakes_mutex);
}

static void
shut_down(GCancellable *cancellable, gpointer data)
{
    SshGuard *self = data;

    shutdown(self->socket, SHUT_RDWR);
}

void
ssh_guard_begin(SshGuard *self, GCancellable *cancellable, int socket)
{
    self->cancellable = cancellable;
    self->socket = socket;
    self->handler = 0;
    if (cancellable && socket >= 0)
        self->handler = g_cancellable_connect(cancellable, G_CALLBACK(shut_down), self, NULL);
}

void
ssh_guard_end(SshGuard *self)
{
    if (self->handler)
        g_cancellable_disconnect(self->cancellable, self->handler);
    self->handler = 0;
}

static GList *
resolve(const LinkOptions *options, const SshConfig *config, GError **error)
{
    g_autoptr(GResolver) resolver = g_resolver_get_default();
    g_autoptr(GError) local_error = NULL;
    GResolverNameLookupFlags flags = G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT;
    GList *addresses;

    link_enter_stage(options, LINK_STAGE_RESOLVE);
    if (g_strcmp0(config->address_family, "inet") == 0)
        flags = G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY;
    else if (g_strcmp0(config->address_family, "inet6") == 0)
        flags = G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY;
    addresses = g_resolver_lookup_by_name_with_flags(resolver, config->host, flags,
                                                     options->cancellable, &local_error);
    if (!addresses && !g_cancellable_set_error_if_cancelled(options->cancellable, error))
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_RESOLVE,
                    _("%s is not known: %s; check the name, or give its address as HostName in "
                      "~/.ssh/config"),
                    config->host, local_error->message);
    return addresses;
}

/* Notices a host that went away without a word: an idle connection within 20 s, a busy one too. */
static void
set_options(int fd)
{
    const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},  {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, 5}, {IPPROTO_TCP, TCP_KEEPINTVL, 5},
        {IPPROTO_TCP, TCP_KEEPCNT, 3},  {IPPROTO_TCP, TCP_USER_TIMEOUT, 15000},
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

/* A socket on its way to @address, or -1 with errno. */
static int
begin_connect(const SshConfig *config, GInetAddress *address)
{
    g_autoptr(GSocketAddress) target = g_inet_socket_address_new(address, config->port);
    struct sockaddr_storage native;
    int fd, code;

    if (!g_socket_address_to_native(target, &native, sizeof native, NULL)) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    fd = socket(native.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    set_options(fd);
    if ((config->bind_address && !bind_to(fd, config->bind_address)) ||
        (connect(fd, (struct sockaddr *)&native, g_socket_address_get_native_size(target)) < 0 &&
         errno != EINPROGRESS)) {
        code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

typedef struct {
    struct pollfd fds[MAX_ADDRESSES + 1]; /* the last: cancelled */
    guint n, n_open;
    int winner, code;
} Race;

/* Looks at those that are on their way; the first that arrives wins. */
static void
look(Race *race, int timeout_ms)
{
    poll(race->fds, MAX_ADDRESSES + 1, timeout_ms);
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
connect_to_any(const LinkOptions *options, const SshConfig *config, GList *addresses,
               GError **error)
{
    guint seconds = ssh_config_number(config->connect_timeout, CONNECT_TIMEOUT_S);
    gint64 end = g_get_monotonic_time() + MAX(seconds, 1) * G_TIME_SPAN_SECOND;
    Race race = {.winner = -1, .code = ETIMEDOUT};
    GPollFD cancelled = {.fd = -1};

    for (guint i = 0; i <= MAX_ADDRESSES; i++)
        race.fds[i] = (struct pollfd){.fd = -1, .events = POLLOUT};
    if (g_cancellable_make_pollfd(options->cancellable, &cancelled))
        race.fds[MAX_ADDRESSES] = (struct pollfd){.fd = cancelled.fd, .events = POLLIN};

    while (race.winner < 0 && !g_cancellable_is_cancelled(options->cancellable)) {
        gint64 left = (end - g_get_monotonic_time()) / 1000;

        if (addresses && race.n < MAX_ADDRESSES) {
            int fd = begin_connect(config, addresses->data);

            addresses = addresses->next;
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
        look(&race, (int)left);
    }
    for (guint i = 0; i < race.n; i++)
        if (race.fds[i].fd >= 0)
            close(race.fds[i].fd);
    if (cancelled.fd >= 0)
        g_cancellable_release_fd(options->cancellable);

    if (race.winner < 0 && !g_cancellable_set_error_if_cancelled(options->cancellable, error))
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("port %u of %s does not answer: %s; check that the host is on and that sshd "
                      "runs there"),
                    config->port, config->host, g_strerror(race.code));
    return race.winner;
}

static int
connect_directly(const LinkOptions *options, const SshConfig *config, GError **error)
{
    GList *addresses = resolve(options, config, error);
    int fd = -1;

    if (addresses) {
        link_enter_stage(options, LINK_STAGE_CONNECT);
        fd = connect_to_any(options, config, addresses, error);
        g_resolver_free_addresses(addresses);
    }
    return fd;
}

/* Only what may stand in a command line as it is. */
static gboolean
is_plain(const char *text)
{
    return *text && *text != '-' &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "._-:@%[],")] == '\0';
}

/* ssh -W through the (last) jump host. It must not ask: it has no way to do that which is ours. */
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
        g_set_error(
            error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
            _("ProxyJump %s or the host's name holds a character that is not allowed there"),
            config->proxy_jump);
        return NULL;
    }
    via = before ? g_strdup_printf("-J %s ", before) : g_strdup("");
    /* ssh itself looks into the home that the system's accounts tell, whatever HOME says. */
    file = g_file_test(own, G_FILE_TEST_EXISTS) ? g_strdup_printf("-F %s ", quoted) : g_strdup("");
    return g_strdup_printf("exec ssh -o BatchMode=yes %s%s-W '[%s]:%u' ssh://%s", file, via,
                           config->host, config->port, last);
}

/* NULL without an error: none is configured. */
static char *
proxy_command(const SshConfig *config, GError **error)
{
    if (config->proxy_jump && g_ascii_strcasecmp(config->proxy_jump, "none") != 0)
        return jump_command(config, error);
    if (config->proxy_command && g_ascii_strcasecmp(config->proxy_command, "none") != 0) {
        if (!is_plain(config->host) || !is_plain(config->name) || !is_plain(config->user)) {
            g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                        _("the host's or user's name holds a character that is not allowed in a "
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

    link_enter_stage(options, LINK_STAGE_CONNECT);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("cannot make a socket pair for the ProxyCommand: %s"), g_strerror(errno));
    } else if (link_child_spawn(&self->proxy, argv[0], (char **)argv, pair[1], err[1], error)) {
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

gboolean
ssh_connection_await(SshConnection *self, gint64 deadline)
{
    gboolean writes = (ssh_get_poll_flags(self->session) & SSH_WRITE_PENDING) != 0;
    struct pollfd p = {.fd = self->socket, .events = writes ? POLLIN | POLLOUT : POLLIN};
    gint64 left = (deadline - g_get_monotonic_time()) / 1000;

    if (left <= 0 || !ssh_is_connected(self->session) ||
        (ssh_get_status(self->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)))
        return FALSE;
    poll(&p, 1, (int)left);
    return TRUE;
}

char *
ssh_connection_suggest(const LinkOptions *options)
{
    g_autofree char *port = options->port ? g_strdup_printf("-p %u ", options->port) : g_strdup("");

    return g_strconcat("ssh ", port, options->user ? options->user : "", options->user ? "@" : "",
                       options->address, NULL);
}

/* libssh quotes the system's words, which are in the language of the program. */
static gboolean
tells_of_close(const char *text)
{
    return strstr(text, "disconnected") || strstr(text, "reset by peer") ||
           strstr(text, "Success") || strstr(text, g_strerror(ECONNRESET)) ||
           strstr(text, g_strerror(0));
}

char *
ssh_connection_describe_error(SshConnection *self)
{
    const char *text = ssh_get_error(self->session);
    gboolean closed = tells_of_close(text);
    g_autofree char *why = NULL, *said = NULL;

    if (g_str_has_prefix(text, "Socket error: "))
        text += strlen("Socket error: ");
    why = strstr(text, "timed out") || strstr(text, g_strerror(ETIMEDOUT))
              ? g_strdup(_("the host does not answer any more"))
              : link_escape_text(text, strlen(text), 1000);

    if (closed) {
        g_free(why);
        why = g_strdup(_("the host closed the connection"));
    }
    link_tail_drain(&self->proxy_tail);
    said = link_tail_quote(&self->proxy_tail);
    return g_strconcat(why, *said ? _(" (proxy)") : "", said, NULL);
}

/* GCM is fast, but a libssh that does not check its tags must not use it (decided when building).
 */
static const char *
ciphers(void)
{
#if LINK_TRUST_GCM
    return "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,"
           "aes256-ctr,aes192-ctr,aes128-ctr";
#else
    return "chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";
#endif
}

static char *
allowed_ciphers(const SshConfig *config)
{
    g_auto(GStrv) wanted = NULL;
    g_autoptr(GStrvBuilder) kept = g_strv_builder_new();
    g_auto(GStrv) list = NULL;

    /* "+", "-" and "^" change ssh's own list, not ours; there they say nothing about safety. */
    if (!config->ciphers || strchr("+-^", config->ciphers[0]))
        return g_strdup(ciphers());
    wanted = g_strsplit(config->ciphers, ",", -1);
    for (guint i = 0; wanted[i]; i++)
        if (LINK_TRUST_GCM || !strstr(wanted[i], "gcm"))
            g_strv_builder_add(kept, wanted[i]);
    list = g_strv_builder_end(kept);
    return g_strjoinv(",", list);
}

static void
set_list(ssh_session session, enum ssh_options_e option, const char *value)
{
    if (value && *value && !strchr("+-^", value[0]))
        ssh_options_set(session, option, value);
}

static gboolean
configure(SshConnection *self, const SshConfig *config, const char *host_keys, int fd,
          GError **error)
{
    g_autofree char *cipher_list = allowed_ciphers(config);
    long timeout = HANDSHAKE_TIMEOUT_S;
    int no = 0, port = (int)config->port;
    ssh_session s = self->session;

    /* Its files were read by ssh_config_load(), and known_hosts are by ssh_trust_check(). */
    ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no);
    ssh_options_set(s, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    ssh_options_set(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    ssh_options_set(s, SSH_OPTIONS_SSH_DIR, "/dev/null");
    /* Of no effect with a socket of our own, but for its messages. */
    ssh_options_set(s, SSH_OPTIONS_HOST, "host");
    ssh_options_set(s, SSH_OPTIONS_PORT, &port);
    ssh_options_set(s, SSH_OPTIONS_TIMEOUT, &timeout);
    ssh_options_set(s, SSH_OPTIONS_COMPRESSION, "no");
    set_list(s, SSH_OPTIONS_KEY_EXCHANGE, config->key_exchanges);
    set_list(s, SSH_OPTIONS_HMAC_C_S, config->macs);
    set_list(s, SSH_OPTIONS_HMAC_S_C, config->macs);
    set_list(s, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, config->key_algorithms);
    if (ssh_options_set(s, SSH_OPTIONS_USER, config->user) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_CIPHERS_C_S, cipher_list) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_CIPHERS_S_C, cipher_list) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_HOSTKEYS, host_keys) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_FD, &fd) < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("ssh's configuration leaves nothing that can be used: %s"), ssh_get_error(s));
        return FALSE;
    }
    return TRUE;
}

typedef enum { OPENED, FAILED, TOO_BUSY } Outcome;

static Outcome
try_once(SshConnection *self, const LinkOptions *options, const SshConfig *config,
         const char *host_keys, GError **error)
{
    g_autofree char *command = NULL, *why = NULL;
    g_autoptr(GError) proxy_error = NULL;
    SshGuard guard;
    int fd, r;

    command = proxy_command(config, &proxy_error);
    if (proxy_error) {
        g_propagate_error(error, g_steal_pointer(&proxy_error));
        return FAILED;
    }
    fd = command ? connect_by_proxy(self, options, command, error)
                 : connect_directly(options, config, error);
    if (fd < 0)
        return FAILED;
    self->socket = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    self->session = ssh_new();
    if (self->socket < 0 || !self->session) {
        close(fd);
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT, _("cannot make an ssh session: %s"),
                    g_strerror(errno));
        return FAILED;
    }
    if (!configure(self, config, host_keys, fd, error)) {
        close(fd);
        return FAILED;
    }
    self->given = fd;
    ssh_guard_begin(&guard, options->cancellable, self->socket);
    r = ssh_connect(self->session);
    ssh_guard_end(&guard);
    if (r == SSH_OK) {
        ssh_set_blocking(self->session, 0);
        fcntl(self->socket, F_SETFL, O_NONBLOCK); /* which that alone does not do */
        return OPENED;
    }
    if (g_cancellable_set_error_if_cancelled(options->cancellable, error))
        return FAILED;
    why = ssh_connection_describe_error(self);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT, _("no ssh connection to %s: %s"),
                self->target, why);
    /* A server that has too many unauthenticated connections closes new ones without its banner. */
    return !command && !ssh_get_serverbanner(self->session) &&
                   strstr(why, _("the host closed the connection"))
               ? TOO_BUSY
               : FAILED;
}

static gboolean
pause_before_retry(guint tries, GCancellable *cancellable)
{
    GPollFD cancelled = {.fd = -1, .events = G_IO_IN};
    int ms = RETRY_BASE_MS << tries;

    g_cancellable_make_pollfd(cancellable, &cancelled);
    g_poll(&cancelled, 1, ms / 2 + g_random_int_range(0, ms));
    if (cancelled.fd >= 0)
        g_cancellable_release_fd(cancellable);
    return !g_cancellable_is_cancelled(cancellable);
}

gboolean
ssh_connection_open(SshConnection *self, const LinkOptions *options, const SshConfig *config,
                    const char *host_keys, GError **error)
{
    *self = (SshConnection){
        .given = -1, .socket = -1, .proxy = {.pidfd = -1}, .proxy_tail = {.fd = -1}};
    if (!enter(config, options->cancellable, error))
        return FALSE;
    for (guint tries = 0;; tries++) {
        g_autoptr(GError) local_error = NULL;
        Outcome outcome;

        self->target = g_strdup_printf(strchr(config->host, ':') ? "%s@[%s]:%u" : "%s@%s:%u",
                                       config->user, config->host, config->port);
        outcome = try_once(self, options, config, host_keys, &local_error);
        if (outcome == OPENED)
            return TRUE;
        ssh_connection_close(self);
        if (outcome == FAILED || tries + 1 >= MAX_TRIES ||
            !pause_before_retry(tries, options->cancellable)) {
            if (!g_cancellable_set_error_if_cancelled(options->cancellable, error))
                g_propagate_error(error, g_steal_pointer(&local_error));
            ssh_connection_leave(config);
            return FALSE;
        }
    }
}

/* libssh leaves it open unless it has met an error; then the number may be another's by now. */
static void
close_given(SshConnection *self)
{
    struct stat given, ours;

    if (self->given >= 0 && fstat(self->given, &given) == 0 && fstat(self->socket, &ours) == 0 &&
        given.st_dev == ours.st_dev && given.st_ino == ours.st_ino)
        close(self->given);
    self->given = -1;
}

void
ssh_connection_close(SshConnection *self)
{
    if (self->session) {
        ssh_disconnect(self->session);
        ssh_free(self->session);
        self->session = NULL;
    }
    close_given(self);
    if (self->socket >= 0)
        close(self->socket);
    self->socket = -1;
    link_child_end(&self->proxy, 100);
    link_tail_clear(&self->proxy_tail);
    g_clear_pointer(&self->target, g_free);
}
