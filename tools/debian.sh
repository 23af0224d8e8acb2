# SPDX-License-Identifier: BSD-2-Clause
# Sourced by setup.sh: fetches Debian packages of another architecture, and source packages, through
# a private state of apt below build/cache/apt. The host's architectures, lists and sources stay as
# they are; its mirrors, proxies and keys are used, so every file is verified as apt always does.
# shellcheck shell=sh

GUEST_ARCH=armhf
APT=$CACHE/apt

# read_sources FORMAT FILE...: the binary sources of this Debian release, as one-line entries
# without their type. Other suites (vendors' repositories) have nothing that a guest is made from.
read_sources()
{
	format=$1
	shift
	for file in "$@"; do
		[ ! -f "$file" ] ||
			awk -v codename="$codename" -f "$ROOT/tools/sources-$format.awk" "$file"
	done
}

debian_sources()
{
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	read_sources list /etc/apt/sources.list /etc/apt/sources.list.d/*.list
	read_sources deb822 /etc/apt/sources.list.d/*.sources
}

private_apt_init()
{
	mkdir -p "$APT/state/lists/partial" "$APT/cache/archives/partial"
	: >"$APT/status"
	debian_sources | sort -u >"$APT/entries"
	[ -s "$APT/entries" ] ||
		die "/etc/apt/sources.list* names no source of this Debian release's main." \
			"The guests come from Debian packages: add a source, then try again."
	sed 's/^/deb /; p; s/^deb/deb-src/' "$APT/entries" >"$APT/sources.list"
	# Hooks are cleared because the host's (AppStream, docker images) act on the host's state.
	cat >"$APT/apt.conf" <<EOF
Dir::State "$APT/state";
Dir::State::status "$APT/status";
Dir::Cache "$APT/cache";
Dir::Etc::sourcelist "$APT/sources.list";
Dir::Etc::sourceparts "-";
APT::Architecture "$GUEST_ARCH";
APT::Architectures { "$GUEST_ARCH"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update;
#clear DPkg::Post-Invoke;
EOF
}

private_apt()
{
	tool=$1
	shift
	"$tool" -c "$APT/apt.conf" "$@"
}

# Once per run: lists of an older run may name package versions that the mirror no longer has.
private_apt_update()
{
	[ -z "${private_apt_ready-}" ] || return 0
	private_apt_init
	say "Reading Debian's package lists for $GUEST_ARCH"
	# A mirror in the middle of an update fails for one list; the others may hold all that is
	# asked for, and what cannot be verified is not used. The download decides.
	private_apt apt-get update >&2 ||
		say "Some package lists could not be read (see above); going on with the others"
	private_apt_ready=1
}

# fetch_deb PACKAGE: prints the path of the package's verified file.
fetch_deb()
{
	rm -rf "$CACHE/debs/$1"
	mkdir -p "$CACHE/debs/$1"
	(cd "$CACHE/debs/$1" && private_apt apt-get download "$1" >&2) ||
		die "apt could not download $1:$GUEST_ARCH." "Check the network, then try again."
	echo "$CACHE/debs/$1"/*.deb
}

# fetch_source PACKAGE: downloads the parts of a source package to the cache. Fails if it cannot.
fetch_source()
{
	mkdir -p "$CACHE/src/$1"
	(cd "$CACHE/src/$1" && private_apt apt-get source -q --download-only "$1" >&2)
}

# extract_deb FILE DIR TAR-PATTERN...
extract_deb()
{
	deb=$1 dir=$2
	shift 2
	mkdir -p "$dir"
	dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --wildcards "$@"
}
