/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Prepares functions: unpacks their modules and chooses an interpreter that can import them. */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the modules and the sent files, in the directory of a function with sent files.
 * Python searches the directory for modules, and a sent file must not become a module. Therefore
 * the directory itself contains only links to the modules. No module can have the name of this
 * folder. */
#define FILES_FOLDER ".files"

struct function *
function_find(struct agent *a, uint32_t number)
{
    for (struct function *f = a->functions; f != NULL; f = f->next)
        if (f->number == number)
            return f;
    return NULL;
}

static bool
is_used(const struct agent *a, const struct function *f)
{
    for (const struct run *run = a->runs; run != NULL; run = run->next)
        if (run->function == f->number)
            return true;
    return false;
}

/* If there are WIRE_MAX_FUNCTIONS functions, removes the oldest function that no run uses. */
static void
limit_functions(struct agent *a)
{
    struct function *oldest = NULL;
    uint32_t n = 0;
    for (struct function *f = a->functions; f != NULL; f = f->next, n++)
        if (!is_used(a, f))
            oldest = f;
    if (n >= WIRE_MAX_FUNCTIONS && oldest != NULL)
        function_free(oldest);
}

static void
fail(struct function *f, uint32_t code, const char *why, struct wire_str blob)
{
    size_t len = strlen(why);
    f->state = FUNCTION_FAILED;
    free(f->why);
    while (len > 0 && why[len - 1] == '\n')
        len--;
    f->why = xstrndup(why, len);
    send_blob_fault(f->agent, code, f->number, 0, f->why, blob);
    function_stop_process(f);
}

void
function_fail(struct function *f, uint32_t code, const char *why)
{
    fail(f, code, why, wire_str(NULL, 0));
}

static void
fail_without_interpreter(struct function *f)
{
    char *text = f->runner->explain_unusable(f->configured, f->said, f->lacks_package);
    function_fail(f, f->lacks_package ? WIRE_FAULT_PACKAGE : WIRE_FAULT_INTERPRETER, text);
    free(text);
}

/* Returns the path of the next interpreter to try, or NULL after the last path. If the user has not
 * set an interpreter, an interpreter that has already imported another function comes first. */
static char *
next_candidate(struct function *f)
{
    const char *found = f->configured[0] == '\0' ? f->agent->found[f->runner->number] : NULL;
    if (found != NULL && !f->tried_found) {
        f->tried_found = true;
        return xprintf("%s", found);
    }
    char *path;
    while ((path = f->runner->get_candidate(f->configured, f->candidate++)) != NULL &&
           found != NULL && strcmp(path, found) == 0)
        free(path);
    return path;
}

void
function_start(struct function *f)
{
    int rc = runner_spawn(f);
    memset(&f->stall, 0, sizeof f->stall);
    f->agent->starting = true;
    if (rc == 0)
        return;
    char *text = xprintf("an interpreter cannot be started: %s", error_text(-rc));
    function_fail(f, WIRE_FAULT_SLOTS, text);
    free(text);
}

/* Starts the next candidate interpreter. If no candidate is left, the function fails. */
void
function_try_next(struct function *f)
{
    function_stop_process(f);
    free(f->interpreter);
    f->interpreter = next_candidate(f);
    if (f->interpreter != NULL)
        function_start(f);
    else
        fail_without_interpreter(f);
}

static bool
fail_unpacking(struct function *f, const char *why, int rc)
{
    char *text =
        rc == 0 || rc == -EPROTO ? xprintf("%s", why) : xprintf("%s: %s", why, strerror(-rc));
    function_fail(f, WIRE_FAULT_BLOB, text);
    free(text);
    return false;
}

/* Reports that a blob is missing. The controller removes the blob from its list, and sends it again
 * for the next run that needs it. */
static bool
fail_blob(struct function *f, const char *why, struct wire_str blob)
{
    fail(f, WIRE_FAULT_BLOB, why, blob);
    return false;
}

