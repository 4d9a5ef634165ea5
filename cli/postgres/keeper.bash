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
# Without -f it would return, and Postgres be ended, when somebody stops it for a moment.
wait -f "$postgres"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
