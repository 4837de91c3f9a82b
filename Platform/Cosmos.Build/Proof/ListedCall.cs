using System.Collections.Generic;

namespace Cosmos.Build.Proof;

/// <summary>One line of a list of indirect calls: what a person knows and the image doesn't tell.</summary>
/// <param name="Place">The file and the number of the line, for messages.</param>
/// <param name="Function">The readable name of the function that calls.</param>
/// <param name="Form">The form, as the proof prints it.</param>
/// <param name="Targets">Mangled names of the types that the receiver has or derives from, or of functions; none if the call ends the
/// path.</param>
/// <param name="Reason">Why that is so.</param>
/// <param name="IsShared">Whether the line is the SDK's, for all kernels: one that doesn't reach the call, or doesn't have a target, is
/// right all the same.</param>
internal sealed record ListedCall(string Place, string Function, string Form, IReadOnlyList<string> Targets, string Reason, bool IsShared);
