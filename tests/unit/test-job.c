/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of job files. Loading must return the saved values. Paths must be relative to the job
 * file. Comments and unknown keys must stay. Error messages must name the file, line and key. A
 * job must also be convertible into a command line. */
#include <glib/gstdio.h>
#include <string.h>

#include "file-fixture.h"
#include "mamuto-error.h"
#include "mamuto-job.h"

static MamutoJob *
load(const char *path)
{
    g_autoptr(GError) error = NULL;
    MamutoJob *job = mamuto_job_new_from_file(path, &error);

    g_assert_no_error(error);
    return job;
}

static void
save(MamutoJob *job, const char *path)
{
    g_autoptr(GError) error = NULL;

    mamuto_job_save(job, path, &error);
    g_assert_no_error(error);
}

static MamutoJob *
make_full(const char *folder)
{
    MamutoJob *job = mamuto_job_new();
    g_autofree char *function = g_build_filename(folder, "model.py:like", NULL);
    g_autofree char *table = g_build_filename(folder, "sub/t.csv:a/b,y", NULL);
    g_autofree char *output = g_build_filename(folder, "out 100%.npy", NULL);
    g_autofree char *data = g_build_filename(folder, "sub/data", NULL);

    mamuto_job_set_function(job, function);
    mamuto_job_set_cluster(job, "/etc/cluster.cfg");
    mamuto_job_set_output(job, output);
    mamuto_job_set_flags(job, MAMUTO_MAP_BATCH | MAMUTO_MAP_CONTINUE);
    mamuto_job_set_depends(job, (const char *const[]){"helpers", "pkg", NULL});
    mamuto_job_set_send(job, (const char *const[]){data, "/etc/a b", NULL});
    mamuto_job_set_n_arguments(job, 3);
    mamuto_job_set_argument_name(job, 0, "x");
    mamuto_job_set_argument(job, 0, table);
    mamuto_job_set_keep(job, 0, TRUE);
    mamuto_job_set_argument(job, 1, "=[1, 2.5]");
    return job;
}

static void
test_round_trip(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoJob) job = make_full(fixture->folder);
    g_autoptr(MamutoJob) back = NULL;

    save(job, fixture->path);
    file_fixture_assert_text(fixture->path, "[job]\n"
                                            "version = 1\n"
                                            "function = model.py:like\n"
                                            "cluster = /etc/cluster.cfg\n"
                                            "mode = batch\n"
                                            "depends = helpers, pkg\n"
                                            "send = sub/data, /etc/a b\n"
                                            "output = out 100%%.npy\n"
                                            "on-error = continue\n"
                                            "\n"
                                            "[argument 1]\n"
                                            "name = x\n"
                                            "value = sub/t.csv:a/b,y\n"
                                            "keep = yes\n"
                                            "\n"
                                            "[argument 2]\n"
                                            "value = =[1, 2.5]\n"
                                            "keep = no\n"
                                            "\n"
                                            "[argument 3]\n"
                                            "keep = no\n");
    back = load(fixture->path);
    g_assert_true(mamuto_job_equal(job, back));
    g_assert_cmpstr(mamuto_job_get_argument_name(back, 0), ==, "x");
    g_assert_null(mamuto_job_get_argument(back, 2));
}

