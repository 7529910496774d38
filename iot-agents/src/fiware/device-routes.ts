import { media, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Counters } from '../frames/counters.ts';
import type { Receive } from '../frames/message-ports.ts';
import { LONGEST_BODY } from '../frames/message-ports.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { credentialsOf } from '../http/credentials.ts';
import { countRefusals } from '../http/error-answers.ts';
import type { EffectiveConfig } from './agent-config.ts';
import type { AgentDirectory } from './agent-directory.ts';
import { TOO_MANY } from './agent-directory.ts';
import { commandText } from './command-text.ts';
import { readMeasures } from './device-measures.ts';
import type { DeviceAddress, DeviceProtocol } from './device-message.ts';
import { requestTopic } from './device-message.ts';
import { MeasureError } from './measures.ts';

type DeviceRequest = FastifyRequest<{
  Params: { id?: string };
  Querystring: { k?: string; i?: string; d?: string; t?: string; getCmd?: string };
}>;

/** Commands for polling devices, and their results. */
interface DeviceCommands {
  takeResults(
    config: EffectiveConfig,
    message: { readonly body: Uint8Array; readonly commandId: string | undefined },
  ): Promise<string[]>;
  takePolled(config: EffectiveConfig): Promise<{ name: string; value: unknown }[]>;
}

interface DeviceRoutesOptions {
  readonly receive: Receive;
  readonly directory: AgentDirectory;
  readonly commands: DeviceCommands;
  readonly access: {
    /** Whether these secrets permit measures of this device by HTTP. */
    admitsRequest(apikey: string, device: string, secrets: readonly string[]): boolean;
  };
  readonly counters: Pick<Counters, 'refused'>;
}

/** FIWARE's south port: `/json` (IoTA-JSON) and `/d` (UltraLight 2.0). Answers 200 when the measures are committed. */
export async function deviceRoutes(app: FastifyInstance, options: DeviceRoutesOptions): Promise<void> {
  await app.register(async (scope) => {
    countRefusals(scope, options.counters, { UNAUTHORIZED: 'credential', DEVICE_GROUP_NOT_FOUND: 'key' });
    // Devices send all kinds of content types; the protocol determines the format.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LONGEST_BODY }, (_request, body, done) => {
      done(null, body);
    });
    const measure =
      (protocol: DeviceProtocol, types: RegExp) => async (request: DeviceRequest, reply: FastifyReply) => {
        if (request.method === 'POST') requireType(request, types);
        const address = addressOf(request, protocol, 'attrs');
        const config = await deviceOf(options, request, address);
        const body = bodyOf(request, address);
        const asks = request.query.getCmd === '1';
        if (body.length > 0) await takeMeasures(options, address, config, body);
        else if (!asks) throw missing(['d']);
        return answer(options.commands, reply, config, asks);
      };
    scope.get(
      '/d',
      operation({
        access: 'nothing',
        summary: 'Receives measures of a device, as UltraLight 2.0 in the parameter `d`',
        answers: ANSWERED,
      }),
      measure('ul', /./),
    );
    scope.post(
      '/d',
      operation({ access: 'nothing', summary: 'Receives measures of a device, as UltraLight 2.0', answers: ANSWERED }),
      measure('ul', /^text\/plain\b/),
    );
    scope.get(
      '/json',
      operation({
        access: 'nothing',
        summary: 'Receives measures of a device, as JSON in the parameter `d`',
        answers: ANSWERED,
      }),
      measure('json', /./),
    );
    scope.post(
      '/json',
      operation({ access: 'nothing', summary: 'Receives measures of a device, as JSON', answers: ANSWERED }),
      measure('json', /^application\/json\b/),
    );
    scope.post(
      '/json/attrs/:id',
      operation({ access: 'nothing', summary: 'Receives one measure of a device', answers: ANSWERED }),
      measure('json', ONE_ATTRIBUTE),
    );
    // The answer is sent to the device's endpoint or on its topic.
    const configure = (protocol: DeviceProtocol) => async (request: DeviceRequest, reply: FastifyReply) => {
      const address = addressOf(request, protocol, 'configuration');
      await deviceOf(options, request, address);
      await options.receive(requestTopic(address), bodyOf(request, address));
      return protocol === 'json' ? reply.send({}) : reply.type('text/plain').send('');
    };
    const asks = operation({
      access: 'nothing',
      summary: 'Receives a device’s request for its configuration',
      answers: ANSWERED,
    });
    scope.post('/json/configuration/commands', asks, configure('json'));
    scope.post('/d/configuration/commands', asks, configure('ul'));
    scope.post(
      '/json/commands',
      operation({ access: 'nothing', summary: 'Receives the result of a command from a device', answers: ANSWERED }),
      async (request: DeviceRequest, reply) => {
        requireType(request, /^application\/json\b/);
        const address = addressOf(request, 'json', 'cmdexe');
        const config = await deviceOf(options, request, address);
        const commandId = request.headers['fiware-correlator']?.toString();
        await options.commands.takeResults(config, { body: bodyOf(request, address), commandId });
        return reply.send({});
      },
    );
  });
}

