# Which processes there are, and which of them belong to bash and to one command of it: what tree.ts does on the host's own machine,
# by the same marks. Builtins alone, since a walk must be as close to one moment as can be.

# pid: the fields of its stat after the name, which may hold anything, in `f`.
read_stat() {
  local text=''
  { IFS= read -r -d '' text <"/proc/$1/stat"; } 2>/dev/null
  f=(${text##*') '})
  ((${#f[@]} >= 20))
}

# Every process with what is known of it, and in `member` those of this shell. Others' cannot be read, nor signalled.
scan() {
  local all pid entries marks=" LIMPET_SHELL=$id "
  parent=() state=() session=() start=() died=() command=() member=()
  set +f
  all=(/proc/[0-9]*)
  set -f
  for pid in "${all[@]#/proc/}"; do
    read_stat "$pid" || continue
    state[$pid]=${f[0]} parent[$pid]=${f[1]} session[$pid]=${f[3]} start[$pid]=${f[19]} died[$pid]=${f[49]-0}
    # What is older than bash is none of it.
    ((f[19] >= born)) && { ((EUID == 0)) || [[ -O /proc/$pid ]]; } || continue
    entries=()
    { mapfile -d '' -t entries <"/proc/$pid/environ"; } 2>/dev/null
    entries=" ${entries[*]} "
    [[ $entries == *" LIMPET_COMMAND="* ]] && command[$pid]=${entries#*" LIMPET_COMMAND="} && command[$pid]=${command[$pid]%% *}
    [[ $entries == *"$marks"* ]] || has_limit "$pid" && [[ ${f[0]} != [ZX] ]] && member[$pid]=1
  done
  add_session
  add_descendants
}

# pid: was it started under the limit that marks this shell? The kernel tells of that one last.
has_limit() {
  local lines=()
  { mapfile -t lines <"/proc/$1/limits"; } 2>/dev/null
  ((${#lines[@]} > 0)) && [[ ${lines[-1]} == 'Max realtime timeout'*" $limit "* ]]
}

# A session's number is nobody else's while one of its members is known to be of this shell, or bash itself is there.
add_session() {
  local pid known
  [[ $bash ]] || return 0
  for pid in "${!member[@]}"; do [[ ${session[$pid]} == "$bash" ]] && known=1; done
  [[ ${known-} || ${parent[$bash]-} == "$launcher" ]] || return 0
  for pid in "${!session[@]}"; do [[ ${session[$pid]} == "$bash" ]] && member[$pid]=1; done
}

add_descendants() {
  local pid added=1
  while ((added)); do
    added=0
    for pid in "${!parent[@]}"; do
      [[ ! ${member[$pid]-} && ${member[${parent[$pid]}]-} ]] && member[$pid]=1 added=1
    done
  done
}

# The living ones of this shell, in `found`.
find_shell() {
  local pid
  scan
  found=()
  for pid in "${!member[@]}"; do [[ ${state[$pid]} == [ZX] ]] || found+=("$pid"); done
}

# The same without bash.
find_jobs() {
  local all pid
  find_shell
  all=("${found[@]}") found=()
  for pid in "${all[@]}"; do [[ $pid == "$bash" ]] || found+=("$pid"); done
}

# The living ones of the command `wanted`, which is not one of the jobs of `earlier`; bash itself is none.
find_command() {
  local pid
  declare -A known=()
  scan
  found=()
  for pid in "${!member[@]}"; do
    [[ $pid != "$bash" && ${state[$pid]} != [ZX] ]] && belongs "$pid" && found+=("$pid")
  done
}

belongs() {
  local up=${parent[$1]-}
  if [[ ! ${known[$1]-} ]]; then
    known[$1]=1
    if [[ ${command[$1]-} ]]; then
      [[ ${command[$1]} == "$wanted" ]] && known[$1]=0
    elif [[ ${member[$up]-} && $up != "$bash" ]]; then
      belongs "$up" && known[$1]=0
    # bash forked it without starting a program, or it was orphaned so: only time tells it from an earlier job.
    else
      ((${start[$1]} >= since)) && [[ " $earlier " != *" $1 "* ]] && known[$1]=0
    fi
  fi
  return "${known[$1]}"
}

# pid: its children, zombies too, in `found`.
children() {
  local text='' all pid
  { IFS= read -r -d '' text <"/proc/$1/task/$1/children"; } 2>/dev/null
  found=($text)
  [[ $text || -e /proc/$1/task/$1/children ]] && return 0
  set +f
  all=(/proc/[0-9]*)
  set -f
  for pid in "${all[@]#/proc/}"; do read_stat "$pid" && [[ ${f[1]} == "$1" ]] && found+=("$pid"); done
  return 0
}

# Those that hold a FIFO of these channels, but for the agent's own, in `found`.
find_holders() {
  local all pid fd channel
  scan
  found=()
  for pid in "${!parent[@]}"; do
    ((start[$pid] >= born)) && ! is_own "$pid" || continue
    set +f
    all=("/proc/$pid/fd/"*)
    set -f
    for fd in "${all[@]}"; do
      for channel in $channels; do [[ $fd -ef $d/$channel ]] && found+=("$pid") && continue 3; done
    done
  done
}

# pid: is it one of the agent's helpers, or below one? To be below the agent itself is nothing: as process 1 it gets every orphan.
is_own() {
  local pid=$1
  [[ $pid == "$$" || $pid == "$launcher" ]] && return 0
  while [[ ${pid:-0} -gt 1 && $pid != "$$" ]]; do
    [[ " $BASHPID $feeder ${own[*]} " == *" $pid "* ]] && return 0
    pid=${parent[$pid]-}
  done
  return 1
}
