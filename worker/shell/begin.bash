# Becomes the shell: with the terminal that is named first, if one is, and, where `wait` is second, once the host has told what of the
# environment is this shell's own, each variable ended by a NUL, and an empty one after the last. Then the program's words.
# In a terminal of ours a program's Ctrl-S must not stop a session for good, and line editing knows UTF-8. A session's leader without a
# terminal gets the first one that it opens; bash looks for its own only at its start.
[[ $1 ]] && { stty iutf8 -ixon <"$1" 2>/dev/null; exec 3<>"$1"; }
if [[ $2 ]]; then
  # Whoever waits for it learns that all that stands in front of the shell is through.
  printf '\n'
  while IFS= read -r -d '' __limpet_variable || exit; [[ $__limpet_variable ]]; do export "$__limpet_variable"; done
  unset -v __limpet_variable
fi
shift 2
exec "$@"
