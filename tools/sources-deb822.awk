# SPDX-License-Identifier: BSD-2-Clause
# deb822 .sources -> "[signed-by=KEY] URI SUITE main" for suites of this Debian release.
# A key that is embedded in the file, rather than named, cannot be said in one line: then apt's
# trusted keys decide.
function stanza(    u, s, uris, suites, nu, ns, options)
{
	if (value["types"] ~ /(^| )deb( |$)/ && tolower(value["enabled"]) != "no" &&
	    value["components"] ~ /(^| )main( |$)/) {
		if (value["signed-by"] ~ /^\//)
			options = "[signed-by=" value["signed-by"] "] "
		nu = split(value["uris"], uris, " ")
		ns = split(value["suites"], suites, " ")
		for (u = 1; u <= nu; u++)
			for (s = 1; s <= ns; s++)
				if (index(suites[s], codename) == 1)
					print options uris[u], suites[s], "main"
	}
	split("", value)
	key = ""
}

/^#/ { next }
/^[ \t]*$/ { stanza(); next }
/^[ \t]/ {
	sub(/^[ \t]+/, "")
	value[key] = value[key] " " $0
	next
}
{
	key = tolower(substr($0, 1, index($0, ":") - 1))
	text = substr($0, index($0, ":") + 1)
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	value[key] = text
}
END { stanza() }
