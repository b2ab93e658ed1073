# shellcheck shell=bash
# PyTorch as a peer of the benchmarks 'scoring' and 'retrieval': Debian's package on OpenBLAS, for without it PyTorch
# falls back to the reference BLAS, which is many times slower and would flatter us. Sourced by engage.

torch_packages=(python3-torch libopenblas0-openmp)

# Without it the benchmarks run all the same, and say in their rows that the peer is absent.
provide_torch() { # BENCHMARK ARGUMENTS...
  local argument missing=() package
  [[ "${1:-}" == scoring || "${1:-}" == retrieval ]] || return 0
  for argument in "$@"; do
    [[ "$argument" != --smoke && "$argument" != --help && "$argument" != -h ]] || return 0
  done
  for package in "${torch_packages[@]}"; do
    dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] && can_install || return 0
  # Standard output belongs to the result.
  apt_install "${missing[@]}" >&2 || warn "The peer PyTorch will be absent."
}
