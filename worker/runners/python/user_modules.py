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
import json
import linecache
import os
import re
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
    the working folder. Calls warn() with a text if the working folder is left out. Returns the
    UserModules, or None if there is no bundle."""
    try:
        folder = os.getcwd()
        why = why_not_imported_from(folder)
    except OSError as error:
        folder, why = '', str(error)
    if why is None:
        sys.path.append(folder)
    else:
        warn('modules in the working folder %s are not imported, because %s' % (folder, why))
    if not directory:
        return None
    # A Python process that the function starts, for example by multiprocessing, has no UserModules
    # and finds the modules in this folder.
    sys.path.insert(0, directory)
    modules = UserModules(directory)
    at = [i for i, finder in enumerate(sys.meta_path)
          if finder is importlib.machinery.PathFinder]
    sys.meta_path.insert(at[0] if at else len(sys.meta_path), modules)
    return modules


class PlacedLoader(importlib.machinery.SourceFileLoader):
    """Loads a module from the copy that was sent, with the path of the user's file as its __file__.
    The user's file itself is not read, because it may have changed since it was sent: cores that
    import the module later would then compute with other code."""

    def __init__(self, name, place, copy):
        super().__init__(name, place)
        self.copy = copy

    def path_stats(self, path):
        raise OSError('compiled code is neither read nor written')

    def get_data(self, path):
        return super().get_data(self.copy if path == self.path else path)

    def exec_module(self, module):
        if self.copy != self.path:
            # Tracebacks show the lines of the copy.
            try:
                text = self.get_source(self.name)
                linecache.cache[self.path] = (len(text), None, text.splitlines(True), self.path)
            except Exception:
                pass  # get_code() raises an exception that says more
        super().exec_module(module)


class UserModules:
    """Finds the modules that were sent. On the user's computer, the __file__ of a module is the path
    of the user's file, so that the function finds the data beside this file. On other hosts, __file__
    is in the folder to which modules and sent files were copied.

    The file `.places` in the directory is a JSON object:
        here   whether this host is the user's computer
        root   the folder of the function on the user's computer; null: unknown
        units  an object: name of each file or package -> its path on the user's computer
    In these paths, bytes that are not UTF-8 are lone surrogates, as in Python's own paths."""

    def __init__(self, directory):
        self.directory = self.copies = directory
        self.folders = [directory]
        self.here, self.root, self.units = False, None, {}
        if os.path.isdir(os.path.join(directory, '.files')):
            self.copies = os.path.join(directory, '.files')
            self.folders = [self.copies, directory]
        try:
            self.folders.append(os.readlink(os.path.join(directory, '.sent')))
        except OSError:
            pass  # no files were sent
        try:
            with open(os.path.join(directory, '.places'), encoding='utf-8') as file:
                places = json.load(file)
            self.here, self.root, self.units = places['here'], places['root'], places['units']
        except FileNotFoundError:
            self.units = {name: None for name in os.listdir(self.copies)}
        self.names = set(name[:-3] if name.endswith('.py') else name for name in self.units)
        units = '|'.join(re.escape(name) for name in sorted(self.units, key=len, reverse=True))
        self.pattern = re.compile('(?:%s)(?![\\w.-])(?:/(%s)(?![^/"\'\\s:,;)\\]]))?(/?)' % (
            '|'.join(re.escape(folder) for folder in self.folders), units or '(?!)'))

    def place_of(self, copy):
        """Returns the path for __file__ or __path__ that belongs to a file or folder in the folder
        of copies."""
        name, slash, rest = copy[len(self.copies) + 1:].partition('/')
        return self.units[name] + slash + rest if self.here and name in self.units else copy

    def copy_of(self, place):
        """Converts a path of a package's __path__ to the path of its copy, or None if it was not
        sent."""
        if not self.here:
            return place if place.startswith(self.copies + '/') else None
        for name, unit in self.units.items():
            if place == unit or place.startswith(unit + '/'):
                return os.path.join(self.copies, name) + place[len(unit):]
        return None

    def find_spec(self, name, path=None, target=None):
        if path is None:
            return self.find_top(name, name)
        folders = [copy for copy in map(self.copy_of, path) if copy]
        found = folders and importlib.machinery.PathFinder.find_spec(name, folders)
        return self.placed(found, name) if found else None

    def find_top(self, name, loaded):
        """Finds the file of a module to import it as `loaded`. Returns its spec, or None."""
        if name not in self.names:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, [self.copies])
        return self.placed(found, loaded) if found else None

    def placed(self, found, name):
        folders = found.submodule_search_locations
        if folders is not None:
            folders = [self.place_of(folder) for folder in folders]
        if type(found.loader) is importlib.machinery.SourceFileLoader:
            place = self.place_of(found.origin)
            return importlib.util.spec_from_file_location(
                name, place, loader=PlacedLoader(name, place, found.origin),
                submodule_search_locations=folders)
        if found.has_location or folders is None:
            return found  # compiled code is loaded from the copy
        spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = folders
        return spec

    def true_paths(self, text):
        """Replaces the paths of copies in a text by the paths on the user's computer."""
        def true_path(match):
            unit, slash = match.groups()
            if unit is not None and self.units[unit] is not None:
                return self.units[unit] + slash
            if self.root is not None:
                return self.root + ('/' + unit if unit else '') + slash
            return unit + slash if unit else ''
        return self.pattern.sub(true_path, text)

    def is_below(self, path):
        path = os.path.normpath(path)
        return any(path.startswith(folder + '/') for folder in self.folders)

    def hint(self, error):
        """Returns a note for the user on a file that could not be opened on this host, or ''."""
        name = getattr(error, 'filename', None)
        if self.here or not isinstance(error, (FileNotFoundError, PermissionError)):
            return ''
        if isinstance(name, bytes):
            name = os.fsdecode(name)
        if not isinstance(name, str) or not name:
            return ''
        if isinstance(error, PermissionError):
            return (' (files beside the function are read-only on hosts)'
                    if self.is_below(name) else '')
        if os.path.isabs(name):
            return (' (not sent to this host; name it in --send, in the window in Files to Send)'
                    if self.is_below(name) else '')
        return (' (files in the working folder are not sent to hosts; name the file in --send, in the '
                'window in Files to Send, and open it by a path that begins at __file__)')


