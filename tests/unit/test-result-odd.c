/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of rows whose result has another shape or kind than most rows of a run. Random rows are
 * stored in random chunks, in random order and by several threads. The result must always be that
 * of a reference that sees all rows at once: the same shape, element type, values and failed
 * rows. */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "file-fixture.h"
#include "mamuto-error.h"
#include "mamuto-failure.h"
#include "result-store.h"

/* what follows the cause of a row whose value a JSON line can contain */
#define MAX_ITEMS 3
#define N_HOSTS 5

static const MamutoDtype numbers[] = {{'b', '|', 1}, {'i', '|', 1}, {'u', '|', 1}, {'i', '<', 2},
                                      {'u', '<', 2}, {'i', '<', 4}, {'u', '<', 4}, {'i', '<', 8},
                                      {'u', '<', 8}, {'f', '<', 2}, {'f', '<', 4}, {'f', '<', 8},
                                      {'c', '<', 8}, {'c', '<', 16}};
static const struct {
    guint n_dims;
    gint64 shape[2];
    gsize n_items;
} shapes[] = {{0, {0}, 1}, {1, {2}, 2}, {1, {3}, 3}, {2, {1, 2}, 2}, {1, {0}, 0}};

typedef struct {
    gboolean failed; /* the call raised an exception */
    guint shape;     /* index in shapes */
    MamutoDtype dtype;
    guint value; /* 0 or 1, which every type can hold */
    guint host;
} Row;

typedef struct {
    Row *rows;
    gint64 n;
    GRand *rand;
} Rows;

static char
class_of(const MamutoDtype *dtype)
{
    return dtype->kind == 'S' || dtype->kind == 'U' ? dtype->kind : 'n';
}

static void
encode(const Row *row, const MamutoDtype *dtype, guint8 *dest)
{
    for (gsize i = 0; i < shapes[row->shape].n_items; i++, dest += dtype->itemsize) {
        const MamutoDtype small = {'u', '|', 1};
        guint8 value = (guint8)row->value;
        guint32 letter = 'a' + value;

        if (class_of(dtype) == 'n') {
            mamuto_dtype_convert(&small, &value, dtype, dest, 1);
            continue;
        }
        memset(dest, 0, dtype->itemsize);
        if (dtype->kind == 'U')
            memcpy(dest, &letter, sizeof letter);
        else
            *dest = (guint8)letter;
    }
}

/* Makes rows of a few shapes and types, one of which is usually the most frequent. */
static void
make_rows(Rows *self, guint32 seed)
{
    struct {
        guint shape;
        MamutoDtype dtype;
    } palette[6];
    guint n_kinds;

    self->rand = g_rand_new_with_seed(seed);
    self->n = g_rand_int_range(self->rand, 1, seed % 4 == 0 ? 12 : 400);
    self->rows = g_new0(Row, self->n);
    n_kinds = (guint)g_rand_int_range(self->rand, 1, G_N_ELEMENTS(palette) + 1);
    for (guint i = 0; i < n_kinds; i++) {
        guint32 width = (guint32)g_rand_int_range(self->rand, 1, 5);
        gint32 kind = g_rand_int_range(self->rand, 0, 6);

        /* Several entries of one shape have different types of numbers. */
        palette[i].shape =
            (guint)g_rand_int_range(self->rand, 0, seed % 2 ? 2 : G_N_ELEMENTS(shapes));
        palette[i].dtype = kind == 0 ? (MamutoDtype){'U', '<', 4 * width}
                           : kind == 1
                               ? (MamutoDtype){'S', '|', width}
                               : numbers[g_rand_int_range(self->rand, 0, G_N_ELEMENTS(numbers))];
    }
    for (gint64 i = 0; i < self->n; i++) {
        guint kind = (guint)MIN(g_rand_int_range(self->rand, 0, (gint32)n_kinds),
                                g_rand_int_range(self->rand, 0, (gint32)n_kinds));

        self->rows[i] = (Row){g_rand_int_range(self->rand, 0, 20) == 0, palette[kind].shape,
                              palette[kind].dtype, (guint)g_rand_int_range(self->rand, 0, 2), 0};
    }
}

