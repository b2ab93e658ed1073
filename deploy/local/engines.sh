# shellcheck shell=bash
# Which engine runs the actors. Embedded needs nothing; Orleans needs its packages, which not every package source has.
# Sourced by engage.

engine="" bin="" scoring=Managed

use_engine() { # Embedded or Orleans
  engine="$1"
  bin="$artifacts/$engine/bin"
  # Each build has its own folder, as in Directory.Build.props.
  [[ "$scoring" == Managed ]] || bin="$artifacts/$engine.$scoring/bin"
}

choose_engine() { # VALUE
  case "$1" in
    embedded) use_engine Embedded ;;
    orleans)
      restore_orleans || die "the Orleans engine cannot be built here: $(restore_gist)." \
        "Its packages have to be in one of this machine's package sources; '--engine embedded' needs none of them."
      use_engine Orleans
      ;;
    auto) if orleans_restores; then use_engine Orleans; else use_engine Embedded; fi ;;
    *) misused "--engine $1: expected embedded, orleans or auto." ;;
  esac
  say "Engine: $engine${engine_reason:+ ($engine_reason)}"
}

# What computes the ranker's forward pass. Torch needs TorchSharp's packages, which not every package source has; they
# bring CUDA's libraries where there is a device for them. A folder with packages, as deploy/torch-feed.sh makes it, is
# named by ENGAGE_TORCH_FEED.
choose_scoring() { # VALUE; after choose_engine
  case "$1" in
    managed) return ;;
    torch) ;;
    *) misused "--scoring $1: expected managed or torch." ;;
  esac
  local package=TorchSharp-cpu
  ! command -v nvidia-smi > /dev/null || package=TorchSharp-cuda-linux
  [[ -z "${ENGAGE_TORCH_FEED:-}" ]] || choose_torch_feed
  build_flags+=(-p:Scoring=Torch "-p:TorchPackage=$package")
  restore_log="$artifacts/logs/restore-torch.log"
  mkdir -p "$(dirname "$restore_log")"
  dotnet restore "$root/api/Engage.Api.csproj" "-p:Engine=$engine" "${build_flags[@]}" -v q --tl:off \
    > "$restore_log" 2>&1 < /dev/null ||
    die "scoring with Torch cannot be built here: $(restore_gist)." \
      "Its packages have to be in one of this machine's package sources, or in the folder that ENGAGE_TORCH_FEED names;" \
      "'--scoring managed' needs none of them."
  need_torch_to_load
  scoring=Torch
  use_engine "$engine"
  export Scoring=Torch
  say "Scoring: Torch ($package)"
}

# The folder says by the name of its package which version it has.
choose_torch_feed() {
  local feed found
  feed="$(realpath -m "$ENGAGE_TORCH_FEED")"
  [[ -n "$(compgen -G "$feed/$package.*.nupkg")" ]] || package=TorchSharp-cpu
  found="$(compgen -G "$feed/$package.*.nupkg" | LC_ALL=C sort | tail -n 1)" ||
    die "ENGAGE_TORCH_FEED: $feed has no package TorchSharp-cpu. deploy/torch-feed.sh SOURCES $feed makes it."
  found="${found##*/"$package".}"
  build_flags+=("-p:TorchFeed=$feed" "-p:TorchSharpVersion=${found%.nupkg}")
}

# ---- whether the packages restore -----------------------------------------------------------------------------------

engine_reason=""
restore_log="$artifacts/logs/restore-orleans.log"

restore_orleans() { # [COMMAND THAT RUNS IT...]
  mkdir -p "$(dirname "$restore_log")"
  "$@" dotnet restore "$root/api/Engage.Api.csproj" -p:Engine=Orleans -v q --tl:off > "$restore_log" 2>&1 < /dev/null
}

# Why it failed: the first reason, and how many there are. The same reason comes once for every project that met it.
restore_gist() {
  local reasons=()
  mapfile -t reasons < <(
    sed -n -E 's/^.*error (NU[0-9]+: [^[]*[^[ ]).*$/\1/p' "$restore_log" | LC_ALL=C sort -u)
  case ${#reasons[@]} in
    0) printf 'see %s' "${restore_log#"$root"/}" ;;
    1) printf '%s' "${reasons[0]}" ;;
    *) printf '%s (and %d more like it, in %s)' "${reasons[0]}" $((${#reasons[@]} - 1)) "${restore_log#"$root"/}" ;;
  esac
}

# All that decides what restores: versions, sources, the SDK.
restore_key() {
  {
    cat "$root"/Directory.*.props "$root/embedded/ActorApi.props" "$root"/{api,silo}/*.csproj
    cat "$root"/[Nn]u[Gg]et.[Cc]onfig "$HOME/.nuget/NuGet/NuGet.Config" 2> /dev/null || true
    (cd "$root" && dotnet --version)
    env | grep -E '^(Restore|NUGET_PACKAGES=|OrleansVersion=)' | LC_ALL=C sort || true
  } | digest
}

# Asked once a day, and when what decides it changes. A source that did not answer is no answer; NuGet alone would wait
# for it for minutes.
orleans_restores() {
  local answer code=0 in_time=()
  answer="$artifacts/engine-auto/$(restore_key)"
  mkdir -p "$(dirname "$answer")"
  find "$answer" -mtime +0 -delete 2> /dev/null || true
  if [[ ! -s "$answer" ]]; then
    ! command -v timeout > /dev/null || in_time=(timeout --foreground 120)
    restore_orleans "${in_time[@]}" || code=$?
    case $code in
      0) printf yes > "$answer" ;;
      124) engine_reason="Orleans cannot be built here: its packages did not come within two minutes" ;;
      *)
        engine_reason="Orleans cannot be built here: $(restore_gist)"
        grep -q NU1301 "$restore_log" || printf '%s' "$engine_reason" > "$answer"
        ;;
    esac
    return $code
  fi
  [[ "$(< "$answer")" != yes ]] || return 0
  engine_reason="$(< "$answer")"
  return 1
}
