using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;

namespace Engage.Api.Problems;

/// <summary>
/// Puts the framework's complaints about a request into words for its sender, without our type names.
/// </summary>
internal static partial class BadRequests
{
    public static ProblemDetails Describe(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.TooLarge(
            "The request body is larger than this path takes; send it in parts."),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            Problem.UnsupportedMediaType(null, "application/json"),
        { InnerException: JsonException json } => Problem.InvalidRequest(Describe(json)),
        _ when UnreadableValue().Match(bad.Message) is { Success: true } match => Problem.InvalidRequest(
            $"{match.Groups["name"].Value}: '{match.Groups["value"].Value}' is not a value this parameter takes."),
        _ => Problem.InvalidRequest(
            "The request cannot be read; expected a JSON body as /openapi/v1.json describes it."),
    };

    /// <returns>Where in the JSON, and what is wrong there.</returns>
    public static string Describe(JsonException json)
    {
        if (UnknownProperty().Match(json.Message) is { Success: true } unknown)
            return $"{unknown.Groups["name"].Value}: no such property here";

        var path = json.Path is { Length: > 2 } at ? at[2..] : "";
        return path.Length > 0 ? $"{path}: not of the expected type" : "not JSON of the expected shape";
    }

    [GeneratedRegex("""^The JSON property '(?<name>[^']*)' could not be mapped""")]
    private static partial Regex UnknownProperty();

    [GeneratedRegex("""^Failed to bind parameter ".* (?<name>\w+)" from "(?<value>.*)"\.$""")]
    private static partial Regex UnreadableValue();
}
