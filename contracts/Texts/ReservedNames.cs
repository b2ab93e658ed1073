using System.Text;

namespace Engage.Contracts.Texts;

/// <summary>
/// Names by which somebody would seem to speak for the platform, however they are spelt: in other scripts, with
/// accents, digits for letters, spaces and dots in between, and put together (<c>Engage Support</c>, <c>系统管理员</c>).
/// </summary>
public static class ReservedNames
{
    private static readonly string[] Reserved =
    [
        .. Skeletons(
            "operator", "operators", "admin", "admins", "administrator", "administrators", "root", "system", "support",
            "engage", "moderator", "moderators", "security", "official", "staff", "管理员", "管理者", "官方", "系统", "客服",
            "运营", "版主", "工作人员", "管理員", "系統", "營運", "運營", "工作人員"),
    ];

    /// <summary>Mean nothing alone, and nothing else beside one that is reserved.</summary>
    private static readonly string[] Companions =
    [
        .. Skeletons(
            "the", "team", "help", "desk", "service", "center", "message", "account", "platform", "of", "超级", "平台",
            "团队", "中心", "消息", "通知", "账号", "人员", "小助手", "助手", "号", "部", "超級", "平臺", "團隊", "帳號", "人員", "號"),
    ];

    /// <summary>Whether a name consists of nothing but reserved words and their companions.</summary>
    public static bool Contains(string name)
    {
        // A digit or sign is either a letter in disguise (adm1n) or a number or mark beside the word (Admin 1!).
        return IsMadeOf(Skeleton(name), 0, false) || IsMadeOf(Skeleton(name, isDisguised: false), 0, false);
    }

    private static bool IsMadeOf(string name, int at, bool found)
    {
        if (at == name.Length) return found;
        return Array.Exists(Reserved, word => Continues(word, true))
            || Array.Exists(Companions, word => Continues(word, found));

        bool Continues(string word, bool reserved) =>
            string.CompareOrdinal(name, at, word, 0, word.Length) == 0 && IsMadeOf(name, at + word.Length, reserved);
    }

    private static IEnumerable<string> Skeletons(params string[] words) =>
        words.Select(word => Skeleton(word));

    /// <summary>What is left of a name for a hasty eye.</summary>
    private static string Skeleton(string name, bool isDisguised = true)
    {
        var skeleton = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (Fold.IsIgnored(rune)) continue;

            var letter = new Rune(Fold.Letter(rune.Value));
            var alike = letter.Value switch
            {
                'i' => 'l',
                _ when !isDisguised => letter.Value,
                '0' => 'o', '1' or '|' or '!' => 'l', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's',
                '7' => 't',
                _ => letter.Value,
            };
            if (Rune.IsLetter(new(alike))) skeleton.Append(new Rune(alike).ToString());
        }
        return skeleton.ToString();
    }
}
