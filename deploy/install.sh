#!/bin/sh
# Puts the page, nginx and Mosquitto on a Debian or Ubuntu machine. Says what it changes, keeps what it replaces, and
# changes nothing when it is run again.
set -eu

usage="Usage: sudo deploy/install.sh --domain lamp.example.com [--tls [--email ADDRESS]] [--dry-run]
       sudo deploy/install.sh --uninstall [--dry-run]

  --domain NAME   the name under which this machine is reached
  --tls           https, a certificate by Let's Encrypt, logins and access rules: for the internet.
                  Without it all is as in the lesson, plain and open to everyone: for a lab
  --email ADDRESS where Let's Encrypt writes when something is wrong with the certificate
  --dry-run       say what would be done, and do nothing
  --uninstall     take away what was installed, and put back what was there before"

here=$(cd "$(dirname "$0")" && pwd)
page=$here/../dist
root=/var/www/lampi
broker=/etc/mosquitto/conf.d/port.conf
# What was there before, what was installed last, the list of it, and when the broker was restarted.
state=/var/lib/lampi-web

fail() {
    echo "error: $1" >&2
    exit 1
}

domain='' tls='' email='' dry_run='' uninstall='' edited=''
while [ $# -gt 0 ]; do
    case $1 in
        --domain)
            domain=${2-}
            [ -n "$domain" ] || fail '--domain wants a name'
            shift
            ;;
        --tls) tls=yes ;;
        --email)
            email=${2-}
            [ -n "$email" ] || fail '--email wants an address'
            shift
            ;;
        --dry-run) dry_run=yes ;;
        --uninstall) uninstall=yes ;;
        --help) echo "$usage" && exit ;;
        *) echo "$usage" >&2 && exit 2 ;;
    esac
    shift
done

# Says a command, and runs it.
run() {
    echo "  $*"
    [ -n "$dry_run" ] || "$@"
}

is_ours() {
    grep -qxF "$1" "$state/installed" 2>/dev/null
}

remember() {
    [ -n "$dry_run" ] || is_ours "$1" || echo "$1" >> "$state/installed"
}

# keep_before FILE: for --uninstall.
keep_before() {
    if [ -e "$1" ] && ! is_ours "$1"; then
        run cp -a --parents "$1" "$state/before"
    fi
}

# keep_edited FILE: beside it, under a name that nginx, Mosquitto and certbot pass over.
keep_edited() {
    echo "  keep $1, which may have been edited, as $1~"
    edited="$edited $1"
    [ -n "$dry_run" ] || cp -a --backup=numbered "$1" "$1~"
}

# remember_content FILE: what is installed there now, so that an edit can be told.
remember_content() {
    [ -n "$dry_run" ] || install -D -m 644 "$scratch" "$state/last$1"
}

# place FILE WHERE [MODE [GROUP]]: installs a file with the domain in it, unless it is there already. One that its owner
# edited stays until the package brings another.
place() {
    sed "s/lamp\.example\.com/$domain/g" "$1" > "$scratch"
    if cmp -s "$scratch" "$2"; then
        ! is_ours "$2" || remember_content "$2"
        return
    fi
    keep_before "$2"
    if [ -e "$2" ] && is_ours "$2"; then
        if cmp -s "$scratch" "$state/last$2"; then
            echo "  keep $2, which you edited"
            return
        fi
        cmp -s "$2" "$state/last$2" || keep_edited "$2"
    fi
    echo "  install $2"
    remember "$2"
    changed=yes
    [ -n "$dry_run" ] || install -D -m "${3:-644}" -g "${4:-root}" "$scratch" "$2"
    remember_content "$2"
}

# place_new FILE WHERE [MODE [GROUP]]: the same for a file that its owner edits. One that is there stays.
place_new() {
    if [ -e "$2" ]; then
        echo "  keep $2"
    else
        place "$@"
    fi
}

