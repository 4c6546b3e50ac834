#!/bin/sh
# Tries the package's install.sh on a fresh Debian or Ubuntu, Debian 12 unless told otherwise:
# sudo tests/install.sh target/package/lampi-web-….tar.gz [bookworm|trixie|jammy|noble|resolute]
# Needs debootstrap, curl, openssl, mosquitto-clients, the release's mirror and its keys (for Ubuntu, Debian has them from
# 13 on in the package ubuntu-keyring), and takes two minutes, most of them for packages: so it is not a part of
# cargo xtask test. Certbot is not tried, as the certificate is there before.
set -eu

say() {
    echo "== $*"
}

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# is WHAT VALUE WANTED
is() {
    [ "$2" = "$3" ] || fail "$1 is $2, not $3"
}

# ask ADDRESS ARGUMENTS...: the status of the answer.
ask() {
    curl --silent --output /dev/null --write-out '%{http_code}' --max-time 30 --retry 5 --retry-connrefused \
        --cacert "$root/authority.pem" --connect-to lamp.test::127.0.0.1: "$@" || true
}

# ask_broker ADDRESS: the same, as a page that wants a WebSocket. It stays open, so the answer is read as soon as it comes.
ask_broker() {
    : > "$root/answer"
    curl --silent --output /dev/null --dump-header "$root/answer" --max-time 60 --retry 5 --retry-connrefused \
        --cacert "$root/authority.pem" --connect-to lamp.test::127.0.0.1: --http1.1 \
        --header 'Connection: Upgrade' --header 'Upgrade: websocket' --header 'Sec-WebSocket-Version: 13' \
        --header 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' --header 'Sec-WebSocket-Protocol: mqtt' "$1" &
    tries=0
    until grep -q '^HTTP/1.1 101 ' "$root/answer" || [ $tries = 600 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    kill $! 2> /dev/null || true
    sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$root/answer" | tail -n 1
}

# lamp_with PASSWORD: whether a lamp is let in.
lamp_with() {
    mosquitto_pub -h localhost -p 8883 --cafile "$root/authority.pem" -u b827eb08451e -P "$1" -q 1 \
        -t devices/b827eb08451e/lamp/changed -m '{}' 2> /dev/null && echo yes || echo no
}

inside() {
    DEBIAN_FRONTEND=noninteractive chroot "$root" "$@" > "$root/said" 2>&1 || {
        tail -n 20 "$root/said"
        fail "$*"
    }
}

check_lesson() {
    is 'the page' "$(ask http://lamp.test/)" 200
    is 'the broker' "$(ask_broker http://lamp.test:50002/mqtt)" 101
}

check_tls() {
    is 'the way to https' "$(ask http://lamp.test/)" 301
    is 'the page' "$(ask https://lamp.test/)" 200
    is 'the broker' "$(ask_broker https://lamp.test/mqtt)" 101
    is 'a lamp before it has a login' "$(lamp_with secret)" no
    inside mosquitto_passwd -b /etc/mosquitto/lampi/passwords b827eb08451e secret
    kill -HUP "$broker"
    tries=0
    until [ "$(lamp_with secret)" = yes ]; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail 'a lamp with its login is not let in'
        sleep 0.1
    done
    is 'a lamp with a wrong password' "$(lamp_with wrong)" no
}

# Starts the installed servers and checks them; in a network of their own, so that the machine's stay as they are.
if [ "${1-}" = --served ]; then
    check=$2 root=$3
    ip link set lo up
    install -d -m 777 "$root/run/mosquitto"
    # Not by itself in the background: only some releases let it write down its process.
    chroot "$root" mosquitto -c /etc/mosquitto/mosquitto.conf 2> /dev/null &
    broker=$!
    trap 'kill $broker $(cat "$root/run/nginx.pid")' EXIT
    inside nginx
    "$check"
    exit
fi

package=${1-}
[ -n "$package" ] || fail 'say which package: sudo tests/install.sh target/package/lampi-web-….tar.gz'
[ -f "$package" ] || fail "there is no file $package"
release=${2-bookworm}
root=$(mktemp -d)
# A folder of this machine; the fresh one has not got it.
unset TMPDIR
chmod 755 "$root"
trap 'umount "$root/proc" 2> /dev/null || true; rm -rf "$root"' EXIT

# Ubuntu's script by its own name, as debootstrap may be older than the release; it knows the mirror for this processor.
make_fresh() {
    set -- --variant=minbase --force-check-gpg
    case $release in
        bookworm | trixie) debootstrap "$@" "$release" "$root" ;;
        *) debootstrap "$@" --components=main,universe "$release" "$root" '' /usr/share/debootstrap/scripts/gutsy ;;
    esac > "$root/said" || {
        tail -n 2 "$root/said"
        fail "debootstrap does not make a fresh $release"
    }
}