/* Makes each module in FILES_FOLDER importable from the directory above. */
static int
link_modules(struct function *f, const char *inner)
{
    DIR *dir = opendir(inner);
    int rc = dir == NULL ? -errno : 0;
    for (struct dirent *e; dir != NULL && rc == 0 && (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        char *to = xprintf(FILES_FOLDER "/%s", e->d_name);
        char *from = xprintf("%s/%s", f->directory, e->d_name);
        rc = symlink(to, from) != 0 ? -errno : 0;
        free(to);
        free(from);
    }
    if (dir != NULL)
        closedir(dir);
    return rc;
}

/* Links the sent files into `inner`, to which the modules have been unpacked. */
static bool
add_files(struct function *f, const char *inner)
{
    char *link = xprintf("%s/.sent", f->directory);
    int rc = link_modules(f, inner);
    if (rc == 0)
        rc = sent_files_link(f->files, inner);
    if (rc == 0 && symlink(sent_files_directory(f->files), link) != 0)
        rc = -errno;
    free(link);
    if (rc == 0)
        bundle_make_read_only(inner);
    return rc == 0 || fail_unpacking(f, "the sent files cannot be linked", rc);
}

/* Takes the sent files that the function needs. */
static bool
find_files(struct function *f, struct wire_str hash)
{
    struct sent_files *files = store_find_files(f->agent, hash);
    if (files == NULL)
        return fail_blob(f, "the sent files are not on this host", hash);
    if (sent_files_why(files) != NULL) {
        fail_blob(f, sent_files_why(files), hash);
        store_remove(f->agent, hash);
        return false;
    }
    f->files = sent_files_ref(files);
    return true;
}

static bool
unpack(struct function *f, const struct wire_prepare *m)
{
    struct agent *a = f->agent;
    const char *why = "the modules cannot be written to a temporary directory";
    if (m->bundle.len == 0)
        return true;
    const struct blob *blob = store_find_complete(a, m->bundle);
    if (blob == NULL)
        return fail_blob(f, "the bundle of modules is not on this host", m->bundle);
    if (m->files.len > 0 && !find_files(f, m->files))
        return false;
    f->directory = bundle_make_directory(&f->directory_lock, 0);
    if (f->directory == NULL)
        return fail_unpacking(f,
                              "no temporary directory can be made for the modules in "
                              "$TMPDIR, /tmp, /var/tmp or /dev/shm",
                              0);
    char *inner = xprintf("%s%s", f->directory, f->files != NULL ? "/" FILES_FOLDER : "");
    int rc = f->files != NULL && mkdir(inner, 0700) != 0 ? -errno : 0;
    if (rc == 0)
        rc = bundle_unpack(blob, inner, &why);
    if (rc == 0 && m->places.len > 0)
        rc = bundle_write(f->directory, wire_str(".places", 7), m->places.data, m->places.len);
    bool ok = rc == 0 ? f->files == NULL || add_files(f, inner) : fail_unpacking(f, why, rc);
    free(inner);
    return ok;
}

static void
fail_unknown_runner(struct function *f, struct wire_str name)
{
    char *text =
        xprintf("this agent has no runner for the language \"%.*s\"", (int)name.len, name.data);
    function_fail(f, WIRE_FAULT_INTERPRETER, text);
    free(text);
}

bool
function_prepare(struct agent *a, const struct wire_prepare *m)
{
    struct function *f = function_find(a, m->function);
    if (f != NULL)
        function_free(f);
    limit_functions(a);
    f = xcalloc(1, sizeof *f);
    f->agent = a;
    f->number = m->function;
    f->runner = runner_find(m->runner);
    f->configured = xstrndup(m->interpreter.data, m->interpreter.len);
    f->module = xstrndup(m->module.data, m->module.len);
    f->name = xstrndup(m->name.data, m->name.len);
    f->slots = xcalloc(WIRE_MAX_SLOTS, sizeof(struct slot *));
    f->control.fd = f->out.watch.fd = f->err.watch.fd = f->directory_lock = -1;
    f->start_limit_us = m->start_limit_us;
    f->asked_us = now_us();
    f->next = a->functions;
    a->functions = f;
    if (!a->workdir_usable)
        function_fail(f, WIRE_FAULT_WORKDIR, a->workdir_why);
    else if (f->runner == NULL)
        fail_unknown_runner(f, m->runner);
    else if (unpack(f, m))
        function_try_next(f);
    return true;
}

/* Kills the interpreter and its slots. A killed interpreter cannot report that its slots died, so
 * this function calls slot_died() for each slot. It does not wait for the end of the processes,
 * because a process that waits for a network file system may not end for hours. agent_reap() reaps
 * them. */
void
function_stop_process(struct function *f)
{
    struct agent *a = f->agent;
    int fd = f->control.fd;
    watch_stop(a, &f->control);
    close_fd(&fd);
    if (f->pid > 0) {
        processes_kill_below(f->pid);
        kill(-f->pid, SIGKILL);
        kill(f->pid, SIGKILL);
        f->pid = 0;
    }
    for (uint32_t i = 0; i < WIRE_MAX_SLOTS; i++)
        if (f->slots[i] != NULL) {
            slot_kill(f->slots[i]);
            slot_died(f->slots[i], "lost its interpreter");
        }
    log_pipe_close(&f->out);
    log_pipe_close(&f->err);
    f->out.agent = f->err.agent = NULL;
}

void
function_free(struct function *f)
{
    struct agent *a = f->agent;
    f->state = FUNCTION_FAILED;
    function_stop_process(f);
    if (f->directory != NULL)
        bundle_remove(f->directory);
    close_fd(&f->directory_lock);
    sent_files_unref(f->files);
    for (struct function **at = &a->functions; *at != NULL; at = &(*at)->next)
        if (*at == f) {
            *at = f->next;
            break;
        }
    free(f->module);
    free(f->name);
    free(f->directory);
    free(f->why);
    free(f->configured);
    free(f->interpreter);
    free(f->said);
    free(f->slots);
    agent_free_later(a, f);
}
