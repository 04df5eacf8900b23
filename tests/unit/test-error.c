/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the extra data that an error can carry. Copying an error and prefixing its message
 * must keep the data. Data that was set once must not be replaced. */
#include <gio/gio.h>

#include "error-private.h"
#include "host-fault.h"

#include <string.h>

static GError *
make_error(void)
{
    GError *error = g_error_new_literal(MAMUTO_ERROR, MAMUTO_ERROR_AUTH, "not let in");

    error_set_host(error, "rem1");
    error_set_stage(error, MAMUTO_STAGE_AUTH);
    error_set_advice(error, MAMUTO_ADVICE_TRY_LOGIN, "ssh rem1");
    error_set_traceback(error, "line 1\nline 2");
    return error;
}

static void
assert_has_fields(const GError *error)
{
    g_assert_cmpstr(mamuto_error_get_host(error), ==, "rem1");
    g_assert_cmpint(mamuto_error_get_stage(error), ==, MAMUTO_STAGE_AUTH);
    g_assert_cmpint(mamuto_error_get_advice(error), ==, MAMUTO_ADVICE_TRY_LOGIN);
    g_assert_cmpstr(mamuto_error_get_command(error), ==, "ssh rem1");
    g_assert_cmpstr(mamuto_error_get_traceback(error), ==, "line 1\nline 2");
}

static void
test_fields(void)
{
    g_autoptr(GError) error = make_error(), copy = NULL;

    assert_has_fields(error);
    g_assert_cmpuint(mamuto_error_get_n_causes(error), ==, 0);
    error_set_host(error, "rem2");
    error_set_stage(error, MAMUTO_STAGE_RUN);
    error_set_advice(error, MAMUTO_ADVICE_CHECK_LOAD, NULL);
    assert_has_fields(error);

    copy = g_error_copy(error);
    g_clear_error(&error);
    assert_has_fields(copy);
    g_prefix_error(&copy, "again: ");
    assert_has_fields(copy);
    g_assert_cmpstr(copy->message, ==, "again: not let in");
}

static void
test_causes(void)
{
    g_autoptr(GError) error = g_error_new_literal(MAMUTO_ERROR, MAMUTO_ERROR_LOST, "no host");
    g_autoptr(GError) copy = NULL;
    g_autofree char *one = NULL, *two = NULL;

    for (guint i = 0; i < 2; i++) {
        g_autoptr(GError) cause = make_error();

        error_add_cause(error, cause);
        if (i == 0)
            one = mamuto_error_format(error);
    }
    g_assert_cmpstr(one, ==, "no host: rem1: not let in. Check with \"ssh rem1\"\nline 1\nline 2");
    copy = g_error_copy(error);
    g_clear_error(&error);
    g_assert_cmpuint(mamuto_error_get_n_causes(copy), ==, 2);
    assert_has_fields(mamuto_error_get_cause(copy, 1));
    two = mamuto_error_format(copy);
    g_assert_cmpstr(two, ==,
                    "no host\n"
                    "  rem1: not let in. Check with \"ssh rem1\"\n"
                    "    line 1\n"
                    "    line 2\n"
                    "  rem1: not let in. Check with \"ssh rem1\"");
}

static void
test_foreign(void)
{
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
    g_autoptr(GError) cause = make_error();
    g_autofree char *text = NULL;

    error_set_host(error, "rem1");
    error_set_stage(error, MAMUTO_STAGE_AUTH);
    error_set_advice(error, MAMUTO_ADVICE_CHECK_LOAD, NULL);
    error_set_traceback(error, "line 1");
    error_add_cause(error, cause);
    g_assert_null(mamuto_error_get_host(error));
    g_assert_cmpint(mamuto_error_get_stage(error), ==, MAMUTO_STAGE_NONE);
    g_assert_cmpint(mamuto_error_get_advice(error), ==, MAMUTO_ADVICE_NONE);
    g_assert_null(mamuto_error_get_traceback(error));
    g_assert_cmpuint(mamuto_error_get_n_causes(error), ==, 0);
    text = mamuto_error_format(error);
    g_assert_cmpstr(text, ==, "cancelled");
}

static void
test_format(void)
{
    g_autoptr(GError) error = make_error();
    g_autofree char *text = mamuto_error_format(error);
    g_autofree char *rest = error_format_without_host(error, FALSE);

    g_assert_cmpstr(text, ==, "rem1: not let in. Check with \"ssh rem1\"\nline 1\nline 2");
    g_assert_cmpstr(rest, ==, "not let in. Check with \"ssh rem1\"");
}

static void
test_faults(void)
{
    static const struct {
        uint32_t code;
        const char *text;
        MamutoError error;
        MamutoStage stage;
        MamutoAdvice advice;
        const char *message, *traceback;
    } cases[] = {
        {WIRE_FAULT_PACKAGE, "no numpy", MAMUTO_ERROR_NUMPY, MAMUTO_STAGE_NUMPY,
         MAMUTO_ADVICE_INSTALL_NUMPY, "no numpy", NULL},
        {WIRE_FAULT_MODULE, "no module\nTraceback:\n  x", MAMUTO_ERROR_FUNCTION,
         MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_SEND_MODULE, "no module", "Traceback:\n  x"},
        {WIRE_FAULT_IMPORT, "it raised\n", MAMUTO_ERROR_FUNCTION, MAMUTO_STAGE_PYTHON,
         MAMUTO_ADVICE_NONE, "it raised", NULL},
        {77, "of a later version", MAMUTO_ERROR_FAILED, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_NONE,
         "of a later version", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct wire_fault fault = {.code = cases[i].code,
                                   .text = {cases[i].text, (uint32_t)strlen(cases[i].text)}};
        g_autoptr(GError) error = host_fault_to_error(&fault, "rem1");

        g_assert_error(error, MAMUTO_ERROR, (int)cases[i].error);
        g_assert_cmpint(mamuto_error_get_stage(error), ==, cases[i].stage);
        g_assert_cmpint(mamuto_error_get_advice(error), ==, cases[i].advice);
        g_assert_cmpstr(mamuto_error_get_host(error), ==, "rem1");
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpstr(mamuto_error_get_traceback(error), ==, cases[i].traceback);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/fields", test_fields);
    g_test_add_func("/error/causes", test_causes);
    g_test_add_func("/error/foreign", test_foreign);
    g_test_add_func("/error/format", test_format);
    g_test_add_func("/error/faults", test_faults);
    return g_test_run();
}
