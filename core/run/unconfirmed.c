/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A table of first failures, by row. */
#include "unconfirmed.h"

struct _Unconfirmed {
    GHashTable *rows; /* row (gint64) → MamutoRowFailure */
    guint n_tracebacks;
};

Unconfirmed *
unconfirmed_new(void)
{
    Unconfirmed *self = g_new0(Unconfirmed, 1);

    self->rows = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify)mamuto_row_failure_free);
    return self;
}

void
unconfirmed_free(Unconfirmed *self)
{
    g_hash_table_unref(self->rows);
    g_free(self);
}

static void
add(Unconfirmed *self, const MamutoRowFailure *failure)
{
    MamutoRowFailure *kept;

    if (g_hash_table_size(self->rows) >= UNCONFIRMED_MAX_ROWS)
        return;
    kept = mamuto_row_failure_copy(failure);
    if (*kept->traceback != '\0' && ++self->n_tracebacks > MAMUTO_MAX_LISTED_FAILURES) {
        self->n_tracebacks--;
        g_free(kept->traceback);
        kept->traceback = g_strdup("");
    }
    g_hash_table_replace(self->rows, &kept->row, kept);
}

GPtrArray *
unconfirmed_add(Unconfirmed *self, GPtrArray *errors, gint64 lo, const guint8 *again)
{
    GPtrArray *others = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);

    for (guint i = 0; i < errors->len; i++) {
        const MamutoRowFailure *failure = g_ptr_array_index(errors, i);
        gint64 bit = failure->row - lo;

        if (again[bit / 8] >> (bit % 8) & 1)
            add(self, failure);
        else
            g_ptr_array_add(others, mamuto_row_failure_copy(failure));
    }
    return others;
}

GPtrArray *
unconfirmed_take(Unconfirmed *self, gint64 lo, gint64 hi)
{
    GPtrArray *taken = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);

    for (gint64 row = lo; row < hi && g_hash_table_size(self->rows) > 0; row++) {
        MamutoRowFailure *failure = NULL;

        if (!g_hash_table_steal_extended(self->rows, &row, NULL, (gpointer *)&failure))
            continue;
        self->n_tracebacks -= *failure->traceback != '\0';
        g_ptr_array_add(taken, failure);
    }
    return taken;
}

void
unconfirmed_name_hosts(GPtrArray *errors, GPtrArray *first)
{
    guint k = 0;

    for (guint i = 0; i < errors->len; i++) {
        MamutoRowFailure *failure = g_ptr_array_index(errors, i);
        const MamutoRowFailure *before;
        char *both;

        while (k < first->len &&
               ((MamutoRowFailure *)g_ptr_array_index(first, k))->row < failure->row)
            k++;
        if (k == first->len)
            break;
        before = g_ptr_array_index(first, k);
        if (before->row != failure->row)
            continue;
        both = g_strdup_printf("%s, %s", before->host, failure->host);
        g_free(failure->host);
        failure->host = both;
    }
}
