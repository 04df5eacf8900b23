/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * start-watch PROGRAM [ARG]...
 *
 * Measures how long a program needs to show its window, on an X display without a window
 * manager. Prints a line of JSON with two times in milliseconds since the start of the program:
 * until the window appeared, and until its content was painted. The content counts as painted
 * when the window contains N_COLORS different colours, because an empty background has fewer.
 * Ends the program afterwards. */
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Width and height in pixels. Smaller windows are not main windows, but tooltips or invisible
 * helper windows. */
#define SMALLEST 200
#define N_COLORS 24
#define DEADLINE_MS 30000

typedef struct {
    Display *display;
    int damage_event;
    Window window; /* X id of the program's window, or None before it appears */
    double begin, mapped, painted;
} Watch;

static double
now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static pid_t
start(char **command)
{
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        execvp(command[0], command);
        _exit(127);
    }
    return pid;
}

/* Returns whether the window shows text or icons, and not only an empty background. */
static int
has_content(Watch *watch)
{
    unsigned long seen[N_COLORS];
    int n = 0;
    XWindowAttributes attributes;
    XImage *image;

    if (!XGetWindowAttributes(watch->display, watch->window, &attributes))
        return 0;
    image = XGetImage(watch->display, watch->window, 0, 0, (unsigned)attributes.width,
                      (unsigned)attributes.height, AllPlanes, ZPixmap);
    if (!image)
        return 0;
    for (int y = 0; y < image->height && n < N_COLORS; y++)
        for (int x = 0; x < image->width && n < N_COLORS; x++) {
            unsigned long pixel = XGetPixel(image, x, y);
            int i = 0;

            while (i < n && seen[i] != pixel)
                i++;
            if (i == n)
                seen[n++] = pixel;
        }
    XDestroyImage(image);
    return n == N_COLORS;
}

static void
on_mapped(Watch *watch, Window window, double time)
{
    XWindowAttributes attributes;

    if (watch->window != None || !XGetWindowAttributes(watch->display, window, &attributes) ||
        attributes.width < SMALLEST || attributes.height < SMALLEST)
        return;
    watch->window = window;
    watch->mapped = time;
    XDamageCreate(watch->display, window, XDamageReportRawRectangles);
    XSync(watch->display, False);
    if (has_content(watch))
        watch->painted = time;
}

static void
handle_events(Watch *watch)
{
    double time = now_ms();
    int damaged = 0;

    while (XPending(watch->display) > 0) {
        XEvent event;

        XNextEvent(watch->display, &event);
        if (event.type == MapNotify)
            on_mapped(watch, event.xmap.window, time);
        damaged |= event.type == watch->damage_event;
    }
    if (damaged && watch->painted == 0 && has_content(watch))
        watch->painted = time;
}

/* Waits until the window is painted. Returns FALSE if the program ends first, or if DEADLINE_MS
 * have passed. */
static int
watch_program(Watch *watch, pid_t pid)
{
    struct pollfd events = {.fd = ConnectionNumber(watch->display), .events = POLLIN};

    while (watch->painted == 0) {
        XFlush(watch->display);
        if (XPending(watch->display) == 0 && poll(&events, 1, 100) < 0)
            return 0;
        handle_events(watch);
        if (now_ms() - watch->begin > DEADLINE_MS || waitpid(pid, NULL, WNOHANG) == pid)
            return 0;
    }
    return 1;
}

static int
ignore_error(Display *display, XErrorEvent *event)
{
    return 0; /* if the window no longer exists, X reports an error, which is no problem here */
}

int
main(int argc, char **argv)
{
    Watch watch = {.display = XOpenDisplay(NULL), .window = None};
    int error_base, seen;
    pid_t pid;

    if (argc < 2 || !watch.display ||
        !XDamageQueryExtension(watch.display, &watch.damage_event, &error_base)) {
        fprintf(stderr, "usage: start-watch PROGRAM [ARG]..., on a display with DAMAGE\n");
        return 2;
    }
    watch.damage_event += XDamageNotify;
    XSetErrorHandler(ignore_error);
    XSelectInput(watch.display, DefaultRootWindow(watch.display), SubstructureNotifyMask);
    XSync(watch.display, False);
    watch.begin = now_ms();
    pid = start(argv + 1);
    seen = pid > 0 && watch_program(&watch, pid);
    if (seen) {
        printf("{\"mapped_ms\": %.1f, \"painted_ms\": %.1f}\n", watch.mapped - watch.begin,
               watch.painted - watch.begin);
        kill(pid, SIGTERM);
        waitpid(pid, NULL, 0);
    } else {
        fprintf(stderr, "start-watch: %s showed no window\n", argv[1]);
    }
    XCloseDisplay(watch.display);
    return seen ? EXIT_SUCCESS : EXIT_FAILURE;
}
