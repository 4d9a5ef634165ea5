# Becomes a program under limits, which whatever it starts inherits: words for bash's `ulimit` in pairs, `--`, the program's words.
# Of what fills the memory the kernel is to end this first, not the host.
{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null
while [[ $1 != -- ]]; do
  ulimit "$1" "$2" || exit
  shift 2
done
shift
exec "$@"
