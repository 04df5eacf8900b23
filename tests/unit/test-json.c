/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of writing and reading JSON. The library cJSON checks the written texts. The reader gets
 * valid and invalid texts. */
#include <locale.h>
#include <math.h>

#include "json-member.h"
#include "json-reader.h"
#include "json-writer.h"
#include "mamuto-error.h"

static char *
write_all(gboolean pretty)
{
    JsonWriter *json = json_writer_new(pretty);

    json_writer_begin_object(json, NULL);
    json_writer_add_text(json, "text", "a\"b\\\x1b[0m\n\t\x7f\xff ü");
    json_writer_add_text(json, "nothing", NULL);
    json_writer_add_int(json, "int", G_MININT64);
    json_writer_add_uint(json, "uint", G_MAXUINT64);
    json_writer_add_bool(json, "yes", TRUE);
    json_writer_add_double(json, "double", 1234.5678, "%.2f");
    json_writer_add_double(json, "nan", NAN, "%.2f");
    json_writer_add_double(json, "large", 1e300, "%.9f");
    json_writer_add_double(json, "exponent", 1e300, "%.17g");
    json_writer_add_seconds(json, "seconds", -1000001);
    json_writer_add_raw(json, "raw", "[1, 2]");
    json_writer_begin_object(json, "empty");
    json_writer_end(json);
    json_writer_begin_array(json, "list");
    json_writer_add_null(json, NULL);
    json_writer_begin_object(json, NULL);
    json_writer_add_int(json, "x", 1);
    json_writer_end(json);
    json_writer_end(json);
    json_writer_end(json);
    return json_writer_finish(json);
}

static void
test_write(void)
{
    g_autofree char *line = write_all(FALSE);
    g_autofree char *lines = write_all(TRUE);
    cJSON *a = cJSON_Parse(line), *b = cJSON_Parse(lines);

    g_assert_cmpstr(
        line, ==,
        "{\"text\": \"a\\\"b\\\\\\u001b[0m\\n\\u0009\\u007f\xef\xbf\xbd ü\", \"nothing\": "
        "null, \"int\": -9223372036854775808, \"uint\": 18446744073709551615, \"yes\": "
        "true, \"double\": 1234.57, \"nan\": null, \"large\": null, \"exponent\": "
        "1.0000000000000001e+300, \"seconds\": "
        "-1.000001, \"raw\": [1, 2], \"empty\": {}, \"list\": [null, {\"x\": 1}]}");
    g_assert_true(g_str_has_suffix(lines, "\"list\": [\n\t\tnull,\n\t\t{\n\t\t\t\"x\": 1\n\t\t}\n"
                                          "\t]\n}\n"));
    g_assert_nonnull(a);
    g_assert_true(cJSON_Compare(a, b, TRUE));
    cJSON_Delete(a);
    cJSON_Delete(b);
}

/* Numbers must be written with a decimal point, even if the locale uses a comma. */
static void
test_locale(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    g_autofree char *usual = write_all(FALSE);
    g_autofree char *there = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(names) && !setlocale(LC_NUMERIC, names[i]); i++)
        continue;
    there = write_all(FALSE);
    setlocale(LC_NUMERIC, "C");
    g_assert_cmpstr(there, ==, usual);
}

typedef gboolean (*ReadFunc)(const JsonNode *root, GError **error);

