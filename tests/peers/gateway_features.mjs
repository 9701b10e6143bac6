// What a client does with the servers that tests/system/gateway_servers_test.py puts behind one
// Rampart, named everything, files, memory, thinking (npm packages), old and new (the conformance
// fixtures on SDK v1 and v2). Each says what must come; a fact that another party checks is returned.
import assert from 'node:assert/strict';

const limit = 20_000; // ms that a call may take
const textOf = ({ content }) => content.filter(({ type }) => type === 'text').map(({ text }) => text).join('\n');

/** Calls and what they must give, for one connected client. Tools are called by `server`, `tool`. */
function caller(client) {
  const call = (server, tool, args = {}, options = {}) =>
    client.callTool(`${server}_${tool}`, args, { timeout: limit, ...options });
  return {
    call,
    async text(...asked) {
      const result = await call(...asked);
      assert.ok(!result.isError, `${asked[0]} ${asked[1]} failed: ${textOf(result)}`);
      return textOf(result);
    },
    async failure(...asked) {
      const result = await call(...asked);
      assert.ok(result.isError, `${asked[0]} ${asked[1]} should have failed: ${textOf(result)}`);
      return textOf(result);
    },
  };
}

async function useEverything(client, { call, text }) {
  assert.equal(await text('everything', 'echo', { message: 'hello' }), 'Echo: hello');
  assert.equal(await text('everything', 'get-sum', { a: 20, b: 22 }), 'The sum of 20 and 22 is 42.');
  const weather = await call('everything', 'get-structured-content', { location: 'Chicago' });
  assert.deepEqual(weather.structuredContent, { temperature: 36, conditions: 'Light rain / drizzle', humidity: 82 });
  const image = (await call('everything', 'get-tiny-image')).content.find(({ type }) => type === 'image');
  assert.equal(Buffer.from(image.data, 'base64').subarray(1, 4).toString(), 'PNG');
  const progress = [];
  await text('everything', 'trigger-long-running-operation', { duration: 0.2, steps: 4 },
    { onprogress: (seen) => progress.push(`${seen.progress}/${seen.total}`) });
  // The last one and the result may come in one read: the clients then drop the notification, whoever the server is.
  assert.deepEqual(progress.concat('4/4').slice(0, 4), ['1/4', '2/4', '3/4', '4/4']);

  const { resources } = await client.listResources();
  const document = resources.find(({ uri }) => uri === 'demo://resource/static/document/features.md');
  const [features] = (await client.readResource(document.uri)).contents;
  assert.equal(features.uri, document.uri);
  assert.match(features.text, /^#/, 'a document in markdown');
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.ok(resourceTemplates.some(({ uriTemplate }) => uriTemplate === 'demo://resource/dynamic/text/{resourceId}'));
  const [dynamic] = (await client.readResource('demo://resource/dynamic/text/7')).contents;
  assert.match(dynamic.text, /^Resource 7: This is a plaintext resource/);
  await assert.rejects(client.readResource('demo://resource/none'), ({ code }) => [-32602, -32002].includes(code));

  const weatherPrompt = await client.getPrompt('everything_args-prompt', { city: 'Paris', state: 'Texas' });
  assert.equal(weatherPrompt.messages[0].content.text, "What's weather in Paris, Texas?");
  const { completion } = await client.complete({
    ref: { type: 'ref/prompt', name: 'everything_completable-prompt' },
    argument: { name: 'name', value: 'C' }, context: { arguments: { department: 'Engineering' } } });
  assert.deepEqual(completion.values, ['Charlie']);
}

async function useFiles({ text, failure }, folder, name) {
  const path = `${folder}/${name}.txt`;
  await text('files', 'write_file', { path, content: `written by ${name}\n` });
  assert.equal(await text('files', 'read_text_file', { path }), `written by ${name}\n`);
  assert.match(await text('files', 'list_directory', { path: folder }), new RegExp(`\\[FILE\\] ${name}\\.txt`));
  assert.match(await failure('files', 'read_text_file', { path: '/etc/hostname' }), /outside allowed directories/);
}

async function useMemory(client, { text }, name) {
  const entity = { name, entityType: 'client', observations: [`${name} was here`] };
  await text('memory', 'create_entities', { entities: [entity] });
  const found = JSON.parse(await text('memory', 'search_nodes', { query: name }));
  assert.deepEqual(found.entities, [entity]);
  const graph = (await client.readResource('memory://knowledge-graph')).contents[0];
  assert.ok(JSON.parse(graph.text).entities.some((one) => one.name === name));
}

async function useThinking({ text, failure }) {
  const think = async (thoughtNumber) => JSON.parse(await text('thinking', 'sequentialthinking', {
    thought: `step ${thoughtNumber}`, thoughtNumber, totalThoughts: 2, nextThoughtNeeded: thoughtNumber < 2 }));
  const first = await think(1), second = await think(2);
  assert.equal(second.nextThoughtNeeded, false);
  assert.equal(second.thoughtHistoryLength, first.thoughtHistoryLength + 1, 'both came to the same process');
  await failure('thinking', 'sequentialthinking', { thought: 'a number is missing' });
}

async function useFixtures(client, { call, text, failure }) {
  for (const server of ['old', 'new']) {
    assert.equal(await text(server, 'test_simple_text'), 'This is a simple text response for testing.');
    assert.equal((await call(server, 'test_audio_content')).content[0].mimeType, 'audio/wav');
    assert.equal(await text(server, 'test_x_mcp_header', { region: 'Zürich' }), 'Routed to Zürich');
    assert.equal(await failure(server, 'test_error_handling'), 'This tool intentionally returns an error for testing');
    const { messages } = await client.getPrompt(`${server}_test_prompt_with_arguments`, { arg1: 'a', arg2: 'b' });
    assert.equal(messages[0].content.text, "Prompt with arguments: arg1='a', arg2='b'");
  }
  const [read] = (await client.readResource('test://template/9/data')).contents;
  assert.equal(JSON.parse(read.text).data, 'Data for ID: 9');
}

/** A user and a model that answer at once, and what they were asked. */
function answering() {
  const asked = { elicit: [], sample: [], roots: 0 };
  const handlers = {
    elicit: ({ message, requestedSchema }) => {
      asked.elicit.push(message);
      const content = Object.fromEntries(Object.keys(requestedSchema.properties).map((name) =>
        [name, { username: 'ada', email: 'ada@example.org', name: 'Ada', color: 'blue' }[name]])
        .filter(([, value]) => value !== undefined));
      return { action: 'accept', content };
    },
    sample: ({ messages }) => {
      asked.sample.push([messages[0].content].flat()[0].text);
      return { role: 'assistant', content: { type: 'text', text: 'vermilion' }, model: 'peer', stopReason: 'endTurn' };
    },
    roots: () => (++asked.roots, { roots: [{ uri: 'file:///peer/root', name: 'peer-root' }] }),
  };
  return { asked, handlers };
}

export const gatewayFeatures = {
  /** Names of everything that is offered. */
  async 'gateway-list'({ open }) {
    const { client } = await open();
    const names = async (list, member, key) => (await list())[member].map((one) => one[key]);
    return {
      tools: await names(client.listTools, 'tools', 'name'),
      resources: await names(client.listResources, 'resources', 'uri'),
      templates: await names(client.listResourceTemplates, 'resourceTemplates', 'uriTemplate'),
      prompts: await names(client.listPrompts, 'prompts', 'name'),
    };
  },

  /** args: {folder, name}: where files may be written, and what this client calls its things. */
  async 'gateway-use'({ open, args: { folder, name } }) {
    const { client } = await open();
    const called = caller(client);
    await useEverything(client, called);
    await useFiles(called, folder, name);
    await useMemory(client, called, name);
    await useThinking(called);
    await useFixtures(client, called);
    return { used: ['everything', 'files', 'memory', 'thinking', 'old', 'new'] };
  },

  /** Servers that ask the user, the model and for roots on the way. */
  async 'gateway-ask'({ open }) {
    const { asked, handlers } = answering();
    const { client } = await open(handlers);
    const { text } = caller(client);
    assert.match(await text('everything', 'trigger-elicitation-request'), /- Name: Ada/);
    assert.match(await text('everything', 'trigger-sampling-request', { prompt: 'a colour' }), /vermilion/);
    assert.match(await text('everything', 'get-roots-list'), /peer-root/);
    for (const server of ['old', 'new']) {
      assert.match(await text(server, 'test_elicitation', { message: 'Who are you?' }), /ada@example\.org/);
      assert.equal(await text(server, 'test_sampling', { prompt: 'a colour' }), 'LLM response: vermilion');
      assert.equal(await text(server, 'test_input_required_result_multi_round'), 'Ada likes blue.');
      assert.equal(await text(server, 'test_input_required_result_multiple_inputs'),
        'vermilion Ada, you work in file:///peer/root');
    }
    return asked;
  },

  /** A client that cannot be asked hears so, and which capability it lacks where its era has a word for it. */
  async 'gateway-silent'({ open }) {
    const { client, modern } = await open();
    const { call } = caller(client);
    for (const server of ['old', 'new']) {
      const outcome = await call(server, 'test_sampling', { prompt: 'a colour' }).catch((error) => error);
      if (modern) assert.equal(outcome.code, -32021, `${server}: ${JSON.stringify(outcome)}`);
      else assert.ok(outcome.isError || outcome.code, `${server}: ${JSON.stringify(outcome)}`);
    }
    return {};
  },
};
