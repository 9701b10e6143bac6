// The tools of both independent conformance fixtures. Each is written once, against a `host`, which
// its SDK's fixture provides for every call:
//   ask({key: question})   answers by key; v1 sends requests and waits, v2 has the tool run again
//   progress(value, total), log(data), changed('tools' | 'prompts'), updated(uri), releaseStream()
//   signal                 fires when the call is withdrawn
//   declares(capability)   what the client said that it can be asked
import { existsSync, writeFileSync } from 'node:fs';
import {
  audio, elicit, embedded, form, image, listRoots, sample, text,
} from './fixture_content.mjs';

const pause = (milliseconds = 50) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const string = (description) => ({ type: 'string', description });
const none = { type: 'object', properties: {} };

/** A tool that answers with this content, or with what this function says. */
const tool = (name, description, run, inputSchema = none) =>
  ({ name, description, inputSchema, run: typeof run === 'function' ? run : () => run });
const said = ({ action, content }) => `action=${action}, content=${JSON.stringify(content ?? {})}`;
const rootsOf = ({ roots }) => roots.map(({ uri }) => uri).join(', ');
const textOf = ({ content }) => [content].flat().filter(({ type }) => type === 'text').map((block) => block.text).join(' ');

const contentTools = [
  tool('test_simple_text', 'Answers with text.', 'This is a simple text response for testing.'),
  tool('test_image_content', 'Answers with an image.', [image]),
  tool('test_audio_content', 'Answers with audio.', [audio]),
  tool('test_embedded_resource', 'Answers with an embedded resource.',
    [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')]),
  tool('test_multiple_content_types', 'Answers with text, an image and a resource.',
    [text('Multiple content types test:'), image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}')]),
  tool('test_error_handling', 'Always fails.',
    () => { throw new Error('This tool intentionally returns an error for testing'); }),
  tool('json_schema_2020_12_tool', 'Has an input schema with the keywords of JSON Schema 2020-12.',
    (args) => `Validated: ${JSON.stringify(args)}`, {
      $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object',
      $defs: { address: { $anchor: 'addressDef', type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } } } },
      properties: {
        name: { type: 'string' }, address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' }, email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      then: { required: ['phone'] }, else: { required: ['email'] }, additionalProperties: false,
    }),
  tool('test_x_mcp_header', 'Asks clients to repeat `region` in a header.',
    ({ region }) => `Routed to ${region ?? 'no region in particular'}`, {
      type: 'object',
      properties: { region: { ...string('Region to route to'), 'x-mcp-header': 'Region' }, level: { type: 'integer' } },
    }),
];

const pacedTools = [
  tool('test_tool_with_progress', 'Reports progress three times.', async (_, host) => {
    for (const value of [0, 50, 100]) {
      if (value) await pause();
      await host.progress(value, 100);
    }
    return 'Progress was reported three times.';
  }),
  tool('test_tool_with_logging', 'Sends three log messages while it works.', async (_, host) => {
    for (const [i, step] of ['execution started', 'processing data', 'execution completed'].entries()) {
      if (i) await pause();
      await host.log(`Tool ${step}`);
    }
    return 'Three log messages were sent.';
  }),
  tool('test_logging_tool', 'Sends a log message if the request asks for it.', async (_, host) => {
    await host.log('Only for clients that asked for log messages');
    return 'Logged.';
  }),
  tool('test_reconnection', 'Ends its stream early, so that the client comes back for the answer.', async (_, host) => {
    host.releaseStream();
    await pause(1500); // longer than the second after which script/conformance has Rampart end a quiet stream
    return 'The stream was closed early; this answer was fetched after reconnecting.';
  }),
  tool('test_trigger_tool_change', 'Says that the list of tools changed.', async (_, host) => {
    await host.changed('tools');
    return 'Clients that listen for changes of the tools were told.';
  }),
  tool('test_trigger_prompt_change', 'Says that the list of prompts changed.', async (_, host) => {
    await host.changed('prompts');
    return 'Clients that listen for changes of the prompts were told.';
  }),
];

// What the suite does not ask for, and docs/bridge.md does.
const bridgeTools = [
  tool('test_trigger_resource_update', 'Says that the watched resource changed.', async (_, host) => {
    await host.updated('test://watched-resource');
    return 'Clients that watch the resource were told.';
  }),
  tool('test_progress_in_step', 'Goes on when the client, on the same machine, has seen the progress.', async ({ file }, host) => {
    for (const value of [1, 2, 3]) {
      await host.progress(value, 3);
      while (!existsSync(`${file}.${value}`)) await pause();
    }
    return 'Every step was seen.';
  }, form({ file: string('What the client writes, with a number behind, when it has seen that') })),
  tool('test_wait', 'Reports progress and waits until it is withdrawn, which it writes into a file.', async ({ file }, host) => {
    await host.progress(1, 2);
    if (!host.signal.aborted) await new Promise((resolve) => { host.signal.addEventListener('abort', resolve); });
    writeFileSync(file, 'withdrawn');
    return 'Waited.';
  }, form({ file: string('Where to write it') })),
];

const titled = (ordinals, noun) =>
  ordinals.map((ordinal, i) => ({ const: `value${i + 1}`, title: `${ordinal} ${noun}` }));
const ordinals = ['First', 'Second', 'Third'];
const options = ['option1', 'option2', 'option3'];

const account = form({ username: string('Your user name'), email: string('Your e-mail address') });
const profile = {
  type: 'object',
  properties: {
    name: { ...string('User name'), default: 'John Doe' },
    age: { type: 'integer', description: 'User age', default: 30 },
    score: { type: 'number', description: 'User score', default: 95.5 },
    status: { ...string('Account status'), enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', description: 'Verification status', default: true },
  },
  required: [],
};
const choices = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: options },
    titledSingle: { type: 'string', oneOf: titled(ordinals, 'Option') },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
    titledMulti: { type: 'array', items: { anyOf: titled(ordinals, 'Choice') } },
  },
};

