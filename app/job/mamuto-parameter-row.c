/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-parameter-row.h. */
#include "mamuto-parameter-row.h"

#include <glib/gi18n.h>

struct _MamutoParameterRow {
    AdwComboRow parent_instance;
    MamutoJobDocument *document; /* (nullable) */
    guint position;
    gboolean updating;
    guint assign_source;
    /* what @assign_source will do: give the argument at this position to this parameter */
    guint chosen_position;
    char *chosen_name; /* (nullable) */
};

G_DEFINE_FINAL_TYPE(MamutoParameterRow, mamuto_parameter_row, ADW_TYPE_COMBO_ROW)

static gboolean
assign(gpointer data)
{
    MamutoParameterRow *self = data;
    g_autofree char *name = g_steal_pointer(&self->chosen_name);

    self->assign_source = 0;
    mamuto_job_document_assign_argument(self->document, self->chosen_position, name);
    return G_SOURCE_REMOVE;
}

static void
on_selected(MamutoParameterRow *self)
{
    GtkStringObject *item = adw_combo_row_get_selected_item(ADW_COMBO_ROW(self));

    /* the first item is no parameter */
    if (!self->document || self->updating || !item ||
        adw_combo_row_get_selected(ADW_COMBO_ROW(self)) == 0)
        return;
    /* assign later, in an idle callback, because the assignment replaces the list of this row, and
     * the list must not be replaced while the row emits notify::selected; until then, the row may
     * be updated, which selects the first item again */
    self->chosen_position = self->position;
    g_free(self->chosen_name);
    self->chosen_name = g_strdup(gtk_string_object_get_string(item));
    if (!self->assign_source)
        self->assign_source = g_idle_add(assign, self);
}

static gboolean
has_items(MamutoParameterRow *self, const char *const *names)
{
    GListModel *model = adw_combo_row_get_model(ADW_COMBO_ROW(self));
    guint n = model ? g_list_model_get_n_items(model) : 0;

    for (guint i = 0; i < n; i++)
        if (g_strcmp0(names[i], gtk_string_list_get_string(GTK_STRING_LIST(model), i)) != 0)
            return FALSE;
    return n == g_strv_length((char **)names);
}

void
mamuto_parameter_row_update(MamutoParameterRow *self, MamutoJobDocument *document, guint position)
{
    MamutoFunction *function =
        mamuto_inspector_get_function(mamuto_job_document_get_inspector(document));
    g_auto(GStrv) names = mamuto_job_document_list_free_parameters(document);
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    gboolean shown = function && names[0] && !mamuto_job_document_get_parameter(document, position);

    g_set_object(&self->document, document);
    self->position = position;
    self->updating = TRUE;
    gtk_widget_set_visible(GTK_WIDGET(self), shown);
    g_ptr_array_add(items, (gpointer)_("(none chosen)"));
    for (char **name = names; shown && *name; name++)
        g_ptr_array_add(items, *name);
    g_ptr_array_add(items, NULL);
    if (!has_items(self, (const char *const *)items->pdata)) {
        g_autoptr(GtkStringList) model = gtk_string_list_new((const char *const *)items->pdata);

        adw_combo_row_set_model(ADW_COMBO_ROW(self), G_LIST_MODEL(model));
    }
    adw_combo_row_set_selected(ADW_COMBO_ROW(self), 0);
    self->updating = FALSE;
}

static void
mamuto_parameter_row_dispose(GObject *object)
{
    MamutoParameterRow *self = MAMUTO_PARAMETER_ROW(object);

    g_clear_handle_id(&self->assign_source, g_source_remove);
    g_clear_pointer(&self->chosen_name, g_free);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(mamuto_parameter_row_parent_class)->dispose(object);
}

static void
mamuto_parameter_row_class_init(MamutoParameterRowClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = mamuto_parameter_row_dispose;
}

static void
mamuto_parameter_row_init(MamutoParameterRow *self)
{
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self), _("Parameter"));
    gtk_widget_set_visible(GTK_WIDGET(self), FALSE);
    g_signal_connect(self, "notify::selected", G_CALLBACK(on_selected), NULL);
}
