# The far side of a shell that a template holds (open.ts): a bash over there reads all of this from its stdin, and then the host's words,
# a line each, some with as many bytes after them as they say. Nothing is installed for it: it needs bash 5, and mktemp, mkfifo, dd,
# base64 and rm of coreutils or busybox; setsid where there is one.
#
# It is told `secret`, `id`, `limit`, `program`, `grace` (ms), `silence` and `look` (s), `chunk_bytes`, `window` and `environment` before this. The secret
# begins every line to the host: what others write there, such as a greeting, is nobody's word.

umask 077
set -f
trap 'true' PIPE
trap 'end_alone; leave' TERM HUP
locale=${LC_ALL+set}${LC_ALL-}
LC_ALL=C
declare -A control=() parent=() state=() session=() start=() died=() command=() member=()
own=() bash='' launcher='' born=0 since=0 failed='' feeder='' feed='' triggers='' d=''

# text: why nothing can be done.
give_up() {
  printf '%s problem %s\n' "$secret" "$*"
  exit 1
}

check_tools() {
  local tool
  ((BASH_VERSINFO[0] >= 5)) || give_up "bash 5 is needed there, and it is $BASH_VERSION."
  for tool in mktemp mkfifo dd base64 rm; do
    type -P "$tool" >/dev/null || give_up "There is no program '$tool' there."
  done
  [[ -r /proc/self/stat ]] || give_up 'There is no /proc there.'
  d=$(mktemp -d "${TMPDIR:-/tmp}/limpet.XXXXXX") || give_up 'No directory can be made there in /tmp (or $TMPDIR).'
  # Old ones of busybox break lines, and know no -w.
  if [[ $(printf x | base64 -w0 2>/dev/null) != eA== ]]; then
    encode() {
      local text
      text=$(base64)
      printf '%s' "${text//$'\n'/}"
    }
  fi
}

encode() { base64 -w0; }

# Opens for good, both ways, so that nobody waits for the other end: what many write by, and what nobody writes to, to wait on.
open_pipes() {
  mkfifo "$d/lock" "$d/status" "$d/answer" "$d/idle" "$d/in" || give_up 'No FIFOs can be made there.'
  exec {lock}<>"$d/lock" {status}<>"$d/status" {answer}<>"$d/answer" {idle}<>"$d/idle"
  printf . >&"$lock"
}

# Without job control what is started in the background would ignore interrupts, and all that bash starts would, too.
launch() {
  set -m
  shell 2>/dev/null &
  launcher=$!
  set +m
  read_stat "$launcher" && born=${f[19]}
  exec {triggers}>"$d/in"
  while children "$launcher" && ((${#found[@]} == 0)) && kill -0 "$launcher" 2>/dev/null; do nap 2; done
  bash=${found[0]-}
  printf '\n%s started %s %s %s\n' "$secret" "$launcher" "$born" "$bash" >&"$status"
}

shell() {
  local entry leader
  leader=$(type -P setsid)
  if [[ $locale == set* ]]; then LC_ALL=${locale#set}; else unset -v LC_ALL; fi
  for entry in "${environment[@]}"; do export "$entry"; done
  export LIMPET_DIRECTORY=$d LIMPET_LIMIT=$limit LIMPET_SHELL=$id
  $leader "$program" --noprofile --noediting --rcfile "$d/prelude" -i <"$d/in" >"$d/status" 2>/dev/null
  # Its own line, whatever bash left unfinished.
  printf '\n%s exit %s\n' "$secret" "$?" >&"$status"
}

# name, bytes: more of a file. What cannot be written is read all the same.
add() {
  local file
  { exec {file}>>"$d/$1"; } 2>/dev/null || { failed=1 && exec {file}>/dev/null; }
  dd bs="$2" count=1 iflag=fullblock >&"$file" 2>/dev/null || failed=1
  exec {file}>&-
}

# nonce, mark, bytes, channels …: has bash do what the trigger lines after this say. Not where it would be half heard.
run() {
  local nonce=$1 mark=$2 bytes=$3 channel reply=''
  shift 3
  if [[ $failed ]]; then
    # They may be what fills the disk.
    rm -f "$d/command" "$d/run" "$d/stdin"
    failed=''
    dd bs="$bytes" count=1 iflag=fullblock >/dev/null 2>&1
    frame refused
    return 0
  fi
  for channel; do use_channel "$channel" || reply=x; done
  if [[ ! $reply ]]; then
    printf '\n%s begin %s %s %s\n' "$secret" "$nonce" "$mark" "$*" >&"$status"
    read -r -n 1 -u "$answer" reply
  fi
  if [[ $reply != k ]]; then
    dd bs="$bytes" count=1 iflag=fullblock >/dev/null 2>&1
    frame missing
    return 0
  fi
  # A process of just now tells the time as the kernel has it for processes.
  since=$(read_stat "$BASHPID" && printf '%s' "$((f[19] - 1))")
  dd bs="$bytes" count=1 iflag=fullblock >&"$triggers" 2>/dev/null
}

# A word of the host's. What takes long is done aside, for output to go on meanwhile.
obey() {
  case $1 in
    empty) { : >"$d/$2"; } 2>/dev/null || failed=1 ;;
    add | run | input | stdin | interrupt | signal) "$@" ;;
    credit) printf c >&"${control[$2]}" ;;
    end | sweep | count) "$@" & ;;
    kill) kill -KILL "$bash" 2>/dev/null ;;
    eof) [[ ! $feeder ]] || printf 'end\n' >&"$feedings" ;;
    drop) drop_input ;;
    problems) frame problems "$(encode <"$d/problems")" && rm -f "$d/prelude" "$d/restore" "$d/problems" ;;
    ping) look_after && frame pong ;;
    start) launch ;;
    close) close_shell "$2" && frame closed && leave ;;
  esac
}

serve() {
  local words
  check_tools
  open_pipes
  watch &
  own+=("$!")
  frame hello "$(printf '%s' "$PWD" | encode)" "$(compgen -e | encode)"
  # A host that is silent is gone, or out of reach: nothing goes on without it.
  while IFS=' ' read -r -t "$silence" -a words; do obey "${words[@]}"; done
  end_alone
  leave
}
