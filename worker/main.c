/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Starts the agent. The agent receives and sends frames over its standard input and output. Code of
 * the user may also write to standard output, so the agent first moves the connection to other
 * descriptors. */
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_SET_CHILD_SUBREAPER
#define PR_SET_CHILD_SUBREAPER 36
#endif

static bool
is_socket(int fd)
{
    int domain;
    socklen_t length = sizeof domain;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX;
}

/* Raises the limit of open files, because many slots need many descriptors. Returns the old limit,
 * which the agent restores in the interpreters that it starts. */
static uint64_t
raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return (uint64_t)before;
}

/* Closes the descriptors that the agent inherited from the program that started it, except the
 * standard ones. Otherwise all interpreters and their children would inherit them too: the reader
 * of a pipe would not see its end while an interpreter lives, and a lock would stay locked. */
static void
close_inherited(void)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3u, ~0u, 0u) == 0)
        return;
#endif
    DIR *open_files = opendir("/proc/self/fd");
    if (open_files == NULL)
        return;
    for (const struct dirent *d; (d = readdir(open_files)) != NULL;)
        if (atoi(d->d_name) > 2 && atoi(d->d_name) != dirfd(open_files))
            close(atoi(d->d_name));
    closedir(open_files);
}

/* The argument, if any, is the directory in which the agent begins: the script that installs the
 * agent starts it from another one. */
int
main(int argc, char **argv)
{
    struct agent a = {0};
    if (argc > 1 && chdir(argv[1]) != 0 && chdir("/") != 0)
        return 2;
    close_inherited();
    a.socket = is_socket(0) && is_socket(1);
    /* The duplicates get numbers from 10 on, so that they do not become descriptor 0, 1 or 2 if one
     * of these was closed. */
    a.in_fd = fcntl(0, F_DUPFD_CLOEXEC, 10);
    a.out_fd = fcntl(1, F_DUPFD_CLOEXEC, 10);
    int null = open("/dev/null", O_RDWR);
    if (a.in_fd < 0 || a.out_fd < 0 || null < 0) {
        fputs("mamuto-agent: frames are expected on standard input and output\n", stderr);
        return 2;
    }
    if (isatty(a.in_fd)) {
        fputs("mamuto-agent: Mamuto starts this program; it cannot be used by hand\n", stderr);
        return 2;
    }
    if (fcntl(2, F_GETFD) < 0)
        dup2(null, 2);
    dup2(null, 0);
    dup2(2, 1);
    if (null > 2)
        close(null);
    signal(SIGXFSZ, SIG_IGN); /* a file beyond the limit of file sizes is an error */
    set_nonblocking(a.in_fd);
    set_nonblocking(a.out_fd);
    a.rlimit_files = raise_file_limit();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    /* Sets the name that ps shows. Without it, ps shows a number if the agent runs from a memory
     * file. */
    prctl(PR_SET_NAME, "mamuto-agent", 0, 0, 0);
    agent_run(&a);
    return a.exit_status;
}
