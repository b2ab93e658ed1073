using System.Text;

namespace Engage.Embedded.Generator;

/// <summary>Writes how the arguments of an invocation are read, set, copied and dropped.</summary>
internal static class ArgumentWriter
{
    private const string Api = "global::Engage.Embedded.CodeGeneration";
    private const string Token = "global::System.Threading.CancellationToken";

    public static void Write(StringBuilder code, MethodModel method)
    {
        var parameters = method.Parameters.All;
        var token = Index(parameters).FirstOrDefault(pair => pair.Parameter.IsCancellationToken);
        if (token.Parameter is not null)
            code.Line($$"""
                        protected override global::System.Threading.CancellationToken Cancellation =>
                            Argument{{token.I}};
                """);
        var get = Join(parameters, pair => $"{pair.I} => Argument{pair.I}, ");
        var set = Join(parameters, pair => $"case {pair.I}: Argument{pair.I} = ({pair.Parameter.Type})value; break; ");
        var copy = Join(parameters, pair => IsCopied(pair.Parameter)
            ? $"Argument{pair.I} = copier.Copy(Argument{pair.I}); "
            : "");
        var clear = Join(parameters, pair => $"Argument{pair.I} = default; ");
        code.Line($$"""
                    protected override object GetArgument(int index) =>
                        index switch { {{get}}_ => throw NoArgument(TheMethod, index) };
                    protected override void SetArgument(int index, object value)
                    {
                        switch (index) { {{set}}default: throw NoArgument(TheMethod, index); }
                    }
                    protected override void CopyArguments({{Api}}.ICallCopier copier) { {{copy}}}
                    protected override void ClearArguments() { {{clear}}}
            """);
    }

    private static bool IsCopied(ParameterModel parameter) =>
        !parameter.IsAddressable && !parameter.IsCancellationToken && !parameter.IsImmutable;

    private static IEnumerable<(int I, ParameterModel Parameter)> Index(IReadOnlyList<ParameterModel> parameters) =>
        parameters.Select((parameter, i) => (i, parameter));

    private static string Join(
        IReadOnlyList<ParameterModel> parameters, Func<(int I, ParameterModel Parameter), string> text) =>
        string.Concat(Index(parameters).Select(text));
}
