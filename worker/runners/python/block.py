# SPDX-License-Identifier: LGPL-2.1-or-later
# Converts the results of a chunk to one array, and exceptions to text. The build joins the files of
# this folder into one program, which must run on Python 3.6 and later.
#
# All modules that the runner uses are imported here, before the user's folders are added to
# sys.path. A module of the user may have the name of one of them, or of one that traceback and
# warnings need.
import collections
import json
import keyword
import linecache
import os
import pickle
import random
import select
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
import tokenize
import traceback
import warnings
from array import array
from binascii import b2a_base64
from itertools import chain, count, islice, repeat, starmap
from mmap import ACCESS_COPY, ACCESS_READ, ALLOCATIONGRANULARITY, mmap
try:
    import resource
except ImportError:
    resource = None  # an installation of Python without this module

RUNNER = '<mamuto>'
RAISED, DIED, BAD_RESULT, LATE, SUSPECT, BAD_ARGUMENT, NO_ARRAY = 1, 2, 3, 4, 5, 6, 7
# Exceptions whose cause may be the host: a package, a file or memory that other hosts have. Only the
# class of the exception is checked, because a message may contain any text.
HOST_ERRORS = ImportError, OSError, MemoryError
MAX_LISTED = 1000
MAX_CAUSE, MAX_ROW_TEXT, MAX_TEXTS = 500, 30000, 2 << 20
MAX_WHOLE_CAUSE = 2000  # with advice or a key; the limit of the protocol is 4,096 bytes
MAX_ODD, MAX_ODD_LENGTH = 8192, 256 << 10
MAX_DIMS = 32
numpy = None  # set by zygote.py, which reports if the import fails
user_modules = None  # set by zygote.py if modules were sent


def clean(text):
    """Returns the text as UTF-8 bytes without NUL. Paths of modules and sent files become those on
    the computer of the user."""
    if user_modules is not None:
        text = user_modules.true_paths(text)
    return text.replace('\0', '\\0').encode('utf-8', 'backslashreplace')


def shorten(data, limit):
    if len(data) <= limit:
        return data
    half = limit // 2 - 10
    cut = data[:half] + b'\n  [...]\n' + data[-half:]
    return cut.decode('utf-8', 'replace').encode('utf-8')[:limit * 2]


READ_ONLY = ('; a whole array is shared by all calls and cannot be changed: change a copy of it, as '
             'in data = data.copy()')


def cause_of(error, shares_arrays=False):
    try:
        line = traceback.format_exception_only(type(error), error)[-1].strip().split('\n')[0]
    except BaseException:
        line = type(error).__name__
    hint = clean(user_modules.hint(error)) if user_modules is not None else b''
    if shares_arrays and any(word in line for word in ('read-only', 'readonly', 'WRITEABLE')):
        hint += READ_ONLY.encode()
    return shorten(clean(line), MAX_CAUSE) + hint


def is_ours(name):
    return name == RUNNER or name.startswith('<frozen importlib')


def remove_our_frames(shown, seen):
    """Removes the runner's frames from a TracebackException and from those that it contains."""
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    shown.stack[:] = [frame for frame in shown.stack if not is_ours(frame.filename)]
    for inner in [shown.__cause__, shown.__context__] + (getattr(shown, 'exceptions', None) or []):
        remove_our_frames(inner, seen)


def text_of(error):
    """Returns the traceback without the runner's own frames."""
    try:
        tb = error.__traceback__
        while tb is not None and is_ours(tb.tb_frame.f_code.co_filename):
            tb = tb.tb_next
        shown = traceback.TracebackException(type(error), error, tb)
        remove_our_frames(shown, set())
        return shorten(clean(''.join(shown.format())), MAX_ROW_TEXT)
    except BaseException:
        return b''


