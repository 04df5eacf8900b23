/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the terminal program's display of a run. It must escape control characters from
 * hosts, fit into the terminal's lines and columns, and be the same in every locale. */
#include <math.h>
#include <string.h>

#include "failures.h"
#include "run-view.h"
#include "text.h"

static void
assert_escaped(const char *text, gboolean lines, const char *expected)
{
    g_autofree char *escaped = mamuto_text_escape(text, lines);

    g_assert_cmpstr(escaped, ==, expected);
}

static void
test_escape(void)
{
    g_autofree char *message = NULL;

    assert_escaped("plain ü €", FALSE, "plain ü €");
    assert_escaped("\x1b[2Jx", FALSE, "\\x1b[2Jx");
    assert_escaped("a\nb\tc\r", FALSE, "a\\nb\\tc\\r");
    assert_escaped("a\nb\tc\r", TRUE, "a\nb\tc\\r");
    assert_escaped("\xff\xc3(", TRUE, "\\xff\\xc3(");
    assert_escaped("\xc2\x9b"
                   "31m",
                   TRUE, "\\x9b31m"); /* U+009B is a control character that terminals treat like the
                                         two characters ESC [ */
    assert_escaped("a\xe2\x80\xae"
                   "b",
                   TRUE, "a\\u202eb"); /* right-to-left override */
    assert_escaped("\x7f", TRUE, "\\x7f");
    assert_escaped("", TRUE, "");
    message = text_escape_message("no\n\tnumpy\x1b\n");
    g_assert_cmpstr(message, ==, "no  numpy\\x1b");
}

static void
assert_fits(const char *text, guint width, gboolean utf8, const char *expected)
{
    g_autofree char *fitted = text_fit(text, width, utf8);

    g_assert_cmpstr(fitted, ==, expected);
    g_assert_cmpuint(text_width(fitted), ==, width);
}

static void
test_fit(void)
{
    assert_fits("rem1", 6, TRUE, "rem1  ");
    assert_fits("node-17.cluster.example", 11, TRUE, "node-…ample");
    assert_fits("node-17.cluster.example", 11, FALSE, "node..ample");
    assert_fits("abc", 2, FALSE, "ab");
    assert_fits("日本語日本語", 7, TRUE, "日…本語");
    assert_fits("", 3, TRUE, "   ");
    for (guint width = 0; width < 30; width++) {
        g_autofree char *fitted = text_fit("日本 abc 語日本語 e\xcc\x81", width, TRUE);
        g_autofree char *cut = text_cut("日本 abc 語日本語 e\xcc\x81", width, width % 2 == 0);

        g_assert_cmpuint(text_width(fitted), ==, width);
        g_assert_cmpuint(text_width(cut), <=, width);
    }
}

static void
assert_rate(double rate, const char *expected)
{
    g_autofree char *text = text_format_rate(rate);

    g_assert_cmpstr(text, ==, expected);
}

static void
assert_seconds(double seconds, const char *expected)
{
    g_autofree char *text = text_format_seconds(seconds);

    g_assert_cmpstr(text, ==, expected);
}

