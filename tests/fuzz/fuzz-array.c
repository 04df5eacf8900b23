/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Makes random changes in array files and loads the changed files. Loading must return a readable
 * array or an error. The environment variable FUZZ_ROUNDS sets how often this is repeated. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "array-lines.h"
#include "csv.h"
#include "json-member.h"
#include "mamuto-error.h"
#include "npy.h"

#define DEFAULT_ROUNDS 1500

/* Maximum size in bytes of an array whose values are read. A damaged header can contain a huge
 * size, and reading so many values would take very long. */
#define MAX_READ (1024 * 1024)

typedef MamutoArray *(*Loader)(const char *path, GError **error);

static MamutoArray *
load_npz(const char *path, GError **error)
{
    g_auto(GStrv) names = mamuto_array_list_npz(path, NULL);

    return mamuto_array_load_npz(path, names != NULL ? names[0] : NULL, NULL, error);
}

static MamutoArray *
load_csv(const char *path, GError **error)
{
    return csv_load(path, NULL, &(MamutoTableOptions){0}, NULL, NULL, NULL, error);
}

static MamutoArray *
load_column(const char *path, GError **error)
{
    char *columns[] = {(char *)"1", NULL};

    return csv_load(path, columns, &(MamutoTableOptions){0}, NULL, NULL, NULL, error);
}

static MamutoArray *
load_jsonl(const char *path, GError **error)
{
    return mamuto_array_load_jsonl(path, "k", NULL, NULL, NULL, error);
}

/* The rows of JSON were checked while they were loaded. */
static void
use_lines(MamutoArray *array)
{
    g_auto(GStrv) keys = mamuto_array_list_keys(array, NULL);
    guint64 line = 0, before = 0;

    for (gint64 row = 0; row < mamuto_array_get_n_rows(array); row++) {
        g_autofree char *text = mamuto_array_read_json(array, row, NULL);
        g_autofree char *value = json_find_member(text, "k");

        g_assert_true(value == NULL || json_find_kind(value) < JSON_N_KINDS);
        array_lines_find_line(array, row, &line);
        g_assert_cmpuint(line, >, before);
        before = line;
    }
    g_assert_nonnull(mamuto_array_hash(array, NULL, NULL));
}

static void
use(MamutoArray *array)
{
    gint64 n_rows = mamuto_array_get_n_rows(array);
    gsize row_size = mamuto_array_get_row_size(array);
    g_autofree guint8 *rows = NULL;
    g_autoptr(GError) error = NULL;

    if (mamuto_array_is_json(array))
        use_lines(array);
    if (n_rows == 0 || row_size == 0 || (guint64)n_rows > MAX_READ / row_size)
        return;
    rows = g_malloc((gsize)n_rows * row_size);
    g_assert_true(mamuto_array_read_rows(array, 0, n_rows, rows, NULL));
    g_assert_nonnull(mamuto_array_hash(array, NULL, NULL));
    g_free(mamuto_array_format_element(array, (gint64[MAMUTO_ARRAY_MAX_DIMS]){0}));
    /* A table cannot contain text that is not valid Unicode. */
    if (!mamuto_array_save_csv(array, "/dev/null", &error)) {
        MamutoDtype dtype;

        mamuto_array_get_dtype(array, &dtype);
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
        g_assert_true(strchr("SU", dtype.kind) != NULL);
    }
}

static void
try_bytes(const GByteArray *bytes, Loader load)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autoptr(MamutoArray) array = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(write(fd, bytes->data, bytes->len), ==, bytes->len);
    array = load(path, &error);
    g_assert_true((array != NULL) == (error == NULL));
    if (error != NULL) {
        g_assert_true(error->domain == MAMUTO_ERROR);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    } else {
        use(array);
    }
    close(fd);
}

static void
insert(GByteArray *bytes, guint at, gconstpointer data, guint size)
{
    if (size == 0)
        return;
    g_byte_array_set_size(bytes, bytes->len + size);
    memmove(bytes->data + at + size, bytes->data + at, bytes->len - size - at);
    memcpy(bytes->data + at, data, size);
}

static void
mutate(GByteArray *bytes, GRand *random)
{
    static const char *const words[] = {
        "\"", "\n",     ",",    "\r\n",           "'", "(",  ")", "-1", "1e9",    "nan",
        "|O", "True",   "<U4",  "99999999999999", "#", "\t", ";", " ",  "PK\5\6", "\xef\xbb\xbf",
        "{}", "+kind=", "sep=", "\\u0000"};
    guint at = bytes->len > 0 ? (guint)g_rand_int_range(random, 0, (gint32)bytes->len) : 0;
    guint wanted = (guint)g_rand_int_range(random, 1, 20);
    guint size = MIN(bytes->len - at, wanted);
    const char *word = words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))];
    g_autofree guint8 *part = g_memdup2(bytes->data + at, size);

    switch (g_rand_int_range(random, 0, 7)) {
    case 0:
        if (bytes->len > 0)
            bytes->data[at] ^= (guint8)(1 << g_rand_int_range(random, 0, 8));
        break;
    case 1:
        if (bytes->len > 0)
            bytes->data[at] = (guint8)g_rand_int(random);
        break;
    case 2:
        if (bytes->len > 0)
            bytes->data[at] = g_rand_boolean(random) ? 0 : 0xff;
        break;
    case 3:
        if (size > 0)
            g_byte_array_remove_range(bytes, at, size);
        break;
    case 4:
        insert(bytes, at, part, size);
        break;
    case 5:
        insert(bytes, at, word, (guint)strlen(word));
        break;
    default:
        if (g_rand_int_range(random, 0, 4) == 0)
            g_byte_array_set_size(bytes, at);
    }
}

