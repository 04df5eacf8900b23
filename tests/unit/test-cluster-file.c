/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of cluster files. The library must load files that Python's configparser wrote, and
 * configparser must load files that the library saved. Saving must keep comments and unknown
 * keys. Error messages must name the file, line and key. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file-fixture.h"
#include "mamuto-cluster.h"
#include "mamuto-error.h"

static MamutoCluster *
load(const char *path)
{
    g_autoptr(GError) error = NULL;
    MamutoCluster *cluster = mamuto_cluster_new_from_file(path, &error);

    g_assert_no_error(error);
    return cluster;
}

static void
save(MamutoCluster *cluster, const char *path)
{
    g_autoptr(GError) error = NULL;

    mamuto_cluster_save(cluster, path, &error);
    g_assert_no_error(error);
}

/* Runs a Python program and returns its output. The test fails if the program fails. */
static char *
run_python(const char *program, const char *argument)
{
    const char *argv[] = {"/usr/bin/python3", "-I", "-c", program, argument, NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *errors = NULL;
    char *output = NULL;
    int status;

    g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, &output, &errors, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(errors, ==, "");
    g_assert_cmpint(status, ==, 0);
    return output;
}

static void
test_load(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoCluster) cluster = NULL;
    MamutoHost *host;

    file_fixture_put(fixture->path, "; a comment\n"
                                    "[DEFAULT]\n"
                                    "base = /srv\n"
                                    "[parameters]\n"
                                    "Hosts : {\n"
                                    "    \"localhost\": 4,\n"
                                    "# in between\n"
                                    "\n"
                                    "    \"me@rem1:2222\": 8.0, \"b\\u00fcro\": 0\n"
                                    "    }\n"
                                    "WORKDIR=%(base)s/a%%b=c:d\n"
                                    "python = None\n"
                                    "nice = 10\n"
                                    "[host me@rem1:2222]\n"
                                    "enabled = NO\n"
                                    "cores = 3\n"
                                    "user = you\n"
                                    "port = 22\n"
                                    "python = /opt/python\n"
                                    "workdir = 100%\n"
                                    "nice = -5\n"
                                    "[host gone]\n"
                                    "cores = many\n");
    cluster = load(fixture->path);
    g_assert_cmpuint(mamuto_cluster_get_n_hosts(cluster), ==, 3);
    g_assert_cmpstr(mamuto_cluster_get_workdir(cluster), ==, "/srv/a%b=c:d");
    g_assert_null(mamuto_cluster_get_python(cluster));
    g_assert_cmpint(mamuto_cluster_get_nice(cluster), ==, 10);
    host = mamuto_cluster_get_host(cluster, 1);
    g_assert_cmpstr(mamuto_host_get_name(host), ==, "me@rem1:2222");
    g_assert_cmpuint(mamuto_host_get_cores(host), ==, 3);
    g_assert_false(mamuto_host_get_enabled(host));
    g_assert_cmpstr(mamuto_host_get_user(host), ==, "you");
    g_assert_cmpuint(mamuto_host_get_port(host), ==, 22);
    g_assert_cmpstr(mamuto_host_get_python(host), ==, "/opt/python");
    g_assert_cmpstr(mamuto_host_get_workdir(host), ==, "100%");
    g_assert_cmpint(mamuto_host_get_nice(host), ==, -5);
    host = mamuto_cluster_get_host(cluster, 2);
    g_assert_cmpstr(mamuto_host_get_name(host), ==, "b\xc3\xbcro");
    g_assert_cmpuint(mamuto_host_get_cores(host), ==, 0);
    g_assert_true(mamuto_host_get_enabled(host));
}

/* Python's configparser writes files in many styles and with special characters in the values.
 * The library must load the same values from them. */
