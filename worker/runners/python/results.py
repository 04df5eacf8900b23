# SPDX-License-Identifier: LGPL-2.1-or-later
# Notices results that may change before they are stored. The results of a chunk are stored together
# after the last call. If a function returns its own buffer, the buffer may contain the values of a
# later call by then.
plain_types = set()
# sys.getrefcount() of an object to which only a list refers
FRESH = max(map(sys.getrefcount, [object()])) if hasattr(sys, 'getrefcount') else 0
MASKED = ('returned masked elements, and a result cannot contain a mask; return '
          'value.filled(numpy.nan), for example')


class BadResult(Exception):
    kind = BAD_RESULT


class Misfit(BadResult):
    """The result does not fit into an array, but into a line of JSON."""

    kind = NO_ARRAY


def note_plain_types():
    """Fills plain_types with the types whose values nobody can change, and that contain no other
    values."""
    plain_types.update((bool, int, float, complex, str, bytes, type(None)))
    for code in numpy.typecodes['All']:
        if code not in 'OV':
            plain_types.add(numpy.dtype(code).type)


def has_mask(value):
    """Returns whether an element is masked. numpy stores masked arrays without their masks."""
    if isinstance(value, (list, tuple)):
        return any(map(has_mask, value))
    ma = sys.modules.get('numpy.ma')
    if ma is None or not isinstance(value, ma.MaskedArray):
        return False
    return value.dtype.names is None and bool(ma.getmaskarray(value).any())


def are_only_here(values, n_more=0):
    """Returns whether nothing refers to the values but the list and n_more other containers, so that
    no later call can change them."""
    return FRESH > 0 and max(map(sys.getrefcount, values), default=0) <= FRESH + n_more


def are_separate(values):
    """Returns whether it is quickly seen that no later call can change a result, and that no result
    has a mask."""
    kinds = set(map(type, values))
    if kinds <= plain_types:
        return True
    if kinds == {numpy.ndarray}:
        separate = all([value.flags.owndata for value in values])
    elif kinds == {list} or kinds == {tuple}:
        separate = set(map(type, chain.from_iterable(values))) <= plain_types
    else:
        separate = False
    return separate and (kinds == {tuple} or are_only_here(values))


def must_be_copied(values):
    """Returns whether a later call may have changed a result, because something else refers to the
    result or to its memory, or whether a result may have a mask."""
    left = [values]
    while left:
        container = left.pop()
        changeable = [value for value in container
                      if type(value) not in plain_types and type(value) is not tuple]
        if not are_only_here(changeable, 1):  # the container refers to them, too
            return True
        for value in changeable:
            # Nothing is known about objects of other types.
            if type(value) is not list and (type(value) is not numpy.ndarray or
                                            not value.flags.owndata or value.dtype.hasobject):
                return True
        left.extend([value for value in container if type(value) in (list, tuple)])
    return False


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
    if array.dtype.kind in 'SU':
        refuse_nul_at_end(value)
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
