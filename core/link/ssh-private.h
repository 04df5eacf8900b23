/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The steps by which an ssh link comes about, in order: configuration, connection, the host's key,
 * authentication, the agent's placing. */
#pragma once

#include <libssh/libssh.h>

#include "link-private.h"

G_BEGIN_DECLS

/** SSH_DEAD_PEER_MS: a peer that acknowledges nothing for this long is given up by the kernel */
#define SSH_DEAD_PEER_MS 15000

/* What ssh's configuration files say about one host, and what was asked for. */
typedef struct {
    char *name; /* as it was given, without user and port */
    char *host; /* where it leads */
    char *user;
    guint port;
    char *address_family; /* "any", "inet" or "inet6"; like all below %NULL if not set */
    char *bind_address;
    char *proxy_command, *proxy_jump;
    char *host_key_alias;
    char *strict_host_keys;
    char *hash_known_hosts;
    char *user_known_hosts, *global_known_hosts; /* file names with spaces between */
    GPtrArray *identities, *certificates;
    char *identities_only, *identity_agent;
    char *public_key, *password, *keyboard, *batch;
    char *connect_timeout, *password_prompts;
    char *ciphers, *macs, *key_exchanges, *host_key_algorithms, *key_algorithms;
} SshConfig;

SshConfig *ssh_config_load(const char *name, const char *user, guint port, GError **error);
/* The same from other files than ~/.ssh/config and the system's. */
SshConfig *ssh_config_load_files(const char *name, const char *user, guint port, const char **files,
                                 GError **error);
void ssh_config_free(SshConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshConfig, ssh_config_free)
/* "yes" or "no"; @otherwise if not set. */
gboolean ssh_config_flag(const char *value, gboolean otherwise);
guint ssh_config_number(const char *value, guint otherwise);
/* With ~ and %-words replaced. */
char *ssh_config_expand(const SshConfig *self, const char *text);
/* The files of a list, expanded; "none" gives none. */
GPtrArray *ssh_config_list_files(const SshConfig *self, const char *list);
/* $HOME/.ssh/@name */
char *ssh_config_own_file(const char *name);

/* A connection under way or made. */
typedef struct {
    ssh_session session;
    char *target; /* user@host:port */
    int given;    /* the descriptor that the session was made with */
    int socket;   /* a second one of the same socket, which libssh cannot close */
    LinkChild proxy;
    LinkTail proxy_tail;
} SshConnection;

/* A socket to the server, or to the proxy command that the configuration names, whose child and
 * words are then @self's; -1: an error. */
int ssh_dial(SshConnection *self, const LinkOptions *options, const SshConfig *config,
             gboolean *by_proxy, GError **error);

/* Takes its turn, connects and exchanges keys; retries while the server is too busy. */
gboolean ssh_connection_open(SshConnection *self, const LinkOptions *options,
                             const SshConfig *config, const char *host_key_algorithms,
                             GError **error);
void ssh_connection_close(SshConnection *self);
/* Those that are being authenticated at one address are limited: gives the place free. */
void ssh_connection_leave(const SshConfig *config);
/* After connecting libssh is never let block, as it waits on after the server has ended a
 * connection: a call that says "again" is made again as long as this is true. */
gboolean ssh_connection_await(SshConnection *self, gint64 deadline);
/* What to type to try the same: "ssh -p 2222 ann@rem1". */
char *ssh_connection_suggest(const LinkOptions *options);
/* libssh's last error, with what the proxy said. */
char *ssh_connection_describe_error(SshConnection *self);

/* Has cancelling shut @socket down, so that libssh returns from whatever it waits for. */
typedef struct {
    GCancellable *cancellable;
    gulong handler;
    int socket;
} SshGuard;
void ssh_guard_begin(SshGuard *self, GCancellable *cancellable, int socket);
void ssh_guard_end(SshGuard *self);

/* The order in which keys are wanted, so that a host shows the key that is known. */
char *ssh_trust_algorithms(const SshConfig *config);
gboolean ssh_trust_check(SshConnection *connection, const LinkOptions *options,
                         const SshConfig *config, GError **error);

gboolean ssh_auth(SshConnection *connection, const LinkOptions *options, const SshConfig *config,
                  GError **error);

/* The command that starts the agent on a host, from the @first of its directories on. */
char *place_command(const char *nonce, guint first, GError **error);
/* Answers it until the agent runs. What was read beyond the last answer is in @rest. If the
 * directory failed, *@next is the one to go on with, and @notes say why. */
gboolean place_answer(Link *link, const char *nonce, GString *notes, guint *next, GByteArray *rest,
                      GError **error);

G_END_DECLS
