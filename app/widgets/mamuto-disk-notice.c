/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See mamuto-disk-notice.h. The notice compares hashes of the content instead of modification
 * times, because a program can write a file without changing the content, and because this window
 * also writes the file. */
#include "mamuto-disk-notice.h"

struct _MamutoDiskNotice {
    AdwBin parent_instance;
    char *path;
    char *hash; /* (nullable): the file's hash after the document last read or wrote it. */
    GFileMonitor *monitor;
    GtkRevealer *revealer;
};

enum { SIGNAL_RELOAD, SIGNAL_KEEP_MINE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(MamutoDiskNotice, mamuto_disk_notice, ADW_TYPE_BIN)

/* (transfer full) (nullable): the hash of the current content of the file. */
static char *
hash_file(const char *path)
{
    g_autofree char *data = NULL;
    gsize length;

    if (!path || !g_file_get_contents(path, &data, &length, NULL))
        return NULL;
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)data, length);
}

/* Shows or hides the notice. Also changes the visibility of the revealer, because assistive
 * technologies would otherwise find the child of a closed revealer. */
static void
show(MamutoDiskNotice *self, gboolean shown)
{
    gtk_widget_set_visible(GTK_WIDGET(self->revealer), shown);
    gtk_revealer_set_reveal_child(self->revealer, shown);
}

static void
note_file(MamutoDiskNotice *self)
{
    g_free(self->hash);
    self->hash = hash_file(self->path);
    show(self, FALSE);
}

static void
on_file_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                MamutoDiskNotice *self)
{
    g_autofree char *now = hash_file(self->path);

    /* ignore a deleted file: no edits are lost, and saving creates the file again */
    show(self, now && g_strcmp0(now, self->hash) != 0);
}

static void
stop_watching(MamutoDiskNotice *self)
{
    if (self->monitor)
        g_signal_handlers_disconnect_by_data(self->monitor, self);
    g_clear_object(&self->monitor);
}

void
mamuto_disk_notice_watch(MamutoDiskNotice *self, const char *path)
{
    g_autoptr(GFile) file = path ? g_file_new_for_path(path) : NULL;

    if (g_strcmp0(self->path, path) != 0) {
        stop_watching(self);
        g_free(self->path);
        self->path = g_strdup(path);
    }
    note_file(self);
    if (!file || self->monitor)
        return;
    self->monitor = g_file_monitor_file(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    if (self->monitor)
        g_signal_connect(self->monitor, "changed", G_CALLBACK(on_file_changed), self);
}

static void
on_reload(MamutoDiskNotice *self)
{
    g_signal_emit(self, signals[SIGNAL_RELOAD], 0);
}

static void
on_keep_mine(MamutoDiskNotice *self)
{
    note_file(self);
    g_signal_emit(self, signals[SIGNAL_KEEP_MINE], 0);
}

static void
mamuto_disk_notice_dispose(GObject *object)
{
    MamutoDiskNotice *self = MAMUTO_DISK_NOTICE(object);

    stop_watching(self);
    g_clear_pointer(&self->path, g_free);
    g_clear_pointer(&self->hash, g_free);
    G_OBJECT_CLASS(mamuto_disk_notice_parent_class)->dispose(object);
}

static void
mamuto_disk_notice_class_init(MamutoDiskNoticeClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = mamuto_disk_notice_dispose;
    gtk_widget_class_set_template_from_resource(
        widget_class, "/io/github/mamuto/Mamuto/ui/mamuto-disk-notice.ui");
    gtk_widget_class_bind_template_child(widget_class, MamutoDiskNotice, revealer);
    gtk_widget_class_bind_template_callback(widget_class, on_reload);
    gtk_widget_class_bind_template_callback(widget_class, on_keep_mine);
    signals[SIGNAL_RELOAD] = g_signal_new("reload", MAMUTO_TYPE_DISK_NOTICE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_KEEP_MINE] =
        g_signal_new("keep-mine", MAMUTO_TYPE_DISK_NOTICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                     G_TYPE_NONE, 0);
}

static void
mamuto_disk_notice_init(MamutoDiskNotice *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}
