/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers for all files of the agent. If an allocation of memory fails, the agent exits. This is
 * rare, because sizes are checked against limits before memory is allocated. */
#ifndef _GNU_SOURCE /* a host compiles the sources with `cc *.c`, which does not define it */
#define _GNU_SOURCE
#endif

#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void *
checked(void *memory)
{
    if (memory == NULL) {
        fputs("mamuto-agent: out of memory\n", stderr);
        _exit(3);
    }
    return memory;
}

void *
xcalloc(size_t n, size_t size)
{
    return checked(calloc(n > 0 ? n : 1, size > 0 ? size : 1));
}

void *
xmemdup(const void *data, size_t size)
{
    void *copy = xcalloc(1, size);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

char *
xstrndup(const char *data, size_t len)
{
    char *copy = xcalloc(1, len + 1);
    if (len > 0)
        memcpy(copy, data, len);
    return copy;
}

char *
xprintf(const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    return checked(n < 0 ? NULL : text);
}

void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

const char *
error_text(int number)
{
    return number == EMFILE || number == ENFILE
               ? "too many open files; the host's limit (ulimit -n) is too low for so many cores"
               : strerror(number);
}

uint64_t
now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

#ifndef MFD_CLOEXEC
#define MFD_CLOEXEC 1u
#endif
#ifndef MFD_ALLOW_SEALING
#define MFD_ALLOW_SEALING 2u
#endif

/* Calls the kernel directly, because older C libraries have no function memfd_create(). */
int
memory_file(const char *name)
{
    return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

bool
set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

char *
expand_home(const char *path)
{
    const char *home = getenv("HOME");
    if (home == NULL || home[0] == '\0')
        home = "/";
    if (path[0] == '\0' || strcmp(path, "~") == 0)
        return xprintf("%s", home);
    if (strncmp(path, "~/", 2) == 0)
        return xprintf("%s/%s", home, path + 2);
    return xprintf("%s", path);
}

char *
find_in_path(const char *name)
{
    const char *path = getenv("PATH");
    if (path == NULL || path[0] == '\0')
        path = "/usr/local/bin:/usr/bin:/bin";
    while (*path != '\0') {
        size_t n = strcspn(path, ":");
        char *found = xprintf("%.*s/%s", (int)n, path, name);
        if (n > 0 && access(found, X_OK) == 0)
            return found;
        free(found);
        path += n + (path[n] == ':');
    }
    return NULL;
}

int
make_directories(const char *path)
{
    char *copy = xprintf("%s", path);
    int rc = 0;
    for (char *at = copy + 1; rc == 0 && *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            rc = -errno;
        *at = '/';
    }
    if (rc == 0 && mkdir(copy, 0777) != 0 && errno != EEXIST)
        rc = -errno;
    free(copy);
    return rc;
}

size_t
read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    ssize_t n = 0;
    while (fd >= 0 && used < size - 1 && (n = read(fd, text + used, size - 1 - used)) > 0)
        used += (size_t)n;
    text[used] = '\0';
    close_fd(&fd);
    return used;
}