static void
test_lists(void)
{
    static const char *const lists[][4] = {{NULL}, {"a"},           {"a b", "c/d"}, {"a,b", "c"},
                                           {" a"}, {"[a", "\"b\""}, {"\"a", "b]"}};

    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *text = mamuto_job_format_list(lists[i]);
        g_auto(GStrv) back = mamuto_job_parse_list(text, NULL);

        g_assert_true(g_strv_equal((const char *const *)back, lists[i]));
    }
    for (const char *const *wrong = (const char *const[]){"[", "[1]", "[\"a\"] b", "[\"\"]", NULL};
         *wrong; wrong++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(mamuto_job_parse_list(*wrong, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_relative(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoJob) job = NULL;
    g_autoptr(MamutoJob) moved = NULL;
    g_autofree char *elsewhere = g_build_filename(fixture->folder, "b.mamuto", NULL);
    g_autofree char *expected = g_build_filename(fixture->folder, "../p.npy", NULL);
    const char *text = "[job]\n"
                       "function = package.module:f\n"
                       "[argument 1]\n"
                       "value = ../p.npy\n"
                       "[argument 2]\n"
                       "value = /data/q.npz:a\n";

    file_fixture_put(fixture->path, text);
    job = load(fixture->path);
    g_assert_cmpstr(mamuto_job_get_function(job), ==, "package.module:f");
    g_assert_cmpstr(mamuto_job_get_argument(job, 0), ==, expected);
    g_assert_cmpstr(mamuto_job_get_argument(job, 1), ==, "/data/q.npz:a");
    save(job, elsewhere);
    moved = load(elsewhere);
    g_assert_true(mamuto_job_equal(job, moved));
}

static void
test_keeps_text(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoJob) job = NULL;
    const char *text = "# my job\n"
                       "[job]\n"
                       "Version: 1\n"
                       "function = ./model.py:like\n"
                       "mode=ROW\n"
                       "colour = blue\n"
                       "\n"
                       "[argument 1]\n"
                       "; the points\n"
                       "value = p.npy\n"
                       "keep = YES\n"
                       "[argument 2]\n"
                       "value = =1\n"
                       "keep = no\n"
                       "[other]\n"
                       "a = b\n";
    const char *changed = "# my job\n"
                          "[job]\n"
                          "Version: 1\n"
                          "function = ./model.py:like\n"
                          "mode=ROW\n"
                          "colour = blue\n"
                          "on-error = continue\n"
                          "\n"
                          "[argument 1]\n"
                          "; the points\n"
                          "value = =2\n"
                          "keep = YES\n"
                          "[other]\n"
                          "a = b\n";

    file_fixture_put(fixture->path, text);
    job = load(fixture->path);
    mamuto_job_set_argument(job, 0, "=2");
    mamuto_job_set_flags(job, MAMUTO_MAP_CONTINUE);
    mamuto_job_set_n_arguments(job, 1);
    save(job, fixture->path);
    file_fixture_assert_text(fixture->path, changed);
}

/* However a file to send is written in a job file, the job has one path for it, and saving does not
 * rewrite the text of the file. */
static void
test_send_spellings(FileFixture *fixture, gconstpointer data)
{
    static const char *const spellings[] = {
        "data",        "data/",   "./data",     "a/../data",      "data//.", "./data/",
        "[\"data/\"]", ".//data", "../%s/data", "/%s/a/../data/", NULL};
    g_autofree char *whole = g_build_filename(fixture->folder, "data", NULL);
    g_autofree char *base = g_path_get_basename(fixture->folder);

    for (const char *const *spelling = spellings; *spelling; spelling++) {
        const char *name = **spelling == '/' ? fixture->folder + 1 : base;
        g_auto(GStrv) parts = g_strsplit(*spelling, "%s", 2);
        g_autofree char *value = g_strjoinv(name, parts);
        g_autofree char *text = g_strdup_printf("[job]\nversion = 1\nmode = row\nsend = %s\n"
                                                "on-error = stop\n",
                                                value);
        g_autoptr(MamutoJob) job = NULL;
        g_autoptr(MamutoJob) copy = NULL;

        file_fixture_put(fixture->path, text);
        job = load(fixture->path);
        g_assert_cmpuint(g_strv_length((char **)mamuto_job_get_send(job)), ==, 1);
        g_assert_cmpstr(mamuto_job_get_send(job)[0], ==, whole);
        copy = mamuto_job_copy(job);
        save(job, fixture->path);
        g_assert_true(mamuto_job_equal(job, copy));
        file_fixture_assert_text(fixture->path, text);
        /* another list is written in the usual way */
        mamuto_job_set_send(job, (const char *const[]){whole, "/etc/passwd", NULL});
        save(job, fixture->path);
        file_fixture_assert_text(fixture->path, "[job]\nversion = 1\nmode = row\n"
                                                "send = data, /etc/passwd\non-error = stop\n");
    }
}

static void
assert_wrong(const char *path, const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoJob) job = NULL;

    file_fixture_put(path, text);
    job = mamuto_job_new_from_file(path, &error);
    g_assert_null(job);
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_assert_true(g_str_has_prefix(error->message, path));
    g_assert_nonnull(strstr(error->message, expected));
}

