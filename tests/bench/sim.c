/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * See sim.h. A queue contains all events in the order of time. Each agent gives its chunks to free
 * cores in order of arrival, and gives back rows that have not begun. The controller calls the
 * schedule as schedule.h requires. If a result is late, the controller asks the host whether it is
 * alive, as core/host/host-health.c does. */
#include "sim.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* Time in µs without an answer after which a host is silent, in addition to the time of two round
 * trips. */
#define PATIENCE_US 200000

typedef struct {
    guint64 chunk;
    guint attempt;
    gint64 lo, hi;
    gboolean running, dropped;
    gint64 started; /* if running */
} Task;

typedef enum {
    EV_JOIN,
    EV_BEGIN, /* the first slots of a host are ready */
    EV_ARRIVE,
    EV_FINISH,
    EV_RESULT,
    EV_RECALL,
    EV_RETURNED,
    EV_DROP,
    EV_DEATH_KNOWN,
    EV_WAKE,
    EV_LATE,    /* a result may be late */
    EV_ANSWER,  /* the answer of a host that was asked whether it is alive */
    EV_PATIENCE /* the time for this answer is over */
} EventType;

typedef struct {
    gint64 time;
    guint64 order;
    EventType type;
    guint host;
    guint64 chunk;
    /* the chunk of the event; NULL for the events of chunks that the host may not have any more, of
     * failures and of times */
    Task *task;
    gint64 compute_us;
    guint attempt; /* EV_RECALL, EV_RETURNED */
    gint64 hi;     /* EV_RETURNED */
} Event;

typedef enum {
    OP_JOIN,
    OP_TAKE,
    OP_WAKEUP,
    OP_DUE,
    OP_RESULT,
    OP_STORED,
    OP_REMOVE,
    OP_SILENT,
    OP_HEARD,
    OP_RECALL,
    OP_RETURNED
} OpType;

typedef struct {
    OpType type;
    guint host, attempt;
    guint64 chunk;
    gint64 compute_us, now, hi;
} Op;

typedef struct {
    GQueue waiting; /* of Task: chunks that wait for a free core of the host */
    GQueue running;
    gint64 wake_at;
    gint64 asked;     /* time of the first question that was not answered; 0: none */
    gint64 ask_after; /* no question before this time */
    gboolean watched; /* TRUE if an EV_LATE event is queued */
    gint64 last_busy;
    gboolean gone;
    gboolean idle; /* TRUE if the host is in the queue Sim.idle */
} Agent;

typedef struct {
    const SimSetup *setup;
    SimOutcome *out;
    Schedule *schedule;
    GArray *events; /* of Event: a heap, whose first element is the earliest event */
    guint64 order;
    Agent *agents;
    double *costs; /* costs[i]: computing time of the rows 0 to i - 1 at speed 1, µs */
    guint8 *stored;
    GArray *ops; /* (nullable) of Op: the calls of the schedule, for replay_us() */
    GQueue idle; /* numbers of the hosts with an idle core, the longest waiting host first */
} Sim;

