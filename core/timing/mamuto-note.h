/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a reader of a report or a comparison should know, as data: each program words it in its own
 * language. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoNoteKind:
 * @MAMUTO_NOTE_TEXT: a sentence, its only text
 * @MAMUTO_NOTE_BUDGET_OVER: a comparison's time was over before everything was measured
 * @MAMUTO_NOTE_STOPPED: a comparison was stopped before that
 * @MAMUTO_NOTE_ENDED: a comparison failed before that; the text says why
 * @MAMUTO_NOTE_NO_CLUSTER: the cluster could not be measured; the text says why
 * @MAMUTO_NOTE_QUESTION: a question was answered during the cold start, which does not count
 * @MAMUTO_NOTE_HOST_LOST: the host was lost; the text, if there is one, says why
 * @MAMUTO_NOTE_HOST_FAILED: the host could not be used; the text, if there is one, says why
 * @MAMUTO_NOTE_MORE_LOST: so many more hosts were lost
 * @MAMUTO_NOTE_MORE_FAILED: so many more hosts could not be used
 * @MAMUTO_NOTE_CPUS_DIFFER: the CPU of each host lacks the features that are the text at the same
 *   place; so many more lack some, too
 * @MAMUTO_NOTE_SPANS_DROPPED: so many spans were too many to be kept
 */
typedef enum {
    MAMUTO_NOTE_TEXT,
    MAMUTO_NOTE_BUDGET_OVER,
    MAMUTO_NOTE_STOPPED,
    MAMUTO_NOTE_ENDED,
    MAMUTO_NOTE_NO_CLUSTER,
    MAMUTO_NOTE_QUESTION,
    MAMUTO_NOTE_HOST_LOST,
    MAMUTO_NOTE_HOST_FAILED,
    MAMUTO_NOTE_MORE_LOST,
    MAMUTO_NOTE_MORE_FAILED,
    MAMUTO_NOTE_CPUS_DIFFER,
    MAMUTO_NOTE_SPANS_DROPPED,
} MamutoNoteKind;

/**
 * MamutoNote:
 * @kind: what it is about
 * @hosts: (array zero-terminated=1): names of hosts
 * @texts: (array zero-terminated=1): text that belongs to the kind, of hosts maybe: valid UTF-8
 *   that may hold control characters
 * @count: a number that belongs to the kind
 */
typedef struct {
    MamutoNoteKind kind;
    char **hosts;
    char **texts;
    guint64 count;
} MamutoNote;

#define MAMUTO_TYPE_NOTE (mamuto_note_get_type())
GType mamuto_note_get_type(void);

MamutoNote *mamuto_note_new(MamutoNoteKind kind, const char *host, const char *text, guint64 count);
void mamuto_note_add(MamutoNote *self, const char *host, const char *text);
MamutoNote *mamuto_note_copy(const MamutoNote *self);
void mamuto_note_free(MamutoNote *self);
char *mamuto_note_format(const MamutoNote *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MamutoNote, mamuto_note_free)

G_END_DECLS
