using Engage.Embedded.CodeGeneration;
using Engage.Embedded.Reminders;
using Orleans;
using Orleans.Runtime;

[assembly: GrainManifest(typeof(RemindableManifest))]

namespace Engage.Embedded.Reminders;

/// <summary>
/// The engine's own grain interface. The generator reads the projects that use the engine, not the engine.
/// </summary>
internal sealed class RemindableManifest : GrainManifest
{
    public override void Populate(GrainManifestBuilder builder) => builder.AddInterface(
        typeof(IRemindable), "Orleans.IRemindable", static (shared, key) => new RemindableProxy(shared, key));
}

/// <summary>Of the shape that the generator writes.</summary>
internal sealed class RemindableProxy(GrainReferenceShared shared, IdSpan key) : GrainProxy(shared, key), IRemindable
{
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var call = Tick.Take();
        call.Name = reminderName;
        call.Status = status;
        return Invoke(call);
    }

    internal sealed class Tick() : ActionInvocation(TheMethod.Options)
    {
        private static readonly CallMethod TheMethod = new(
            typeof(IRemindable),
            "Orleans.IRemindable",
            nameof(IRemindable.ReceiveReminder),
            CallOptions.None,
            typeof(string),
            typeof(TickStatus));

        private static readonly InvocationPool Pool = new();

        public string Name { get; set; } = "";

        public TickStatus Status { get; set; }

        public override CallMethod Method => TheMethod;

        public static Tick Take() => (Tick?)Pool.TryRent() ?? new();

        protected override ValueTask Call(object target) => new(((IRemindable)target).ReceiveReminder(Name, Status));

        protected override object? GetArgument(int index) => index switch
        {
            0 => Name,
            1 => Status,
            _ => throw NoArgument(TheMethod, index),
        };

        protected override void SetArgument(int index, object? value)
        {
            if (index == 0)
                Name = (string)value!;
            else if (index == 1)
                Status = (TickStatus)value!;
            else
                throw NoArgument(TheMethod, index);
        }

        protected override void CopyArguments(ICallCopier copier)
        {
            // Both are immutable.
        }

        protected override Invocation Rent() => Take();

        protected override void ClearArguments() => Name = "";

        protected override void ReturnToPool() => Pool.Return(this);
    }
}
