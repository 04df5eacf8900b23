/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a run gave: the array, and how many rows failed. */
#include "mamuto-results-page.h"

#include <glib/gi18n.h>

#include "../app-text.h"

struct _MamutoResultsPage {
    AdwBin parent_instance;
    MamutoWorkspace *workspace;
    GtkStack *stack;
    AdwStatusPage *status;
};

G_DEFINE_FINAL_TYPE(MamutoResultsPage, mamuto_results_page, ADW_TYPE_BIN)

static void
mamuto_results_page_dispose(GObject *object)
{
    MamutoResultsPage *self = MAMUTO_RESULTS_PAGE(object);

    g_clear_object(&self->workspace);
    G_OBJECT_CLASS(mamuto_results_page_parent_class)->dispose(object);
}

static void
mamuto_results_page_class_init(MamutoResultsPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_results_page_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-results-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, stack);
    gtk_widget_class_bind_template_child(widget_class, MamutoResultsPage, status);
}

static void
mamuto_results_page_init(MamutoResultsPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}

static void
update(MamutoResultsPage *self)
{
    MamutoRun *run = mamuto_workspace_get_run(self->workspace);
    MamutoResult *result = run ? mamuto_run_get_result(run) : NULL;
    g_autofree char *name = run ? mamuto_run_format_name(run) : NULL;
    g_autofree char *text =
        result ? app_text_describe_array(mamuto_result_get_array(result)) : NULL;

    gtk_stack_set_visible_child_name(self->stack, result ? "result" : "empty");
    if (!result)
        return;
    adw_status_page_set_title(self->status, name);
    adw_status_page_set_description(self->status, text);
}

static void
on_run(MamutoResultsPage *self)
{
    g_signal_connect_object(mamuto_workspace_get_run(self->workspace), "notify::state",
                            G_CALLBACK(update), self, G_CONNECT_SWAPPED);
    update(self);
}

GtkWidget *
mamuto_results_page_new(MamutoWorkspace *workspace)
{
    MamutoResultsPage *self = g_object_new(MAMUTO_TYPE_RESULTS_PAGE, NULL);

    self->workspace = g_object_ref(workspace);
    g_signal_connect_object(workspace, "notify::run", G_CALLBACK(on_run), self, G_CONNECT_SWAPPED);
    return GTK_WIDGET(self);
}
