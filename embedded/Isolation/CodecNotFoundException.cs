namespace Orleans.Serialization;

/// <summary>Base of what goes wrong when values cross between grains.</summary>
public class SerializerException : Exception
{
    public SerializerException()
    {
    }

    public SerializerException(string message)
        : base(message)
    {
    }

    public SerializerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A type crosses between grains and nothing says how; the text names it and the way out.</summary>
public sealed class CodecNotFoundException(string message) : SerializerException(message);
