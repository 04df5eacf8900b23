/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts a real ssh server (sshd) on 127.0.0.1 for one test. The server runs as the user of the
 * test. Client and server have temporary home folders, so the user's own ssh files are neither read
 * nor written. */
#pragma once

#include <gio/gio.h>

#include "link.h"

typedef struct {
    char *dir;
    char *home;     /* home folder of the client, which is the test program */
    char *there;    /* home folder of the commands that the server runs */
    char *key;      /* private key that the server accepts: home/.ssh/id_ed25519 */
    char *host_key; /* private key of the server; the client knows its public key */
    char *known_hosts;
    GString *config; /* lines of the configuration file of sshd */
    char *prelude;   /* (nullable): shell commands that mount file systems for the server; other
                        programs do not see these mounts */
    guint port;
    GPid pid;
} SshServer;

/* Returns TRUE if the commands in SshServer.prelude can mount file systems. They need root rights
 * and a kernel that allows mounting. */
gboolean ssh_server_can_mount(void);

/* Creates the folders and keys for a server. Adds the server's public key to the client's
 * known_hosts file. Does not start the server. */
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
/* Makes sshd run the shell script @script in place of every command of the client. sshd stores the
 * client's command in the variable SSH_ORIGINAL_COMMAND. */
void ssh_server_wrap(SshServer *self, const char *script);
/* Returns a line "[127.0.0.1]:PORT TYPE KEY" for a known_hosts file. It contains the public key
 * that belongs to the key file @key. */
char *ssh_server_known_line(SshServer *self, const char *key);

/* Connects to the server. @more: (nullable): options that are added to the usual options. */
Link *ssh_server_open(SshServer *self, const LinkOptions *more, GError **error);
/* Connects to the server and checks that the program stand-in-agent has started there. */
Link *ssh_server_expect(SshServer *self, const LinkOptions *more);
/* Connects to the server and checks that connecting fails with @code and with a message that
 * matches @pattern. @pattern may contain "*". */
void ssh_server_refuse(SshServer *self, const LinkOptions *more, int code, const char *pattern);

/* Runs a program, checks that it succeeds, and returns its output. */
char *run(const char *first, ...) G_GNUC_NULL_TERMINATED;
