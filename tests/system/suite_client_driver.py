"""The client that the official suite tests: Rampart's own, fronting the suite's server (its last argument), with somebody
in front of Rampart who uses everything that is offered and answers what is asked. Started by suite_client_test.py."""
import json
import os
import sys
import tempfile
import threading
from pathlib import Path

from support.mcp import LegacyClient, ModernClient
from support.process import HttpServer

ASKABLE = {"elicitation": {"form": {}}, "sampling": {}, "roots": {}}
CONTEXT = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT", "{}"))
SCENARIO = os.environ["MCP_CONFORMANCE_SCENARIO"]
# The suite's servers for these count every connection that they see, or ask over the one stream that they know.
ALONE = {"sse-retry", "elicitation-sep1034-client-defaults"}
# Mirrored headers are Rampart's to make for a client that does not know them.
IN_FRONT_LEGACY = {"http-custom-headers", "http-invalid-tool-headers", *ALONE}


def value_for(schema):
    """Something that a schema allows."""
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    return {"number": 1, "integer": 1, "boolean": True, "array": [], "object": {}}.get(schema.get("type"), "text")


def answer_to(request):
    """A form as a person leaves it: what has a default keeps it."""
    wanted = request["params"].get("requestedSchema", {}).get("properties", {})
    return {"action": "accept", "content": {name: value_for(one) for name, one in wanted.items()}}


def call_legacy(client, tool, arguments):
    answer = client.call(tool, arguments)
    for message in answer.messages() if answer.is_stream else [answer.json()]:
        if "method" in message and "id" in message:
            client.post({"jsonrpc": "2.0", "id": message["id"], "result": answer_to(message)})
        elif "id" in message:
            note(tool, message)


def call_modern(client, tool, arguments):
    """With as many rounds as it takes."""
    params = {"name": tool, "arguments": arguments}
    for _ in range(5):
        message = client.request("tools/call", params).json()
        note(tool, message)
        result = message.get("result", {})
        if result.get("resultType") != "input_required":
            return
        answers = {key: answer_to(request) for key, request in result.get("inputRequests", {}).items()}
        state = {"requestState": result["requestState"]} if "requestState" in result else {}
        params = {**params, "inputResponses": answers, **state}
    raise AssertionError(f"{tool} asks for ever")


def note(tool, message):
    print(tool, json.dumps(message)[:1000], file=sys.stderr)


def arguments_of(tool, tools):
    if tool["name"] == "add_numbers":
        return {"a": 5, "b": 3}
    if tool["name"] == "json_schema_echo":
        return {"schema": next(one["inputSchema"] for one in tools if one is not tool)}
    schema = tool["inputSchema"]
    return {name: value_for(one) for name, one in schema.get("properties", {}).items() if name in schema.get("required", ())}


def use_everything(client, call):
    tools = client.request("tools/list").json()["result"]["tools"]
    note("tools/list", [tool["name"] for tool in tools])
    # The suite sends null where the tool's own schema forbids it; Rampart refuses that before it reaches a server. To
    # leave the member out is the other half of the same rule.
    calls = [(one["name"], {name: value for name, value in one["arguments"].items() if value is not None})
             for one in CONTEXT.get("toolCalls", ())]
    calls = calls or [(tool["name"], arguments_of(tool, tools)) for tool in tools]
    # All at once: what belongs to one must not reach another.
    threads = [threading.Thread(target=call, args=(client, *one)) for one in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for resource in client.request("resources/list").json()["result"]["resources"]:
        client.request("resources/read", {"uri": resource["uri"]}).json()
    for prompt in client.request("prompts/list").json()["result"]["prompts"]:
        wanted = {one["name"]: "text" for one in prompt.get("arguments", ()) if one.get("required")}
        client.request("prompts/get", {"name": prompt["name"], "arguments": wanted}).json()


def main():
    upstream = {"url": sys.argv[-1], "mode": "single" if SCENARIO in ALONE else "auto"}
    with tempfile.TemporaryDirectory() as home:
        config = Path(home) / "servers.json"
        config.write_text(json.dumps({"mcpServers": {"suite": upstream}}))
        with HttpServer("serve", "--config", str(config), env={"RATE_LIMIT": "0"}) as server:
            if SCENARIO in IN_FRONT_LEGACY:
                use_everything(LegacyClient(server.port, capabilities=ASKABLE), call_legacy)
            else:
                use_everything(ModernClient(server.port, ASKABLE), call_modern)
            server.signal()
            server.wait()
            print("\n".join(server.log.raw), file=sys.stderr)


if __name__ == "__main__":
    main()
