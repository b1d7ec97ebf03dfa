#!/usr/bin/env bash
# Installs what some tests run against: Slurm with munge, PostgreSQL, GNU parallel. Debian or Ubuntu, as root.
# Tests whose server is missing are skipped, by name.
set -euo pipefail

packages=()
need() { # command package ...
    local at
    command -v "$1" >/dev/null 2>&1 && return
    for at in /usr/sbin /usr/lib/postgresql/*/bin; do
        if [ -x "$at/$1" ]; then return; fi
    done
    packages+=("${@:2}")
}
need slurmctld slurmctld
need slurmd slurmd
need sbatch slurm-client
need munged munge
need parallel parallel
need initdb postgresql
[ ${#packages[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null 2>&1 || { echo "error: this takes apt-get; install by your own means: ${packages[*]}" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || { echo "error: run this as root; it installs ${packages[*]}" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
# No daemon is started by their installation: the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
install() { timeout 180 apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=60 "${packages[@]}"; }
install || { timeout 60 apt-get update -q && install; }
