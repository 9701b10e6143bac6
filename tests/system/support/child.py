"""A small MCP server of 2025-11-25 over stdio, to be fronted: its arguments are the names of its tools.

Each tool answers with the process's id; with the argument "door", a FIFO, when somebody opened that for writing.
"""
import json
import os
import sys
import threading

LOCK = threading.Lock()


def say(message):
    with LOCK:
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        sys.stdout.flush()


def call(message):
    door = message["params"].get("arguments", {}).get("door")
    if door:
        with open(door, encoding="utf-8") as opened:
            opened.read()
    say({"id": message["id"], "result": {"content": [{"type": "text", "text": str(os.getpid())}]}})


def answer(message):
    method = message.get("method")
    if method == "initialize":
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                "serverInfo": {"name": "child", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in sys.argv[1:]]}
    return {} if method == "ping" else None


def main():
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        if message.get("method") == "tools/call":
            threading.Thread(target=call, args=(message,), daemon=True).start()
        elif (result := answer(message)) is not None:
            say({"id": message["id"], "result": result})
        else:
            say({"id": message["id"], "error": {"code": -32601, "message": "unknown method"}})


main()
