# SPDX-License-Identifier: BSD-2-Clause
# One-line sources.list -> "[signed-by=KEY] URI SUITE main" for suites of this Debian release.
$1 == "deb" {
	options = ""
	field = 2
	if ($field ~ /^\[/) {
		do {
			word = $field
			gsub(/[][]/, "", word)
			if (word ~ /^(signed-by|trusted|check-valid-until)=/)
				options = options " " word
		} while ($field !~ /\]$/ && field++ < NF)
		field++
		if (options)
			options = "[" substr(options, 2) "] "
	}
	if (index($(field + 1), codename) != 1)
		next
	for (i = field + 2; i <= NF; i++)
		if ($i == "main")
			print options $field, $(field + 1), "main"
}
