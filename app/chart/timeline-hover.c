/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a timeline tells in words: of the point under the pointer, and of all of it to those who do
 * not see it. */
#include "timeline-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../app-text.h"
#include "palette.h"
#include "time-axis.h"
#include "timeline-bins.h"

#define PADDING 8

static char *
host_name(MamutoTimeline *self, guint host)
{
    GListModel *hosts = mamuto_run_get_hosts(mamuto_timeline_store_get_job(self->store));
    g_autoptr(MamutoHostStatus) status = g_list_model_get_item(hosts, host);

    return g_strdup(app_text_host(mamuto_host_status_get_name(status)));
}

static gint64
time_at(MamutoTimeline *self, double x)
{
    gint64 begin, end;

    timeline_get_view(self, &begin, &end);
    return begin +
           (gint64)((x - self->layout.x) / MAX(self->layout.width, 1) * (double)(end - begin));
}

/* The span of a lane at a time; in a host's lane what is sent is in the upper half. */
static const TimelineSpan *
span_at(MamutoTimeline *self, const TimelineLane *lane, gint64 time, gboolean lower)
{
    gint64 begin, end, slack;
    guint n;
    const TimelineSpan *spans, *found = NULL;

    timeline_get_view(self, &begin, &end);
    slack = (end - begin) / MAX(self->layout.width, 1) + 1; /* a span is at least a pixel wide */
    spans = mamuto_timeline_store_get_spans(self->store, lane->host, lane->slot, time - slack,
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
        /* Translators: rows given to a second host because the first one is late */
        g_string_append_printf(text, "\n↻ %s", _("Copy of rows that are late elsewhere"));
    if (span->flags & MAMUTO_SPAN_RETRY)
        g_string_append_printf(text, "\n↻ %s", _("Tried again after a loss"));
    if (span->flags & MAMUTO_SPAN_FAILED)
        g_string_append_printf(text, "\n✕ %s",
                               span->kind == MAMUTO_SPAN_CONNECTING ? _("Did not succeed")
                                                                    : _("Some of its rows failed"));
    return g_string_free(text, FALSE);
}

static char *
describe_shares(MamutoTimeline *self, const TimelineLane *lane, gint64 time)
{
    double shares[TIMELINE_N_SHARES];
    gint64 begin, end, pixel;

    timeline_get_view(self, &begin, &end);
    pixel = (end - begin) / MAX(self->layout.width, 1) + 1;
    timeline_bins_get_shares(self->store, lane, MAX(time - pixel, 0), time + pixel, shares);
    if (shares[TIMELINE_STARTING] > 0.5)
        return g_strdup(_("Connecting, preparing"));
    /* Translators: shares of a host's cores, in percent */
    return g_strdup_printf(_("Computing %.0f %% · Sending %.0f %% · Returning %.0f %%\n%u cores"),
                           100 * shares[TIMELINE_COMPUTING], 100 * shares[TIMELINE_SENDING],
                           100 * shares[TIMELINE_RETURNING],
                           mamuto_timeline_store_get_n_slots(self->store, lane->host));
}

/* Where no span is. */
static char *
describe_gap(MamutoTimeline *self, const TimelineLane *lane, gint64 time)
{
    gint64 since = 0;

    if (lane->kind != LANE_CORE)
        return g_strdup(_("Nothing on the way"));
    if (mamuto_timeline_store_get_unfinished(self->store, lane->host, lane->slot, &since) > 0.5 &&
        time >= since)
        return g_strdup(_("Computing, not ended yet"));
    return g_strdup(palette_get_word(MAMUTO_SPAN_WAITING));
}

char *
timeline_describe_point(MamutoTimeline *self, double x, double y)
{
    int number = timeline_lane_at(self, y);
    const TimelineLane *lane;
    const TimelineSpan *span;
    g_autofree char *name = NULL, *time_text = NULL, *what = NULL, *title = NULL;
    gint64 time, begin, end;
    gboolean lower;

    if (number < 0 || x < self->layout.x || x >= self->layout.x + self->layout.width)
        return NULL;
    lane = &g_array_index(self->lanes, TimelineLane, (guint)number);
    time = time_at(self, x);
    timeline_get_view(self, &begin, &end);
    lower = y - timeline_lane_y(self, (guint)number) >= self->layout.lane_height / 2.0;
    span = span_at(self, lane, time, lower);
    name = host_name(self, lane->host);
    time_text = time_axis_format(time, (end - begin) / 100);
    if (lane->kind == LANE_CORE)
        /* Translators: a host, one of its cores, a time: "rem1, core 3 · 12.5 s" */
        title = g_strdup_printf(_("%s, core %d · %s"), name, lane->slot + 1, time_text);
    else
        title = g_strdup_printf("%s · %s", name, time_text);
    if (lane->kind == LANE_SHARES)
        what = describe_shares(self, lane, time);
    else if (span)
        what = describe_span(span);
    else
        what = describe_gap(self, lane, time);
    return g_strdup_printf("%s\n%s", title, what);
}

void
timeline_draw_hover(MamutoTimeline *self, GtkSnapshot *snapshot)
{
    gboolean dark = palette_is_dark();
    g_autofree char *text = timeline_describe_point(self, self->hover_x, self->hover_y);
    g_autoptr(PangoLayout) layout = NULL;
    int width, height;
    double x, y;
    GskRoundedRect box;

    if (!text)
        return;
    gtk_snapshot_append_color(snapshot, palette_get(PALETTE_TEXT, dark),
                              &GRAPHENE_RECT_INIT((float)floor(self->hover_x),
                                                  (float)self->layout.y, 1,
                                                  (float)self->layout.height));
    layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), text);
    pango_layout_get_pixel_size(layout, &width, &height);
    x = self->hover_x + 14;
    if (x + width + 2 * PADDING > gtk_widget_get_width(GTK_WIDGET(self)))
        x = MAX(self->hover_x - 14 - width - 2 * PADDING, 0);
    y = CLAMP(self->hover_y + 14, 0,
              MAX(gtk_widget_get_height(GTK_WIDGET(self)) - height - 2 * PADDING, 0));
    gsk_rounded_rect_init_from_rect(&box,
                                    &GRAPHENE_RECT_INIT((float)floor(x), (float)floor(y),
                                                        (float)(width + 2 * PADDING),
                                                        (float)(height + 2 * PADDING)),
                                    8);
    gtk_snapshot_push_rounded_clip(snapshot, &box);
    gtk_snapshot_append_color(snapshot, &(GdkRGBA){0.12f, 0.12f, 0.12f, 0.94f}, &box.bounds);
    gtk_snapshot_pop(snapshot);
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(
        snapshot, &GRAPHENE_POINT_INIT((float)floor(x) + PADDING, (float)floor(y) + PADDING));
    gtk_snapshot_append_layout(snapshot, layout, &(GdkRGBA){1, 1, 1, 1});
    gtk_snapshot_restore(snapshot);
}

