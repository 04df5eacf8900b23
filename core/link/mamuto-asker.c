/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The queue of questions that connections ask the user. The thread of a connection adds a question
 * to the queue and waits for the answer. The asker's main context shows one question at a time, in
 * the order of the queue. Answers are overwritten after use, but passphrases of key files are kept
 * until the asker is freed, so that the user enters each passphrase only once. */
#include "mamuto-asker.h"

#include <string.h>

#include "question-private.h"

/* A question in the queue and its answer. Entries are reference counted, because the asking
 * thread and the MamutoQuestion share them. The asker's mutex guards all members. */
struct _AskerEntry {
    AskerState state;
    gboolean host_key;
    char *answer;
    char *key_file;          /* (nullable): the key file, if the question asks for its passphrase */
    MamutoQuestion *waiting; /* (nullable): the question, until it is passed to the callback */
    GWeakRef shown;          /* the question, after it was passed to the callback */
};

struct _MamutoAsker {
    GObject parent_instance;
    MamutoAskFunc func;
    gpointer user_data;
    GDestroyNotify destroy;
    GMainContext *context;
    GMutex mutex;
    GCond settled;
    GQueue entries; /* elements: unanswered AskerEntry; the user sees the first one now or next */
    guint n_asked;  /* atomic; number of questions asked so far */
    GHashTable *passphrases; /* key file → passphrase; several hosts may use one key file */
};

/**
 * MamutoAsker:
 *
 * Passes the questions of all connections to one callback of the program, one question at a time.
 */
G_DEFINE_FINAL_TYPE(MamutoAsker, mamuto_asker, G_TYPE_OBJECT)

static guint host_keys_changed;

void
asker_wipe(char *secret)
{
    if (secret) {
        explicit_bzero(secret, strlen(secret));
        g_free(secret);
    }
}

static void
entry_clear(gpointer data)
{
    AskerEntry *entry = data;

    asker_wipe(entry->answer);
    g_free(entry->key_file);
    g_clear_object(&entry->waiting);
    g_weak_ref_clear(&entry->shown);
}

void
asker_entry_unref(AskerEntry *entry)
{
    g_atomic_rc_box_release_full(entry, entry_clear);
}

static void show_next_locked(MamutoAsker *self);
static void withdraw_locked(MamutoAsker *self, AskerEntry *entry);
static void notify_host_keys_locked(MamutoAsker *self, AskerEntry *entry);

/* Removes @entry from the queue, together with all other entries that ask for the passphrase of
 * the same key file. Returns: (transfer container): the removed entries, which all get the same
 * answer. */
static GPtrArray *
take_out_locked(MamutoAsker *self, AskerEntry *entry)
{
    GPtrArray *taken = g_ptr_array_new();

    g_ptr_array_add(taken, entry);
    for (GList *l = self->entries.head; l && entry->key_file; l = l->next) {
        AskerEntry *other = l->data;

        if (other != entry && g_strcmp0(other->key_file, entry->key_file) == 0)
            g_ptr_array_add(taken, other);
    }
    for (guint i = 0; i < taken->len; i++)
        g_queue_remove(&self->entries, taken->pdata[i]);
    return taken;
}

void
asker_settle(MamutoAsker *self, AskerEntry *entry, AskerState state, const char *answer)
{
    g_autoptr(GPtrArray) unshown = g_ptr_array_new_with_free_func(g_object_unref);

    g_mutex_lock(&self->mutex);
    if (state == ASKER_WITHDRAWN && entry->state == ASKER_SHOWN)
        withdraw_locked(self, entry);
    if (entry->state == ASKER_WAITING || entry->state == ASKER_SHOWN) {
        g_autoptr(GPtrArray) entries = NULL;

        if (state == ASKER_WITHDRAWN) {
            entries = g_ptr_array_new();
            g_ptr_array_add(entries, entry);
            g_queue_remove(&self->entries, entry);
            notify_host_keys_locked(self, entry);
        } else {
            entries = take_out_locked(self, entry);
        }
        for (guint i = 0; i < entries->len; i++) {
            AskerEntry *one = entries->pdata[i];

            one->state = state;
            one->answer = g_strdup(answer);
            if (one->waiting)
                g_ptr_array_add(unshown, g_steal_pointer(&one->waiting));
        }
        if (entry->key_file && state == ASKER_ANSWERED)
            g_hash_table_replace(self->passphrases, g_strdup(entry->key_file), g_strdup(answer));
        g_cond_broadcast(&self->settled);
        show_next_locked(self);
    }
    g_mutex_unlock(&self->mutex);
}