static void
test_python_writes(FileFixture *fixture, gconstpointer data)
{
    static const char program[] =
        "import configparser, json, sys, os\n"
        "hosts = {'localhost': 4, 'me@rem1:2222': 8, 'r\\u00e9m': 1, '[::1]:22': 2}\n"
        "n = 0\n"
        "for indent in (None, 0, 2, 8):\n"
        "  for ascii in (True, False):\n"
        "    for spaces in (True, False):\n"
        "      for delimiters in (('=', ':'), (':', '=')):\n"
        "        for case in (str.lower, str.upper, str.title):\n"
        "          for workdir in ('', '/w', '/a%%b', 'C:=x; y # z', '/tmp/w\\u00f6rk/%(nice)s'):\n"
        "            c = configparser.ConfigParser(delimiters=delimiters)\n"
        "            c.optionxform = case\n"
        "            c['parameters'] = {'nice': '7', 'workdir': workdir, 'python': 'python3',\n"
        "              'hosts': json.dumps(hosts, indent=indent, ensure_ascii=ascii)}\n"
        "            with open(os.path.join(sys.argv[1], '%03d.cfg' % n), 'w',\n"
        "                      encoding='utf-8') as f:\n"
        "              c.write(f, space_around_delimiters=spaces)\n"
        "            r = configparser.ConfigParser(delimiters=delimiters)\n"
        "            r.read(os.path.join(sys.argv[1], '%03d.cfg' % n), encoding='utf-8')\n"
        "            sys.stdout.buffer.write((r['parameters']['workdir'] + '\\n').encode())\n"
        "            n += 1\n";
    g_autofree char *output = run_python(program, fixture->folder);
    g_auto(GStrv) workdirs = g_strsplit(output, "\n", -1);
    guint n = g_strv_length(workdirs) - 1;

    g_assert_cmpuint(n, ==, 480);
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("%s/%03u.cfg", fixture->folder, i);
        g_autoptr(MamutoCluster) cluster = load(path);
        const char *workdir = mamuto_cluster_get_workdir(cluster);
        g_autofree char *before = NULL;

        g_assert_cmpuint(mamuto_cluster_get_n_hosts(cluster), ==, 4);
        g_assert_cmpuint(mamuto_cluster_get_n_cores(cluster), ==, 15);
        g_assert_nonnull(mamuto_cluster_find_host(cluster, "r\xc3\xa9m"));
        g_assert_cmpstr(workdir ? workdir : "", ==, workdirs[i]);
        g_assert_cmpstr(mamuto_cluster_get_python(cluster), ==, "python3");
        g_assert_cmpint(mamuto_cluster_get_nice(cluster), ==, 7);
        g_file_get_contents(path, &before, NULL, NULL);
        save(cluster, path);
        file_fixture_assert_text(path, before);
    }
}

