using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;

namespace Engage.Embedded.Isolation;

/// <summary>Copies by members. What has no <c>[Id]</c> is not sent, and so is missing in the copy.</summary>
internal static class MemberCopies
{
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static CopyPlan For(Type type, IReadOnlyList<FieldInfo> fields, DeepCopier copier)
    {
        var isWhole = type.IsValueType && fields.Count == type.GetFields(Own).Length;
        if (isWhole && fields.All(field => IsShared(field, copier)))
            return CopyPlan.Shallow;
        var create = type.GetConstructor(Own, Type.EmptyTypes) is { } constructor && !type.IsValueType
            ? (Func<object>)(() => constructor.Invoke(null))
            : () => RuntimeHelpers.GetUninitializedObject(type);
        return new((value, context) =>
        {
            var copy = context.Remember(value, create());
            foreach (var field in fields)
                field.SetValue(copy, IsImmutable(field) ? field.GetValue(value) : context.Copy(field.GetValue(value)));
            return copy;
        });
    }

    public static IReadOnlyList<FieldInfo> AllFields(Type type) => type.GetFields(Own);

    /// <summary>The fields behind <c>[Id]</c> members and record parameters, of the type and of its bases.</summary>
    public static IReadOnlyList<FieldInfo> SerializedFields(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            var parameters = RecordParameters(level);
            foreach (var field in level.GetFields(Own))
            {
                var member = MemberOf(field);
                if (member.IsDefined(typeof(IdAttribute)) || parameters.Contains(member.Name))
                    fields.Add(field);
            }
        }

        return fields;
    }

    /// <summary>The property of an automatic property's field; else the field.</summary>
    private static MemberInfo MemberOf(FieldInfo field) =>
        field.Name is ['<', .. var rest] && rest.IndexOf('>', StringComparison.Ordinal) is var end and > 0
            ? (MemberInfo?)field.DeclaringType!.GetProperty(rest[..end], Own) ?? field
            : field;

    /// <summary>Records send the parameters of their primary constructor without being told.</summary>
    private static HashSet<string> RecordParameters(Type type)
    {
        if (type.GetMethod("PrintMembers", Own) is null)
            return [];
        var primary = type.GetConstructors(Own).FirstOrDefault(constructor =>
            constructor.GetParameters() is { Length: > 0 } parameters
            && parameters.All(parameter =>
                type.GetProperty(parameter.Name!, Own)?.PropertyType == parameter.ParameterType));
        return primary is null ? [] : [.. primary.GetParameters().Select(parameter => parameter.Name!)];
    }

    private static bool IsImmutable(FieldInfo field) => MemberOf(field).IsDefined(typeof(ImmutableAttribute));

    private static bool IsShared(FieldInfo field, DeepCopier copier)
    {
        var type = Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType;
        return IsImmutable(field)
            || (type.IsSealed && type != typeof(object)
                && (CopyPlans.IsValue(type) || (type.IsValueType && copier.PlanOf(type).IsShallow)));
    }
}