static gboolean
show(gpointer data)
{
    MamutoAsker *self = data;
    MamutoQuestion *question = NULL;
    AskerEntry *entry;

    g_mutex_lock(&self->mutex);
    entry = g_queue_peek_head(&self->entries);
    if (entry && entry->state == ASKER_WAITING) {
        entry->state = ASKER_SHOWN;
        question = g_steal_pointer(&entry->waiting);
        g_weak_ref_set(&entry->shown, question);
    }
    g_mutex_unlock(&self->mutex);

    if (question) {
        self->func(question, self->user_data);
        /* If the callback took no reference, this call releases the last reference. The question
         * then counts as declined. */
        g_object_unref(question);
    }
    return G_SOURCE_REMOVE;
}

static void
invoke(MamutoAsker *self, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
    g_autoptr(GSource) source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, func, data, destroy);
    g_source_attach(source, self->context);
}

static void
show_next_locked(MamutoAsker *self)
{
    AskerEntry *entry = g_queue_peek_head(&self->entries);

    if (entry && entry->state == ASKER_WAITING)
        invoke(self, show, g_object_ref(self), g_object_unref);
}

static gboolean
emit_withdrawn(gpointer data)
{
    question_tell_withdrawn(data);
    return G_SOURCE_REMOVE;
}

/* Arranges that the main context emits "withdrawn" for the shown question. The caller shows the
 * next question after this call, so that two questions are never shown at once. */
static void
withdraw_locked(MamutoAsker *self, AskerEntry *entry)
{
    MamutoQuestion *question = g_weak_ref_get(&entry->shown);

    if (question)
        invoke(self, emit_withdrawn, question, g_object_unref);
}

static gboolean
emit_host_keys_changed(gpointer data)
{
    g_signal_emit(data, host_keys_changed, 0);
    return G_SOURCE_REMOVE;
}

static void
notify_host_keys_locked(MamutoAsker *self, AskerEntry *entry)
{
    if (entry->host_key)
        invoke(self, emit_host_keys_changed, g_object_ref(self), g_object_unref);
}

static void
on_cancelled(GCancellable *cancellable, gpointer data)
{
    MamutoAsker *self = data;

    g_mutex_lock(&self->mutex);
    g_cond_broadcast(&self->settled);
    g_mutex_unlock(&self->mutex);
}

/* Answers @entry with the stored passphrase of its key file. Returns FALSE if none is stored.
 * If @attempt is above 1, the stored passphrase was wrong, so it is deleted. The caller keeps
 * the mutex locked until the question is queued. Otherwise another thread could store the
 * passphrase in between, and the user would have to enter it twice. */
static gboolean
recall_locked(MamutoAsker *self, AskerEntry *entry, guint attempt)
{
    if (!entry->key_file)
        return FALSE;
    if (attempt > 1)
        g_hash_table_remove(self->passphrases, entry->key_file);
    entry->answer = g_strdup(g_hash_table_lookup(self->passphrases, entry->key_file));
    if (!entry->answer)
        return FALSE;
    entry->state = ASKER_ANSWERED;
    return TRUE;
}

static void
put_locked(MamutoAsker *self, AskerEntry *entry, const AskerQuestion *question)
{
    entry->waiting = question_new(self, question, entry);
    g_atomic_int_inc((gint *)&self->n_asked);
    g_queue_push_tail(&self->entries, entry);
    notify_host_keys_locked(self, entry);
    if (g_queue_peek_head(&self->entries) == entry)
        show_next_locked(self);
}

/* Asks a question and waits until it is answered or declined. Returns: (transfer full): the entry
 * with the outcome. If @cancellable is cancelled, withdraws the question and returns NULL with
 * G_IO_ERROR_CANCELLED. */
static AskerEntry *
ask(MamutoAsker *self, const AskerQuestion *question, GCancellable *cancellable, GError **error)
{
    AskerEntry *entry = g_atomic_rc_box_new0(AskerEntry);
    gulong handler = 0;
    gboolean open;

    g_weak_ref_init(&entry->shown, NULL);
    entry->host_key = question->kind == MAMUTO_QUESTION_HOST_KEY;
    if (question->kind == MAMUTO_QUESTION_PASSPHRASE)
        entry->key_file = g_strdup(question->file);

    if (cancellable)
        handler = g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled), self, NULL);
    g_mutex_lock(&self->mutex);
    if (!recall_locked(self, entry, question->attempt))
        put_locked(self, entry, question);
    while ((entry->state == ASKER_WAITING || entry->state == ASKER_SHOWN) &&
           !g_cancellable_is_cancelled(cancellable))
        g_cond_wait(&self->settled, &self->mutex);
    open = entry->state == ASKER_WAITING || entry->state == ASKER_SHOWN;
    g_mutex_unlock(&self->mutex);
    if (handler)
        g_cancellable_disconnect(cancellable, handler);

    if (open)
        asker_settle(self, entry, ASKER_WITHDRAWN, NULL);
    if (g_cancellable_set_error_if_cancelled(cancellable, error)) {
        asker_entry_unref(entry);
        return NULL;
    }
    return entry;
}

