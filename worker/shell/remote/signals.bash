# Signals to what runs, where a terminal would have sent them: shell.ts and interrupt.ts, on this side.

# pid, mask, bits: does its mask of signals, as /proc names it, have all of them?
has_signals() {
  local name value
  while read -r name value; do
    [[ $name == "$2:" ]] && { (((0x$value & $3) == $3)) && return 0 || return 1; }
  done <"/proc/$1/status"
  return 1
} 2>/dev/null

# Without job control what bash does not wait for ignores both INT and QUIT, and nothing else does by default.
is_foreground() { ! has_signals "$1" SigIgn 6; }

# pid: a child that has not become its program has bash's own handler for an interrupt, and would not die of it.
is_starting() {
  local -a one=() two=()
  { mapfile -d '' -t one <"/proc/$1/cmdline" && mapfile -d '' -t two <"/proc/$bash/cmdline"; } 2>/dev/null
  [[ ${one[*]} && ${one[*]} == "${two[*]}" ]]
}

# Stops bash; fails where it does not stop, as while something has it go on again and again, which takes the stop before back.
freeze() {
  local tries
  for ((tries = 0; tries < 500; tries += 1)); do
    kill -STOP "$bash" 2>/dev/null
    read_stat "$bash" && [[ ${f[0]} != [TtZX] ]] || return 0
    nap 1
  done
  return 1
}

# Has bash not yet told the end of what it does?
is_pending() {
  local reply=n
  printf '\n%s sync\n' "$secret" >&"$status"
  read -r -n 1 -t "$silence" -u "$answer" reply
  [[ $reply == p ]]
}

# As if at once, as a terminal does it: the reader of a pipe would see its end before its own turn came.
interrupt_all() {
  (($# > 1)) && kill -STOP "$@" 2>/dev/null
  kill -INT "$@" 2>/dev/null
  kill -CONT "$@" 2>/dev/null
}

# command, jobs of earlier ones …: in `found` what bash waits for, and what is below that.
find_foreground() {
  local all pid up
  find_command
  all=" ${found[*]} " found=()
  for pid in $all; do
    up=$pid
    while [[ $all == *" ${parent[$up]} "* ]]; do up=${parent[$up]}; done
    [[ ${parent[$up]} == "$bash" ]] && is_foreground "$up" && found+=("$pid")
  done
}

# name, command, jobs of earlier ones …
signal() {
  local wanted=$2 earlier=${*:3} pid name
  find_foreground
  for pid in "${found[@]}"; do
    name=$1
    # The kernel drops it in a group that no terminal's shell watches, unless it is in the process's own hands.
    [[ $1 == TSTP ]] && ! has_signals "$pid" SigIgn $((1 << 19)) && ! has_signals "$pid" SigCgt $((1 << 19)) && name=STOP
    kill -"$name" "$pid" 2>/dev/null
  done
  ((${#found[@]} > 0)) || kill -"$1" "$bash" 2>/dev/null
}

# Stops bash and what it waits for as if at once, in `stopped`, and finds its foreground, in `waiting`. bash takes an interrupt for dealt
# with if what it waits for ends in peace just then: so both go on first where something has ended already.
stand_still() {
  local pid ran=0 early=1
  while ((early)); do
    freeze || return 1
    children "$bash"
    stopped=()
    for pid in "${found[@]}"; do
      read_stat "$pid" && [[ ${f[0]} != [ZXT] ]] && is_foreground "$pid" && kill -STOP "$pid" && stopped+=("$pid")
    done 2>/dev/null
    # Once more after the walk: one that was ending when it was stopped has ended by then.
    if ! is_early; then
      find_foreground
      waiting=("${found[@]}")
      is_early "${stopped[@]}" || early=0
    fi
    # They need time to go on, and have none while they are looked at.
    ((!early)) || { kill -CONT "${stopped[@]}" "$bash" 2>/dev/null; nap 5 && ((ran += 5)); }
  done
}

# command, jobs of earlier ones …: interrupts bash and what it waits for as if at once.
interrupt() {
  local wanted=$1 earlier=${*:2} stopped=() waiting=()
  stand_still
  kill -INT "$bash" 2>/dev/null
  ((${#waiting[@]} > 0)) && interrupt_all "${waiting[@]}"
  kill -CONT "${stopped[@]}" "$bash" 2>/dev/null
}

# children that were stopped …: is there one that has just ended, that is about to since it has not stopped, or that has not become its
# program? Not for ever: a busy machine is no reason, and one that stays bash is a subshell.
is_early() {
  local pid
  children "$bash"
  # A loop of builtins, or bash has just taken note of one that ended: there it loses an interrupt, and is not for long.
  ((${#found[@]} == 0 && ran < 15)) && return 0
  for pid in "${found[@]}"; do
    read_stat "$pid" || continue
    [[ ${f[0]} == Z || " $* " == *" $pid "* && ${f[0]} != [Tt] ]] && ((ran < 200)) && return 0
    ((ran < 100)) && is_foreground "$pid" && is_starting "$pid" && return 0
  done
  return 1
}

# process ids …: tells how many of them are running.
count() {
  local pid running=0
  for pid; do read_stat "$pid" && [[ ${f[0]} != [ZX] ]] && ((running += 1)); done
  frame count "$running"
}
