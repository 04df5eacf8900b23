/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-log-model.h. The newest lines are stored in a ring buffer. A second array contains the
 * numbers of the lines that pass the filter. Lines are numbered from the start of the run, so that
 * a line keeps its number when older lines are dropped. */
#include "mamuto-log-model.h"

#include <string.h>

/* Greatest length of a line in bytes. Longer lines are split, because GTK needs seconds to lay out
 * megabytes of text. */
#define MAX_LINE 4000

#define DEFAULT_MAX_LINES 100000
#define FLUSH_MS 100

typedef struct {
    char *text;
    double time;
    guint host;
    guint stream;
} Line;

struct _MamutoLogLine {
    GObject parent_instance;
    Line line;
};

G_DEFINE_FINAL_TYPE(MamutoLogLine, mamuto_log_line, G_TYPE_OBJECT)

struct _MamutoLogModel {
    GObject parent_instance;
    guint max_lines;
    Line *ring;      /* max_lines entries */
    guint64 n_added; /* number of lines added so far; the first line has the number 0 */
    guint n_kept;
    GArray *shown; /* numbers (guint64) of the lines that pass the filter; elements before
                      shown_first are unused */
    guint shown_first;
    guint64 n_told; /* number of the first line that was not yet filtered */
    guint flush_source;
    int host;
    char *needle; /* casefolded text to search for; NULL: no search */
};

static void mamuto_log_model_list_init(GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(MamutoLogModel, mamuto_log_model, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, mamuto_log_model_list_init))

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- lines ---- */

static void
mamuto_log_line_finalize(GObject *object)
{
    g_free(MAMUTO_LOG_LINE(object)->line.text);
    G_OBJECT_CLASS(mamuto_log_line_parent_class)->finalize(object);
}

static void
mamuto_log_line_class_init(MamutoLogLineClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_log_line_finalize;
}

static void
mamuto_log_line_init(MamutoLogLine *self)
{
}

const char *
mamuto_log_line_get_text(MamutoLogLine *self)
{
    return self->line.text;
}

guint
mamuto_log_line_get_host(MamutoLogLine *self)
{
    return self->line.host;
}

guint
mamuto_log_line_get_stream(MamutoLogLine *self)
{
    return self->line.stream;
}

double
mamuto_log_line_get_time(MamutoLogLine *self)
{
    return self->line.time;
}

/* ---- the list ---- */

static Line *
get_line(MamutoLogModel *self, guint64 number)
{
    return &self->ring[number % self->max_lines];
}

static guint
n_shown(MamutoLogModel *self)
{
    return self->shown->len - self->shown_first;
}

static GType
get_item_type(GListModel *list)
{
    return MAMUTO_TYPE_LOG_LINE;
}

static guint
get_n_items(GListModel *list)
{
    return n_shown(MAMUTO_LOG_MODEL(list));
}

static gpointer
get_item(GListModel *list, guint position)
{
    MamutoLogModel *self = MAMUTO_LOG_MODEL(list);
    MamutoLogLine *item;

    if (position >= n_shown(self))
        return NULL;
    item = g_object_new(MAMUTO_TYPE_LOG_LINE, NULL);
    item->line = *get_line(self, g_array_index(self->shown, guint64, self->shown_first + position));
    item->line.text = g_strdup(item->line.text);
    return item;
}

static void
mamuto_log_model_list_init(GListModelInterface *iface)
{
    iface->get_item_type = get_item_type;
    iface->get_n_items = get_n_items;
    iface->get_item = get_item;
}

/* ---- the model ---- */

static void
clear_lines(MamutoLogModel *self)
{
    for (guint i = 0; i < self->n_kept; i++)
        g_clear_pointer(&get_line(self, self->n_added - 1 - i)->text, g_free);
    self->n_added = self->n_told = 0;
    self->n_kept = 0;
    g_array_set_size(self->shown, 0);
    self->shown_first = 0;
}

static void
mamuto_log_model_finalize(GObject *object)
{
    MamutoLogModel *self = MAMUTO_LOG_MODEL(object);

    g_clear_handle_id(&self->flush_source, g_source_remove);
    clear_lines(self);
    g_array_unref(self->shown);
    g_free(self->ring);
    g_free(self->needle);
    G_OBJECT_CLASS(mamuto_log_model_parent_class)->finalize(object);
}