served() {
    unshare --net "$0" --served "$1" "$root"
}

install_sh() {
    inside "/opt/$name/deploy/install.sh" "$@"
}

# refused REASON ARGUMENTS...: install.sh says why it does not go on.
refused() {
    reason=$1
    shift
    ! (install_sh "$@") > /dev/null 2>&1 || fail "install.sh $* is not refused"
    grep -q "$reason" "$root/said" || fail "install.sh $* does not say: $reason"
}

# All that install.sh might touch: which files there are, whose, where links lead, and what is in them.
snapshot() {
    chroot "$root" /snapshot
}

unchanged() {
    snapshot > "$root/now"
    diff "$1" "$root/now" || fail "$2 changes what is there"
}

say "a fresh $release, with the lesson's broker"
make_fresh
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
tar -xzf "$package" -C "$root/opt"
name=$(ls "$root/opt")
cat > "$root/snapshot" << 'END'
#!/bin/sh
cd /
places='etc/nginx etc/mosquitto etc/letsencrypt var/www'
find $places ! -type d -printf '%p %m %u %g %l\n' 2> /dev/null | sort
find $places -type f -exec md5sum {} + 2> /dev/null | sort -k 2
END
chmod +x "$root/snapshot"
inside apt-get install -qq -y --no-install-recommends mosquitto certbot
printf 'listener 50001\n' > "$root/etc/mosquitto/conf.d/port.conf"
install -D /dev/stdin "$root/var/www/lampi/index.html" << 'END'
a page put there by hand
END
echo 'so is this' > "$root/var/www/lampi/config.json.gz"
live=$root/etc/letsencrypt/live/lamp.test
mkdir -p "$live"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=lamp.test \
    -addext subjectAltName=DNS:lamp.test,DNS:localhost -keyout "$live/privkey.pem" -out "$live/fullchain.pem" 2> /dev/null
cp "$live/fullchain.pem" "$root/authority.pem"

say 'a dry run changes nothing'
snapshot > "$root/before"
install_sh --domain lamp.test --dry-run
unchanged "$root/before" 'a dry run'

say 'where nginx refuses the page'\''s site, it keeps the other sites'
# What there is once the packages are, and nothing else yet.
echo 'DPkg::Post-Invoke {"/snapshot > /packages";};' > "$root/etc/apt/apt.conf.d/snapshot"
lesson=$root/opt/$name/deploy/nginx/lampi-lesson.conf
cp "$lesson" "$root/lesson"
echo nonsense >> "$lesson"
refused 'nginx refuses its files' --domain lamp.test
rm "$root/etc/apt/apt.conf.d/snapshot"
inside nginx -t

say 'without --tls: the lesson'
cp "$root/lesson" "$lesson"
install_sh --domain lamp.test
[ ! -e "$root/var/www/lampi/config.json.gz" ] || fail 'config.json cannot be edited: config.json.gz is served instead'
served check_lesson
snapshot > "$root/installed"
install_sh --domain lamp.test
unchanged "$root/installed" 'the same once more'

