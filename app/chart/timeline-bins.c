/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See timeline-bins.h. */
#include "timeline-bins.h"

#include "palette.h"

/* Number of shades between the background colour and the colour of an activity. Each pixel covers a
 * period of time. Its shade shows which fraction of this period the activity lasted. */
#define N_MIXES 64
#define HATCH 6

typedef float Shares[TIMELINE_N_SHARES];

typedef struct {
    gint64 begin, end;
    double per_us;
    int n;
    Shares *columns; /* for each column of pixels: the fraction of time of each activity, 0 to 1 */
} Bins;

static void
add_time(Bins *bins, gint64 from, gint64 until, guint share, double weight)
{
    double a = (double)(MAX(from, bins->begin) - bins->begin) * bins->per_us;
    double b = (double)(MIN(until, bins->end) - bins->begin) * bins->per_us;
    int first = (int)a, last = MIN((int)b, bins->n - 1);

    if (b <= a || first >= bins->n)
        return;
    if (first == last) {
        bins->columns[first][share] += (float)((b - a) * weight);
        return;
    }
    bins->columns[first][share] += (float)((first + 1 - a) * weight);
    for (int i = first + 1; i < last; i++)
        bins->columns[i][share] += (float)weight;
    bins->columns[last][share] += (float)((b - last) * weight);
}

static void
add_span(Bins *bins, const TimelineSpan *span)
{
    switch ((MamutoSpanKind)span->kind) {
    case MAMUTO_SPAN_COMPUTING:
        add_time(bins, span->begin, span->end, TIMELINE_COMPUTING, 1);
        if (span->flags & MAMUTO_SPAN_FAILED)
            add_time(bins, span->begin, span->end, TIMELINE_FAILED, 1);
        break;
    case MAMUTO_SPAN_RETURNING:
        add_time(bins, span->begin, span->end, TIMELINE_RETURNING, 1);
        break;
    case MAMUTO_SPAN_SENDING:
        add_time(bins, span->begin, span->end, TIMELINE_SENDING, 1);
        break;
    default:
        add_time(bins, span->begin, span->end, TIMELINE_STARTING, 1);
        break;
    }
}

static void
add_lane(Bins *bins, MamutoTimelineStore *store, guint host, int slot)
{
    TimelineFolded folded;
    gint64 since;
    double unfinished;
    guint n;
    const TimelineSpan *spans =
        mamuto_timeline_store_get_spans(store, host, slot, bins->begin, bins->end, &n);

    for (guint i = 0; i < n; i++)
        add_span(bins, &spans[i]);
    unfinished = mamuto_timeline_store_get_unfinished(store, host, slot, &since);
    if (unfinished > 0)
        add_time(bins, since, mamuto_timeline_store_get_now(store), TIMELINE_COMPUTING, unfinished);
    if (!mamuto_timeline_store_get_bins(store, host, slot, &folded))
        return;
    for (guint i = 0; i < folded.n_bins; i++)
        for (guint s = 0; s < TIMELINE_N_SHARES; s++)
            if (folded.us[i][s] > 0)
                add_time(bins, i * folded.bin_us, (i + 1) * folded.bin_us, s,
                         (double)folded.us[i][s] / (double)folded.bin_us);
}

/* Computes the fraction of time of each activity, 0 to 1, for each column of pixels in a lane. */
static void
fill(Bins *bins, MamutoTimelineStore *store, const TimelineLane *lane)
{
    guint n_slots = mamuto_timeline_store_get_n_slots(store, lane->host);

    memset(bins->columns, 0, sizeof(Shares) * (gsize)bins->n);
    add_lane(bins, store, lane->host, lane->kind == LANE_CORE ? lane->slot : -1);
    for (guint s = 0; lane->kind == LANE_SHARES && s < n_slots; s++)
        add_lane(bins, store, lane->host, (int)s);
    for (int i = 0; i < bins->n; i++) {
        float *column = bins->columns[i];
        float rest;

        if (lane->kind == LANE_SHARES && n_slots > 0) {
            column[TIMELINE_COMPUTING] /= (float)n_slots;
            column[TIMELINE_FAILED] /= (float)n_slots;
        }
        for (guint s = 0; s < TIMELINE_N_SHARES; s++)
            column[s] = MIN(column[s], 1.0f);
        if (lane->kind != LANE_SHARES)
            continue;
        /* Transfers can overlap with computing, but the fractions must not add up to more than 1.
         * Therefore the fraction of computing is kept, and the fractions of starting, sending and
         * returning are reduced in this order. Each of them is multiplied by the fraction of time
         * that the previous activities leave. */
        rest = 1 - column[TIMELINE_COMPUTING];
        rest -= column[TIMELINE_STARTING] *= rest;
        rest -= column[TIMELINE_SENDING] *= rest;
        column[TIMELINE_RETURNING] *= rest;
    }
}

void
timeline_bins_get_shares(MamutoTimelineStore *store, const TimelineLane *lane, gint64 begin,
                         gint64 end, double shares[TIMELINE_N_SHARES])
{
    Shares column;
    Bins bins = {begin, MAX(end, begin + 1), 1.0 / (double)MAX(end - begin, 1), 1, &column};

    fill(&bins, store, lane);
    for (guint s = 0; s < TIMELINE_N_SHARES; s++)
        shares[s] = column[s];
}

/* ---- pixels ---- */