/* Puts an empty file into the folder of the fixture. */
static void
put_beside(FileFixture *fixture, const char *name)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    file_fixture_put(path, "");
}

static void
test_wrong(FileFixture *fixture, gconstpointer data)
{
    assert_wrong(fixture->path, "", "no section [job]");
    assert_wrong(fixture->path, "[job]\n\nmode = fast\n",
                 ":3: mode: “fast”: expected row or batch");
    assert_wrong(fixture->path, "[job]\nversion = 3\n", ":2: version: 3 comes from a newer Mamuto");
    assert_wrong(fixture->path, "[job]\nversion = x\n", ":2: version: “x”");
    assert_wrong(fixture->path, "[job]\non-error = ignore\n", "expected stop or continue");
    assert_wrong(fixture->path, "[job]\n[argument 0]\n", "from 1 to 64");
    assert_wrong(fixture->path, "[job]\n[argument 01]\nname = x\n[argument 1]\nname = y\n",
                 "from 1 to 64");
    assert_wrong(fixture->path, "[job]\n[argument 65]\n", "from 1 to 64");
    assert_wrong(fixture->path, "[job]\n[argument x]\n", ":2: ");
    assert_wrong(fixture->path, "[job]\n[argument 1]\nkeep = maybe\n", "expected no or yes");
    assert_wrong(fixture->path, "[job]\n[argument 1]\nvalue = a\n  b\n", "single line");
    put_beside(fixture, "5");
    assert_wrong(fixture->path, "[job]\nversion = 2\n[argument 1]\nname = k\nvalue = 5\n",
                 ":5: value: “5” is the name of a file and also a value; write ./5 for the file or "
                 "=5 for the value");
}

static void
assert_argument(MamutoJob *job, guint position, const char *folder, const char *before,
                const char *rest)
{
    g_autofree char *text =
        folder ? g_strconcat(before, folder, "/", rest, NULL) : g_strconcat(before, rest, NULL);

    g_assert_cmpstr(mamuto_job_get_argument(job, position), ==, text);
}

/* In version 2, paths within the texts are relative to the folder of the job, a name binds, and
 * an unchanged job is saved as the user wrote it. */
static void
test_version_2(FileFixture *fixture, gconstpointer data)
{
    const char *text = "[job]\n"
                       "version = 2\n"
                       "function = ./model.py:like\n"
                       "mode = row\n"
                       "on-error = stop\n"
                       "grid = yes\n"
                       "[argument 1]\nvalue = p.npy\nkeep = no\n"
                       "[argument 2]\nname = data\nvalue = @sub/t.csv:a,b+header=no\nkeep = no\n"
                       "[argument 3]\nname = sigma\nvalue = 0.1\nkeep = no\n"
                       "[argument 4]\nname = mode\nvalue = ='fast'\nkeep = no\n"
                       "[argument 5]\nname = t\nvalue = 0:1:101\nkeep = yes\n"
                       "[argument 6]\nname = e\nvalue = each:[1, 2]\nkeep = no\n"
                       "[argument 7]\nname = f\nvalue = ./0..99\nkeep = no\n"
                       "[argument 8]\nname = g\nvalue = =@/data/g.npy\nkeep = no\n"
                       "[argument 9]\nname = rest[0]\nvalue = @odd.npy\nkeep = no\n"
                       "[argument 10]\nvalue = u='a b'\nkeep = no\n"
                       "[argument 11]\nvalue = v=@v.npy\nkeep = no\n"
                       "[argument 12]\nvalue = w=1.npy\nkeep = no\n";
    const char *folder = fixture->folder;
    g_autofree char *elsewhere = g_build_filename(folder, "b.mamuto", NULL);
    g_autoptr(MamutoJob) job = NULL;
    g_autoptr(MamutoJob) moved = NULL;
    g_autoptr(MamutoJob) copy = NULL;

    put_beside(fixture, "@odd.npy");
    put_beside(fixture, "w=1.npy");
    file_fixture_put(fixture->path, text);
    job = load(fixture->path);
    assert_argument(job, 0, folder, "", "p.npy");
    assert_argument(job, 1, folder, "@", "sub/t.csv:a,b+header=no");
    assert_argument(job, 2, NULL, "=", "0.1");
    assert_argument(job, 3, NULL, "=", "'fast'");
    assert_argument(job, 4, NULL, "", "0:1:101");
    assert_argument(job, 5, NULL, "", "each:[1, 2]");
    assert_argument(job, 6, folder, "", "0..99");
    assert_argument(job, 7, NULL, "=@", "/data/g.npy");
    assert_argument(job, 8, folder, "", "@odd.npy");
    assert_argument(job, 9, NULL, "", "u='a b'");
    assert_argument(job, 10, folder, "v=@", "v.npy");
    assert_argument(job, 11, folder, "", "w=1.npy");
    g_assert_cmpint(mamuto_job_get_flags(job), ==, MAMUTO_MAP_GRID);
    for (guint i = 0; i < 12; i++)
        g_assert_cmpint(mamuto_job_get_by_name(job, i), ==, i > 0 && i < 8);
    save(job, fixture->path);
    file_fixture_assert_text(fixture->path, text);
    copy = mamuto_job_copy(job);
    g_assert_true(mamuto_job_equal(job, copy));
    save(copy, elsewhere);
    moved = load(elsewhere);
    g_assert_true(mamuto_job_equal(job, moved));
    mamuto_job_set_argument_name(copy, 2, "tau");
    g_assert_false(mamuto_job_equal(job, copy));
}

