/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Helpers that do not depend on the agent's state: memory, text, paths, descriptors. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *xcalloc(size_t n, size_t size);
void *xmemdup(const void *data, size_t size);
char *xstrndup(const char *data, size_t len);
__attribute__((format(printf, 1, 2))) char *xprintf(const char *format, ...);
void close_fd(int *fd);
/* Returns the text of an error number. For a lack of descriptors, the text names the limit. */
const char *error_text(int number);
uint64_t now_us(void);
int memory_file(const char *name);
bool set_nonblocking(int fd);
/* Replaces "~/" at the start of `path` by the directory in $HOME. If `path` is empty, returns this
 * directory. */
char *expand_home(const char *path);
char *find_in_path(const char *name); /* NULL if PATH does not contain `name` */
int make_directories(const char *path);
/* Reads a file as text with a NUL at the end. Returns the number of bytes, 0 on an error. */
size_t read_text(const char *path, char *text, size_t size);
/* Reads the memory of this machine that this process may use, and its free part, in bytes. `root`:
 * a folder with /proc and /sys for tests, else "". Implemented in free-memory.c. */
void free_memory_read(const char *root, uint64_t *total, uint64_t *available);
