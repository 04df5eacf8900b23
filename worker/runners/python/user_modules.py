# SPDX-License-Identifier: LGPL-2.1-or-later
# Finds the user's modules. The build puts this file first into the program of the runner and into
# the program of the plain loop (core/timing/loop.py), because both must import the same modules.
#
# Python searches the entry '' and relative entries of sys.path in the working folder, where other
# users may be able to create files. Without these entries, the imports below come from the
# installation of Python.
import sys
sys.path[:] = [entry for entry in sys.path if entry[:1] == '/']
import importlib.machinery
import importlib.util
import os
import stat


class NoFunction(Exception):
    pass


def is_private_group(gid):
    """Returns whether the group has no other member than the user. Many systems give each user such
    a group, and let it write to the folders of the user."""
    try:
        import grp
        import pwd
        user, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(gid)
    except (ImportError, KeyError):
        return False
    return (gid == user.pw_gid and group.gr_name == user.pw_name and
            set(group.gr_mem) <= {user.pw_name})


def has_acl(folder):
    try:
        os.getxattr(folder, 'system.posix_acl_access')
        return True
    except OSError:
        return False


def others_may_write(folder, info):
    if info.st_mode & stat.S_IWOTH:
        return True
    # With an access control list, this bit says that a user or group of the list may write.
    return bool(info.st_mode & stat.S_IWGRP) and (
        has_acl(folder) or not is_private_group(info.st_gid))


def why_not_imported_from(folder):
    """Returns a text if other users can create modules in the folder, else None. Who can rename a
    folder above can replace the folder, so the folders above are checked too."""
    try:
        info = os.stat(folder)
        if info.st_uid != os.geteuid():
            return 'the folder belongs to another user'
        if others_may_write(folder, info):
            return 'other users may create files there'
        above = os.path.dirname(folder)
        while True:
            info = os.stat(above)
            if info.st_uid not in (0, os.geteuid()):
                return '%s belongs to another user' % above
            if not info.st_mode & stat.S_ISVTX and others_may_write(above, info):
                return 'other users may rename files in %s' % above
            if above == '/':
                return None
            above = os.path.dirname(above)
    except OSError as error:
        return str(error)


def add_user_folders(directory, warn):
    """Makes modules importable: first those in `directory`, the bundle (may be ''), last those in
    the working folder. Calls warn() with a text if the working folder is left out."""
    try:
        folder = os.getcwd()
        why = why_not_imported_from(folder)
    except OSError as error:
        folder, why = '', str(error)
    if why is None:
        sys.path.append(folder)
    else:
        warn('modules in the working folder %s are not imported, because %s' % (folder, why))
    if directory:
        sys.path.insert(0, directory)


def is_taken(name):
    """Returns whether `import name` would give a module that Python has already imported or
    contains, whatever is in sys.path."""
    return (name in sys.modules or
            importlib.machinery.BuiltinImporter.find_spec(name) is not None or
            importlib.machinery.FrozenImporter.find_spec(name) is not None)


def check_names(directory, own):
    """Raises NoFunction if `import` cannot find a module of the bundle because of its name. `own` is
    not checked, because load_module() does not import it by its name."""
    for file in sorted(os.listdir(directory)):
        name = file[:-3] if file.endswith('.py') else file
        if name != own and name.isidentifier() and is_taken(name):
            raise NoFunction('%s was sent to be imported as %s, but this is the name of a module of '
                             'Python, which is imported instead; rename %s' % (file, name, file))


def load_module(name, directory, warn):
    """Imports the module `name`. A module of the bundle is loaded from its file, so that it is the
    one which the user named even if Python has a module of the same name."""
    top, dot, rest = name.partition('.')
    found = None
    if directory:
        check_names(directory, top)
        found = importlib.machinery.PathFinder.find_spec(top, [directory])
    if found is None or found.origin is None:
        return importlib.import_module(name)
    loaded = top
    while is_taken(loaded):
        loaded = 'mamuto_' + loaded
    if loaded != top:
        warn('%s is imported as %s, because Python has a module %s; "import %s" imports that one'
             % (os.path.relpath(found.origin, directory), loaded, top, top))
    spec = importlib.util.spec_from_file_location(
        loaded, found.origin, submodule_search_locations=found.submodule_search_locations)
    module = sys.modules[loaded] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(loaded, None)
        raise
    return importlib.import_module(loaded + dot + rest) if rest else sys.modules[loaded]
