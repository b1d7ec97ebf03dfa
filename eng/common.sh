# Sourced by the scripts at the root: finds the SDK, builds once.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ORT_DISABLE_TELEMETRY=1

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# True where nothing that the build reads is newer than the stamp of the last build, and that build was for the same device.
up_to_date() { # stamp
    [ -f "$1" ] && [ "$(cat "$1")" = "cuda ${Cuda:-false}" ] || return 1
    local newer
    newer=$(cd "$root" && find src eng tests benchmarks tools onnx-models Directory.Build.props Directory.Packages.props global.json \
        \( -name bin -o -name obj \) -prune -o -type f -newer "$1" -print -quit 2>/dev/null)
    [ -z "$newer" ]
}

# Builds a project in Release; output is shown only if it fails. One build at a time in a checkout. Nothing that is started here keeps the
# lock: the compiler's server stays for the next build. The build runs in the repository's root, so that its global.json chooses the SDK.
build_once() { # project stamp what
    local project=$1 stamp=$2 what=$3 log
    up_to_date "$stamp" && return 0
    mkdir -p "$root/artifacts"
    (
        if command -v flock >/dev/null 2>&1; then flock 9; fi
        up_to_date "$stamp" && exit 0
        command -v dotnet >/dev/null 2>&1 ||
            die "the .NET SDK is missing: 'dotnet' is not on the PATH. Install the .NET 10 SDK (https://dotnet.microsoft.com/download) and run this again."
        log="$root/artifacts/build.log"
        say "Building $what (needed once after a change) ..."
        printf 'cuda %s\n' "${Cuda:-false}" >"$stamp.begun"
        if ! (cd "$root" && dotnet build "$project" -c Release -v quiet -clp:NoSummary) >"$log" 2>&1 9>&-; then
            grep -E 'error|warning' "$log" | sort -u | tail -n 20 >&2 || tail -n 40 "$log" >&2
            if grep -q 'error NU1[13]0[0-9]' "$log"; then
                say "A package could not be restored: NuGet needs https://api.nuget.org or a feed of yours with the versions in Directory.Packages.props."
            fi
            die "the build failed; the whole log is in artifacts/build.log."
        fi
        mv "$stamp.begun" "$stamp"
    ) 9>"$root/artifacts/build.lock"
}
