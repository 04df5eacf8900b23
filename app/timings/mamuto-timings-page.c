/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-timings-page.h. The page shows the last comparison, and below it the list of runs. If
 * both are empty, the page shows a hint instead. */
#include "mamuto-timings-page.h"

#include "mamuto-comparison-view.h"
#include "mamuto-runs-view.h"

struct _MamutoTimingsPage {
    AdwBin parent_instance;
    MamutoComparisonView *comparison_view;
    MamutoRunsView *runs_view;
    GtkWidget *hint;
};

G_DEFINE_FINAL_TYPE(MamutoTimingsPage, mamuto_timings_page, ADW_TYPE_BIN)

static void
update_hint(MamutoTimingsPage *self)
{
    gtk_widget_set_visible(self->hint, mamuto_comparison_view_get_empty(self->comparison_view) &&
                                           mamuto_runs_view_get_empty(self->runs_view));
}

static void
mamuto_timings_page_class_init(MamutoTimingsPageClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    g_type_ensure(MAMUTO_TYPE_COMPARISON_VIEW);
    g_type_ensure(MAMUTO_TYPE_RUNS_VIEW);
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-timings-page.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoTimingsPage, comparison_view);
    gtk_widget_class_bind_template_child(widget_class, MamutoTimingsPage, runs_view);
    gtk_widget_class_bind_template_child(widget_class, MamutoTimingsPage, hint);
    gtk_widget_class_bind_template_callback(widget_class, update_hint);
}

static void
mamuto_timings_page_init(MamutoTimingsPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    update_hint(self);
}

GtkWidget *
mamuto_timings_page_new(MamutoRunner *runner)
{
    MamutoTimingsPage *self = g_object_new(MAMUTO_TYPE_TIMINGS_PAGE, NULL);

    mamuto_comparison_view_set_runner(self->comparison_view, runner);
    mamuto_runs_view_set_runner(self->runs_view, runner);
    return GTK_WIDGET(self);
}
