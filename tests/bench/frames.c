/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Measures how long Mamuto needs to paint each frame of the progress page while a simulated user
 * scrolls and zooms.
 *
 *   frames [--hosts 200] [--cores 16] [--seconds 30] [--chunk 0.5] [--log FILE] [--view NAME]
 *          [--dark] [--stay]
 *
 * The window shows an invented run, or with --log a recorded run. The four views of the page
 * (list of hosts, timeline, log, failed rows) are measured one after the other. Again and again,
 * the program changes the run object as hosts would change it, and the window paints frames. For
 * each view, prints the longest processor time of such a change, the number of frames, and the
 * median, 99th percentile and maximum of the frames' elapsed times and processor times. The exit
 * status is 1 if a frame took more than 50 ms of processor time. With --stay, nothing is measured
 * and the window stays open. */
#include <adwaita.h>
#include <stdlib.h>
#include <time.h>

#include "chart/mamuto-timeline.h"
#include "mamuto-application.h"
#include "progress/mamuto-progress-page.h"
#include "run-replay.h"
#include "window/mamuto-window.h"

#define STEP_MS 100
#define LIMIT_MS 50.0

typedef struct {
    double wall, processor;
} Moment;

typedef struct {
    RunReplay *replay;
    MamutoRunRecord *record;
    GtkWidget *page;
    const char *const *views; /* names of the views of the page that are still to be measured */
    GArray *wall, *processor; /* of double: duration of each frame in ms */
    double longest_step;      /* longest processor time of run_replay_step(), ms */
    Moment frame_begin;
    gint64 view_begin;
    guint n_ticks;
    gboolean over_limit;
} Bench;

static int n_hosts = 200, n_cores = 16, n_lost = 3, n_lines = 1000;
static double seconds = 30, chunk_seconds = 0.5;
static char *log_path, *only_view;
static gboolean stay, dark;
static GMainLoop *loop;

static const GOptionEntry options[] = {
    {"hosts", 0, 0, G_OPTION_ARG_INT, &n_hosts, "How many hosts", "N"},
    {"cores", 0, 0, G_OPTION_ARG_INT, &n_cores, "Cores of each", "N"},
    {"lost", 0, 0, G_OPTION_ARG_INT, &n_lost, "Hosts lost on the way", "N"},
    {"lines", 0, 0, G_OPTION_ARG_INT, &n_lines, "Lines printed in a second", "N"},
    {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "How long the job takes", "S"},
    {"chunk", 0, 0, G_OPTION_ARG_DOUBLE, &chunk_seconds, "How long a chunk takes", "S"},
    {"log", 0, 0, G_OPTION_ARG_FILENAME, &log_path, "A recorded log instead", "FILE"},
    {"view", 0, 0, G_OPTION_ARG_STRING, &only_view, "hosts, timeline, log or failed", "NAME"},
    {"dark", 0, 0, G_OPTION_ARG_NONE, &dark, "In the dark", NULL},
    {"stay", 0, 0, G_OPTION_ARG_NONE, &stay, "Keep the window", NULL},
    {NULL},
};

/* ---- time ---- */