/** Asks one thing under this key. */
const asks = (name, description, key, questionOf, answer, inputSchema) =>
  tool(name, description, async (args, host) => answer((await host.ask({ [key]: questionOf(args) }))[key]), inputSchema);

const nameQuestion = () => elicit('What is your name?', form({ name: string('Your name') }));
const confirmQuestion = () => elicit('Please confirm.', form({ ok: { type: 'boolean', description: 'Go on?' } }));
const greet = ({ content }) => `Hello, ${content?.name}!`;

const askingTools = [
  asks('test_sampling', "Asks the client's model.", 'reply', ({ prompt }) => sample(prompt, 100),
    (reply) => `LLM response: ${textOf(reply)}`, form({ prompt: string("What to ask the client's model") })),
  asks('test_elicitation', 'Asks the user for an account.', 'account', ({ message }) => elicit(message, account),
    (reply) => `User response: ${said(reply)}`, form({ message: string('What to ask the user') })),
  asks('test_elicitation_sep1034_defaults', 'Asks with a form whose fields have defaults.', 'profile',
    () => elicit('Please review your profile.', profile), (reply) => `Elicitation completed: ${said(reply)}`),
  asks('test_elicitation_sep1330_enums', 'Asks with a form that has every kind of choice.', 'choices',
    () => elicit('Please choose.', choices), (reply) => `Elicitation completed: ${said(reply)}`),
  asks('test_missing_capability', 'Needs a client that lets servers ask its model.', 'question',
    () => sample('Say hello.', 10), textOf),
  asks('test_streaming_elicitation', 'Asks the user within the answer, never by a request.', 'user_name', nameQuestion, greet),
  asks('test_input_required_result_elicitation', 'Asks for a name.', 'user_name', nameQuestion, greet),
  asks('test_input_required_result_sampling', "Asks the client's model.", 'capital_question',
    () => sample('What is the capital of France?', 100), (reply) => `The model says: ${textOf(reply)}`),
  asks('test_input_required_result_list_roots', "Asks for the client's roots.", 'client_roots', listRoots,
    (reply) => `The client's roots: ${rootsOf(reply)}`),
  asks('test_input_required_result_request_state', 'Goes on only with its own state.', 'confirm', confirmQuestion,
    ({ content }) => `state-ok: ${content?.ok ? '' : 'not '}confirmed`),
  asks('test_input_required_result_tampered_state', 'Refuses a state it did not give.', 'confirm', confirmQuestion,
    () => 'The state was ours.'),
  tool('test_input_required_result_multiple_inputs', 'Asks three things at once.', async (_, host) => {
    const { user_name, greeting, client_roots } = await host.ask({
      user_name: nameQuestion(), greeting: sample('Generate a greeting', 50), client_roots: listRoots() });
    return `${textOf(greeting)} ${user_name.content?.name}, you work in ${rootsOf(client_roots)}`;
  }),
  tool('test_input_required_result_multi_round', 'Asks two things, one after the other.', async (_, host) => {
    const { step1 } = await host.ask({ step1: nameQuestion() });
    const { step2 } = await host.ask({
      step2: elicit('What is your favorite color?', form({ color: string('Your favourite colour') })) });
    return `${step1.content?.name} likes ${step2.content?.color}.`;
  }),
  tool('test_input_required_result_capabilities', 'Asks only what the client declared.', async (_, host) => {
    const questions = {
      ...(host.declares('elicitation') && { user_name: nameQuestion() }),
      ...(host.declares('sampling') && { greeting: sample('Generate a greeting', 50) }),
      ...(host.declares('roots') && { client_roots: listRoots() }),
    };
    const answers = Object.keys(questions).length ? await host.ask(questions) : {};
    return `Answered: ${Object.keys(answers).join(', ') || 'nothing'}`;
  }),
];

// The first one takes no arguments: the suite calls whatever is listed first.
export const tools = [...contentTools, ...pacedTools, ...askingTools, ...bridgeTools];
export const contentOf = (answer) => (typeof answer === 'string' ? [text(answer)] : answer);
export const failed = (error) => ({ content: [text(String(error.message ?? error))], isError: true });
