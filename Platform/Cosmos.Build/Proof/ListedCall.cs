using System.Collections.Generic;

namespace Cosmos.Build.Proof;

/// <summary>One line of the list of indirect calls: what a person knows and the image doesn't tell.</summary>
/// <param name="Line">Its number in the file.</param>
/// <param name="Function">The readable name of the function that calls.</param>
/// <param name="Form">The form, as the proof prints it.</param>
/// <param name="Targets">Mangled names of the types that the receiver has or derives from, or of functions; none if the call ends the
/// path.</param>
/// <param name="Reason">Why that is so.</param>
internal sealed record ListedCall(int Line, string Function, string Form, IReadOnlyList<string> Targets, string Reason);