# reload SERVICE HOW: lets a service see what has changed, where services run.
reload() {
    if [ -d /run/systemd/system ]; then
        run systemctl "$2" "$1"
    else
        echo "  systemd does not run here: start $1 yourself"
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

# can_come PACKAGE: whether it is missing, and known to apt and fit for what is there.
can_come() {
    ! is_installed "$1" && apt-get install -qq --simulate "$1" > /dev/null 2>&1
}

install_packages() {
    wanted='nginx mosquitto mosquitto-clients'
    [ -z "$tls" ] || wanted="$wanted certbot python3-certbot-nginx"
    missing=''
    for package in $wanted; do
        is_installed "$package" || missing="$missing $package"
    done
    # Not every release has it, nor does it fit every nginx; without it the page comes gzipped, a fifth larger.
    brotli=libnginx-mod-http-brotli-static
    if [ -n "$missing" ] || can_come $brotli; then
        run apt-get update -q
        ! can_come $brotli || missing="$missing $brotli"
        # shellcheck disable=SC2086 # several words
        run apt-get install -q -y --no-install-recommends $missing
    fi
}

# Each file is complete at any moment, and index.html, which names the others, comes last. Files of earlier versions
# stay for those who have the page open.
install_page() {
    for file in "$page"/*; do
        case ${file##*/} in
            config.json)
                uncover "$file"
                place_new "$file" "$root/config.json"
                ;;
            index.html*) ;;
            *) place_page_file "$file" ;;
        esac
    done
    for file in "$page"/index.html.* "$page/index.html"; do
        place_page_file "$file"
    done
}