static double
clock_ms(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static Moment
now(void)
{
    return (Moment){clock_ms(CLOCK_MONOTONIC), clock_ms(CLOCK_THREAD_CPUTIME_ID)};
}

static void
on_frame_begin(GdkFrameClock *clock, Bench *bench)
{
    bench->frame_begin = now();
}

static void
on_frame_end(GdkFrameClock *clock, Bench *bench)
{
    Moment end = now();
    double wall = end.wall - bench->frame_begin.wall;
    double processor = end.processor - bench->frame_begin.processor;

    g_array_append_val(bench->wall, wall);
    g_array_append_val(bench->processor, processor);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double
quantile(GArray *sorted, double share)
{
    return g_array_index(sorted, double, (guint)(share * (sorted->len - 1)));
}

static void
report(Bench *bench, const char *view)
{
    if (bench->wall->len == 0)
        return;
    g_array_sort(bench->wall, compare);
    g_array_sort(bench->processor, compare);
    g_print("%-9s longest update: %.1f ms of processor time\n", view, bench->longest_step);
    g_print("%-9s %4u frames  wall ms: median %5.1f  p99 %5.1f  max %5.1f   processor ms: median "
            "%5.1f  p99 %5.1f  max %5.1f\n",
            view, bench->wall->len, quantile(bench->wall, 0.5), quantile(bench->wall, 0.99),
            quantile(bench->wall, 1), quantile(bench->processor, 0.5),
            quantile(bench->processor, 0.99), quantile(bench->processor, 1));
    bench->over_limit |= quantile(bench->processor, 1) > LIMIT_MS;
    bench->longest_step = 0;
    g_array_set_size(bench->wall, 0);
    g_array_set_size(bench->processor, 0);
}

/* ---- simulated user ---- */

static GtkWidget *
find_mapped(GtkWidget *start, GType type)
{
    if (!gtk_widget_get_mapped(start))
        return NULL;
    if (G_TYPE_CHECK_INSTANCE_TYPE(start, type))
        return start;
    for (GtkWidget *child = gtk_widget_get_first_child(start); child;
         child = gtk_widget_get_next_sibling(child)) {
        GtkWidget *found = find_mapped(child, type);

        if (found)
            return found;
    }
    return NULL;
}

/* Scrolls a list down and up. */
static void
scroll(GtkWidget *page, guint tick)
{
    GtkWidget *list = find_mapped(page, GTK_TYPE_LIST_VIEW);
    GtkAdjustment *adjustment = list ? gtk_scrollable_get_vadjustment(GTK_SCROLLABLE(list)) : NULL;
    double room;

    if (!adjustment)
        return;
    room = gtk_adjustment_get_upper(adjustment) - gtk_adjustment_get_page_size(adjustment);
    gtk_adjustment_set_value(
        adjustment, room * (tick % 200 < 100 ? tick % 100 / 100.0 : 1 - tick % 100 / 100.0));
}

/* Moves and zooms the visible part of the timeline. @expanded: show a row for every core. */
static void
move_timeline(GtkWidget *page, guint tick, gboolean expanded)
{
    GtkWidget *widget = find_mapped(page, MAMUTO_TYPE_TIMELINE);
    TimelineView *view = widget ? mamuto_timeline_get_view(MAMUTO_TIMELINE(widget)) : NULL;
    double phase = tick % 200 < 100 ? tick % 100 / 100.0 : 1 - tick % 100 / 100.0;
    gint64 whole;

    if (!view || !view->store)
        return;
    whole = mamuto_timeline_store_get_now(view->store);
    for (guint h = 0; expanded && h < mamuto_timeline_store_get_n_hosts(view->store); h++)
        g_hash_table_add(view->expanded, GUINT_TO_POINTER(h));
    timeline_view_move_to(view, (gint64)((double)whole * phase / 2),
                          (gint64)((double)whole * (1.01 - phase)));
    view->scroll = phase * timeline_view_get_lanes_height(view);
    mamuto_timeline_view_changed(MAMUTO_TIMELINE(widget));
}

static gboolean
on_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
    Bench *bench = data;

    bench->n_ticks++;
    scroll(bench->page, bench->n_ticks);
    move_timeline(bench->page, bench->n_ticks,
                  (double)(g_get_monotonic_time() - bench->view_begin) / 1e6 > seconds / 8);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_step(gpointer data)
{
    Bench *bench = data;
    gint64 time = g_get_monotonic_time();
    gint64 since = time - mamuto_run_get_begin(run_replay_get_run(bench->replay));
    double share = stay ? 0 : (double)(time - bench->view_begin) / 1e6 / seconds;
    guint n_views = g_strv_length((char **)bench->views);
    Moment begin = now();
    gboolean more = run_replay_step(bench->replay, since);

    bench->longest_step = MAX(bench->longest_step, now().processor - begin.processor);
    if (!more) {
        mamuto_run_record_end(bench->record, NULL, NULL);
        if (!stay) {
            report(bench, bench->views[0]);
            g_main_loop_quit(loop);
        }
        return G_SOURCE_REMOVE;
    }
    if (!stay && n_views > 1 && share > 1.0 / 4) {
        report(bench, bench->views[0]);
        bench->views++;
        bench->view_begin = time;
        mamuto_progress_page_show_view(MAMUTO_PROGRESS_PAGE(bench->page), bench->views[0]);
    }
    return G_SOURCE_CONTINUE;
}

/* ---- the window ---- */

static void
watch_frames(GtkWidget *window, Bench *bench)
{
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);

    g_signal_connect(clock, "before-paint", G_CALLBACK(on_frame_begin), bench);
    g_signal_connect_after(clock, "after-paint", G_CALLBACK(on_frame_end), bench);
    gtk_widget_add_tick_callback(window, on_tick, bench, NULL);
}

static void
on_activate(GtkApplication *application, Bench *bench)
{
    GtkWidget *window = GTK_WIDGET(gtk_application_get_active_window(application));
    g_autoptr(MamutoJob) file = mamuto_job_new();
    g_autoptr(MamutoCluster) cluster = mamuto_cluster_new();

    mamuto_window_show_page(MAMUTO_WINDOW(window), "progress");
    gtk_widget_activate_action(window, "win.page", "s", "progress");
    bench->page = find_mapped(window, MAMUTO_TYPE_PROGRESS_PAGE);
    bench->record = mamuto_run_record_new("replay", file, cluster);
    mamuto_run_record_begin(bench->record, run_replay_get_run(bench->replay));
    mamuto_progress_page_show_run(MAMUTO_PROGRESS_PAGE(bench->page), bench->record);
    mamuto_progress_page_show_view(MAMUTO_PROGRESS_PAGE(bench->page), bench->views[0]);
    bench->view_begin = g_get_monotonic_time();
    if (!stay)
        watch_frames(window, bench);
    g_timeout_add(STEP_MS, on_step, bench);
}

static RunReplay *
make_replay(GError **error)
{
    const RunReplayConfig config = {.n_hosts = (guint)n_hosts,
                                    .n_cores = (guint)n_cores,
                                    .seconds = seconds,
                                    .chunk_seconds = chunk_seconds,
                                    .n_lost = (guint)n_lost,
                                    .fail_every = 1000,
                                    .lines_per_second = (guint)n_lines,
                                    .seed = 1};

    return log_path ? run_replay_new_from_file(log_path, error) : run_replay_new(&config);
}

int
main(int argc, char **argv)
{
    const char *const all_views[] = {"hosts", "timeline", "log", "failed", NULL};
    const char *one_view[] = {NULL, NULL};
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GtkApplication) application = NULL;
    Bench bench = {.views = all_views,
                   .wall = g_array_new(FALSE, FALSE, sizeof(double)),
                   .processor = g_array_new(FALSE, FALSE, sizeof(double))};

    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || n_hosts < 1 || n_cores < 1 ||
        !(bench.replay = make_replay(&error))) {
        g_printerr("frames: %s\n", error ? error->message : "at least one host and core");
        return 2;
    }
    one_view[0] = only_view;
    if (only_view)
        bench.views = one_view;
    /* other test programs find the window by its X11 class, which GTK derives from this name */
    g_set_prgname("mamuto");
    loop = g_main_loop_new(NULL, FALSE);
    application = GTK_APPLICATION(mamuto_application_new());
    g_application_set_flags(G_APPLICATION(application), G_APPLICATION_NON_UNIQUE);
    g_signal_connect_after(application, "activate", G_CALLBACK(on_activate), &bench);
    g_application_register(G_APPLICATION(application), NULL, NULL);
    if (dark)
        adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                           ADW_COLOR_SCHEME_FORCE_DARK);
    g_signal_connect_swapped(application, "window-removed", G_CALLBACK(g_main_loop_quit), loop);
    g_application_activate(G_APPLICATION(application));
    g_main_loop_run(loop);
    return bench.over_limit ? EXIT_FAILURE : EXIT_SUCCESS;
}
