# Starts a server under test on free ports, waits until it answers, and stops it. Sourced.
# shellcheck shell=bash

# free_ports COUNT: that many ports nobody listens on right now.
free_ports() {
  python3 - "$1" <<'PY'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in held:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))
PY
}

# wait_until_healthy URL PID LOG: up to 30 s, or until the process ends.
wait_until_healthy() {
  local end=$((SECONDS + 30))
  until curl -fs -o /dev/null --max-time 2 "$1"; do
    kill -0 "$2" 2>/dev/null || { tail -n 20 "$3" >&2; die "the server ended before it was healthy; its log: $3"; }
    [ "$SECONDS" -lt "$end" ] || { tail -n 20 "$3" >&2; die "no answer from $1 within 30 s; the server's log: $3"; }
    sleep 0.1
  done
}
