# shellcheck shell=bash
# The data folder, and which database holds what is stored. Sourced by engage.

storage="" connection="" data_folder=""

# One './engage up' per data folder, whatever the storage. The kernel holds the lock as long as the server lives.
lock_data() { # DATA
  need_free_data "$1"
  command -v flock > /dev/null || return 0
  exec 9>> "$1/up.lock"
  flock -n 9 || die "the data folder $1 is in use by another './engage up' (or by a server that one left behind)." \
    "Stop it, or give --data another folder."
}

# Creates and locks the data folder. What people do here is nobody else's on this machine.
open_data() { # FOLDER
  (umask 077 && mkdir -p "$1" && : >> "$1/up.lock") || die "--data $1: cannot create this folder, or not write to it."
  data_folder="$(cd "$1" && pwd)"
  lock_data "$data_folder"
}

last_storage() { # DATA: what the folder was last used with, or nothing
  if [[ -s "$1/storage" ]]; then cat "$1/storage"; elif [[ -f "$1/engage.db" ]]; then printf sqlite; fi
}

check_storage() { # VALUE
  case "$1" in
    "" | sqlite | postgres | postgres://?* | postgresql://?*) ;;
    *) misused "--storage: expected sqlite, postgres or postgres://user:password@host:port/database." ;;
  esac
}

# Sets storage to sqlite, postgres (a private server) or url, and says what changed since the last start.
choose_storage() { # VALUE DATA
  local last
  last="$(last_storage "$2")"
  case "$1" in
    "")
      storage="${last:-sqlite}"
      # Several processes, or soon several: only a server is for them, unless one file was asked for.
      [[ "$engine" != Orleans || "$storage" != sqlite ]] || storage=postgres
      ;;
    *://*) storage=url connection="$1" ;;
    *) storage="$1" ;;
  esac
  [[ "$storage" != url || -n "$connection" ]] ||
    die "this data folder was last used with a PostgreSQL server of yours: name it again with --storage postgres://..." \
      "or in ENGAGE_STORAGE, or start anew with --storage sqlite."
  [[ -z "$last" || "$last" == "$storage" ]] ||
    say "Storage changes: this folder was last used with $(storage_name "$last"), now with $(storage_name "$storage")." \
      "What is stored there stays there and is not read now. The way back: --storage ${last/#url/postgres://...}"
}

storage_name() { # sqlite, postgres or url
  case "$1" in
    sqlite) printf SQLite ;;
    postgres) printf 'a private PostgreSQL server' ;;
    url) printf 'a PostgreSQL server of yours' ;;
  esac
}

open_storage() { # DATA
  say "Storage: $(storage_name "$storage")"
  [[ "$storage" != postgres ]] || start_database "$1"
}

# What each node is told, through its environment. COMMAND...
storage_environment() {
  local kind=sqlite
  [[ "$storage" == sqlite ]] || kind=postgres
  Storage__Kind="$kind" Storage__ConnectionString="$connection" Storage__Path="$data_folder" "$@"
}
