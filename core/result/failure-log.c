/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Records failed rows. The texts of causes and the names of hosts are stored in two tables
 * without duplicates, and each failed row contains their indices, to save memory. */
#include "failure-log.h"

#include <string.h>

#include "failure-kind.h"
#include "output-file.h"
#include "quote.h"
#include "result-store.h"

#define PIECE 65536

typedef struct {
    gint64 row;
    guint32 text, host;
} FailedRow;

/* A table of texts without duplicates. Each text has an index. The hash table contains the index of
 * each text. */
typedef struct {
    GPtrArray *all;
    GHashTable *numbers;
} Texts;

struct _FailureLog {
    GPtrArray *listed; /* elements are MamutoRowFailure: rows with traceback */
    GPtrArray
        *causes; /* elements are MamutoFailureCause; element 0 counts rows with an unknown cause */
    GHashTable *by_kind;
    Texts texts; /* texts of causes; text 0 is "" */
    Texts hosts;
    GArray *rows; /* elements are FailedRow */
};

static guint
texts_find(Texts *self, const char *text)
{
    gpointer number;
    char *copy;

    if (g_hash_table_lookup_extended(self->numbers, text, NULL, &number))
        return GPOINTER_TO_UINT(number);
    copy = g_strdup(text);
    g_hash_table_insert(self->numbers, copy, GUINT_TO_POINTER(self->all->len));
    g_ptr_array_add(self->all, copy);
    return self->all->len - 1;
}

static void
texts_init(Texts *self)
{
    self->all = g_ptr_array_new_with_free_func(g_free);
    self->numbers = g_hash_table_new(g_str_hash, g_str_equal);
    texts_find(self, "");
}

static void
texts_clear(Texts *self)
{
    g_hash_table_unref(self->numbers);
    g_ptr_array_unref(self->all);
}

static MamutoFailureCause *
add_cause(FailureLog *self, const char *text, const char *kind, MamutoAdvice advice)
{
    MamutoFailureCause *cause = g_new0(MamutoFailureCause, 1);

    cause->cause = g_strdup(text);
    cause->kind = g_strdup(kind);
    cause->advice = advice;
    g_hash_table_insert(self->by_kind, cause->kind, cause);
    g_ptr_array_add(self->causes, cause);
    return cause;
}

FailureLog *
failure_log_new(void)
{
    FailureLog *self = g_new0(FailureLog, 1);

    self->listed = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    self->causes = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_failure_cause_free);
    self->by_kind = g_hash_table_new(g_str_hash, g_str_equal);
    self->rows = g_array_new(FALSE, FALSE, sizeof(FailedRow));
    texts_init(&self->texts);
    texts_init(&self->hosts);
    add_cause(self, "", "", MAMUTO_ADVICE_NONE);
    return self;
}

void
failure_log_free(FailureLog *self)
{
    g_hash_table_unref(self->by_kind);
    g_ptr_array_unref(self->listed);
    g_ptr_array_unref(self->causes);
    texts_clear(&self->texts);
    texts_clear(&self->hosts);
    g_array_unref(self->rows);
    g_free(self);
}

static MamutoFailureCause *
find_cause(FailureLog *self, const char *text, const char *kind, MamutoAdvice advice)
{
    MamutoFailureCause *cause = g_hash_table_lookup(self->by_kind, kind);

    if (cause == NULL)
        return self->causes->len <= FAILURE_LOG_MAX_CAUSES ? add_cause(self, text, kind, advice)
                                                           : g_ptr_array_index(self->causes, 0);
    if (cause->advice != advice)
        cause->advice = MAMUTO_ADVICE_NONE;
    if (!g_str_equal(cause->cause, text)) {
        char *merged = failure_kind_merge(cause->cause, text);

        g_free(cause->cause);
        cause->cause = merged;
    }
    return cause;
}

static void
add_row(FailureLog *self, const MamutoRowFailure *failure)
{
    g_autofree char *kind = mamuto_failure_kind(failure->cause);
    MamutoFailureCause *cause = find_cause(self, failure->cause, kind, failure->advice);
    gboolean room = self->texts.all->len <= FAILURE_LOG_MAX_CAUSES ||
                    g_hash_table_contains(self->texts.numbers, failure->cause);
    const FailedRow row = {failure->row,
                           texts_find(&self->texts, room ? failure->cause : cause->kind),
                           texts_find(&self->hosts, failure->host)};

    cause->n_rows++;
    if (self->rows->len < FAILURE_LOG_MAX_ROWS)
        g_array_append_val(self->rows, row);
    if (self->listed->len < MAMUTO_MAX_LISTED_FAILURES)
        g_ptr_array_add(self->listed, mamuto_row_failure_copy(failure));
}

