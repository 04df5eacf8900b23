/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A note for the reader of a report or a comparison. A note consists of data instead of a sentence,
 * so that each program can write the sentence in the user's language. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoNoteKind:
 * @MAMUTO_NOTE_TEXT: the only text is a complete sentence
 * @MAMUTO_NOTE_BUDGET_OVER: the time budget of a comparison ended before everything was measured
 * @MAMUTO_NOTE_STOPPED: a comparison was stopped before everything was measured
 * @MAMUTO_NOTE_ENDED: a comparison failed before everything was measured; the text is the reason
 * @MAMUTO_NOTE_NO_CLUSTER: the cluster could not be measured; the text is the reason
 * @MAMUTO_NOTE_QUESTION: the user answered a question during the cold start, so that start is not
 *   counted
 * @MAMUTO_NOTE_HOST_LOST: the host was lost; the text, if any, is the reason
 * @MAMUTO_NOTE_HOST_FAILED: the host could not be used; the text, if any, is the reason
 * @MAMUTO_NOTE_MORE_LOST: @count more hosts were lost
 * @MAMUTO_NOTE_MORE_FAILED: @count more hosts could not be used
 * @MAMUTO_NOTE_CPUS_DIFFER: the CPU of each host lacks the features in the text at the same index;
 *   @count further hosts lack features, too
 * @MAMUTO_NOTE_SPANS_DROPPED: @count spans were dropped because there were too many
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
 * @kind: the subject of the note
 * @hosts: (array zero-terminated=1): names of hosts
 * @texts: (array zero-terminated=1): texts whose meaning depends on @kind; valid UTF-8. Texts
 *   that were received from hosts may contain control characters
 * @count: a number whose meaning depends on @kind
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