static void
fuzz(const GByteArray *seed, Loader load, guint32 number)
{
    const char *wanted = g_getenv("FUZZ_ROUNDS");
    guint64 rounds = wanted != NULL ? g_ascii_strtoull(wanted, NULL, 10) : DEFAULT_ROUNDS;
    GRand *random = g_rand_new_with_seed(number);

    try_bytes(seed, load);
    for (guint64 i = 0; i < rounds; i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();

        g_byte_array_append(bytes, seed->data, seed->len);
        for (int n = g_rand_int_range(random, 1, 6); n > 0; n--)
            mutate(bytes, random);
        try_bytes(bytes, load);
    }
    g_rand_free(random);
}

static GByteArray *
make_npy(const char *descr, gboolean fortran_order)
{
    gint64 shape[] = {3, 2};
    guint8 data[96] = {'a', 0, 0, 0, 'b', 0x3f};
    MamutoDtype dtype;
    GByteArray *bytes;

    g_assert_true(mamuto_dtype_parse(descr, &dtype, NULL));
    bytes = npy_format_header(&dtype, 2, shape, fortran_order, 0, NULL);
    g_byte_array_append(bytes, data, 6 * dtype.itemsize);
    return bytes;
}

static GByteArray *
make_npz(zip_int32_t method)
{
    g_autoptr(GByteArray) npy = make_npy("<f8", FALSE);
    GByteArray *bytes = g_byte_array_new();
    g_autofree char *path = NULL;
    g_autofree char *content = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("mamuto-fuzz-XXXXXX", &path, &error);
    gsize size;
    zip_t *zip;

    g_assert_no_error(error);
    close(fd);
    zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    for (int i = 0; i < 2; i++) {
        zip_int64_t index = zip_file_add(zip, i == 0 ? "x.npy" : "yy.npy",
                                         zip_source_buffer(zip, npy->data, npy->len, 0), 0);

        zip_set_file_compression(zip, (zip_uint64_t)index, method, 0);
    }
    g_assert_cmpint(zip_close(zip), ==, 0);
    g_assert_true(g_file_get_contents(path, &content, &size, NULL));
    g_byte_array_append(bytes, (guint8 *)content, (guint)size);
    unlink(path);
    return bytes;
}

static void
test_npy(void)
{
    static const char *const descrs[] = {"<f8", ">i4", "|b1", "<U4", "|S5", "<c16", "<f2"};

    for (guint i = 0; i < G_N_ELEMENTS(descrs); i++) {
        g_autoptr(GByteArray) seed = make_npy(descrs[i], i % 2);

        fuzz(seed, mamuto_array_load_npy, 100 + i);
    }
}

static void
test_npz(void)
{
    for (guint i = 0; i < 2; i++) {
        g_autoptr(GByteArray) seed = make_npz(i == 0 ? ZIP_CM_STORE : ZIP_CM_DEFLATE);

        fuzz(seed, load_npz, 200 + i);
    }
}

static void
test_csv(void)
{
    static const char *const tables[] = {
        "x,y,z\n1,2.5,-3e7\n4,,nan\n7,8.123456789012345678901,9\n",
        "\"a\",\"b\"\"c\"\r\n\"1\",\"x\ny\"\r\n2,z\r\n",
        "# made by hand\n# x y\n 1.0  2.0\n 3.0  4.0\n",
        "\xef\xbb\xbfx;w\xc3\xb6rd\n1;ab\n2;c\xf0\x9f\x98\x80\n3;\"\"\n",
        "True\tFalse\nFalse\tTrue\n",
        "18446744073709551615\n1\n\n-5\n",
        "n;x\n1;2,5\n% a\n3;1.234,5\n4;NA\n",
        "#ff0000|(1+2j)\n#00ff00|-1.5j\n#a b|3\n",
        "\"x\" \"n\"\n\"1\" 9007199254740993 \"a\"\n\"2\" \"\" b\n",
        "name,2019,2020\nAnn,1.5D+00,\"2,334.01\"\nBob,\v3,--\n",
        "sep=;\nx;y\n1;2,5\n3;4\n",
        "# mamuto: +kind=f4+shape=1x2\nvalue_0_0,value_0_1\n1.0,0.1\n-3,inf\n",
        "# mamuto: +header=yes+separator=comma+text=0,1+kind=U9\nvalue_0,value_1\n\"a,\",007\n,b\n",
        "# mamuto: +header=yes+separator=comma+text=0+kind=S12\nvalue\nab\nc\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autoptr(GByteArray) seed = g_byte_array_new();

        g_byte_array_append(seed, (const guint8 *)tables[i], (guint)strlen(tables[i]));
        fuzz(seed, load_csv, 300 + i);
        fuzz(seed, load_column, 400 + i);
    }
}

static void
test_jsonl(void)
{
    static const char *const files[] = {
        "{\"k\": [1, \"]\\u0000\"]}\n\n{\"\\u006b\":NaN, \"z\\ud83d\\ude00\": {}}\n \nnull\n",
        "\xef\xbb\xbf\"a\"\r\n-1.5e3\ntrue",
    };

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GByteArray) seed = g_byte_array_new();

        g_byte_array_append(seed, (const guint8 *)files[i], (guint)strlen(files[i]));
        fuzz(seed, load_jsonl, 500 + i);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fuzz/npy", test_npy);
    g_test_add_func("/fuzz/npz", test_npz);
    g_test_add_func("/fuzz/csv", test_csv);
    g_test_add_func("/fuzz/jsonl", test_jsonl);
    return g_test_run();
}