/* ---- by keys ---- */

/* The time to tell of after @time: the middle of the next or previous span. */
static gint64
next_time(MamutoTimeline *self, const TimelineLane *lane, gint64 time, int step)
{
    gint64 begin, end, now = mamuto_timeline_store_get_now(self->store);
    gint64 best = -1, pixel;
    guint n;
    const TimelineSpan *spans =
        mamuto_timeline_store_get_spans(self->store, lane->host, lane->slot, 0, now, &n);

    timeline_get_view(self, &begin, &end);
    if (lane->kind == LANE_SHARES)
        return CLAMP(time + step * (end - begin) / 50, 0, now);
    /* where it stands it does so to a pixel: what is nearer is where it came from */
    pixel = (end - begin) / MAX(self->layout.width, 1) + 1;
    for (guint i = 0; i < n; i++) {
        gint64 middle = spans[i].begin + (spans[i].end - spans[i].begin) / 2;

        if (step > 0 ? middle > time + pixel && (best < 0 || middle < best)
                     : middle < time - pixel && middle > best)
            best = middle;
    }
    return best >= 0 ? best : time;
}

static void
keep_in_sight(MamutoTimeline *self, gint64 time, int lane)
{
    double y = timeline_lane_y(self, (guint)lane);
    gint64 begin, end;

    if (y < self->layout.y)
        gtk_adjustment_set_value(self->adjustment, lane * self->layout.lane_height);
    else if (y + self->layout.lane_height > self->layout.y + self->layout.height)
        gtk_adjustment_set_value(self->adjustment,
                                 (lane + 1) * self->layout.lane_height - self->layout.height);
    timeline_get_view(self, &begin, &end);
    if (time < begin || time >= end)
        timeline_move_to(self, time - (end - begin) / 2, end - begin);
    else if (mamuto_timeline_store_is_running(self->store))
        timeline_move_to(self, begin, end - begin); /* it stays where it is while time goes on */
}

