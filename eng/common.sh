# Sourced by the scripts at the root: finds the SDK, sets up the packages, builds once.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MLNETSTYLE_BOOTSTRAPPED=1

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

require_dotnet() {
    command -v dotnet >/dev/null 2>&1 || die "the .NET SDK is missing: 'dotnet' is not on the PATH. Install the .NET 10 SDK (https://dotnet.microsoft.com/download) and run this again."
}

# True where nothing that the build reads is newer than the stamp of the last build, and the package mode is known and no other one is asked for.
up_to_date() { # stamp
    [ -f "$1" ] && grep -qF "<MLNetStylePackages>${MLNETSTYLE_PACKAGES:+$MLNETSTYLE_PACKAGES<}" "$root/eng/packages.props" 2>/dev/null || return 1
    local newer
    newer=$(cd "$root" && find src eng tests benchmarks tools onnx-models Directory.Build.props Directory.Build.targets Directory.Packages.props global.json \
        \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f -newer "$1" -print -quit 2>/dev/null)
    [ -z "$newer" ]
}

# Builds a project in Release; output is shown only if it fails. One build at a time in a checkout. Nothing that is started here keeps the lock:
# the compiler's server stays for the next build.
build_once() { # project stamp what
    local project=$1 stamp=$2 what=$3 log
    up_to_date "$stamp" && return 0
    mkdir -p "$root/artifacts"
    (
        if command -v flock >/dev/null 2>&1; then flock 9; fi
        up_to_date "$stamp" && exit 0
        require_dotnet
        "$root/eng/bootstrap" 9>&- || exit 1
        log="$root/artifacts/build.log"
        say "Building $what (needed once after a change) ..."
        touch "$stamp.begun"
        if ! (cd "$root" && dotnet build "$project" -c Release -v quiet -clp:NoSummary) >"$log" 2>&1 9>&-; then
            tail -n 40 "$log" >&2
            die "the build failed; the whole log is in artifacts/build.log."
        fi
        mv "$stamp.begun" "$stamp"
    ) 9>"$root/artifacts/build.lock"
}
