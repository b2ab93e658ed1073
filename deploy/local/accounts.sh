# shellcheck shell=bash
# What people sign in with after './engage up'. Sourced by engage.

# The server makes the first operator and hands its random password over in a file that its owner alone can read. It is
# shown once, on the screen and in no log, and the file goes: whoever loses the password has no other copy.
handover_file() { printf '%s/operator.once' "$1"; } # DATA

show_operator() { # DATA
  local file
  file="$(handover_file "$1")"
  [[ -s "$file" ]] || return 0
  say "Operator account: operator   password: $(< "$file")" \
    "  This is shown only now. It becomes an operator's once you set up an authenticator on the account page."
  rm -f "$file"
}
