# SPDX-License-Identifier: LGPL-2.1-or-later
# Notices results that would change before they are stored. The results of a chunk are stored
# together after the last call. If a function returns its own buffer, which its next call
# overwrites, all rows would get the values of the last one.
plain_types = set()
# sys.getrefcount() of an object to which only a list refers
FRESH = max(map(sys.getrefcount, [object()])) if hasattr(sys, 'getrefcount') else 0
MASKED = ('returned masked elements, and a result cannot contain a mask; return '
          'value.filled(numpy.nan), for example')


class BadResult(Exception):
    kind = BAD_RESULT


def note_plain_types():
    """Fills plain_types with the types whose values nobody can change, and that contain no other
    values."""
    plain_types.update((bool, int, float, complex, str, bytes, type(None)))
    for code in numpy.typecodes['All']:
        if code not in 'OV':
            plain_types.add(numpy.dtype(code).type)


def is_array_like(value):
    """Returns whether numpy reads the value as an array, although it is no array, list or tuple. It
    may contain memory that other values contain too."""
    if hasattr(value, '__array__') or hasattr(value, '__array_interface__'):
        return True
    return hasattr(value, '__len__') and not isinstance(value, (str, bytes, dict, set, frozenset))


def extent_of(array):
    """Returns the addresses of the first byte of an array and of the first byte after it."""
    begin = end = array.__array_interface__['data'][0]
    for length, stride in zip(array.shape, array.strides):
        if stride < 0:
            begin += (length - 1) * stride
        else:
            end += (length - 1) * stride
    return begin, end + array.itemsize


def has_mask(value):
    """Returns whether an element is masked. numpy stores masked arrays without their masks."""
    if isinstance(value, (list, tuple)):
        return any(map(has_mask, value))
    ma = sys.modules.get('numpy.ma')
    if ma is None or not isinstance(value, ma.MaskedArray):
        return False
    return value.dtype.names is None and bool(ma.getmaskarray(value).any())


def are_only_here(values):
    """Returns whether nothing but the list refers to its values. Each of them then occurs only once
    in the list, and no later call can change it."""
    return FRESH > 0 and max(map(sys.getrefcount, values)) <= FRESH


def are_separate(values):
    """Returns whether it is quickly seen that no two results contain the same memory."""
    kinds = set(map(type, values))
    if kinds <= plain_types:
        return True
    if kinds == {numpy.ndarray}:
        separate = all([value.flags.owndata for value in values])
    elif kinds == {list} or kinds == {tuple}:
        separate = set(map(type, chain.from_iterable(values))) <= plain_types
    else:
        separate = False
    return separate and (kinds == {tuple} or are_only_here(values) or
                         len(set(map(id, values))) == len(values))


def must_be_copied(values):
    """Returns whether results may contain the same memory, or have a mask."""
    seen, extents, left = set(), [], list(values)
    while left:
        value = left.pop()
        if type(value) in plain_types:
            continue
        if isinstance(value, (list, tuple)):
            left.extend(value)
            if isinstance(value, tuple):
                continue
        elif isinstance(value, numpy.ndarray):
            if has_mask(value):
                return True
            if value.size:
                extents.append(extent_of(value))
        elif is_array_like(value):
            return True
        if id(value) in seen:
            return True
        seen.add(id(value))
    extents.sort()
    return any(second[0] < first[1] for first, second in zip(extents, extents[1:]))


def own_result(value):
    """Returns a value that later calls cannot change."""
    if type(value) is numpy.ndarray:
        return value.copy()
    if type(value) in plain_types:
        return value
    if has_mask(value):
        raise BadResult(MASKED)
    if isinstance(value, numpy.ndarray):
        return value.copy()
    try:
        array = numpy.array(value)
    except Exception:
        return value  # block.py explains why it is no result
    return value if array.dtype.hasobject else array


def rows_of_batch(result, n):
    """Returns the result of a batch function as a sequence of n rows. Iterating over a table would
    give its columns."""
    if isinstance(result, (list, tuple, numpy.ndarray)):
        return result
    rows = numpy.asarray(result) if hasattr(result, '__array__') else list(result)
    if len(rows) != n:
        raise BadResult('the batch function returned %s that has %d rows and contains %d; one result '
                        'for each row is expected' % (describe(result), n, len(rows)))
    return rows


def drop_masked(result, n, errors):
    """Returns the result of a batch without the rows that have masked elements. They fail."""
    result = rows_of_batch(result, n)
    if isinstance(result, numpy.ndarray):
        if not has_mask(result):
            return result
        rows = sys.modules['numpy.ma'].getmaskarray(result).reshape(n, -1).any(axis=1)
        kept = numpy.asarray(result)[~rows]
    else:
        if set(map(type, result)) <= plain_types:
            return result
        rows = [has_mask(value) for value in result]
        kept = [value for value, masked in zip(result, rows) if not masked]
    for i in range(n):
        if rows[i]:
            errors.add(i, BAD_RESULT, clean(MASKED))
    return kept
