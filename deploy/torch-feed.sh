#!/usr/bin/env bash
# Makes a package folder for Scoring=Torch where no package source has TorchSharp: TorchSharp's own sources at v0.99.6,
# the last version for libtorch 1.13, compiled against the libtorch that Debian 12 has. Processor only.
#
#   apt-get install g++ make libtorch-dev libopenblas0-openmp
#   git clone --branch v0.99.6 https://github.com/dotnet/TorchSharp
#   deploy/torch-feed.sh TorchSharp FEED
#   ENGAGE_TORCH_FEED=FEED ./engage test --scoring torch silo
#
# About seven minutes of one core the first time; FEED/work keeps the objects. Left out of TorchSharp are its
# TensorBoard writer and its unpacker of archives, whose packages nothing here needs.
set -euo pipefail

die() { printf 'torch-feed: %s\n' "$*" >&2; exit 1; }

[[ $# -eq 2 ]] || { echo "usage: deploy/torch-feed.sh SOURCES FEED" >&2; exit 2; }
[[ -f "$1/src/Native/LibTorchSharp/THSTensor.cpp" ]] || die "$1 is not a checkout of TorchSharp."
[[ -d /usr/include/torch/csrc/api/include ]] || die "libtorch's headers are missing: apt-get install libtorch-dev"
mkdir -p "$2/work/native" "$2/work/TorchSharp" "$2/work/TorchSharp-cpu"
sources="$(realpath "$1")" feed="$(realpath "$2")"
[[ "$sources$feed" != *[[:space:]]* ]] || die "make takes no folder with a space in its name: $sources, $feed"

# ---- the native part ------------------------------------------------------------------------------------------------

cat > "$feed/work/native/Makefile" <<'MAKE'
FLAGS = -O1 -fPIC -fvisibility=hidden -w -DNDEBUG -D__LINUX__ -I/usr/include/torch/csrc/api/include
SOURCES = $(notdir $(wildcard $(NATIVE)/*.cpp $(NATIVE)/*.c))
libLibTorchSharp.so: $(addsuffix .o, $(SOURCES))
	$(CXX) -shared -o $@ $^ -Wl,-Bsymbolic -ltorch -ltorch_cpu -lc10
%.cpp.o: $(NATIVE)/%.cpp
	$(CXX) -std=c++14 $(FLAGS) -c -o $@ $<
%.c.o: $(NATIVE)/%.c
	$(CC) $(FLAGS) -c -o $@ $<
MAKE
make -C "$feed/work/native" --no-print-directory -j"${JOBS:-1}" NATIVE="$sources/src/Native/LibTorchSharp"

# ---- the packages ---------------------------------------------------------------------------------------------------

# Made of what is in them, so that a package that was restored before is never taken for another.
contents="$(find "$sources/src/TorchSharp" -name '*.cs' -print0 | LC_ALL=C sort -z | xargs -0 cat |
  cat - "$feed/work/native/libLibTorchSharp.so" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-12)"
version="0.99.6-local.x$contents"

# This project's own settings are not those of foreign code.
cat > "$feed/work/Directory.Build.props" <<'PROPS'
<Project />
PROPS
cp "$feed/work/Directory.Build.props" "$feed/work/Directory.Packages.props"

# Two files name these namespaces and take nothing from them.
cat > "$feed/work/TorchSharp/Absent.cs" <<'CSHARP'
namespace ICSharpCode.SharpZipLib.BZip2 { }
namespace Google.Protobuf { }
namespace Tensorboard { internal static class TensorShapeProto { public static class Types { } } }
CSHARP

cat > "$feed/work/TorchSharp/TorchSharp.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <LangVersion>9.0</LangVersion>
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
    <WarningLevel>0</WarningLevel>
    <DefineConstants>$(DefineConstants);LIBTORCH_1_13_0_1;CUDA_11_7</DefineConstants>
    <Description>TorchSharp, built locally against the system's libtorch 1.13</Description>
  </PropertyGroup>
  <ItemGroup>
    <Compile Include="$(Sources)/src/TorchSharp/**/*.cs" />
    <Compile Remove="$(Sources)/src/TorchSharp/netstandard.cs" />
    <Compile Remove="$(Sources)/src/TorchSharp/Utils/Decompress.cs" />
    <Compile Remove="$(Sources)/src/TorchSharp/Utils/tensorboard/**" />
    <None Include="../native/libLibTorchSharp.so" Pack="true" PackagePath="runtimes/linux-x64/native" />
  </ItemGroup>
</Project>
PROJECT

# The name that a build asks for; it only depends on the one above.
cat > "$feed/work/TorchSharp-cpu/TorchSharp-cpu.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <NoWarn>$(NoWarn);NU5128</NoWarn>
    <Description>TorchSharp on the processor, with the system's libtorch 1.13</Description>
  </PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="../TorchSharp/TorchSharp.csproj" />
  </ItemGroup>
</Project>
PROJECT

rm -f "$feed"/TorchSharp*.nupkg
for package in TorchSharp TorchSharp-cpu; do
  dotnet build "$feed/work/$package" -t:Pack -c Release -o "$feed/work/out" -v q -nologo --tl:off \
    -p:Sources="$sources" -p:Version="$version" -p:PackageOutputPath="$feed"
done
echo "$feed has TorchSharp-cpu $version; take it with ENGAGE_TORCH_FEED=$feed and --scoring torch."