static void
mamuto_log_model_class_init(MamutoLogModelClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_log_model_finalize;
    signals[SIGNAL_CHANGED] = g_signal_new("changed", MAMUTO_TYPE_LOG_MODEL, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_log_model_init(MamutoLogModel *self)
{
    self->shown = g_array_new(FALSE, FALSE, sizeof(guint64));
    self->host = -1;
}

MamutoLogModel *
mamuto_log_model_new(guint max_lines)
{
    MamutoLogModel *self = g_object_new(MAMUTO_TYPE_LOG_MODEL, NULL);

    self->max_lines = max_lines > 0 ? max_lines : DEFAULT_MAX_LINES;
    self->ring = g_new0(Line, self->max_lines);
    return self;
}

static gboolean
passes(MamutoLogModel *self, const Line *line)
{
    g_autofree char *folded = NULL;

    if (self->host >= 0 && line->host != (guint)self->host)
        return FALSE;
    if (!self->needle)
        return TRUE;
    folded = g_utf8_casefold(line->text, -1);
    return strstr(folded, self->needle) != NULL;
}

/* Returns the number of the oldest line that is still kept. */
static guint64
oldest(MamutoLogModel *self)
{
    return self->n_added - self->n_kept;
}

static guint
forget_dropped(MamutoLogModel *self)
{
    guint n = 0;

    while (n < n_shown(self) &&
           g_array_index(self->shown, guint64, self->shown_first + n) < oldest(self))
        n++;
    self->shown_first += n;
    if (self->shown_first > self->max_lines) {
        g_array_remove_range(self->shown, 0, self->shown_first);
        self->shown_first = 0;
    }
    return n;
}

void
mamuto_log_model_flush(MamutoLogModel *self)
{
    guint n_before, n_new = 0, n_gone;

    g_clear_handle_id(&self->flush_source, g_source_remove);
    n_gone = forget_dropped(self);
    if (n_gone > 0)
        g_list_model_items_changed(G_LIST_MODEL(self), 0, n_gone, 0);
    n_before = n_shown(self);
    for (self->n_told = MAX(self->n_told, oldest(self)); self->n_told < self->n_added;
         self->n_told++)
        if (passes(self, get_line(self, self->n_told))) {
            g_array_append_val(self->shown, self->n_told);
            n_new++;
        }
    if (n_new > 0)
        g_list_model_items_changed(G_LIST_MODEL(self), n_before, 0, n_new);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
on_flush(gpointer data)
{
    MamutoLogModel *self = data;

    self->flush_source = 0;
    mamuto_log_model_flush(self);
    return G_SOURCE_REMOVE;
}

/* Escapes the text, because text from a host must not change how lines are displayed. Tabs become
 * spaces, because a line is drawn without tab stops. */
static char *
make_visible(const char *text, gsize length)
{
    g_autofree char *line = g_strndup(text, length);
    g_autofree char *shown = mamuto_text_escape(line, TRUE);
    g_auto(GStrv) parts = g_strsplit(shown, "\t", -1);

    return g_strjoinv("    ", parts);
}

static void
add_line(MamutoLogModel *self, const Line *line, const char *text, gsize length)
{
    Line *place = get_line(self, self->n_added);

    if (self->n_kept == self->max_lines)
        g_free(place->text);
    else
        self->n_kept++;
    *place = *line;
    place->text = make_visible(text, length);
    self->n_added++;
}

void
mamuto_log_model_add(MamutoLogModel *self, guint host, guint stream, double time, const char *text)
{
    const Line line = {NULL, time, host, stream};

    while (*text != '\0') {
        gsize length = strcspn(text, "\n"), taken = length;

        if (taken > MAX_LINE)
            taken = (gsize)(g_utf8_prev_char(text + MAX_LINE + 1) - text);
        add_line(self, &line, text, taken > 0 && text[taken - 1] == '\r' ? taken - 1 : taken);
        text += taken + (taken == length && text[length] == '\n');
    }
    if (self->flush_source == 0)
        self->flush_source = g_timeout_add(FLUSH_MS, on_flush, self);
}

void
mamuto_log_model_clear(MamutoLogModel *self)
{
    guint n = n_shown(self);

    g_clear_handle_id(&self->flush_source, g_source_remove);
    clear_lines(self);
    g_list_model_items_changed(G_LIST_MODEL(self), 0, n, 0);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

void
mamuto_log_model_filter(MamutoLogModel *self, int host, const char *text)
{
    guint n = n_shown(self);

    g_free(self->needle);
    self->needle = text && *text ? g_utf8_casefold(text, -1) : NULL;
    self->host = host;
    g_array_set_size(self->shown, 0);
    self->shown_first = 0;
    for (self->n_told = oldest(self); self->n_told < self->n_added; self->n_told++)
        if (passes(self, get_line(self, self->n_told)))
            g_array_append_val(self->shown, self->n_told);
    g_list_model_items_changed(G_LIST_MODEL(self), 0, n, n_shown(self));
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

guint
mamuto_log_model_get_n_lines(MamutoLogModel *self)
{
    return self->n_kept;
}

guint64
mamuto_log_model_get_n_dropped(MamutoLogModel *self)
{
    return self->n_added - self->n_kept;
}
