import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { type BrokerOptions, createBroker } from '../../src/main.ts';
import { QUICK } from '../subscriptions/notifying-broker.ts';
import { freshTenant } from '../support/index.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined: no body. */
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is what the tests look at
  readonly body: any;
}

/** A listening broker, called over HTTP in its own tenant unless headers say otherwise. */
export interface Member {
  readonly url: string;
  readonly tenant: string;
  ask(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Registers a source, with defaults for mandatory members; resolves to its id. */
  register(registration: Record<string, unknown>): Promise<string>;
  /** The members of a registration that refer to it. */
  readonly source: { readonly endpoint: string; readonly tenant: string };
  close(): Promise<void>;
}

let members = 0;

/** Starts a broker on its own address in 127.0.0.0/8. */
export async function startMember(t: TestContext, db: Database, options: Partial<BrokerOptions> = {}): Promise<Member> {
  const host = `127.0.${1 + (process.pid % 200)}.${1 + (++members % 250)}`;
  const tenant = freshTenant();
  const port = 20_000 + (process.pid % 30_000); // unique by its address
  const url = `http://${host}:${port}`;
  const broker = await createBroker({
    db,
    publicUrl: url,
    offline: true,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    instance: `test-${Math.random()}`,
    delivery: QUICK,
    // Long, because a loaded machine is slow; only sources that a test delays may time out.
    sourceTimeoutMs: 60_000,
    ...options,
  });
  await broker.app.listen({ host, port });
  const close = once(() => broker.close());
  t.after(close);
  return { url, tenant, source: { endpoint: url, tenant }, close, ...client(url, tenant) };
}

/** Test functions for a broker, wherever it runs. */
export function client(url: string, tenant: string): Pick<Member, 'ask' | 'register'> {
  const ask: Member['ask'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/ngsi-ld/v1${path}`, {
      method,
      headers: {
        ...(tenant !== '' && { 'ngsild-tenant': tenant }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    ask,
    async register(registration) {
      const whole = {
        type: 'ContextSourceRegistration',
        information: [{ entities: [{ type: 'Lamp' }] }],
        ...registration,
      };
      const { status, headers, body } = await ask('POST', '/csourceRegistrations', whole);
      if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
      return decodeURIComponent(String(headers.get('location')).split('/').at(-1) ?? '');
    },
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
