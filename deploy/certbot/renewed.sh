#!/bin/sh
# Run by certbot when it has a new certificate. Goes to /etc/letsencrypt/renewal-hooks/deploy/lampi-web.
set -eu
new=/etc/letsencrypt/live/lamp.example.com

# Mosquitto may not look where certbot keeps its keys.
for file in fullchain.pem privkey.pem; do
    install -D -m 640 -g mosquitto "$new/$file" "/etc/mosquitto/lampi/$file"
done

# Both read their certificates again and keep their connections. One that does not run reads them when it starts.
if [ -d /run/systemd/system ]; then
    systemctl try-reload-or-restart mosquitto nginx
fi
