namespace Engage.Deploy.Tests;

/// <summary>TorchSharp's native library where the C++ library is older than what it was compiled with.</summary>
public sealed class TorchLibraryTests : IDisposable
{
    private const string OldLibrary = "/lib/libstdc++.so.6: version GLIBCXX_3.4.32 not found";

    // What a restore leaves, and the dynamic linker's opinion of it.
    private const string Restored =
        """
        dotnet() { :; }
        can_install() { false; }
        assets="$artifacts/Embedded.Torch/obj/Engage.Silo/project.assets.json"
        library="$PWD/packages/torchsharp/9.9.9/runtimes/linux-x64/native/libLibTorchSharp.so"
        mkdir -p "$(dirname "$assets")" "$(dirname "$library")"
        touch "$library"
        cat > "$assets" <<JSON
            "TorchSharp/9.9.9": {
              "path": "torchsharp/9.9.9",
          "packageFolders": {
            "$PWD/packages/": {}
          },
        JSON
        complain() { printf '%s: %s (required by %s)\n\tlibdl.so.2 => /lib/libdl.so.2\n' "$1" "$2" "$1"; }

        """;

    private readonly OpenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OldLibrary)]
    [InlineData("/lib/libc.so.6: version GLIBC_2.99 not found")]
    public async Task WhatDoesNotLoadIsToldBeforeAnythingIsBuilt(string complaint)
    {
        var result = await Shell.RunEngageAsync(
            $$"""
            {{Restored}}
            ldd() { complain "$1" "{{complaint}}"; }
            make_torch_adapter() { [[ "$1" == "$artifacts"/* ]] && say "no compiler"; return 1; }
            choose_scoring torch
            say "went on"
            """, _folder.Path);

        Assert.Equal(1, result.Code);
        Assert.Contains($"does not load here: {complaint}. Debian 13 ", result.Output, StringComparison.Ordinal);
        Assert.Contains("'--scoring managed' needs none of it", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("went on", result.Output, StringComparison.Ordinal);
        // An adapter is for the C++ library alone.
        Assert.Equal(complaint == OldLibrary, result.Output.Contains("no compiler", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AdapterIsMadeWhereItHelps()
    {
        var result = await Shell.RunEngageAsync(
            $$"""
            {{Restored}}
            ldd() { [[ "${LD_LIBRARY_PATH:-}" == "$artifacts"* ]] || complain "$1" "{{OldLibrary}}"; }
            make_torch_adapter() { :; }
            choose_scoring torch
            say "path=${LD_LIBRARY_PATH#"$artifacts"}"
            """, _folder.Path);

        Assert.Equal(0, result.Code);
        Assert.Contains("path=/torch-libstdcxx\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsDoneWhereTheLibraryLoads()
    {
        var result = await Shell.RunEngageAsync(
            $$"""
            {{Restored}}
            ldd() { printf '\tlibdl.so.2 => /lib/libdl.so.2\n'; }
            make_torch_adapter() { say "made"; }
            LD_LIBRARY_PATH=mine
            choose_scoring torch
            say "path=$LD_LIBRARY_PATH"
            """, _folder.Path);

        Assert.Equal(0, result.Code);
        Assert.Contains("path=mine\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("made", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The real one, and a library that demands that version.</summary>
    [ProgramFact("g++")]
    public async Task ProgramsThatDemandTheNewerLibraryRunWithTheAdapter()
    {
        var made = await Shell.RunAsync($"'{SourceTree.Root}/deploy/torch-libstdcxx.sh' adapter", _folder.Path);
        if (made.Output.Contains("no adapter is needed", StringComparison.Ordinal)) return;

        Assert.Equal(new(0, ""), made);

        var result = await Shell.RunAsync(
            """
            cat > demand.cpp <<'CPP'
            namespace std { void ios_base_library_init(); }
            void demand() { std::ios_base_library_init(); }
            CPP
            cat > program.cpp <<'CPP'
            #include <iostream>
            #include <stdexcept>
            void demand();
            int main() {
              demand();
              try { throw std::runtime_error("caught"); }
              catch (const std::exception& e) { std::cout << e.what() << '\n'; }
            }
            CPP
            gcc -shared -fPIC -o demand.so demand.cpp adapter/libstdc++.so.6
            g++ -o program program.cpp ./demand.so -Wl,--allow-shlib-undefined
            ./program 2> refused && exit 1
            grep -o "GLIBCXX_3.4.32' not found" refused
            LD_LIBRARY_PATH=adapter ./program
            ls -A adapter
            """, _folder.Path);

        Assert.Equal(new(0, "GLIBCXX_3.4.32' not found\ncaught\nlibstdc++.so.6\n"), result);
    }
}
