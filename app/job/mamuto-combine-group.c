/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-combine-group.h. */
#include "mamuto-combine-group.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "../compat/compat.h"
#include "../documents/job-lengths.h"
#include "source-texts.h"

/* If two arguments differ in length, either may be meant as a whole array. */
#define N_WHOLE_ROWS 2

struct _MamutoCombineGroup {
    AdwPreferencesGroup parent_instance;
    MamutoJobDocument *document;
    gboolean updating; /* TRUE while the program, not the user, changes the switch. */
    guint whole_positions[N_WHOLE_ROWS]; /* the arguments of the rows */

    AdwActionRow *first_whole_row;
    AdwActionRow *second_whole_row;
    AdwActionRow *grid_row;
    GtkSwitch *grid_switch;
};

G_DEFINE_FINAL_TYPE(MamutoCombineGroup, mamuto_combine_group, ADW_TYPE_PREFERENCES_GROUP)

static void
mamuto_combine_group_dispose(GObject *object)
{
    MamutoCombineGroup *self = MAMUTO_COMBINE_GROUP(object);

    g_clear_object(&self->document);
    G_OBJECT_CLASS(mamuto_combine_group_parent_class)->dispose(object);
}

static MamutoJob *
job_of(MamutoCombineGroup *self)
{
    return mamuto_job_document_get_job(self->document);
}

/* ---- from the rows to the job ---- */

static void
on_whole_activated(MamutoCombineGroup *self, AdwActionRow *row)
{
    guint position = self->whole_positions[row == self->first_whole_row ? 0 : 1];
    const char *text = mamuto_job_get_argument(job_of(self), position);
    g_autofree char *whole = source_write_file(text, TRUE);

    mamuto_job_set_argument(job_of(self), position, whole);
    /* the activated row is hidden now */
    gtk_widget_child_focus(gtk_widget_get_parent(GTK_WIDGET(self)), GTK_DIR_TAB_FORWARD);
}

static void
on_grid_switched(MamutoCombineGroup *self)
{
    MamutoMapFlags flags = mamuto_job_get_flags(job_of(self));

    if (self->updating)
        return;
    if (gtk_switch_get_active(self->grid_switch))
        flags |= MAMUTO_MAP_GRID;
    else
        flags &= ~(guint)MAMUTO_MAP_GRID;
    mamuto_job_set_flags(job_of(self), flags);
}

/* ---- from the job to the rows ---- */

/* (transfer full): the name of the argument's file. */
static char *
name_file(MamutoCombineGroup *self, guint position)
{
    const char *text = mamuto_job_get_argument(job_of(self), position);
    g_autofree char *part = NULL;
    g_autofree char *options = NULL;
    g_autofree char *file = mamuto_array_split_spec(text, &part, &options);

    return g_filename_display_basename(file ? file : text);
}

/* (transfer full): what happens if every call gets all rows of the argument at @position. */
static char *
describe_whole(MamutoCombineGroup *self, guint position)
{
    MamutoJobDocument *document = self->document;
    g_autofree char *rows =
        app_text_rows(mamuto_input_get_n_rows(mamuto_job_document_get_input(document, position)));
    gint64 n_calls = -1;
    g_autofree char *calls = NULL;

    for (guint i = 0; i < mamuto_job_document_get_n_inputs(document) && n_calls < 0; i++)
        if (i != position)
            n_calls = mamuto_input_get_n_rows(mamuto_job_document_get_input(document, i));
    calls = app_text_count(n_calls);
    /* Translators: the first %s is the number of calls, the second one is "1,000 rows" */
    return g_strdup_printf(
        ngettext("The %s call gets all %s", "Each of the %s calls gets all %s", (gulong)n_calls),
        calls, rows);
}

