/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-host-row.h. */
#include "mamuto-host-row.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"
#include "../chart/palette.h"
#include "host-words.h"
#include "mamuto-core-strip.h"
#include "progress-words.h"

#define HEIGHT 32
#define GAP 12
#define NAME_MIN 96

enum { ICON, WORD, NAME, STRIP, BAR, RATE, CPU, MEMORY, RETRIES, N_COLUMNS };

/* Width of each column in pixels, and the order in which columns are hidden if the row is too
 * narrow. The column with the greatest drop_order is hidden first; 0: never hidden. NAME gets the
 * remaining width. */
static const struct {
    int width;
    guint drop_order;
} columns[N_COLUMNS] = {
    [ICON] = {16, 0},       [WORD] = {84, 3},
    [NAME] = {NAME_MIN, 0}, [STRIP] = {MAMUTO_CORE_STRIP_WIDTH, 4},
    [BAR] = {90, 5},        [RATE] = {72, 0},
    [CPU] = {52, 6},        [MEMORY] = {120, 8},
    [RETRIES] = {44, 7},
};

struct _MamutoHostRow {
    GtkWidget parent_instance;
    MamutoHostStatus *status;
    GtkWidget *children[N_COLUMNS];
    gboolean header;
    double share;     /* filled part of the bar, 0 to 1 */
    const char *word; /* the state in the accessible label */
};

G_DEFINE_FINAL_TYPE(MamutoHostRow, mamuto_host_row, GTK_TYPE_WIDGET)

static void
mamuto_host_row_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
    if (orientation == GTK_ORIENTATION_VERTICAL) {
        *minimum = *natural = HEIGHT;
        return;
    }
    *minimum = 2 * GAP + columns[ICON].width + NAME_MIN + columns[RATE].width;
    *natural = 900;
}

/* Returns the column to hide next: the visible column with the greatest drop_order, or -1 if no
 * column may be hidden. */
static int
find_least_important(const gboolean shown[N_COLUMNS])
{
    int found = -1;

    for (int c = 0; c < N_COLUMNS; c++)
        if (shown[c] && columns[c].drop_order > (found < 0 ? 0 : columns[found].drop_order))
            found = c;
    return found;
}

/* Chooses the visible columns. Returns the remaining width in pixels, which is added to
 * the column NAME. */
static int
choose_columns(int width, gboolean shown[N_COLUMNS])
{
    int needed = -GAP, last;

    for (guint c = 0; c < N_COLUMNS; c++) {
        shown[c] = TRUE;
        needed += columns[c].width + GAP;
    }
    while (needed > width && (last = find_least_important(shown)) >= 0) {
        shown[last] = FALSE;
        needed -= columns[last].width + GAP;
    }
    return MAX(width - needed, 0);
}

static void
mamuto_host_row_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    MamutoHostRow *self = MAMUTO_HOST_ROW(widget);
    gboolean rtl = gtk_widget_get_direction(widget) == GTK_TEXT_DIR_RTL;
    gboolean shown[N_COLUMNS];
    int left_over = choose_columns(width, shown);
    int x = 0;

    for (guint c = 0; c < N_COLUMNS; c++) {
        int child_width = columns[c].width + (c == NAME ? left_over : 0);
        int child_height = height;

        gtk_widget_set_child_visible(self->children[c], shown[c]);
        if (!shown[c])
            continue;
        /* measure the child, because GTK prints a warning if a child is allocated without being
         * measured */
        gtk_widget_measure(self->children[c], GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL,
                           NULL);
        /* allocate only the natural height of a GtkInscription, because it wraps its text if it has
         * the height of several lines */
        if (GTK_IS_INSCRIPTION(self->children[c]))
            gtk_widget_measure(self->children[c], GTK_ORIENTATION_VERTICAL, child_width, NULL,
                               &child_height, NULL, NULL);
        gtk_widget_size_allocate(self->children[c],
                                 &(GtkAllocation){rtl ? width - x - child_width : x,
                                                  (height - child_height) / 2, child_width,
                                                  child_height},
                                 -1);
        x += child_width + GAP;
    }
}

