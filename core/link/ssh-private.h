/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The steps of opening an ssh link: read the configuration, connect, check the host key,
 * authenticate the user, install the agent. */
#pragma once

#include <libssh/libssh.h>
#include <netdb.h>

#include "link-private.h"

G_BEGIN_DECLS

/* If the host acknowledges no data for this time (ms), the kernel closes the connection. */
#define SSH_DEAD_PEER_MS 15000

/* The settings for one host. Values that the caller passes are used before values in ssh's
 * configuration files. */
typedef struct {
    char *name; /* the name that the caller uses for the host, without user and port */
    char *host; /* the value of HostName; without HostName, the same as `name` */
    char *user;
    guint port;
    /* NULL if the configuration does not contain the setting: */
    char *address_family; /* "any", "inet" or "inet6" */
    char *bind_address;
    char *proxy_command, *proxy_jump;
    char *host_key_alias;
    char *strict_host_keys;
    char *hash_known_hosts;
    /* file names separated by spaces */
    char *user_known_hosts, *global_known_hosts, *revoked_host_keys;
    char *known_hosts_command;
    char *required_rsa_size;
    GPtrArray *identities, *certificates;
    char *identities_only, *identity_agent;
    char *public_key, *password, *keyboard, *batch;
    char *connect_timeout, *password_prompts;
    char *ciphers, *macs, *key_exchanges, *host_key_algorithms, *key_algorithms;
} SshConfig;

SshConfig *ssh_config_load(const char *name, const char *user, guint port, GError **error);
/* Like ssh_config_load(), but reads @files instead of ~/.ssh/config and the system's
 * configuration file. The first element of @files must be the user's file. */
SshConfig *ssh_config_load_files(const char *name, const char *user, guint port, const char **files,
                                 GError **error);
void ssh_config_free(SshConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshConfig, ssh_config_free)
/* Returns TRUE if @value is "yes" or "true". Returns @otherwise if @value is NULL. */
gboolean ssh_config_flag(const char *value, gboolean otherwise);
guint ssh_config_number(const char *value, guint otherwise);
/* Returns: (transfer full): the list @algorithms without those that @option (nullable) excludes: a
 * value that begins with "-" excludes algorithms of the default list. */
char *ssh_config_remove(const char *option, const char *algorithms);
/* Returns: (transfer full): @text, in which ~, ${NAME} and tokens such as %h are replaced by
 * their values. */
char *ssh_config_expand(const SshConfig *self, const char *text);
/* Returns: (transfer full): the file names in @list, expanded by ssh_config_expand(). The word
 * "none" is omitted. */
GPtrArray *ssh_config_list_files(const SshConfig *self, const char *list);
/* Returns: (transfer full): the path of the file @name in $HOME/.ssh. */
char *ssh_config_own_file(const char *name);

/* Returns: (transfer full) (nullable): the lines of the file, without the line ends. The part of a
 * line behind a NUL byte is left out. */
char **ssh_read_lines(const char *file, GError **error);

/* Whether the whole @text matches a pattern of ssh's files. Both may contain any bytes. */
gboolean ssh_pattern_matches(const char *pattern, const char *text);
/* Whether @text matches at least one of the patterns, and none of the patterns negated with "!".
 * Ignores the case of ASCII letters. @separators: characters between the patterns. */
gboolean ssh_patterns_match(const char *patterns, const char *separators, const char *text);

/* A connection to an ssh server. */
typedef struct {
    ssh_session session;
    char *target; /* user@host:port */
    int given;    /* the descriptor that libssh uses and may close */
    int socket;   /* a duplicate of `given`, which stays open if libssh closes `given` */
    LinkChild proxy;
    LinkTail proxy_tail;
    gint64 round_trip; /* shortest time until a reply to a request arrived (µs); 0: unknown */
} SshConnection;

/* Returns: (transfer full): the addresses of the host with its port, to be freed with
 * freeaddrinfo(), or NULL with an error. */
struct addrinfo *ssh_resolve(const LinkOptions *options, const SshConfig *config, GError **error);

/* Connects to the server, or starts the configured proxy command. Stores the proxy's process
 * and standard error in @self. Returns a socket, or -1 with @error set. */
int ssh_dial(SshConnection *self, const LinkOptions *options, const SshConfig *config,
             gboolean *by_proxy, GError **error);

/* Connects to the server and exchanges keys. If too many connections to the same address are
 * not authenticated yet, waits first. If the server is too busy, tries again several times. */
gboolean ssh_connection_open(SshConnection *self, const LinkOptions *options,
                             const SshConfig *config, const char *host_key_algorithms,
                             GError **error);
void ssh_connection_close(SshConnection *self);
/* Subtracts 1 from the counted number of unauthenticated connections to the address. Called when a
 * connection was authenticated or has failed. */