static void
rows_clear(Rows *self)
{
    g_free(self->rows);
    g_rand_free(self->rand);
}

static gboolean
alike(const Row *a, const Row *b)
{
    return a->shape == b->shape && class_of(&a->dtype) == class_of(&b->dtype);
}

/* ---- a chunk, as a slot sends it ---- */

typedef struct {
    ResultBlock block;
    GArray *rows; /* elements are gint64: the rows of all parts */
    ResultPart parts[64];
    GByteArray *data;
    guint8 failed[64];
} Chunk;

static gboolean
is_small_int(const MamutoDtype *dtype)
{
    return strchr("iu", dtype->kind) && dtype->itemsize <= 2;
}

/* Returns a number that is the same for all rows that a slot puts into one array. */
static guint
key_of(const Row *row, gboolean split_small)
{
    guint small = split_small && is_small_int(&row->dtype)
                      ? (guint)(row->dtype.kind == 'i') * 2 + row->dtype.itemsize
                      : 0;

    return (row->shape * 256u + (guchar)class_of(&row->dtype)) * 8 + small;
}

/* Promotes the types of all rows of the chunk whose key_of() is @key, in the order of the rows, as
 * numpy does. Sets @mixed to TRUE if the types differ. */
static MamutoDtype
promote_rows(const Rows *rows, gint64 lo, gint64 hi, guint key, gboolean split_small,
             gboolean *mixed)
{
    MamutoDtype dtype = {0};

    for (gint64 i = lo; i < hi; i++) {
        const Row *row = &rows->rows[i];

        if (row->failed || key_of(row, split_small) != key)
            continue;
        if (dtype.kind && !mamuto_dtype_equal(&dtype, &row->dtype))
            *mixed = TRUE;
        mamuto_dtype_promote(dtype.kind ? &dtype : &row->dtype, &row->dtype, &dtype);
    }
    return dtype;
}

/* A slot separates small integers if there are several keys, or if small floats may hide them. */
static gboolean
must_split(const Rows *rows, gint64 lo, gint64 hi)
{
    gint64 first = lo;

    while (first < hi && rows->rows[first].failed)
        first++;
    for (gint64 i = first; i < hi; i++) {
        gboolean mixed = FALSE;
        MamutoDtype dtype;

        if (rows->rows[i].failed)
            continue;
        if (!alike(&rows->rows[i], &rows->rows[first]))
            return TRUE;
        dtype = promote_rows(rows, lo, hi, key_of(&rows->rows[i], FALSE), FALSE, &mixed);
        return mixed && ((dtype.kind == 'f' && dtype.itemsize <= 4) ||
                         (dtype.kind == 'c' && dtype.itemsize == 8));
    }
    return FALSE;
}

