#!/bin/sh
# Hands a verb (run, test, iso, bench, soak, mutate, coverage, proof, clean; --help) to the build program, which does everything.
set -eu
cd "$(dirname "$0")"
if ! command -v dotnet > /dev/null; then
    echo "build.sh: the .NET 10 SDK is needed and 'dotnet' was not found on the path." >&2
    exit 1
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
if ! log=$(dotnet build Tests/Support -v quiet -nologo < /dev/null 2>&1); then
    echo "$log" >&2
    echo "build.sh: the build program itself could not be built." >&2
    exit 1
fi
exec dotnet artifacts/bin/Reservoir.Tests.Support/debug/Reservoir.Tests.Support.dll "$@"