static void
test_python_reads(FileFixture *fixture, gconstpointer data)
{
    static const char program[] =
        "import configparser, json, sys\n"
        "c = configparser.ConfigParser()\n"
        "assert c.read(sys.argv[1], encoding='utf-8')\n"
        "p = c['parameters']\n"
        "print(ascii([list(json.loads(p['hosts']).items()), p['workdir'], p['python'],\n"
        "  p['nice'], c.sections()]))\n"
        "for s in c.sections()[1:]: print(ascii([s, list(c[s].items())]))\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(MamutoCluster) cluster = NULL;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    g_assert_true(mamuto_create_config_file(fixture->path,
                                            "localhost:4,DOM\\me@rem[1-2]:22*8,[fe80::1%eth0]",
                                            "/w%40/\xc3\xa9 = ; # x", "python3", -3, &error));
    g_assert_no_error(error);
    first = run_python(program, fixture->path);
    g_assert_cmpstr(first, ==,
                    "[[('localhost', 4), ('DOM\\\\me@rem1:22', 8), ('DOM\\\\me@rem2:22', 8), "
                    "('[fe80::1%eth0]', 0)], '/w%40/\\xe9 = ; # x', 'python3', '-3', "
                    "['parameters']]\n");
    cluster = load(fixture->path);
    g_assert_cmpstr(mamuto_cluster_get_workdir(cluster), ==, "/w%40/\xc3\xa9 = ; # x");
    mamuto_host_set_enabled(mamuto_cluster_get_host(cluster, 3), FALSE);
    mamuto_host_set_workdir(mamuto_cluster_get_host(cluster, 3), "/own%");
    mamuto_cluster_set_python(cluster, NULL);
    mamuto_cluster_set_nice(cluster, 0);
    save(cluster, fixture->path);
    second = run_python(program, fixture->path);
    g_assert_cmpstr(second, ==,
                    "[[('localhost', 4), ('DOM\\\\me@rem1:22', 8), ('DOM\\\\me@rem2:22', 8), "
                    "('[fe80::1%eth0]', 0)], '/w%40/\\xe9 = ; # x', '', '0', "
                    "['parameters', 'host [fe80::1%eth0]']]\n"
                    "['host [fe80::1%eth0]', [('enabled', 'no'), ('workdir', '/own%')]]\n");
    g_assert_false(mamuto_create_config_file(fixture->path, "a", NULL, NULL, 20, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

static void
test_keeps(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoCluster) cluster = NULL;
    g_autoptr(MamutoHost) host = mamuto_host_new("c", 3, NULL);

    file_fixture_put(fixture->path, "# our cluster\r\n\r\n[parameters]\r\n"
                                    "HOSTS:{\"a\":1,\r\n\t;the old one\r\n\t\"b\":2}\r\n"
                                    "nice   =   3\r\n; why nice\r\nours = kept\r\n\r\n"
                                    "[ host x ]\r\na = %(b)s\r\n"
                                    "[host b]\r\nuser = me ; you\r\n# of b\r\nport: 22\r\n# last");
    g_assert_null(mamuto_cluster_new_from_file(fixture->path, NULL)); /* invalid user */
    file_fixture_put(fixture->path, "# our cluster\r\n\r\n[parameters]\r\n"
                                    "HOSTS:{\"a\":1,\r\n\t;the old one\r\n\t\"b\":2}\r\n"
                                    "nice   =   3\r\n; why nice\r\nours = kept\r\n\r\n"
                                    "[ host x ]\r\na = %(b)s\r\n"
                                    "[host b]\r\nuser = me\r\n# of b\r\nport: 22\r\n# last");
    cluster = load(fixture->path);
    mamuto_cluster_set_nice(cluster, 4);
    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path,
                             "# our cluster\r\n\r\n[parameters]\r\n"
                             "HOSTS:{\"a\":1,\r\n\t;the old one\r\n\t\"b\":2}\r\n"
                             "nice   =   4\r\n; why nice\r\nours = kept\r\n\r\n"
                             "[ host x ]\r\na = %(b)s\r\n"
                             "[host b]\r\nuser = me\r\n# of b\r\nport: 22\r\n# last");
    mamuto_cluster_remove(cluster, 1);
    mamuto_cluster_add(cluster, host);
    mamuto_host_set_port(host, 2222);
    mamuto_cluster_set_python(cluster, "python3");
    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path,
                             "# our cluster\r\n\r\n[parameters]\r\n"
                             "HOSTS:{\"a\": 1, \"c\": 3}\r\n\t;the old one\r\n"
                             "nice   =   4\r\n; why nice\r\nours = kept\r\npython = python3\r\n\r\n"
                             "[ host x ]\r\na = %(b)s\r\n# last\r\n"
                             "\r\n[host c]\r\nport = 2222\r\n");
    /* the saved file must contain the settings of the cluster */
    g_clear_object(&cluster);
    cluster = load(fixture->path);
    g_assert_cmpuint(mamuto_host_get_port(mamuto_cluster_find_host(cluster, "c")), ==, 2222);
}

