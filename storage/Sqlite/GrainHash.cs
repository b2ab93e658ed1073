using System.Text;
using Orleans.Runtime;

namespace Engage.Storage.Sqlite;

internal static class GrainHash
{
    public static uint GetUniformHashCode(this GrainId grain)
    {
        var hash = 2_166_136_261;
        foreach (var octet in Encoding.UTF8.GetBytes(grain.ToString())) hash = (hash ^ octet) * 16_777_619;
        return hash ^ (hash >> 15);
    }
}
