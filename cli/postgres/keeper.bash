# Runs Postgres ("$@") and ends it when the pipe on stdin closes, which the kernel does when the process that holds
# the other end dies, by kill -9 too. It is started in a session of its own, so Ctrl-C does not reach it.

# Without job control bash starts background programs with SIGINT ignored, and Postgres would miss one that comes
# before it has its own handler.
set -m
exec 3<&0 </dev/null

"$@" 3<&- &
postgres=$!

# SIGINT is Postgres's fast shutdown: it ends its sessions and writes a checkpoint.
{ read -r -u 3 _; kill -INT "$postgres"; } &
watcher=$!

exec 3<&-
# wait returns, too, when somebody stops Postgres for a moment; wait -f would not, but it was seen to spin for ever once
# Postgres had ended.
until
  wait "$postgres"
  status=$?
  ! kill -0 "$postgres" 2>/dev/null
do sleep 0.2; done
kill "$watcher" 2>/dev/null
exit "$status"