static void
assert_left(double seconds, const char *expected)
{
    g_autofree char *text = text_format_left(seconds);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_numbers(void)
{
    assert_left(-1, "0 s");
    assert_left(2.6, "3 s");
    assert_left(99.7, "1:40");
    assert_rate(0, "");
    assert_rate(NAN, "");
    assert_rate(0.5, "0.50/s");
    assert_rate(12.34, "12.3/s");
    assert_rate(999.7, "1.00k/s");
    assert_rate(123456, "123k/s");
    assert_rate(12.3e6, "12.3M/s");
    assert_seconds(0.0123, "0.012 s");
    assert_seconds(12.34, "12.3 s");
    assert_seconds(99.97, "1:40");
    assert_seconds(125, "2:05");
    assert_seconds(3725, "1:02:05");
    assert_seconds(-1, "0.000 s");
}

static RunView *
make_view(guint n_hosts, gint64 n_rows)
{
    RunView *view = g_new0(RunView, 1);

    view->function = g_strdup("model.py:like");
    view->n_rows = n_rows;
    view->n_remaps = 1;
    view->eta = -1;
    view->hosts = g_array_new(FALSE, TRUE, sizeof(HostView));
    for (guint i = 0; i < n_hosts; i++) {
        HostView host = {
            .name = g_strdup_printf("node-%u.a-cluster-with-a-long-name.example", i),
            .state = MAMUTO_HOST_COMPUTING,
            .cores = 16,
            .rows_done = n_rows / MAX(1, n_hosts) / 2,
            .rate = 1000 + i,
        };

        view->rows_done += host.rows_done;
        view->rate += host.rate;
        g_array_append_val(view->hosts, host);
    }
    run_view_estimate(view);
    return view;
}

static void
destroy_view(RunView *view)
{
    for (guint i = 0; i < view->hosts->len; i++) {
        g_free(g_array_index(view->hosts, HostView, i).name);
        g_free(g_array_index(view->hosts, HostView, i).message);
    }
    run_view_free(view);
}

/* Returns @line without its colour escape sequences. */
static char *
strip_colours(const char *line)
{
    g_autoptr(GRegex) regex = g_regex_new("\x1b\\[[0-9;]*m", 0, 0, NULL);

    return g_regex_replace_literal(regex, line, -1, 0, "", 0, NULL);
}

static void
assert_within(const RunView *view, guint width, guint height, gboolean utf8, gboolean colour)
{
    g_autoptr(GPtrArray) lines = bar_render(view, width, height, utf8, colour);

    g_assert_cmpuint(lines->len, >=, 1);
    g_assert_cmpuint(lines->len, <=, height);
    for (guint i = 0; i < lines->len; i++) {
        g_autofree char *plain = strip_colours(g_ptr_array_index(lines, i));

        g_assert_null(strchr(plain, '\x1b'));
        g_assert_null(strchr(plain, '\n'));
        g_assert_cmpuint(text_width(plain), <=, width);
        if (!utf8)
            g_assert_true(g_str_is_ascii(plain));
    }
}

static void
test_every_size(void)
{
    const guint n_hosts[] = {0, 1, 4, 50, 1000};

    for (guint n = 0; n < G_N_ELEMENTS(n_hosts); n++) {
        RunView *view = make_view(n_hosts[n], 123456789);

        view->rows_failed = 17;
        view->eta = 4000;
        view->elapsed = 100000;
        for (guint i = 0; i < n_hosts[n]; i += 3) {
            HostView *host = &g_array_index(view->hosts, HostView, i);

            host->state = i % (MAMUTO_HOST_FAILED + 1);
            host->message = g_strdup("authentication failed: neither the agent nor a key");
        }
        for (guint width = 1; width < 140; width += 3)
            for (guint height = 1; height < 60; height += 7)
                for (guint kind = 0; kind < 4; kind++)
                    assert_within(view, width, height, kind & 1, kind & 2);
        destroy_view(view);
    }
}

static void
test_host_lines(void)
{
    RunView *view = make_view(3, 6000);
    HostView *hosts = (HostView *)view->hosts->data;
    g_autoptr(GPtrArray) lines = NULL;

    hosts[1].state = MAMUTO_HOST_CONNECTING;
    hosts[1].message = g_strdup("host key");
    hosts[2].state = MAMUTO_HOST_LOST;
    hosts[2].message = g_strdup("it does not answer");
    run_view_estimate(view);
    lines = bar_render(view, 100, 24, FALSE, FALSE);
    g_assert_cmpuint(lines->len, ==, 4);
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 0), "computing"));
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 0), "1.00k/s"));
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 0), "1000"));
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 0), "##"));
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 1), "connecting  host key"));
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 2), "lost        it does not answer"));
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 3), "50 %  3000 of 6000 rows"));
    destroy_view(view);
}

static void
test_too_many_hosts(void)
{
    RunView *view = make_view(50, 100000);
    g_autoptr(GPtrArray) lines = NULL;

    g_array_index(view->hosts, HostView, 49).state = MAMUTO_HOST_FAILED;
    for (guint i = 0; i < 5; i++)
        g_array_index(view->hosts, HostView, i).state = MAMUTO_HOST_WAITING;
    lines = bar_render(view, 80, 10, TRUE, FALSE);
    g_assert_cmpuint(lines->len, ==, 10);
    /* the failed host must get one of the eight lines, although it is the last of 50 hosts */
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 7), "failed"));
    g_assert_cmpstr(g_ptr_array_index(lines, 8), ==, "… and 42 more: 5 waiting, 37 computing");
    g_clear_pointer(&lines, g_ptr_array_unref);

    /* even if there are more failed hosts than lines, some lines must show computing hosts */
    for (guint i = 10; i < 50; i++)
        g_array_index(view->hosts, HostView, i).state = MAMUTO_HOST_FAILED;
    lines = bar_render(view, 80, 10, TRUE, FALSE);
    g_assert_nonnull(strstr(g_ptr_array_index(lines, 0), "computing"));
    g_assert_cmpstr(g_ptr_array_index(lines, 8), ==,
                    "… and 42 more: 5 waiting, 1 computing, 36 failed");
    destroy_view(view);
}

