/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An open ssh session, shared by the links that are its channels: waits for the session's socket,
 * and lets libssh receive and send data of all links. */
#include <libssh/callbacks.h>
#include <poll.h>

#include "ssh-private.h"

void
link_session_init(SshSession *self)
{
    *self = (SshSession){
        .connection = {
            .given = -1, .socket = -1, .proxy = {.pidfd = -1}, .proxy_tail = {.fd = -1}}};
}

void
link_session_begin(SshSession *self)
{
    if (self->event)
        return;
    self->event = ssh_event_new();
    ssh_event_add_session(self->event, self->connection.session);
}

void
link_session_clear(SshSession *self)
{
    if (self->event) {
        ssh_event_remove_session(self->event, self->connection.session);
        ssh_event_free(self->event);
        self->event = NULL;
    }
    ssh_connection_close(&self->connection);
}

gboolean
link_session_wait(SshSession *self, const LinkWaker *waker, int timeout_ms)
{
    gboolean writes = (ssh_get_status(self->connection.session) & SSH_WRITE_PENDING) != 0;
    struct pollfd p[] = {
        {.fd = self->connection.socket, .events = writes ? POLLIN | POLLOUT : POLLIN},
        {.fd = waker->fd, .events = POLLIN},
        {.fd = self->connection.proxy_tail.fd, .events = POLLIN},
    };

    if (poll(p, G_N_ELEMENTS(p), timeout_ms) <= 0)
        return FALSE;
    if (p[2].revents)
        link_tail_drain(&self->connection.proxy_tail);
    return p[0].revents != 0;
}

gboolean
link_session_pump(SshSession *self, int timeout_ms)
{
    int r = ssh_event_dopoll(self->event, timeout_ms);

    if (r == SSH_ERROR || !ssh_is_connected(self->connection.session) ||
        (ssh_get_status(self->connection.session) & (SSH_CLOSED | SSH_CLOSED_ERROR)))
        self->failed = TRUE;
    return !self->failed && r != SSH_AGAIN;
}
