/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-host-card.h. */
#include "mamuto-host-card.h"

#include <glib/gi18n.h>

#include "../app-error.h"
#include "../app-text.h"
#include "host-words.h"
#include "progress-words.h"

enum {
    FACT_BUSY,
    FACT_RATE,
    FACT_ROWS,
    FACT_FAILED,
    FACT_RETRIES,
    FACT_COPIES,
    FACT_SENT,
    FACT_RECEIVED,
    FACT_CPU,
    FACT_MEMORY,
    FACT_PROCESSOR,
    FACT_PYTHON,
    N_FACTS,
};

static const char *const titles[N_FACTS] = {
    [FACT_BUSY] = N_("Busy cores"),
    [FACT_RATE] = N_("Rows/s"),
    [FACT_ROWS] = N_("Rows"),
    [FACT_FAILED] = N_("Failed rows"),
    [FACT_RETRIES] = N_("Recomputed on other hosts"),
    [FACT_COPIES] = N_("Chunks taken over"),
    [FACT_SENT] = N_("Sent"),
    [FACT_RECEIVED] = N_("Received"),
    [FACT_CPU] = N_("CPU"),
    [FACT_MEMORY] = N_("Memory"),
    [FACT_PROCESSOR] = N_("Processor"),
    [FACT_PYTHON] = N_("Python"),
};

struct _MamutoHostCard {
    GtkPopover parent_instance;
    GtkLabel *name, *message;
    GtkWidget *cores_box;
    GtkSpinButton *cores;
    GtkButton *leave_out;
    GtkGrid *facts;
    GtkWidget *fact_titles[N_FACTS], *fact_values[N_FACTS];
    MamutoHostStatus *status;
    guint number;
    guint asked;  /* number of cores that the user requested last */
    guint before; /* last number of cores above 0; the button Use Again requests this number */
    gboolean updating;
};

enum { SIGNAL_CORES, SIGNAL_SHOW_LOG, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoHostCard, mamuto_host_card, GTK_TYPE_POPOVER)

static void
show_fact(MamutoHostCard *self, guint fact, const char *text)
{
    gtk_widget_set_visible(self->fact_titles[fact], text != NULL);
    gtk_widget_set_visible(self->fact_values[fact], text != NULL);
    if (text && strcmp(gtk_label_get_text(GTK_LABEL(self->fact_values[fact])), text) != 0)
        gtk_label_set_text(GTK_LABEL(self->fact_values[fact]), text);
}

static void
show_count(MamutoHostCard *self, guint fact, gint64 n)
{
    g_autofree char *text = app_text_count(n);

    show_fact(self, fact, n > 0 || fact == FACT_ROWS ? text : NULL);
}

static void
show_size(MamutoHostCard *self, guint fact, guint64 n)
{
    g_autofree char *text = g_format_size(n);

    show_fact(self, fact, n > 0 ? text : NULL);
}

static void
update_facts(MamutoHostCard *self)
{
    MamutoHostStatus *status = self->status;
    const char *python = mamuto_host_status_get_version(status, "python");
    const char *numpy = mamuto_host_status_get_version(status, "numpy");
    gboolean works = mamuto_host_status_get_state(status) < MAMUTO_HOST_DONE;
    g_autofree char *rate = progress_words_rate(mamuto_host_status_get_rows_per_second(status));
    /* Translators: busy cores and all cores of a host: "3 of 8" */
    g_autofree char *busy = g_strdup_printf(_("%u of %u"), mamuto_host_status_get_n_busy(status),
                                            mamuto_host_status_get_cores(status));
    g_autofree char *memory = host_words_format_memory(status);
    /* Translators: processor load in percent */
    g_autofree char *cpu =
        memory ? g_strdup_printf(_("%.0f %%"), 100 * mamuto_host_status_get_cpu(status)) : NULL;
    g_autofree char *versions =
        python && numpy ? g_strdup_printf("%s, NumPy %s", python, numpy) : g_strdup(python);

    show_fact(self, FACT_BUSY, works ? busy : NULL);
    show_fact(self, FACT_RATE, works ? rate : NULL);
    show_count(self, FACT_ROWS, mamuto_host_status_get_rows_done(status));
    show_count(self, FACT_FAILED, mamuto_host_status_get_rows_failed(status));
    show_count(self, FACT_RETRIES, mamuto_host_status_get_n_lost(status));
    show_count(self, FACT_COPIES, mamuto_host_status_get_n_copies(status));
    show_size(self, FACT_SENT, mamuto_host_status_get_bytes_sent(status));
    show_size(self, FACT_RECEIVED, mamuto_host_status_get_bytes_received(status));
    show_fact(self, FACT_CPU, cpu);
    show_fact(self, FACT_MEMORY, memory);
    show_fact(self, FACT_PROCESSOR, mamuto_host_status_get_cpu_model(status));
    show_fact(self, FACT_PYTHON, versions);
}

