# shellcheck shell=bash
# A private PostgreSQL server in the data folder, for './engage up --storage postgres'. Sourced by engage.
#
#   DATA/postgres/db        the database cluster, made at the first start
#   DATA/postgres.secret    the password of the role 'engage', which owns the database 'engage'
#   DATA/postgres.log
#
# It listens on a Unix socket alone, in a folder that only its owner enters. PostgreSQL refuses to run as root; root
# therefore gives the folder to the user 'postgres' and starts the server as that user.

pg_major_min=15
pg_bin="" pg_owner="" pg_home="" pg_socket="" pg_secret="" as_owner=()

# ---- the programs ---------------------------------------------------------------------------------------------------

pg_folders() { # newest version first
  local folder
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin; do
    [[ ! -x "$folder/postgres" ]] || printf '%s\n' "$folder"
  done | LC_ALL=C sort -rV
  ! command -v pg_config > /dev/null || pg_config --bindir
  ! command -v postgres > /dev/null || dirname "$(command -v postgres)"
}

pg_major() { "$1/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

# Sets pg_bin. A database cluster is read by the major version that made it and by no other.
find_postgres() { # MAJOR, or empty for the newest
  local folder major
  while IFS= read -r folder; do
    [[ -x "$folder/postgres" && -x "$folder/initdb" && -x "$folder/psql" ]] || continue
    major="$(pg_major "$folder")"
    [[ "$major" == "${1:-$major}" && "$major" -ge $pg_major_min ]] && pg_bin="$folder" && return
  done < <(pg_folders)
  return 1
}

# Debian's package would make and start a server of its own; we want the programs alone.
install_postgres() { # fails where that is not possible, after saying why
  local settings=/etc/postgresql-common/createcluster.conf package=postgresql-$pg_major_min
  apt_install postgresql-common || return 1
  apt-cache show "$package" > /dev/null 2>&1 || package=postgresql
  (
    trap 'mv -f "$settings.engage" "$settings"' EXIT
    trap 'exit 130' INT TERM
    cp -p "$settings" "$settings.engage"
    printf 'create_main_cluster = false\n' >> "$settings"
    apt_install "$package"
  )
}

need_postgres() { # HOME: of the database cluster, which may not exist yet
  local made=""
  [[ ! -f "$1/db/PG_VERSION" ]] || made="$(< "$1/db/PG_VERSION")"
  find_postgres "$made" && return
  [[ -z "$made" ]] || die "the database in $1 was made by PostgreSQL $made, whose programs are not on this machine." \
    "Install postgresql-$made, or carry the data over with pg_upgrade."
  can_install && install_postgres && find_postgres "" && return
  die "PostgreSQL $pg_major_min or newer is missing (initdb, postgres and psql). Install it (Debian: apt-get install" \
    "postgresql), or name a server with '--storage postgres://user:password@host/database'."
}

# ---- its folder -----------------------------------------------------------------------------------------------------

choose_owner() {
  as_owner=() pg_owner="$(id -un)"
  if [[ $EUID -ne 0 ]]; then
    [[ ! -e "$pg_home" || -O "$pg_home" ]] || die "$pg_home belongs to another user; start as that user or as root."
    return
  fi
  pg_owner=postgres
  id -u postgres > /dev/null 2>&1 || pg_owner=nobody
  [[ ! -d "$pg_home" ]] || pg_owner="$(stat -L -c %U "$pg_home")"
  command -v setpriv > /dev/null || die "setpriv (util-linux) is missing; root needs it to start PostgreSQL as '$pg_owner'."
  as_owner=(setpriv --reuid "$pg_owner" --regid "$(id -g "$pg_owner")" --init-groups --)
}

# The data folder may lie where the owner cannot enter (below /root, for example). The database then goes where it can,
# and the data folder keeps a link. Leaves in pg_home the place itself, not a path through that link.
make_home() { # DATA
  if [[ ! -d "$pg_home" ]]; then
    [[ ! -L "$pg_home" ]] || die "the database of this data folder is in $(readlink "$pg_home"), which is not there." \
      "Bring it back; or, to begin anew, remove the link $pg_home"
    if [[ $EUID -ne 0 ]]; then mkdir "$pg_home"; else make_home_for_owner "$1"; fi
  fi
  pg_home="$(cd -P "$pg_home" && pwd)"
}

make_home_for_owner() { # DATA
  local place="$pg_home"
  chmod a+x "$1"
  if as_owner_in / test -x "$1"; then
    mkdir "$place"
  else
    place="$(mktemp -d /var/lib/engage-XXXXXXXX)"
    ln -s "$place" "$pg_home"
    say "The user '$pg_owner' cannot enter $1; the database is in $place, and $pg_home links to it."
  fi
  chown "$pg_owner:" "$place"
}

as_owner_in() { (cd "$1" && shift && exec "${as_owner[@]}" "$@"); }

# Made beside its place and moved when it is whole: an interrupted start leaves no half database.
make_cluster() {
  local new="$pg_home/db.new"
  [[ ! -d "$pg_home/db" ]] || return 0
  rm -rf "$new"
  quietly initdb as_owner_in "$pg_home" "$pg_bin/initdb" -D "$new" -U postgres --encoding=UTF8 --locale=C \
    --data-checksums --auth=scram-sha-256 --auth-local=peer
  printf '%s\n' 'local all postgres peer map=owner' 'local engage engage scram-sha-256' > "$new/pg_hba.conf"
  printf 'owner "%s" postgres\n' "$pg_owner" > "$new/pg_ident.conf"
  mv "$new" "$pg_home/db"
}

# The path of a Unix socket has at most 107 bytes.
place_socket() {
  local LC_ALL=C
  pg_socket="$pg_home"
  [[ ${#pg_socket} -gt 85 ]] || return 0
  scratch="${scratch:-$(mktemp -d "${TMPDIR:-/tmp}/engage-XXXXXX")}"
  pg_socket="$scratch"
  [[ $EUID -ne 0 ]] || chown "$pg_owner:" "$scratch"
}

# ---- running it -----------------------------------------------------------------------------------------------------

# A server that outlived a killed './engage up' is ended: only our own child can be watched. A pid file may also be stale
# and its number another process' by now, another database's even: who is meant is read from its command line.
stop_orphan() {
  local pid="" file="$pg_home/db/postmaster.pid"
  [[ ! -f "$file" ]] || read -r pid < "$file"
  [[ -n "$pid" ]] && kill -0 "$pid" 2> /dev/null || return 0
  if [[ "$(command_of "$pid")" == *"postgres -D $pg_home/db "* ]]; then
    say "Stopping the PostgreSQL server that an earlier run left behind ..."
    quietly pg-stop as_owner_in "$pg_home" "$pg_bin/pg_ctl" stop -m fast -w -D "$pg_home/db"
  elif ! lives_in "$pg_home/db"; then
    rm -f "$file"
  fi
}

command_of() { # PID
  if [[ -r "/proc/$1/cmdline" ]]; then tr '\0' ' ' < "/proc/$1/cmdline"; else ps -o command= -p "$1"; fi
}

# Whether a process works in the folder, as every process of a database does. Where that cannot be seen, yes.
lives_in() { # FOLDER
  [[ -d /proc/self/cwd ]] || return 0
  find /proc/[0-9]*/cwd -maxdepth 0 -lname "$1" 2> /dev/null | grep -q .
}

run_postgres() {
  cd "$pg_home" || exit
  exec "${as_owner[@]}" "$pg_bin/postgres" -D "$pg_home/db" -c listen_addresses= \
    -c unix_socket_directories="\"$pg_socket\"" -c unix_socket_permissions=0700 -c max_connections=200 \
    -c max_wal_size=2GB -c logging_collector=off -c log_destination=stderr
}

answers_postgres() { "$pg_bin/pg_isready" -q -h "$pg_socket" -U engage -d engage; }

launch_postgres() { # DATA; tried again while the children of a killed server still go
  local tries
  for ((tries = 0; tries < 50; tries++)); do
    launch database "$1/postgres.log" run_postgres 9>&-
    sleep 0.2
    is_running database || ! grep -q 'shared memory block' "$1/postgres.log" || continue
    break
  done
  # Recovery after a crash reads up to max_wal_size.
  wait_for database 300 answers_postgres
}

# At every start, so that a lost secret or a half-made database is no obstacle. The log never shows a password.
prepare_database() {
  as_owner_in "$pg_home" "$pg_bin/psql" -X -q -w -t -A -v ON_ERROR_STOP=1 -h "$pg_socket" -U postgres -d postgres << SQL
SET log_min_error_statement = panic;
SET client_min_messages = warning;
SELECT 'CREATE ROLE engage LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'engage') \gexec
ALTER ROLE engage PASSWORD '$pg_secret';
SELECT 'CREATE DATABASE engage OWNER engage'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'engage') \gexec
SQL
}

start_database() { # DATA: a running server; sets 'connection', which the platform gets through its environment
  local data="$1"
  pg_home="$data/postgres"
  need_postgres "$pg_home"
  choose_owner
  make_home "$data"
  make_cluster
  place_socket
  stop_orphan
  pg_secret="$(secret_in "$data/postgres.secret")"
  launch_postgres "$data"
  quietly prepare-database prepare_database
  connection="Host=\"${pg_socket//\"/\"\"}\";Username=engage;Password=$pg_secret;Database=engage"
}
