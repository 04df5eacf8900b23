/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs the script agent-install.sh on a host: builds the command line that starts the script, and
 * answers the requests of the script. Each line that the script prints for this program begins
 * with a random text, the nonce, because the host may also print other text. */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "hash.h"
#include "ssh-private.h"

/* Maximum number of bytes to receive without finding the nonce. The user's login files on the
 * host may print text before the script starts. */
#define MAX_NOISE (1u << 20)
#define MAX_LINE 4096
/* Longest wait for one line from the script. Compiling the agent on the host may take this
 * long. */
#define ANSWER_TIMEOUT_MS 60000
/* Limits of one attempt: its time, and the number of lines. The script prints at most two lines for
 * each directory, and starts at most once for each directory. */
#define INSTALL_TIMEOUT (180 * G_TIME_SPAN_SECOND)
#define N_DIRECTORIES 4
#define MAX_LINES (N_DIRECTORIES * (2 * N_DIRECTORIES + 2))

typedef struct {
    AgentInstall *install;
    Link *link;
    gboolean sent; /* the agent or its sources were sent; each run of the script needs one file */
    const char *nonce;
    GByteArray *in; /* received bytes that were not processed yet */
    gsize noise;    /* number of discarded bytes that did not contain the nonce */
    LinkTail tail;  /* the last discarded bytes, for error messages */
    char *sysname, *machine;
    GError **error;
} Installation;

static char *
describe(GBytes *bytes)
{
    g_autofree char *hash = bytes ? hash_bytes(bytes) : g_strdup("none");

    return g_strdup_printf("%s,%" G_GSIZE_FORMAT, hash, bytes ? g_bytes_get_size(bytes) : 0);
}

static gpointer
describe_source(gpointer data)
{
    g_autoptr(GBytes) source = agent_get_source();

    return describe(source);
}

static gpointer
describe_agent(gpointer data)
{
    g_autoptr(GBytes) agent = link_lookup_resource("agent", NULL);

    return describe(agent);
}

/* Returns the hash and size of the agent for this machine. The agents that are included in the
 * library, and the sources, are hashed once for all hosts. */
static char *
describe_agent_here(GError **error)
{
    static GOnce once = G_ONCE_INIT;
    g_autoptr(GBytes) agent = agent_for_this_machine(error);

    if (!agent)
        return NULL;
    return agent_is_replaced() ? describe(agent) : g_strdup(g_once(&once, describe_agent, NULL));
}

/* Returns agent-install.sh as one line without comments and indentation. */
static char *
script(void)
{
    g_autoptr(GBytes) bytes = link_lookup_resource("agent-install.sh", NULL);
    g_auto(GStrv) all = g_strsplit(g_bytes_get_data(bytes, NULL), "\n", -1);
    GString *line = g_string_new(NULL);

    for (char **l = all; *l; l++) {
        g_strstrip(*l);
        if (**l && **l != '#')
            g_string_append_printf(line, "%s%s", line->len ? " " : "", *l);
    }
    return g_string_free(line, FALSE);
}

char *
agent_install_command(const char *nonce, guint first, GError **error)
{
    static GOnce once = G_ONCE_INIT;
    g_autofree char *text = script(), *ready = describe_agent_here(error);
    g_autofree char *system = NULL, *machine = NULL;

    if (!ready)
        return NULL;
    agent_name_this_machine(&system, &machine);
    return g_strdup_printf("exec /bin/sh -c '%s' mamuto %s %u %s %s/%s=%s", text, nonce, first,
                           (const char *)g_once(&once, describe_source, NULL), system, machine,
                           ready);
}