/* A job is written as version 2 while it needs it, and texts of version 1 keep their meaning. */
static void
test_changes_version(FileFixture *fixture, gconstpointer data)
{
    const char *text = "[job]\n"
                       "version = 1\n"
                       "mode = row\n"
                       "on-error = stop\n"
                       "[argument 1]\nname = x\nvalue = 0..99\nkeep = no\n"
                       "[argument 2]\nvalue = =0.5\nkeep = no\n"
                       "[argument 3]\nvalue = @odd.npy\nkeep = no\n"
                       "[argument 4]\nvalue = s=2\nkeep = no\n";
    const char *changed = "[job]\n"
                          "version = 2\n"
                          "mode = row\n"
                          "on-error = stop\n"
                          "[argument 1]\nvalue = ./0..99\nkeep = no\nlabel = x\n"
                          "[argument 2]\nvalue = =True\nkeep = no\n"
                          "[argument 3]\nvalue = ./@odd.npy\nkeep = no\n"
                          "[argument 4]\nvalue = ./s=2\nkeep = no\n";
    g_autoptr(MamutoJob) job = NULL;
    g_autoptr(MamutoJob) back = NULL;
    g_autoptr(MamutoJob) old = NULL;

    file_fixture_put(fixture->path, text);
    job = load(fixture->path);
    for (guint i = 0; i < 4; i++)
        g_assert_false(mamuto_job_get_by_name(job, i));
    assert_argument(job, 0, fixture->folder, "", "0..99");
    assert_argument(job, 2, fixture->folder, "", "@odd.npy");
    save(job, fixture->path);
    file_fixture_assert_text(fixture->path, text);
    mamuto_job_set_argument(job, 1, "=True");
    save(job, fixture->path);
    file_fixture_assert_text(fixture->path, changed);
    back = load(fixture->path);
    g_assert_true(mamuto_job_equal(job, back));
    g_assert_cmpstr(mamuto_job_get_argument_name(back, 0), ==, "x");
    mamuto_job_set_argument(back, 1, "=true");
    save(back, fixture->path);
    old = load(fixture->path);
    g_assert_true(mamuto_job_equal(old, back));
    g_assert_cmpstr(mamuto_job_get_argument(old, 1), ==, "=true");
    {
        g_autofree char *contents = NULL;

        g_assert_true(g_file_get_contents(fixture->path, &contents, NULL, NULL));
        g_assert_nonnull(strstr(contents, "version = 1\n"));
    }
}

