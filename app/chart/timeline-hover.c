/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See timeline-hover.h. */
#include "timeline-hover.h"

#include <glib/gi18n.h>

#include "../app-text.h"
#include "chart-hover.h"
#include "palette.h"
#include "time-axis.h"
#include "timeline-bins.h"

static char *
host_name(const TimelineView *view, guint host)
{
    GListModel *hosts = mamuto_run_get_hosts(mamuto_timeline_store_get_run(view->store));
    g_autoptr(MamutoHostStatus) status = g_list_model_get_item(hosts, host);

    return g_strdup(app_text_host(mamuto_host_status_get_name(status)));
}

/* (nullable): returns the span of a lane at @time. In a lane for transfers, the upper half shows
 * sending and the lower half shows returning. @lower: TRUE for the lower half. */
static const TimelineSpan *
span_at(const TimelineView *view, const TimelineLane *lane, gint64 time, gboolean lower)
{
    /* also find a span that ended less than one pixel before @time, because even the shortest span
     * is drawn one pixel wide */
    gint64 slack = timeline_view_get_pixel(view);
    guint n;
    const TimelineSpan *spans, *found = NULL;

    spans = mamuto_timeline_store_get_spans(view->store, lane->host, lane->slot, time - slack,
                                            time + 1, &n);
    for (guint i = 0; i < n; i++)
        if (spans[i].begin <= time && spans[i].end + slack > time &&
            (lane->kind == LANE_CORE || palette_is_hatched((MamutoSpanKind)spans[i].kind) ||
             lower == (spans[i].kind == MAMUTO_SPAN_RETURNING)))
            found = &spans[i];
    return found;
}

static char *
describe_span(const TimelineSpan *span)
{
    g_autofree char *duration =
        app_text_seconds((double)(span->end - span->begin) / G_USEC_PER_SEC);
    g_autofree char *rows = span->rows > 0 ? app_text_rows(span->rows) : NULL;
    GString *text = g_string_new(palette_get_word((MamutoSpanKind)span->kind));

    g_string_append_printf(text, " · %s", duration);
    if (rows)
        g_string_append_printf(text, " · %s", rows);
    if (span->flags & MAMUTO_SPAN_COPY)
        /* Translators: if a host is slow, a second host computes the same rows */
        g_string_append_printf(text, "\n↻ %s", _("Copy of rows that are late on another host"));
    if (span->flags & MAMUTO_SPAN_RETRY)
        g_string_append_printf(text, "\n↻ %s", _("Retried after a loss"));
    if (span->flags & MAMUTO_SPAN_FAILED)
        g_string_append_printf(text, "\n✕ %s",
                               span->kind == MAMUTO_SPAN_CONNECTING ? C_("span", "Failed")
                                                                    : _("Some rows failed"));
    return g_string_free(text, FALSE);
}

static char *
describe_shares(const TimelineView *view, const TimelineLane *lane, gint64 time)
{
    double shares[TIMELINE_N_SHARES];
    gint64 pixel = timeline_view_get_pixel(view);

    timeline_bins_get_shares(view->store, lane, MAX(time - pixel, 0), time + pixel, shares);
    if (shares[TIMELINE_STARTING] > 0.5)
        return g_strdup(C_("span", "Connecting, preparing"));
    /* Translators: how the cores of a host spend their time, in percent */
    return g_strdup_printf(_("Computing %.0f %% · Sending %.0f %% · Returning %.0f %%\n%u cores"),
                           100 * shares[TIMELINE_COMPUTING], 100 * shares[TIMELINE_SENDING],
                           100 * shares[TIMELINE_RETURNING],
                           mamuto_timeline_store_get_n_slots(view->store, lane->host));
}

/* Returns a text for a time at which the lane has no span. */
static char *
describe_gap(const TimelineView *view, const TimelineLane *lane, gint64 time)
{
    gint64 since = 0;

    if (lane->kind != LANE_CORE)
        return g_strdup(_("No transfer"));
    if (mamuto_timeline_store_get_unfinished(view->store, lane->host, lane->slot, &since) > 0.5 &&
        time >= since)
        return g_strdup(_("Still computing"));
    return g_strdup(palette_get_word(MAMUTO_SPAN_WAITING));
}

char *
timeline_hover_describe(const TimelineView *view, const TimelineHover *hover)
{
    int number = timeline_view_find_lane(view, hover->y);
    TimelineRange range = timeline_view_get_range(view);
    const TimelineLane *lane;
    const TimelineSpan *span;
    g_autofree char *name = NULL, *time_text = NULL, *what = NULL, *title = NULL;
    gint64 time;
    gboolean lower;

    if (number < 0 || hover->x < view->x || hover->x >= view->x + view->width)
        return NULL;
    lane = timeline_view_get_lane(view, (guint)number);
    time = timeline_view_x_to_time(view, hover->x);
    lower = hover->y - timeline_view_get_lane_y(view, (guint)number) >= view->lane_height / 2.0;
    span = span_at(view, lane, time, lower);
    name = host_name(view, lane->host);
    time_text = time_axis_format(time, (range.end - range.begin) / 100);
    if (lane->kind == LANE_CORE)
        /* Translators: a host, the number of one of its cores, and a time: "rem1, core 3 · 12.5 s"
         */
        title = g_strdup_printf(_("%s, core %d · %s"), name, lane->slot + 1, time_text);
    else
        title = g_strdup_printf("%s · %s", name, time_text);
    if (lane->kind == LANE_SHARES)
        what = describe_shares(view, lane, time);
    else if (span)
        what = describe_span(span);
    else
        what = describe_gap(view, lane, time);
    return g_strdup_printf("%s\n%s", title, what);
}