def is_taken(name):
    """Returns whether `import name` would give a module that Python has already imported or
    contains, whatever is in sys.path."""
    return (name in sys.modules or
            importlib.machinery.BuiltinImporter.find_spec(name) is not None or
            importlib.machinery.FrozenImporter.find_spec(name) is not None)


def check_names(modules, own):
    """Raises NoFunction if `import` cannot find a module of the bundle because of its name. `own` is
    not checked, because load_module() does not import it by its name."""
    for name in sorted(modules.names):
        if name != own and name.isidentifier() and is_taken(name):
            file = name + '.py' if name + '.py' in modules.units else name
            raise NoFunction('%s was sent to be imported as %s, but this is the name of a module of '
                             'Python, which is imported instead; rename %s' % (file, name, file))


def load_module(name, modules, warn):
    """Imports the module `name`. A module of the bundle is loaded from its file, so that it is the
    one which the user named even if Python has a module of the same name. modules: the result of
    add_user_folders()."""
    top, dot, rest = name.partition('.')
    if modules is not None:
        check_names(modules, top)
    if modules is None or top not in modules.names:
        return importlib.import_module(name)
    loaded = top
    while is_taken(loaded):
        loaded = 'mamuto_' + loaded
    spec = modules.find_top(top, loaded)
    if spec is None or spec.origin is None:
        return importlib.import_module(name)
    if loaded != top:
        file = os.path.basename(spec.origin)
        warn('%s is imported as %s, because Python has a module %s; "import %s" imports that one'
             % (top + '/' + file if spec.submodule_search_locations else file, loaded, top, top))
    module = sys.modules[loaded] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(loaded, None)
        raise
    return importlib.import_module(loaded + dot + rest) if rest else sys.modules[loaded]
