#!/usr/bin/env bash
# Container health: whether this process answers on its port for operators. The images have neither curl nor wget.
set -euo pipefail
exec 3<> "/dev/tcp/127.0.0.1/${Management__Port:-9464}"
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${1:-/readyz}" >&3
read -r -t 5 _ status _ <&3
[[ "$status" == 200 ]]
