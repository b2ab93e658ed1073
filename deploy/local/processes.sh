# shellcheck shell=bash
# The processes of one './engage up': started in the background, watched together, stopped in order. Sourced by engage.

declare -A running=() logs=() started=()

# Who still needs whom: each is stopped before those that come after it here.
stop_order=(audience proxy api server silo sandbox database)

# Its own process group keeps the terminal's Ctrl-C from it: it is stopped by us, in our order. The environment of the
# call is its own; secrets go there, not among the arguments, which everybody on the machine can read.
launch() { # NAME LOG COMMAND...
  local name="$1" log="$2"
  shift 2
  [[ ! -f "$log" ]] || mv "$log" "$log.1"
  set -m
  "$@" >> "$log" 2>&1 < /dev/null 4>&- &
  set +m
  running[$name]=$! logs[$name]="$log" started[$name]=$SECONDS
}

is_running() { [[ -n "${running[$1]:-}" ]] && kill -0 "${running[$1]}" 2> /dev/null; }

# Asks, waits a minute, insists. PostgreSQL takes TERM as "when all clients have left" and INT as "now, in order".
stop_process() { # NAME
  local name="$1" signal=TERM tries
  [[ "$name" != database ]] || signal=INT
  kill "-$signal" "${running[$name]}" 2> /dev/null || true
  for ((tries = 0; tries < 600; tries++)); do
    is_running "$name" || break
    sleep 0.1
  done
  ! is_running "$name" || warn "The $name did not stop within a minute and is killed; see ${logs[$name]}."
  end_rest_of "${running[$name]}"
  wait "${running[$name]}" 2> /dev/null || true
  unset "running[$name]"
}

stop_processes() {
  local role name
  for role in "${stop_order[@]}"; do
    for name in "${!running[@]}"; do
      [[ "$name" != "$role"* ]] || stop_process "$name"
    done
  done
}

stop_all() {
  trap '' INT TERM
  say "" "Stopping ..."
  stop_processes
  leave_nothing
  say "Stopped. './engage up' goes on from the stored data."
  trap - EXIT
  exit 0
}

# Whatever ends the script, nothing that it started goes on without it.
stop_rest() {
  trap '' INT TERM
  stop_processes
  leave_nothing
}

leave_nothing() { [[ -z "${scratch:-}" ]] || rm -rf "$scratch"; }

# Tells why a process ended, in its own sentence where the log has one.
explain_end() { # NAME WHEN
  local log="${logs[$1]}" reason
  reason="$(sed -n -E -e 's/^Unhandled exception\. [A-Za-z0-9_.]+( \([^)]*\))?: //p' \
    -e 's/^.*(FATAL|PANIC): +//p' "$log" | head -n 1)"
  [[ -z "$reason" ]] || die "the $1 ended $2: $reason" "The whole log is in $log"
  tail -n 40 "$log" >&2
  die "the $1 ended $2; its log is above and in $log"
}

# Returns when the question is answered with yes.
wait_for() { # NAME SECONDS QUESTION...
  local name="$1" seconds="$2" tries ended=""
  shift 2
  for ((tries = 0; tries < seconds * 10; tries++)); do
    is_running "$name" || { ended=yes; break; }
    ! "$@" || return 0
    sleep 0.1
  done 2> /dev/null # Bash's own notice of a process that aborted quotes this script.
  [[ -z "$ended" ]] || explain_end "$name" "while starting"
  tail -n 40 "${logs[$name]}" >&2
  stop_process "$name"
  die "the $name was not ready after $seconds seconds; its log is above and in ${logs[$name]}"
}

# Returns never: what the platform can do without is told, the database is started again, all else ends the run.
watch_processes() { # DATA
  local name
  while true; do
    wait -n "${running[@]}" || true
    for name in "${!running[@]}"; do
      is_running "$name" || { take_loss "$name" "$1" 2>&4; }
    done
  done 4>&2 2> /dev/null # Bash's own notice of a killed process quotes this script.
}

# What a killed process leaves of its group (nginx: workers, which hold the port).
end_rest_of() { # PID
  local tries
  for ((tries = 0; tries < 50; tries++)); do
    kill -KILL -- "-$1" 2> /dev/null || return 0
    sleep 0.1
  done
}

# A part that others stand in for, or wait for, is started again, unless it hardly lived.
take_loss() { # NAME DATA
  local lived=$((SECONDS - started[$1]))
  end_rest_of "${running[$1]}"
  unset "running[$1]"
  case "$1" in
    audience) warn "The simulated audience ended; see ${logs[$1]}. The server goes on." ;;
    sandbox) warn "The card provider's sandbox ended; see ${logs[$1]}. Orders by card wait for it." ;;
    database | silo-* | api-* | proxy)
      [[ $lived -ge 10 ]] || explain_end "$1" "by itself, $lived s after its start"
      warn "The $1 ended by itself (${logs[$1]}.1); it is started again."
      if [[ "$1" == database ]]; then start_database "$2"; else start_node "$1"; fi
      ;;
    *)
      stop_processes
      explain_end "$1" "by itself"
      ;;
  esac
}
