#!/bin/sh
# Compare requirements.txt with the public advisories for Python packages. Exit 1 for a known vulnerability. If the
# tool or the advisory service cannot be reached within 20 seconds, say so and exit 0: nothing was checked then.
set -u
cd "$(dirname "$0")/.."
report=$(mktemp)
trap 'rm -f "$report"' EXIT
skip() {
    echo "NOT CHECKED: pip-audit could not $1 within 20 seconds. Run 'make audit' where it can be reached." >&2
    exit 0
}
ends=$(($(date +%s) + 20))
remaining() { left=$((ends - $(date +%s))); [ "$left" -gt 0 ] && echo "$left" || echo 1; }
if [ ! -x .tools/bin/pip-audit ]; then
    timeout "$(remaining)" sh -c 'python3 -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check -r deploy/supply-chain.txt' \
        >/dev/null 2>&1 || { rm -rf .tools; skip "be installed"; }
fi
timeout "$(remaining)" .tools/bin/pip-audit --requirement requirements.txt --no-deps --disable-pip \
    --progress-spinner off --timeout 5 --format json --output "$report" >/dev/null 2>&1
result=$?
[ -s "$report" ] || skip "reach the advisory service"
[ "$result" -eq 0 ] && echo "pip-audit: no known vulnerability in requirements.txt." && exit 0
python3 - "$report" <<'PYTHON'
import json
import sys

for package in json.load(open(sys.argv[1]))["dependencies"]:
    for found in package.get("vulns", []):
        fixed = ", ".join(found["fix_versions"]) or "no release yet"
        print(f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}", file=sys.stderr)
PYTHON
exit 1