static gboolean
event_before(const Event *a, const Event *b)
{
    return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static void
push_event(Sim *sim, Event event)
{
    guint i = sim->events->len;
    Event *heap;

    event.order = sim->order++;
    g_array_append_val(sim->events, event);
    heap = (Event *)(void *)sim->events->data;
    for (; i > 0 && event_before(&event, &heap[(i - 1) / 2]); i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = event;
}

static Event
pop_event(Sim *sim)
{
    Event *heap = (Event *)(void *)sim->events->data;
    Event top = heap[0], last = heap[sim->events->len - 1];
    guint n = sim->events->len - 1, i = 0;

    while (2 * i + 1 < n) {
        guint child = 2 * i + 1;

        if (child + 1 < n && event_before(&heap[child + 1], &heap[child]))
            child++;
        if (!event_before(&heap[child], &last))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    g_array_set_size(sim->events, n);
    return top;
}

static void
record(Sim *sim, Op op)
{
    sim->out->calls++;
    if (sim->ops)
        g_array_append_val(sim->ops, op);
}

static gboolean
is_dead(Sim *sim, guint host, gint64 time)
{
    return time >= sim->setup->hosts[host].dies_at;
}

static gboolean
is_paused(const SimHost *host, gint64 time)
{
    return time >= host->pauses_at && time < host->resumes_at;
}

static double
speed_of(const SimHost *host)
{
    return host->slower > 0 ? host->speed / host->slower : host->speed;
}

/* The controller. */

/* Queues EV_LATE for the time at which the next result of the host is late. */
static void
watch(Sim *sim, guint host, gint64 now)
{
    Agent *agent = &sim->agents[host];
    gint64 due;

    if (agent->watched || agent->asked || agent->gone)
        return;
    record(sim, (Op){.type = OP_DUE, .host = host, .now = now});
    due = schedule_get_due(sim->schedule, host);
    if (due == G_MAXINT64)
        return;
    agent->watched = TRUE;
    push_event(sim, (Event){.time = MAX(MAX(due, agent->ask_after), now), .type = EV_LATE, host});
}

/* Asks other hosts for rows that they have not begun. */
static void
ask_for_rows(Sim *sim, guint host, gint64 now)
{
    ScheduleRecall recall;

    for (;;) {
        record(sim, (Op){.type = OP_RECALL, .host = host, .now = now});
        if (!schedule_recall(sim->schedule, host, now, &recall))
            return;
        sim->out->recalls++;
        push_event(sim, (Event){.time = now + sim->setup->hosts[recall.from].latency_us / 2,
                                .type = EV_RECALL,
                                recall.from,
                                .chunk = recall.id,
                                .attempt = recall.attempt});
    }
}

static void
ask_for_work(Sim *sim, guint host, gint64 now)
{
    const SimHost *h = &sim->setup->hosts[host];
    Agent *agent = &sim->agents[host];
    ScheduleChunk chunk;
    gint64 wake;

    if (agent->gone)
        return;
    for (;;) {
        record(sim, (Op){.type = OP_TAKE, .host = host, .now = now});
        if (!schedule_take(sim->schedule, host, now, &chunk))
            break;
        Task *task = g_new0(Task, 1);
        gint64 rows = chunk.hi - chunk.lo;

        *task = (Task){chunk.id, chunk.attempt, chunk.lo, chunk.hi, FALSE, FALSE};
        sim->out->chunks++;
        sim->out->copies += chunk.copy;
        if (!chunk.copy)
            g_array_append_val(sim->out->sizes, rows);
        push_event(sim,
                   (Event){.time = now + h->latency_us / 2, .type = EV_ARRIVE, host, .task = task});
    }
    ask_for_rows(sim, host, now);
    record(sim, (Op){.type = OP_WAKEUP, .host = host, .now = now});
    wake = schedule_get_wakeup(sim->schedule, host, now);
    if (wake != G_MAXINT64 && (agent->wake_at <= now || wake < agent->wake_at)) {
        agent->wake_at = wake;
        push_event(sim, (Event){.time = wake, .type = EV_WAKE, host});
    }
    watch(sim, host, now);
    if (schedule_get_n_at_host(sim->schedule, host) < h->cores && !agent->idle) {
        agent->idle = TRUE;
        g_queue_push_tail(&sim->idle, GUINT_TO_POINTER(host));
    }
}

/* Requests work for the idle hosts, at most once for each host. Stops as soon as no row waits, if
 * @copies is FALSE. */
static void
ask_idle(Sim *sim, gboolean copies, gint64 now)
{
    guint n = g_queue_get_length(&sim->idle);

    while (n-- > 0 && (copies || schedule_get_rows_waiting(sim->schedule) > 0)) {
        guint host = GPOINTER_TO_UINT(g_queue_pop_head(&sim->idle));

        sim->agents[host].idle = FALSE;
        ask_for_work(sim, host, now);
    }
}

/* Tells hosts that their attempts of a chunk are not needed any more. */
static void
drop(Sim *sim, guint64 chunk, const GArray *losers, gint64 now)
{
    for (guint i = 0; i < losers->len; i++) {
        guint loser = g_array_index(losers, guint, i);

        push_event(sim, (Event){.time = now + sim->setup->hosts[loser].latency_us / 2,
                                .type = EV_DROP,
                                loser,
                                .chunk = chunk});
        ask_for_work(sim, loser, now);
    }
}

static void
set_silent(Sim *sim, guint host, gboolean silent, gint64 now)
{
    record(sim, (Op){.type = silent ? OP_SILENT : OP_HEARD, .host = host, .now = now});
    if (schedule_set_silent(sim->schedule, host, silent, now))
        ask_idle(sim, TRUE, now);
}

static void
hear(Sim *sim, guint host, gint64 now)
{
    if (sim->agents[host].asked)
        set_silent(sim, host, FALSE, now);
    sim->agents[host].asked = 0;
}

/* If the result is late, asks the host whether it is alive. The pause before the next question is
 * as long as the result is late. */
static void
on_late(Sim *sim, guint host, gint64 now)
{
    const SimHost *h = &sim->setup->hosts[host];
    Agent *agent = &sim->agents[host];
    gint64 due = schedule_get_due(sim->schedule, host);

    agent->watched = FALSE;
    if (due > now || agent->gone) {
        watch(sim, host, now);
        return;
    }
    sim->out->questions++;
    agent->asked = MAX(now, 1);
    agent->ask_after = now + now - due + h->latency_us;
    if (!is_dead(sim, host, now))
        push_event(sim, (Event){.time = now + h->latency_us, .type = EV_ANSWER, host});
    push_event(sim, (Event){.time = now + PATIENCE_US + 2 * h->latency_us,
                            .type = EV_PATIENCE,
                            host,
                            .compute_us = agent->asked});
}

static void
on_result(Sim *sim, const Event *event)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    Task *task = event->task;
    ScheduleVerdict verdict;

    hear(sim, event->host, event->time);
    record(sim, (Op){OP_RESULT, event->host, task->attempt, task->chunk, event->compute_us,
                     event->time});
    verdict =
        schedule_result(sim->schedule, event->host, task->chunk, task->attempt, event->compute_us,
                        8 * (gsize)(task->hi - task->lo), event->time, losers);
    if (verdict == SCHEDULE_ACCEPT) {
        for (gint64 row = task->lo; row < task->hi; row++)
            sim->out->complete &= sim->stored[row]++ == 0;
        record(sim, (Op){.type = OP_STORED, .chunk = task->chunk});
        schedule_stored(sim->schedule, task->chunk);
        sim->out->makespan_us = event->time;
    } else {
        sim->out->complete &= verdict == SCHEDULE_DUPLICATE;
        sim->out->duplicates++;
    }
    drop(sim, task->chunk, losers, event->time);
    g_free(task);
    ask_for_work(sim, event->host, event->time);
}

static void
on_returned(Sim *sim, const Event *event)
{
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));

    hear(sim, event->host, event->time);
    record(sim, (Op){.type = OP_RETURNED,
                     event->host,
                     event->attempt,
                     event->chunk,
                     .now = event->time,
                     .hi = event->hi});
    if (!schedule_returned(sim->schedule, event->host, event->chunk, event->attempt, event->hi,
                           event->time, losers))
        return;
    drop(sim, event->chunk, losers, event->time);
    ask_for_work(sim, event->host, event->time);
    ask_idle(sim, FALSE, event->time);
}