static void
chunk_init(Chunk *self, Rows *rows, gint64 lo, gint64 hi, guint host)
{
    gboolean split = must_split(rows, lo, hi), mixed;
    guint keys[64], counts[64], n_keys = 0;

    *self = (Chunk){.block = {.lo = lo, .hi = hi, .fd = -1, .host = host, .failed = self->failed}};
    self->rows = g_array_new(FALSE, FALSE, sizeof(gint64));
    self->data = g_byte_array_new();
    for (gint64 i = lo; i < hi; i++) {
        guint k = 0;

        rows->rows[i].host = host;
        if (rows->rows[i].failed)
            continue;
        while (k < n_keys && keys[k] != key_of(&rows->rows[i], split))
            k++;
        if (k == n_keys) {
            keys[n_keys] = key_of(&rows->rows[i], split);
            counts[n_keys++] = 0;
        }
        counts[k]++;
    }
    memset(self->failed, 0xff, sizeof self->failed);
    g_array_set_size(self->rows, (guint)(hi - lo));
    g_array_set_size(self->rows, 0);
    for (guint done = 0; done < n_keys; done++) {
        ResultPart *part = &self->parts[MAX(done, 1) - 1];
        guint largest = 0;
        MamutoDtype dtype;
        guint from_row = self->rows->len;

        for (guint k = 1; k < n_keys; k++)
            if (counts[k] > counts[largest])
                largest = k;
        dtype = promote_rows(rows, lo, hi, keys[largest], split, &mixed);
        if (done > 0) {
            for (gint64 i = lo; i < hi; i++)
                if (!rows->rows[i].failed && key_of(&rows->rows[i], split) == keys[largest]) {
                    g_array_append_val(self->rows, i);
                    g_byte_array_append(self->data, (const guint8 *)&i, sizeof i);
                }
            *part = (ResultPart){.dtype = dtype,
                                 .rows = &g_array_index(self->rows, gint64, from_row),
                                 .n_rows = counts[largest],
                                 .from = self->data->len};
        }
        for (gint64 i = lo; i < hi; i++) {
            const Row *row = &rows->rows[i];
            guint8 bytes[MAX_ITEMS * 16];
            guint n_dims = shapes[row->shape].n_dims;

            if (row->failed || key_of(row, split) != keys[largest])
                continue;
            encode(row, &dtype, bytes);
            g_byte_array_append(self->data, bytes,
                                (guint)(shapes[row->shape].n_items * dtype.itemsize));
            if (done == 0)
                self->failed[(i - lo) / 8] &= (guint8) ~(1u << (i - lo) % 8);
            *(done ? &part->n_dims : &self->block.n_dims) = n_dims;
            memcpy(done ? part->shape : self->block.shape, shapes[row->shape].shape,
                   n_dims * sizeof(gint64));
        }
        if (done == 0)
            self->block.dtype = dtype;
        counts[largest] = 0;
    }
    self->block.parts = self->parts;
    self->block.n_parts = n_keys > 0 ? n_keys - 1 : 0;
    self->block.data = self->data->data;
    self->block.size = self->data->len;
}

static void
chunk_clear(Chunk *self)
{
    g_array_unref(self->rows);
    g_byte_array_unref(self->data);
}

/* ---- storing all rows ---- */

typedef struct {
    Rows *rows;
    ResultStore *store;
    GArray *borders; /* elements are gint64 */
    guint *order;
    gint next; /* atomic */
} Storm;

static gpointer
store_chunks(gpointer data)
{
    Storm *storm = data;
    guint i;

    while ((i = (guint)g_atomic_int_add(&storm->next, 1)) + 1 < storm->borders->len) {
        g_autoptr(GError) error = NULL;
        gint64 *borders = (gint64 *)(gpointer)storm->borders->data;
        guint at = storm->order[i];
        Chunk chunk;

        chunk_init(&chunk, storm->rows, borders[at], borders[at + 1], at % N_HOSTS);
        result_store_put(storm->store, &chunk.block, &error);
        g_assert_no_error(error);
        chunk_clear(&chunk);
    }
    return NULL;
}

static void
store_all(Rows *rows, ResultStore *store, guint n_threads)
{
    Storm storm = {rows, store, g_array_new(FALSE, FALSE, sizeof(gint64)), NULL, 0};
    GThread *threads[8];
    gint32 longest = g_rand_int_range(rows->rand, 1, 5);

    longest = longest == 1 ? 1 : longest == 2 ? 3 : longest == 3 ? 30 : 200;
    for (gint64 lo = 0; lo < rows->n; lo += g_rand_int_range(rows->rand, 1, longest + 1))
        g_array_append_val(storm.borders, lo);
    g_array_append_val(storm.borders, rows->n);
    storm.order = g_new(guint, storm.borders->len);
    for (guint i = 0; i < storm.borders->len; i++)
        storm.order[i] = i;
    for (guint i = storm.borders->len - 1; i-- > 1;) {
        guint j = (guint)g_rand_int_range(rows->rand, 0, (gint32)i + 1), other = storm.order[i];

        storm.order[i] = storm.order[j];
        storm.order[j] = other;
    }
    for (guint i = 0; i < n_threads; i++)
        threads[i] = g_thread_new("store", store_chunks, &storm);
    for (guint i = 0; i < n_threads; i++)
        g_thread_join(threads[i]);
    g_array_unref(storm.borders);
    g_free(storm.order);
}

/* ---- the reference ---- */

