/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Loads any bytes as a job file. A job that is loaded must be the same after it was saved and
 * loaded again, and must have the same values as its copy. */
#include "fuzz-folder.h"
#include "fuzz.h"
#include "mamuto-job.h"

static void
check_saved(MamutoJob *job)
{
    g_autofree char *path = fuzz_folder_path("saved.mamuto");
    g_autoptr(MamutoJob) back = NULL;
    GError *error = NULL;

    FUZZ_ASSERT(mamuto_job_save(job, path, &error));
    back = mamuto_job_new_from_file(path, &error);
    FUZZ_ASSERT(back != NULL && mamuto_job_equal(job, back));
    for (guint i = 0; i < mamuto_job_get_n_arguments(job); i++)
        FUZZ_ASSERT(g_strcmp0(mamuto_job_get_argument_name(job, i),
                              mamuto_job_get_argument_name(back, i)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = fuzz_folder_put("loaded.mamuto", data, size), *command = NULL;
    g_autoptr(MamutoJob) job = NULL, copy = NULL;
    GError *error = NULL;

    job = mamuto_job_new_from_file(path, &error);
    fuzz_check_error(job, error);
    if (job == NULL)
        return 0;
    copy = mamuto_job_copy(job);
    FUZZ_ASSERT(mamuto_job_equal(job, copy));
    command = mamuto_job_to_command(job, "mamuto-cli");
    check_saved(job);
    check_saved(copy);
    FUZZ_ASSERT(mamuto_job_equal(job, copy));
    return 0;
}
