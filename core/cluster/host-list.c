/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Parses a comma-separated list of hosts. Each host is written as HOST, HOST:CORES or
 * HOST[:PORT]*CORES. "rem[08-10,30]" is short for rem08, rem09, rem10 and rem30. */
#include "host-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "host-name.h"
#include "mamuto-error.h"
#include "quote.h"

#define MAX_DIGITS 9

typedef struct {
    const char *item; /* the list item being parsed, for error messages */
    guint cores;
    GPtrArray *hosts;
    GHashTable *names;
} Items;

static gboolean
fail(const char *item, GError **error, const char *why)
{
    g_autofree char *shown = quote_start(item, strlen(item), QUOTE_SHOWN_NAME);

    g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                _("“%s”: %s; expected HOST, HOST:CORES or HOST:PORT*CORES, separated by commas"),
                shown, why);
    return FALSE;
}

static gboolean
add_host(Items *items, const char *name, GError **error)
{
    g_autoptr(MamutoHost) host = mamuto_host_new(name, items->cores, error);

    if (!host)
        return FALSE;
    if (!g_hash_table_add(items->names, g_strdup(name))) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("“%s” is listed twice; list each host only once"), name);
        return FALSE;
    }
    if (items->hosts->len >= MAMUTO_CLUSTER_MAX_HOSTS) {
        g_set_error(error, MAMUTO_ERROR, MAMUTO_ERROR_INVALID_ARGUMENT,
                    _("“%s”: more than %d hosts"), items->item, MAMUTO_CLUSTER_MAX_HOSTS);
        return FALSE;
    }
    g_ptr_array_add(items->hosts, g_steal_pointer(&host));
    return TRUE;
}

static gboolean
is_number(const char *text)
{
    gsize n = strspn(text, "0123456789");

    return n > 0 && n <= MAX_DIGITS && !text[n];
}

static gboolean add_names(Items *items, const char *head, const char *rest, GError **error);

/* Adds one host for each number in @part, which is a number ("7") or a range ("01-20"). The name of
 * a host is @head, the number and @rest. If @rest contains brackets too, each combination of
 * numbers is one host. */
static gboolean
add_range(Items *items, const char *head, const char *part, const char *rest, GError **error)
{
    g_auto(GStrv) ends = g_strsplit(part, "-", 2);
    gint64 from, to;

    if (!ends[0] || !is_number(ends[0]) || (ends[1] && !is_number(ends[1])))
        return fail(items->item, error,
                    _("brackets may contain only numbers and ranges, such as [01-20,30]"));
    from = g_ascii_strtoll(ends[0], NULL, 10);
    to = ends[1] ? g_ascii_strtoll(ends[1], NULL, 10) : from;
    if (from > to)
        return fail(items->item, error, _("a range must begin with its smaller number"));
    for (gint64 i = from; i <= to; i++) {
        g_autofree char *next =
            g_strdup_printf("%s%0*" G_GINT64_FORMAT, head, (int)strlen(ends[0]), i);

        if (!add_names(items, next, rest, error))
            return FALSE;
    }
    return TRUE;
}

/* Adds the host named @head followed by @rest. If @rest contains numbers or ranges in brackets,
 * adds one host for each number. */
static gboolean
add_names(Items *items, const char *head, const char *rest, GError **error)
{
    const char *open = strchr(rest, '[');
    const char *close = open ? strchr(open, ']') : NULL;
    g_autofree char *before = NULL;
    g_autofree char *inner = NULL;
    g_auto(GStrv) parts = NULL;

    /* Brackets that contain a colon enclose an IPv6 address, not a range. */
    if (!open || !close || memchr(open, ':', close - open)) {
        g_autofree char *name = g_strconcat(head, rest, NULL);

        return add_host(items, name, error);
    }
    inner = g_strndup(rest, open - rest);
    before = g_strconcat(head, inner, NULL);
    g_free(inner);
    inner = g_strndup(open + 1, close - open - 1);
    parts = g_strsplit(inner, ",", -1);
    if (!parts[0])
        return fail(items->item, error, _("the brackets are empty"));
    for (char **part = parts; *part; part++)
        if (!add_range(items, before, *part, close + 1, error))
            return FALSE;
    return TRUE;
}

static gboolean
add_item(Items *items, char *item, GError **error)
{
    char *mark = strrchr(item, '*');
    gint64 cores;

    items->item = item;
    items->cores = 0;
    if (!*item)
        return fail(item, error, _("a host is missing"));
    if (!mark) {
        char *close = strrchr(item, ']');
        char *start = close ? close : item;

        /* Text with several colons is an IPv6 address without brackets, so no colon separates the
         * cores. mamuto_host_new() later rejects the address. */
        mark = strchr(start, ':');
        if (mark != strrchr(start, ':'))
            mark = NULL;
    }
    if (mark) {
        g_autofree char *name = g_strndup(item, mark - item);

        if (!host_parse_number(mark + 1, 1, MAMUTO_HOST_MAX_CORES, &cores)) {
            g_autofree char *why = g_strdup_printf(_("the cores are not a number from 1 to %d"),
                                                   MAMUTO_HOST_MAX_CORES);

            return fail(item, error, why);
        }
        items->cores = (guint)cores;
        return add_names(items, "", name, error);
    }
    return add_names(items, "", item, error);
}

/* Returns the first comma in @text that is not inside brackets, or the end of @text. */
static const char *
item_end(const char *text)
{
    gboolean inside = FALSE;

    for (; *text && (inside || *text != ','); text++)
        inside = *text == '[' ? TRUE : *text == ']' ? FALSE : inside;
    return text;
}

GPtrArray *
host_list_parse(const char *text, GError **error)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_object_unref);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Items items = {.hosts = hosts, .names = names};

    for (;;) {
        const char *end = item_end(text);
        g_autofree char *item = g_strstrip(g_strndup(text, end - text));

        if (!add_item(&items, item, error))
            return NULL;
        if (!*end)
            return g_steal_pointer(&hosts);
        text = end + 1;
    }
}
