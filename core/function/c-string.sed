# SPDX-License-Identifier: LGPL-2.1-or-later
# Converts each line of a text to a C string literal.
s/\\/\\\\/g
s/"/\\"/g
s/^/"/
s/$/\\n"/