static void
add_host(Schedule *schedule, const SimSetup *setup, guint host, gint64 now)
{
    const SimHost *h = &setup->hosts[host];

    schedule_add_host(schedule, h->cores, setup->known ? setup->row_us / h->speed : 0, 0, now);
    schedule_set_round_trip(schedule, host, h->latency_us);
}

/* The agent. */

static void
start_tasks(Sim *sim, guint host, gint64 now)
{
    const SimHost *h = &sim->setup->hosts[host];
    Agent *agent = &sim->agents[host];

    if (now < h->begins_at)
        return;
    while (!g_queue_is_empty(&agent->waiting) && agent->running.length < h->cores) {
        Task *task = g_queue_pop_head(&agent->waiting);
        gint64 compute = (gint64)((sim->costs[task->hi] - sim->costs[task->lo]) / speed_of(h));

        task->running = TRUE;
        task->started = now + h->overhead_us;
        g_queue_push_tail(&agent->running, task);
        push_event(sim, (Event){.time = now + h->overhead_us + compute,
                                .type = EV_FINISH,
                                host,
                                .task = task,
                                .compute_us = compute});
    }
}

static void
on_finish(Sim *sim, const Event *event)
{
    Agent *agent = &sim->agents[event->host];
    Task *task = event->task;

    if (task->dropped || is_dead(sim, event->host, event->time)) {
        g_queue_remove(&agent->running, task);
        g_free(task);
        return;
    }
    g_queue_remove(&agent->running, task);
    agent->last_busy = event->time;
    push_event(sim, (Event){.time = event->time + sim->setup->hosts[event->host].latency_us / 2,
                            .type = EV_RESULT,
                            event->host,
                            .task = task,
                            .compute_us = event->compute_us});
    start_tasks(sim, event->host, event->time);
}