static void
test_bom_and_late_changes(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoCluster) cluster = NULL;

    file_fixture_put(fixture->path,
                     "\xef\xbb\xbf[parameters]\nhosts = {\"a\": 1}\n[host a]\ncores = 2\n"
                     "[host b]\nuser = left alone");
    cluster = load(fixture->path);
    g_assert_cmpuint(mamuto_cluster_get_n_cores(cluster), ==, 2);
    mamuto_host_set_cores(mamuto_cluster_get_host(cluster, 0), 5);
    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path,
                             "\xef\xbb\xbf[parameters]\nhosts = {\"a\": 5}\n[host a]\ncores = 5\n"
                             "[host b]\nuser = left alone");
    /* Saving an unchanged cluster must not change the file. */
    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path,
                             "\xef\xbb\xbf[parameters]\nhosts = {\"a\": 5}\n[host a]\ncores = 5\n"
                             "[host b]\nuser = left alone");
    g_assert_true(mamuto_host_set_name(mamuto_cluster_get_host(cluster, 0), "z", NULL));
    mamuto_host_set_enabled(mamuto_cluster_get_host(cluster, 0), FALSE);
    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path,
                             "\xef\xbb\xbf[parameters]\nhosts = {\"z\": 5}\n[host z]\ncores = 5\n"
                             "enabled = no\n[host b]\nuser = left alone");
}

/* A host is renamed. The comments and unknown keys in the host's section of the file must stay. */
static void
test_rename(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoCluster) cluster = NULL;

    file_fixture_put(fixture->path,
                     "[parameters]\nhosts = {\"a\": 1, \"b\": 2}\n"
                     "[host a] # of a\n# why\nPort = 22\nours = 1\n[host b]\nnice = 3\n");
    cluster = load(fixture->path);
    g_assert_true(mamuto_host_set_name(mamuto_cluster_get_host(cluster, 0), "me@[::1]:22", NULL));
    mamuto_cluster_remove(cluster, 1);
    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path, "[parameters]\nhosts = {\"me@[::1]:22\": 1}\n"
                                            "[host me@[::1]:22] # of a\n# why\nours = 1\n");
    g_assert_true(mamuto_host_set_name(mamuto_cluster_get_host(cluster, 0), "c", NULL));
    mamuto_host_set_nice(mamuto_cluster_get_host(cluster, 0), 1);
    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path,
                             "[parameters]\nhosts = {\"c\": 1}\n"
                             "[host c] # of a\n# why\nours = 1\nport = 22\nnice = 1\n");
}

