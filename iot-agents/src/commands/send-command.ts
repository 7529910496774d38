import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { traceHeaders } from '@alzette/kit/tracing';
import { Agent, fetch } from 'undici';
import type { EffectiveConfig } from '../fiware/agent-config.ts';
import type { CommandResult } from '../fiware/command-text.ts';
import { readResults, ultraLightCommand } from '../fiware/command-text.ts';
import type { Publish } from '../frames/message-ports.ts';
import type { Command, CommandMessage } from './command.ts';

/**
 * The result of sending: published on MQTT; accepted by a gateway or network server that reports nothing more; or
 * answered by the device's own HTTP server.
 */
type Sent = 'published' | 'accepted' | 'delivered' | { readonly results: readonly CommandResult[] };

/** Sends an order to a lamp of a gateway; true if it is already finished. @throws RefusedError */
export type SendToLamp = (message: LampMessage, id: string) => Promise<{ readonly isDone: boolean }>;
export type LampMessage = Extract<CommandMessage, { readonly way: 'talq' | 'talqStrategy' }>;

/** Posts a downlink to the API of a connection's network server. @throws RefusedError */
export type PostDownlink = (connection: string, url: string, body: string) => Promise<void>;

/** The receiver refused; sending again would not help. */
export class RefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}

const TIMEOUT_MS = 10_000;
const EXCERPT = 1024;

/** @throws RefusedError; any other error may be temporary */
export async function sendCommand(
  { id, name, message }: Pick<Command, 'id' | 'name' | 'message'>,
  publish: Publish,
  toLamp: SendToLamp,
  post: PostDownlink,
): Promise<Sent> {
  switch (message.way) {
    case 'mqtt':
      await publish(message.topic, message.payload, { qos: message.qos, retain: message.retain });
      return 'published';
    case 'downlink':
      if (message.connection !== undefined) {
        await post(message.connection, message.topic, message.payload);
        return message.isLast === true && !message.awaitsUplink ? 'delivered' : 'published';
      }
      await publish(message.topic, message.payload, { qos: 1, retain: false });
      return 'published';
    case 'talq':
    case 'talqStrategy': {
      const until = 'until' in message ? message.until : undefined;
      if (until !== undefined && Date.parse(until) <= Date.now())
        throw new RefusedError(`it was only valid until ${until}`);
      const { isDone } = await toLamp(message, id);
      return isDone ? { results: [{ name, failed: false, info: null }] } : 'accepted';
    }
    case 'http':
      return { results: await push(message, { 'fiware-correlator': id }) };
    case 'poll':
      throw new RefusedError('the device polls for its commands');
  }
}

/** Sends the values that a device has requested, with their time, on its topic or to its endpoint. */
export async function sendConfiguration(
  config: EffectiveConfig,
  values: Readonly<Record<string, unknown>>,
  publish: Publish,
): Promise<void> {
  const { apikey, deviceId, protocol, endpoint, transport } = config;
  const dt = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const all = { ...values, dt };
  const body = protocol === 'json' ? JSON.stringify(all) : ultraLightCommand(deviceId, 'configuration', all);
  if (transport === 'HTTP' && endpoint !== undefined) {
    await push({ way: 'http', url: `${endpoint.replace(/\/$/, '')}/configuration/values`, body, protocol });
  } else {
    await publish(`/${apikey}/${deviceId}/configuration/values`, body, { qos: 1, retain: false });
  }
}

async function push(
  { url, body, protocol }: Extract<CommandMessage, { way: 'http' }>,
  named: Readonly<Record<string, string>> = {},
): Promise<CommandResult[]> {
  const target = URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol) || isLinkLocal(target.hostname)) {
    throw new RefusedError(`endpoint "${url}" is not a valid address for a device`);
  }
  const answer = await fetch(target, {
    method: 'POST',
    headers: { ...traceHeaders(), ...named, 'content-type': protocol === 'ul' ? 'text/plain' : 'application/json' },
    body,
    dispatcher: devices,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await answer.text();
  if (answer.status !== 200 && answer.status !== 201) {
    throw new RefusedError(`the device answered ${answer.status}: ${text.slice(0, EXCERPT)}`);
  }
  return readResults(protocol, text);
}

/** The address behind a name must be allowed too. */
const lookupDevice: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = (found as LookupAddress[] | undefined)?.filter(({ address }) => !isLinkLocal(address)) ?? [];
    const [first] = addresses;
    if (error !== null || first === undefined) {
      done(error ?? new Error(`${hostname} has no valid address for a device`), '', 0);
    } else if (options.all) done(null, addresses);
    else done(null, first.address, first.family);
  });
};

const devices = new Agent({ connect: { lookup: lookupDevice } });

/** Cloud metadata services have such addresses. */
function isLinkLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 4 ? host.startsWith('169.254.') : isIP(host) === 6 && /^fe[89ab]/i.test(host);
}
