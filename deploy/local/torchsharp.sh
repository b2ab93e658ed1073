# shellcheck shell=bash
# Whether TorchSharp's native library loads on this machine. It restores everywhere, and then asks for the C++ library
# that it was compiled with. Sourced by engage.

# Asked before anything is built or started.
need_torch_to_load() { # after its restore
  local library complaint adapter="$artifacts/torch-libstdcxx" log="$artifacts/logs/torch-libstdcxx.log"
  library="$(torch_library)"
  [[ -f "$library" ]] && command -v ldd > /dev/null || return 0
  complaint="$(torch_complaint "$library")"
  [[ -n "$complaint" ]] || return 0
  if [[ "$complaint" == *libstdc++* ]] && make_torch_adapter "$adapter" "$log"; then
    export LD_LIBRARY_PATH="$adapter${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    [[ -n "$(torch_complaint "$library")" ]] || return 0
  fi
  die "TorchSharp's native library does not load here: $complaint." \
    "Debian 13 and Ubuntu 24.04 have what it asks for. On an older system an adapter does for the C++ library, and to" \
    "make it, g++ has to be installed (deploy/torch-libstdcxx.sh; its log is ${log#"$root"/})." \
    "'--scoring managed' needs none of it."
}

make_torch_adapter() { # FOLDER LOG
  mkdir -p "$(dirname "$2")"
  if ! command -v g++ > /dev/null && can_install; then apt_install g++ || return 1; fi
  "$root/deploy/torch-libstdcxx.sh" "$1" > "$2" 2>&1
}

torch_library() { # where it was restored to, if it was
  local assets="$artifacts/$engine.Torch/obj/Engage.Silo/project.assets.json" folder package
  [[ -f "$assets" ]] || return 0
  folder="$(sed -n -E '/"packageFolders"/,/\}/s/^ *"(.*)": \{\},?$/\1/p' "$assets")"
  package="$(sed -n -E 's/^ *"path": "(torchsharp\/[^"]*)",?$/\1/p' "$assets")"
  printf '%s' "${folder%%$'\n'*}/$package/runtimes/linux-x64/native/libLibTorchSharp.so"
}

# What the system's libraries lack; nothing when they do. Those of the package itself lie elsewhere until it is built.
torch_complaint() { # LIBRARY
  { ldd "$1" 2>&1 || true; } | sed -n -E 's/^[^:]*: (.*: version .* not found).*$/\1/p' | LC_ALL=C sort -u | head -n 1
}