void
mamuto_host_card_update(MamutoHostCard *self, gboolean active)
{
    HostWords words;
    g_autofree char *message = NULL, *text = NULL;
    MamutoHostState state;

    if (!self->status)
        return;
    words = host_words_get(self->status);
    message = app_error_describe_status(self->status);
    state = mamuto_host_status_get_state(self->status);
    text =
        message && *message ? g_strdup_printf("%s: %s", words.word, message) : g_strdup(words.word);
    if (strcmp(gtk_label_get_text(self->message), text) != 0)
        gtk_label_set_text(self->message, text);
    /* Users may want to copy a message. Other texts are not selectable, because GTK selects the
     * whole text of a selectable label when the label gets the focus. */
    gtk_label_set_selectable(self->message, message && *message);
    gtk_widget_set_visible(self->cores_box,
                           active && state != MAMUTO_HOST_LOST && state != MAMUTO_HOST_FAILED);
    /* Translators: buttons to exclude a host from a run, or to include it again */
    gtk_button_set_label(self->leave_out, self->asked == 0 ? _("Use Again") : _("Leave Out"));
    update_facts(self);
}

static void
ask_for(MamutoHostCard *self, guint cores)
{
    if (cores == self->asked)
        return;
    if (self->asked > 0)
        self->before = self->asked;
    self->asked = cores;
    g_signal_emit(self, signals[SIGNAL_CORES], 0, cores);
    mamuto_host_card_update(self, TRUE);
}

static void
on_cores(MamutoHostCard *self)
{
    if (!self->updating)
        ask_for(self, (guint)gtk_spin_button_get_value_as_int(self->cores));
}

static void
on_leave_out(MamutoHostCard *self)
{
    gtk_spin_button_set_value(self->cores, self->asked == 0 ? MAX(self->before, 1) : 0);
}

static void
on_show_log(MamutoHostCard *self)
{
    gtk_popover_popdown(GTK_POPOVER(self));
    g_signal_emit(self, signals[SIGNAL_SHOW_LOG], 0);
}

void
mamuto_host_card_set_status(MamutoHostCard *self, MamutoHostStatus *status, guint number)
{
    g_set_object(&self->status, status);
    self->number = number;
    self->asked = mamuto_host_status_get_cores(status);
    self->before = MAX(self->asked, 1);
    self->updating = TRUE;
    gtk_spin_button_set_value(self->cores, self->asked);
    self->updating = FALSE;
    gtk_label_set_text(self->name, app_text_host(mamuto_host_status_get_name(status)));
}

guint
mamuto_host_card_get_number(MamutoHostCard *self)
{
    return self->number;
}

/* ---- the widget ---- */

static void
mamuto_host_card_dispose(GObject *object)
{
    g_clear_object(&MAMUTO_HOST_CARD(object)->status);
    G_OBJECT_CLASS(mamuto_host_card_parent_class)->dispose(object);
}

static void
mamuto_host_card_class_init(MamutoHostCardClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_host_card_dispose;
    signals[SIGNAL_CORES] = g_signal_new("cores", MAMUTO_TYPE_HOST_CARD, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
    signals[SIGNAL_SHOW_LOG] = g_signal_new("show-log", MAMUTO_TYPE_HOST_CARD, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-host-card.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoHostCard, name);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostCard, message);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostCard, cores_box);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostCard, cores);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostCard, leave_out);
    gtk_widget_class_bind_template_child(widget_class, MamutoHostCard, facts);
    gtk_widget_class_bind_template_callback(widget_class, on_cores);
    gtk_widget_class_bind_template_callback(widget_class, on_leave_out);
    gtk_widget_class_bind_template_callback(widget_class, on_show_log);
}

/* Scrolling with the pointer over the spin button must not change its value. */
static void
ignore_wheel(GtkWidget *widget)
{
    g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(widget);

    for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
        g_autoptr(GtkEventController) controller = g_list_model_get_item(controllers, i);

        if (GTK_IS_EVENT_CONTROLLER_SCROLL(controller))
            gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_NONE);
    }
}

static void
mamuto_host_card_init(MamutoHostCard *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    for (guint i = 0; i < N_FACTS; i++) {
        GtkWidget *title = gtk_label_new(_(titles[i]));
        GtkWidget *value = gtk_label_new("");

        gtk_label_set_xalign(GTK_LABEL(title), 0);
        gtk_widget_add_css_class(title, "dim-label");
        gtk_label_set_xalign(GTK_LABEL(value), 1);
        gtk_label_set_ellipsize(GTK_LABEL(value), PANGO_ELLIPSIZE_END);
        gtk_label_set_max_width_chars(GTK_LABEL(value), 24);
        gtk_widget_set_hexpand(value, TRUE);
        gtk_widget_add_css_class(value, "numeric");
        gtk_grid_attach(self->facts, title, 0, (int)i, 1, 1);
        gtk_grid_attach(self->facts, value, 1, (int)i, 1, 1);
        self->fact_titles[i] = title;
        self->fact_values[i] = value;
    }
    ignore_wheel(GTK_WIDGET(self->cores));
}

MamutoHostCard *
mamuto_host_card_new(void)
{
    return g_object_new(MAMUTO_TYPE_HOST_CARD, NULL);
}
