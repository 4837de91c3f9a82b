#!/usr/bin/env pwsh
# Hands a verb (run, test, iso, bench, soak, mutate, coverage, proof, clean; --help) to the build program, which does everything.
$ErrorActionPreference = 'Stop'
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine("build.ps1: the .NET 10 SDK is needed and 'dotnet' was not found on the path.")
    exit 1
}
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
Push-Location $PSScriptRoot
try {
    # What is piped into this script is for the program, not for its build.
    $log = $null | dotnet build Tests/Support -v quiet -nologo 2>&1
    if ($LASTEXITCODE -ne 0) {
        $log | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine('build.ps1: the build program itself could not be built.')
        exit 1
    }
    dotnet artifacts/bin/Reservoir.Tests.Support/debug/Reservoir.Tests.Support.dll @args
    exit $LASTEXITCODE
}
finally {
    Pop-Location
}
