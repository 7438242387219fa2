#!/bin/sh
# Installs from Debian's or Ubuntu's own packages what pip cannot bring: sh deploy/fresh-machine.sh WHAT ...
#
#   python    Python's venv module            (to install and run the kit)
#   browser   Chromium and a few small fonts  (to test it; after "make install")
#   postgres  PostgreSQL's server programs    (to test it; tests start a server of their own)
#   nginx     nginx and openssl               (to test two servers behind it; tests start one of their own)
#   poppler   pdftotext                       (to test where the lines of a PDF are)
#   libreoffice  LibreOffice Writer and Calc  (to test files that it saved; these tests are skipped without it)
#   pdftk     pdftk, a program for PDF forms  (to test a form that it filled out; this test is skipped without it)
#   screenreader Orca, Xvfb, and AT-SPI       (to test what a screen reader says; this test is skipped without them)
#
# As root it installs what is missing. As another user it prints the exact command and exits with 1.
# What is installed already is left alone, silently.
set -eu

environment=.venv/bin/python
another_browser="Install Chrome or Chromium, or name its program in CLUSTER_KIT_BROWSER, and run this again."

say() { printf 'fresh-machine: %s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

# Those of the packages that are not installed, one a line.
missing() {
    for package; do
        dpkg-query -W -f '${db:Status-Abbrev}\n' "$package" 2>/dev/null | grep -q '^ii' || echo "$package"
    done
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -qq -y --no-install-recommends "$@"
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# Install packages: with the package lists at hand, or else with fresh ones. Prints only what fails.
install_packages() {
    has apt-get || fail "this is not Debian or Ubuntu. Install what these packages bring: $*"
    if ! is_root; then
        fail "missing: $*. Run: sudo sh deploy/fresh-machine.sh $what"
    fi
    say "installing $*"
    log=$(mktemp)
    if ! apt_install "$@" >"$log" 2>&1; then
        { apt-get -o DPkg::Lock::Timeout=300 update -qq && apt_install "$@"; } >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            rm -f "$log"
            fail "could not install $*. The reason is above. Correct it, and run this again."
        }
    fi
    rm -f "$log"
}

python() {
    interpreter=${PYTHON:-python3}
    has "$interpreter" || install_packages python3 python3-venv
    "$interpreter" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$("$interpreter" --version) is too old: the kit needs 3.11 or later. Install one and name it: PYTHON=python3.12"
    "$interpreter" -c 'import ensurepip, venv' 2>/dev/null || install_packages "$(venv_package "$interpreter")"
}

# Debian's own python3 takes python3-venv; another version has a package of its own.
venv_package() {
    if [ "$1" = python3 ]; then
        echo python3-venv
    else
        "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

# The kit's own search: CLUSTER_KIT_BROWSER, an installed Chromium or Chrome, Playwright's download.
find_browser() { "$environment" -m cluster_kit.documents.browser; }

# Debian has a package. Elsewhere, and on Ubuntu, whose package is a stub for a snap, Playwright downloads Chromium.
browser() {
    if [ ! -x "$environment" ]; then
        fail "there is no .venv yet. Run: make install"
    fi
    if ! find_browser >/dev/null 2>&1; then
        if [ -n "${CLUSTER_KIT_BROWSER:-}" ]; then
            find_browser >/dev/null || exit 1
        elif has apt-get && ! is_ubuntu; then
            install_packages chromium
        else
            download_browser
        fi
        program=$(find_browser) || exit 1
        say "using $program"
    fi
    install_headless_shell
    install_fonts
}

# Debian's Chromium without windows, in which the tests need less processor time. It is optional.
install_headless_shell() {
    if ! is_root || ! has apt-cache || ! has chromium || is_ubuntu || has chromium-headless-shell; then
        return 0
    fi
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        apt_install chromium-headless-shell >/dev/null 2>&1 || true
    fi
}

download_browser() {
    say "there is no Chromium or Chrome, and no package of Chromium but a snap, which cannot read the tests' temporary" \
        "folders. Downloading Playwright's Chromium for this user."
    if is_root && has apt-get; then
        "$environment" -m playwright install --with-deps chromium >&2 || fail "the download failed. $another_browser"
    else
        "$environment" -m playwright install chromium >&2 || fail "the download failed. $another_browser"
        say "if it does not start, install its libraries: sudo $environment -m playwright install-deps chromium"
    fi
}

install_fonts() {
    has dpkg-query || return 0
    # Arabic and Hebrew are in DejaVu; Chinese, Japanese and Korean in Droid's fallback; all of it small.
    fonts=$(missing fonts-dejavu-core fonts-liberation fonts-droid-fallback fonts-noto-color-emoji)
    [ -n "$fonts" ] || return 0
    if is_root; then
        # shellcheck disable=SC2086  # one word for each package
        install_packages $fonts
    else
        say "tests run, but some characters will show as boxes. To install fonts: sudo sh deploy/fresh-machine.sh browser"
    fi
}

postgres() {
    for program in /usr/lib/postgresql/*/bin/initdb; do
        [ ! -x "$program" ] || return 0
    done
    # The package makes and starts a server of its own, unless it is told not to before.
    if [ -n "$(missing postgresql-common)" ]; then
        install_packages postgresql-common
    fi
    settings=/etc/postgresql-common/createcluster.conf
    if is_root && [ -f "$settings" ]; then
        sed -i 's/^# *create_main_cluster *=.*/create_main_cluster = false/' "$settings"
    fi
    install_packages postgresql
}

# Debian's package starts a server of its own unless a policy forbids it: it is stopped where nobody had one before.
nginx() {
    if has /usr/sbin/nginx && has openssl; then
        return 0
    fi
    install_packages nginx openssl
    if [ -d /run/systemd/system ]; then
        systemctl disable --quiet --now nginx
    fi
}

poppler() {
    has pdftotext || install_packages poppler-utils
}

# Converts worksheets and workbooks in tests. Without it, these tests are skipped.
libreoffice() {
    if has soffice && has localc; then
        return 0
    fi
    install_packages libreoffice-writer libreoffice-calc
}

# Fills out a worksheet's PDF form in a test. Without it, this test is skipped.
pdftk() {
    has /usr/bin/pdftk || install_packages pdftk-java # by its path: pdftk alone is this function
}

# Reads a session page in a test. Without it, this test is skipped.
screenreader() {
    if has orca && has Xvfb && has dbus-daemon; then
        return 0
    fi
    install_packages orca at-spi2-core xvfb dbus
}

[ $# -gt 0 ] || set -- help
for what; do
    case $what in
    python | browser | postgres | nginx | poppler | libreoffice | pdftk | screenreader) "$what" ;;
    *)
        say "usage: sh deploy/fresh-machine.sh python|browser|postgres|nginx|poppler|libreoffice|pdftk|screenreader ..."
        exit 2
        ;;
    esac
done
