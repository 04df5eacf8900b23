/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of saving files. Saving replaces a file completely or not at all. It follows symbolic
 * links, keeps the file's permissions, and can write to pipes. It removes the temporary files of
 * killed programs, and no others. On network file systems it does not depend on locks. Also tests
 * the computation of hashes. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file-fixture.h"
#include "hash.h"
#include "mamuto-error.h"
#include "mamuto-file.h"
#include "output-file.h"

static void
save(const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(mamuto_file_save(path, text, -1, &error));
    g_assert_no_error(error);
}

static void
assert_n_files(const char *folder, guint expected)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir) != NULL)
        n++;
    g_dir_close(dir);
    g_assert_cmpuint(n, ==, expected);
}

static guint
mode_of(const char *path)
{
    struct stat info;

    g_assert_cmpint(g_stat(path, &info), ==, 0);
    return info.st_mode & 07777;
}

static void
test_modes(FileFixture *fixture, gconstpointer data)
{
    mode_t mask = umask(022);

    save(fixture->path, "new");
    g_assert_cmpuint(mode_of(fixture->path), ==, 0644);
    for (guint mode = 0400; mode <= 0700; mode += 0111) {
        g_assert_cmpint(g_chmod(fixture->path, (int)mode), ==, 0);
        save(fixture->path, "old");
        g_assert_cmpuint(mode_of(fixture->path), ==, mode);
    }
    umask(mask);
    file_fixture_assert_text(fixture->path, "old");
    assert_n_files(fixture->folder, 1);
}

/* The path is a symbolic link to another symbolic link, which leads to the file. Saving must
 * write the file and keep both links, even if the file does not exist yet. */
static void
test_links(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *folder = g_build_filename(fixture->folder, "real", NULL);
    g_autofree char *real = g_build_filename(folder, "file", NULL);
    g_autofree char *step = g_build_filename(fixture->folder, "step", NULL);

    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(symlink("step", fixture->path), ==, 0);
    g_assert_cmpint(symlink("real/file", step), ==, 0);
    for (int i = 0; i < 2; i++) {
        g_autofree char *text = g_strdup_printf("%d", i);

        save(fixture->path, text);
        g_assert_true(g_file_test(fixture->path, G_FILE_TEST_IS_SYMLINK));
        g_assert_true(g_file_test(step, G_FILE_TEST_IS_SYMLINK));
        file_fixture_assert_text(real, text);
        assert_n_files(folder, 1);
    }
    g_assert_cmpint(g_unlink(real), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_assert_cmpint(g_unlink(step), ==, 0);
}

static void
assert_refused(const char *path)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(mamuto_file_save(path, "x", 1, &error));
    g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_FAILED);
    g_assert_true(g_str_has_prefix(error->message, path));
}

static void
test_refused(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *nowhere = g_build_filename(fixture->folder, "none", "file", NULL);

    assert_refused(fixture->folder);
    assert_refused(nowhere);
    g_assert_cmpint(symlink("file", fixture->path), ==, 0); /* a symbolic link to itself */
    assert_refused(fixture->path);
    assert_n_files(fixture->folder, 1);
}

