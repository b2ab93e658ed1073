using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Engage.Api.Web;

/// <summary>Serves the built page (web/dist).</summary>
internal static class WebPages
{
    public static void UseWebPages(this WebApplication app)
    {
        var root = Path.GetFullPath(app.Configuration["Web:Root"] ?? Path.Combine("web", "dist"));
        if (!Directory.Exists(root)) return;

        var files = new PhysicalFileProvider(root);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(
            new StaticFileOptions { FileProvider = files, OnPrepareResponse = context => SetCaching(context.Context) });
    }

    /// <summary>
    /// Assets carry a hash in their name and never change; the page that names them is always asked for anew.
    /// </summary>
    private static void SetCaching(HttpContext context)
    {
        var hashed = context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal);
        context.Response.Headers[HeaderNames.CacheControl] =
            hashed ? "public, max-age=31536000, immutable" : "no-cache";
    }
}
