/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Opens an ssh session: limits the number of simultaneous handshakes with one server, selects the
 * algorithms, exchanges keys, and tries again if the server is too busy. */
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

#include "cancel-poll.h"
#include "link-config.h"
#include "ssh-private.h"

#define HANDSHAKE_TIMEOUT_S 20
/* Maximum number of connections to one address that are not authenticated yet. If ten
 * connections are unauthenticated, sshd starts to reject new ones by default (MaxStartups
 * 10:30:100). */
#define MAX_HANDSHAKES 8
#define MAX_TRIES 6
#define RETRY_BASE_MS 150

/* Counts the unauthenticated connections: "host:port" → number. */
static GMutex handshakes_mutex;
static GCond handshakes_changed;
static GHashTable *handshakes;

/* Disables the exit handler of OpenSSL. When the program exits, the handler would free locks
 * that a connection thread may still use. The kernel frees the memory anyway. */
static void __attribute__((constructor)) keep_openssl(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
}

static char *
address_of(const SshConfig *config)
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
    char *address = address_of(config);
    gulong handler = 0;
    guint n;

    if (cancellable)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(wake_waiting), NULL, NULL);
    g_mutex_lock(&handshakes_mutex);
    if (!handshakes)
        handshakes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    while ((n = GPOINTER_TO_UINT(g_hash_table_lookup(handshakes, address))) >= MAX_HANDSHAKES &&
           !g_cancellable_is_cancelled(cancellable))
        g_cond_wait(&handshakes_changed, &handshakes_mutex);
    g_hash_table_replace(handshakes, address, GUINT_TO_POINTER(n + 1));
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
    char *address = address_of(config);
    guint n;

    g_mutex_lock(&handshakes_mutex);
    n = GPOINTER_TO_UINT(g_hash_table_lookup(handshakes, address));
    if (n > 1) {
        g_hash_table_replace(handshakes, address, GUINT_TO_POINTER(n - 1));
    } else {
        g_hash_table_remove(handshakes, address);
        g_free(address);
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

/* Acknowledges received data at once. Until a command runs, sshd does not set TCP_NODELAY. So while
 * a message is not acknowledged, sshd's kernel holds the next one back, and this computer's kernel
 * delays acknowledgements by 40 ms. The kernel resets the option, so it is set before each wait.
 * Sockets of proxies are no TCP sockets, and the call fails without effect. */
static void
send_ack(int socket)
{
    const int yes = 1;

    setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
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
    send_ack(self->socket);
    poll(&p, 1, (int)left);
    return TRUE;
}

void
ssh_connection_note_reply(SshConnection *self, gint64 begin)
{
    gint64 time = MAX(g_get_monotonic_time() - begin, 1);

    self->round_trip = self->round_trip > 0 ? MIN(self->round_trip, time) : time;
}

char *
ssh_connection_suggest(const LinkOptions *options)
{
    g_autofree char *port = options->port ? g_strdup_printf("-p %u ", options->port) : g_strdup("");

    return g_strconcat("ssh ", port, options->user ? options->user : "", options->user ? "@" : "",
                       options->address, NULL);
}

/* Returns TRUE if an error text of libssh says that the connection was closed. libssh has no
 * error codes, so this function searches the text, which may contain messages of the system in
 * the user's language. A wrong result only makes an error message less clear. */
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
              ? g_strdup(_("the host no longer responds"))
              : link_escape_text(text, strlen(text), 1000);

    if (closed) {
        g_free(why);
        why = g_strdup(_("the host closed the connection"));
    }
    link_tail_drain(&self->proxy_tail);
    said = link_tail_quote(&self->proxy_tail);
    return g_strconcat(why, *said ? _(" (proxy)") : "", said, NULL);
}

/* Returns the ciphers to offer. AES-GCM is offered only if this version of libssh is known to
 * check the authentication tags of AES-GCM. */
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

    /* A value that begins with "+", "-" or "^" changes ssh's default list. This program has another
     * default list, so it only removes the ciphers that such a value excludes. */
    if (!config->ciphers || strchr("+-^", config->ciphers[0]))
        return ssh_config_remove(config->ciphers, ciphers());
    wanted = g_strsplit(config->ciphers, ",", -1);
    for (guint i = 0; wanted[i]; i++)
        if (LINK_TRUST_GCM || !strstr(wanted[i], "gcm"))
            g_strv_builder_add(kept, wanted[i]);
    list = g_strv_builder_end(kept);
    return g_strjoinv(",", list);
}

/* The default lists of libssh, from which ssh's configuration can exclude algorithms. libssh skips
 * algorithms that it does not know. */
static const char default_exchanges[] =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
    "ecdh-sha2-nistp521,diffie-hellman-group18-sha512,diffie-hellman-group16-sha512,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256";
static const char default_macs[] =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
static const char default_key_types[] =
    "ssh-ed25519,ecdsa-sha2-nistp521,ecdsa-sha2-nistp384,ecdsa-sha2-nistp256,"
    "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";

/* Sets a list of algorithms. "+" and "^" only add or prefer algorithms, and are ignored. "-"
 * excludes algorithms of @defaults, which must be followed. */