/* A limit of the file size acts like a full disk while the file is written. */
static void
test_full_disk(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *large = g_strnfill(100000, 'x');
    struct rlimit old, small;

    save(fixture->path, "old");
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
    small = (struct rlimit){10000, old.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    g_assert_false(mamuto_file_save(fixture->path, large, -1, NULL));
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    file_fixture_assert_text(fixture->path, "old");
    assert_n_files(fixture->folder, 1);
}

/* The file is closed before it is complete. No file may be left in the folder. */
static void
test_given_up(FileFixture *fixture, gconstpointer data)
{
    OutputFile *file = output_file_open(fixture->path, NULL);

    g_assert_nonnull(file);
    g_assert_true(output_file_write(file, "half", 4, NULL));
    output_file_free(file);
    assert_n_files(fixture->folder, 0);
}

static gpointer
read_pipe(gpointer path)
{
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
test_pipe(FileFixture *fixture, gconstpointer data)
{
    GThread *reader;
    g_autofree char *text = NULL;

    g_assert_cmpint(mkfifo(fixture->path, 0600), ==, 0);
    reader = g_thread_new("reader", read_pipe, fixture->path);
    save(fixture->path, "through");
    text = g_thread_join(reader);
    g_assert_cmpstr(text, ==, "through");
    assert_n_files(fixture->folder, 1);
    save("/dev/null", "nothing");
    g_assert_false(g_file_test("/dev/null", G_FILE_TEST_IS_REGULAR));
}

/* /proc/self/fd/N looks like a symbolic link, but if N is a pipe, its target "pipe:[…]" is not a
 * path. /dev/stdout leads to such a link. */
static void
test_pipe_of_proc(FileFixture *fixture, gconstpointer data)
{
    int fds[2];
    char text[8] = "";
    g_autofree char *path = NULL;

    g_assert_cmpint(pipe(fds), ==, 0);
    path = g_strdup_printf("/proc/self/fd/%d", fds[1]);
    save(path, "through");
    g_assert_cmpint(read(fds[0], text, sizeof text), ==, 7);
    g_assert_cmpmem(text, 7, "through", 7);
    close(fds[0]);
    close(fds[1]);
}

/* ---- temporary files of killed programs ---- */

/* A folder on a file system whose locks are reliable; the folder for temporary files may be on
 * another one. */
static char *
make_local_folder(void)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_strdup("/dev/shm/mamuto-leftovers-XXXXXX");

    if (g_mkdtemp(folder) != NULL)
        return folder;
    g_free(folder);
    folder = g_dir_make_tmp("mamuto-leftovers-XXXXXX", &error);
    g_assert_no_error(error);
    return folder;
}

static void
put(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    file_fixture_put(path, name);
}

static gboolean
exists(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

static void
drop(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_assert_cmpint(g_remove(path), ==, 0);
}

/* Starts a process that begins to write @path and then waits. Returns its id, and the name of its
 * temporary file (transfer full). */
static pid_t
start_writer(const char *path, char **name)
{
    int fds[2];
    char text[64] = "";
    pid_t pid;

    g_assert_cmpint(pipe(fds), ==, 0);
    pid = fork();
    if (pid == 0) {
        OutputFile *file = output_file_open(path, NULL);
        g_autofree char *base = g_path_get_basename(file->temp_path);

        if (write(fds[1], base, strlen(base)) > 0)
            pause();
        _exit(1);
    }
    g_assert_cmpint(pid, >, 0);
    g_assert_cmpint(read(fds[0], text, sizeof text - 1), >, 0);
    close(fds[0]);
    close(fds[1]);
    *name = g_strdup(text);
    return pid;
}

static void
test_leftovers(FileFixture *fixture, gconstpointer data)
{
    static const char *const others[] = {"out.partial.npy",      ".mamuto-1a2b3c4d.tmp.npy",
                                         ".mamuto-1a2b3c4.tmp",  ".mamuto-1a2b3c4d5.tmp",
                                         ".mamuto-1A2B3C4D.tmp", "x.mamuto-1a2b3c4d.tmp",
                                         ".mamuto-notes.tmp"};
    g_autofree char *folder = make_local_folder();
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    g_autofree char *link_path = g_build_filename(folder, ".mamuto-00000001.tmp", NULL);
    g_autofree char *dir_path = g_build_filename(folder, ".mamuto-00000002.tmp", NULL);
    g_autofree char *held = NULL;
    pid_t pid;

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        put(folder, others[i]);
    put(folder, ".mamuto-0badf00d.tmp");
    g_assert_cmpint(symlink("out.partial.npy", link_path), ==, 0);
    g_assert_cmpint(g_mkdir(dir_path, 0700), ==, 0);
    pid = start_writer(path, &held);
    g_assert_false(exists(folder, ".mamuto-0badf00d.tmp"));
    save(path, "first");
    g_assert_true(exists(folder, held));
    /* a stopped program still holds its lock */
    g_assert_cmpint(kill(pid, SIGSTOP), ==, 0);
    save(path, "second");
    g_assert_true(exists(folder, held));
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    g_assert_true(exists(folder, held));
    save(path, "third");
    g_assert_false(exists(folder, held));
    file_fixture_assert_text(path, "third");
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_assert_true(exists(folder, others[i]));
        drop(folder, others[i]);
    }
    drop(folder, ".mamuto-00000001.tmp");
    drop(folder, ".mamuto-00000002.tmp");
    drop(folder, "out");
    assert_n_files(folder, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* The finished file is not locked, although the program may still have a descriptor of it. */
static void
test_unlocked(FileFixture *fixture, gconstpointer data)
{
    OutputFile *file = output_file_open(fixture->path, NULL);
    int second, other;

    g_assert_nonnull(file);
    second = dup(file->fd);
    g_assert_true(output_file_commit(file, NULL));
    other = open(fixture->path, O_RDONLY | O_CLOEXEC);
    g_assert_cmpint(flock(other, LOCK_EX | LOCK_NB), ==, 0);
    close(other);
    close(second);
    output_file_free(file);
}

/* ---- a network file system ---- */

/* While this is set, all files are on NFS, and the server has lost all locks: NFS then fails each
 * write to a file that this program has locked. The functions below replace those of the C
 * library. */
static gboolean is_on_nfs;
static int locked_fd = -1;

int
fstatfs(int fd, struct statfs *info)
{
    int status = (int)syscall(SYS_fstatfs, fd, info);

    if (is_on_nfs)
        info->f_type = NFS_SUPER_MAGIC;
    return status;
}

int
flock(int fd, int operation)
{
    if (is_on_nfs)
        locked_fd = operation & LOCK_UN ? -1 : fd;
    return is_on_nfs ? 0 : (int)syscall(SYS_flock, fd, operation);
}

ssize_t
write(int fd, const void *data, size_t size)
{
    if (!is_on_nfs || fd != locked_fd)
        return syscall(SYS_write, fd, data, size);
    errno = EIO;
    return -1;
}

static void
test_nfs(FileFixture *fixture, gconstpointer data)
{
    put(fixture->folder, ".mamuto-0badf00d.tmp");
    is_on_nfs = TRUE;
    save(fixture->path, "new");
    is_on_nfs = FALSE;
    file_fixture_assert_text(fixture->path, "new");
    /* whether another computer still writes this file is unknown */
    g_assert_true(exists(fixture->folder, ".mamuto-0badf00d.tmp"));
    drop(fixture->folder, ".mamuto-0badf00d.tmp");
    assert_n_files(fixture->folder, 1);
}

/* ---- several threads ---- */

#define N_SAVERS 4
#define N_SAVES 400

/* Several threads save files in one folder, and each of them looks for leftovers while the others
 * create, lock and rename their files. A lock belongs to an open file, so threads exclude each
 * other as processes do. No file may be lost. */
static gpointer
save_often(gpointer path)
{
    for (guint i = 0; i < N_SAVES; i++) {
        g_autofree char *text = g_strdup_printf("%u", i);

        save(path, text);
        file_fixture_assert_text(path, text);
    }
    return NULL;
}

static void
test_concurrent(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *folder = make_local_folder();
    GThread *threads[N_SAVERS];
    char *paths[N_SAVERS];

    for (guint i = 0; i < N_SAVERS; i++) {
        paths[i] = g_strdup_printf("%s/%u", folder, i);
        threads[i] = g_thread_new("saver", save_often, paths[i]);
    }
    for (guint i = 0; i < N_SAVERS; i++)
        g_thread_join(threads[i]);
    assert_n_files(folder, N_SAVERS);
    for (guint i = 0; i < N_SAVERS; i++) {
        g_assert_cmpint(g_unlink(paths[i]), ==, 0);
        g_free(paths[i]);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* Compares SHA-256 hashes with those of GLib. The data is hashed as a whole and in pieces. */
static void
test_hash(FileFixture *fixture, gconstpointer data)
{
    g_autofree char *large = g_strnfill(100000, 'x');
    g_autofree char *expected = g_compute_checksum_for_string(G_CHECKSUM_SHA256, large, -1);
    g_autoptr(GBytes) bytes = g_bytes_new_static(large, 100000);
    g_autofree char *at_once = hash_bytes(bytes);
    g_autofree char *in_pieces = NULL;
    g_autoptr(Hash) hash = hash_new();

    for (guint i = 0; i < 100000; i += 1000)
        hash_update(hash, large + i, 1000);
    in_pieces = hash_finish(hash);
    g_assert_cmpstr(at_once, ==, expected);
    g_assert_cmpstr(in_pieces, ==, expected);
}

#define ADD(name, function)                                                                        \
    g_test_add(name, FileFixture, "file", file_fixture_set_up, function, file_fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/output-file/modes", test_modes);
    ADD("/output-file/links", test_links);
    ADD("/output-file/refused", test_refused);
    ADD("/output-file/full-disk", test_full_disk);
    ADD("/output-file/given-up", test_given_up);
    ADD("/output-file/pipe", test_pipe);
    ADD("/output-file/pipe-of-proc", test_pipe_of_proc);
    ADD("/output-file/leftovers", test_leftovers);
    ADD("/output-file/unlocked", test_unlocked);
    ADD("/output-file/nfs", test_nfs);
    ADD("/output-file/concurrent", test_concurrent);
    ADD("/output-file/hash", test_hash);
    return g_test_run();
}
