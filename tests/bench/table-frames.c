/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * table-frames ROWS COLUMNS FRAMES
 *
 * Measures how long a window needs to paint each frame while the table of an array is scrolled
 * from end to end. The table is scrolled by one step before each frame. Prints a line of JSON:
 * the milliseconds until the table was visible; the median, 99th percentile and maximum of the
 * frames' elapsed times; the same three numbers of their processor times; the frames per second;
 * and the memory in use at the end, in megabytes. */
#include <adwaita.h>
#include <mamuto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "array-view/mamuto-array-view.h"

typedef struct {
    GMainLoop *loop;
    GtkAdjustment *scrolled;
    int n_frames, frame;
    gint64 started, shown, scrolling, begun, ended;
    double cpu_begun;
    double *took, *cpu;
} Bench;

static double
processor_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static MamutoArray *
make_array(gint64 n_rows, gint64 n_columns)
{
    const MamutoDtype dtype = {'f', '<', 8};
    MamutoArray *array = mamuto_array_new(&dtype, 2, (gint64[]){n_rows, n_columns}, NULL);
    double *values = array ? mamuto_array_get_data(array) : NULL;

    for (gint64 i = 0; values && i < n_rows * n_columns; i++)
        values[i] = (double)i * 1.000001;
    return array;
}

static GtkWidget *
find(GtkWidget *widget, GType type)
{
    GtkWidget *found = g_type_is_a(G_OBJECT_TYPE(widget), type) ? widget : NULL;

    for (GtkWidget *child = gtk_widget_get_first_child(widget); child && !found;
         child = gtk_widget_get_next_sibling(child))
        found = find(child, type);
    return found;
}

static void
on_before(GdkFrameClock *clock, Bench *bench)
{
    bench->begun = g_get_monotonic_time();
    bench->cpu_begun = processor_ms();
}

static void
on_update(GdkFrameClock *clock, Bench *bench)
{
    double lower = gtk_adjustment_get_lower(bench->scrolled);
    double range = gtk_adjustment_get_upper(bench->scrolled) -
                   gtk_adjustment_get_page_size(bench->scrolled) - lower;

    if (!bench->shown)
        return;
    gtk_adjustment_set_value(bench->scrolled,
                             lower + range * (bench->frame + 1) / (double)bench->n_frames);
}

static void
on_after(GdkFrameClock *clock, Bench *bench)
{
    gint64 now = g_get_monotonic_time();

    if (!bench->shown) {
        bench->shown = bench->scrolling = now;
        return;
    }
    bench->cpu[bench->frame] = processor_ms() - bench->cpu_begun;
    bench->took[bench->frame++] = (double)(now - bench->begun) / 1e3;
    bench->ended = now;
    if (bench->frame == bench->n_frames)
        g_main_loop_quit(bench->loop);
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double
read_megabytes(void)
{
    g_autofree char *status = NULL;
    const char *line;

    if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
        return 0;
    line = strstr(status, "RssAnon:");
    return line ? strtod(line + strlen("RssAnon:"), NULL) / 1024 : 0;
}

static void
watch(Bench *bench, GtkWidget *window)
{
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);

    g_signal_connect(clock, "before-paint", G_CALLBACK(on_before), bench);
    g_signal_connect(clock, "update", G_CALLBACK(on_update), bench);
    g_signal_connect(clock, "after-paint", G_CALLBACK(on_after), bench);
    gdk_frame_clock_begin_updating(clock);
}

int
main(int argc, char **argv)
{
    g_autoptr(MamutoArray) array =
        argc == 4 ? make_array(strtoll(argv[1], NULL, 10), strtoll(argv[2], NULL, 10)) : NULL;
    Bench bench = {.n_frames = argc == 4 ? atoi(argv[3]) : 0};
    GtkWidget *window, *view;

    if (!array || bench.n_frames < 1) {
        fprintf(stderr, "usage: table-frames ROWS COLUMNS FRAMES\n");
        return 2;
    }
    adw_init();
    bench.took = g_new0(double, bench.n_frames);
    bench.cpu = g_new0(double, bench.n_frames);
    bench.loop = g_main_loop_new(NULL, FALSE);
    bench.started = g_get_monotonic_time();
    window = gtk_window_new();
    view = mamuto_array_view_new();
    mamuto_array_view_set_array(MAMUTO_ARRAY_VIEW(view), array);
    gtk_window_set_child(GTK_WINDOW(window), view);
    gtk_window_set_default_size(GTK_WINDOW(window), 1100, 760);
    gtk_window_present(GTK_WINDOW(window));
    bench.scrolled = gtk_scrolled_window_get_vadjustment(
        GTK_SCROLLED_WINDOW(find(view, GTK_TYPE_SCROLLED_WINDOW)));
    watch(&bench, window);
    g_main_loop_run(bench.loop);
    qsort(bench.took, (size_t)bench.n_frames, sizeof *bench.took, compare);
    qsort(bench.cpu, (size_t)bench.n_frames, sizeof *bench.cpu, compare);
    printf("{\"open_ms\": %.1f, \"median_ms\": %.2f, \"p99_ms\": %.2f, \"longest_ms\": %.2f, "
           "\"cpu_median_ms\": %.2f, \"cpu_p99_ms\": %.2f, \"cpu_longest_ms\": %.2f, "
           "\"frames_per_second\": %.1f, \"megabytes\": %.1f}\n",
           (double)(bench.shown - bench.started) / 1e3, bench.took[bench.n_frames / 2],
           bench.took[bench.n_frames * 99 / 100], bench.took[bench.n_frames - 1],
           bench.cpu[bench.n_frames / 2], bench.cpu[bench.n_frames * 99 / 100],
           bench.cpu[bench.n_frames - 1],
           bench.n_frames * 1e6 / (double)(bench.ended - bench.scrolling), read_megabytes());
    g_free(bench.took);
    g_free(bench.cpu);
    return 0;
}
