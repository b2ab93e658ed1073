# shellcheck shell=bash
# './engage ledger': verifies the books of a data folder, running or stopped. Sourced by engage.

help_ledger() {
  cat <<'TEXT'
usage: ./engage ledger verify [--data DIR] [--storage sqlite|postgres|postgres://...] [--json FILE]

Recomputes the ledger from what is stored: the hash chain over all entries and postings, that every entry sums to zero,
balances and their floors, invoice numbers without gaps, and that each document is the one that was written. Names the
first bad posting. Reads only: it may be run beside the server.

  --data DIR      the data folder (./data)
  --storage WHAT  which database; without it, the one that the folder was last used with (or ENGAGE_STORAGE)
  --json FILE     the result as JSON; '-' for standard output

Exit code 0: all is well; 1: something is wrong; 2: nothing is known (no such database, or it cannot be reached).
TEXT
}

command_ledger() {
  local data="$PWD/data" place="${ENGAGE_STORAGE:-}" json=()
  if wants_help "$@" || wants_help "${@: -1}"; then help_ledger; return; fi
  [[ "${1:-}" == verify ]] || misused "ledger: expected 'verify'. See './engage ledger --help'."
  shift
  while [[ $# -gt 0 ]]; do
    case "$1" in
      --data | --storage | --json) [[ $# -ge 2 ]] || misused "$1 needs a value." ;;
      *) misused "ledger: unknown option '$1'. See './engage ledger --help'." ;;
    esac
    case "$1" in
      --data) data="$2" ;;
      --storage) place="$2" ;;
      --json) json=(--json "$2") ;;
    esac
    shift 2
  done
  check_storage "$place"
  [[ -d "$data" || "$place" == *://* ]] || misused "--data $data: there is no such folder."
  [[ ! -d "$data" ]] || data_folder="$(cd "$data" && pwd)"
  need_dotnet
  build silo silo/Engage.Silo.csproj
  # To standard error: standard output may belong to the result.
  choose_storage "$place" "$data_folder" >&2
  [[ "$storage" != postgres ]] || open_private_database "$data_folder" >&2
  storage_environment dotnet "$bin/Engage.Silo/release/Engage.Silo.dll" ledger verify "${json[@]}"
}

# Sets 'connection' to the private server of a data folder: the one that runs, or one for the time of this command.
open_private_database() { # DATA
  local file pid=""
  [[ -f "$1/postgres/db/PG_VERSION" ]] || misused "there is no PostgreSQL database in $1."
  pg_home="$(cd -P "$1/postgres" && pwd)"
  file="$pg_home/db/postmaster.pid"
  [[ ! -f "$file" ]] || read -r pid < "$file"
  if [[ -n "$pid" && "$(command_of "$pid" 2> /dev/null)" == *"postgres -D $pg_home/db "* ]]; then
    pg_socket="$(sed -n 5p "$file")"
    connection="Host=\"${pg_socket//\"/\"\"}\";Username=engage;Password=$(< "$1/postgres.secret");Database=engage"
    return
  fi
  lock_data "$1"
  trap stop_rest EXIT
  trap 'exit 130' INT TERM
  start_database "$1"
}
