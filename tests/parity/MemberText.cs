using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;

namespace Engage.Parity.Tests;

/// <summary>Members as text; null for those that are not visible outside.</summary>
internal sealed class MemberText(MetadataReader reader, SignatureText types)
{
    public string? Describe(MethodDefinition method, GenericNames ofType)
    {
        if (!IsVisible(method.Attributes & MethodAttributes.MemberAccessMask))
            return null;
        var parameters = method.GetGenericParameters();
        var names = ofType with { OfMethod = NamesOf(parameters) };
        var signature = method.DecodeSignature(types, names);
        var named = method.GetParameters().Select(reader.GetParameter).Where(parameter => parameter.SequenceNumber > 0)
            .ToDictionary(parameter => parameter.SequenceNumber - 1);
        var list = signature.ParameterTypes.Select(
            (type, i) => Describe(type, named.TryGetValue(i, out var parameter) ? parameter : null));
        return $"{Modifiers(method.Attributes)}{signature.ReturnType} {reader.GetString(method.Name)}"
            + $"{Constraints(parameters, names)}({string.Join(", ", list)})";
    }

    public string? Describe(FieldDefinition field, GenericNames names)
    {
        var isVisible = (field.Attributes & FieldAttributes.FieldAccessMask)
            is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;
        if (!isVisible)
            return null;
        var constant = field.GetDefaultValue() is { IsNil: false } value ? $" = {Read(value)}" : "";
        var isStatic = (field.Attributes & FieldAttributes.Static) != 0 ? "static " : "";
        var isFixed = (field.Attributes & FieldAttributes.InitOnly) != 0 ? "readonly " : "";
        return $"{isStatic}{isFixed}{field.DecodeSignature(types, names)} {reader.GetString(field.Name)}{constant}";
    }

    public ImmutableArray<string> NamesOf(GenericParameterHandleCollection parameters) =>
        [.. parameters.Select(parameter => reader.GetString(reader.GetGenericParameter(parameter).Name))];

    public string Constraints(GenericParameterHandleCollection parameters, GenericNames names) => parameters.Count == 0
        ? ""
        : $"<{string.Join(", ", parameters.Select(reader.GetGenericParameter).Select(p => Describe(p, names)))}>";

    public bool Has(CustomAttributeHandleCollection attributes, string name) =>
        attributes.Select(reader.GetCustomAttribute).Any(attribute => NameOf(attribute) == name);

    public string NameOf(CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind == HandleKind.MethodDefinition)
        {
            var own = reader.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType();
            return reader.GetString(reader.GetTypeDefinition(own).Name);
        }

        var type = reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        return type.Kind == HandleKind.TypeReference
            ? reader.GetString(reader.GetTypeReference((TypeReferenceHandle)type).Name)
            : "";
    }

    private static bool IsVisible(MethodAttributes access) =>
        access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static string Modifiers(MethodAttributes attributes)
    {
        if ((attributes & MethodAttributes.Static) != 0)
            return "static ";
        if ((attributes & MethodAttributes.Virtual) == 0 || (attributes & MethodAttributes.Final) != 0)
            return "";
        return (attributes & MethodAttributes.Abstract) != 0 ? "abstract " : "virtual ";
    }

    private string Describe(string type, Parameter? named)
    {
        if (named is not { } parameter)
            return type;
        var direction = (parameter.Attributes & ParameterAttributes.Out) != 0 ? "out " : "";
        var value = parameter.GetDefaultValue() is { IsNil: false } given ? $" = {Read(given)}" : "";
        var isOptional = value.Length == 0 && (parameter.Attributes & ParameterAttributes.Optional) != 0;
        return $"{direction}{type} {reader.GetString(parameter.Name)}{value}{(isOptional ? " = default" : "")}";
    }

    private string Describe(GenericParameter parameter, GenericNames names)
    {
        var constraints = parameter.GetConstraints()
            .Select(reader.GetGenericParameterConstraint)
            .Select(constraint => types.NameOf(reader, constraint.Type, names));
        var special = parameter.Attributes & GenericParameterAttributes.SpecialConstraintMask;
        return $"{reader.GetString(parameter.Name)}: {special} {string.Join(" & ", constraints.Order())}".TrimEnd();
    }

    private string Read(ConstantHandle handle)
    {
        var constant = reader.GetConstant(handle);
        var value = reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode);
        return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";
    }
}
