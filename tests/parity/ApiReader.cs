using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Engage.Parity.Tests;

/// <summary>Reads the public API of an assembly from its metadata; nothing is loaded, so nothing is missed.</summary>
internal sealed class ApiReader
{
    private static readonly SignatureText Text = new();

    private readonly MetadataReader _reader;
    private readonly MemberText _members;

    private ApiReader(MetadataReader reader)
    {
        _reader = reader;
        _members = new(reader, Text);
    }

    public static IReadOnlyDictionary<string, ApiType> Read(Stream assembly)
    {
        using var file = new PEReader(assembly);
        return new ApiReader(file.GetMetadataReader()).ReadTypes();
    }

    private Dictionary<string, ApiType> ReadTypes() => _reader.TypeDefinitions
        .Where(IsVisible)
        .Select(ReadType)
        .ToDictionary(type => type.Name);

    private bool IsVisible(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic => IsVisible(type.GetDeclaringType()),
            _ => false,
        };
    }

    private ApiType ReadType(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        var names = new GenericNames(_members.NamesOf(type.GetGenericParameters()), []);
        var baseName = type.BaseType.IsNil ? "" : Text.NameOf(_reader, type.BaseType, names);
        return new(
            Text.GetTypeFromDefinition(_reader, handle, 0),
            KindOf(type, baseName) + _members.Constraints(type.GetGenericParameters(), names),
            baseName,
            type.GetInterfaceImplementations()
                .Select(i => Text.NameOf(_reader, _reader.GetInterfaceImplementation(i).Interface, names))
                .ToHashSet(),
            MembersOf(type, names).ToHashSet(),
            UsageOf(type));
    }

    private string KindOf(TypeDefinition type, string baseName)
    {
        if ((type.Attributes & TypeAttributes.Interface) != 0)
            return "interface";
        var readOnly = _members.Has(type.GetCustomAttributes(), "IsReadOnlyAttribute") ? "readonly " : "";
        return baseName switch
        {
            "System.Enum" => "enum",
            "System.ValueType" => $"{readOnly}struct",
            "System.MulticastDelegate" => "delegate",
            _ => Modifiers(type.Attributes) + "class",
        };
    }

    private static string Modifiers(TypeAttributes attributes) =>
        (attributes & (TypeAttributes.Abstract | TypeAttributes.Sealed)) switch
        {
            TypeAttributes.Abstract | TypeAttributes.Sealed => "static ",
            TypeAttributes.Abstract => "abstract ",
            TypeAttributes.Sealed => "sealed ",
            _ => "",
        };

    private IEnumerable<string> MembersOf(TypeDefinition type, GenericNames names)
    {
        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition))
        {
            if (_members.Describe(method, names) is { } text)
                yield return text;
        }

        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            if (_members.Describe(field, names) is { } text)
                yield return text;
        }
    }

    /// <summary>Where an attribute may be put, as its AttributeUsage says.</summary>
    private string UsageOf(TypeDefinition type)
    {
        foreach (var attribute in type.GetCustomAttributes().Select(_reader.GetCustomAttribute))
        {
            if (_members.NameOf(attribute) == "AttributeUsageAttribute")
                return Convert.ToHexString(_reader.GetBlobBytes(attribute.Value));
        }

        return "";
    }
}
