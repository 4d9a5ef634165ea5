# What comes from bash and its commands, on its way to the host: each stream has a FIFO, and a relay that reads it and nothing else.
# All go by one pipe, so each has so many chunks that the host need not have taken yet: a stream that nobody takes stops itself alone.

# words: a line to the host. Several write; one at a time has the token.
frame() {
  local token
  read -r -n 1 -u "$lock" token
  printf '%s %s\n' "$secret" "$*"
  printf . >&"$lock"
}

# Helpers do not hold bash's stdin, which is to end.
let_go() { [[ ! $triggers ]] || exec {triggers}>&-; }

# channel: makes it where there is none, and has it read until nobody holds it.
use_channel() {
  local pipe
  if [[ ! ${control[$1]-} ]]; then
    mkfifo "$d/$1" "$d/control.$1" 2>/dev/null || return
    exec {pipe}<>"$d/control.$1"
    control[$1]=$pipe
    relay "$1" &
    own+=("$!")
  fi
  printf g >&"${control[$1]}"
}

# channel: `g` has it read once more, `c` is a credit for a chunk.
relay() {
  local in first chunk token credits=$window
  let_go
  while :; do
    until [[ ${token-} == g ]]; do
      read -r -n 1 -u "${control[$1]}" token
      [[ $token == c ]] && ((credits += 1))
    done
    token=''
    { exec {in}<"$d/$1"; } 2>/dev/null || continue
    # bash itself waits for the first byte, as it takes no program to see that there is none.
    while IFS= read -r -d '' -n 1 -u "$in" first; do
      while ((credits == 0)); do
        read -r -n 1 -u "${control[$1]}" token
        ((credits += 1))
      done
      chunk=''
      # As much as there is. A variable holds no NUL, and a file might find the disk full.
      read -r -t 0 -u "$in" && chunk=$(dd bs="$chunk_bytes" count=1 <&"$in" 2>/dev/null | encode)
      printf -v first %02x "'$first"
      frame out "$1" "${first: -2}" "$chunk"
      ((credits -= 1))
    done
    exec {in}<&-
    frame eof "$1"
  done
}

# name: a FIFO for the stdin of an interactive command, and what fills it.
input() {
  if ! mkfifo "$d/$1" "$d/feed.$1" "$d/feedings.$1" 2>/dev/null; then
    failed=1
    return
  fi
  exec {feed}<>"$d/feed.$1" {feedings}<>"$d/feedings.$1"
  feed "$1" &
  feeder=$!
  rm -f "$d/feed.$1" "$d/feedings.$1"
}

# bytes: no more than fit, since the host waits until they were taken before it sends others.
stdin() {
  if [[ ! $feeder ]]; then
    dd bs="$1" count=1 iflag=fullblock >/dev/null 2>&1
    frame room
    return
  fi
  dd bs="$1" count=1 iflag=fullblock >&"$feed" 2>/dev/null
  printf '%s\n' "$1" >&"$feedings"
}

feed() {
  local bytes out
  let_go
  exec {out}>"$d/$1"
  while read -r -u "$feedings" bytes && [[ $bytes != end ]]; do
    dd bs="$bytes" count=1 iflag=fullblock <&"$feed" >&"$out" 2>/dev/null
    frame room
  done
}

# Nobody is to read from it any more.
drop_input() {
  [[ $feeder ]] || return 0
  children "$feeder"
  kill -KILL "$feeder" "${found[@]}" 2>/dev/null
  exec {feed}>&- {feedings}>&-
  feeder=''
}
