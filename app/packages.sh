# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Lists of the Debian packages that Mamuto needs, and install_packages, which installs the missing
# ones. Sourced by app/run, tests/run and tests/bench/run (bash).

# to build and to run
build_packages=(
    meson ninja-build pkg-config gcc libc6-dev musl-tools
    libglib2.0-dev libglib2.0-dev-bin libssh-dev libcjson-dev libzip-dev zlib1g-dev libssl-dev
    libgirepository1.0-dev gobject-introspection
    libgtk-4-dev libadwaita-1-dev gettext desktop-file-utils shared-mime-info libgtk-4-bin
    adwaita-icon-theme fonts-cantarell librsvg2-common
    python3 python3-numpy openssh-client
)
# to test: ssh servers, windows on a virtual display and in other languages, the man page,
# introspection from Python, and the lint
test_packages=(
    openssh-server iproute2 procps util-linux tmux man-db groff-base git locales zsh
    xvfb xdotool imagemagick at-spi2-core gir1.2-atspi-2.0 dbus appstream
    gir1.2-glib-2.0 python3-gi
    clang-format clang-tidy cppcheck
)
# to compare the speed with other programs
bench_packages=(
    python3-pandas python3-joblib python3-execnet openssh-server iproute2 procps
    xvfb dbus at-spi2-core gtk-4-examples
)

# Prints those of the given packages that are not installed, one per line.
missing_packages() {
    local installed name
    # dpkg-query fails if a package is unknown, but still prints the others
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        grep -qxF -- "installed $name" <<<"$installed" || printf '%s\n' "$name"
    done
}

# Installs those of the given packages that are missing, without asking. Returns 1 with a message on
# failure.
install_packages() {
    local missing as_root=() try
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is no Debian: going on with what is installed (app/packages.sh lists what is needed)." >&2
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Needed, but neither root nor sudo is at hand. As root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        # sudo may ask for a password only in a terminal
        if [ -t 0 ]; then as_root=(sudo); else as_root=(sudo -n); fi
    fi
    echo "Installing: ${missing[*]}" >&2
    for try in 1 2 3; do
        if "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 \
            -o DPkg::Lock::Timeout=300 update &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 \
                -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"; then
            return 0
        fi </dev/null >&2
        echo "apt-get failed (attempt $try of 3)" >&2
    done
    echo "Could not install: ${missing[*]}" >&2
    return 1
}