say 'with --tls: logins, access rules, one port'
install_sh --domain lamp.test --tls
for file in acl passwords privkey.pem; do
    is "who may read $file" "$(chroot "$root" stat -c '%a %U %G' /etc/mosquitto/lampi/$file)" '640 root mosquitto'
done
served check_tls
snapshot > "$root/installed"
install_sh --domain lamp.test --tls
unchanged "$root/installed" 'the same once more'

say 'a broker with logins is not opened by an update without --tls'
refused 'the broker here wants logins' --domain lamp.test
unchanged "$root/installed" 'what is refused'

say 'what would open the broker, or hide the page, is told before anything is changed'
other=$root/etc/mosquitto/conf.d/z-local.conf
echo 'allow_anonymous true' > "$other"
refused '^/etc/mosquitto/conf.d/z-local.conf$' --domain lamp.test --tls
rm "$other"
cp -a "$root/etc/nginx/nginx.conf" "$root/nginx.conf"
sed -i 's/include .*sites-enabled/# &/' "$root/etc/nginx/nginx.conf"
refused 'nginx does not read' --domain lamp.test --tls
cp -a "$root/nginx.conf" "$root/etc/nginx/nginx.conf"
unchanged "$root/installed" 'what is refused'

say 'nginx is tested again after a run that failed'
other=$root/etc/nginx/sites-enabled/other
echo nonsense > "$other"
refused 'sites-enabled/other' --domain lamp.test --tls
rm "$other"
install_sh --domain lamp.test --tls
unchanged "$root/installed" 'a run after one that failed'

say 'a broker that an interrupted run left with its old files is restarted'
# Says that it runs.
printf '#!/bin/sh\n' > "$root/usr/bin/systemctl"
chmod +x "$root/usr/bin/systemctl"
install_sh --domain lamp.test --tls
! grep -q 'start mosquitto' "$root/said" || fail 'a broker that has its files is restarted'
touch "$root/etc/mosquitto/conf.d/port.conf"
install_sh --domain lamp.test --tls
grep -q 'start mosquitto' "$root/said" || fail 'a broker that read older files is not restarted'
rm "$root/usr/bin/systemctl"

# Ubuntu 22.04 has no such module.
if [ "$release" != jammy ]; then
    say 'a module is fetched by new lists'
    inside apt-get remove -qq -y libnginx-mod-http-brotli-static
    install_sh --domain lamp.test --tls
    grep -q 'apt-get update' "$root/said" || fail 'the lists are old'
    unchanged "$root/installed" 'a module that comes back'
fi

say 'what the owner edited stays'
site=$root/etc/nginx/sites-available/lampi
echo '{"device": "edited"}' > "$root/var/www/lampi/config.json"
for file in "$site" "$root/etc/mosquitto/conf.d/port.conf"; do
    echo '# edited' >> "$file"
done
snapshot > "$root/edited"
install_sh --domain lamp.test --tls
unchanged "$root/edited" 'the same after an edit'

say 'where the package brings another file, it stays beside that'
for file in lampi-tls.conf lampi-http.conf; do
    echo '# another' >> "$root/opt/$name/deploy/nginx/$file"
done
install_sh --domain lamp.test --tls
is 'the site' "$(tail -n 1 "$site")" '# another'
is 'the site as it was edited' "$(tail -n 1 "$site~")" '# edited'
grep -q '^  diff /etc/nginx/sites-available/lampi~ ' "$root/said" || fail 'the owner does not learn of it'

say 'without a trace, but for what the owner edited'
install_sh --uninstall
for file in var/www/lampi/config.json etc/mosquitto/lampi/acl etc/mosquitto/lampi/passwords \
    etc/nginx/sites-available/lampi~ etc/mosquitto/conf.d/port.conf~; do
    rm "$root/$file" || fail "$file is gone"
done
unchanged "$root/packages" 'installed and taken away, it'
[ ! -e "$root/var/lib/lampi-web" ] || fail '/var/lib/lampi-web is still there'
inside nginx -t
say 'ok'