void
failure_log_add(FailureLog *self, GPtrArray *errors, gint64 n_failed)
{
    MamutoFailureCause *unknown = g_ptr_array_index(self->causes, 0);

    for (guint i = 0; i < errors->len; i++)
        add_row(self, g_ptr_array_index(errors, i));
    unknown->n_rows += MAX(n_failed - errors->len, 0);
}

GPtrArray *
failure_log_get_listed(FailureLog *self)
{
    return self->listed;
}

static int
compare_causes(gconstpointer a, gconstpointer b)
{
    const MamutoFailureCause *x = *(MamutoFailureCause *const *)a;
    const MamutoFailureCause *y = *(MamutoFailureCause *const *)b;

    return x->n_rows < y->n_rows ? 1 : x->n_rows > y->n_rows ? -1 : strcmp(x->cause, y->cause);
}

GPtrArray *
failure_log_copy_causes(FailureLog *self)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_failure_cause_free);

    for (guint i = 0; i < self->causes->len; i++) {
        const MamutoFailureCause *cause = g_ptr_array_index(self->causes, i);

        if (cause->n_rows > 0)
            g_ptr_array_add(copy, mamuto_failure_cause_copy(cause));
    }
    g_ptr_array_sort(copy, compare_causes);
    return copy;
}

static int
compare_failures(gconstpointer a, gconstpointer b)
{
    const MamutoRowFailure *x = *(MamutoRowFailure *const *)a;
    const MamutoRowFailure *y = *(MamutoRowFailure *const *)b;

    return x->row < y->row ? -1 : x->row > y->row;
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
    const FailedRow *x = a, *y = b;

    return x->row < y->row ? -1 : x->row > y->row;
}

void
failure_log_finish(FailureLog *self)
{
    g_ptr_array_sort(self->listed, compare_failures);
    g_array_sort(self->rows, compare_rows);
}

/* Appends the table line of the failed row @row to @line. @at and @listed are indices into
 * self->rows and self->listed. They are moved forward to @row, so the caller must pass the rows in
 * increasing order. */
static void
append_row(FailureLog *self, GString *line, gint64 row, guint *at, guint *listed)
{
    const char *host = "", *cause = "", *traceback = "";
    const char **const cells[] = {&host, &cause, &traceback};

    for (; *at < self->rows->len; ++*at) {
        const FailedRow *failed = &g_array_index(self->rows, FailedRow, *at);

        if (failed->row >= row) {
            host = failed->row == row ? g_ptr_array_index(self->hosts.all, failed->host) : "";
            cause = failed->row == row ? g_ptr_array_index(self->texts.all, failed->text) : "";
            break;
        }
    }
    for (; *listed < self->listed->len; ++*listed) {
        const MamutoRowFailure *failure = g_ptr_array_index(self->listed, *listed);

        if (failure->row >= row) {
            if (failure->row == row) {
                cause = failure->cause;
                traceback = failure->traceback;
            }
            break;
        }
    }
    g_string_append_printf(line, "%" G_GINT64_FORMAT, row);
    for (guint i = 0; i < G_N_ELEMENTS(cells); i++) {
        g_string_append_c(line, ',');
        quote_append_cell(line, *cells[i]);
    }
    g_string_append_c(line, '\n');
}

gboolean
failure_log_save(FailureLog *self, RowStatus *status, const char *path, GError **error)
{
    g_autoptr(OutputFile) file = output_file_open(path, error);
    g_autoptr(GString) text = g_string_new("row,host,cause,traceback\n");
    gint64 n_rows = row_status_get_n_rows(status);
    guint at = 0, listed = 0;

    if (file == NULL)
        return FALSE;
    for (gint64 row = 0, end; row < n_rows; row = end) {
        end = row_status_run_end(status, row);
        for (gint64 i = row; row_status_get(status, row) == RESULT_FAILED && i < end; i++) {
            append_row(self, text, i, &at, &listed);
            if (text->len < PIECE)
                continue;
            if (!output_file_write(file, text->str, text->len, error))
                return FALSE;
            g_string_truncate(text, 0);
        }
    }
    return output_file_write(file, text->str, text->len, error) && output_file_commit(file, error);
}
