/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The agent's start: moves the conversation away from the standard descriptors, where user code
 * may write, and hands over to the loop. */
#include "agent.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

/* An agent with many slots has many descriptors; its children get the limit as it was. */
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

int
main(void)
{
    struct agent a = {0};
    a.socket = is_socket(0) && is_socket(1);
    /* Above the standard three, whichever of them were closed. */
    a.in_fd = fcntl(0, F_DUPFD_CLOEXEC, 10);
    a.out_fd = fcntl(1, F_DUPFD_CLOEXEC, 10);
    int null = open("/dev/null", O_RDWR);
    if (a.in_fd < 0 || a.out_fd < 0 || null < 0) {
        fputs("mamuto-agent: frames are expected on standard input and output\n", stderr);
        return 2;
    }
    if (isatty(a.in_fd)) {
        fputs("mamuto-agent: not a program to be used by hand\n", stderr);
        return 2;
    }
    if (fcntl(2, F_GETFD) < 0)
        dup2(null, 2);
    dup2(null, 0);
    dup2(2, 1);
    if (null > 2)
        close(null);
    set_nonblocking(a.in_fd);
    set_nonblocking(a.out_fd);
    a.rlimit_files = raise_file_limit();
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    /* Started from memory it would be called by a number. */
    prctl(PR_SET_NAME, "mamuto-agent", 0, 0, 0);
    agent_run(&a);
    return a.exit_status;
}