/* Saves and loads a cluster with the maximum number of hosts, each with settings of its own. */
static void
test_many(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string("n[0-9999]:2", NULL);
    g_autoptr(MamutoCluster) again = NULL;
    g_autoptr(MamutoHost) more = mamuto_host_new("more", 1, NULL);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < 10000; i++)
        mamuto_host_set_nice(mamuto_cluster_get_host(cluster, i), (int)(i % 20));
    save(cluster, fixture->path);
    again = load(fixture->path);
    g_assert_cmpuint(mamuto_cluster_get_n_cores(again), ==, 20000);
    g_assert_cmpint(mamuto_host_get_nice(mamuto_cluster_get_host(again, 9998)), ==, 18);
    for (guint i = 0; i < 10000; i++)
        mamuto_host_set_workdir(mamuto_cluster_get_host(again, i),
                                "/a/folder/whose/name/is/so/long/that/a/file/with/ten/thousand/"
                                "of/it/is/too/large/to/be/read/again/by/anybody");
    g_assert_false(mamuto_cluster_save(again, fixture->path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    mamuto_cluster_add(again, more);
    g_assert_false(mamuto_cluster_save(again, fixture->path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

static void
test_errors(FileFixture *fixture, gconstpointer data)
{
#define P "[parameters]\n"
#define H P "hosts = {\"a\": 1, \"b\": 2}\n"
    static const char *const cases[][2] = {
        {"", "[parameters]"},
        {"[Parameters]\nhosts={}\n", "[parameters]"},
        {P, ":1: [parameters] has no “hosts”"},
        {"hosts = {}\n", ":1: a section"},
        {P "hosts =\n", ":2: hosts: not a JSON object at character 1"},
        {P "hosts = None\n", ":2: hosts: not a JSON object"},
        {P "hosts = [1]\n", ":2: hosts: not a JSON object at character 1"},
        {P "\nhosts = {\"a\": 1,}\n", ":3: hosts: not a JSON object at character 9"},
        {P "hosts = {'a': 1}\n", ":2: hosts: not a JSON object at character"},
        {P "hosts = {\"a\": 1} x\n", ":2: hosts: not a JSON object at character 10"},
        {P "hosts = {\"a\": 1\n", ":2: hosts: not a JSON object"},
        {P "hosts = {\"a\\u0000b\": 1}\n", ":2: hosts: not a JSON object"},
        {P "hosts = {\"a\": -1}\n", ":2: hosts: cores of “a”: -1: expected"},
        {P "hosts = {\"a\": 1.5}\n", ":2: hosts: cores of “a”: 1.5: expected"},
        {P "hosts = {\"a\": 4097}\n", ":2: hosts: cores of “a”: 4097: expected"},
        {P "hosts = {\"a\": 1e999}\n", ":2: hosts: cores of “a”"},
        {P "hosts = {\"a\": \"4\"}\n", ":2: hosts: cores of “a”: \"4\": expected"},
        {P "hosts = {\"a\": true}\n", ":2: hosts: cores of “a”: true: expected"},
        {P "hosts = {\"a\": null}\n", ":2: hosts: cores of “a”: null: expected"},
        {P "hosts = {\"a\": 1, \"a\": 2}\n", ":2: hosts: “a” is listed twice"},
        {P "hosts = {\"-a\": 1}\n", ":2: hosts: host “-a”"},
        {P "hosts = {\"\": 1}\n", ":2: hosts: host “”"},
        {P "hosts = %(x)s\n", ":2: hosts: %(x)s refers to a missing key"},
        {P "hosts = %(a)s\na = %(hosts)s\n", ":2: hosts: its %(…)s references are circular"},
        {H "nice = high\n", ":3: nice: “high”: expected a whole number from -20 to 19"},
        {H "nice = 20\n", ":3: nice: “20”: expected"},
        {H "nice = 1.0\n", ":3: nice: “1.0”: expected"},
        {H "python = a\n  b\n", ":3: python: “a\\nb” is not"},
        {H "python = ./python\n", ":3: python: “./python” is a path relative to"},
        {H "[host a]\npython = env/python\n", ":4: python: “env/python” is a path relative to"},
        {H "workdir = -x\n", ":3: workdir: “-x” is not"},
        {H "Nice = 1\nnice = 1\n", ":4: nice: appears twice"},
        {H "[parameters]\n", ":3: section [parameters] appears twice"},
        {H "[host a]\n[host a]\n", ":4: section [host a] appears twice"},
        {H "just words\n", ":3: “just words”: expected “key = value”"},
        {H "a\x1b[2J\n", ":3: “a\\x1b[2J”"},
        {H "= 4\n", ":3: “= 4”: expected “key = value”"},
        {H "[]\n", ":3: “[]”: expected"},
        {H "[host a]\nport = 0\n", ":4: port: “0”: expected a whole number from 1 to 65535"},
        {H "[host b]\nport = 65536\n", ":4: port: “65536”"},
        {H "[host b]\ncores = -1\n", ":4: cores: “-1”: expected a whole number from 0 to 4096"},
        {H "[host b]\nenabled = maybe\n", ":4: enabled: “maybe”: expected yes or no"},
        {H "[host b]\nuser = a b\n", ":4: user: “a b” is not a valid user name"},
        {H "[host b]\nnice = -21\n", ":4: nice: “-21”"},
        {H "python = \xff\n", ":3: byte 0xff is not UTF-8"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        file_fixture_put(fixture->path, cases[i][0]);
        g_assert_null(mamuto_cluster_new_from_file(fixture->path, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
        g_test_message("%s", error->message);
        g_assert_true(g_str_has_prefix(error->message, fixture->path));
        g_assert_nonnull(strstr(error->message, cases[i][1]));
    }
}

static void
test_not_a_config(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *large = g_strnfill(1024 * 1024 + 1, '#');
    g_autoptr(GError) error = NULL;

    g_assert_null(mamuto_cluster_new_from_file(fixture->path, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_clear_error(&error);
    g_assert_null(mamuto_cluster_new_from_file(fixture->folder, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(fixture->path, "[parameters]\0", 13, NULL));
    g_assert_null(mamuto_cluster_new_from_file(fixture->path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_clear_error(&error);
    file_fixture_put(fixture->path, large);
    g_assert_null(mamuto_cluster_new_from_file(fixture->path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
    g_clear_error(&error);
    g_remove(fixture->path);
    g_assert_cmpint(mkfifo(fixture->path, 0600), ==, 0);
    g_assert_null(mamuto_cluster_new_from_file(fixture->path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_FILE);
}

static void
test_link_and_mode(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *real = g_build_filename(fixture->folder, "real.cfg", NULL);
    g_autofree char *dangling = g_build_filename(fixture->folder, "dangling.cfg", NULL);
    g_autofree char *target = g_build_filename(fixture->folder, "target.cfg", NULL);
    g_autoptr(MamutoCluster) cluster = NULL;
    struct stat info;

    file_fixture_put(real, "[parameters]\nhosts = {}\n");
    g_assert_cmpint(g_chmod(real, 0640), ==, 0);
    g_assert_cmpint(symlink("real.cfg", fixture->path), ==, 0);
    g_assert_cmpint(symlink("target.cfg", dangling), ==, 0);
    cluster = load(fixture->path);
    mamuto_cluster_set_python(cluster, "p");
    save(cluster, fixture->path);
    g_assert_true(g_file_test(fixture->path, G_FILE_TEST_IS_SYMLINK));
    file_fixture_assert_text(real, "[parameters]\nhosts = {}\npython = p\n");
    g_assert_cmpint(g_stat(real, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 07777, ==, 0640);
    save(cluster, dangling);
    g_assert_true(g_file_test(dangling, G_FILE_TEST_IS_SYMLINK));
    file_fixture_assert_text(target, "[parameters]\nhosts = {}\npython = p\n");
}

static void
test_failed_save(FileFixture *fixture, gconstpointer data)
{
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new_from_string("a:1", NULL);
    g_autoptr(MamutoHost) again = mamuto_host_new("a", 2, NULL);
    g_autofree char *nowhere = g_build_filename(fixture->folder, "no", "cluster.cfg", NULL);
    g_autoptr(GError) error = NULL;

    save(cluster, fixture->path);
    file_fixture_assert_text(fixture->path,
                             "[parameters]\nhosts = {\"a\": 1}\nworkdir = \npython = \nnice = 0\n");
    mamuto_cluster_add(cluster, again);
    g_assert_false(mamuto_cluster_save(cluster, fixture->path, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
    g_clear_error(&error);
    file_fixture_assert_text(fixture->path,
                             "[parameters]\nhosts = {\"a\": 1}\nworkdir = \npython = \nnice = 0\n");
    mamuto_cluster_remove(cluster, 1);
    g_assert_false(mamuto_cluster_save(cluster, nowhere, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_clear_error(&error);
    g_assert_false(mamuto_cluster_save(cluster, fixture->folder, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT);
}

#define ADD(name, function)                                                                        \
    g_test_add(name, FileFixture, "cluster.cfg", file_fixture_set_up, function,                    \
               file_fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/cluster-file/load", test_load);
    ADD("/cluster-file/python-writes", test_python_writes);
    ADD("/cluster-file/python-reads", test_python_reads);
    ADD("/cluster-file/keeps", test_keeps);
    ADD("/cluster-file/bom-and-late-changes", test_bom_and_late_changes);
    ADD("/cluster-file/rename", test_rename);
    ADD("/cluster-file/many", test_many);
    ADD("/cluster-file/errors", test_errors);
    ADD("/cluster-file/not-a-config", test_not_a_config);
    ADD("/cluster-file/link-and-mode", test_link_and_mode);
    ADD("/cluster-file/failed-save", test_failed_save);
    return g_test_run();
}