static void
mamuto_host_row_dispose(GObject *object)
{
    MamutoHostRow *self = MAMUTO_HOST_ROW(object);

    for (guint c = 0; c < N_COLUMNS; c++)
        g_clear_pointer(&self->children[c], gtk_widget_unparent);
    g_clear_object(&self->status);
    G_OBJECT_CLASS(mamuto_host_row_parent_class)->dispose(object);
}

/* Creates the tooltip only when it is shown, because gtk_widget_set_tooltip_text() for each row
 * needs several requests to the display server. */
static gboolean
mamuto_host_row_query_tooltip(GtkWidget *widget, int x, int y, gboolean by_keys,
                              GtkTooltip *tooltip)
{
    MamutoHostRow *self = MAMUTO_HOST_ROW(widget);
    g_autofree char *message = self->status ? app_error_describe_status(self->status) : NULL;

    gtk_tooltip_set_text(tooltip, message);
    return message != NULL;
}

static void
mamuto_host_row_class_init(MamutoHostRowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_host_row_dispose;
    widget_class->measure = mamuto_host_row_measure;
    widget_class->size_allocate = mamuto_host_row_size_allocate;
    widget_class->query_tooltip = mamuto_host_row_query_tooltip;
    gtk_widget_class_set_css_name(widget_class, "hostrow");
}

static void
draw_bar(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
    MamutoHostRow *self = data;
    gboolean dark = palette_is_dark();
    int top = height / 2 - 2;

    if (self->header || !self->status)
        return;
    gdk_cairo_set_source_rgba(cr, palette_get(PALETTE_GRID, dark));
    cairo_rectangle(cr, 0, top, width, 4);
    cairo_fill(cr);
    gdk_cairo_set_source_rgba(cr, palette_get(PALETTE_COMPUTING, dark));
    cairo_rectangle(cr, 0, top, width * self->share, 4);
    cairo_fill(cr);
}

static GtkWidget *
make_text(float xalign)
{
    GtkWidget *text = gtk_inscription_new(NULL);

    gtk_inscription_set_xalign(GTK_INSCRIPTION(text), xalign);
    gtk_inscription_set_text_overflow(GTK_INSCRIPTION(text),
                                      GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE);
    gtk_inscription_set_min_chars(GTK_INSCRIPTION(text), 0);
    gtk_inscription_set_nat_chars(GTK_INSCRIPTION(text), 0);
    return text;
}

static void
mamuto_host_row_init(MamutoHostRow *self)
{
    gtk_widget_set_has_tooltip(GTK_WIDGET(self), TRUE);
    self->children[ICON] = gtk_image_new();
    gtk_accessible_update_state(GTK_ACCESSIBLE(self->children[ICON]), GTK_ACCESSIBLE_STATE_HIDDEN,
                                TRUE, -1);
    self->children[WORD] = make_text(0);
    self->children[NAME] = make_text(0);
    self->children[STRIP] = mamuto_core_strip_new();
    self->children[BAR] = gtk_drawing_area_new();
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(self->children[BAR]), draw_bar, self, NULL);
    gtk_accessible_update_state(GTK_ACCESSIBLE(self->children[BAR]), GTK_ACCESSIBLE_STATE_HIDDEN,
                                TRUE, -1);
    for (guint c = RATE; c < N_COLUMNS; c++) {
        self->children[c] = make_text(1);
        gtk_widget_add_css_class(self->children[c], "numeric");
    }
    for (guint c = 0; c < N_COLUMNS; c++)
        gtk_widget_set_parent(self->children[c], GTK_WIDGET(self));
}

static void
set_text(MamutoHostRow *self, guint column, const char *text)
{
    GtkInscription *inscription = GTK_INSCRIPTION(self->children[column]);

    if (g_strcmp0(gtk_inscription_get_text(inscription), text) != 0)
        gtk_inscription_set_text(inscription, text);
}

GtkWidget *
mamuto_host_row_new(void)
{
    return g_object_new(MAMUTO_TYPE_HOST_ROW, NULL);
}

