/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stores the assigned chunks, ordered by the expected arrival of their results. The top of the heap
 * `soonest` is the chunk with the earliest expected result. The top of the heap `latest` is the
 * chunk with the latest expected result. The list `overdue` contains the chunks past their expected
 * time, beginning with the longest overdue chunk. A chunk stores its index in each heap, so that it
 * can be removed from the middle of a heap. */
#include "schedule-private.h"

typedef struct {
    gint64 due;
    Chunk *chunk;
} Node;

void
chunk_heap_init(ChunkHeap *heap, guint which, gboolean last_first)
{
    heap->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    heap->which = which;
    heap->last_first = last_first;
}

void
chunk_heap_clear(ChunkHeap *heap)
{
    g_array_unref(heap->nodes);
}

static Node *
node_at(const ChunkHeap *heap, guint position)
{
    return &g_array_index(heap->nodes, Node, position - 1);
}

/* Orders chunks with equal times by id, so that the same events lead to the same decisions. */
static gboolean
node_before(const ChunkHeap *heap, const Node *a, const Node *b)
{
    if (a->due != b->due)
        return heap->last_first ? a->due > b->due : a->due < b->due;
    return a->chunk->id < b->chunk->id;
}

static void
node_place(ChunkHeap *heap, guint position, Node node)
{
    *node_at(heap, position) = node;
    node.chunk->position[heap->which] = position;
}

static guint
sift_up(ChunkHeap *heap, guint position, Node node)
{
    while (position > 1 && node_before(heap, &node, node_at(heap, position / 2))) {
        node_place(heap, position, *node_at(heap, position / 2));
        position /= 2;
    }
    return position;
}

static guint
sift_down(ChunkHeap *heap, guint position, Node node)
{
    for (;;) {
        guint child = 2 * position;

        if (child > heap->nodes->len)
            return position;
        if (child < heap->nodes->len &&
            node_before(heap, node_at(heap, child + 1), node_at(heap, child)))
            child++;
        if (!node_before(heap, node_at(heap, child), &node))
            return position;
        node_place(heap, position, *node_at(heap, child));
        position = child;
    }
}

static void
settle(ChunkHeap *heap, guint position, Node node)
{
    position = sift_up(heap, position, node);
    node_place(heap, position, node);
    position = sift_down(heap, position, node);
    node_place(heap, position, node);
}

void
chunk_heap_update(ChunkHeap *heap, Chunk *chunk)
{
    Node node = {chunk->due, chunk};

    if (!chunk->position[heap->which]) {
        g_array_append_val(heap->nodes, node);
        chunk->position[heap->which] = heap->nodes->len;
    }
    settle(heap, chunk->position[heap->which], node);
}

void
chunk_heap_remove(ChunkHeap *heap, Chunk *chunk)
{
    guint position = chunk->position[heap->which];
    Node last;

    if (!position)
        return;
    last = *node_at(heap, heap->nodes->len);
    g_array_set_size(heap->nodes, heap->nodes->len - 1);
    chunk->position[heap->which] = 0;
    if (last.chunk != chunk)
        settle(heap, position, last);
}

/* Copies the first @n chunks of the heap's array to @chunks, or all chunks if there are fewer.
 * Returns their number. The first chunk is the top of the heap; the others are not sorted. */
guint
chunk_heap_peek(const ChunkHeap *heap, Chunk **chunks, guint n)
{
    n = MIN(n, heap->nodes->len);
    for (guint i = 0; i < n; i++)
        chunks[i] = node_at(heap, i + 1)->chunk;
    return n;
}

static void
leave_overdue(Schedule *self, Chunk *chunk)
{
    if (!chunk->overdue)
        return;
    g_queue_unlink(&self->overdue, &chunk->link);
    chunk->overdue = FALSE;
}

static void
leave_heaps(Schedule *self, Chunk *chunk)
{
    chunk_heap_remove(&self->soonest, chunk);
    chunk_heap_remove(&self->latest, chunk);
}

/* Updates the position of a chunk in the heaps and lists after its attempts, their expected times
 * or the state of their hosts have changed. A chunk without attempts, or with so many that it
 * cannot be copied again, is in none of them. */
void
schedule_requeue(Schedule *self, Chunk *chunk)
{
    guint n_live = 0, n_ready = 0;
    gint64 due = G_MAXINT64;

    leave_overdue(self, chunk);
    schedule_leave_stranded(self, chunk);
    chunk->due = G_MAXINT64;
    for (guint i = 0; i < chunk->n_attempts; i++) {
        const ScheduleHost *host = schedule_host(self, chunk->attempts[i]->host);

        if (host->silent)
            continue;
        n_live++;
        if (host->ready || self->ready_cores == 0) {
            due = MIN(due, chunk->attempts[i]->finish);
            n_ready++;
        }
        chunk->due = MIN(chunk->due, chunk->attempts[i]->finish);
    }
    /* The expected times of hosts that may still be starting are only guessed. */
    if (n_ready > 0)
        chunk->due = due;
    schedule_recall_update(self, chunk);
    if (chunk->n_attempts == 0 || chunk->n_attempts == SCHEDULE_MAX_ALL_ATTEMPTS ||
        n_ready >= SCHEDULE_MAX_ATTEMPTS) {
        leave_heaps(self, chunk);
    } else if (n_live == 0) {
        leave_heaps(self, chunk);
        schedule_enter_stranded(self, chunk);
    } else {
        chunk_heap_update(&self->soonest, chunk);
        if (self->has_latest)
            chunk_heap_update(&self->latest, chunk);
    }
}

/* Fills the heap `latest`. This heap is needed only at the end of a run, so it is empty before. */
void
schedule_need_latest(Schedule *self)
{
    if (self->has_latest)
        return;
    self->has_latest = TRUE;
    for (guint i = 1; i <= self->soonest.nodes->len; i++)
        chunk_heap_update(&self->latest, node_at(&self->soonest, i)->chunk);
}

/* Moves the chunks that are past their expected time to the list `overdue`. The remaining time of
 * these chunks is unknown, so their running attempts are subtracted from load_rate and load_finish
 * in Schedule. */
void
schedule_sweep(Schedule *self, gint64 now)
{
    Chunk *chunk;

    while (chunk_heap_peek(&self->soonest, &chunk, 1) && chunk->due <= now) {
        GList *head = self->overdue.head;

        leave_heaps(self, chunk);
        chunk->overdue = TRUE;
        /* Chunks usually become overdue in the order of their due times. A chunk that loses a copy
         * leaves the list and may become overdue again. It may then be due before the head of the
         * list. */
        if (head && chunk->due < ((Chunk *)head->data)->due)
            g_queue_push_head_link(&self->overdue, &chunk->link);
        else
            g_queue_push_tail_link(&self->overdue, &chunk->link);
        for (guint i = 0; i < chunk->n_attempts; i++)
            if (chunk->attempts[i]->running)
                schedule_load_clear(self, chunk->attempts[i]);
    }
}
