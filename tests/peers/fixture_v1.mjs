// The conformance fixture on the official SDK v1 (@modelcontextprotocol/sdk), which knows 2025-11-25
// and older revisions only: a server that was never told of 2026-07-28.
//   node fixture_v1.mjs               on stdin and stdout
//   node fixture_v1.mjs --http PORT   Streamable HTTP on localhost (0: a free port, told on stderr)
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import * as mcp from '@modelcontextprotocol/sdk/types.js';
import {
  capabilities, completionsOf, contentsOf, info, listedPrompts, prompts, resources, resourceTemplates,
} from './fixture_content.mjs';
import { contentOf, failed, tools } from './fixture_tools.mjs';
import { serve, sessions } from './fixture_http.mjs';

const answerSchema = {
  'elicitation/create': mcp.ElicitResultSchema,
  'sampling/createMessage': mcp.CreateMessageResultSchema,
  'roots/list': mcp.ListRootsResultSchema,
};
const levels = mcp.LoggingLevelSchema.options;
const unknown = (what) => new mcp.McpError(mcp.ErrorCode.InvalidParams, `${what} not found`);

function hostOf(server, session, extra) {
  return {
    declares: (capability) => server.getClientCapabilities()?.[capability] !== undefined,
    async ask(questions) {
      const asked = Object.entries(questions).map(async ([key, question]) =>
        [key, await extra.sendRequest(question, answerSchema[question.method])]);
      return Object.fromEntries(await Promise.all(asked));
    },
    async progress(progress, total) {
      const progressToken = extra._meta?.progressToken;
      if (progressToken === undefined) return;
      await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total } });
    },
    async log(data) {
      if (levels.indexOf('info') < levels.indexOf(session.level)) return;
      await extra.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
    },
    changed: (list) => (list === 'tools' ? server.sendToolListChanged() : server.sendPromptListChanged()),
    updated: (uri) => server.sendResourceUpdated({ uri }),
    signal: extra.signal,
    releaseStream: () => extra.closeSSEStream?.(),
  };
}

async function connect(transport) {
  const server = new Server(info('v1'), { capabilities });
  const session = { level: 'debug' };
  server.setRequestHandler(mcp.SetLevelRequestSchema, ({ params }) => ((session.level = params.level), {}));

  server.setRequestHandler(mcp.ListToolsRequestSchema, () => ({ tools: tools.map(({ run, ...listed }) => listed) }));
  server.setRequestHandler(mcp.CallToolRequestSchema, async ({ params }, extra) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) throw unknown(`Tool ${params.name}`);
    const host = hostOf(server, session, extra);
    try {
      return { content: contentOf(await tool.run(params.arguments ?? {}, host)) };
    } catch (error) {
      return failed(error);
    }
  });

  server.setRequestHandler(mcp.ListResourcesRequestSchema, () => ({ resources }));
  server.setRequestHandler(mcp.ListResourceTemplatesRequestSchema, () => ({ resourceTemplates }));
  server.setRequestHandler(mcp.ReadResourceRequestSchema, ({ params }) => {
    const contents = contentsOf(params.uri);
    if (!contents) throw new mcp.McpError(-32002, 'Resource not found', { uri: params.uri });
    return { contents: [contents] };
  });
  server.setRequestHandler(mcp.SubscribeRequestSchema, () => ({}));
  server.setRequestHandler(mcp.UnsubscribeRequestSchema, () => ({}));

  server.setRequestHandler(mcp.ListPromptsRequestSchema, () => ({ prompts: listedPrompts }));
  server.setRequestHandler(mcp.GetPromptRequestSchema, async ({ params }, extra) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (!prompt) throw unknown(`Prompt ${params.name}`);
    return { messages: await prompt.get(params.arguments ?? {}, hostOf(server, session, extra)) };
  });
  server.setRequestHandler(mcp.CompleteRequestSchema, ({ params }) => completionsOf(params));
  await server.connect(transport);
}

if (process.argv[2] === '--http')
  serve(Number(process.argv[3]), sessions(WebStandardStreamableHTTPServerTransport, connect));
else await connect(new StdioServerTransport());
