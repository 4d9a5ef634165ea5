#!/usr/bin/env bash
# `limpet` from a checkout, in whatever directory one is: by the Node that the checkout carries, since the machine's may be too old.
set -eu
self=${BASH_SOURCE[0]}
while [ -L "$self" ]; do
  directory=$(cd "$(dirname "$self")" && pwd)
  self=$(readlink "$self")
  case $self in /*) ;; *) self=$directory/$self ;; esac
done
root=$(cd "$(dirname "$self")/.." && pwd)
exec "$root/node_modules/.bin/node" "$root/cli/index.ts" "$@"
