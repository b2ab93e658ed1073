namespace Engage.Deploy.Tests;

/// <summary>What ./engage says and chooses before anything is started.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly OpenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("up --storage oracle", "expected sqlite, postgres or postgres://")]
    [InlineData("up --storage", "--storage needs a value")]
    [InlineData("up --cluster --engine embedded", "lives in one process")]
    [InlineData("up --cluster --storage sqlite", "belongs to one process")]
    [InlineData("up --cluster --port 65530", "ten ports more")]
    [InlineData("up --engine akka", "expected embedded, orleans or auto")]
    [InlineData("up --scoring gpu", "expected managed or torch")]
    [InlineData("up --scoring", "--scoring needs a value")]
    [InlineData("up --metrics-port none", "expected a number from 1 to 65535")]
    [InlineData("up --port 5999 --metrics-port 5999", "the platform's own port")]
    [InlineData("test --engine", "--engine needs a value")]
    [InlineData("test --engines embedded", "one name at most")]
    [InlineData("test --scoring", "--scoring needs a value")]
    [InlineData("bench --scoring gpu scoring", "expected managed or torch")]
    public async Task MisuseIsToldBeforeAnythingIsDone(string arguments, string sentence)
    {
        var result = await Shell.RunAsync($"'{SourceTree.Root}/engage' {arguments}", _folder.Path);

        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("", "Embedded", "", "sqlite")]
    [InlineData("", "Orleans", "", "postgres")]
    [InlineData("sqlite", "Orleans", "", "sqlite")]
    [InlineData("postgres", "Embedded", "", "postgres")]
    [InlineData("postgres://u:p@h/d", "Embedded", "", "url")]
    [InlineData("", "Embedded", "postgres", "postgres")]
    [InlineData("", "Orleans", "sqlite", "postgres")]
    public async Task StorageIsTheOneAskedForElseThatOfTheLastStart(
        string asked, string engine, string last, string chosen)
    {
        if (last.Length > 0) await File.WriteAllTextAsync(Path.Combine(_folder.Path, "storage"), last);

        var result = await Shell.RunEngageAsync(
            $"use_engine {engine}; choose_storage '{asked}' \"$PWD\"; say \"chosen=$storage\"", _folder.Path);

        Assert.Equal(0, result.Code);
        Assert.Contains($"chosen={chosen}\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            last.Length > 0 && last != chosen,
            result.Output.Contains("Storage changes: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OperatorsPasswordIsShownOnceAndItsFileGoes()
    {
        var file = Path.Combine(_folder.Path, "operator.once");
        await File.WriteAllTextAsync(file, "a-random-password");

        var result = await Shell.RunEngageAsync("show_operator \"$PWD\"; show_operator \"$PWD\"", _folder.Path);

        Assert.Equal(0, result.Code);
        Assert.Equal(2, result.Output.Split("a-random-password").Length);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task FolderWithAnSqliteFileTellsThatPostgresDoesNotReadIt()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "engage.db"), "");

        var result = await Shell.RunEngageAsync("choose_storage postgres \"$PWD\"", _folder.Path);

        Assert.Contains(
            "last used with SQLite, now with a private PostgreSQL server.", result.Output, StringComparison.Ordinal);
        Assert.Contains("The way back: --storage sqlite", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderOfANamedServerAsksForItsAddressAgain()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "storage"), "url");

        var result = await Shell.RunEngageAsync("choose_storage '' \"$PWD\"", _folder.Path);

        Assert.Equal(1, result.Code);
        Assert.Contains("name it again with --storage postgres://", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondStartOnAFolderInUseIsRefused()
    {
        var result = await Shell.RunEngageAsync(
            """
            open_data "$PWD/data"
            (exec 9>&-; open_data "$PWD/data")
            """, _folder.Path);

        if (!Shell.Has("flock")) return;
        Assert.Equal(1, result.Code);
        Assert.Contains("is in use by another './engage up'", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAKilledPartLeavesBehindEndsBeforeItIsStartedAgain()
    {
        // A parent and its worker, as nginx has them.
        const string Script =
            """
            start_node() { launch "$1" "$PWD/log" true; say "started again: $1"; }
            launch silo-1 "$PWD/log" bash -c 'sleep 60 & echo $! > worker; wait'
            started[silo-1]=-60
            until [[ -s worker ]]; do sleep 0.05; done
            kill -KILL "${running[silo-1]}"
            wait "${running[silo-1]}" 2> /dev/null || true
            take_loss silo-1 "$PWD"
            # A zombie is nobody's obstacle.
            grep -E '^State:.[^Z]' "/proc/$(< worker)/status" 2> /dev/null && say "the worker lives"
            true
            """;

        var result = await Shell.RunEngageAsync(Script, _folder.Path);

        Assert.Contains("The silo-1 ended by itself", result.Output, StringComparison.Ordinal);
        Assert.Contains("started again: silo-1\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("the worker lives", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartThatHardlyLivesEndsTheRun()
    {
        var result = await Shell.RunEngageAsync(
            """
            launch api-1 "$PWD/api-1.log" bash -c 'echo "Unhandled exception. System.Exception: no key"; exit 1'
            wait "${running[api-1]}" || true
            take_loss api-1 "$PWD"
            """, _folder.Path);

        Assert.Equal(1, result.Code);
        Assert.Contains("the api-1 ended by itself, ", result.Output, StringComparison.Ordinal);
        Assert.Contains(": no key", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatDoesNotRestoreIsToldInItsOwnWordsAndRemembered()
    {
        // A dotnet that knows no package stands in for a source that has none.
        const string Script =
            """
            dotnet() {
              [[ "$1" != --version ]] || { echo 10.0.100; return; }
              echo asked >> "$PWD/asked"
              echo "$root/x.csproj : error NU1101: Unable to find package Microsoft.Orleans.Sdk [$root/y.csproj]"
              return 1
            }
            timeout() { shift 2; "$@"; }
            restore_log="$PWD/restore.log"
            choose_engine auto
            choose_engine auto
            say "asked $(grep -c . "$PWD/asked") times"
            choose_engine orleans
            """;

        var result = await Shell.RunEngageAsync(Script, _folder.Path);

        const string Gist = "NU1101: Unable to find package Microsoft.Orleans.Sdk";
        Assert.Equal(1, result.Code);
        Assert.Contains(
            $"Engine: Embedded (Orleans cannot be built here: {Gist})\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("asked 1 times\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"the Orleans engine cannot be built here: {Gist}. ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceThatDoesNotAnswerInTimeIsAskedAgainTheNextTime()
    {
        const string Script =
            """
            dotnet() { echo 10.0.100; }
            timeout() { echo asked >> "$PWD/asked"; return 124; }
            choose_engine auto
            choose_engine auto
            say "asked $(grep -c . "$PWD/asked") times"
            """;

        var result = await Shell.RunEngageAsync("restore_log=\"$PWD/restore.log\"\n" + Script, _folder.Path);

        Assert.Contains(
            "Engine: Embedded (Orleans cannot be built here: its packages did not come within two minutes)\n",
            result.Output, StringComparison.Ordinal);
        Assert.Contains("asked 2 times\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TorchSharp-cpu.0.99.6-local.xab.nupkg", "-p:TorchPackage=TorchSharp-cpu", "0.99.6-local.xab")]
    [InlineData(
        "TorchSharp-cuda-linux.0.107.0.nupkg", "-p:TorchPackage=TorchSharp-cuda-linux", "0.107.0")]
    public async Task FolderOfTorchsPackagesSaysWhichVersionIsBuilt(string file, string package, string version)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, file), "");

        // With and without a device, nothing is really restored.
        var result = await Shell.RunEngageAsync(
            $$"""
            {{(file.Contains("cuda", StringComparison.Ordinal) ? "nvidia-smi() { :; }" : "")}}
            dotnet() { :; }
            restore_log="$PWD/restore.log" artifacts="$PWD" ENGAGE_TORCH_FEED="$PWD"
            choose_scoring torch
            say "${build_flags[@]}"
            """, _folder.Path);

        Assert.Equal(0, result.Code);
        Assert.Contains(package + "\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"-p:TorchSharpVersion={version}\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderWithoutTorchsPackagesNamesTheScriptThatMakesThem()
    {
        var result = await Shell.RunEngageAsync(
            "ENGAGE_TORCH_FEED=\"$PWD\"; choose_scoring torch", _folder.Path);

        Assert.Equal(1, result.Code);
        Assert.Contains("deploy/torch-feed.sh SOURCES", result.Output, StringComparison.Ordinal);
    }
}
