# shellcheck shell=bash
# The card provider of the demo: a process of its own that moves no money. Sourced by engage.

# What the platform and the provider know each other by. Exported before either of them starts; secrets in files that
# their owner alone reads.
open_sandbox() { # PORT DATA
  sandbox_port=$(($1 + 20))
  need_free_port --port "$sandbox_port"
  Commerce__Card__Url="http://127.0.0.1:$sandbox_port"
  # Its form is shown inside the page, which may frame nothing else.
  Commerce__Card__BrowserUrl="http://localhost:$sandbox_port"
  Commerce__Card__Key="$(secret_in "$2/card.key")"
  Commerce__Card__WebhookSecret="$(secret_in "$2/card.webhook.secret")"
  export Commerce__Card__Url Commerce__Card__BrowserUrl Commerce__Card__Key Commerce__Card__WebhookSecret
}

answers_healthy() { [[ "$(http_status "$1" /healthz)" == 200 ]]; } # PORT

start_sandbox() { # PORT DATA
  local program="$bin/Engage.Sandbox/release/Engage.Sandbox.dll"
  Sandbox__Path="$2/sandbox" Sandbox__Key="$Commerce__Card__Key" \
    Sandbox__WebhookSecret="$Commerce__Card__WebhookSecret" \
    Sandbox__WebhookUrl="http://127.0.0.1:$1/v1/payments/webhooks/card" \
    launch sandbox "$2/sandbox.log" dotnet "$program" --urls "http://127.0.0.1:$sandbox_port"
  wait_for sandbox 30 answers_healthy "$sandbox_port"
}