void ssh_connection_leave(const SshConfig *config);
/* Waits until the socket is ready or @deadline (monotonic, µs) has passed. If a non-blocking
 * call of libssh returns "again", the caller repeats the call as long as this function returns
 * TRUE. Blocking calls are not used, because they keep waiting after the server has closed the
 * connection. */
gboolean ssh_connection_await(SshConnection *self, gint64 deadline);
/* Notes that the reply to a request, which was sent not before @begin (monotonic, µs), has arrived.
 * The shortest of several such times is used, because the host or this computer may be busy. */
void ssh_connection_note_reply(SshConnection *self, gint64 begin);
/* Returns: (transfer full): the command with which the user can log in from a terminal, for
 * example "ssh -p 2222 ann@rem1". */
char *ssh_connection_suggest(const LinkOptions *options);
/* Returns: (transfer full): a description that contains the last error of libssh and the last
 * output of the proxy command, if there is one. */
char *ssh_connection_describe_error(SshConnection *self);

/* The state of an open ssh session, shared by its links. */
typedef struct {
    SshConnection connection;
    ssh_event event; /* libssh's poll object; NULL until the first channel is open */
    guint n_links;
    gboolean failed;
} SshSession;

void link_session_init(SshSession *self);
/* Called when a channel is open. Afterwards the functions below may be called. */
void link_session_begin(SshSession *self);
void link_session_clear(SshSession *self);
/* Waits until the socket is ready, link_wake() is called, or @timeout_ms has passed (-1: no
 * limit). Returns TRUE if the socket is ready. */
gboolean link_session_wait(SshSession *self, const LinkWaker *waker, int timeout_ms);
/* Lets libssh receive and send data of all links. Returns FALSE if the session has failed, or if
 * there was nothing to receive or send within @timeout_ms. */
gboolean link_session_pump(SshSession *self, int timeout_ms);

/* Small blocks of memory in the places where libssh's strings must not be, see ssh-spacers.c. */
typedef struct {
    gpointer blocks[8];
    guint n;
    gconstpointer checked; /* the buffer whose distance from the strings is large enough */
} SshSpacers;

/* Called after libssh has added a message of @length bytes to @buffer, the buffer of a channel, and
 * has freed the string that contained the message. If the distance between both is one at which
 * copying is slow, makes malloc() place the strings of later messages elsewhere. */
void ssh_spacers_check(SshSpacers *self, gconstpointer buffer, gsize length);
void ssh_spacers_clear(SshSpacers *self);

/* Makes a call of libssh return when @cancellable is cancelled: between ssh_guard_begin() and
 * ssh_guard_end(), cancelling shuts @socket down. */
typedef struct {
    GCancellable *cancellable;
    gulong handler;
    int socket;
} SshGuard;
void ssh_guard_begin(SshGuard *self, GCancellable *cancellable, int socket);
void ssh_guard_end(SshGuard *self);

/* Returns: (transfer full): the host key algorithms to offer to the server. Algorithms of keys
 * in known_hosts come first, because the server should present a key that is known. */
char *ssh_trust_algorithms(const SshConfig *config);
gboolean ssh_trust_check(SshConnection *connection, const LinkOptions *options,
                         const SshConfig *config, GError **error);

/* Fails if RevokedHostKeys lists the key @base64, or if it cannot be checked. */
gboolean ssh_revoked_check(const SshConfig *config, const char *base64, GError **error);

gboolean ssh_auth(SshConnection *connection, const LinkOptions *options, const SshConfig *config,
                  GError **error);

/* Returns: (transfer full): the command that installs and starts the agent on a host. The
 * command tries the possible directories from number @first (1-based) on. */
char *agent_install_command(const char *nonce, guint first, GError **error);
/* One attempt to install the agent. The script runs again in another channel if a directory turns
 * out to be unusable; the limits hold for all channels together, because the host may send
 * anything. */
typedef struct {
    GCancellable *cancellable;
    gint64 deadline; /* monotonic, µs */
    guint n_lines;   /* lines received from the script */
    guint first; /* number of the directory to try first, from 1; 0 after the agent has started */
    GString *notes; /* why directories cannot be used */
} AgentInstall;

void agent_install_init(AgentInstall *self, GCancellable *cancellable);
void agent_install_clear(AgentInstall *self);
/* Answers the requests of the script until the agent runs. @rest receives the bytes read after the
 * last line of the script. If the current directory is not usable, sets `first` to the number of
 * the directory to try next and adds the reason to the notes. Otherwise sets `first` to 0. */
gboolean agent_install_answer(AgentInstall *self, Link *link, const char *nonce, GByteArray *rest,
                              GError **error);

G_END_DECLS
