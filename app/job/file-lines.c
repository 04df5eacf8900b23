/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See file-lines.h. */
#include "file-lines.h"

#include <glib/gi18n.h>

#include "../app-text.h"

/* Number of lines that are shown. */
#define MAX_LINES 5

static GtkWidget *
add_label(GtkGrid *grid, const char *text, const char *style, int column, int row)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_add_css_class(label, style);
    gtk_grid_attach(grid, label, column, row, 1, 1);
    return label;
}

/* Adds a line of the file with its number, and what it is if it is no row. */
static void
add_line(GtkGrid *grid, const char *text, guint64 line, const MamutoTable *table, int row)
{
    gboolean is_header = table && line == table->header_line;
    gboolean is_row = !table || line >= table->first_line;
    g_autofree char *number = app_text_count((gint64)line);
    /* Translators: a line of a table, for example "3 Header" */
    const char *what = is_header ? C_("line", "Header") : is_row ? "" : C_("line", "Skipped");
    g_autofree char *mark = g_strconcat(number, *what ? " " : "", what, NULL);
    GtkWidget *label = add_label(grid, mark, is_header ? "accent" : "dim-label", 0, row);

    gtk_widget_add_css_class(label, "caption");
    gtk_widget_add_css_class(label, "numeric");
    label = add_label(grid, text, "monospace", 1, row);
    if (is_header)
        gtk_widget_add_css_class(label, "file-header");
    else if (!is_row)
        gtk_widget_add_css_class(label, "dim-label");
}

/* Returns the index of the first line to show. After many comments, this is the line before the
 * header. */
static guint
find_start(const MamutoTable *table, guint n)
{
    guint64 line = !table ? 1 : table->header_line ? table->header_line : table->first_line;
    guint64 start = line < MAX_LINES ? 0 : line - 2;

    return n > MAX_LINES ? (guint)MIN(start, n - MAX_LINES) : 0;
}

gboolean
file_lines_show(GtkGrid *grid, char **lines, const MamutoTable *table)
{
    guint n = lines ? g_strv_length(lines) : 0;
    guint start = find_start(table, n);
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(grid))))
        gtk_grid_remove(grid, child);
    for (guint i = start; i < MIN(n, start + MAX_LINES); i++)
        add_line(grid, lines[i], (guint64)i + 1, table, (int)(i - start));
    return n > 0;
}
