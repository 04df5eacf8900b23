# SPDX-License-Identifier: LGPL-2.1-or-later
# Usage: make-tar.py OUTPUT FILE...
#
# Writes files without their folders into a ustar archive. The archive depends only on the names and
# contents of the files. Two files must not have the same name, even in different folders, because a
# host compiles all files in one folder with `cc *.c`.
import io
import os
import sys
import tarfile

output, inputs = sys.argv[1], sys.argv[2:]
names = [os.path.basename(path) for path in inputs]
for name in sorted(set(names)):
    if names.count(name) > 1:
        sys.exit('make-tar.py: several files are called %s' % name)
with tarfile.open(output, 'w', format=tarfile.USTAR_FORMAT) as tar:
    for path in sorted(inputs, key=os.path.basename):
        data = open(path, 'rb').read()
        info = tarfile.TarInfo(os.path.basename(path))
        info.size = len(data)
        info.mode = 0o644
        tar.addfile(info, io.BytesIO(data))