static void
on_drop(Sim *sim, const Event *event)
{
    Agent *agent = &sim->agents[event->host];

    for (GList *l = agent->waiting.head; l; l = l->next) {
        Task *task = l->data;

        if (task->chunk == event->chunk) {
            g_queue_delete_link(&agent->waiting, l);
            g_free(task);
            return;
        }
    }
    for (GList *l = agent->running.head; l; l = l->next) {
        Task *task = l->data;

        if (task->chunk == event->chunk) {
            task->dropped = TRUE; /* on_finish() frees the task later */
            g_queue_delete_link(&agent->running, l);
            break;
        }
    }
    start_tasks(sim, event->host, event->time);
}

/* Returns the end of the rows of a running task that have begun. */
static gint64
find_begun(Sim *sim, guint host, const Task *task, gint64 now)
{
    gint64 row = task->lo + 1;

    while (row < task->hi && task->started + (gint64)((sim->costs[row] - sim->costs[task->lo]) /
                                                      speed_of(&sim->setup->hosts[host])) <=
                                 now)
        row++;
    return row;
}

/* Gives back the rows of a chunk that have not begun. */
static void
on_recall(Sim *sim, const Event *event)
{
    const SimHost *h = &sim->setup->hosts[event->host];
    Agent *agent = &sim->agents[event->host];
    Event answer = {.time = event->time + h->latency_us / 2,
                    .type = EV_RETURNED,
                    event->host,
                    .chunk = event->chunk,
                    .attempt = event->attempt};

    for (GList *l = agent->waiting.head; l; l = l->next) {
        Task *task = l->data;

        if (task->chunk != event->chunk || task->attempt != event->attempt)
            continue;
        answer.hi = task->lo;
        push_event(sim, answer);
        g_queue_delete_link(&agent->waiting, l);
        g_free(task);
        return;
    }
    for (GList *l = agent->running.head; l; l = l->next) {
        Task *task = l->data, *kept;
        gint64 compute;

        if (task->chunk != event->chunk || task->attempt != event->attempt)
            continue;
        answer.hi = find_begun(sim, event->host, task, event->time);
        push_event(sim, answer);
        if (answer.hi == task->hi)
            return;
        kept = g_memdup2(task, sizeof *task);
        kept->hi = answer.hi;
        compute = (gint64)((sim->costs[kept->hi] - sim->costs[kept->lo]) / speed_of(h));
        push_event(sim, (Event){.time = MAX(kept->started + compute, event->time),
                                .type = EV_FINISH,
                                event->host,
                                .task = kept,
                                .compute_us = compute});
        l->data = kept;
        task->dropped = TRUE; /* on_finish() frees the task later */
        return;
    }
}