/* Each of these alone needs version 2. */
static void
test_needs_version_2(FileFixture *fixture, gconstpointer data)
{
    static const char *const texts[] = {
        "@p.npy", "=@p.npy", "0:1:5", "log:1:2:3",         "0..9",        "each:[1]", "=None",
        "='a'",   "x=p.npy", "x=1",   "t.csv:a+header=no", "t.csv+text=a"};
    static const char *const old[] = {"p.npy", "a+b.npy", "./0..9", "/d/x=1",
                                      "=1",    "=\"a\"",  "a:b:c"};

    for (guint i = 0; i < G_N_ELEMENTS(texts) + G_N_ELEMENTS(old); i++) {
        gboolean is_new = i < G_N_ELEMENTS(texts);
        const char *text = is_new ? texts[i] : old[i - G_N_ELEMENTS(texts)];
        g_autoptr(MamutoJob) job = mamuto_job_new();
        g_autofree char *contents = NULL;

        g_test_message("%s", text);
        mamuto_job_set_n_arguments(job, 1);
        mamuto_job_set_argument(job, 0, text);
        save(job, fixture->path);
        g_assert_true(g_file_get_contents(fixture->path, &contents, NULL, NULL));
        g_assert_nonnull(strstr(contents, is_new ? "version = 2\n" : "version = 1\n"));
        g_unlink(fixture->path);
    }
}

/* A message shows the first 80 characters of a wrong value, and never a part of a character. */
static void
test_long_wrong(FileFixture *fixture, gconstpointer data)
{
    static const struct {
        const char *before, *after;
    } places[] = {
        {"[job]\nversion = ", ""}, {"[job]\nmode = ", ""},     {"[job]\nrow-timeout = ", ""},
        {"[job]\nsend = [", ""},   {"[job]\n[argument ", "]"}, {"[job]\n", ""},
    };
    g_autofree char *shown = NULL, *whole = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 81; i++)
        g_string_append(text, i % 2 == 0 ? "\xc3\xbc" : "\xe2\x82\xac");
    shown = g_utf8_substring(text->str, 0, 60);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *content =
            g_strconcat(places[i].before, text->str, places[i].after, "\n", NULL);
        g_autoptr(GError) error = NULL;

        assert_wrong(fixture->path, content, shown);
        g_assert_null(mamuto_job_new_from_file(fixture->path, &error));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_null(strstr(error->message, "\xef\xbf\xbd"));
        g_assert_nonnull(strstr(error->message, "…"));
    }
}

