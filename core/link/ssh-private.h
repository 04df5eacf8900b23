/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The steps of opening an ssh link, in order: configuration, connection, host key, authentication,
 * agent installation. */
#pragma once

#include <libssh/libssh.h>

#include "link-private.h"

G_BEGIN_DECLS

/* A peer that acknowledges nothing for this long (ms) is dropped by the kernel. */
#define SSH_DEAD_PEER_MS 15000

/* The settings for one host: the caller's arguments, then ssh's configuration files. */
typedef struct {
    char *name; /* as given, without user and port */
    char *host; /* HostName, else the name */
    char *user;
    guint port;
    char *address_family; /* "any", "inet" or "inet6"; NULL if not set, as all members below */
    char *bind_address;
    char *proxy_command, *proxy_jump;
    char *host_key_alias;
    char *strict_host_keys;
    char *hash_known_hosts;
    char *user_known_hosts, *global_known_hosts; /* file names separated by spaces */
    GPtrArray *identities, *certificates;
    char *identities_only, *identity_agent;
    char *public_key, *password, *keyboard, *batch;
    char *connect_timeout, *password_prompts;
    char *ciphers, *macs, *key_exchanges, *host_key_algorithms, *key_algorithms;
} SshConfig;

SshConfig *ssh_config_load(const char *name, const char *user, guint port, GError **error);
/* Reads @files instead of ~/.ssh/config and the system's file. The first file is the user's. */
SshConfig *ssh_config_load_files(const char *name, const char *user, guint port, const char **files,
                                 GError **error);
void ssh_config_free(SshConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshConfig, ssh_config_free)
/* Whether @value is "yes" or "true"; @otherwise if @value is NULL. */
gboolean ssh_config_flag(const char *value, gboolean otherwise);
guint ssh_config_number(const char *value, guint otherwise);
/* Returns: (transfer full): @text with ~, ${NAME} and %-tokens replaced. */
char *ssh_config_expand(const SshConfig *self, const char *text);
/* Returns: (transfer full): the files of a list, expanded; "none" stands for no file. */
GPtrArray *ssh_config_list_files(const SshConfig *self, const char *list);
/* Returns: (transfer full): the path $HOME/.ssh/@name. */
char *ssh_config_own_file(const char *name);

/* A connection that is being made or is open. */
typedef struct {
    ssh_session session;
    char *target; /* user@host:port */
    int given;    /* descriptor that was passed to the session */
    int socket;   /* duplicate of that descriptor, which libssh cannot close */
    LinkChild proxy;
    LinkTail proxy_tail;
} SshConnection;

/* Connects to the server, or starts the configured proxy command, whose child process and standard
 * error are then owned by @self. Returns a socket, or -1 with an error set. */
int ssh_dial(SshConnection *self, const LinkOptions *options, const SshConfig *config,
             gboolean *by_proxy, GError **error);

/* Waits for its turn among connections to the same address, connects and exchanges keys; retries
 * while the server is too busy. */
gboolean ssh_connection_open(SshConnection *self, const LinkOptions *options,
                             const SshConfig *config, const char *host_key_algorithms,
                             GError **error);
void ssh_connection_close(SshConnection *self);
/* Ends the connection's turn: the number of unauthenticated connections to one address is limited.
 */
void ssh_connection_leave(const SshConfig *config);
/* Waits for the socket until @deadline (monotonic, µs). The session is non-blocking, because
 * libssh's blocking calls keep waiting after the server has closed the connection: the caller
 * repeats a call that returned "again" while this function returns TRUE. */
gboolean ssh_connection_await(SshConnection *self, gint64 deadline);
/* Returns: (transfer full): the command for trying the same login by hand, "ssh -p 2222 ann@rem1".
 */
char *ssh_connection_suggest(const LinkOptions *options);
/* Returns: (transfer full): libssh's last error, with the proxy's standard error. */
char *ssh_connection_describe_error(SshConnection *self);

/* Makes cancelling shut @socket down, so that every waiting call of libssh returns. */
typedef struct {
    GCancellable *cancellable;
    gulong handler;
    int socket;
} SshGuard;
void ssh_guard_begin(SshGuard *self, GCancellable *cancellable, int socket);
void ssh_guard_end(SshGuard *self);

/* Returns: (transfer full): host key algorithms, known keys first, so that the host presents the
 * key that known_hosts contains. */
char *ssh_trust_algorithms(const SshConfig *config);
gboolean ssh_trust_check(SshConnection *connection, const LinkOptions *options,
                         const SshConfig *config, GError **error);

gboolean ssh_auth(SshConnection *connection, const LinkOptions *options, const SshConfig *config,
                  GError **error);

/* Returns: (transfer full): the command that installs and starts the agent on a host, trying
 * directories from number @first (1-based). */
char *agent_install_command(const char *nonce, guint first, GError **error);
/* Serves the script's requests until the agent runs. Bytes read beyond the script's last line are
 * returned in @rest. If the directory failed, *@next is the number of the next one to try, else 0;
 * @notes collects the reasons. */
gboolean agent_install_answer(Link *link, const char *nonce, GString *notes, guint *next,
                              GByteArray *rest, GError **error);

G_END_DECLS