static gboolean
set_list(ssh_session session, enum ssh_options_e option, const char *value, const char *defaults,
         GError **error)
{
    g_autofree char *rest = ssh_config_remove(value, defaults);

    if (!value || !*value || strchr("+^", value[0]))
        return TRUE;
    if (value[0] != '-') {
        ssh_options_set(session, option, value);
        return TRUE;
    }
    if (*rest && ssh_options_set(session, option, rest) == 0)
        return TRUE;
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                _("ssh's configuration excludes all algorithms that libssh has: %s"), value);
    return FALSE;
}

/* Sets the algorithms and the size of RSA keys that ssh's configuration allows. */
static gboolean
restrict_algorithms(ssh_session s, const SshConfig *config, GError **error)
{
    int rsa_size = (int)ssh_config_number(config->required_rsa_size, 0);

    if (rsa_size > 0 && ssh_options_set(s, SSH_OPTIONS_RSA_MIN_SIZE, &rsa_size) < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("libssh rejects ssh's configuration: %s"), ssh_get_error(s));
        return FALSE;
    }
    return set_list(s, SSH_OPTIONS_KEY_EXCHANGE, config->key_exchanges, default_exchanges, error) &&
           set_list(s, SSH_OPTIONS_HMAC_C_S, config->macs, default_macs, error) &&
           set_list(s, SSH_OPTIONS_HMAC_S_C, config->macs, default_macs, error) &&
           set_list(s, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, config->key_algorithms,
                    default_key_types, error);
}

static gboolean
configure(SshConnection *self, const SshConfig *config, const char *host_keys, int fd,
          GError **error)
{
    g_autofree char *cipher_list = allowed_ciphers(config);
    long timeout = HANDSHAKE_TIMEOUT_S;
    int no = 0, port = (int)config->port;
    ssh_session s = self->session;

    /* Prevents libssh from reading ssh's configuration files and the known_hosts files, because
     * ssh_config_load() and ssh_trust_check() read them instead. */
    ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no);
    ssh_options_set(s, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    ssh_options_set(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    ssh_options_set(s, SSH_OPTIONS_SSH_DIR, "/dev/null");
    /* libssh uses this host and port only in messages, because it receives a connected socket. */
    ssh_options_set(s, SSH_OPTIONS_HOST, "host");
    ssh_options_set(s, SSH_OPTIONS_PORT, &port);
    ssh_options_set(s, SSH_OPTIONS_TIMEOUT, &timeout);
    ssh_options_set(s, SSH_OPTIONS_COMPRESSION, "no");
    if (!restrict_algorithms(s, config, error))
        return FALSE;
    if (ssh_options_set(s, SSH_OPTIONS_USER, config->user) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_CIPHERS_C_S, cipher_list) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_CIPHERS_S_C, cipher_list) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_HOSTKEYS, host_keys) < 0 ||
        ssh_options_set(s, SSH_OPTIONS_FD, &fd) < 0) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT,
                    _("libssh rejects ssh's configuration: %s"), ssh_get_error(s));
        return FALSE;
    }
    return TRUE;
}

/* Returns TRUE if the server closed the connection, which began at @begin. The kernel also closes
 * a connection if the host does not respond, but only after SSH_DEAD_PEER_MS. Therefore a
 * connection that was closed earlier was closed by the server. */
static gboolean
closed_by_server(const SshConnection *self, gint64 begin)
{
    struct pollfd p = {.fd = self->socket, .events = POLLRDHUP};

    return g_get_monotonic_time() - begin < SSH_DEAD_PEER_MS * G_TIME_SPAN_MILLISECOND &&
           poll(&p, 1, 0) == 1 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

typedef enum { OPENED, FAILED, TOO_BUSY } Outcome;

static Outcome
try_once(SshConnection *self, const LinkOptions *options, const SshConfig *config,
         const char *host_keys, GError **error)
{
    g_autofree char *why = NULL;
    gboolean by_proxy;
    SshGuard guard;
    gint64 begin;
    int fd, r;

    fd = ssh_dial(self, options, config, &by_proxy, error);
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
    begin = g_get_monotonic_time();
    r = ssh_connect(self->session);
    ssh_guard_end(&guard);
    if (r == SSH_OK) {
        ssh_set_blocking(self->session, 0);
        /* ssh_set_blocking() changes only libssh's own calls, not the socket. */
        fcntl(self->socket, F_SETFL, O_NONBLOCK);
        return OPENED;
    }
    if (g_cancellable_set_error_if_cancelled(options->cancellable, error))
        return FAILED;
    why = ssh_connection_describe_error(self);
    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_CONNECT, _("no ssh connection to %s: %s"),
                self->target, why);
    /* A server with too many unauthenticated connections closes a new connection before it
     * sends its banner, the first line of the ssh protocol. */
    return !by_proxy && !ssh_get_serverbanner(self->session) && closed_by_server(self, begin)
               ? TOO_BUSY
               : FAILED;
}

static gboolean
pause_before_retry(guint tries, GCancellable *cancellable)
{
    int ms = RETRY_BASE_MS << tries;

    cancel_poll(NULL, 0, ms / 2 + g_random_int_range(0, ms), cancellable);
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

/* Closes the descriptor that was passed to libssh, unless libssh has closed it. The number of a
 * closed descriptor may already belong to another file, so the descriptor is closed only if it
 * still refers to the connection's socket. */
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