static void
on_join(Sim *sim, guint host, gint64 now)
{
    record(sim, (Op){.type = OP_JOIN, .host = host, .now = now});
    add_host(sim->schedule, sim->setup, host, now);
    ask_for_work(sim, host, now);
}

static void
handle(Sim *sim, const Event *event)
{
    gint64 now = event->time;
    Agent *agent = &sim->agents[event->host];
    const SimHost *h = &sim->setup->hosts[event->host];

    if (is_paused(h, now) && event->type != EV_JOIN && event->type != EV_DEATH_KNOWN &&
        event->type != EV_WAKE && event->type != EV_LATE && event->type != EV_PATIENCE) {
        Event later = *event;

        later.time = event->type == EV_FINISH ? now + h->resumes_at - h->pauses_at : h->resumes_at;
        push_event(sim, later);
        return;
    }
    switch (event->type) {
    case EV_JOIN:
        on_join(sim, event->host, now);
        break;
    case EV_BEGIN:
        if (!is_dead(sim, event->host, now))
            start_tasks(sim, event->host, now);
        break;
    case EV_ARRIVE:
        g_queue_push_tail(&agent->waiting, event->task);
        if (!is_dead(sim, event->host, now))
            start_tasks(sim, event->host, now);
        break;
    case EV_FINISH:
        on_finish(sim, event);
        break;
    case EV_RESULT:
        on_result(sim, event);
        break;
    case EV_RECALL:
        if (!is_dead(sim, event->host, now))
            on_recall(sim, event);
        break;
    case EV_RETURNED:
        on_returned(sim, event);
        break;
    case EV_DROP:
        if (!is_dead(sim, event->host, now))
            on_drop(sim, event);
        break;
    case EV_DEATH_KNOWN:
        agent->gone = TRUE;
        record(sim, (Op){.type = OP_REMOVE, .host = event->host, .now = now});
        schedule_remove_host(sim->schedule, event->host, now);
        ask_idle(sim, FALSE, now);
        break;
    case EV_LATE:
        on_late(sim, event->host, now);
        break;
    case EV_ANSWER:
        hear(sim, event->host, now);
        ask_for_work(sim, event->host, now);
        break;
    case EV_PATIENCE:
        if (agent->asked == event->compute_us && !agent->gone)
            set_silent(sim, event->host, TRUE, now);
        break;
    case EV_WAKE:
        if (agent->wake_at == now) {
            sim->out->wakeups++;
            agent->wake_at = 0;
            ask_for_work(sim, event->host, now);
        }
        break;
    }
}

/* Computes the shortest possible duration of a run whose rows need @work µs at speed 1. In such
 * a run, every core computes without a pause until its host fails or the run ends. */
static double
ideal_us(const SimSetup *setup, double work)
{
    double lo = 0, hi = 1e15;

    for (int step = 0; step < 200; step++) {
        double middle = (lo + hi) / 2, done = 0;

        for (guint i = 0; i < setup->n_hosts; i++) {
            const SimHost *h = &setup->hosts[i];
            double begin = (double)MAX(h->joins_at + h->latency_us, h->begins_at);
            double until = MIN(middle, (double)h->dies_at);

            done += h->cores * h->speed * MAX(until - begin, 0);
        }
        if (done < work)
            lo = middle;
        else
            hi = middle;
    }
    return hi;
}