/** Commands for the device in its protocol, if it polls. */
const ANSWERED = { 200: media('application/json', 'text/plain') };
const ONE_ATTRIBUTE = /^(application\/(json|octet-stream|soap\+xml)|text\/plain)\b/;

async function takeMeasures(
  { receive }: DeviceRoutesOptions,
  address: DeviceAddress,
  config: EffectiveConfig,
  body: Buffer,
): Promise<void> {
  // The key and the device are known to exist.
  await receive(requestTopic(address), body);
  // A sleeping device will not ask again, so syntax errors are reported at once; the message is stored as evidence
  // anyway.
  checkSyntax(address, config.protocol, body);
}

function checkSyntax(address: DeviceAddress, protocol: DeviceProtocol, body: Buffer): void {
  try {
    readMeasures(address, protocol, body);
  } catch (cause) {
    if (!(cause instanceof MeasureError)) throw cause;
    const kind = protocol === 'ul' ? 'Ultralight' : 'JSON';
    throw new RegistryError('PARSE_ERROR', `There was a syntax error in the ${kind} request: ${cause.message}`);
  }
}

/** @throws RegistryError UNSUPPORTED_TYPE */
function requireType({ headers }: DeviceRequest, types: RegExp): void {
  const type = headers['content-type'];
  if (type !== undefined && !types.test(type)) {
    throw new RegistryError('UNSUPPORTED_TYPE', `Unsupported content type in the request: ${type}`);
  }
}

function missing(names: readonly string[]): RegistryError {
  const message = `Some of the mandatory params weren't found in the request: ${JSON.stringify(names)}`;
  return new RegistryError('MANDATORY_PARAMS_NOT_FOUND', message);
}

/** Characters that are not allowed in a topic level, where they would address another device or none. */
const NO_LEVEL = /[/+#\p{Cc}]/u;

/**
 * The device of a request. Parsed once: access is checked with it, and the message is stored under it.
 *
 * @throws RegistryError MANDATORY_PARAMS_NOT_FOUND, WRONG_SYNTAX
 */
function addressOf(
  { query, params }: DeviceRequest,
  protocol: DeviceProtocol,
  channel: DeviceAddress['channel'],
): DeviceAddress {
  const { k, i, t } = query;
  if (!k || !i) throw missing([...(k ? [] : ['k']), ...(i ? [] : ['i'])]);
  for (const [name, value] of Object.entries({ k, i, t })) {
    if (value === undefined || (typeof value === 'string' && (name === 't' || !NO_LEVEL.test(value)))) continue;
    const message = `${name} is ${JSON.stringify(value)}, expected a text given once, without /, + and #`;
    throw new RegistryError('WRONG_SYNTAX', message);
  }
  const objectId = params.id;
  return {
    protocol,
    apikey: k,
    deviceId: i,
    channel,
    ...(objectId === undefined ? {} : { objectId }),
    ...(t === undefined ? {} : { time: t }),
  };
}

/** @throws RegistryError UNAUTHORIZED, DEVICE_GROUP_NOT_FOUND, DEVICE_NOT_FOUND */
async function deviceOf(
  { directory, access }: DeviceRoutesOptions,
  request: DeviceRequest,
  { apikey, deviceId, protocol }: DeviceAddress,
): Promise<EffectiveConfig> {
  if (!access.admitsRequest(apikey, deviceId, credentialsOf(request))) {
    throw new RegistryError('UNAUTHORIZED', 'the device has a secret, and it was not given');
  }
  const found = await directory.resolve(apikey, deviceId, protocol, { autoprovision: true });
  if ('config' in found) return found.config;
  if (found.unknown === 'device')
    throw new RegistryError('DEVICE_NOT_FOUND', `No device was found with id:${deviceId}`);
  if (found.unknown === 'rate') throw new RegistryError('TOO_MANY_DEVICES', TOO_MANY);
  if (found.unknown === 'configuration') throw new RegistryError('WRONG_SYNTAX', found.message);
  throw new RegistryError('DEVICE_GROUP_NOT_FOUND', "Couldn't find device group for the apikey of the request");
}

/** The measures, from the body or from `d`; bytes that are not text as a JSON string of hex digits. */
function bodyOf({ body, query, headers }: DeviceRequest, { objectId }: DeviceAddress): Buffer {
  const given = Buffer.isBuffer(body) ? body : Buffer.from(String(query.d ?? ''));
  if (objectId === undefined || given.length === 0) return given;
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/octet-stream')) return Buffer.from(JSON.stringify(given.toString('hex')));
  if (type.startsWith('application/soap+xml')) return Buffer.from(JSON.stringify(given.toString()));
  if (type.startsWith('text/plain')) return Buffer.from(JSON.stringify(plainValue(given.toString())));
  return given;
}

function plainValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function answer(
  commands: DeviceCommands,
  reply: FastifyReply,
  config: EffectiveConfig,
  asks: boolean,
): Promise<FastifyReply> {
  const waiting = asks ? await commands.takePolled(config) : [];
  if (config.protocol === 'json') return reply.type('application/json').send(commandText(config, waiting));
  return reply.type('text/plain').send(commandText(config, waiting));
}
