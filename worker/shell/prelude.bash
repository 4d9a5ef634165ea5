# The shell's side of the protocol: sourced once, as bash's rcfile, before anything of the user's.
#
# bash sits at its prompt with stdin = trigger lines (protocol.ts), stdout = status records, stderr = nowhere.
# A command is sourced with its own three streams, so it has none of these. Everything here is a builtin, since
# a fork costs more than all the rest, and goes through `builtin`, since users do define `echo`, `cd` and `printf`.

# What the host inherited from whoever started it, or holds for other shells, is none of this shell's; 255 is bash's own.
for __limpet_fd in /proc/self/fd/*; do
  __limpet_fd=${__limpet_fd##*/}
  ((__limpet_fd > 2 && __limpet_fd != 255)) && eval "exec $__limpet_fd>&-"
done
builtin unset -v __limpet_fd
builtin set +H +o history
builtin unset -v HISTFILE MAILCHECK
# What a command leaves outside its own directory, as in /tmp, is nobody else's.
builtin umask 077
builtin declare -r __limpet_d=$LIMPET_DIRECTORY
# A mark that a program cannot lose by clearing its environment (tree.ts). Where a lower limit was inherited there is none.
builtin ulimit -R "$LIMPET_LIMIT"
builtin unset -v LIMPET_DIRECTORY LIMPET_LIMIT
# Index 0 exists and index 1 does not: the last trigger line tells by it, in a redirection, that nothing was told.
__limpet_z=([0]=/dev/null)
builtin readonly __limpet_z
__limpet_done=0 __limpet_last=0 __limpet_ran='' __limpet_u=''

# code, command id, last argument: makes `$?` and `$_` what the user left, and marks what the command will start.
__limpet_begin() {
  builtin printf -v __limpet_ran ''
  builtin export LIMPET_COMMAND="$2"
  builtin return "$1"
}

# nonce: writes the state to stdout, with the options in `__limpet_o`. Traps follow from the top level, since a function does not see them all.
__limpet_state() {
  builtin local -
  builtin set +eEfTuvx
  if [[ ${__limpet_cwd-} ]]; then
    # The command had a directory of its own (protocol.ts, wrapperText).
    builtin cd -- "$__limpet_cwd"
    OLDPWD=$__limpet_oldpwd
    builtin unset -v __limpet_cwd __limpet_oldpwd
  fi
  builtin printf '%s\n' "$1:cwd"
  builtin pwd
  builtin printf '%s\n' "$1:jobs"
  builtin jobs -p
  builtin printf '%s\n' "$1:umask"
  builtin umask -p
  builtin printf '%s\n' "$1:variables"
  builtin declare -p
  builtin printf '%s\n' "$1:functions"
  builtin declare -f
  builtin printf '%s\n' "$1:aliases"
  builtin alias -p
  # A shell that cannot source a file any more must not be told to be well.
  builtin . /dev/null && builtin printf '%s\n' "$1:options" "$__limpet_o" "$BASHOPTS" "$1:traps"
}

# nonce, stdout of the command: the status record, at the end of a line, whatever a PROMPT_COMMAND left before it. One write wakes the host once.
# That it was told is noted by the same builtin, so that a `builtin` that is not bash's own cannot note what it did not do.
# Only what is still as `__limpet_begin` left it did not run: a command may unset variables.
__limpet_end() {
  # Where the command has closed what bash keeps of its own streams, its stdout is bash's now: no record or prompt is to be in there.
  [[ -t 1 || /dev/fd/1 -ef $__limpet_d/${2-} ]] && builtin kill -KILL $$
  # As `set +T` found it (protocol.ts); a function is traced as it was when it was called.
  [[ :$__limpet_o: != *:functrace:* ]] || builtin set -T
  __limpet_o=''
  builtin set -- "$1" "${__limpet_ran-ran}"
  builtin printf '%s:%s:%s:\n' "$1" "$__limpet_last" "${2:+ran}" && builtin printf -v __limpet_done %s "$1"
}

# $SHELLOPTS and $BASHOPTS as they were: switches what differs, and nothing else (some cannot be set at all).
__limpet_options() {
  builtin local IFS=: name
  for name in $BASHOPTS; do [[ :$2: == *:$name:* ]] || builtin shopt -u "$name"; done
  for name in $2; do [[ :$BASHOPTS: == *:$name:* ]] || builtin shopt -s "$name"; done
  for name in $SHELLOPTS; do [[ :$1: == *:$name:* ]] || builtin set +o "$name"; done
  for name in $1; do [[ :$SHELLOPTS: == *:$name:* ]] || builtin set -o "$name"; done
}

builtin readonly -f __limpet_begin __limpet_state __limpet_end

# Restoring: each part on its own, so that one that fails costs only itself. Aliases would change the functions
# that are being defined, and functions may need extglob to be parsed; the options come back near the end.
builtin mapfile -d '' -t __limpet_parts <"$__limpet_d/restore"
__limpet_o=$BASHOPTS
builtin shopt -u expand_aliases
builtin shopt -s extglob
for __limpet_part in "${__limpet_parts[@]}" "__limpet_options \"\$SHELLOPTS\" '$__limpet_o'"; do
  # The last part gives back bash's own options where no state has brought others.
  [[ $__limpet_part == "__limpet_options "* ]] && { [[ ${__limpet_o-} ]] || continue; __limpet_o=''; }
  builtin eval "$__limpet_part" </dev/null >/dev/null 2>>"$__limpet_d/problems" || :
done
\builtin unset -v __limpet_parts __limpet_part
__limpet_o=''
\builtin unset -f __limpet_options