static void
test_fractions(void)
{
    RunView *view = make_view(2, 1000);
    HostView *hosts = (HostView *)view->hosts->data;

    hosts[0].rows_done = 300;
    hosts[0].rate = 30;
    hosts[1].rows_done = 100;
    hosts[1].rate = 10;
    view->rows_done = 400;
    run_view_estimate(view);
    g_assert_cmpfloat_with_epsilon(hosts[0].fraction, 300 / 750.0, 1e-9);
    g_assert_cmpfloat_with_epsilon(hosts[1].fraction, 100 / 250.0, 1e-9);
    hosts[0].state = MAMUTO_HOST_LOST;
    run_view_estimate(view);
    g_assert_cmpfloat_with_epsilon(hosts[1].fraction, 100 / 700.0, 1e-9);
    destroy_view(view);
}

static MamutoRowFailure *
new_failure(gint64 row, const char *cause, const char *traceback)
{
    const MamutoRowFailure failure = {
        .row = row,
        .host = (char *)"rem1",
        .cause = (char *)cause,
        .traceback = (char *)traceback,
    };

    return mamuto_row_failure_copy(&failure);
}

static void
test_failures(void)
{
    g_autoptr(GPtrArray) failures =
        g_ptr_array_new_with_free_func((GDestroyNotify)mamuto_row_failure_free);
    g_autofree char *text = NULL, *more = NULL;

    g_ptr_array_add(failures, new_failure(3, "ValueError: 3", "Traceback:\n  f\nValueError: 3\n"));
    g_ptr_array_add(failures, new_failure(5, "ValueError: 5", "Traceback:\n  f\nValueError: 5\n"));
    g_ptr_array_add(failures, new_failure(8, "killed by \x1b[31msignal 11", ""));
    text = failures_describe(failures, 3, "out.mask.npy");
    g_assert_cmpstr(text, ==,
                    "Row 3 failed on rem1: ValueError: 3\n"
                    "    Traceback:\n      f\n    ValueError: 3\n"
                    "Row 5 failed on rem1: ValueError: 5 (traceback as of row 3)\n"
                    "Row 8 failed on rem1: killed by \\x1b[31msignal 11\n");
    for (int i = 0; i < 100; i++)
        g_ptr_array_add(failures, new_failure(10 + i, "E", ""));
    more = failures_describe(failures, 5000, "out.mask.npy");
    g_assert_true(g_str_has_suffix(more,
                                   "Row 26 failed on rem1: E\n"
                                   "… and 4980 more; all are in the mask file out.mask.npy\n"));
}

static void
assert_array(const char *dtype_text, guint n_dims, const gint64 *shape, gconstpointer data,
             gsize size, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoArray) array = NULL;
    g_autofree char *text = NULL;
    MamutoDtype dtype;

    g_assert_true(mamuto_dtype_parse(dtype_text, &dtype, &error));
    array = mamuto_array_new(&dtype, n_dims, shape, &error);
    g_assert_no_error(error);
    if (size > 0)
        memcpy(mamuto_array_get_data(array), data, size);
    text = array_describe(array);
    g_assert_cmpstr(text, ==, expected);
}

static void
test_array(void)
{
    const double few[] = {0.5, -1, 3};
    const gint32 table[] = {1, 2, 3, 4, 5, 6};
    gint64 many[100];

    for (guint i = 0; i < G_N_ELEMENTS(many); i++)
        many[i] = i;
    assert_array("<f8", 1, (const gint64[]){3}, few, sizeof few,
                 "[0.5 -1.0 3.0]\nshape (3,), dtype <f8\n");
    assert_array("<i4", 2, (const gint64[]){3, 2}, table, sizeof table,
                 "[[1 2]\n [3 4]\n [5 6]]\nshape (3, 2), dtype <i4\n");
    assert_array("<i8", 1, (const gint64[]){100}, many, sizeof many,
                 "[0 1 2 ... 97 98 99]\nshape (100,), dtype <i8\n");
    assert_array("<i8", 1, (const gint64[]){40}, many, 40 * sizeof many[0],
                 "[0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27\n"
                 " 28 29 30 31 32 33 34 35 36 37 38 39]\nshape (40,), dtype <i8\n");
    assert_array("|S3", 1, (const gint64[]){2}, "a\x1b\0bcd", 6,
                 "['a\\x1b' 'bcd']\nshape (2,), dtype |S3\n");
    assert_array("<f8", 1, (const gint64[]){0}, NULL, 0, "[]\nshape (0,), dtype <f8\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli-view/escape", test_escape);
    g_test_add_func("/cli-view/fit", test_fit);
    g_test_add_func("/cli-view/numbers", test_numbers);
    g_test_add_func("/cli-view/every-size", test_every_size);
    g_test_add_func("/cli-view/host-lines", test_host_lines);
    g_test_add_func("/cli-view/too-many-hosts", test_too_many_hosts);
    g_test_add_func("/cli-view/fractions", test_fractions);
    g_test_add_func("/cli-view/failures", test_failures);
    g_test_add_func("/cli-view/array", test_array);
    return g_test_run();
}
