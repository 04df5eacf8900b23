/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of the settings of a host: valid and invalid names, the names of this computer, and
 * notifications of changes. */
#include <string.h>

#include "host-private.h"
#include "mamuto-error.h"
#include "mamuto-host.h"

static void
test_names(void)
{
    static const struct {
        const char *name, *address, *user;
        guint port;
        gboolean local;
    } cases[] = {
        {"localhost", "localhost", NULL, 0, TRUE},
        {"LocalHost", "LocalHost", NULL, 0, TRUE},
        {"localhost:22", "localhost", NULL, 22, FALSE},
        {"me@localhost", "localhost", "me", 0, FALSE},
        {"127.0.0.1", "127.0.0.1", NULL, 0, FALSE},
        {"rem1", "rem1", NULL, 0, FALSE},
        {"me@rem1.example.org:2222", "rem1.example.org", "me", 2222, FALSE},
        {"me@corp.org@rem1", "rem1", "me@corp.org", 0, FALSE},
        {"DOM\\me@rem1", "rem1", "DOM\\me", 0, FALSE},
        {"[::1]", "::1", NULL, 0, FALSE},
        {"[::1]:65535", "::1", NULL, 65535, FALSE},
        {"me@[fe80::1%eth0]:22", "fe80::1%eth0", "me", 22, FALSE},
        {"b\xc3\xbcro_2", "b\xc3\xbcro_2", NULL, 0, FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoHost) host = mamuto_host_new(cases[i].name, 3, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(mamuto_host_get_name(host), ==, cases[i].name);
        g_assert_cmpstr(mamuto_host_get_address(host), ==, cases[i].address);
        g_assert_cmpstr(mamuto_host_get_user(host), ==, cases[i].user);
        g_assert_cmpuint(mamuto_host_get_port(host), ==, cases[i].port);
        g_assert_cmpint(mamuto_host_is_local(host), ==, cases[i].local);
        g_assert_cmpuint(mamuto_host_get_cores(host), ==, 3);
        g_assert_true(mamuto_host_get_enabled(host));
        g_assert_cmpint(mamuto_host_get_nice(host), ==, MAMUTO_NICE_UNSET);
    }
}

static void
test_bad_names(void)
{
    static const char *const names[] = {
        "",
        "-oProxyCommand=x",
        "a b",
        "a\n",
        "a\x1b[31m",
        "a;b",
        "@rem",
        "-x@rem",
        "me@",
        "me@-rem",
        "rem:",
        "rem:0",
        "rem:65536",
        "rem:22x",
        "rem:-1",
        "rem: 22",
        "::1",
        "2001:db8::1:22",
        "[::1",
        "[rem]",
        "[::1]22",
        "[::1]:",
        "[::1%-x]",
        "a/b",
        "a,b",
        "a*",
        "$(id)",
        "`id`",
        ".rem",
        "a\xff",
        "\xe2\x80\xaerem",
        "me:x@rem",
        "me,x@rem",
        "a\"b",
        "rem:99999999999999999999",
    };
    g_autofree char *long_name = g_strnfill(256, 'a');
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_null(mamuto_host_new(names[i], 1, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
        /* An error message must contain no control character, because such a character could
         * move the cursor of the terminal. */
        g_assert_null(strpbrk(error->message, "\x1b\n"));
        g_clear_error(&error);
    }
    g_assert_null(mamuto_host_new(long_name, 1, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    g_assert_null(mamuto_host_new("rem", MAMUTO_HOST_MAX_CORES + 1, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

static void
test_check(void)
{
    g_autofree char *too_long = g_strnfill(4096, 'a');
    g_autoptr(GError) error = NULL;

    g_assert_true(mamuto_host_check("python", "/opt/my python/bin/python3", &error));
    g_assert_true(mamuto_host_check("python", "", &error));
    g_assert_true(mamuto_host_check("python", "python3.12", &error));
    g_assert_true(mamuto_host_check("python", "~/env/bin/python", &error));
    g_assert_true(mamuto_host_check("workdir", "data/new", &error));
    g_assert_true(mamuto_host_check("workdir", NULL, &error));
    g_assert_true(mamuto_host_check("workdir", "~/w\xc3\xb6rk 100%", &error));
    g_assert_true(mamuto_host_check("user", "me", &error));
    g_assert_no_error(error);
    g_assert_false(mamuto_host_check("name", NULL, NULL));
    g_assert_false(mamuto_host_check("user", "me you", NULL));
    g_assert_false(mamuto_host_check("python", "-c", NULL));
    g_assert_false(mamuto_host_check("python", "a\nb", NULL));
    g_assert_false(mamuto_host_check("python", "./python", NULL));
    g_assert_false(mamuto_host_check("python", "../env/bin/python", NULL));
    g_assert_false(mamuto_host_check("python", "env/bin/python", NULL));
    g_assert_false(mamuto_host_check("python", "~you/bin/python", NULL));
    g_assert_false(mamuto_host_check("workdir", " a", NULL));
    g_assert_false(mamuto_host_check("workdir", "a ", NULL));
    g_assert_false(mamuto_host_check("workdir", "a\x7f", NULL));
    g_assert_false(mamuto_host_check("workdir", too_long, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

/* A message may shorten a wrong value, but never shows a part of a character. */
static void
test_check_long(void)
{
    static const char *const properties[] = {"name", "user", "python", "workdir"};

    for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
        for (gsize shift = 1; shift <= 2; shift++) {
            g_autoptr(GString) value = g_string_new(shift == 1 ? " " : " x");
            g_autoptr(GError) error = NULL;

            while (value->len < 1000)
                g_string_append(value, "\xc3\xbc");
            g_assert_false(mamuto_host_check(properties[i], value->str, &error));
            g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
            g_assert_true(g_utf8_validate(error->message, -1, NULL));
            g_assert_nonnull(strstr(error->message, "\xc3\xbc…"));
        }
}

static void
count(GObject *object, GParamSpec *pspec, gpointer data)
{
    (*(int *)data)++;
}

static void
test_settings(void)
{
    g_autoptr(MamutoHost) host = mamuto_host_new("me@rem:2222", 0, NULL);
    g_autofree char *python = NULL;
    int notified = 0;
    guint port;

    g_signal_connect(host, "notify", G_CALLBACK(count), &notified);
    mamuto_host_set_user(host, "you");
    g_assert_cmpstr(mamuto_host_get_user(host), ==, "you");
    mamuto_host_set_user(host, "");
    g_assert_cmpstr(mamuto_host_get_user(host), ==, "me");
    mamuto_host_set_port(host, 22);
    g_object_set(host, "python", "python3.12", "cores", 8, "enabled", FALSE, "nice", -20, NULL);
    g_object_get(host, "python", &python, "port", &port, NULL);
    g_assert_cmpstr(python, ==, "python3.12");
    g_assert_cmpuint(port, ==, 22);
    g_assert_cmpint(notified, ==, 7);
    /* Setting a property to its current value must not send a notification. */
    g_object_set(host, "python", "python3.12", "cores", 8, "enabled", FALSE, "nice", -20, NULL);
    g_assert_cmpint(notified, ==, 7);
    mamuto_host_set_python(host, NULL);
    g_assert_null(mamuto_host_get_python(host));
}

static void
test_rename(void)
{
    g_autoptr(MamutoHost) host = mamuto_host_new("localhost", 0, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(mamuto_host_is_local(host));
    mamuto_host_set_port(host, 22);
    g_assert_false(mamuto_host_is_local(host));
    mamuto_host_set_port(host, 0);
    g_assert_true(mamuto_host_set_name(host, "me@rem", &error));
    g_assert_no_error(error);
    g_assert_cmpstr(mamuto_host_get_user(host), ==, "me");
    g_assert_false(mamuto_host_set_name(host, "me@", &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_cmpstr(mamuto_host_get_name(host), ==, "me@rem");
    g_assert_cmpstr(mamuto_host_get_address(host), ==, "rem");
}

/* The arrays stored on a host may fill its free memory. Its chunks are then small, not unlimited:
 * for the schedule, a credit of 0 means that there is no limit. */
static void
test_credit(void)
{
    Host host = {.memory_available = 64 << 20}, unknown = {.memory_available = 0};

    g_assert_cmpuint(host_get_credit(&unknown), ==, 0);
    g_assert_cmpuint(host_get_credit(&host), ==, 16 << 20);
    host.blobs_size = 32 << 20;
    g_assert_cmpuint(host_get_credit(&host), ==, 8 << 20);
    for (host.blobs_size = 64 << 20; host.blobs_size < 67 << 20; host.blobs_size += 1 << 20) {
        g_assert_cmpuint(host_get_credit(&host), >, 0);
        g_assert_cmpuint(host_get_credit(&host), <=, 1 << 20);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host/names", test_names);
    g_test_add_func("/host/bad-names", test_bad_names);
    g_test_add_func("/host/check", test_check);
    g_test_add_func("/host/check-long", test_check_long);
    g_test_add_func("/host/credit", test_credit);
    g_test_add_func("/host/settings", test_settings);
    g_test_add_func("/host/rename", test_rename);
    return g_test_run();
}
