/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Authenticates the user to a host. First tries the keys of the ssh agent, then key files, and
 * then asks the user. The error message lists each method that was tried and why it failed. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "asker-private.h"
#include "error-private.h"
#include "ssh-private.h"

#define PROMPTS 3
/* Longest wait for one answer of the server (µs). The wait is long, because some servers ask
 * the user to confirm the login on a phone before they answer. */
#define PATIENCE (120 * G_TIME_SPAN_SECOND)
/* Longest wait until the ssh agent accepts a connection (µs). */
#define AGENT_PATIENCE (15 * G_TIME_SPAN_SECOND)

/* Repeats @call, a non-blocking call of libssh, until the server has answered or PATIENCE has
 * passed. A call that did not wait may have failed before it sent a request, so its time says
 * nothing about the round trip. */
#define AWAIT(self, r, call)                                                                       \
    do {                                                                                           \
        gint64 begin_ = g_get_monotonic_time();                                                    \
        gboolean waited_ = FALSE;                                                                  \
                                                                                                   \
        do                                                                                         \
            (r) = (call);                                                                          \
        while ((r) == SSH_AUTH_AGAIN &&                                                            \
               (waited_ = ssh_connection_await((self)->connection, begin_ + PATIENCE)));           \
        if (waited_)                                                                               \
            ssh_connection_note_reply((self)->connection, begin_);                                 \
    } while (0)

typedef struct {
    SshConnection *connection;
    ssh_session session;
    const LinkOptions *options;
    const SshConfig *config;
    GString *tried;
    GError **error;
    gboolean broken; /* TRUE if the login was cancelled or the connection was lost */
} Auth;

typedef enum { DONE, PARTLY, NO } Answer;

static void note(Auth *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
note(Auth *self, const char *format, ...)
{
    va_list arguments;

    if (self->tried->len)
        g_string_append(self->tried, "; ");
    va_start(arguments, format);
    g_string_append_vprintf(self->tried, format, arguments);
    va_end(arguments);
}

static Answer
interpret_result(Auth *self, int r)
{
    if (r == SSH_AUTH_SUCCESS)
        return DONE;
    if (r == SSH_AUTH_PARTIAL)
        return PARTLY;
    /* SSH_AUTH_AGAIN: the server did not answer in time, or the wait was cancelled. After other
     * failures the next method can be tried, as long as the session is connected. */
    if (r == SSH_AUTH_AGAIN || !ssh_is_connected(self->session))
        self->broken = TRUE;
    return NO;
}

static gboolean
can_ask(const Auth *self)
{
    return self->options->asker && !ssh_config_flag(self->config->batch, FALSE);
}

static const char *
why_not_ask(const Auth *self)
{
    return ssh_config_flag(self->config->batch, FALSE) ? _("ssh's configuration says BatchMode yes")
                                                       : _("Mamuto has no way to ask");
}

static char *
ask(Auth *self, AskerQuestion *question)
{
    g_autoptr(GError) error = NULL;
    char *answer;

    question->host = self->options->name;
    question->target = self->connection->target;
    answer = asker_ask_text(self->options->asker, question, self->options->cancellable, &error);
    if (error) {
        self->broken = TRUE;
        g_clear_error(self->error);
        g_propagate_error(self->error, g_steal_pointer(&error));
    }
    return answer;
}

/* Like connect(), but also returns -1 when @cancellable is cancelled or AGENT_PATIENCE has passed.
 * If the ssh agent does not accept connections, for example because a signal stopped it, its queue
 * becomes full, and connect() blocks. poll() cannot wait for such a queue. */
static int
connect_patiently(int fd, const struct sockaddr_un *address, GCancellable *cancellable)
{
    const struct timeval step = {.tv_usec = 100 * 1000}, none = {0};
    gint64 end = g_get_monotonic_time() + AGENT_PATIENCE;
    int r;

    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &step, sizeof step);
    do
        r = connect(fd, (const struct sockaddr *)address, sizeof *address);
    while (r < 0 && (errno == EAGAIN || errno == EINTR) &&
           !g_cancellable_is_cancelled(cancellable) && g_get_monotonic_time() < end);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &none, sizeof none);
    return r;
}

