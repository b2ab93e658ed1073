namespace Engage.Sandbox;

/// <summary>Section <c>Sandbox</c>, from the command line or the environment.</summary>
internal sealed class SandboxOptions
{
    /// <summary>Folder of its books, which survive its own death. Default <c>sandbox-data</c>.</summary>
    public string Path { get; set; } = "sandbox-data";

    /// <summary>What its customer shows as bearer token. Empty: nobody gets in.</summary>
    public string Key { get; set; } = "";

    /// <summary>Where webhooks go; empty: nowhere.</summary>
    public string WebhookUrl { get; set; } = "";

    /// <summary>What webhooks are signed with.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>Of the faults: the same requests in the same order meet the same ones.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>How long a call that gets no answer is held. Default half a minute.</summary>
    public TimeSpan HangFor { get; set; } = TimeSpan.FromSeconds(30);

    public FaultOptions Faults { get; set; } = new();
}

/// <summary>Probabilities, 0 (the default) to 1.</summary>
internal sealed class FaultOptions
{
    /// <summary>No answer, and nothing was done.</summary>
    public double SilentBefore { get; set; }

    /// <summary>No answer, and it was done.</summary>
    public double SilentAfter { get; set; }

    /// <summary>500, and nothing was done.</summary>
    public double ErrorBefore { get; set; }

    /// <summary>500, and it was done.</summary>
    public double ErrorAfter { get; set; }

    /// <summary>Of a webhook: it is sent twice.</summary>
    public double WebhookTwice { get; set; }

    /// <summary>Of a webhook: it is never sent.</summary>
    public double WebhookLost { get; set; }

    /// <summary>Of a webhook: it waits up to <see cref="WebhookDelayMax"/>, so that later ones overtake it.</summary>
    public double WebhookLate { get; set; }

    public TimeSpan WebhookDelayMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>With a webhook comes another one that somebody forged.</summary>
    public double WebhookForged { get; set; }
}
