# What becomes of everything where a part of it is gone: the host, the agent, or one of its helpers. Nothing runs on unwatched.

# Asked by the host now and then. Without one of the helpers output would be lost, or the end of a command.
look_after() {
  local pid
  for pid in "${own[@]}"; do
    kill -0 "$pid" 2>/dev/null || outlive
  done
  # A launcher that was killed tells nothing of bash's end.
  [[ ! $launcher ]] || kill -0 "$launcher" 2>/dev/null || kill -0 "$bash" 2>/dev/null ||
    printf '\n%s exit\n' "$secret" >&"$status"
}

# Nobody is there to tell any more: what runs does not go on in its list, and how bash ends is not said, since it was not its own end.
end_alone() {
  if [[ $launcher ]]; then
    kill -KILL "$launcher" 2>/dev/null
    # At its prompt it may run its EXIT trap.
    is_pending && { freeze || :; } && now && end_all find_jobs "$((now + grace))" TERM && kill -KILL "$bash" 2>/dev/null
  fi
  close_shell "$grace"
}

leave() {
  drop_input
  kill -KILL "${own[@]}" 2>/dev/null
  rm -rf "$d"
  exit 0
}

# One of the agent's processes is gone: whoever sees it ends what was started, and then what is left of the agent.
outlive() {
  local channels=lock pid
  printf 'A process of the agent was killed there.\n' >&2
  exec 2>/dev/null
  [[ $launcher ]] && kill -KILL "$launcher"
  [[ $bash ]] && { freeze || :; } && now && end_all find_jobs "$((now + grace))" TERM && kill -KILL "$bash" 2>/dev/null
  now
  [[ $bash ]] && end_all find_shell "$now" TERM
  own=() feeder=''
  find_holders
  kill -KILL "${found[@]}" 2>/dev/null
  rm -rf "$d"
  exit 1
}