static gboolean fail(Installation *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean
fail(Installation *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(self->error, MAMUTO_ERROR, MAMUTO_ERROR_AGENT, "%s", text);
    return FALSE;
}

/* Sets an error because the script ended, sent an unknown line, or did not answer in time. The
 * message also contains text from the host that may show the cause. */
static gboolean
fail_without_answer(Installation *self, const GError *cause)
{
    const char *why = cause ? cause->message : _("no answer in time");
    g_autofree char *said = NULL;

    link_tail_add(&self->tail, (const char *)self->in->data, self->in->len);
    said = link_tail_quote(&self->tail);
    if (!self->machine)
        return fail(self,
                    _("the host's login shell did not start /bin/sh (%s%s); an account that may "
                      "run no commands, or only a fixed one (ForceCommand), cannot be used"),
                    why, said);
    return fail(self, _("the agent could not be started: %s%s%s"), why,
                self->install->notes->len ? "; " : "", self->install->notes->str);
}

/* Waits until the link can be read or written. Returns FALSE with an error set if this takes too
 * long or the attempt is cancelled. */
static gboolean
wait_for(Installation *self, LinkEvents event)
{
    gint64 left = (self->install->deadline - g_get_monotonic_time()) / 1000;

    if (!g_cancellable_is_cancelled(self->install->cancellable) && left > 0 &&
        link_wait(self->link, event, (int)MIN(left, ANSWER_TIMEOUT_MS)))
        return TRUE;
    return fail_without_answer(self, NULL);
}

static gboolean
send_all(Installation *self, GBytes *bytes)
{
    gsize size, done = 0;
    const char *data = g_bytes_get_data(bytes, &size);

    while (done < size) {
        g_autoptr(GError) error = NULL;
        gssize n;

        if (!wait_for(self, LINK_WRITABLE))
            return FALSE;
        n = link_write(self->link, data + done, size - done, NULL, 0, &error);
        if (n < 0)
            return TRUE; /* the script has exited; the error message will quote its output */
        done += (gsize)n;
    }
    return TRUE;
}

/* Waits for the next line that begins with the nonce, and returns the line without the nonce.
 * Returns NULL with an error set on failure. */
static char *
next_answer(Installation *self)
{
    gsize nonce_length = strlen(self->nonce);

    for (;;) {
        const char *data = (const char *)self->in->data;
        const char *start = data ? memmem(data, self->in->len, self->nonce, nonce_length) : NULL;
        const char *end = start ? memchr(start, '\n', self->in->len - (gsize)(start - data)) : NULL;
        g_autoptr(GError) error = NULL;
        char buffer[4096];
        gssize n;

        if (end) {
            gsize length = (gsize)(end - start) - nonce_length;
            char *line = g_strndup(start + nonce_length, length);

            g_byte_array_remove_range(self->in, 0, (guint)(end + 1 - data));
            return line;
        }
        if (!start && self->in->len > MAX_LINE) {
            guint surplus = self->in->len - (guint)nonce_length;

            link_tail_add(&self->tail, data, surplus);
            self->noise += surplus;
            g_byte_array_remove_range(self->in, 0, surplus);
        }
        if (self->noise > MAX_NOISE || (start && self->in->len > 4 * MAX_LINE)) {
            fail_without_answer(self, NULL);
            return NULL;
        }
        if (!wait_for(self, LINK_READABLE))
            return NULL;
        n = self->link->class->read(self->link, buffer, sizeof buffer, NULL, NULL, &error);
        if (n < 0) {
            fail_without_answer(self, error);
            return NULL;
        }
        g_byte_array_append(self->in, (guint8 *)buffer, (guint)n);
    }
}

static gboolean
set_machine(Installation *self, const char *text)
{
    const char *slash = strchr(text, '/');

    g_clear_pointer(&self->sysname, g_free);
    g_clear_pointer(&self->machine, g_free);
    self->sysname = slash ? g_strndup(text, (gsize)(slash - text)) : g_strdup(text);
    self->machine = link_escape_text(slash ? slash + 1 : "", slash ? strlen(slash + 1) : 0, 64);
    if (strcmp(self->sysname, "Linux") != 0)
        return fail(self, _("the host runs %s, but Mamuto needs hosts with Linux"), text);
    return TRUE;
}

static gboolean
send_requested(Installation *self, const char *what)
{
    g_autoptr(GBytes) bytes = NULL;

    if (strcmp(what, "agent") == 0) {
        if (!agent_for_machine(self->sysname, self->machine, &bytes, self->error))
            return FALSE;
    } else if (strcmp(what, "source") == 0) {
        bytes = agent_get_source();
    }
    if (!bytes)
        return fail(self, _("the installation script requested %s, which does not exist"), what);
    if (self->sent)
        return fail(self, _("the installation script requested a file twice"));
    self->sent = TRUE;
    return send_all(self, bytes);
}

typedef enum { GO_ON, STARTED, OTHER_DIRECTORY, FAILED } Step;

/* Chooses the next directory, after the one in @text ("NUMBER REASON") turned out to be unusable.
 */
static Step
skip_directory(Installation *self, const char *text)
{
    GString *notes = self->install->notes;
    const char *rest = strchr(text, ' ');
    guint64 number = g_ascii_strtoull(text, NULL, 10);

    if (number < self->install->first || number > N_DIRECTORIES) {
        fail(self, _("the installation script sent \"%s %s\", which is not understood"), "fail",
             text);
        return FAILED;
    }
    g_string_append_printf(notes, "%s%s", notes->len ? "; " : "", rest ? rest + 1 : text);
    self->install->first = (guint)number + 1;
    return OTHER_DIRECTORY;
}

static Step
handle_answer(Installation *self, const char *line)
{
    g_auto(GStrv) words = g_strsplit(g_strstrip((char *)line), " ", 2);
    const char *what = words[0] ? words[0] : "", *text = words[0] && words[1] ? words[1] : "";
    g_autofree char *shown = link_escape_text(text, strlen(text), 500);

    if (strcmp(what, "machine") == 0)
        return set_machine(self, shown) ? GO_ON : FAILED;
    if (!self->machine) {
        fail(self, _("the installation script sent \"%s\" before the type of the machine"), shown);
        return FAILED;
    }
    if (strcmp(what, "need") == 0)
        return send_requested(self, shown) ? GO_ON : FAILED;
    if (strcmp(what, "run") == 0)
        return STARTED;
    if (strcmp(what, "skip") == 0) {
        g_string_append_printf(self->install->notes, "%s%s", self->install->notes->len ? "; " : "",
                               shown);
        return GO_ON;
    }
    if (strcmp(what, "fail") == 0)
        return skip_directory(self, shown);
    if (strcmp(what, "nocc") == 0)
        fail(self,
             _("Mamuto has no agent for %s/%s, and the host has no compiler (cc, gcc or clang) to "
               "build one; install gcc on the host"),
             self->sysname, self->machine);
    else if (strcmp(what, "nobuild") == 0)
        fail(self, _("the agent could not be built for %s/%s: %s"), self->sysname, self->machine,
             shown);
    else if (strcmp(what, "broken") == 0)
        fail(self, _("the agent does not run on the host (%s, %s/%s)"), shown, self->sysname,
             self->machine);
    else if (strcmp(what, "nowhere") == 0)
        fail(self,
             _("no directory on the host can hold the agent: %s; set XDG_CACHE_HOME to one that "
               "can, for example in ~/.ssh/environment or sshd's SetEnv"),
             self->install->notes->str);
    else
        fail(self, _("the installation script sent \"%s %s\", which is not understood"), what,
             shown);
    return FAILED;
}

void
agent_install_init(AgentInstall *self, GCancellable *cancellable)
{
    *self = (AgentInstall){.cancellable = cancellable,
                           .deadline = g_get_monotonic_time() + INSTALL_TIMEOUT,
                           .first = 1,
                           .notes = g_string_new(NULL)};
}

void
agent_install_clear(AgentInstall *self)
{
    g_string_free(self->notes, TRUE);
}

gboolean
agent_install_answer(AgentInstall *install, Link *link, const char *nonce, GByteArray *rest,
                     GError **error)
{
    Installation self = {
        .install = install, .link = link, .nonce = nonce, .in = rest, .error = error};
    Step step = GO_ON;

    link_tail_init(&self.tail, -1);
    while (step == GO_ON) {
        g_autofree char *line = next_answer(&self);

        if (line && ++install->n_lines > MAX_LINES) {
            fail(&self, _("the installation script printed more than %d lines"), MAX_LINES);
            step = FAILED;
        } else {
            step = line ? handle_answer(&self, line) : FAILED;
        }
    }
    if (step == STARTED)
        install->first = 0;
    g_free(self.sysname);
    g_free(self.machine);
    return step == STARTED || step == OTHER_DIRECTORY;
}