void
timeline_hover_draw(const TimelineView *view, const TimelineHover *hover, GtkWidget *widget,
                    GtkSnapshot *snapshot)
{
    const ChartFrame plot = {view->x, view->y, view->width, view->height};
    gboolean dark = palette_is_dark();
    g_autofree char *text = timeline_hover_describe(view, hover);

    if (!text)
        return;
    chart_hover_draw_line(snapshot, &plot, hover->x, dark);
    chart_hover_draw_box(widget, snapshot, text, hover->x, hover->y, gtk_widget_get_width(widget),
                         gtk_widget_get_height(widget), dark);
}

/* ---- arrow keys ---- */

/* Returns the middle of the next span (@step is 1) or of the previous span (@step is -1) in a lane.
 */
static gint64
next_time(const TimelineView *view, const TimelineLane *lane, gint64 time, int step)
{
    gint64 now = mamuto_timeline_store_get_now(view->store);
    TimelineRange range = timeline_view_get_range(view);
    gint64 best = -1, pixel = timeline_view_get_pixel(view);
    guint n;
    const TimelineSpan *spans;

    if (lane->kind == LANE_SHARES)
        return CLAMP(time + step * (range.end - range.begin) / 50, 0, now);
    spans = mamuto_timeline_store_get_spans(view->store, lane->host, lane->slot, 0, now, &n);
    /* @time is the middle of the current span, rounded to a pixel. Therefore spans whose middle is
     * within one pixel of @time are skipped. */
    for (guint i = 0; i < n; i++) {
        gint64 middle = spans[i].begin + (spans[i].end - spans[i].begin) / 2;

        if (step > 0 ? middle > time + pixel && (best < 0 || middle < best)
                     : middle < time - pixel && middle > best)
            best = middle;
    }
    return best >= 0 ? best : time;
}

void
timeline_hover_step(TimelineHover *hover, TimelineView *view, int spans, int lanes)
{
    TimelineRange range;
    gint64 time;
    int lane;

    if (!view->store || view->lanes->len == 0)
        return;
    range = timeline_view_get_range(view);
    if (!hover->active) {
        lane = 0;
        time = range.begin + (range.end - range.begin) / 2;
    } else {
        lane = MAX(timeline_view_find_lane(view, hover->y), 0);
        lane = CLAMP(lane + lanes, 0, (int)view->lanes->len - 1);
        time = timeline_view_x_to_time(view, hover->x);
        if (spans != 0)
            time = next_time(view, timeline_view_get_lane(view, (guint)lane), time, spans);
    }
    timeline_view_reveal(view, time, (guint)lane);
    hover->active = hover->by_keys = TRUE;
    hover->x = 0.5 + timeline_view_time_to_x(view, timeline_view_get_range(view), time);
    hover->y = timeline_view_get_lane_y(view, (guint)lane) + view->lane_height / 4.0;
}

/* ---- summary ---- */

char *
timeline_hover_describe_all(MamutoTimelineStore *store)
{
    double seconds[TIMELINE_N_SHARES] = {0};
    guint n_hosts, n_cores = 0;
    g_autofree char *elapsed = NULL, *computing = NULL, *hosts = NULL, *cores = NULL;

    if (!store)
        return g_strdup(_("Nothing has run yet"));
    n_hosts = mamuto_timeline_store_get_n_hosts(store);
    for (guint h = 0; h < n_hosts; h++) {
        n_cores += mamuto_timeline_store_get_n_slots(store, h);
        for (guint s = 0; s < TIMELINE_N_SHARES; s++)
            seconds[s] += mamuto_timeline_store_get_seconds(store, h, (TimelineShare)s);
    }
    elapsed = app_text_seconds((double)mamuto_timeline_store_get_now(store) / G_USEC_PER_SEC);
    computing = app_text_seconds(seconds[TIMELINE_COMPUTING]);
    hosts = g_strdup_printf(ngettext("%u host", "%u hosts", n_hosts), n_hosts);
    cores = g_strdup_printf(ngettext("%u core", "%u cores", n_cores), n_cores);
    /* Translators: "4 hosts with 16 cores: elapsed time 12.5 s, total computing time 3 min 2 s" */
    return g_strdup_printf(_("%s with %s: elapsed time %s, total computing time %s"), hosts, cores,
                           elapsed, computing);
}
