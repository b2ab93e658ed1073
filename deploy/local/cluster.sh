# shellcheck shell=bash
# What docker-compose.yml starts, as processes of this machine: two silos, two api nodes and a reverse proxy over one
# PostgreSQL. For './engage up --cluster'. Sourced by engage.
#
#   PORT       the proxy
#   PORT+1, 2  the api nodes
#   PORT+3..6  silo 1 and 2, each for silos and for clients
#   PORT+7..10 operators' ports: silo 1, silo 2, api 1, api 2

nginx=""

need_nginx() {
  find_nginx && return
  can_install && apt_install nginx-light && find_nginx && keep_nginx_down && return
  die "nginx is missing; it is the cluster's reverse proxy. Install it (Debian: apt-get install nginx-light)."
}

find_nginx() {
  nginx="$(command -v nginx || true)"
  [[ -n "$nginx" || ! -x /usr/sbin/nginx ]] || nginx=/usr/sbin/nginx
  [[ -n "$nginx" ]]
}

# We want the program, not a web server on port 80 after the next boot.
keep_nginx_down() { ! command -v systemctl > /dev/null || systemctl disable nginx > /dev/null 2>&1 || true; }

# Everything that can be refused before something is built.
need_cluster() { # PORT ENGINE-OR-EMPTY STORAGE-OR-EMPTY
  [[ -z "$2" || "$2" == orleans || "$2" == auto ]] ||
    misused "--cluster needs '--engine orleans': the engine '$2' lives in one process."
  [[ "$3" != sqlite ]] || misused "--cluster needs PostgreSQL: an SQLite file belongs to one process."
  need_cluster_ports "$1"
  choose_engine orleans
  need_nginx
}

need_cluster_ports() { # PORT
  local port
  [[ "$1" -le 65525 ]] || misused "--port $1: a cluster needs ten ports more; expected at most 65525."
  for ((port = $1 + 1; port <= $1 + 10; port++)); do
    ! port_taken "$port" || die "port $port is taken by another program; a cluster needs $1 to $(($1 + 10))." \
      "Stop that one, or choose another start with --port."
  done
}

# Node N's ports; also used by a single node, which is the first.
silo_environment() { # PORT N, then COMMAND...
  local port="$1" n="$2"
  shift 2
  Cluster__Role=Silo Cluster__AdvertisedAddress=127.0.0.1 Cluster__SiloPort=$((port + 1 + 2 * n)) \
    Cluster__GatewayPort=$((port + 2 + 2 * n)) "$@"
}

start_silo() { # N
  Management__Port=$((node_port + 6 + $1)) silo_environment "$node_port" "$1" storage_environment \
    launch "silo-$1" "$node_data/silo-$1.log" dotnet "$bin/Engage.Silo/release/Engage.Silo.dll"
}

start_api() { # N
  Management__Port=$((node_port + 8 + $1)) Cluster__Role=Client ASPNETCORE_FORWARDEDHEADERS_ENABLED=true \
    api_environment launch "api-$1" "$node_data/api-$1.log" \
    dotnet "$bin/Engage.Api/release/Engage.Api.dll" --urls "http://127.0.0.1:$((node_port + $1))"
}

start_node() { # silo-N, api-N or proxy: again, after it ended
  case "$1" in
    silo-*) start_silo "${1#silo-}" ;;
    api-*) start_api "${1#api-}" ;;
    proxy) start_proxy ;;
  esac
}

write_proxy_settings() { # FOLDER
  local a=$((node_port + 1)) b=$((node_port + 2))
  {
    [[ $EUID -ne 0 ]] || printf 'user root;\n' # As the api nodes; another user could not enter the data folder.
    sed -e "s/api-1:8080 resolve/127.0.0.1:$a/" -e "s/api-2:8080 resolve/127.0.0.1:$b/" -e '/^ *resolver /d' \
      -e "s/listen 8080;/listen 127.0.0.1:$node_port;/" -e 's# /tmp/# #' "$root/deploy/nginx/nginx.conf"
  } > "$1/nginx.conf"
  cp "$root/deploy/nginx/trusted-proxies.conf" "$1/trusted-proxies.conf"
}

start_proxy() {
  local folder="$node_data/proxy"
  mkdir -p "$folder"
  write_proxy_settings "$folder"
  launch proxy "$node_data/proxy.log" "$nginx" -p "$folder/" -c nginx.conf -e stderr -g 'daemon off;' 9>&-
  wait_for proxy 20 answers_ready "$node_port"
}

node_port="" node_data=""

start_cluster() { # PORT DATA
  local n
  node_port="$1" node_data="$2"
  # One after the other: the first makes the tables, and the key that tokens are signed with.
  for n in 1 2; do
    start_silo $n
    wait_for silo-$n 90 answers_ready $((node_port + 6 + n))
  done
  for n in 1 2; do
    start_api $n
    wait_for api-$n 90 answers_ready $((node_port + n))
  done
  start_proxy
  say "Cluster: silos 1 and 2, api nodes on ports $((node_port + 1)) and $((node_port + 2))," \
    "/metrics on ports $((node_port + 7)) to $((node_port + 10))."
}
