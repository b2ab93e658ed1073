using System.Globalization;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>
    /// Fixes the grain type name of a class; without it the name is the class name, lower case, less "Grain".
    /// </summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        /// <summary>The grain type name, part of every grain id and so of every stored key.</summary>
        public GrainType GetGrainType(IServiceProvider services, Type type) => GrainType.Create(Name);

        internal string Name { get; } = grainType;
    }

    /// <summary>How long an activation of the class may be idle before it is deactivated. At least a minute.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class CollectionAgeLimitAttribute : Attribute
    {
        public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

        private TimeSpan? _value;

        public CollectionAgeLimitAttribute()
        {
        }

        public CollectionAgeLimitAttribute(string inactivityPeriod) =>
            _value = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);

        public double Days { get; set; }

        public double Hours { get; set; }

        public double Minutes { get; set; }

        public bool AlwaysActive { get; set; }

        public TimeSpan AgeLimit => _value ??= Sum();

        private TimeSpan Sum()
        {
            if (AlwaysActive)
                return TimeSpan.FromDays(short.MaxValue);
            var sum = TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
            return sum < MinAgeLimit ? MinAgeLimit : sum;
        }
    }

    /// <summary>Activations of the class are never collected for being idle.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class KeepAliveAttribute : Attribute;

    /// <summary>How long a caller waits for the answer of this method, such as "00:00:05".</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
    {
        public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
    }
}

namespace Orleans.Concurrency
{
    /// <summary>The method changes nothing: it may interleave with other read-only requests.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>Requests to a grain of this class interleave at awaits; turns still never run in parallel.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;

    /// <summary>The method may start while any other request is unfinished.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>The caller gets a completed task at once and never learns the outcome.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;

    /// <summary>Several activations per key, made as load needs them, at most <see cref="MaxLocalWorkers"/>.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute : Placement.PlacementAttribute
    {
        public StatelessWorkerAttribute()
            : this(-1)
        {
        }

        /// <param name="maxLocalWorkers">The maximum; zero or less means one per processor.</param>
        public StatelessWorkerAttribute(int maxLocalWorkers) =>
            MaxLocalWorkers = maxLocalWorkers > 0 ? maxLocalWorkers : Environment.ProcessorCount;

        /// <param name="maxLocalWorkers">The maximum; zero or less means one per processor.</param>
        /// <param name="removeIdleWorkers">Accepted for compatibility: idle workers go with idle collection.</param>
        public StatelessWorkerAttribute(int maxLocalWorkers, bool removeIdleWorkers)
            : this(maxLocalWorkers) => RemoveIdleWorkers = removeIdleWorkers;

        internal int MaxLocalWorkers { get; }

        internal bool RemoveIdleWorkers { get; } = true;
    }

    /// <summary>A value that the sender promises not to change.</summary>
    [GenerateSerializer, Immutable]
    public readonly struct Immutable<T>(T value)
    {
        [Id(0)]
        public readonly T Value = value;
    }

    public static class ImmutableExtensions
    {
        public static Immutable<T> AsImmutable<T>(this T value) => new(value);
    }
}

namespace Orleans.Placement
{
    /// <summary>
    /// Base of the placement attributes. One process has one place, so they are accepted and ignored.
    /// </summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public abstract class PlacementAttribute : Attribute
    {
        private protected PlacementAttribute()
        {
        }
    }

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class RandomPlacementAttribute : PlacementAttribute;

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class PreferLocalPlacementAttribute : PlacementAttribute;

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class HashBasedPlacementAttribute : PlacementAttribute;

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ActivationCountBasedPlacementAttribute : PlacementAttribute;

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ResourceOptimizedPlacementAttribute : PlacementAttribute;
}
