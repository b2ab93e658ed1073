#!/usr/bin/env bash
# Makes an adapter with which TorchSharp's native library loads on a system whose C++ library is older than GCC 13.2's,
# such as Debian 12. './engage ... --scoring torch' does it by itself; for a server that is started by hand:
#
#   apt-get install g++
#   deploy/torch-libstdcxx.sh FOLDER
#   LD_LIBRARY_PATH=FOLDER Scoring=Torch dotnet Engage.Api.dll
#
# TorchSharp 0.107 is compiled with GCC 13 and asks of libstdc++.so.6 for version GLIBCXX_3.4.32. One function makes up
# the whole of that version, std::ios_base_library_init(): nobody calls it, who names it demands that the library make
# the standard streams ready, for which each user had code of his own before. The adapter does that, has the function,
# and leaves everything else to the system's library, which it loads. No file of anybody is changed.
set -euo pipefail

version=GLIBCXX_3.4.32

die() { printf 'torch-libstdcxx: %s\n' "$*" >&2; exit 1; }

[[ $# -eq 1 ]] || { echo "usage: deploy/torch-libstdcxx.sh FOLDER" >&2; exit 2; }
[[ "$(uname -sm)" == "Linux x86_64" ]] || die "TorchSharp has no library for $(uname -sm) that an adapter could help."
command -v g++ > /dev/null && command -v objdump > /dev/null || die "g++ is missing: apt-get install g++"

system="$(/sbin/ldconfig -p | sed -n -E 's/^\s*libstdc\+\+\.so\.6 \(libc6,x86-64.*=> //p')"
system="$(realpath -e "${system%%$'\n'*}")" || die "this system has no libstdc++.so.6."
mapfile -t versions < <(
  objdump -p "$system" | sed -n -E '/^Version definitions/,/^$/s/^.* ((GLIBCXX|CXXABI)_\S+) *$/\1/p')
[[ " ${versions[*]} " != *" $version "* ]] || die "$system has $version; no adapter is needed."

mkdir -p "$1"
folder="$(realpath "$1")"
work="$(mktemp -d "$folder/.making.XXXXXX")"
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > streams.cpp <<'CPP'
#include <ios>
namespace std { void ios_base_library_init() { } }
static std::ios_base::Init streams;
CPP

# Programs ask the file of this name for the versions that they need, and take each symbol from whoever has it.
{
  printf '%s { };\n' "${versions[@]}"
  printf '%s { global: _ZSt21ios_base_library_initv; local: *; };\n' "$version"
} > versions.map

# What stands for the system's library while linking: nothing but its full path, so that it is found beside the
# adapter, which has its name.
gcc -shared -nostdlib -Wl,-soname,"$system" -o system.so -x c /dev/null
g++ -O1 -fPIC -c streams.cpp
gcc -shared -Wl,-soname,libstdc++.so.6 -Wl,--version-script,versions.map -o libstdc++.so.6 streams.o \
  -Wl,--no-as-needed system.so
mv libstdc++.so.6 "$folder/"
