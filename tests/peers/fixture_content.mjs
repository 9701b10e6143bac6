// What both independent conformance fixtures (fixture_v1.mjs, fixture_v2.mjs) serve: content,
// resources, prompts and completions, as plain MCP values. The tools stand in fixture_tools.mjs.

export const info = (sdk) => ({ name: `conformance-fixture-${sdk}`, version: '1.0.0' });
export const capabilities = {
  tools: { listChanged: true }, resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true }, completions: {}, logging: {},
};

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const wav = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

export const text = (value) => ({ type: 'text', text: value });
export const image = { type: 'image', data: png, mimeType: 'image/png' };
export const audio = { type: 'audio', data: wav, mimeType: 'audio/wav' };
export const embedded = (uri, mimeType, value) => ({ type: 'resource', resource: { uri, mimeType, text: value } });

/** A form that asks for these members, all required. */
export const form = (properties) => ({ type: 'object', properties, required: Object.keys(properties) });
const question = (method, params) => ({ method, params });
export const elicit = (message, requestedSchema) => question('elicitation/create', { message, requestedSchema });
export const sample = (prompt, maxTokens) =>
  question('sampling/createMessage', { messages: [{ role: 'user', content: text(prompt) }], maxTokens });
export const listRoots = () => question('roots/list', {});

// --- resources -----------------------------------------------------------------------------------

const fixed = [
  { uri: 'test://static-text', name: 'Static text', description: 'Text that never changes.', mimeType: 'text/plain',
    body: { text: 'This is the content of the static text resource.' } },
  { uri: 'test://static-binary', name: 'Static image', description: 'A PNG of one red pixel.', mimeType: 'image/png',
    body: { blob: png } },
  { uri: 'test://watched-resource', name: 'Watched resource', description: 'A resource to subscribe to.',
    mimeType: 'text/plain', body: { text: 'Clients may subscribe to this resource.' } },
];
export const resources = fixed.map(({ body, ...listed }) => listed);
export const resourceTemplates = [{ uriTemplate: 'test://template/{id}/data', name: 'Data by id',
  description: 'The data that belongs to an id.', mimeType: 'application/json' }];

/** The contents, or undefined for a URI that is not served. */
export function contentsOf(uri) {
  const found = fixed.find((one) => one.uri === uri);
  if (found) return { uri, mimeType: found.mimeType, ...found.body };
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id === undefined) return undefined;
  const value = { id, templateTest: true, data: `Data for ID: ${id}` };
  return { uri, mimeType: 'application/json', text: JSON.stringify(value) };
}

// --- prompts -------------------------------------------------------------------------------------

const user = (content) => ({ role: 'user', content });
const argument = (name, description) => ({ name, description, required: true });

/** `get(arguments, host)` gives the messages; see fixture_tools.mjs for `host`. */
export const prompts = [
  { name: 'test_simple_prompt', description: 'A prompt without arguments.',
    get: () => [user(text('This is a simple prompt for testing.'))] },
  { name: 'test_prompt_with_arguments', description: 'A prompt with two arguments.',
    arguments: [argument('arg1', 'First test argument'), argument('arg2', 'Second test argument')],
    get: ({ arg1, arg2 }) => [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))] },
  { name: 'test_prompt_with_embedded_resource', description: 'A prompt that embeds a resource.',
    arguments: [argument('resourceUri', 'URI of the resource to embed')],
    get: ({ resourceUri }) => [user(embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.')),
      user(text('Please process the embedded resource above.'))] },
  { name: 'test_prompt_with_image', description: 'A prompt that holds an image.',
    get: () => [user(image), user(text('Please analyze the image above.'))] },
  { name: 'test_input_required_result_prompt', description: 'A prompt that asks the user first.',
    async get(_, host) {
      const { user_context } = await host.ask({
        user_context: elicit('What context should the prompt use?', form({ context: { type: 'string' } })) });
      return [user(text(`Use this context: ${user_context.content?.context}`))];
    } },
];
export const listedPrompts = prompts.map(({ get, ...listed }) => listed);

/** Values for completion/complete. */
export function completionsOf({ ref, argument: { name, value } }) {
  const known = ref.type === 'ref/prompt' && ref.name === 'test_prompt_with_arguments' && name === 'arg1';
  const values = known ? ['paris', 'park', 'party'].filter((city) => city.startsWith(value)) : [];
  return { completion: { values, total: values.length, hasMore: false } };
}
