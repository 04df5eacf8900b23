/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts a real ssh server on 127.0.0.1 for one test. The server runs as the user of the test and
 * has temporary homes for client and server, so the user's own ssh files are neither read nor
 * written. */
#pragma once

#include <gio/gio.h>

#include "link.h"

typedef struct {
    char *dir;
    char *home;     /* HOME of this process, which is the ssh client */
    char *there;    /* HOME of the commands that the server runs */
    char *key;      /* private key that the server accepts: home/.ssh/id_ed25519 */
    char *host_key; /* private key by which the client recognises the server */
    char *known_hosts;
    GString *config; /* further lines for sshd's configuration file */
    char *prelude; /* (nullable): shell commands that prepare the file systems which only the server
                      sees */
    guint port;
    GPid pid;
} SshServer;

/* Returns whether SshServer.prelude can mount folders. This needs root and a kernel that allows
 * mounting. */
gboolean ssh_server_can_mount(void);

/* Creates the folders and keys of a server, and adds its public key to the client's known_hosts
 * file. The server does not run yet. */
SshServer *ssh_server_new(void);
void ssh_server_start(SshServer *self);
/* Kills the server and all its child processes, and removes the server's files. */
void ssh_server_free(SshServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshServer, ssh_server_free)

/* Writes a file below self->dir and creates the parent folders. Returns the path of the file. */
char *ssh_server_write(SshServer *self, const char *path, int mode, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
char *ssh_server_read(SshServer *self, const char *path);
void ssh_server_make_key(const char *path, const char *type, const char *passphrase);
/* sshd then runs the shell script @script for every command. The script finds the client's
 * command in the variable SSH_ORIGINAL_COMMAND. */
void ssh_server_wrap(SshServer *self, const char *script);
/* Returns the known_hosts line "[127.0.0.1]:PORT TYPE KEY" for the public key of a key pair. */
char *ssh_server_known_line(SshServer *self, const char *key);

/* Connects to the server. @more (nullable): further options. */
Link *ssh_server_open(SshServer *self, const LinkOptions *more, GError **error);
/* Connects to the server and checks that the stand-in agent has started there. */
Link *ssh_server_expect(SshServer *self, const LinkOptions *more);
/* Connects to the server and checks that connecting fails with @code and with a message that
 * matches @pattern. @pattern may contain "*". */
void ssh_server_refuse(SshServer *self, const LinkOptions *more, int code, const char *pattern);

/* Runs a program, checks that it succeeds, and returns its output. */
char *run(const char *first, ...) G_GNUC_NULL_TERMINATED;
