/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of finding the host names in ssh's files config and known_hosts. The files are in a
 * temporary home folder. */
#include <glib/gstdio.h>
#include <string.h>

#include "mamuto-cluster.h"

static char *home;

static void
put(const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(home, ".ssh", name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    g_mkdir_with_parents(folder, 0700);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static void
assert_hosts(const char *expected)
{
    g_auto(GStrv) names = mamuto_list_ssh_hosts();
    g_autofree char *joined = g_strjoinv(" ", names);

    g_assert_cmpstr(joined, ==, expected);
    for (char **name = names; *name; name++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MamutoHost) host = mamuto_host_new(*name, 0, &error);

        g_assert_no_error(error);
    }
}

static void
test_nothing(void)
{
    assert_hosts("");
}

static void
test_config(void)
{
    put("config", "# mine\nHost rem1 rem2 *.example.org !not rem?\n  HostName 10.0.0.1\n"
                  "\thost=\"rem 3\" rem4\nHOST\t=  rem1 rem5\r\nMatch host rem9\n"
                  "Include conf.d/*.conf ~/.ssh/more none\nHostKeyAlias alias\nHost \"broken\n"
                  "Host -oProxyCommand=x a;b\n");
    put("conf.d/a.conf", "Host inc1\nInclude config\n");
    put("conf.d/b.txt", "Host notinc\n");
    put("more", "Host inc2\nInclude more\nInclude more more more\n");
    assert_hosts("rem1 rem2 rem4 rem5 inc1 inc2");
}

static void
test_known_hosts(void)
{
    put("config", "Host a\n");
    put("known_hosts", "# c\na ssh-ed25519 AAAA\nb.example.org,10.0.0.2 ssh-ed25519 AAAA\n"
                       "10.0.0.3 ssh-ed25519 AAAA\n[c]:2222 ssh-rsa AAAA\n"
                       "[10.0.0.4]:22,[d]:22 ssh-rsa AAAA\n::1 ssh-rsa AAAA\n"
                       "[fe80::1]:2222 ssh-rsa AAAA\n"
                       "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa A\n"
                       "@revoked e ssh-rsa AAAA\n@cert-authority *.org ssh-rsa AAAA\n"
                       "*.f,!g ssh-rsa AAAA\n\n   \nb.example.org ssh-rsa AAAA\nlast");
    assert_hosts("a b.example.org 10.0.0.3 c:2222 d:22 [::1] [fe80::1]:2222 last");
}

static void
remove_all(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *inner = g_build_filename(path, name, NULL);

        remove_all(inner);
    }
    g_remove(path);
}

int
main(int argc, char **argv)
{
    int status;

    home = g_dir_make_tmp("home-XXXXXX", NULL);
    /* GLib reads HOME only once, so HOME is set before g_test_init() uses GLib. */
    g_setenv("HOME", home, TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ssh-hosts/nothing", test_nothing);
    g_test_add_func("/ssh-hosts/config", test_config);
    g_test_add_func("/ssh-hosts/known-hosts", test_known_hosts);
    status = g_test_run();
    remove_all(home);
    g_free(home);
    return status;
}