static void
update_whole_rows(MamutoCombineGroup *self)
{
    AdwActionRow *rows[N_WHOLE_ROWS] = {self->first_whole_row, self->second_whole_row};
    g_autoptr(GArray) positions = job_lengths_list_whole(self->document);

    for (guint i = 0; i < N_WHOLE_ROWS; i++) {
        guint position;
        g_autofree char *file = NULL;
        g_autofree char *title = NULL;
        g_autofree char *subtitle = NULL;

        gtk_widget_set_visible(GTK_WIDGET(rows[i]), i < positions->len);
        if (i >= positions->len)
            continue;
        position = self->whole_positions[i] = g_array_index(positions, guint, i);
        file = name_file(self, position);
        /* Translators: %s is the name of a file */
        title = g_strdup_printf(_("Give All of %s to Every Call"), file);
        subtitle = describe_whole(self, position);
        adw_preferences_row_set_title(ADW_PREFERENCES_ROW(rows[i]), title);
        adw_action_row_set_subtitle(rows[i], subtitle);
    }
}

/* (transfer full): the numbers of rows of the arguments that are mapped over: "10 × 20 × 5", with
 * "…" for an unknown number. */
static char *
describe_axes(MamutoCombineGroup *self)
{
    GString *axes = g_string_new(NULL);

    for (guint i = 0; i < mamuto_job_document_get_n_inputs(self->document); i++) {
        gint64 n = mamuto_input_get_n_rows(mamuto_job_document_get_input(self->document, i));
        g_autofree char *count = n >= 0 ? app_text_count(n) : g_strdup("…");

        if (job_lengths_is_mapped(self->document, i))
            g_string_append_printf(axes, "%s%s", axes->len > 0 ? " × " : "", count);
    }
    return g_string_free(axes, FALSE);
}

/* (transfer full): "10 × 20 × 5 = 1,000 calls". In batches, a call gets many rows. */
static char *
describe_grid(MamutoCombineGroup *self)
{
    gint64 n = job_lengths_count_calls(self->document, TRUE);
    g_autofree char *axes = describe_axes(self);
    g_autofree char *count = app_text_count(n);

    if (n < 0)
        return g_steal_pointer(&axes);
    if (n == G_MAXINT64)
        /* Translators: %s are numbers: "10 × 20 × 5" */
        return g_strdup_printf(_("%s: more than can be counted"), axes);
    if (job_lengths_count_mapped(self->document) < 2)
        /* Translators: %s is a number */
        return g_strdup_printf(ngettext("%s call", "%s calls", (gulong)n), count);
    if (mamuto_job_get_flags(job_of(self)) & MAMUTO_MAP_BATCH)
        /* Translators: "10 × 20 × 5 = 1,000 rows" */
        return g_strdup_printf(ngettext("%s = %s row", "%s = %s rows", (gulong)n), axes, count);
    /* Translators: "10 × 20 × 5 = 1,000 calls" */
    return g_strdup_printf(ngettext("%s = %s call", "%s = %s calls", (gulong)n), axes, count);
}

void
mamuto_combine_group_update(MamutoCombineGroup *self)
{
    gboolean grid = (mamuto_job_get_flags(job_of(self)) & MAMUTO_MAP_GRID) != 0;
    gboolean visible = grid || job_lengths_count_mapped(self->document) >= 2;
    g_autofree char *subtitle = visible ? describe_grid(self) : NULL;

    self->updating = TRUE;
    update_whole_rows(self);
    gtk_switch_set_active(self->grid_switch, grid);
    self->updating = FALSE;
    adw_action_row_set_subtitle(self->grid_row, subtitle ? subtitle : "");
    /* the whole arrays are only proposed if two arguments are mapped over */
    gtk_widget_set_visible(GTK_WIDGET(self), visible);
}

void
mamuto_combine_group_set_document(MamutoCombineGroup *self, MamutoJobDocument *document)
{
    g_set_object(&self->document, document);
    mamuto_combine_group_update(self);
}

static void
mamuto_combine_group_class_init(MamutoCombineGroupClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_combine_group_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-combine-group.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoCombineGroup, first_whole_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoCombineGroup, second_whole_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoCombineGroup, grid_row);
    gtk_widget_class_bind_template_child(widget_class, MamutoCombineGroup, grid_switch);
    gtk_widget_class_bind_template_callback(widget_class, on_whole_activated);
    gtk_widget_class_bind_template_callback(widget_class, on_grid_switched);
}

static void
mamuto_combine_group_init(MamutoCombineGroup *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    compat_name_lists(GTK_WIDGET(self), _("Combination of the Arguments"));
}