/* Returns a row with the shape and kind of most rows. If two shapes have the same number of rows,
 * the shape of the lowest row is used. NULL: all rows failed. */
static const Row *
find_usual(const Rows *rows)
{
    const Row *usual = NULL;
    gint64 most = 0;

    for (gint64 i = 0; i < rows->n; i++) {
        gint64 n = 0;

        for (gint64 k = 0; k < rows->n && !rows->rows[i].failed; k++)
            n += !rows->rows[k].failed && alike(&rows->rows[i], &rows->rows[k]);
        if (n > most) {
            usual = &rows->rows[i];
            most = n;
        }
    }
    return usual;
}

/* Returns the type of all usual rows. Integers are promoted before floats. */
static MamutoDtype
find_type(const Rows *rows, const Row *usual)
{
    MamutoDtype dtype = {0};

    for (guint pass = 0; pass < 2; pass++)
        for (gint64 i = 0; i < rows->n; i++) {
            const Row *row = &rows->rows[i];
            gboolean inexact = strchr("fc", row->dtype.kind) != NULL;

            if (row->failed || !alike(row, usual) || inexact != (pass == 1))
                continue;
            mamuto_dtype_promote(dtype.kind ? &dtype : &row->dtype, &row->dtype, &dtype);
        }
    return dtype;
}

typedef struct {
    const Rows *rows;
    const Row *usual;
    guint8 *told; /* one byte per row */
} Odd;

static void
on_odd_row(gint64 row, guint host, const char *cause, gpointer data)
{
    Odd *odd = data;

    g_assert_cmpint(row, <, odd->rows->n);
    g_assert_false(odd->told[row]);
    odd->told[row] = TRUE;
    g_assert_false(alike(&odd->rows->rows[row], odd->usual));
    g_assert_cmpuint(host, ==, odd->rows->rows[row].host);
    g_assert_true(g_str_has_prefix(cause, "returned "));
    g_assert_nonnull(strstr(cause, ", other rows "));
}

static void
check_result(const Rows *rows, ResultStore *store)
{
    const Row *usual = find_usual(rows);
    g_autofree guint8 *told = g_malloc0((gsize)rows->n);
    Odd odd = {rows, usual, told};
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    MamutoDtype dtype, expected;
    gint64 n_ok = 0;
    const guint8 *data;
    gsize row_size;

    g_assert_cmpint(result_store_get_n_ok(store) + result_store_get_n_failed(store), ==, rows->n);
    result_store_settle(store, on_odd_row, &odd, &error);
    g_assert_no_error(error);
    g_assert_cmpint(result_store_get_n_ok(store) + result_store_get_n_failed(store), ==, rows->n);
    array = result_store_finish(store, NULL, &error);
    g_assert_no_error(error);
    if (!usual)
        return;
    expected = find_type(rows, usual);
    mamuto_array_get_dtype(array, &dtype);
    g_assert_cmpmem(&dtype.kind, 1, &expected.kind, 1);
    g_assert_cmpuint(dtype.itemsize, ==, expected.itemsize);
    g_assert_cmpuint(mamuto_array_get_n_dims(array), ==, shapes[usual->shape].n_dims + 1);
    data = mamuto_array_get_data(array);
    row_size = shapes[usual->shape].n_items * dtype.itemsize;
    for (gint64 i = 0; i < rows->n; i++) {
        const Row *row = &rows->rows[i];
        gboolean ok = !row->failed && alike(row, usual);
        guint8 bytes[MAX_ITEMS * 16];

        n_ok += ok;
        g_assert_cmpuint(row_status_get(result_store_get_status(store), i), ==,
                         ok ? RESULT_OK : RESULT_FAILED);
        g_assert_cmpuint(told[i], ==, !ok && !row->failed);
        encode(row, &dtype, bytes);
        if (ok)
            g_assert_cmpmem(data + (gsize)i * row_size, row_size, bytes, row_size);
    }
    g_assert_cmpint(result_store_get_n_ok(store), ==, n_ok);
}

static ResultStore *
make(gint64 n_rows, const char *path)
{
    g_autoptr(GError) error = NULL;
    ResultStore *store = result_store_new(n_rows, path, &error);

    g_assert_no_error(error);
    result_store_set_odd_aside(store);
    return store;
}