GtkWidget *
mamuto_host_row_new_header(void)
{
    MamutoHostRow *self = g_object_new(MAMUTO_TYPE_HOST_ROW, NULL);

    self->header = TRUE;
    set_text(self, WORD, _("State"));
    set_text(self, NAME, _("Host"));
    /* in the header, labels replace the strip of cores and the bar */
    g_clear_pointer(&self->children[STRIP], gtk_widget_unparent);
    g_clear_pointer(&self->children[BAR], gtk_widget_unparent);
    self->children[STRIP] = make_text(0);
    self->children[BAR] = make_text(0);
    gtk_widget_insert_after(self->children[STRIP], GTK_WIDGET(self), self->children[NAME]);
    gtk_widget_insert_after(self->children[BAR], GTK_WIDGET(self), self->children[STRIP]);
    set_text(self, STRIP, _("Cores"));
    set_text(self, BAR, _("Rows done"));
    set_text(self, RATE, _("Rows/s"));
    set_text(self, CPU, _("CPU"));
    set_text(self, MEMORY, _("Memory"));
    set_text(self, RETRIES, "↻");
    gtk_widget_set_tooltip_text(self->children[RETRIES], _("Chunks That Were Computed Again"));
    gtk_widget_add_css_class(GTK_WIDGET(self), "dim-label");
    gtk_widget_add_css_class(GTK_WIDGET(self), "caption-heading");
    return GTK_WIDGET(self);
}

static void
update_state(MamutoHostRow *self)
{
    HostWords words = host_words_get(self->status);
    const char *name = app_text_host(mamuto_host_status_get_name(self->status));
    g_autofree char *label = NULL;
    const char *classes[] = {words.css_class, NULL};

    if (g_strcmp0(gtk_image_get_icon_name(GTK_IMAGE(self->children[ICON])), words.icon_name) != 0) {
        gtk_image_set_from_icon_name(GTK_IMAGE(self->children[ICON]), words.icon_name);
        gtk_widget_set_css_classes(self->children[ICON], classes);
        gtk_widget_set_css_classes(self->children[WORD], classes);
    }
    set_text(self, WORD, words.word);
    if (self->word == words.word)
        return;
    self->word = words.word;
    label = g_strdup_printf("%s, %s", name, words.word);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    /* set the label of the parent too: the parent is the row widget that GtkListView creates, and
     * this widget gets the focus */
    if (gtk_widget_get_parent(GTK_WIDGET(self)))
        gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_widget_get_parent(GTK_WIDGET(self))),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
mamuto_host_row_update(MamutoHostRow *self, gint64 most_rows)
{
    MamutoHostStatus *status = self->status;
    g_autofree char *rate = NULL, *cpu = NULL, *memory = NULL, *retries = NULL;
    gboolean works;
    double share;

    if (!status)
        return;
    /* after a host is done, lost or failed, the measurements in its last report are out of date */
    works = mamuto_host_status_get_state(status) < MAMUTO_HOST_DONE;
    update_state(self);
    set_text(self, NAME, app_text_host(mamuto_host_status_get_name(status)));
    mamuto_core_strip_set(MAMUTO_CORE_STRIP(self->children[STRIP]),
                          works ? mamuto_host_status_get_n_busy(status) : 0,
                          mamuto_host_status_get_cores(status));
    share =
        most_rows > 0 ? (double)mamuto_host_status_get_rows_done(status) / (double)most_rows : 0;
    if (ABS(share - self->share) > 0.002) {
        self->share = share;
        gtk_widget_queue_draw(self->children[BAR]);
    }
    rate = progress_words_rate(mamuto_host_status_get_rows_per_second(status));
    if (works)
        memory = host_words_format_memory(status);
    if (memory)
        /* Translators: processor load in percent */
        cpu = g_strdup_printf(_("%.0f %%"), 100 * mamuto_host_status_get_cpu(status));
    if (mamuto_host_status_get_n_lost(status) > 0)
        retries = app_text_count(mamuto_host_status_get_n_lost(status));
    set_text(self, RATE, mamuto_host_status_get_state(status) < MAMUTO_HOST_LOST ? rate : NULL);
    set_text(self, CPU, cpu);
    set_text(self, MEMORY, memory);
    set_text(self, RETRIES, retries);
}

MamutoHostStatus *
mamuto_host_row_get_status(MamutoHostRow *self)
{
    return self->status;
}

void
mamuto_host_row_set_status(MamutoHostRow *self, MamutoHostStatus *status)
{
    g_set_object(&self->status, status);
    self->word = NULL;
}
