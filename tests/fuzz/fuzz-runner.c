/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An agent that computes a run receives any messages of interpreters and slots. The input is a
 * script (see agent-script.h). Before it begins, the agent has received a function for two slots, a
 * run of 40 rows and four chunks of it. */
#include "agent-script.h"

static struct {
    uint8_t bytes[8192];
    size_t used;
} out;

static void
put_frame(uint8_t type, uint32_t run, uint64_t chunk, const struct wire_writer *meta,
          size_t payload_size)
{
    struct wire_header h = {
        .type = type, .session = 1, .run = run, .chunk = chunk, .attempt = chunk > 0 ? 1 : 0};

    h.meta_len = (uint32_t)meta->used;
    h.payload_len = payload_size;
    FUZZ_ASSERT(!meta->overflow &&
                out.used + WIRE_HEADER_SIZE + meta->used + payload_size <= sizeof out.bytes);
    wire_header_encode(&h, out.bytes + out.used);
    memcpy(out.bytes + out.used + WIRE_HEADER_SIZE, meta->data, meta->used);
    out.used += WIRE_HEADER_SIZE + meta->used + payload_size; /* the payload is zeros */
}

static void
put_frames(void)
{
    uint8_t meta[1024];
    struct wire_writer w;

    wire_writer_init(&w, meta, sizeof meta);
    wire_put_open(&w, &(struct wire_open){.workdir = wire_str("/", 1), .slots = 2});
    put_frame(WIRE_OPEN, 0, 0, &w, 0);
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_prepare(&w, &(struct wire_prepare){.function = 1,
                                                .runner = wire_str("python", 6),
                                                .interpreter = wire_str("/bin/sh", 7),
                                                .module = wire_str("m", 1),
                                                .name = wire_str("f", 1),
                                                .bundle = wire_str("", 0)});
    put_frame(WIRE_PREPARE, 0, 0, &w, 0);
    wire_writer_init(&w, meta, sizeof meta);
    wire_put_run(
        &w, &(struct wire_run){.function = 1, .n_args = 1, .n_rows = 40, .row_limit_us = 1000000});
    wire_put_arg(&w, &(struct wire_arg){.kind = WIRE_ARG_ROWS,
                                        .dtype = wire_str("<f8", 3),
                                        .n_dims = 1,
                                        .shape = {40},
                                        .strides = {8},
                                        .text = wire_str("", 0)});
    put_frame(WIRE_RUN, 1, 0, &w, 0);
    for (uint64_t i = 0; i < 4; i++) {
        wire_writer_init(&w, meta, sizeof meta);
        wire_put_chunk(&w, &(struct wire_chunk){10 * i, 10 * i + 10, 80});
        put_frame(WIRE_CHUNK, 1, i + 1, &w, 80);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (out.used == 0)
        put_frames();
    agent_script_play(&(struct fuzz_input){out.bytes, out.used}, &(struct fuzz_input){data, size});
    return 0;
}
