/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A real ssh server on 127.0.0.1 for one test, run by the user who tests, with homes of its own on
 * both sides: nothing of the user's own ssh is read or written. */
#pragma once

#include <gio/gio.h>

#include "link.h"

typedef struct {
    char *dir;
    char *home;     /* of the client; HOME of this process */
    char *there;    /* HOME on the server */
    char *key;      /* which logs in: home/.ssh/id_ed25519 */
    char *host_key; /* the server's */
    char *known_hosts;
    GString *config; /* lines for sshd_config, more may be added before it starts */
    char *prelude;   /* (nullable): sh text run in a mount namespace of its own before sshd */
    guint port;
    GPid pid;
} SshServer;

/* Whether a prelude can mount things: root's, and not everywhere. */
gboolean ssh_server_can_mount(void);

/* Directories and keys; the server's key is known. */
SshServer *ssh_server_new(void);
void ssh_server_start(SshServer *self);
/* Ends it and all that it started, and removes everything. */
void ssh_server_free(SshServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SshServer, ssh_server_free)

/* A file below dir, with its directories. */
char *ssh_server_write(SshServer *self, const char *path, int mode, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
char *ssh_server_read(SshServer *self, const char *path);
void ssh_server_make_key(const char *path, const char *type, const char *passphrase);
/* Has commands run by a script that finds the original in SSH_ORIGINAL_COMMAND. */
void ssh_server_wrap(SshServer *self, const char *script);
/* "[127.0.0.1]:PORT TYPE KEY" of a key pair */
char *ssh_server_known_line(SshServer *self, const char *key);

/* Connects to it; @change may set more options. */
Link *ssh_server_open(SshServer *self, const LinkOptions *more, GError **error);
/* … and it works. */
Link *ssh_server_expect(SshServer *self, const LinkOptions *more);
/* … and it fails so: a pattern with "*". */
void ssh_server_refuse(SshServer *self, const LinkOptions *more, int code, const char *pattern);

/* Runs a program to its end, which must be good; returns what it printed. */
char *run(const char *first, ...) G_GNUC_NULL_TERMINATED;
