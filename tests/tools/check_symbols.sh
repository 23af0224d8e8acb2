#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# check_symbols.sh NM FILE undefined-only NAME...    FILE may ask for these symbols and no others
# check_symbols.sh NM FILE none-of NAME...           FILE has none of these symbols in it
set -eu
nm=$1 file=$2 rule=$3
shift 3
allowed=$(printf '%s\n' "$@")
symbols=$("$nm" "$file" 2>/dev/null) || { echo "cannot read $file"; exit 1; }
[ -n "$symbols" ] || { echo "$file has no symbols"; exit 1; }

case $rule in
undefined-only)
	# What another member of the same archive defines is not asked for from outside.
	defined=$(echo "$symbols" | awk 'NF == 3 { print $3 }')
	wrong=$(echo "$symbols" | awk '$1 == "U" { print $2 }' | sort -u |
		grep -v -x -F -e "$allowed" -e "$defined") || :
	;;
none-of) wrong=$(echo "$symbols" | awk '{ print $NF }' | sort -u | grep -x -F -e "$allowed") || : ;;
*) echo "unknown rule $rule"; exit 1 ;;
esac

[ -z "$wrong" ] || { printf '%s must not use:\n%s\n' "$file" "$wrong"; exit 1; }
