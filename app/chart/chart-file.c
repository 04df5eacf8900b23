/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See chart-file.h. */
#include "chart-file.h"

#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <mamuto.h>

/* Resolution of .png files: pixels per unit of the chart's width and height. */
#define SCALE 2

static void
paint(cairo_t *cr, ChartPainter painter, gpointer data)
{
    GtkSnapshot *snapshot = gtk_snapshot_new();
    GskRenderNode *node;

    painter(snapshot, data);
    node = gtk_snapshot_free_to_node(snapshot);
    if (node != NULL)
        gsk_render_node_draw(node, cr);
    g_clear_pointer(&node, gsk_render_node_unref);
}

static cairo_status_t
write_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    g_byte_array_append(closure, data, length);
    return CAIRO_STATUS_SUCCESS;
}

gboolean
chart_file_save(const char *path, int width, int height, ChartPainter painter, gpointer data,
                GError **error)
{
    gboolean svg = g_str_has_suffix(path, ".svg");
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    cairo_surface_t *surface =
        svg ? cairo_svg_surface_create_for_stream(write_bytes, bytes, width, height)
            : cairo_image_surface_create(CAIRO_FORMAT_RGB24, width * SCALE, height * SCALE);
    cairo_t *cr = cairo_create(surface);
    cairo_status_t status;

    if (!svg)
        cairo_scale(cr, SCALE, SCALE);
    paint(cr, painter, data);
    status = cairo_status(cr);
    cairo_destroy(cr);
    if (!svg && status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface, write_bytes, bytes);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The chart could not be drawn: %s"),
                    cairo_status_to_string(status));
        return FALSE;
    }
    return mamuto_file_save(path, (const char *)bytes->data, bytes->len, error);
}
