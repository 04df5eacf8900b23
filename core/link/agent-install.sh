# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the agent on a host if it is not installed yet, and starts it. Arguments: $1 is the
# nonce, a random text with which each line for the controller begins. $2 is the number of the
# directory to try first. $3 is HASH,SIZE of the sources of the agent. Each further argument is
# SYSTEM/MACHINE=HASH,SIZE of a compiled agent that the controller can send.
#
# The controller sends this script to the login shell (sh, bash, csh, fish) as one line in single
# quotes, without comment lines and indentation. Therefore the script must not contain a single
# quote, backslash or exclamation mark, and must stay valid if each line break becomes a space.
umask 077; set -f; unset CDPATH; begin=$(pwd);
n=$1; first=$2; source=$3; shift 3;
say() { echo "$n" "$@"; };
os=$(uname -s); m=$os/$(uname -m); say machine "$m";
ready=; for a do case "$a" in "$m="*) ready=${a#*=};; esac; done;
if [ -n "$ready" ]; then f=agent-${ready%,*}; else f=built-${source%,*}-$(uname -m); fi;
t=; b=; clean() { [ -z "$t" ] || rm -f "$t"; [ -z "$b" ] || rm -rf "$b"; };
trap clean EXIT; trap "exit 9" HUP INT TERM PIPE;

# sum_of prints the SHA-256 of a file, or nothing if the host has no program to compute it.
if command -v sha256sum >/dev/null 2>&1; then hasher=sha256sum;
elif command -v shasum >/dev/null 2>&1; then hasher="shasum -a 256";
elif command -v openssl >/dev/null 2>&1; then hasher="openssl dgst -sha256 -r";
elif command -v busybox >/dev/null 2>&1; then hasher="busybox sha256sum";
else hasher=true; fi;
sum_of() { x=$($hasher <"$1" 2>/dev/null); echo "${x%% *}"; };

# Tests whether this system can execute the file $1. The agent exits at once, because its input is
# empty. The shell returns a status of 126 or more if the file cannot be executed.
runs() { "$1" </dev/null >/dev/null 2>&1; [ $? -lt 126 ]; };
start() { t=; say run "$1"; trap - EXIT HUP INT TERM PIPE; exec "$1" "$begin"; };
give_up() { say "$@"; exit 3; };
# Requests the file $1 from the controller and copies it from standard input into the file $t. $2 is
# HASH,SIZE of the requested file.
fetch() {
  say need "$1";
  head -c "${2#*,}" >"$t" 2>/dev/null;
  size=$(wc -c <"$t"); have=$(sum_of "$t");
  [ "$size" -eq "${2#*,}" ] || give_up fail "$i" "$d could not store the whole file (is the disk full?)";
  [ -z "$have" ] || [ "$have" = "${2%,*}" ] || give_up fail "$i" "$d did not store the file correctly";
};

# Removes what a killed installation left here more than an hour ago. An hour, because another host
# with the same home may be installing now.
tidy() {
  for x in .new .build; do find . -maxdepth 1 -name "$x.*" -mmin +60 -exec rm -rf {} + ; done 2>/dev/null;
};

# The script enters a directory first and then tests and uses it as ".", because its name may lead to
# another directory a moment later.
i=0; u=$(id -u); p=./$f;
for d in "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/mamuto" "/var/tmp/mamuto-$u"
  "/tmp/mamuto-$u" "/dev/shm/mamuto-$u"; do
  i=$((i + 1)); [ "$i" -ge "$first" ] || continue;
  mkdir -p "$d" 2>/dev/null;
  t=./.new.$$; why=;
  if [ -L "$d" ]; then why="is a symbolic link";
  elif cd -P "$d" 2>/dev/null; then
    if [ -O . ]; then
      case "$(ls -ld .)" in
        d????-??-*) ;;
        *) why="may be written by others";;
      esac;
    else why="belongs to another user"; fi;
  elif [ -d "$d" ]; then why="cannot be entered";
  else why="cannot be created"; fi;
  if [ -z "$why" ] && [ -f "$p" ]; then
    have=$(sum_of "$p");
    if [ -n "$ready" ]; then want=${ready%,*}; else want=$(cat "$p.sum" 2>/dev/null); fi;
    if [ -n "$have" ] && [ "$have" = "$want" ] && runs "$p"; then start "$p"; fi;
  fi;
  if [ -z "$why" ]; then
    if (true >"$t") 2>/dev/null; then
      chmod 700 "$t"; "$t" 2>/dev/null || why="does not allow programs to run (noexec)";
      rm -f "$t";
    else why="cannot be written"; fi;
  fi;
  if [ -n "$why" ]; then t=; say skip "$d" "$why"; continue; fi;

  tidy;
  if [ -n "$ready" ]; then
    fetch agent "$ready";
  else
    for c in cc gcc clang none; do command -v $c >/dev/null 2>&1 && break; done;
    [ $c = none ] && give_up nocc;
    fetch source "$source";
    b=.build.$$; mkdir "$b";
    (cd "$b" && tar xf "../$t" && set +f && $c -std=gnu11 -D_GNU_SOURCE -O2 -o .agent *.c) >"$b/.log" 2>&1
      || give_up nobuild $(tail -n 4 "$b/.log");
    mv -f "$b/.agent" "$t"; sum_of "$t" >"$p.sum";
  fi;
  chmod 700 "$t";
  runs "$t" || give_up broken "$d/$f";
  mv -f "$t" "$p" || give_up fail "$i" "$d cannot be written";
  rm -rf "$b"; b=;
  ls -t | grep -E "^(agent|built)-" | tail -n +17 | while read -r old; do rm -f "./$old"; done;
  start "$p";
done;
give_up nowhere;