static void
test_any_order(void)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-odd-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);

    for (guint32 seed = 0; seed < 150; seed++) {
        Rows rows;

        make_rows(&rows, seed);
        for (guint i = 0; i < 4; i++) {
            g_autoptr(ResultStore) store = make(rows.n, i % 2 ? path : NULL);

            store_all(&rows, store, i < 2 ? 1 : 3);
            check_result(&rows, store);
        }
        rows_clear(&rows);
    }
    file_fixture_remove_folder(folder);
}

/* ---- single cases ---- */

static void
put_row(ResultStore *store, gint64 row, gint64 length, gsize itemsize)
{
    g_autofree guint8 *data = g_malloc0((gsize)length * itemsize);
    ResultBlock block = {.lo = row,
                         .hi = row + 1,
                         .dtype = {'u', itemsize > 1 ? '<' : '|', (guint32)itemsize},
                         .n_dims = 1,
                         .shape = {length},
                         .data = data,
                         .fd = -1,
                         .size = (gsize)length * itemsize};
    g_autoptr(GError) error = NULL;

    memset(data, (int)row, block.size);
    result_store_put(store, &block, &error);
    g_assert_no_error(error);
}

static void
append_odd(gint64 row, guint host, const char *cause, gpointer text)
{
    g_string_append_printf(text, "%" G_GINT64_FORMAT ": %s\n", row, cause);
}

/* If two shapes have the same number of rows, the shape of the lowest row is used, even if this row
 * is stored last. */
static void
test_tie(void)
{
    for (guint i = 0; i < 2; i++) {
        g_autoptr(ResultStore) store = make(2, NULL);
        g_autoptr(GString) odd = g_string_new(NULL);

        put_row(store, i ? 1 : 0, i ? 3 : 2, 1);
        put_row(store, i ? 0 : 1, i ? 2 : 3, 1);
        g_assert_cmpint(result_store_get_n_aside(store), ==, 1);
        g_assert_true(result_store_settle(store, append_odd, odd, NULL));
        g_assert_cmpstr(odd->str, ==, "1: returned shape (3,), other rows shape (2,)\n");
    }
}

/* The result of the first row is so large that no file can hold results of this size for all rows.
 * The run must not end, because this is the only odd row. */
static void
test_too_large_first(void)
{
    g_autofree char *folder = g_dir_make_tmp("mamuto-odd-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out.npy", NULL);
    g_autoptr(ResultStore) store = make(100000, path);
    g_autoptr(GString) odd = g_string_new(NULL);
    struct rlimit old, small;

    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
    small = old;
    small.rlim_cur = 1000000;
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    put_row(store, 0, 5000, 8);
    for (gint64 row = 1; row < 100; row++)
        put_row(store, row, 1, 1);
    g_assert_cmpint(result_store_get_n_ok(store), ==, 99);
    g_assert_true(result_store_settle(store, append_odd, odd, NULL));
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    g_assert_cmpstr(odd->str, ==, "0: returned shape (5000,), other rows shape (1,)\n");
    g_clear_pointer(&store, result_store_free);
    file_fixture_remove_folder(folder);
}

/* The shape of most rows changes several times while the rows arrive. Rows that were set aside
 * first must keep their values when their shape becomes that of most rows. */
static void
test_majority_changes(void)
{
    const gint64 n = 30000;
    g_autoptr(ResultStore) store = make(n, NULL);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GString) odd = g_string_new(NULL);
    gint64 n_ok = 0;
    const guint8 *data;

    for (gint64 row = 0; row < n; row++) {
        gint64 length = 1 + g_bit_storage((gulong)row) % 2;

        put_row(store, row, length, 1);
        n_ok += length == 1;
    }
    g_assert_cmpint(n_ok, <, n / 2);
    g_assert_true(result_store_settle(store, append_odd, odd, NULL));
    g_assert_cmpint(result_store_get_n_ok(store), ==, n - n_ok);
    array = result_store_finish(store, NULL, NULL);
    data = mamuto_array_get_data(array);
    for (gint64 row = 0; row < n; row++)
        if (g_bit_storage((gulong)row) % 2 == 1)
            g_assert_cmpuint(data[2 * row + 1], ==, row % 256);
}

