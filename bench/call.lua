-- The measured request, for wrk: a tools/call in revision 2026-07-28, of `echo` or BENCH_TOOL. Each @ in BENCH_BODY
-- becomes a number below BENCH_DISTINCT, another for each request. The figures come out as one line.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"
wrk.headers["MCP-Protocol-Version"] = "2026-07-28"
wrk.headers["Mcp-Method"] = "tools/call"
wrk.headers["Mcp-Name"] = os.getenv("BENCH_TOOL") or "echo"
wrk.body = os.getenv("BENCH_BODY")

if wrk.body:find("@") then
  local body, distinct, number = wrk.body, tonumber(os.getenv("BENCH_DISTINCT")), 0
  request = function()
    number = (number + 1) % distinct
    return wrk.format(nil, nil, nil, (body:gsub("@", number)))
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'FIGURES {"requests":%d,"seconds":%.6f,"p50_us":%d,"p99_us":%d,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