static void
assert_fails(const char *text, ReadFunc read, const char *message)
{
    g_autoptr(GError) error = NULL;
    JsonNode root;
    cJSON *tree = json_parse(text, "run.json", &root, &error);

    g_assert_false(tree != NULL && read(&root, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_assert_cmpstr(error->message, ==, message);
    cJSON_Delete(tree);
}

/* Reads an object {"hosts": [{"cores": N}, …]}. Fails if one of the numbers N is not an integer
 * up to 100. */
static gboolean
read_cores(const JsonNode *root, GError **error)
{
    JsonNode hosts = json_get(root, "hosts"), host = {0};
    gint64 cores;

    while (json_next(&hosts, &host))
        if (!json_read_scaled(&host, "cores", 1, 100, &cores, error))
            return FALSE;
    return TRUE;
}

static gboolean
read_words(const JsonNode *root, GError **error)
{
    JsonNode made = json_get(root, "made");
    const char *text;
    g_autoptr(GDateTime) date = json_read_date(&made, "on", error);

    return date != NULL && json_read_text(&made, "by", &text, error);
}

static void
test_read_errors(void)
{
    static const char cores[] =
        "run.json: “hosts[1].cores” is missing, or is not a number from 0 to 100";
    static const char *const values[] = {
        "{}", "{\"cores\": -1}", "{\"cores\": 101}", "{\"cores\": \"1\"}", "{\"cores\": 1e999}",
        "7",  "{\"Cores\": 1}"};

    assert_fails("{", read_cores, "run.json: is not valid JSON");
    assert_fails("\"\xff\"", read_cores, "run.json: is not valid JSON");
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *text = g_strdup_printf("{\"hosts\": [{\"cores\": 1}, %s]}", values[i]);

        assert_fails(text, read_cores, cores);
    }
    assert_fails("{}", read_words, "run.json: “made.on” is missing, or is not a date");
    assert_fails("{\"made\": {\"on\": \"2026-01-01T00:00:00Z\"}}", read_words,
                 "run.json: “made.by” is missing, or is not a string");
}

static void
test_read(void)
{
    g_autoptr(GError) error = NULL;
    JsonNode root, list, item = {0};
    gint64 us;
    double number;
    guint n = 0;
    cJSON *tree =
        json_parse("{\"s\": 1.5000006, \"list\": [1, 2, 3], \"not\": 5}", NULL, &root, &error);

    g_assert_no_error(error);
    g_assert_true(json_read_scaled(&root, "s", G_USEC_PER_SEC, 2000000, &us, &error));
    g_assert_cmpint(us, ==, 1500001);
    g_assert_true(json_read_number(&root, "s", 2, &number, &error));
    g_assert_cmpfloat(number, ==, 1.5000006);
    g_assert_null(json_get_text(&root, "s"));
    list = json_get(&root, "list");
    while (json_next(&list, &item))
        g_assert_cmpuint(item.index, ==, n++);
    g_assert_cmpuint(n, ==, 3);
    g_assert_false(json_next(&list, &item));
    list = json_get(&root, "not");
    item = (JsonNode){0};
    g_assert_false(json_next(&list, &item));
    g_assert_false(json_read_number(&root, "none", 2, &number, &error));
    g_assert_cmpstr(error->message, ==, "“none” is missing, or is not a number from 0 to 2");
    cJSON_Delete(tree);
}

static void
test_member(void)
{
    static const struct {
        const char *text, *key, *value;
    } cases[] = {
        {" { \"a\" : [1, \"]\"] , \"b\":2}", "a", "[1, \"]\"]"},
        {"{\"a\":1,\"a\":\"x\"}", "a", "\"x\""},
        {"{\"\\u0061\\n\":NaN}", "a\n", "NaN"},
        {"{\"\\ud83d\\ude00\":{}}", "\U0001F600", "{}"},
        {"{\"\\ud83d\":1,\"\xc3\xa9\\\"\":2}", "\xc3\xa9\"", "2"},
        {"{\"a\\u0000b\":1}", "a", NULL},
        {"{\"a\\\\\":1}", "a", NULL},
        {"{\"b\":{\"a\":1}}", "a", NULL},
        {"{\"\":null}", "", "null"},
        {"{}", "a", NULL},
        {"[\"a\"]", "a", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *value = json_find_member(cases[i].text, cases[i].key);

        g_assert_cmpstr(value, ==, cases[i].value);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/write", test_write);
    g_test_add_func("/json/locale", test_locale);
    g_test_add_func("/json/read", test_read);
    g_test_add_func("/json/read-errors", test_read_errors);
    g_test_add_func("/json/member", test_member);
    return g_test_run();
}
