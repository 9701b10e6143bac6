// The conformance fixture on the official SDK v2 (@modelcontextprotocol/server): 2026-07-28 and,
// at the same place, 2025-11-25 and older.
//   node fixture_v2.mjs               on stdin and stdout
//   node fixture_v2.mjs --http PORT   Streamable HTTP on localhost (0: a free port, told on stderr);
//                                     with --modern-only after it, it refuses clients of older revisions
import {
  createMcpHandler, createRequestStateCodec, fromJsonSchema, inputRequired, inputResponse, isLegacyRequest, McpServer,
  ProtocolError, ResourceNotFoundError, WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import {
  capabilities, completionsOf, contentsOf, info, listedPrompts, prompts, resources, resourceTemplates,
} from './fixture_content.mjs';
import { contentOf, failed, tools } from './fixture_tools.mjs';
import { serve, sessions } from './fixture_http.mjs';

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const codec = createRequestStateCodec({ key: crypto.getRandomValues(new Uint8Array(32)) });

/** Thrown out of a tool that lacks answers; it is run again when they are there. */
class NeedsInput extends Error {
  constructor(inputRequests, answers) {
    super('input required');
    Object.assign(this, { inputRequests, answers });
  }
}

const kindOf = { 'elicitation/create': 'elicit', 'sampling/createMessage': 'sampling', 'roots/list': 'roots' };

/** The answer to a question in what the client sent, if it is one. */
function answerTo({ method, params }, key, responses) {
  const view = inputResponse(responses, key);
  if (view.kind !== kindOf[method]) return undefined;
  const required = params.requestedSchema?.required ?? [];
  if (view.action === 'accept' && required.some((name) => view.content?.[name] === undefined)) return undefined;
  return responses[key];
}

function hostOf(server, context, publish) {
  const { mcpReq } = context;
  const answers = { ...mcpReq.requestState()?.answers };
  return {
    declares: (capability) =>
      (mcpReq.envelope?.[CAPABILITIES] ?? server.server.getClientCapabilities())?.[capability] !== undefined,
    async ask(questions) {
      const missing = {};
      for (const [key, question] of Object.entries(questions)) {
        answers[key] ??= answerTo(question, key, mcpReq.inputResponses);
        if (!answers[key]) missing[key] = question;
      }
      if (Object.keys(missing).length) throw new NeedsInput(missing, answers);
      return answers;
    },
    async progress(progress, total) {
      const progressToken = mcpReq._meta?.progressToken;
      if (progressToken === undefined) return;
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total } });
    },
    log: (data) => mcpReq.log('info', data),
    changed: (list) => publish[list](server),
    updated: (uri) => publish.updated(server, uri),
    signal: mcpReq.signal,
    releaseStream: () => context.http?.closeSSE?.(),
  };
}

/** What a tool or prompt answers, or what it must be told first. */
async function run(work, context) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NeedsInput)) throw error;
    const { inputRequests, answers } = error;
    return inputRequired({ inputRequests, requestState: await codec.mint({ answers }, context) });
  }
}

/** `publish`: {tools(server), prompts(server), updated(server, uri)}, which tell clients of a change. */
function build(publish) {
  const server = new McpServer(info('v2'), { capabilities, requestState: { verify: codec.verify } });
  for (const tool of tools) {
    const { name, description, inputSchema } = tool;
    server.registerTool(name, { description, inputSchema: fromJsonSchema(inputSchema) }, (args, context) => {
      const host = hostOf(server, context, publish);
      return run(async () => ({ content: contentOf(await tool.run(args, host)) }), context).catch(failed);
    });
  }
  const on = (method, handler) => server.server.setRequestHandler(method, handler);
  on('resources/list', () => ({ resources }));
  on('resources/templates/list', () => ({ resourceTemplates }));
  on('resources/read', ({ params }) => {
    const contents = contentsOf(params.uri);
    if (!contents) throw new ResourceNotFoundError(params.uri);
    return { contents: [contents] };
  });
  on('resources/subscribe', () => ({}));
  on('resources/unsubscribe', () => ({}));
  on('prompts/list', () => ({ prompts: listedPrompts }));
  on('prompts/get', ({ params }, context) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (!prompt) throw new ProtocolError(-32602, `Prompt ${params.name} not found`);
    const host = hostOf(server, context, publish);
    return run(async () => ({ messages: await prompt.get(params.arguments ?? {}, host) }), context);
  });
  on('completion/complete', ({ params }) => completionsOf(params));
  return server;
}

const onItsConnection = {
  tools: ({ server }) => server.sendToolListChanged(),
  prompts: ({ server }) => server.sendPromptListChanged(),
  updated: ({ server }, uri) => server.sendResourceUpdated({ uri }),
};

if (process.argv[2] === '--http') {
  // Modern requests have a server each, so what listens is told by the handler.
  const modern = createMcpHandler(() => build({
    tools: () => modern.notify.toolsChanged(),
    prompts: () => modern.notify.promptsChanged(),
    updated: (_, uri) => modern.notify.resourceUpdated(uri),
  }), { legacy: 'reject' });
  const legacy = sessions(WebStandardStreamableHTTPServerTransport, (transport) => build(onItsConnection).connect(transport));
  const modernOnly = process.argv[4] === '--modern-only';
  serve(Number(process.argv[3]), async (request) =>
    (!modernOnly && (await isLegacyRequest(request)) ? legacy(request) : modern.fetch(request)));
} else {
  serveStdio(() => build(onItsConnection));
}
