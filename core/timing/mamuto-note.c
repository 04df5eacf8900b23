/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Creates notes and formats them as English sentences for files and the terminal. The window has
 * its own, translated sentences. */
#include "mamuto-note.h"

G_DEFINE_BOXED_TYPE(MamutoNote, mamuto_note, mamuto_note_copy, mamuto_note_free)

static char **
append(char **list, const char *text)
{
    guint n = g_strv_length(list);

    list = g_renew(char *, list, n + 2);
    list[n] = g_utf8_make_valid(text, -1);
    list[n + 1] = NULL;
    return list;
}

/**
 * mamuto_note_new:
 * @kind: the subject of the note
 * @host: (nullable): the name of a host
 * @text: (nullable): a text whose meaning depends on @kind
 * @count: a number whose meaning depends on @kind, or 0
 *
 * All functions of notes may be called from any thread.
 *
 * Returns: (transfer full): a note
 */
MamutoNote *
mamuto_note_new(MamutoNoteKind kind, const char *host, const char *text, guint64 count)
{
    MamutoNote *self = g_new0(MamutoNote, 1);

    self->kind = kind;
    self->count = count;
    self->hosts = g_new0(char *, 1);
    self->texts = g_new0(char *, 1);
    mamuto_note_add(self, host, text);
    return self;
}

/**
 * mamuto_note_add:
 * @self: a note
 * @host: (nullable): the name of a host to append to the hosts
 * @text: (nullable): a text to append to the texts
 *
 * Appends a host and a text to a note that lists several hosts.
 */
void
mamuto_note_add(MamutoNote *self, const char *host, const char *text)
{
    g_return_if_fail(self != NULL);
    if (host != NULL)
        self->hosts = append(self->hosts, host);
    if (text != NULL)
        self->texts = append(self->texts, text);
}

/**
 * mamuto_note_copy:
 * @self: a note
 *
 * Returns: (transfer full): a copy
 */
MamutoNote *
mamuto_note_copy(const MamutoNote *self)
{
    MamutoNote *copy = g_memdup2(self, sizeof *self);

    copy->hosts = g_strdupv(self->hosts);
    copy->texts = g_strdupv(self->texts);
    return copy;
}

/**
 * mamuto_note_free:
 * @self: (nullable) (transfer full): a note
 */
void
mamuto_note_free(MamutoNote *self)
{
    if (self == NULL)
        return;
    g_strfreev(self->hosts);
    g_strfreev(self->texts);
    g_free(self);
}

static char *
format_cpus(const MamutoNote *self)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; self->hosts[i] != NULL && self->texts[i] != NULL; i++)
        g_string_append_printf(list, "%s%s lacks %s", i > 0 ? ", " : "", self->hosts[i],
                               self->texts[i]);
    if (self->count > 0)
        g_string_append_printf(list, " and %" G_GUINT64_FORMAT " more", self->count);
    return g_strdup_printf("The hosts' CPUs differ (%s): functions such as numpy.exp may give "
                           "results whose last bits differ between hosts.",
                           list->str);
}

/**
 * mamuto_note_format:
 * @self: a note
 *
 * The sentence may contain text from hosts. A caller that writes the sentence to a terminal must
 * escape control characters.
 *
 * Returns: (transfer full): the note as an English sentence
 */
char *
mamuto_note_format(const MamutoNote *self)
{
    const char *host, *text;

    g_return_val_if_fail(self != NULL, NULL);
    host = self->hosts[0] != NULL ? self->hosts[0] : "a host";
    text = self->texts[0] != NULL ? self->texts[0] : "no reason is known";
    switch (self->kind) {
    case MAMUTO_NOTE_BUDGET_OVER:
        return g_strdup("The budget was over before everything was measured.");
    case MAMUTO_NOTE_STOPPED:
        return g_strdup("It was stopped before everything was measured.");
    case MAMUTO_NOTE_ENDED:
        return g_strdup_printf("The comparison ended before everything was measured: %s", text);
    case MAMUTO_NOTE_NO_CLUSTER:
        return g_strdup_printf("The cluster could not be measured: %s", text);
    case MAMUTO_NOTE_QUESTION:
        return g_strdup("A question had to be answered while the cluster was connected, so that "
                        "start is not counted.");
    case MAMUTO_NOTE_HOST_LOST:
        return g_strdup_printf("%s was lost: %s", host, text);
    case MAMUTO_NOTE_HOST_FAILED:
        return g_strdup_printf("%s could not be used: %s", host, text);
    case MAMUTO_NOTE_MORE_LOST:
        return g_strdup_printf("%" G_GUINT64_FORMAT " more %s lost", self->count,
                               self->count == 1 ? "host was" : "hosts were");
    case MAMUTO_NOTE_MORE_FAILED:
        return g_strdup_printf("%" G_GUINT64_FORMAT " more %s could not be used", self->count,
                               self->count == 1 ? "host" : "hosts");
    case MAMUTO_NOTE_CPUS_DIFFER:
        return format_cpus(self);
    case MAMUTO_NOTE_SPANS_DROPPED:
        return g_strdup_printf("%" G_GUINT64_FORMAT
                               " %s dropped because there were too many: the hosts' times count "
                               "%s as waiting.",
                               self->count, self->count == 1 ? "span was" : "spans were",
                               self->count == 1 ? "it" : "them");
    case MAMUTO_NOTE_TEXT:
        break;
    }
    return g_strdup(text);
}
