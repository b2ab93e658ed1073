namespace Engage.Deploy.Tests;

/// <summary>How './engage test' runs assemblies beside each other and counts what they bring.</summary>
public sealed class TestRunTests : IDisposable
{
    /// <summary>Three assemblies; a dotnet that acts as each of them would.</summary>
    private const string Assemblies =
        """
        root="$PWD"
        for name in Api Storage Tidy; do
          mkdir -p "tests/${name,}"
          touch "tests/${name,}/Engage.$name.Tests.csproj"
        done
        # What a test writes last: how many there are, ran and passed; and who failed.
        report() { # RESULTS TOTAL EXECUTED PASSED [FAILED]
          local lines=("<Counters total=\"$2\" executed=\"$3\" passed=\"$4\" />")
          [[ -z "${5:-}" ]] || lines+=("<UnitTestResult testName=\"$5\" outcome=\"Failed\" />")
          printf '%s\n' "${lines[@]}" > "$1/results.trx"
        }

        """;

    private readonly OpenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AssembliesRunInPairsAndEachIsCounted()
    {
        const string Script = Assemblies +
            """
            meet() { # MINE OTHERS
              touch "$1"
              for ((tries = 0; tries < 200; tries++)); do [[ ! -e "$2" ]] || return 0; sleep 0.05; done
              exit 77
            }
            dotnet() {
              case "$2" in
                *Api*) meet api storage; report "$6" 5 4 3 Api.Breaks; return 1 ;;
                *Storage*) meet storage api; echo "it broke off"; return 134 ;;
                *) report "$6" 7 7 7 ;;
              esac
            }
            run_dotnet_tests ""
            say "$passed passed, $failed failed, $skipped skipped" "failures:" "${failures[@]}"
            """;

        var result = await Shell.RunEngageAsync(Script, _folder.Path);

        Assert.Equal(0, result.Code);
        Assert.Contains("\n10 passed, 2 failed, 1 skipped\n", result.Output, StringComparison.Ordinal);
        var failures = result.Output.Split("failures:\n")[1];
        Assert.Contains("Api.Breaks\n", failures, StringComparison.Ordinal);
        Assert.Contains(
            "Engage.Storage.Tests: the run broke off with exit code 134\n", failures, StringComparison.Ordinal);
        Assert.Contains("it broke off\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderThatIsNamedIsRunAlone()
    {
        var result = await Shell.RunEngageAsync(
            Assemblies + "dotnet() { report \"$6\" 1 1 1; }; run_dotnet_tests '' tidy; say \"$passed passed\"",
            _folder.Path);

        Assert.Contains("\n1 passed\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("cluster", true)]
    [InlineData("KilledSiloTests.NoAcknowledged", true)]
    [InlineData("UserGrainTests", false)]
    [InlineData("tidy", false)]
    [InlineData("web", false)]
    public async Task ClusterIsBuiltForWhatAsksForIt(string name, bool isBuilt)
    {
        const string Script =
            """
            orleans_restores() { return 0; }
            build() { say "built: $engine $2"; }

            """;

        var result = await Shell.RunEngageAsync(
            $"{Script}name_servers '{name}'; say \"then: $engine $ENGAGE_SERVER $ENGAGE_CLUSTER_SILO\"", _folder.Path);

        var folder = _folder.Path + "/artifacts";
        var silo = isBuilt ? folder + "/Orleans/bin/Engage.Silo/release/Engage.Silo.dll" : "none";
        Assert.Equal(
            isBuilt, result.Output.Contains("built: Orleans api/Engage.Api.csproj\n", StringComparison.Ordinal));
        Assert.Contains(
            $"then: Embedded {folder}/Embedded/bin/Engage.Api/release/Engage.Api.dll {silo}\n",
            result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutOrleansTheClusterTestsAreSkippedAndTheReasonIsTold()
    {
        const string Script =
            """
            orleans_restores() { engine_reason="Orleans cannot be built here: NU1101"; return 1; }
            build() { say "built: $engine $2"; }
            name_servers ""
            say "then: $ENGAGE_CLUSTER_SERVER"
            """;

        var result = await Shell.RunEngageAsync(Script, _folder.Path);

        Assert.Equal(
            "Orleans cannot be built here: NU1101. The cluster tests will be skipped.\nthen: none\n", result.Output);
    }

    [Fact]
    public async Task RunThatIsEndedLeavesNoTestBehind()
    {
        const string Script = Assemblies +
            """
            # Tests that a terminal's Ctrl-C does not reach either.
            dotnet() { trap '' INT; sleep 60 & echo "$!" > "$6/worker"; wait; }
            run() { trap interrupted INT TERM; trap stop_tests EXIT; run_dotnet_tests ""; }
            run & process=$!
            workers=("$artifacts"/test-results/Engage.{Api,Storage}.Tests/worker)
            until [[ -s "${workers[0]}" && -s "${workers[1]}" ]]; do sleep 0.05; done
            code=0; kill -TERM "$process"; wait "$process" || code=$?
            say "code $code"
            # A zombie is nobody's test.
            for worker in "${workers[@]}"; do
              grep -E '^State:.[^Z]' "/proc/$(< "$worker")/status" 2> /dev/null && say "a test goes on"
            done
            true
            """;

        var result = await Shell.RunEngageAsync(Script, _folder.Path);

        Assert.Contains("code 130\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a test goes on", result.Output, StringComparison.Ordinal);
    }
}