typedef struct {
    guint32 track, sending, computing, returning, failed;
    guint32 mixes[3][N_MIXES + 1]; /* shades of the colours of sending, computing and returning */
} Pixels;

static guint32
mix(guint32 from, guint32 to, guint share)
{
    guint32 pixel = 0xff000000u;

    for (guint shift = 0; shift < 24; shift += 8) {
        guint32 a = from >> shift & 0xff, b = to >> shift & 0xff;

        pixel |= ((a * (N_MIXES - share) + b * share) / N_MIXES) << shift;
    }
    return pixel;
}

static void
pixels_init(Pixels *pixels, gboolean dark)
{
    pixels->track = palette_get_pixel(PALETTE_TRACK, dark);
    pixels->sending = palette_get_pixel(PALETTE_SENDING, dark);
    pixels->computing = palette_get_pixel(PALETTE_COMPUTING, dark);
    pixels->returning = palette_get_pixel(PALETTE_RETURNING, dark);
    pixels->failed = palette_get_pixel(PALETTE_FAILED, dark);
    for (guint i = 0; i <= N_MIXES; i++) {
        pixels->mixes[0][i] = mix(pixels->track, pixels->sending, i);
        pixels->mixes[1][i] = mix(pixels->track, pixels->computing, i);
        pixels->mixes[2][i] = mix(pixels->track, pixels->returning, i);
    }
}

static int
to_rows(float share, int height)
{
    return share <= 0 ? 0 : CLAMP((int)(share * (float)height + 0.5f), 1, height);
}

static guint
to_mix(float share)
{
    return (guint)(share * N_MIXES + 0.5f);
}

static void
fill_column(guint32 *at, int stride, int n, guint32 pixel)
{
    for (int i = 0; i < n; i++)
        at[i * stride] = pixel;
}

/* Draws the part of diagonal lines that lies in one column of pixels. @x and @y are the column's
 * position in the whole picture; they ensure that the lines of adjacent columns meet. */
static void
hatch_column(guint32 *at, int stride, int n, int x, int y, const Pixels *pixels)
{
    for (int i = 0; i < n; i++)
        at[i * stride] = (x + y + i) % HATCH < HATCH / 2 ? pixels->sending : pixels->track;
}

static void
paint_shares(guint32 *top, int stride, int height, int x, int y, const float *shares,
             const Pixels *pixels)
{
    static const TimelineShare order[] = {TIMELINE_COMPUTING, TIMELINE_STARTING, TIMELINE_SENDING,
                                          TIMELINE_RETURNING};
    const guint32 colors[] = {pixels->computing, 0, pixels->sending, pixels->returning};
    int left = height;

    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        int rows = MIN(to_rows(shares[order[i]], height), left);

        left -= rows;
        if (order[i] == TIMELINE_STARTING)
            hatch_column(top + left * stride, stride, rows, x, y + left, pixels);
        else
            fill_column(top + left * stride, stride, rows, colors[i]);
    }
    fill_column(top, stride, left, pixels->track);
}

static void
paint_link(guint32 *top, int stride, int height, int x, int y, const float *shares,
           const Pixels *pixels)
{
    if (shares[TIMELINE_STARTING] > 0.5f) {
        hatch_column(top, stride, height, x, y, pixels);
        return;
    }
    fill_column(top, stride, height / 2, pixels->mixes[0][to_mix(shares[TIMELINE_SENDING])]);
    fill_column(top + height / 2 * stride, stride, height - height / 2,
                pixels->mixes[2][to_mix(shares[TIMELINE_RETURNING])]);
}

static void
paint_column(guint32 *top, int stride, int height, int x, int y, TimelineLaneKind kind,
             const float *shares, const Pixels *pixels)
{
    int band = MAX(height / 5, 1);

    if (kind == LANE_SHARES)
        paint_shares(top, stride, height, x, y, shares, pixels);
    else if (kind == LANE_CORE)
        fill_column(top, stride, height, pixels->mixes[1][to_mix(shares[TIMELINE_COMPUTING])]);
    else
        paint_link(top, stride, height, x, y, shares, pixels);
    if (shares[TIMELINE_FAILED] > 0)
        fill_column(top + (height - band) * stride, stride, band, pixels->failed);
}

GdkTexture *
timeline_bins_make_texture(MamutoTimelineStore *store, const TimelineLane *lanes, guint n_lanes,
                           gint64 begin, gint64 end, int width, int lane_height, int scale,
                           gboolean dark)
{
    gsize size = (gsize)width * 4 * n_lanes * (gsize)lane_height;
    guint32 *data = g_malloc0(size);
    g_autofree Shares *columns = g_new(Shares, width);
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    Bins bins = {begin, end, (double)width / (double)(end - begin), width, columns};
    Pixels pixels;

    pixels_init(&pixels, dark);
    for (guint i = 0; i < n_lanes; i++) {
        guint32 *top = data + (gsize)width * (i * (gsize)lane_height + (gsize)scale);

        fill(&bins, store, &lanes[i]);
        for (int x = 0; x < width; x++)
            paint_column(top + x, width, lane_height - 2 * scale, x, (int)i * lane_height,
                         lanes[i].kind, columns[x], &pixels);
    }
    return gdk_memory_texture_new(width, (int)n_lanes * lane_height, GDK_MEMORY_DEFAULT, bytes,
                                  (gsize)width * 4);
}
