using Engage.Contracts.Mail;

namespace Engage.Grains.Mail;

/// <summary>What letters say, in the reader's language. Plain text: nothing in it can trick anybody.</summary>
internal static class LetterTexts
{
    public static (string Subject, string Body) Write(Letter letter, string publicUrl) =>
        letter.Language == "en" ? English(letter, publicUrl) : Chinese(letter, publicUrl);

    private static (string Subject, string Body) English(Letter letter, string url) => letter.Kind switch
    {
        LetterKind.VerifyMail => ("Your code for Engage", $"""
            Your code is {letter.Code}.

            Or open this link: {VerifyLink(letter, url)}

            Both are good for an hour. If you did not ask for them, do nothing.
            """),
        LetterKind.MailIsKnown => ("You already have an account with Engage", $"""
            Somebody, perhaps you, wanted to use this address for another account. It belongs to yours.

            Sign in at {url}, or set a new password there. If it was not you, do nothing.
            """),
        LetterKind.ResetPassword => ("A new password for Engage", $"""
            Set a new password here: {ResetLink(letter, url)}

            The link is good for an hour. If you did not ask for it, do nothing: your password stays as it is.
            """),
        LetterKind.PasswordChanged => ("Your password for Engage was changed", $"""
            Your password was changed, and you were signed out on your other devices.

            If it was not you, set a new password at {url} at once.
            """),
        LetterKind.SessionCopied => ("One of your devices was signed out", $"""
            The same sign-in was used from two places, so it was ended.

            If you do not know why, change your password at {url}.
            """),
        LetterKind.MailChanged => ("Your mail address for Engage was changed", $"""
            From now on, letters about your account go to another address.

            If it was not you, change your password at {url} at once.
            """),
        _ => throw Unknown(letter),
    };

    private static (string Subject, string Body) Chinese(Letter letter, string url) => letter.Kind switch
    {
        LetterKind.VerifyMail => ("你的 Engage 验证码", $"""
            你的验证码是 {letter.Code}。

            也可以打开此链接：{VerifyLink(letter, url)}

            一小时内有效。如果不是你本人的操作，请忽略此邮件。
            """),
        LetterKind.MailIsKnown => ("你已有 Engage 账号", $"""
            有人（也许是你）想用此邮箱注册另一个账号，但它已属于你的账号。

            请在 {url} 登录，或在那里重设密码。如果不是你本人的操作，请忽略此邮件。
            """),
        LetterKind.ResetPassword => ("重设你的 Engage 密码", $"""
            请在此设置新密码：{ResetLink(letter, url)}

            链接一小时内有效。如果不是你本人的操作，请忽略此邮件，密码不会改变。
            """),
        LetterKind.PasswordChanged => ("你的 Engage 密码已更改", $"""
            你的密码已更改，其他设备已退出登录。

            如果不是你本人的操作，请立即在 {url} 重设密码。
            """),
        LetterKind.SessionCopied => ("你的一台设备已退出登录", $"""
            同一登录凭据在两个地方被使用，因此已失效。

            如果你不清楚原因，请在 {url} 更改密码。
            """),
        LetterKind.MailChanged => ("你的 Engage 邮箱已更改", $"""
            今后与账号有关的邮件将发送到另一个邮箱。

            如果不是你本人的操作，请立即在 {url} 更改密码。
            """),
        _ => throw Unknown(letter),
    };

    private static string VerifyLink(Letter letter, string url) => $"{url}/#/verify?token={letter.Secret}";

    private static string ResetLink(Letter letter, string url) => $"{url}/#/reset?token={letter.Secret}";

    private static ArgumentOutOfRangeException Unknown(Letter letter) =>
        new(nameof(letter), letter.Kind, "A kind of letter that has no text.");
}