static double *
make_costs(const SimSetup *setup)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(setup->seed);
    double *costs = g_new(double, setup->n_rows + 1), sum = 0;
    double dear = setup->dear > 0 ? setup->dear : 200;

    for (gint64 i = 0; i < setup->n_rows; i++) {
        double x = setup->cost == SIM_EQUAL ? 1 : g_rand_double(rand);

        costs[i] = sum;
        if (setup->cost == SIM_VARIED)
            x = 2 * x;
        else if (setup->cost == SIM_HEAVY_TAIL) /* Pareto distribution with mean 1 and
                                                   shape 1.5: a few rows are very slow */
            x = pow(1 - x, -1 / 1.5) / 3;
        else if (setup->cost == SIM_DEAR_FIRST || setup->cost == SIM_DEAR_LAST) {
            gint64 nth = setup->cost == SIM_DEAR_FIRST ? i : setup->n_rows - 1 - i;

            x = nth < (setup->n_dear > 0 ? setup->n_dear : setup->n_rows / 20) ? dear : 1;
        }
        sum += x * setup->row_us;
    }
    costs[setup->n_rows] = sum;
    return costs;
}

static Schedule *
make_schedule(const SimSetup *setup)
{
    ScheduleConfig config = {.n_rows = setup->n_rows,
                             .row_bytes_in = 8,
                             .row_bytes_out = 8,
                             .max_chunk_bytes = 32 << 20,
                             .target_us = setup->target_us};
    Schedule *schedule = schedule_new(&config);

    for (guint i = 0; i < setup->n_hosts && setup->hosts[i].joins_at == 0; i++)
        add_host(schedule, setup, i, 0);
    return schedule;
}

/* Repeats the recorded calls of the schedule without the simulation around them. Returns the
 * processor time of the calls in µs. */
static double
replay_us(const SimSetup *setup, const GArray *ops)
{
    g_autoptr(Schedule) schedule = make_schedule(setup);
    g_autoptr(GArray) losers = g_array_new(FALSE, FALSE, sizeof(guint));
    struct timespec begin, end;
    ScheduleChunk chunk;
    ScheduleRecall recall;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (guint i = 0; i < ops->len; i++) {
        const Op *op = &g_array_index(ops, Op, i);

        switch (op->type) {
        case OP_JOIN:
            add_host(schedule, setup, op->host, op->now);
            break;
        case OP_TAKE:
            schedule_take(schedule, op->host, op->now, &chunk);
            break;
        case OP_WAKEUP:
            schedule_get_wakeup(schedule, op->host, op->now);
            break;
        case OP_DUE:
            schedule_get_due(schedule, op->host);
            break;
        case OP_SILENT:
        case OP_HEARD:
            schedule_set_silent(schedule, op->host, op->type == OP_SILENT, op->now);
            break;
        case OP_RESULT:
            g_array_set_size(losers, 0);
            schedule_result(schedule, op->host, op->chunk, op->attempt, op->compute_us, 8, op->now,
                            losers);
            break;
        case OP_STORED:
            schedule_stored(schedule, op->chunk);
            break;
        case OP_REMOVE:
            schedule_remove_host(schedule, op->host, op->now);
            break;
        case OP_RECALL:
            schedule_recall(schedule, op->host, op->now, &recall);
            break;
        case OP_RETURNED:
            g_array_set_size(losers, 0);
            schedule_returned(schedule, op->host, op->chunk, op->attempt, op->hi, op->now, losers);
            break;
        }
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return (double)(end.tv_sec - begin.tv_sec) * 1e6 + (double)(end.tv_nsec - begin.tv_nsec) / 1e3;
}

static void
free_agents(Sim *sim)
{
    for (guint i = 0; i < sim->setup->n_hosts; i++) {
        g_queue_clear_full(&sim->agents[i].waiting, g_free);
        g_queue_clear(&sim->agents[i].running);
    }
    g_free(sim->agents);
    for (guint i = 0; i < sim->events->len; i++)
        g_free(g_array_index(sim->events, Event, i).task);
}

void
sim_run(const SimSetup *setup, gboolean timed, SimOutcome *outcome)
{
    g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(Event));
    g_autoptr(GArray) ops = timed ? g_array_new(FALSE, FALSE, sizeof(Op)) : NULL;
    g_autoptr(Schedule) schedule = make_schedule(setup);
    g_autofree double *costs = make_costs(setup);
    g_autofree guint8 *stored = g_new0(guint8, setup->n_rows + 1);
    Sim sim = {setup, outcome, schedule, events, 0, NULL, costs, stored, ops, G_QUEUE_INIT};
    gint64 first = G_MAXINT64, last = 0;

    *outcome = (SimOutcome){.complete = TRUE};
    outcome->sizes = g_array_new(FALSE, FALSE, sizeof(gint64));
    outcome->ideal_us = ideal_us(setup, costs[setup->n_rows]);
    sim.agents = g_new0(Agent, setup->n_hosts);
    for (guint i = 0; i < setup->n_hosts; i++) {
        const SimHost *h = &setup->hosts[i];

        if (h->told_at != SIM_NEVER)
            push_event(&sim, (Event){.time = h->told_at, .type = EV_DEATH_KNOWN, i});
        if (h->joins_at > 0)
            push_event(&sim, (Event){.time = h->joins_at, .type = EV_JOIN, i});
        if (h->begins_at > 0)
            push_event(&sim, (Event){.time = h->begins_at, .type = EV_BEGIN, i});
    }
    for (guint i = 0; i < setup->n_hosts; i++)
        if (setup->hosts[i].joins_at == 0)
            ask_for_work(&sim, i, 0);
    while (!schedule_is_done(schedule) && events->len > 0) {
        Event event = pop_event(&sim);

        handle(&sim, &event);
    }
    outcome->complete &= schedule_is_done(schedule);
    for (guint i = 0; i < setup->n_hosts; i++)
        if (setup->hosts[i].dies_at == SIM_NEVER) {
            first = MIN(first, sim.agents[i].last_busy);
            last = MAX(last, sim.agents[i].last_busy);
        }
    outcome->end_spread_us = last - first;
    if (ops && outcome->chunks > 0)
        outcome->cpu_chunk_us = replay_us(setup, ops) / (double)outcome->chunks;
    free_agents(&sim);
    g_queue_clear(&sim.idle);
}

