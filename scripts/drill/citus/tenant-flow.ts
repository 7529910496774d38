import { setTimeout as pause } from 'node:timers/promises';

/** Requests of one tenant and their answers. */
export interface TenantFlow {
  readonly tenant: string;
  /** Numbers of requests by status; 0: no answer. */
  readonly answers: ReadonlyMap<number, number>;
  /** When the last request was acknowledged, by `performance.now()`. */
  readonly lastSuccess: number;
  /** The longest time until an answer, in ms. */
  readonly slowest: number;
  stop(): Promise<void>;
  /** Describes the entities that are missing, or have a lower value than the last acknowledged one. */
  lost(): Promise<string[]>;
}

const NO_ANSWER_MS = 60_000;
const TYPE = 'Counter';

export const counterId = (n: number) => `urn:ngsi-ld:${TYPE}:${n}`;
export const counter = (n: number) => ({ id: counterId(n), type: TYPE, n: { type: 'Property', value: 0 } });

/** Sends a request for a tenant. Never throws; status 0: no answer. */
export async function ask(
  url: string,
  tenant: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(`${url}/ngsi-ld/v1${path}`, {
      method,
      headers: { 'ngsild-tenant': tenant, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(NO_ANSWER_MS),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

/**
 * Increments and reads entities of a tenant, one after the other, until it is stopped.
 *
 * @param first the number of the first of these entities
 * @param creates whether it also creates an entity each time
 */
export function startTenantFlow(
  url: string,
  tenant: string,
  entities: number,
  pauseMs: number,
  { first = 0, creates = false } = {},
): TenantFlow {
  const answers = new Map<number, number>();
  const acknowledged = new Map<string, number>();
  let isOver = false;
  let lastSuccess = performance.now();
  let slowest = 0;
  async function timed(method: string, path: string, body?: unknown): Promise<boolean> {
    const begun = performance.now();
    const { status } = await ask(url, tenant, method, path, body);
    const now = performance.now();
    slowest = Math.max(slowest, now - begun);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    const isDone = status >= 200 && status < 300;
    if (isDone) lastSuccess = now;
    return isDone;
  }
  async function create(id: string): Promise<void> {
    if (await timed('POST', '/entities', { ...counter(0), id })) acknowledged.set(id, 0);
  }
  const running = (async () => {
    for (let value = 1; !isOver; value++) {
      const id = counterId(first + (value % entities));
      const isDone = await timed('PATCH', `/entities/${id}/attrs/n`, { type: 'Property', value });
      if (isDone) acknowledged.set(id, value);
      await timed('GET', `/entities/${id}`);
      if (creates) await create(`${id}:${value}`);
      await pause(pauseMs);
    }
  })();
  return {
    tenant,
    answers,
    get lastSuccess() {
      return lastSuccess;
    },
    get slowest() {
      return slowest;
    },
    async stop() {
      isOver = true;
      await running;
    },
    async lost() {
      const lost: string[] = [];
      for (const [id, value] of acknowledged) {
        const { status, text } = await ask(url, tenant, 'GET', `/entities/${id}`);
        const stored = status === 200 ? (JSON.parse(text) as { n: { value: number } }).n.value : -1;
        if (stored < value) lost.push(`${tenant} ${id}: stored ${stored}, acknowledged ${value}`);
      }
      return lost;
    },
  };
}

/** For example `200: 12, 503: 1`. */
export function countsByStatus(answers: ReadonlyMap<number, number>): string {
  return [...answers].map(([status, times]) => `${status || 'none'}: ${times}`).join(', ');
}
