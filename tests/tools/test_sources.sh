#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test_sources.sh TOOLS-DIR: what set-up reads out of apt's sources, in both formats.
set -eu
tools=$1
failed=0

# check NAME AWK-SCRIPT EXPECTED <INPUT
check()
{
	got=$(awk -v codename=bookworm -f "$tools/$2")
	[ "$got" != "$3" ] || return 0
	printf 'not ok %s\nexpected:\n%s\ngot:\n%s\n' "$1" "$3" "$got"
	failed=1
}

check "one line each" sources-list.awk "http://a.example/debian bookworm main
http://a.example/security bookworm-security main" <<EOF
deb http://a.example/debian bookworm main contrib
# deb http://a.example/debian bookworm-backports main
deb-src http://a.example/debian bookworm main
deb http://a.example/security bookworm-security non-free main
deb http://vendor.example/apt cloud-bookworm main
deb http://vendor.example/apt bookworm stable
EOF

check "options" sources-list.awk "[signed-by=/k.gpg] http://a.example/debian bookworm main
http://a.example/debian bookworm main
[trusted=yes] http://b.example/ bookworm main" <<EOF
deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main
deb [arch=amd64] http://a.example/debian bookworm main
deb [ trusted=yes ] http://b.example/ bookworm main
EOF

check "deb822" sources-deb822.awk "[signed-by=/k.gpg] http://a.example/debian bookworm main
[signed-by=/k.gpg] http://a.example/debian bookworm-updates main
http://b.example/debian bookworm main" <<EOF
Types: deb deb-src
# a comment in between
URIs: http://a.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /k.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://vendor.example/apt
Suites: nodistro
Components: main

types: deb
uris: http://b.example/debian
suites: bookworm
components: main
signed-by:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
EOF

check "nothing" sources-deb822.awk "" </dev/null
exit $failed