/* Parts come from hosts, so the store must refuse wrong ones and stay unchanged. */
static void
test_wrong_parts(void)
{
    const guint8 failed[] = {0x06};
    guint8 data[100] = {0};
    gint64 rows[] = {1, 2};
    ResultPart part = {
        .dtype = {'u', '|', 1}, .n_dims = 1, .shape = {3}, .rows = rows, .n_rows = 2, .from = 17};
    const ResultBlock good = {.lo = 0,
                              .hi = 3,
                              .dtype = {'u', '|', 1},
                              .failed = failed,
                              .data = data,
                              .fd = -1,
                              .size = 23,
                              .parts = &part,
                              .n_parts = 1};
    static const gint64 wrong[][2] = {{0, 1}, {1, 1}, {2, 1}, {-1, 1}, {1, 3}, {0, 0}};
    g_autoptr(ResultStore) store = make(4, NULL);

    for (guint i = 0; i < G_N_ELEMENTS(wrong) + 4; i++) {
        ResultBlock block = good;
        ResultPart parts[2] = {part, part};
        g_autoptr(GError) error = NULL;

        block.parts = parts;
        if (i < G_N_ELEMENTS(wrong))
            parts[0].rows = wrong[i];
        else if (i == G_N_ELEMENTS(wrong))
            parts[0].from = 18;
        else if (i == G_N_ELEMENTS(wrong) + 1)
            parts[0].dtype.kind = 'O';
        else if (i == G_N_ELEMENTS(wrong) + 2)
            parts[0].shape[0] = G_MAXINT64;
        else
            block.n_parts = 2;
        g_assert_false(result_store_put(store, &block, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_PROTOCOL);
    }
    g_assert_cmpint(result_store_get_n_failed(store), ==, 0);
    g_assert_true(result_store_put(store, &good, NULL));
    g_assert_cmpint(result_store_get_n_aside(store), ==, 2);
}

/* If a failed row ends the run, odd rows of another shape or kind become failures. Odd rows that
 * differ only in their type of number stay results. */
static void
test_fail_parts(void)
{
    const guint8 failed[] = {0x0e};
    gint64 rows[] = {1, 3, 2};
    ResultPart parts[2] = {{.dtype = {'S', '|', 2}, .rows = rows, .n_rows = 2, .from = 17},
                           {.dtype = {'f', '<', 2}, .rows = rows + 2, .n_rows = 1, .from = 29}};
    ResultBlock block = {.hi = 4,
                         .dtype = {'i', '|', 1},
                         .failed = failed,
                         .fd = -1,
                         .data = "",
                         .size = 1 + 20 + 10,
                         .parts = parts,
                         .n_parts = 2};
    g_autoptr(GPtrArray) errors =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    const MamutoRowFailure *last;
    ResultPart copy[2];

    g_assert_true(result_block_fail_parts(&block, copy, errors, "mm1", NULL));
    g_assert_cmpuint(block.n_parts, ==, 1);
    g_assert_cmpint(result_block_count_in_parts(&block), ==, 1);
    g_assert_cmpuint(block.size - block.unused, ==, 11);
    g_assert_cmpuint(errors->len, ==, 2);
    last = g_ptr_array_index(errors, 1);
    g_assert_cmpint(last->row, ==, 3);
    g_assert_cmpstr(last->host, ==, "mm1");
    g_assert_cmpstr(last->cause, ==, "returned bytes, other rows a number");
    g_assert_cmpint(last->advice, ==, MAMUTO_ADVICE_SAVE_JSON_LINES);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/result-odd/any-order", test_any_order);
    g_test_add_func("/result-odd/tie", test_tie);
    g_test_add_func("/result-odd/too-large-first", test_too_large_first);
    g_test_add_func("/result-odd/majority-changes", test_majority_changes);
    g_test_add_func("/result-odd/wrong-parts", test_wrong_parts);
    g_test_add_func("/result-odd/fail-parts", test_fail_parts);
    return g_test_run();
}