def mark_rows(indices, n):
    bits = bytearray((n + 7) // 8)
    for index in indices:
        bits[index // 8] |= 1 << index % 8
    return bytes(bits)


class Errors:
    """The failed rows of a chunk. At most MAX_LISTED of them are sent with cause and traceback.
    shares_arrays: whether the function has a whole array as an argument."""

    def __init__(self, lo, shares_arrays):
        self.lo, self.shares_arrays = lo, shares_arrays
        self.rows = {}

    def add(self, index, kind, cause, text=b''):
        self.rows[index] = (kind, shorten(cause, MAX_WHOLE_CAUSE), text)

    def add_exception(self, index, error):
        exit_if_forked(error)
        kind = SUSPECT if isinstance(error, HOST_ERRORS) else RAISED
        if isinstance(error, BadResult):
            self.add(index, error.kind, clean(str(error)))
        elif len(self.rows) < MAX_LISTED:
            self.add(index, kind, cause_of(error, self.shares_arrays), text_of(error))
        else:
            self.add(index, kind, b'')
        # A function may raise the same exception again. Python would then append the new frames to
        # the old ones, which belong to another row.
        error.__traceback__ = None

    def bits(self, n, parts):
        """Returns the number of suspect rows, and the bits of rows that are not in the block (those
        that failed and those of parts) and of suspect rows (see RESULT in wire.h)."""
        suspects = [index for index, row in self.rows.items() if row[0] == SUSPECT]
        missing = chain(self.rows, *[part.indices for part in parts])
        return len(suspects), mark_rows(missing, n) + (mark_rows(suspects, n) if suspects else b'')

    def listed(self):
        """Returns the number of listed rows, and the rows encoded as wire_row_error in wire.h."""
        parts, last, room = [], None, MAX_TEXTS
        indices = sorted(self.rows)[:MAX_LISTED]
        for index in indices:
            kind, cause, text = self.rows[index]
            if text == last or len(text) > room:
                text = b''
            else:
                last = text
                room -= len(text)
            parts.append(struct.pack('<QII', self.lo + index, kind, len(cause)))
            parts.append(cause)
            parts.append(struct.pack('<I', len(text)))
            parts.append(text)
        return len(indices), b''.join(parts)


def can_travel(dtype):
    kind, size = dtype.kind, dtype.itemsize
    return kind in 'biuSU' or kind == 'f' and size <= 8 or kind == 'c' and size <= 16


def describe(value):
    name = type(value).__name__
    if isinstance(value, numpy.ndarray):
        return '%s of shape %s and dtype %s' % (name, value.shape, value.dtype)
    return 'None' if value is None else name


NO_RESULT = ('which an array cannot contain; return a number (of at most 64 bits, complex 128), '
             'text, or an array or a list of these')


def kind_of_misfit(value):
    """Returns the kind of the error for a value that does not fit into an array. JSON or
    bytes_in_json() can contain some of these values."""
    json = value is None or isinstance(value, (dict, list, tuple, str, bytes, int))
    return NO_ARRAY if json else BAD_RESULT


def as_block(values, dtype=None):
    """Returns an array of all values, or None if the array has a type that cannot be sent. dtype: their
    type, if it is known."""
    try:
        block = numpy.asarray(values, dtype)
    except Exception:
        return None
    if block.dtype.kind not in 'biufcSU' or not can_travel(block.dtype):
        return None
    if block.ndim > MAX_DIMS or not len(block) == len(values):
        return None
    return block


class Part:
    """Results of rows that fit into one array. `indices`: the indices of the rows in the chunk; None:
    all rows that have not failed."""

    def __init__(self, block, indices=None):
        self.block, self.indices = block, indices
        self.dtype, self.shape = block.dtype.str.encode(), block.shape[1:]

    def head(self):
        """Returns the encoded wire_odd (see wire.h) that describes the part."""
        return (struct.pack('<I', len(self.dtype)) + self.dtype +
                struct.pack('<I', len(self.shape)) +
                struct.pack('<%dq' % len(self.shape), *self.shape) +
                struct.pack('<Q', len(self.block)))

    def size(self):
        return 8 * len(self.block) + self.block.nbytes

    def rows(self, lo):
        return (numpy.array(self.indices, 'u8') + numpy.array(lo, 'u8')).astype('<u8')


def group_of(dtype, padded):
    """Returns a name for all types that numpy promotes to one type, whatever the order of the
    values. numpy promotes int8, uint8 and float16 to float32 or float16, for example. Therefore small
    integers are groups of their own; the controller promotes the groups, and the type does not
    depend on the chunks. padded: one array of all texts would be too large, so those of similar
    widths are a group."""
    if dtype.kind in 'SU':
        return dtype.kind + str(dtype.itemsize.bit_length() if padded else '')
    return dtype.kind + str(dtype.itemsize) if dtype.char in SMALL_INTEGERS else 'number'


SMALL_INTEGERS, SMALL_FLOATS = 'bBhH', 'efF'


def group_values(values, indices, errors, padded):
    """Groups the positions of values that fit into one array: {(shape, group): positions}. Adds an
    error for each value that is no result."""
    groups = {}
    for position, value in enumerate(values):
        try:
            one = numpy.asarray(value)
            reason = None
            if one.dtype.kind == 'O' or not can_travel(one.dtype):
                reason = 'returned %s, %s' % (describe(value), NO_RESULT)
                if isinstance(value, int):
                    reason = 'returned an integer that does not fit 64 bits'
            elif one.dtype.kind in 'SU':
                refuse_nul_at_end(value)
        except BadResult as error:
            errors.add(indices[position], error.kind, clean(str(error)))
            continue
        except Exception:
            one, reason = None, 'returned %s with parts of differing lengths' % describe(value)
        if reason is not None:
            errors.add(indices[position], kind_of_misfit(value), clean(reason))
        else:
            groups.setdefault((one.shape, group_of(one.dtype, padded)), []).append(position)
    return groups


# numpy fills the elements of an array of text with NUL characters up to the longest text, so that it
# cannot tell those at the end of a text from its own.
ENDS_IN_NUL = ('returned a text that ends in a NUL character, which an array of text would lose; remove '
               'it')
BYTES_END_IN_NUL = ('returned bytes that end in NUL, which an array of bytes would lose; return '
                    'numpy.frombuffer(value, numpy.uint8) if all have one length')


def find_nul_at_end(value):
    """Returns a text or bytes in the value, or the value itself, that ends in NUL; None if there is
    none. The elements of numpy's arrays never do."""
    if isinstance(value, (str, bytes)):
        return value if value.endswith('\0' if isinstance(value, str) else b'\0') else None
    if isinstance(value, (numpy.ndarray, numpy.generic)) or hasattr(value, '__array__') or \
            not hasattr(value, '__getitem__') or not hasattr(value, '__len__'):
        return None
    found = (find_nul_at_end(part) for part in value)
    return next((part for part in found if part is not None), None)


def refuse_nul_at_end(value):
    """Raises BadResult if an array of the value would lose NUL characters."""
    found = find_nul_at_end(value)
    if found is not None:
        raise Misfit(ENDS_IN_NUL if isinstance(found, str) else BYTES_END_IN_NUL)


def loses_nul(values, block):
    """Returns whether texts or bytes in the block have lost NUL characters at their ends."""
    if block.dtype.kind not in 'SU' or isinstance(values, numpy.ndarray):
        return False
    try:
        if '\0' not in ''.join(values):
            return False
    except TypeError:  # not only texts
        pass
    return find_nul_at_end(values) is not None


def mixes_text(values, block):
    """Returns whether values contain both text and numbers. In this case numpy has converted the
    numbers to text."""
    if block.dtype.kind not in 'SU':
        return False
    kind = block.dtype.kind
    plain = str if kind == 'U' else bytes
    return not all(isinstance(v, plain) or numpy.asarray(v).dtype.kind == kind for v in values)


def mixes_small(values, block):
    """Returns whether the type of the block may depend on the order of the values, see
    group_of()."""
    if block.dtype.char not in SMALL_FLOATS:
        return False
    kinds = set(map(type, values))
    if kinds == {list} or kinds == {tuple}:
        kinds = set(map(type, chain.from_iterable(values)))
    if kinds == {numpy.ndarray}:
        return len({value.dtype for value in values}) > 1
    return len(kinds) > 1 or not kinds <= plain_types


# Bytes of an array whose texts are mainly padding, above which the longest texts fail. The controller
# stores no such array either, unless each text has at most ALWAYS_STORED bytes.
LARGEST_PADDED, ALWAYS_STORED = 256 << 20, 4096


def bytes_in_array(value):
    return 4 * len(value) if isinstance(value, str) else len(value) if isinstance(value, bytes) else 0


def fail_longest(values, n, errors):
    """Returns the values without texts and bytes that are so much longer than the others that an array
    of all could exceed the memory of the host. Their rows fail. Also returns whether an array of the
    values that are left would still be too large."""
    if not values or not (values[0] is None or isinstance(values[0], (str, bytes))):
        return values, False
    try:
        if 4 * max(map(len, values)) * len(values) <= LARGEST_PADDED:
            return values, False
    except Exception:  # a number or None among them, or an object of the user
        pass
    sizes = list(map(bytes_in_array, values))
    size = max(sizes) * len(values)
    if size <= LARGEST_PADDED or size <= PADDED * sum(sizes):
        return values, False
    longest, kept = max(LARGEST_PADDED // len(values), ALWAYS_STORED), []
    for index, value, size in zip([i for i in range(n) if i not in errors.rows], values, sizes):
        if size <= longest:
            kept.append(value)
            continue
        errors.add(index, kind_of_misfit(value), clean(
            'returned %s of length %d, which is too long for an array with the other rows' %
            (describe(value), len(value))))
    return kept, max(map(bytes_in_array, kept), default=0) * len(kept) > LARGEST_PADDED


def block_of_texts(values):
    """Returns an array of the values if all are texts, or all are bytes, and the array keeps all of them
    without much padding; else None. This takes less time than as_block() and the checks that follow
    it."""
    kinds = set(map(type, values))
    if kinds != {str} and kinds != {bytes}:
        return None
    empty, nul, code, width = ('', '\0', 'U', 4) if kinds == {str} else (b'', b'\0', 'S', 1)
    longest, joined = max(map(len, values)), empty.join(values)
    size = width * longest * len(values)
    if nul in joined or size > WIDE_ARRAY and size > PADDED * len(joined):
        return None
    return as_block(values, code + str(max(longest, 1)))


def make_parts(values, n, errors):
    """Returns the results of all successful rows as little-endian C-order arrays: a list of Parts. The
    first one has the most rows; if several have as many, it is the one with the lowest row."""
    values, padded = fail_longest(values, n, errors)
    if not values:
        return []
    block = None if padded else as_block(values)
    if block is not None and not mixes_text(values, block) and \
            not mixes_small(values, block) and not loses_nul(values, block):
        return [Part(travelling(block))]
    indices = [i for i in range(n) if i not in errors.rows] if errors.rows else range(n)
    groups = group_values(values, indices, errors, padded)
    parts, room = [], MAX_ODD_LENGTH
    for key, positions in sorted(groups.items(), key=lambda item: (-len(item[1]), item[1][0])):
        block = as_block([values[position] for position in positions])
        reason = None
        if block is None:
            reason = 'which numpy cannot put into one array with the other rows'
        else:
            part = Part(travelling(block), [indices[position] for position in positions])
            room -= len(part.head())
            if len(parts) > MAX_ODD or room < 0:
                reason = 'and its chunk has too many rows of different shapes'
        if reason is None:
            parts.append(part)
            continue
        for position in positions:
            errors.add(indices[position], BAD_RESULT, clean(
                'returned %s, %s' % (describe(values[position]), reason)))
    return parts


def travelling(block):
    if block.dtype.byteorder == '>' or block.dtype.byteorder == '=' and sys.byteorder == 'big':
        block = block.astype(block.dtype.newbyteorder('<'))
    return numpy.ascontiguousarray(block) if block.ndim else block
