/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See array-copy.h. */
#include "array-copy.h"

#include "array-text.h"

typedef struct {
    MamutoArray *array;
    GtkBitset *positions;
    gint64 first;
    gint64 n_rows;
} Copy;

static void
copy_free(gpointer data)
{
    Copy *copy = data;

    g_object_unref(copy->array);
    gtk_bitset_unref(copy->positions);
    g_free(copy);
}

static void
append_row(GString *text, MamutoArray *array, gint64 row, gint64 n_columns)
{
    for (gint64 column = 0; column < n_columns; column++) {
        g_autofree char *cell = array_text_plain_cell(array, row, column);

        if (column > 0)
            g_string_append_c(text, '\t');
        /* replace tabs and line breaks, because they separate cells and rows in the copied text */
        g_string_append(text, g_strdelimit(cell, "\t\r\n", ' '));
    }
    g_string_append_c(text, '\n');
}

static void
copy_rows(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Copy *copy = data;
    GString *text = g_string_new(NULL);
    gint64 n_columns = array_text_count_columns(copy->array);
    gint64 max_rows = MAX(ARRAY_COPY_MAX_VALUES / MAX(n_columns, 1), 1);
    GtkBitsetIter iter;
    guint position;
    gboolean more = gtk_bitset_iter_init_first(&iter, copy->positions, &position);

    for (; more && copy->n_rows < max_rows && !g_cancellable_is_cancelled(cancellable);
         copy->n_rows++) {
        append_row(text, copy->array, copy->first + position, n_columns);
        more = gtk_bitset_iter_next(&iter, &position);
    }
    g_task_return_pointer(task, g_string_free(text, FALSE), g_free);
}

void
array_copy_async(MamutoArray *array, GtkBitset *positions, gint64 first, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
    Copy *copy = g_new0(Copy, 1);

    copy->array = g_object_ref(array);
    copy->positions = gtk_bitset_copy(positions);
    copy->first = first;
    g_task_set_task_data(task, copy, copy_free);
    mamuto_task_run_in_thread(task, copy_rows);
}

char *
array_copy_finish(GAsyncResult *result, gint64 *n_rows, gboolean *all)
{
    Copy *copy = g_task_get_task_data(G_TASK(result));

    *n_rows = copy->n_rows;
    *all = (guint64)copy->n_rows == gtk_bitset_get_size(copy->positions);
    return g_task_propagate_pointer(G_TASK(result), NULL);
}
