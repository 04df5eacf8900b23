/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-job-page.h. */
#include "mamuto-job-page.h"

#include <glib/gi18n.h>

#include "../app-text.h"

struct _MamutoJobPage {
    AdwBin parent_instance;
    MamutoWorkspace *workspace;
    AdwPreferencesGroup *function_group;
    AdwPreferencesGroup *arguments_group;
    GtkWidget *function_row;
    GPtrArray *argument_rows;
};

G_DEFINE_FINAL_TYPE(MamutoJobPage, mamuto_job_page, ADW_TYPE_BIN)

static void
mamuto_job_page_dispose(GObject *object)
{
    MamutoJobPage *self = MAMUTO_JOB_PAGE(object);

    g_clear_object(&self->workspace);
    g_clear_pointer(&self->argument_rows, g_ptr_array_unref);
    G_OBJECT_CLASS(mamuto_job_page_parent_class)->dispose(object);
}

static void
mamuto_job_page_class_init(MamutoJobPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_job_page_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/mamuto/Mamuto/ui/mamuto-job-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, function_group);
    gtk_widget_class_bind_template_child(widget_class, MamutoJobPage, arguments_group);
}

static void
mamuto_job_page_init(MamutoJobPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->argument_rows = g_ptr_array_new();
    self->function_row = adw_action_row_new();
    adw_preferences_group_add(self->function_group, self->function_row);
}

static void
update(MamutoJobPage *self)
{
    MamutoInspector *inspector = mamuto_workspace_get_inspector(self->workspace);
    MamutoJobFile *job_file = mamuto_workspace_get_job_file(self->workspace);
    g_autofree char *signature = mamuto_inspector_format_signature(inspector);
    const char *file = mamuto_inspector_get_file(inspector);
    g_autofree char *path = file ? app_text_path(file) : NULL;
    guint n = mamuto_workspace_get_n_inputs(self->workspace);

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->function_row),
                                  signature ? signature : _("No function"));
    adw_action_row_set_subtitle(ADW_ACTION_ROW(self->function_row), path ? path : "");
    while (self->argument_rows->len > n)
        adw_preferences_group_remove(
            self->arguments_group,
            g_ptr_array_steal_index(self->argument_rows, self->argument_rows->len - 1));
    while (self->argument_rows->len < n) {
        GtkWidget *row = adw_action_row_new();

        adw_preferences_group_add(self->arguments_group, row);
        g_ptr_array_add(self->argument_rows, row);
    }
    for (guint i = 0; i < n; i++) {
        GtkWidget *row = g_ptr_array_index(self->argument_rows, i);
        const char *name = mamuto_job_file_get_argument_name(job_file, i);
        g_autofree char *text =
            mamuto_input_describe(mamuto_workspace_get_input(self->workspace, i));

        adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), name ? name : "");
        adw_action_row_set_subtitle(ADW_ACTION_ROW(row), text ? text : "");
    }
}

GtkWidget *
mamuto_job_page_new(MamutoWorkspace *workspace)
{
    MamutoJobPage *self = g_object_new(MAMUTO_TYPE_JOB_PAGE, NULL);

    self->workspace = g_object_ref(workspace);
    g_signal_connect_object(workspace, "inputs-changed", G_CALLBACK(update), self,
                            G_CONNECT_SWAPPED);
    update(self);
    return GTK_WIDGET(self);
}
