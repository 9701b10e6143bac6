"""An MCP server of 2025-11-25 over stdio with one thing wrong, for whoever examines servers: broken_server.py MODE...

noisy     writes to stdout what is no message
deaf      goes on when stdin ends, and when it is told to end
fragile   ends at the first method that it does not know
silent    answers no unknown method, and takes unknown tools for its own
litter    leaves a child behind
untidy    has tools that no client can use
nonsense  answers calls with something that is no result
stuck     answers nothing at all

It works on one call at a time, so it answers cancelled ones too. A word that starts with marker= names a file that the
tool `write` makes, which nobody who only looks may call; seconds= is how long a child that is left behind sleeps. Other
words are for whoever looks for the process."""
import json
import signal
import subprocess
import sys
import time

MODES = sys.argv[1:]
MARKER = next((word.partition("=")[2] for word in MODES if word.startswith("marker=")), None)
SECONDS = next((word.partition("=")[2] for word in MODES if word.startswith("seconds=")), "1000")
TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
NAP = {"type": "object", "properties": {"seconds": {"type": "number", "default": 1.2}}}
LOOK = {"readOnlyHint": True}
TOOLS = [{"name": "mirror", "description": "Says what you say", "inputSchema": TEXT, "annotations": LOOK},
         {"name": "nap", "description": "Sleeps", "inputSchema": NAP, "annotations": LOOK},
         {"name": "write", "description": "Changes the world", "inputSchema": {"type": "object"}}]
UNTIDY = [{"name": "two words", "inputSchema": {"type": "object"}},
          {"name": "lost", "inputSchema": {"type": "object", "properties": {"x": {"$ref": "#/nowhere"}}}}]


def put(message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def call(name, arguments):
    if name == "write" and MARKER:
        open(MARKER, "w").close()
    if name == "nap":
        time.sleep(arguments.get("seconds", 1.2))
    if "nonsense" in MODES:
        return {"result": 5}
    if name == "mirror" and "text" not in arguments:
        return {"result": {"content": [{"type": "text", "text": "text is missing"}], "isError": True}}
    if name not in [tool["name"] for tool in TOOLS] and "silent" not in MODES:
        return {"error": {"code": -32602, "message": f"no tool {name}", "data": {"tools": len(TOOLS)}}}
    return {"result": {"content": [{"type": "text", "text": str(arguments.get("text", "done"))}]}}


def answer(method, params):
    if method == "initialize":
        return {"result": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                           "serverInfo": {"name": "broken", "version": "1.0.0"}}}
    if method == "ping":
        return {"result": {}}
    if method == "tools/list":
        return {"result": {"tools": TOOLS + (UNTIDY if "untidy" in MODES else [])}}
    if method == "tools/call":
        return call(params["name"], params.get("arguments", {}))
    if "fragile" in MODES:
        sys.exit(f"what is {method}?")
    return None if "silent" in MODES else {"error": {"code": -32601, "message": f"no {method}"}}


def serve():
    if "noisy" in MODES:
        print("Server is starting", flush=True)
    if "litter" in MODES:
        subprocess.Popen(["sleep", SECONDS], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    for line in sys.stdin:
        try:
            message = json.loads(line)
        except ValueError:
            put({"id": None, "error": {"code": -32700, "message": "no JSON"}})
            continue
        if "noisy" in MODES:
            print("got", message.get("method"), flush=True)
        if "id" not in message or "stuck" in MODES:
            continue
        reply = answer(message["method"], message.get("params", {}))
        if reply:
            put({"id": message["id"], **reply})


if "deaf" in MODES:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
serve()
while "deaf" in MODES:
    signal.pause()
