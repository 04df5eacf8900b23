/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks questions on /dev/tty, so that questions work if standard input and output are redirected.
 * The main loop reads the answer. While it waits for the answer, it still handles signals and
 * updates from other hosts. */
#include "tty-asker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"
#include "text.h"

/* Maximum size of an answer in bytes. A Linux terminal returns at most 4096 bytes per line. */
#define MAX_ANSWER 4096

struct _TtyAsker {
    MamutoAsker *asker;
    int fd;
    void (*pause)(gpointer data);
    void (*resume)(gpointer data);
    gpointer data;
    MamutoQuestion *question; /* (nullable): the question that waits for an answer */
    guint watch_id;
    char answer[MAX_ANSWER];
    gsize length;
};

static void
put(TtyAsker *self, const char *text)
{
    terminal_write(self->fd, text, strlen(text));
}

static void G_GNUC_PRINTF(2, 3) putf(TtyAsker *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    put(self, text);
}

static gboolean
is_host_key(MamutoQuestion *question)
{
    return mamuto_question_get_kind(question) == MAMUTO_QUESTION_HOST_KEY;
}

static void
ask_host_key(TtyAsker *self, MamutoQuestion *question)
{
    const char *file = mamuto_question_get_file(question);
    const char *type = mamuto_question_get_key_type(question);
    const char *fingerprint = mamuto_question_get_fingerprint(question);
    g_autofree char *host = mamuto_text_escape(mamuto_question_get_host(question), FALSE);
    g_autofree char *target = mamuto_text_escape(mamuto_question_get_target(question), FALSE);
    g_autofree char *key = mamuto_text_escape(type != NULL ? type : "", FALSE);
    g_autofree char *print = mamuto_text_escape(fingerprint != NULL ? fingerprint : "", FALSE);
    g_autofree char *shown = mamuto_text_escape(file != NULL ? file : "known_hosts", FALSE);

    putf(self,
         "The key of host %s (%s) is not known:\n"
         "    %s %s\n"
         "Compare the fingerprint with one from the host's administrator: an attacker could "
         "present\n"
         "another key. If you answer yes, the key is added to %s.\n"
         "Is this the right key (yes or no)? ",
         host, target, key, print, shown);
}

static void
ask_text(TtyAsker *self, MamutoQuestion *question)
{
    const char *server = mamuto_question_get_server_text(question);
    g_autofree char *prompt = mamuto_text_escape(mamuto_question_get_prompt(question), FALSE);

    if (mamuto_question_get_attempt(question) > 1)
        put(self, "The answer was not accepted.\n");
    if (server != NULL && *server != '\0') {
        g_autofree char *host = mamuto_text_escape(mamuto_question_get_host(question), FALSE);
        g_autofree char *text = mamuto_text_escape(server, TRUE);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        putf(self, "Host %s says:\n", host);
        for (char **line = lines; *line != NULL; line++)
            if (**line != '\0')
                putf(self, "    | %s\n", *line);
    }
    putf(self, "%s: ", prompt);
}

static void
wipe(TtyAsker *self)
{
    explicit_bzero(self->answer, sizeof self->answer);
    self->length = 0;
}

/* Restores the echo of the terminal and resumes the progress display. Returns (transfer full): the
 * question, which the caller must answer, accept or decline. */
static MamutoQuestion *
close_question(TtyAsker *self)
{
    if (!is_host_key(self->question) && !mamuto_question_get_echo(self->question)) {
        terminal_set_echo(self->fd, TRUE);
        put(self, "\n");
    }
    g_clear_handle_id(&self->watch_id, g_source_remove);
    g_signal_handlers_disconnect_by_data(self->question, self);
    self->resume(self->data);
    return g_steal_pointer(&self->question);
}

static gboolean
decline(TtyAsker *self)
{
    g_autoptr(MamutoQuestion) question = close_question(self);

    wipe(self);
    mamuto_question_decline(question);
    return G_SOURCE_REMOVE;
}

/* Declines the question without an answer from the user. Prints a line feed, so that later output
 * begins on a new line. */
static gboolean
break_off(TtyAsker *self)
{
    if (is_host_key(self->question) || mamuto_question_get_echo(self->question))
        put(self, "\n");
    return decline(self);
}

/* Passes the line in self->answer to the question. If the answer about a host key is neither yes
 * nor no, asks again. */
static gboolean
take_answer(TtyAsker *self)
{
    g_autoptr(MamutoQuestion) question = NULL;

    if (!is_host_key(self->question)) {
        question = close_question(self);
        mamuto_question_answer(question, self->answer);
        wipe(self);
        return G_SOURCE_REMOVE;
    }
    g_strstrip(self->answer);
    if (g_ascii_strcasecmp(self->answer, "no") == 0)
        return decline(self);
    if (g_ascii_strcasecmp(self->answer, "yes") != 0) {
        wipe(self);
        put(self, "Please type 'yes' or 'no': ");
        return G_SOURCE_CONTINUE;
    }
    wipe(self);
    question = close_question(self);
    mamuto_question_accept(question);
    return G_SOURCE_REMOVE;
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer data)
{
    TtyAsker *self = data;
    ssize_t n = read(fd, self->answer + self->length, sizeof self->answer - 1 - self->length);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return G_SOURCE_CONTINUE;
    if (n <= 0) /* Ctrl-D, or the terminal was closed */
        return break_off(self);
    self->length += (gsize)n;
    self->answer[self->length] = '\0';
    if (self->answer[self->length - 1] == '\n') {
        self->answer[self->length - 1] = '\0';
        return take_answer(self);
    }
    return self->length < sizeof self->answer - 1 ? G_SOURCE_CONTINUE : break_off(self);
}

/* Called when the connection that asked the question has ended, so that nobody needs the answer. */
static void
on_withdrawn(MamutoQuestion *question, TtyAsker *self)
{
    break_off(self);
}

static void
on_question(MamutoQuestion *question, gpointer data)
{
    TtyAsker *self = data;

    self->question = g_object_ref(question);
    self->pause(self->data);
    wipe(self);
    if (is_host_key(question))
        ask_host_key(self, question);
    else
        ask_text(self, question);
    if (!is_host_key(question) && !mamuto_question_get_echo(question) &&
        !terminal_set_echo(self->fd, FALSE)) {
        put(self, "\nThis terminal cannot hide typed text, so the question is declined.\n");
        decline(self);
        return;
    }
    g_signal_connect(question, "withdrawn", G_CALLBACK(on_withdrawn), self);
    self->watch_id = g_unix_fd_add(self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
}

TtyAsker *
tty_asker_new(void (*pause)(gpointer data), void (*resume)(gpointer data), gpointer data)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    TtyAsker *self;

    if (fd < 0)
        return NULL;
    self = g_new0(TtyAsker, 1);
    self->fd = fd;
    self->pause = pause;
    self->resume = resume;
    self->data = data;
    self->asker = mamuto_asker_new(on_question, self, NULL);
    return self;
}

MamutoAsker *
tty_asker_get_asker(TtyAsker *self)
{
    return self->asker;
}

void
tty_asker_break_off(TtyAsker *self)
{
    if (self->question != NULL)
        break_off(self);
}

void
tty_asker_free(TtyAsker *self)
{
    tty_asker_break_off(self);
    g_object_unref(self->asker);
    close(self->fd);
    wipe(self);
    g_free(self);
}
