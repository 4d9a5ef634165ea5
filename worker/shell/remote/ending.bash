# Ending what runs so that it is true when it is said: endRun.ts, ending.ts and interrupt.ts, on this side. bash is stopped first, since it
# would go on in its list when what it waits for is ended.

# ms: waits, without a program.
nap() {
  local seconds
  printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
  read -r -t "$seconds" -u "$idle"
  return 0
}

now() { now=$((${EPOCHREALTIME/./} / 1000)); }

# finder, deadline (ms), signals …: ends all that it finds, now or meanwhile; returns once it finds none.
end_all() {
  local pid signal late wait=1
  local -A asked=()
  while "$1"; ((${#found[@]} > 0)); do
    now
    late=$((now >= $2))
    for pid in "${found[@]}"; do
      if ((late)); then
        kill -KILL "$pid" 2>/dev/null
      elif [[ ! ${asked[$pid ${start[$pid]}]-} ]]; then
        for signal in "${@:3}" CONT; do kill -"$signal" "$pid" 2>/dev/null; done
      fi
      asked[$pid ${start[$pid]}]=1
    done
    nap "$wait"
    wait=$((wait < 25 ? wait * 2 : 25))
  done
}

# grace (ms), whether bash may go on (1), command, jobs of earlier ones …: ends the command, and bash where it would not go on well.
end() {
  local grace=$1 may_return=$2 wanted=$3 earlier=${*:4} deadline pid stopped=() waiting=()
  now
  deadline=$((now + grace))
  # What has stopped itself does not go on for it.
  read_stat "$bash" && [[ ${f[0]} == [Tt] ]] || stand_still || may_return=0
  if ! is_pending; then
    kill -CONT "${stopped[@]}" "$bash" 2>/dev/null
    frame end before
    return
  fi
  waiting=()
  children "$bash"
  for pid in "${found[@]}"; do is_foreground "$pid" && [[ " $earlier " != *" $pid "* ]] && waiting+=("$pid"); done
  end_politely "$grace" "$deadline"
  # bash abandons its list for an interrupt only if what it waited for died of one.
  for pid in "${waiting[@]}"; do
    read_stat "$pid" && [[ ${f[0]} == Z && $((f[49] & 127)) == 2 ]] || may_return=0
  done
  if ((may_return)) && ! has_signals "$bash" SigIgn 2 && bring_back "$deadline"; then
    if has_signals "$bash" SigCgt $((1 << 14)); then frame end trapped; else frame end back; fi
  else
    kill -KILL "$bash" 2>/dev/null
    while is_pending; do nap 2; done
    frame end gone
  fi
}

# Interrupts, as Ctrl-C would, and ends what that does not end.
end_politely() {
  local until wait=1
  find_command
  ((${#found[@]} > 0)) && interrupt_all "${found[@]}"
  ((${#stopped[@]} == 0)) || kill -CONT "${stopped[@]}" 2>/dev/null
  now
  until=$((now + ($1 < 150 ? $1 : 150)))
  while find_command; ((${#found[@]} > 0 && now < until)); do
    nap "$wait"
    wait=$((wait < 25 ? wait * 2 : 25))
    now
  done
  end_all find_command "$2" TERM
}

# deadline: an interrupt just before bash waits in a system call is noticed only after it, so more than one, if need be.
bring_back() {
  local latest tries
  now
  latest=$(($1 > now + 250 ? $1 : now + 250))
  while ((now < latest)); do
    kill -INT "$bash" 2>/dev/null
    kill -CONT "$bash" 2>/dev/null
    for ((tries = 0; tries < 40; tries += 1)); do
      is_pending || return 0
      nap 5
    done
    now
  done
  return 1
}

# grace (ms), channels with a comma between, command, jobs of earlier ones …: ends what is left of the command, and what holds its streams.
sweep() {
  local wanted=$3 earlier=${*:4} channels=${2//,/ }
  now
  end_all find_command "$((now + $1))" TERM
  end_all find_holders "$now" TERM
  frame swept
}

# grace (ms): ends everything that was ever started, bash too, which may run its EXIT trap.
close_shell() {
  local deadline half pid channels=${!control[*]}
  now
  deadline=$((now + $1)) half=$((now + $1 / 2))
  if [[ $launcher ]]; then
    find_jobs
    let_go
    for pid in "${found[@]}"; do kill -TERM "$pid" && kill -HUP "$pid" && kill -CONT "$pid"; done 2>/dev/null
    kill -CONT "$bash" 2>/dev/null
    while kill -0 "$launcher" 2>/dev/null && now && ((now < half)); do nap 5; done
    end_all find_shell "$deadline" TERM HUP
    end_all find_holders "$now" TERM
  fi
}