void
timeline_step_hover(MamutoTimeline *self, int spans, int lanes)
{
    gint64 time, begin, end;
    int lane;
    g_autofree char *text = NULL;

    if (!self->store || self->lanes->len == 0)
        return;
    timeline_get_view(self, &begin, &end);
    if (!self->hovering) {
        lane = 0;
        time = begin + (end - begin) / 2;
    } else {
        lane = MAX(timeline_lane_at(self, self->hover_y), 0);
        lane = CLAMP(lane + lanes, 0, (int)self->lanes->len - 1);
        time = time_at(self, self->hover_x);
        if (spans != 0)
            time = next_time(self, &g_array_index(self->lanes, TimelineLane, (guint)lane), time,
                             spans);
    }
    keep_in_sight(self, time, lane);
    timeline_get_view(self, &begin, &end);
    self->hovering = self->by_keys = TRUE;
    self->hover_x =
        self->layout.x + 0.5 + (double)(time - begin) / (double)(end - begin) * self->layout.width;
    self->hover_y = timeline_lane_y(self, (guint)lane) + self->layout.lane_height / 4.0;
    gtk_widget_queue_draw(GTK_WIDGET(self));
    text = timeline_describe_point(self, self->hover_x, self->hover_y);
    if (text)
        gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       text, -1);
}

/* ---- all of it ---- */

char *
timeline_describe(MamutoTimeline *self)
{
    double seconds[TIMELINE_N_SHARES] = {0};
    guint n_hosts, n_cores = 0;
    g_autofree char *elapsed = NULL, *computing = NULL, *hosts = NULL, *cores = NULL;

    if (!self->store)
        return g_strdup(_("Nothing has run yet"));
    n_hosts = mamuto_timeline_store_get_n_hosts(self->store);
    for (guint h = 0; h < n_hosts; h++) {
        n_cores += mamuto_timeline_store_get_n_slots(self->store, h);
        for (guint s = 0; s < TIMELINE_N_SHARES; s++)
            seconds[s] += mamuto_timeline_store_get_seconds(self->store, h, (TimelineShare)s);
    }
    elapsed = app_text_seconds((double)mamuto_timeline_store_get_now(self->store) / G_USEC_PER_SEC);
    computing = app_text_seconds(seconds[TIMELINE_COMPUTING]);
    hosts = g_strdup_printf(ngettext("%u host", "%u hosts", n_hosts), n_hosts);
    cores = g_strdup_printf(ngettext("%u core", "%u cores", n_cores), n_cores);
    /* Translators: "4 hosts with 16 cores in 12.5 s: all cores together computed for 3 min 2 s" */
    return g_strdup_printf(_("%s with %s in %s: all cores together computed for %s"), hosts, cores,
                           elapsed, computing);
}