char *
asker_ask_text(MamutoAsker *self, const AskerQuestion *question, GCancellable *cancellable,
               GError **error)
{
    AskerEntry *entry;
    char *answer = NULL;

    entry = ask(self, question, cancellable, error);
    if (!entry)
        return NULL;
    if (entry->state == ASKER_ANSWERED)
        answer = g_steal_pointer(&entry->answer);
    asker_entry_unref(entry);
    return answer;
}

/**
 * mamuto_asker_get_n_asked:
 * @self: an asker
 *
 * Can be called from any thread. If the number rises during a run, the measured times of the run
 * include the time in which hosts waited for the user.
 *
 * Returns: the number of questions asked so far, answered or not
 */
guint
mamuto_asker_get_n_asked(MamutoAsker *self)
{
    g_return_val_if_fail(MAMUTO_IS_ASKER(self), 0);

    return (guint)g_atomic_int_get((gint *)&self->n_asked);
}

gboolean
asker_ask_accept(MamutoAsker *self, const AskerQuestion *question, GCancellable *cancellable,
                 GError **error)
{
    AskerEntry *entry = ask(self, question, cancellable, error);
    gboolean accepted = FALSE;

    if (entry) {
        accepted = entry->state == ASKER_ACCEPTED;
        asker_entry_unref(entry);
    }
    return accepted;
}

static void
mamuto_asker_finalize(GObject *object)
{
    MamutoAsker *self = MAMUTO_ASKER(object);

    if (self->destroy)
        self->destroy(self->user_data);
    g_hash_table_unref(self->passphrases);
    g_main_context_unref(self->context);
    g_mutex_clear(&self->mutex);
    g_cond_clear(&self->settled);
    G_OBJECT_CLASS(mamuto_asker_parent_class)->finalize(object);
}

static void
mamuto_asker_class_init(MamutoAskerClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = mamuto_asker_finalize;

    /**
     * MamutoAsker::host-keys-changed:
     * @self: the asker
     *
     * Emitted when a question about a host key is added or withdrawn, because then the list that
     * mamuto_asker_list_host_keys() returns has changed. Emitted in the main context of the asker.
     */
    host_keys_changed = g_signal_new("host-keys-changed", MAMUTO_TYPE_ASKER, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mamuto_asker_init(MamutoAsker *self)
{
    g_mutex_init(&self->mutex);
    g_cond_init(&self->settled);
    g_queue_init(&self->entries);
    self->context = g_main_context_ref_thread_default();
    self->passphrases =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)asker_wipe);
}

/**
 * mamuto_asker_new:
 * @func: (scope notified) (closure user_data) (destroy destroy): called for each question
 * @user_data: data for @func
 * @destroy: (nullable): frees @user_data
 *
 * Creates an asker. Its main context is the thread-default main context of the calling thread. In
 * this context, the asker passes one question at a time to @func. It passes the next question when
 * the previous one was answered, accepted, declined or withdrawn. The main context must run while
 * hosts are being connected.
 *
 * Returns: (transfer full): a new asker
 */
MamutoAsker *
mamuto_asker_new(MamutoAskFunc func, gpointer user_data, GDestroyNotify destroy)
{
    MamutoAsker *self;

    g_return_val_if_fail(func != NULL, NULL);

    self = g_object_new(MAMUTO_TYPE_ASKER, NULL);
    self->func = func;
    self->user_data = user_data;
    self->destroy = destroy;
    return self;
}

/**
 * mamuto_asker_list_host_keys:
 * @self: an asker
 *
 * Lists the questions about host keys that are waiting for an answer, so that one dialog can show
 * all of them. The list also contains a question that was passed to the callback. The questions may
 * be answered in any order. A question that is answered before the callback receives it is not
 * passed to the callback.
 *
 * Returns: (transfer full) (element-type MamutoQuestion): the questions
 */
GPtrArray *
mamuto_asker_list_host_keys(MamutoAsker *self)
{
    GPtrArray *questions;

    g_return_val_if_fail(MAMUTO_IS_ASKER(self), NULL);

    questions = g_ptr_array_new_with_free_func(g_object_unref);
    g_mutex_lock(&self->mutex);
    for (GList *l = self->entries.head; l; l = l->next) {
        AskerEntry *entry = l->data;
        MamutoQuestion *question =
            entry->waiting ? g_object_ref(entry->waiting) : g_weak_ref_get(&entry->shown);

        if (question)
            g_ptr_array_add(questions, question);
    }
    g_mutex_unlock(&self->mutex);

    /* The mutex must not be locked in this loop: releasing the last reference to a question
     * declines the question, and declining locks the mutex. */
    for (guint i = questions->len; i-- > 0;)
        if (mamuto_question_get_kind(questions->pdata[i]) != MAMUTO_QUESTION_HOST_KEY)
            g_ptr_array_remove_index(questions, i);
    return questions;
}