static void
test_not_written(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();
    g_autoptr(GError) error = NULL;

    mamuto_job_set_n_arguments(job, 1);
    mamuto_job_set_argument(job, 0, "=[1,\n2]");
    g_assert_false(mamuto_job_save(job, fixture->path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void
count(MamutoJob *job, guint *n)
{
    (*n)++;
}

static void
test_changed(void)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();
    g_autoptr(MamutoJob) copy = NULL;
    guint n = 0;

    g_signal_connect(job, "changed", G_CALLBACK(count), &n);
    mamuto_job_set_function(job, "a.py:f");
    mamuto_job_set_function(job, "a.py:f");
    mamuto_job_set_output(job, "");
    mamuto_job_set_flags(job, MAMUTO_MAP_SEED);
    g_assert_cmpuint(n, ==, 1);
    mamuto_job_set_n_arguments(job, 2);
    mamuto_job_set_keep(job, 1, TRUE);
    mamuto_job_set_keep(job, 1, TRUE);
    g_assert_cmpuint(n, ==, 3);
    copy = mamuto_job_copy(job);
    g_assert_true(mamuto_job_equal(job, copy));
    mamuto_job_set_argument_name(job, 0, "x");
    g_assert_true(mamuto_job_equal(job, copy));
    mamuto_job_set_row_timeout(copy, 1);
    g_assert_false(mamuto_job_equal(job, copy));
    mamuto_job_set_row_timeout(job, 1);
    g_assert_true(mamuto_job_equal(job, copy));
    mamuto_job_set_argument(job, 0, "=1");
    g_assert_false(mamuto_job_equal(job, copy));
}

/* Time limits are saved as the shortest number that is read back as the same value. */
static void
test_timeouts(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();
    g_autoptr(MamutoJob) back = NULL;
    g_autofree char *line = NULL;
    double seconds;

    mamuto_job_set_row_timeout(job, 0.1);
    mamuto_job_set_start_timeout(job, 1.0 / 3);
    save(job, fixture->path);
    back = load(fixture->path);
    g_assert_true(mamuto_job_equal(job, back));
    mamuto_job_set_start_timeout(back, 0);
    save(back, fixture->path);
    file_fixture_assert_text(fixture->path, "[job]\n"
                                            "version = 1\n"
                                            "mode = row\n"
                                            "on-error = stop\n"
                                            "row-timeout = 0.1\n");
    line = mamuto_job_to_command(back, NULL);
    g_assert_cmpstr(line, ==, "mamuto-cli map --row-timeout 0.1");
    g_assert_true(mamuto_job_parse_timeout("2.5e3", &seconds));
    g_assert_cmpfloat(seconds, ==, 2500);
    for (const char *const *wrong = (const char *const[]){"", "x", "1x", "-1", "nan", "inf", "1e10",
                                                          " 1", "0x10", "1,5", NULL};
         *wrong; wrong++)
        g_assert_false(mamuto_job_parse_timeout(*wrong, &seconds));
}

static void
test_command(void)
{
    g_autoptr(MamutoJob) job = make_full("/d");
    g_autofree char *line = mamuto_job_to_command(job, NULL);
    g_auto(GStrv) words = NULL;

    g_assert_true(g_shell_parse_argv(line, NULL, &words, NULL));
    g_assert_cmpstr(line, ==,
                    "mamuto-cli map /d/model.py:like /d/sub/t.csv:a/b,y '=[1, 2.5]' -c "
                    "/etc/cluster.cfg -o '/d/out 100%.npy' --depends helpers,pkg "
                    "--send /d/sub/data --send '/etc/a b' --keep 1 --batch "
                    "--on-error continue");
}

/* Returns a job with the function f.py:f and @n arguments without a value. */
static MamutoJob *
make_with_arguments(guint n)
{
    MamutoJob *job = mamuto_job_new();

    mamuto_job_set_function(job, "f.py:f");
    mamuto_job_set_n_arguments(job, n);
    return job;
}

/* The command line of a job leaves out arguments without a value. The number after --keep
 * is the number of an argument in the command line, not in the job. */
static void
test_command_without_some(void)
{
    g_autoptr(MamutoJob) job = make_with_arguments(3);
    g_autofree char *line = NULL;

    mamuto_job_set_argument(job, 1, "b.npy");
    mamuto_job_set_keep(job, 1, TRUE);
    mamuto_job_set_keep(job, 2, TRUE);
    line = mamuto_job_to_command(job, NULL);
    g_assert_cmpstr(line, ==, "mamuto-cli map f.py:f b.npy --keep 1");
}

/* Runs printf '%s\n' with the words of a command line in a shell. */
static char *
print_words(const char *shell, const char *line)
{
    g_autofree char *script = g_strconcat("printf '%s\\n' ", line, NULL);
    const char *argv[] = {shell, "-c", script, NULL};
    g_autoptr(GError) error = NULL;
    char *output = NULL;
    int status;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    return output;
}

/* Every shell reads the words of the command line as they were meant. */
static void
test_command_in_shells(void)
{
    static const char *const shells[] = {"bash", "dash", "zsh"};
    static const struct {
        const char *name, *text, *word;
    } cases[] = {
        {NULL, "~/p q.npy", "~/p q.npy"},
        {NULL, "-5..5", "-5..5"},
        {NULL, "-x.npy", "./-x.npy"},
        {NULL, "each:[1, 2]", "each:[1, 2]"},
        {NULL, "='it''s $HOME `id` \\ !x *'", "='it''s $HOME `id` \\ !x *'"},
        {NULL, "=ls", "=ls"},
        {"sigma", "=0.1", "sigma=0.1"},
        {"mode", "=\"fa'st\"", "mode=\"fa'st\""},
        {"data", "@d{a,b}.npy", "data=@d{a,b}.npy"},
        {"t", "0:1:101", "t=0:1:101"},
        {"home", "~/x.npy", "home=~/x.npy"},
        {"w", "#a[b]?.npy", "w=#a[b]?.npy"},
        {"é", "=-1", "é=-1"},
    };
    g_autoptr(MamutoJob) job = make_with_arguments(G_N_ELEMENTS(cases));
    g_autoptr(GString) expected = g_string_new("mamuto-cli\nmap\nf.py:f\n");
    g_autofree char *line = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        mamuto_job_set_argument(job, i, cases[i].text);
        mamuto_job_set_argument_name(job, i, cases[i].name);
        mamuto_job_set_by_name(job, i, cases[i].name != NULL);
        g_string_append_printf(expected, "%s\n", cases[i].word);
    }
    line = mamuto_job_to_command(job, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(shells); i++) {
        g_autofree char *words = print_words(shells[i], line);

        g_assert_cmpstr(words, ==, expected->str);
    }
}

/* Arguments after one without a value are passed by their names. */
static void
test_command_by_name(void)
{
    g_autoptr(MamutoJob) job = make_with_arguments(4);
    g_autofree char *line = NULL;

    mamuto_job_set_argument(job, 0, "a.npy");
    mamuto_job_set_argument_name(job, 1, "s");
    mamuto_job_set_argument_name(job, 2, "t");
    mamuto_job_set_argument(job, 2, "=1");
    mamuto_job_set_argument_name(job, 3, "data");
    mamuto_job_set_argument(job, 3, "@d.npy");
    mamuto_job_set_flags(job, MAMUTO_MAP_GRID);
    line = mamuto_job_to_command(job, NULL);
    g_assert_cmpstr(line, ==, "mamuto-cli map f.py:f a.npy t=1 data=@d.npy --grid");
}

static MamutoFunction *
make_function(FileFixture *fixture, const char *source)
{
    g_autofree char *model = g_build_filename(fixture->folder, "model.py", NULL);
    g_autofree char *spec = g_strconcat(model, ":f", NULL);
    g_autoptr(GError) error = NULL;
    MamutoFunction *function;

    file_fixture_put(model, source);
    function = mamuto_function_new(spec, &error);
    g_assert_no_error(error);
    g_assert_true(mamuto_function_inspect(function, NULL, NULL, &error));
    g_assert_no_error(error);
    return function;
}

static void
test_bind(FileFixture *fixture, gconstpointer data)
{
    static const char *const texts[] = {"=1", "t='a'", "k=0..9", "other=@none.npy", "0:1:10"};
    g_autoptr(MamutoFunction) function =
        make_function(fixture, "def f(x, data, s=1, t=2, *, k=3, **more):\n    return x\n");
    g_autoptr(MamutoFunction) other = make_function(fixture, "def f(x, s=1):\n    return x\n");
    g_autoptr(MamutoJob) job = mamuto_job_new();
    g_autoptr(GError) error = NULL;

    mamuto_job_set_n_arguments(job, G_N_ELEMENTS(texts));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        mamuto_job_set_argument(job, i, texts[i]);
    g_assert_true(mamuto_job_bind(job, function, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(mamuto_job_get_argument_name(job, 0), ==, "x");
    g_assert_false(mamuto_job_get_by_name(job, 0));
    g_assert_cmpstr(mamuto_job_get_argument_name(job, 1), ==, "t");
    g_assert_true(mamuto_job_get_by_name(job, 1));
    g_assert_cmpstr(mamuto_job_get_argument(job, 1), ==, "='a'");
    g_assert_cmpstr(mamuto_job_get_argument(job, 2), ==, "0..9");
    g_assert_cmpstr(mamuto_job_get_argument(job, 3), ==, "@none.npy");
    g_assert_cmpstr(mamuto_job_get_argument_name(job, 4), ==, "data");
    g_assert_cmpint(mamuto_job_find_argument(job, "k"), ==, 2);
    g_assert_cmpint(mamuto_job_find_argument(job, "s"), ==, -1);
    g_assert_true(mamuto_job_bind(job, function, &error)); /* changes nothing */
    g_assert_cmpstr(mamuto_job_get_argument(job, 1), ==, "='a'");
    mamuto_job_set_n_arguments(job, 0);
    mamuto_job_set_n_arguments(job, 2);
    mamuto_job_set_argument(job, 0, "=1");
    mamuto_job_set_argument(job, 1, "t=5");
    g_assert_false(mamuto_job_bind(job, other, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, "argument 2: t=5: the function has no parameter t"));
    g_clear_error(&error);
    mamuto_job_set_argument(job, 1, "x=5");
    g_assert_false(mamuto_job_bind(job, other, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, "parameter “x” is given by position and by name"));
}

/* An argument without a value is left out if those after it have names. */
static void
test_defaults(void)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();
    g_autoptr(GPtrArray) arguments = NULL;
    g_autoptr(MamutoArgument) named = NULL;
    g_autoptr(GError) error = NULL;

    mamuto_job_set_n_arguments(job, 3);
    mamuto_job_set_argument(job, 0, "0..9");
    mamuto_job_set_argument_name(job, 2, "t");
    mamuto_job_set_argument(job, 2, "=5");
    g_assert_null(mamuto_job_load_arguments(job, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    mamuto_job_set_by_name(job, 2, TRUE);
    arguments = mamuto_job_load_arguments(job, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(arguments->len, ==, 3);
    g_assert_null(g_ptr_array_index(arguments, 1));
    g_assert_null(mamuto_job_dup_argument(job, 1, arguments));
    named = mamuto_job_dup_argument(job, 2, arguments);
    g_assert_cmpstr(mamuto_argument_get_name(named), ==, "t");
}

static void
test_apply(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoJob) job = mamuto_job_new();
    g_autofree char *model = g_build_filename(fixture->folder, "model.py", NULL);
    g_autofree char *spec = g_strconcat(model, ":f", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoFunction) function = NULL;
    g_autoptr(MamutoCluster) cluster = NULL;
    g_autoptr(MamutoMapper) mapper = NULL;
    g_autoptr(GPtrArray) arguments = NULL;
    g_autoptr(GPtrArray) given = NULL;

    g_assert_null(mamuto_job_make_function(job, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    file_fixture_put(model, "def f(x, y):\n    return x\n");
    mamuto_job_set_function(job, spec);
    mamuto_job_set_n_arguments(job, 2);
    mamuto_job_set_argument(job, 0, "=1");
    g_assert_null(mamuto_job_load_arguments(job, NULL, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull(strstr(error->message, "argument 2"));
    g_clear_error(&error);
    mamuto_job_set_argument(job, 1, "=2");
    mamuto_job_set_keep(job, 1, TRUE);

    function = mamuto_job_make_function(job, &error);
    g_assert_no_error(error);
    cluster = mamuto_job_load_cluster(job, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(mamuto_cluster_get_n_hosts(cluster), ==, 1);
    arguments = mamuto_job_load_arguments(job, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(arguments->len, ==, 2);
    mapper = mamuto_mapper_new(cluster, NULL);
    given = mamuto_job_apply(job, mapper, function, arguments, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(given->len, ==, 2);
    g_assert_true(g_ptr_array_index(given, 0) == g_ptr_array_index(arguments, 0));
    g_assert_null(g_ptr_array_index(given, 1));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
    g_test_add(name, FileFixture, "a.mamuto", file_fixture_set_up, function, file_fixture_tear_down)
    ADD("/job-file/round-trip", test_round_trip);
    ADD("/job-file/relative", test_relative);
    ADD("/job-file/keeps-text", test_keeps_text);
    ADD("/job-file/send-spellings", test_send_spellings);
    ADD("/job-file/wrong", test_wrong);
    ADD("/job-file/long-wrong", test_long_wrong);
    ADD("/job-file/not-written", test_not_written);
    ADD("/job-file/apply", test_apply);
    ADD("/job-file/version-2", test_version_2);
    ADD("/job-file/changes-version", test_changes_version);
    ADD("/job-file/needs-version-2", test_needs_version_2);
    ADD("/job-file/bind", test_bind);
    g_test_add_func("/job-file/defaults", test_defaults);
    g_test_add_func("/job-file/command-in-shells", test_command_in_shells);
    g_test_add_func("/job-file/command-by-name", test_command_by_name);
    g_test_add_func("/job-file/changed", test_changed);
    g_test_add_func("/job-file/lists", test_lists);
    g_test_add_func("/job-file/command", test_command);
    ADD("/job-file/timeouts", test_timeouts);
    g_test_add_func("/job-file/command-without-some", test_command_without_some);
    return g_test_run();
}