/* Connects a socket to the ssh agent. libssh does not open this socket, because child processes
 * must not inherit it (CLOEXEC). */
static int
connect_to_agent(const SshConfig *config, GCancellable *cancellable)
{
    g_autofree char *path = NULL;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (config->identity_agent && g_ascii_strcasecmp(config->identity_agent, "none") == 0)
        return -1;
    if (config->identity_agent && strcmp(config->identity_agent, "SSH_AUTH_SOCK") != 0)
        path = config->identity_agent[0] == '$' && config->identity_agent[1] != '{'
                   ? g_strdup(g_getenv(config->identity_agent + 1))
                   : ssh_config_expand(config, config->identity_agent);
    else
        path = g_strdup(g_getenv("SSH_AUTH_SOCK"));
    if (!path || !*path || strlen(path) >= sizeof address.sun_path)
        return -1;
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect_patiently(fd, &address, cancellable) < 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static Answer
try_agent(Auth *self)
{
    SshGuard guard;
    int fd, own, r;

    /* With IdentitiesOnly, only the configured keys may be used. The ssh agent may hold
     * other keys, too, and libssh would offer all keys of the ssh agent to the server. Therefore
     * the ssh agent is not used in this case. */
    if (ssh_config_flag(self->config->identities_only, FALSE)) {
        note(self, _("the ssh agent was not used (IdentitiesOnly)"));
        return NO;
    }
    fd = connect_to_agent(self->config, self->options->cancellable);
    if (fd < 0) {
        note(self, _("no ssh agent"));
        return NO;
    }
    /* The ssh agent may wait until the user confirms the use of a key. Cancelling ends this
     * wait, because the guard then shuts the socket down. */
    own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    ssh_set_agent_socket(self->session, fd);
    ssh_guard_begin(&guard, self->options->cancellable, own);
    AWAIT(self, r, ssh_userauth_agent(self->session, NULL));
    ssh_guard_end(&guard);
    if (own >= 0)
        close(own);
    if (interpret_result(self, r) == NO)
        note(self, _("no key of the ssh agent was accepted"));
    return interpret_result(self, r);
}

typedef struct {
    Auth *auth;
    const char *file;
    guint attempt;
    gboolean needed, declined;
} Passphrase;

static int
on_passphrase(const char *prompt, char *buffer, size_t size, int echo, int verify, void *data)
{
    Passphrase *self = data;
    g_autofree char *text = NULL;
    AskerQuestion question = {
        .kind = MAMUTO_QUESTION_PASSPHRASE, .attempt = self->attempt, .file = self->file};
    g_autoptr(Secret) answer = NULL;

    self->needed = TRUE;
    if (!can_ask(self->auth))
        return -1;
    text = g_strdup_printf(_("Passphrase for the key %s"), self->file);
    question.prompt = text;
    answer = ask(self->auth, &question);
    if (!answer || strlen(answer) >= size) {
        self->declined = TRUE;
        return -1;
    }
    g_strlcpy(buffer, answer, size);
    return 0;
}

/* Loads a private key from a file. On failure returns NULL and adds the reason to the error
 * message. */
static ssh_key
load_private(Auth *self, const char *file)
{
    Passphrase passphrase = {.auth = self, .file = file};
    ssh_key key = NULL;

    for (passphrase.attempt = 1; passphrase.attempt <= PROMPTS; passphrase.attempt++) {
        if (ssh_pki_import_privkey_file(file, NULL, on_passphrase, &passphrase, &key) == SSH_OK)
            return key;
        if (!passphrase.needed || passphrase.declined || !can_ask(self) || self->broken)
            break;
    }
    if (!passphrase.needed)
        note(self, _("%s is not a readable private key"), file);
    else if (passphrase.declined)
        note(self, _("no passphrase for %s was given"), file);
    else if (!can_ask(self))
        note(self,
             ssh_config_flag(self->config->batch, FALSE)
                 ? _("%s needs a passphrase, and ssh's configuration says BatchMode yes (ssh-add "
                     "it)")
                 : _("%s needs a passphrase, and Mamuto has no way to ask (ssh-add it)"),
             file);
    else
        note(self,
             g_dngettext(GETTEXT_PACKAGE, "the passphrase for %s was wrong %d time",
                         "the passphrase for %s was wrong %d times", PROMPTS),
             file, PROMPTS);
    return NULL;
}

/* Asks the server whether it accepts the public key in @public_file. Returns DONE if it accepts
 * the key. Also returns DONE, with *@public set to NULL, if the file cannot be read, because
 * the caller then tries the private key without asking. */
static Answer
offer(Auth *self, const char *file, const char *public_file, gboolean certificate, ssh_key *public)
{
    int r = certificate ? ssh_pki_import_cert_file(public_file, public)
                        : ssh_pki_import_pubkey_file(public_file, public);

    if (r != SSH_OK) {
        *public = NULL;
        return DONE;
    }
    AWAIT(self, r, ssh_userauth_try_publickey(self->session, NULL, *public));
    if (interpret_result(self, r) == DONE)
        return DONE;
    note(self, _("%s was not accepted"), certificate ? public_file : file);
    return NO;
}

static Answer
try_key(Auth *self, const char *file, const char *public_file, gboolean certificate)
{
    ssh_key public = NULL, private = NULL;
    Answer answer = NO;
    int r;

    if (offer(self, file, public_file, certificate, &public) == DONE && (public || !certificate) &&
        (private = load_private(self, file))) {
        if (certificate && ssh_pki_copy_cert_to_privkey(public, private) != SSH_OK) {
            note(self, _("%s does not belong to %s"), public_file, file);
        } else {
            AWAIT(self, r, ssh_userauth_publickey(self->session, NULL, private));
            answer = interpret_result(self, r);
            if (answer == NO)
                note(self, _("%s was not accepted"), file);
        }
    }
    ssh_key_free(public);
    ssh_key_free(private);
    return answer;
}

static Answer
try_identity(Auth *self, const char *file, gboolean configured)
{
    g_autofree char *public_file = g_strconcat(file, ".pub", NULL);
    g_autofree char *certificate = g_strconcat(file, "-cert.pub", NULL);
    Answer answer = NO;
    struct stat st;

    if (stat(file, &st) < 0) {
        if (configured)
            note(self, "%s: %s", file, g_strerror(errno));
        return NO;
    }
    if (st.st_uid == getuid() && (st.st_mode & 077) != 0) {
        note(self, _("%s may be read by others, so it is not used (chmod 600 it)"), file);
        return NO;
    }
    if (g_file_test(certificate, G_FILE_TEST_EXISTS))
        answer = try_key(self, file, certificate, TRUE);
    for (guint i = 0; answer == NO && !self->broken && i < self->config->certificates->len; i++) {
        g_autofree char *other =
            ssh_config_expand(self->config, self->config->certificates->pdata[i]);

        answer = try_key(self, file, other, TRUE);
    }
    if (answer == NO && !self->broken)
        answer = try_key(self, file, public_file, FALSE);
    return answer;
}

static Answer
try_identities(Auth *self)
{
    static const char *const usual[] = {"id_ed25519", "id_ecdsa", "id_rsa"};
    const GPtrArray *configured = self->config->identities;
    Answer answer = NO;

    for (guint i = 0; answer == NO && !self->broken && i < configured->len; i++) {
        g_autofree char *file = ssh_config_expand(self->config, configured->pdata[i]);

        if (g_ascii_strcasecmp(file, "none") != 0)
            answer = try_identity(self, file, TRUE);
    }
    for (guint i = 0;
         answer == NO && configured->len == 0 && !self->broken && i < G_N_ELEMENTS(usual); i++) {
        g_autofree char *file = ssh_config_own_file(usual[i]);

        answer = try_identity(self, file, FALSE);
    }
    return answer;
}

static Answer
try_public_key(Auth *self)
{
    Answer answer = try_agent(self);

    return answer == NO && !self->broken ? try_identities(self) : answer;
}

static guint
n_prompts(const Auth *self)
{
    return MAX(ssh_config_number(self->config->password_prompts, PROMPTS), 1);
}

static Answer
try_password(Auth *self)
{
    g_autofree char *text = g_strdup_printf(_("Password for %s"), self->connection->target);
    AskerQuestion question = {.kind = MAMUTO_QUESTION_PASSWORD, .prompt = text};
    Answer answer = NO;

    for (guint i = 1; answer == NO && !self->broken && i <= n_prompts(self); i++) {
        g_autoptr(Secret) password = NULL;
        int r;

        question.attempt = i;
        password = ask(self, &question);
        if (!password) {
            note(self, _("no password was given"));
            return NO;
        }
        AWAIT(self, r, ssh_userauth_password(self->session, NULL, password));
        answer = interpret_result(self, r);
    }
    if (answer == NO)
        note(self, _("the password was wrong"));
    return answer;
}

/* Limits of one keyboard-interactive attempt. A round may have no questions, so a server could send
 * rounds without end. */
#define MAX_ROUNDS 20
#define MAX_QUESTIONS 20

/* Asks the user the questions that the server has sent, and stores the answers in the session.
 * Returns FALSE if the user did not answer. */
static gboolean
answer_round(Auth *self, guint attempt)
{
    const char *name = ssh_userauth_kbdint_getname(self->session);
    const char *instruction = ssh_userauth_kbdint_getinstruction(self->session);
    int n = ssh_userauth_kbdint_getnprompts(self->session);
    g_autofree char *text = /* Translators: user@host:port; the server's question follows */
        g_strdup_printf(_("%s asks"), self->connection->target);

    for (int i = 0; i < n; i++) {
        char echo = 0;
        const char *prompt = ssh_userauth_kbdint_getprompt(self->session, (guint)i, &echo);
        g_autofree char *raw = g_strconcat(name ? name : "", "\n", instruction ? instruction : "",
                                           "\n", prompt ? prompt : "", NULL);
        g_autofree char *words = link_escape_text(raw, strlen(raw), 2000);
        AskerQuestion question = {.kind = MAMUTO_QUESTION_KEYBOARD,
                                  .prompt = text,
                                  .server_text = words,
                                  .echo = echo != 0,
                                  .attempt = attempt};
        g_autoptr(Secret) answer = ask(self, &question);

        if (!answer) {
            note(self, _("the server's question was not answered"));
            return FALSE;
        }
        ssh_userauth_kbdint_setanswer(self->session, (guint)i, answer);
    }
    return TRUE;
}

static Answer
try_keyboard(Auth *self)
{
    Answer answer = NO;

    for (guint i = 1; answer == NO && !self->broken && i <= n_prompts(self); i++) {
        gboolean asked = FALSE;
        guint n_rounds = 0;
        int r;

        AWAIT(self, r, ssh_userauth_kbdint(self->session, NULL, NULL));
        while (r == SSH_AUTH_INFO) {
            asked = asked || ssh_userauth_kbdint_getnprompts(self->session) > 0;
            if (++n_rounds > MAX_ROUNDS ||
                ssh_userauth_kbdint_getnprompts(self->session) > MAX_QUESTIONS) {
                note(self, _("the server asked too many questions"));
                self->broken = TRUE;
                return NO;
            }
            if (!answer_round(self, i))
                return NO;
            AWAIT(self, r, ssh_userauth_kbdint(self->session, NULL, NULL));
        }
        answer = interpret_result(self, r);
        if (!asked)
            break; /* the server asked no question, so another attempt would fail, too */
    }
    if (answer == NO)
        note(self, _("the answers to the server's questions were wrong"));
    return answer;
}

static char *
describe_methods(int methods)
{
    static const struct {
        int method;
        const char *name;
    } names[] = {{SSH_AUTH_METHOD_PUBLICKEY, "publickey"},
                 {SSH_AUTH_METHOD_PASSWORD, "password"},
                 {SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
                 {SSH_AUTH_METHOD_HOSTBASED, "hostbased"},
                 {SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (methods & names[i].method)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", names[i].name);
    return g_string_free(text, FALSE);
}

static Answer
try_methods(Auth *self, int methods)
{
    const SshConfig *config = self->config;
    const struct {
        int method;
        gboolean wanted, asks;
        Answer (*try)(Auth *self);
        const char *name;
    } ways[] = {
        {SSH_AUTH_METHOD_PUBLICKEY, ssh_config_flag(config->public_key, TRUE), FALSE,
         try_public_key, _("keys")},
        {SSH_AUTH_METHOD_INTERACTIVE, ssh_config_flag(config->keyboard, TRUE), TRUE, try_keyboard,
         _("the server's questions")},
        {SSH_AUTH_METHOD_PASSWORD, ssh_config_flag(config->password, TRUE), TRUE, try_password,
         _("a password")},
    };
    Answer answer = NO;

    for (guint i = 0; answer == NO && !self->broken && i < G_N_ELEMENTS(ways); i++) {
        if (!(methods & ways[i].method))
            continue;
        if (!ways[i].wanted)
            note(self, _("%s: switched off by ssh's configuration"), ways[i].name);
        else if (ways[i].asks && !can_ask(self))
            note(self, "%s: %s", ways[i].name, why_not_ask(self));
        else
            answer = ways[i].try(self);
    }
    return answer;
}

static void
set_failed(Auth *self, int methods)
{
    g_autofree char *offered = describe_methods(methods), *why = NULL;
    g_autofree char *command = ssh_connection_suggest(self->options);

    if (*self->error ||
        g_cancellable_set_error_if_cancelled(self->options->cancellable, self->error))
        return;
    why = ssh_connection_describe_error(self->connection);
    if (self->broken) {
        g_set_error(self->error, MAMUTO_ERROR, MAMUTO_ERROR_AUTH,
                    _("the connection ended while %s authenticated: %s (tried: %s)"),
                    self->connection->target, why,
                    self->tried->len ? self->tried->str : _("nothing"));
    } else {
        g_set_error(self->error, MAMUTO_ERROR, MAMUTO_ERROR_AUTH,
                    _("%s was not authenticated. The server accepts %s; tried: %s"),
                    self->connection->target,
                    *offered ? offered : _("no method that Mamuto supports"),
                    self->tried->len ? self->tried->str : _("nothing"));
        error_set_advice(*self->error, MAMUTO_ADVICE_TRY_LOGIN, command);
    }
}

gboolean
ssh_auth(SshConnection *connection, const LinkOptions *options, const SshConfig *config,
         GError **error)
{
    g_autoptr(GString) tried = g_string_new(NULL);
    g_autoptr(GError) local_error = NULL;
    Auth self = {.connection = connection,
                 .session = connection->session,
                 .options = options,
                 .config = config,
                 .tried = tried,
                 .error = &local_error};
    SshGuard guard;
    Answer answer;
    int methods = 0, r;

    link_enter_stage(options, MAMUTO_STAGE_AUTH);
    ssh_guard_begin(&guard, options->cancellable, connection->socket);
    AWAIT(&self, r, ssh_userauth_none(connection->session, NULL));
    answer = interpret_result(&self, r);
    /* The server may require several methods, one after another. At most 5 methods are used,
     * because a faulty server could require more and more methods. */
    for (guint parts = 0; answer != DONE && !self.broken && parts < 5; parts++) {
        methods = ssh_userauth_list(connection->session, NULL);
        answer = try_methods(&self, methods);
        if (answer == NO)
            break;
    }
    if (answer != DONE)
        set_failed(&self, methods);
    ssh_guard_end(&guard);
    if (answer == DONE)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local_error));
    return FALSE;
}
