# The end of what bash does: one process reads what bash tells, and sees to it that the streams of a command are cut where it ended.

# Reads what bash tells of its commands, and what the agent puts among it for the sake of the order: `begin`, `sync`, `exit`.
watch() {
  local line rest='' nonce='' mark='' keepers=()
  while :; do
    if IFS= read -r -t "$look" -u "$status" line; then
      heed "$rest$line"
      rest=''
    else
      # No line in time, but perhaps its beginning.
      rest+=$line
      read_stat "$$" && [[ ${f[0]} != [ZX] ]] || outlive
    fi
  done
}

heed() {
  local words
  if [[ $1 == *"$secret "* ]]; then
    words=(${1##*"$secret "})
    watch_"${words[0]}" "${words[@]:1}"
  elif [[ $nonce && $1 =~ $nonce:([0-9]{1,3}):(ran)?:$ ]]; then
    settle ended "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
  elif [[ $nonce && $1 == *"$nonce!="* ]]; then
    settle broken
  fi
}

watch_started() {
  launcher=$1 born=$2 bash=${3-}
}

# nonce, mark, channels …: holds the FIFOs from before bash does, so that none ends before its mark.
watch_begin() {
  local channel keeper
  nonce=$1 mark=$2
  shift 2
  for channel; do
    # bash would make a file where somebody removed it.
    [[ -p $d/$channel ]] || nonce=''
    [[ $nonce ]] && exec {keeper}>"$d/$channel" && keepers+=("$keeper")
  done
  if [[ $nonce ]]; then printf k; else printf x; fi >&"$answer"
}

# Whoever asked has stopped bash, and learns whether it had answered before.
watch_sync() {
  if [[ $nonce ]]; then printf p; else printf n; fi >&"$answer"
}

watch_exit() {
  settle exit "${1-}"
}

# words: the end of an exchange. All that was written until now comes before the mark, and what comes after it is late. The first is the
# state's, which bash alone has held: its end is enough.
settle() {
  local keeper
  nonce=''
  frame "$@"
  ((${#keepers[@]} < 2)) || { for keeper in "${keepers[@]:1}"; do printf '%s' "$mark" >&"$keeper"; done; } &
  for keeper in "${keepers[@]}"; do exec {keeper}>&-; done
  keepers=()
}
