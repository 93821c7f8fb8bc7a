#!/usr/bin/env bash
# Makes sure the tests find a PostgreSQL server, a chromium and Node.js: installs them where it may, says what is missing where it may not.
set -euo pipefail

has_postgres() {
    command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

has_chromium() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

has_node() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1
}

# Pages are looked at in six languages. Without fontconfig we cannot tell, and ask for nothing.
has_fonts() {
    ! command -v fc-list >/dev/null 2>&1 || { [ -n "$(fc-list :lang=zh family)" ] && [ -n "$(fc-list :lang=ar family)" ]; }
}

missing() {
    has_postgres || echo postgresql
    has_chromium || echo chromium
    has_node || printf '%s\n' nodejs npm
    has_fonts || printf '%s\n' fonts-noto-core fonts-noto-cjk
}

wanted=$(missing)
[ -z "$wanted" ] && exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root='sudo -n'; else as_root=no; fi
fi

if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != no ]; then
    echo "Installing for the tests:" $wanted
    $as_root apt-get update -qq
    # shellcheck disable=SC2086  # the list is meant to be split
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted
fi

if ! has_postgres || ! has_chromium || ! has_node; then
    {
        echo "The tests need programs that are not installed here:"
        has_postgres || echo "  - PostgreSQL 12 or later, with initdb and pg_ctl (Debian and Ubuntu: postgresql)"
        has_chromium || echo "  - chromium (Debian: chromium)"
        has_node || echo "  - Node.js 18 or later with npm (Debian: nodejs npm)"
        echo "Install them, then run this again. Running the archive itself needs neither."
    } >&2
    exit 1
fi
has_fonts || echo "Note: no font for Chinese or Arabic is installed (fonts-noto-core, fonts-noto-cjk); screenshots will show boxes." >&2
