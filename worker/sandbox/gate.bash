# Becomes a program once the host has sent a line, which is when it has put this process where it belongs.
read -r && exec "$@"
