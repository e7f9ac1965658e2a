#!/bin/sh
# Install or update the groupware on Debian or Ubuntu from a folder of wheels that was filled outside; asks no network.
# usage: install.sh WHEELS   (as root; docs/operations.md, "Installing without the internet")
set -eu

wheels=${1:?usage: install.sh WHEELS}
here=$(cd "$(dirname "$0")" && pwd)
[ -d "$wheels" ] || { echo "$wheels is no folder" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "run as root" >&2; exit 1; }

install -D -m 0644 "$here/systemd/sysusers.conf" /etc/sysusers.d/groupware.conf
install -D -m 0644 "$here/systemd/tmpfiles.conf" /etc/tmpfiles.d/groupware.conf
systemd-sysusers /etc/sysusers.d/groupware.conf
systemd-tmpfiles --create /etc/tmpfiles.d/groupware.conf

# The new version beside the old one; the running processes keep theirs until they are replaced.
version=/opt/groupware-$(date +%Y%m%d%H%M%S)
python3 -m venv "$version"
"$version/bin/pip" install --quiet --no-index --find-links "$wheels" groupware
ln -sfn "$version" /opt/groupware

install -m 0644 "$here"/systemd/groupware*.service "$here"/systemd/groupware*.timer "$here"/systemd/groupware.target /etc/systemd/system/
install -D -m 0644 "$here/nginx/unavailable.html" /usr/share/groupware/nginx/unavailable.html
[ -e /etc/groupware/environment ] || install -m 0640 -g groupware "$here/environment.example" /etc/groupware/environment
[ -e /etc/nginx/conf.d/groupware.conf ] || install -D -m 0644 "$here/nginx/groupware.conf" /etc/nginx/conf.d/groupware.conf
for key in backup files; do
    if [ ! -e "/etc/groupware/$key.key" ]; then
        "$version/bin/groupware" new-key "/etc/groupware/$key.key"
        chown groupware:groupware "/etc/groupware/$key.key"
    fi
done
systemctl daemon-reload

cat <<'NEXT'
Installed. Next, as docs/operations.md says:
  edit /etc/groupware/environment and /etc/nginx/conf.d/groupware.conf, copy the keys to a safe place
  groupware init (first time) or groupware upgrade
  systemctl enable --now groupware.target groupware-backup.timer, or systemctl reload 'groupware-web@*' after an update
NEXT
