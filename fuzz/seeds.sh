#!/bin/sh
# Fills fuzz/corpus/ from the conformance data: CONFORMANCE_DIR, or ../shared/conformance beside the workspace. Nothing of it is kept
# in this repository. Then: cargo +nightly fuzz run xform
set -eu
cd "$(dirname "$0")"
data=${CONFORMANCE_DIR:-../../shared/conformance}
[ -d "$data/scenarios" ] || { echo "no conformance data in $data; set CONFORMANCE_DIR" >&2; exit 1; }
mkdir -p corpus/xform corpus/xml
find "$data" -name '*.xml' -size -64k | while read -r file; do
    name=$(echo "$file" | cksum | cut -d' ' -f1).xml
    cp "$file" "corpus/xform/$name"
    cp "$file" "corpus/xml/$name"
done
cp ../app/form/tests/support/wards.xml corpus/xform/
ls corpus/xform | wc -l