# uncover FILE: takes away compressed forms that the package does not have. They would be served instead.
uncover() {
    for ending in br gz; do
        form=$root/${1##*/}.$ending
        if [ -e "$form" ] && [ ! -e "$1.$ending" ]; then
            keep_before "$form"
            remember "$form"
            run rm "$form"
        fi
    done
}

place_page_file() {
    where=$root/${1##*/}
    [ -e "$1" ] || return 0
    uncover "$1"
    if ! cmp -s "$1" "$where"; then
        keep_before "$where"
        echo "  install $where"
        remember "$where"
        if [ -z "$dry_run" ]; then
            install -D -m 644 "$1" "$where.new"
            mv "$where.new" "$where"
        fi
    fi
}

install_certificate() {
    live=/etc/letsencrypt/live/$domain
    if [ ! -e "$live/fullchain.pem" ]; then
        who="--register-unsafely-without-email"
        [ -z "$email" ] || who="--email $email"
        # shellcheck disable=SC2086 # two words
        run certbot certonly --nginx --non-interactive --agree-tos $who --domain "$domain"
    fi
    hook=/etc/letsencrypt/renewal-hooks/deploy/lampi-web
    place "$here/certbot/renewed.sh" $hook 755
    if ! cmp -s "$live/fullchain.pem" /etc/mosquitto/lampi/fullchain.pem; then
        run $hook
    fi
    for file in fullchain.pem privkey.pem; do
        remember /etc/mosquitto/lampi/$file
    done
}

# Whether nginx reads the folder that the page's site is linked from. If it is not there yet, or refuses its files, there
# is nothing to ask: this run may mend that, or says so at its end.
check_nginx() {
    files=$(nginx -T -q 2> /dev/null) || return 0
    if [ ! -d /etc/nginx/sites-enabled ] || ! printf '%s\n' "$files" | grep -q '^[^#]*include .*sites-enabled/\*;'; then
        fail "nginx does not read /etc/nginx/sites-enabled, as that of Debian and Ubuntu does, and would not find the page.
Make that folder, write include /etc/nginx/sites-enabled/*; into the http part of /etc/nginx/nginx.conf, and run this again"
    fi
}

install_web_server() {
    site=lampi-lesson
    [ -z "$tls" ] || site=lampi-tls
    place "$here/nginx/lampi-http.conf" /etc/nginx/conf.d/lampi.conf
    place "$here/nginx/lampi-page.conf" /etc/nginx/snippets/lampi-page.conf
    if [ -e /usr/lib/nginx/modules/ngx_http_brotli_static_module.so ]; then
        place "$here/nginx/lampi-brotli.conf" /etc/nginx/snippets/lampi-brotli.conf
    fi
    place "$here/nginx/$site.conf" /etc/nginx/sites-available/lampi
    link=/etc/nginx/sites-enabled/lampi
    new_link=''
    if [ ! -e $link ]; then
        run ln -s ../sites-available/lampi $link
        remember $link
        new_link=$link
    fi
    # Even if nothing has changed: an earlier run may have ended here.
    if ! run nginx -t -q; then
        # Or nginx would not start again, and all other sites be gone.
        [ -z "$new_link" ] || run rm $new_link
        fail "nginx refuses its files, for the reason above; mend that and run this again"
    fi
    reload nginx reload-or-restart
}

# Other files of Mosquitto that say who is let in, and where.
other_rules() {
    grep -lE '^ *(listener|port|allow_anonymous|password_file|acl_file|per_listener_settings) ' \
        /etc/mosquitto/mosquitto.conf /etc/mosquitto/conf.d/*.conf 2> /dev/null | grep -vx $broker || true
}

install_broker() {
    changed=''
    if [ -n "$tls" ]; then
        place_new "$here/mosquitto/acl" /etc/mosquitto/lampi/acl 640 mosquitto
        place_new /dev/null /etc/mosquitto/lampi/passwords 640 mosquitto
        place "$here/mosquitto/hardened.conf" $broker
    else
        place "$here/mosquitto/lesson.conf" $broker
    fi
    others=$(other_rules)
    [ -z "$others" ] || echo "  look at $others: there stands too who is let in, or where"
    # If it is not newer than the broker's files, an earlier run ended before the restart.
    restarted=$(find "$state/restarted" -newer $broker 2> /dev/null || true)
    if [ -n "$changed" ] || [ -z "$restarted" ] || ! systemctl -q is-active mosquitto 2> /dev/null; then
        reload mosquitto restart
        [ -n "$dry_run" ] || touch "$state/restarted"
    fi
}

take_away() {
    [ -e "$state/installed" ] || fail "nothing was installed by this script here"
    while read -r file; do
        case $file in
            "$root/config.json" | /etc/mosquitto/lampi/acl | /etc/mosquitto/lampi/passwords)
                echo "  keep $file, which may have been edited"
                continue ;;
        esac
        if [ -e "$file" ] && [ -e "$state/last$file" ]; then
            cmp -s "$file" "$state/last$file" || keep_edited "$file"
        fi
        if [ -e "$state/before$file" ]; then
            run cp -a "$state/before$file" "$file"
        else
            run rm -f "$file"
        fi
    done < "$state/installed"
    run rm -r "$state"
    reload nginx reload-or-restart
    reload mosquitto restart
    echo "Done. The packages stay, and certificates by Let's Encrypt too: sudo certbot delete takes one away."
}

[ -n "$uninstall" ] || [ -n "$domain" ] || { echo "$usage" >&2 && exit 2; }
case $domain in
    -* | *[!a-zA-Z0-9.-]*) fail "$domain is not a domain name" ;;
    *[A-Z]*) fail "write $domain in small letters" ;;
esac
case $email in
    -*) fail "$email is not an address" ;;
esac
[ -n "$dry_run" ] || [ "$(id -u)" = 0 ] || fail "run it with sudo"
command -v apt-get > /dev/null || fail "this is for Debian and Ubuntu; deploy/README.md tells where the files go"

if [ -n "$uninstall" ]; then
    take_away
    exit
fi
[ -e "$page/index.html" ] || fail "there is no page in $page; unpack the package, or run cargo xtask build"
if [ -z "$tls" ] && grep -qs '^allow_anonymous false' $broker; then
    fail "the broker here wants logins ($broker), and without --tls it would be open to everyone. Update it with --tls;
if it shall be open, take away what is there with --uninstall first"
fi
others=$(other_rules)
if [ -n "$tls" ] && [ -n "$others" ]; then
    fail "it stands here too who is let in, or where, which may open the broker to everyone:
$others
Take those lines out, and run this again; what you need of them belongs into $broker"
fi
check_nginx

scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT
[ -n "$dry_run" ] || mkdir -p "$state/before"

echo "Packages:" && install_packages
# It may be new.
check_nginx
echo "Page:" && install_page
if [ -n "$tls" ]; then
    echo "Certificate:" && install_certificate
fi
echo "Web server:" && install_web_server
echo "Broker:" && install_broker
if [ -z "$tls" ]; then
    echo "Done: http://$domain/. Let ports 80, 50001 and 50002 in."
else
    echo "Done: https://$domain/. Let ports 80, 443 and 8883 in, and add users:
  sudo mosquitto_passwd /etc/mosquitto/lampi/passwords NAME
  sudo editor /etc/mosquitto/lampi/acl
  sudo systemctl reload mosquitto"
fi
if [ -n "$edited" ] && [ -z "$dry_run" ]; then
    echo "Of files that may have been edited there are new versions. Those are used now; yours have a ~ at the end. Compare them:"
    for file in $edited; do
        echo "  diff $file~ $file"
    done
    echo "Edit the new ones as you need them, then:
  sudo systemctl reload nginx && sudo systemctl restart mosquitto"
fi
