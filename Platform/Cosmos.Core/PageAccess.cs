namespace Cosmos.Core;

/// <summary>What may be done with a page. Nothing is ever both writable and executable.</summary>
public enum PageAccess
{
    /// <summary>Constants: read only.</summary>
    ReadOnly,

    /// <summary>Data: read and write.</summary>
    ReadWrite,

    /// <summary>Code: read and execute.</summary>
    Execute,

    /// <summary>Device registers: read and write, never cached.</summary>
    Device,
}
