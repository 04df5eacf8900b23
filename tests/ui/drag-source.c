/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A small window for tests of dropping files on Mamuto. From this window, the given files can be
 * dragged as from a file manager:
 *
 *   drag-source FILE... */
#include <gtk/gtk.h>

static GdkContentProvider *
on_prepare(GtkDragSource *source, double x, double y, GSList *files)
{
    GdkFileList *list = gdk_file_list_new_from_list(files);
    GdkContentProvider *content = gdk_content_provider_new_typed(GDK_TYPE_FILE_LIST, list);

    g_boxed_free(GDK_TYPE_FILE_LIST, list);
    return content;
}

static void
on_activate(GtkApplication *application, GSList *files)
{
    GtkWidget *window = gtk_application_window_new(application);
    GtkWidget *label = gtk_label_new("Drag");
    GtkDragSource *source = gtk_drag_source_new();

    g_signal_connect(source, "prepare", G_CALLBACK(on_prepare), files);
    gtk_widget_add_controller(label, GTK_EVENT_CONTROLLER(source));
    gtk_window_set_child(GTK_WINDOW(window), label);
    gtk_window_set_decorated(GTK_WINDOW(window), FALSE);
    gtk_window_set_default_size(GTK_WINDOW(window), 120, 120);
    gtk_window_present(GTK_WINDOW(window));
}

int
main(int argc, char **argv)
{
    g_autoptr(GtkApplication) application = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);
    GSList *files = NULL;
    int status;

    for (int i = argc - 1; i > 0; i--)
        files = g_slist_prepend(files, g_file_new_for_commandline_arg(argv[i]));
    g_signal_connect(application, "activate", G_CALLBACK(on_activate), files);
    status = g_application_run(G_APPLICATION(application), 1, argv);
    g_slist_free_full(files, g_object_unref);
    return status;
}
