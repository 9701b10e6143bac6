#!/usr/bin/env python3
"""A stdio server of 2025-11-25 whose calls take a long time, any number of them at once.

Usage: slow_child.py SECONDS"""
import json
import sys
import threading

LOCK = threading.Lock()
TOOL = {"name": "echo", "inputSchema": {"type": "object"}}


def put(number, result):
    with LOCK:
        print(json.dumps({"jsonrpc": "2.0", "id": number, "result": result}), flush=True)


def main():
    seconds = float(sys.argv[1])
    for line in sys.stdin:
        message = json.loads(line)
        number, method = message.get("id"), message.get("method")
        if number is None:
            continue
        if method == "initialize":
            put(number, {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                         "serverInfo": {"name": "slow", "version": "1.0.0"}})
        elif method == "tools/list":
            put(number, {"tools": [TOOL]})
        elif method == "tools/call":
            late = threading.Timer(seconds, put, (number, {"content": [{"type": "text", "text": "late"}]}))
            late.daemon = True
            late.start()
        else:
            put(number, {})


main()