void
sim_outcome_clear(SimOutcome *outcome)
{
    g_clear_pointer(&outcome->sizes, g_array_unref);
}

double
sim_list_us(const SimSetup *setup)
{
    g_autofree double *costs = make_costs(setup);
    guint n = 0, next = 0;
    g_autofree double *free_at = NULL;
    g_autofree guint *hosts = NULL;
    double end = 0;

    for (guint i = 0; i < setup->n_hosts; i++)
        n += setup->hosts[i].cores;
    free_at = g_new(double, n);
    hosts = g_new(guint, n);
    for (guint i = 0; i < setup->n_hosts; i++)
        for (guint core = 0; core < setup->hosts[i].cores; core++, next++) {
            const SimHost *h = &setup->hosts[i];

            free_at[next] = (double)MAX(h->joins_at + h->latency_us / 2, h->begins_at);
            hosts[next] = i;
        }
    for (gint64 row = 0; row < setup->n_rows; row++) {
        const SimHost *h;

        next = 0;
        for (guint core = 1; core < n; core++)
            if (free_at[core] < free_at[next])
                next = core;
        h = &setup->hosts[hosts[next]];
        free_at[next] += (costs[row + 1] - costs[row]) / speed_of(h);
        end = MAX(end, free_at[next] + (double)h->latency_us / 2);
    }
    return end;
}

SimHost *
sim_make_hosts(guint n, guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    SimHost *hosts = g_new0(SimHost, n);

    for (guint i = 0; i < n; i++)
        hosts[i] = (SimHost){
            .cores = 1,
            .speed = g_rand_double_range(rand, 1, 4),
            .latency_us = (gint64)(100 * pow(500, g_rand_double(rand))),
            .overhead_us = 300,
            .dies_at = SIM_NEVER,
            .told_at = SIM_NEVER,
        };
    return hosts;
}
