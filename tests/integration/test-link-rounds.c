/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of an ssh server that asks keyboard-interactive questions without end, with or without
 * prompts. The server is libssh's, because sshd does not do this. */
#include <libssh/server.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "link-util.h"
#include "scripted-asker.h"
#include "ssh-server.h"

typedef struct {
    SshServer *files; /* provides the home with known_hosts, and the host key */
    int listener;
    guint port;
    guint n_prompts; /* in each round */
    guint n_rounds;
} Asking;

static void
ask_again(Asking *self, ssh_message message)
{
    const char *prompts[64];
    char echo[64] = {0};

    for (guint i = 0; i < G_N_ELEMENTS(prompts); i++)
        prompts[i] = "Once more";
    self->n_rounds++;
    ssh_message_auth_interactive_request(message, "", "", self->n_prompts, prompts, echo);
}

static gpointer
serve(gpointer data)
{
    Asking *self = data;
    ssh_bind bind = ssh_bind_new();
    ssh_session session = ssh_new();
    ssh_message message;
    int fd = accept(self->listener, NULL, NULL);

    g_assert_cmpint(fd, >=, 0);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY, self->files->host_key);
    g_assert_cmpint(ssh_bind_accept_fd(bind, session, fd), ==, SSH_OK);
    ssh_set_auth_methods(session, SSH_AUTH_METHOD_INTERACTIVE);
    if (ssh_handle_key_exchange(session) == SSH_OK)
        while ((message = ssh_message_get(session)) != NULL) {
            if (ssh_message_type(message) == SSH_REQUEST_AUTH &&
                ssh_message_subtype(message) == SSH_AUTH_METHOD_INTERACTIVE)
                ask_again(self, message);
            else if (ssh_message_type(message) == SSH_REQUEST_SERVICE)
                ssh_message_service_reply_success(message);
            else
                ssh_message_reply_default(message);
            ssh_message_free(message);
        }
    ssh_disconnect(session);
    ssh_free(session);
    ssh_bind_free(bind);
    return NULL;
}

/* Connects to a server with @n_prompts prompts in each round, and returns the number of rounds. */
static guint
connect_to(guint n_prompts, const char *const *answers, const char *pattern)
{
    g_autoptr(SshServer) files = ssh_server_new();
    g_autoptr(ScriptedAsker) person = scripted_asker_new(answers);
    Asking asking = {.files = files, .n_prompts = n_prompts};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    LinkOptions options = {.address = "127.0.0.1", .asker = person->asker};
    GThread *thread;

    asking.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(asking.listener, (struct sockaddr *)&address, size), ==, 0);
    g_assert_cmpint(listen(asking.listener, 1), ==, 0);
    g_assert_cmpint(getsockname(asking.listener, (struct sockaddr *)&address, &size), ==, 0);
    options.port = ntohs(address.sin_port);
    thread = g_thread_new("asking", serve, &asking);
    ssh_server_refuse(files, &options, MAMUTO_ERROR_AUTH, pattern);
    close(asking.listener);
    g_thread_join(thread);
    return asking.n_rounds;
}

static void
test_no_prompts(void)
{
    static const char *const answers[] = {"yes", NULL};

    g_assert_cmpuint(connect_to(0, answers, "rem: *the server asked too many questions*"), >, 10);
}

static void
test_many_rounds(void)
{
    const char *answers[200] = {"yes"};

    for (guint i = 1; i + 1 < G_N_ELEMENTS(answers); i++)
        answers[i] = "again";
    g_assert_cmpuint(connect_to(1, answers, "rem: *the server asked too many questions*"), >, 10);
}

static void
test_many_prompts(void)
{
    static const char *const answers[] = {"yes", NULL};

    g_assert_cmpuint(connect_to(60, answers, "rem: *the server asked too many questions*"), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ssh_init();
    g_test_add_func("/link/rounds/no-prompts", test_no_prompts);
    g_test_add_func("/link/rounds/many-rounds", test_many_rounds);
    g_test_add_func("/link/rounds/many-prompts", test_many_prompts);
    return g_test_run();
}
