import type { Context } from '../../context/contexts.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { RegistrationIndex } from '../registrations/index/registration-index.ts';
import type { RegistrationMatch, RegistrationQuery } from '../registrations/match-registration.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import type { Registration } from '../registrations/registration.ts';
import type { Origin, SourceWarning } from './origin.ts';
import type { MakeCall, SourceAnswer, SourceReply } from './source-call.ts';
import type { SourceClient } from './source-client.ts';

/** Sources asked at the same time for one request. */
const MAX_PARALLEL = 64;

/** Sources whose order is remembered. */
const MOST_ORDERS = 10_000;

/** A request that has passed through more brokers than this goes no further. */
const MAX_HOPS = 20;

/** The context sources of a broker: which of them a request concerns, and what they say to it. */
export class Federation {
  readonly #index: RegistrationIndex;
  readonly #client: SourceClient;
  readonly #aliasOf: (tenant: string) => string;
  /** Endpoints that have last answered in the order of ids, and have said so. */
  readonly #inOrder = new Set<string>();

  constructor(index: RegistrationIndex, client: SourceClient, aliasOf: (tenant: string) => string) {
    this.#index = index;
    this.#client = client;
    this.#aliasOf = aliasOf;
  }

  /** Whether some source may have a part in one of the operations: what a tenant without sources pays for all this. */
  concerns(tenant: string, operations: readonly OperationName[]): boolean {
    if (this.#index.isEmpty(tenant)) return false;
    return operations.some((operation) => this.#index.mayConcern(tenant, operation));
  }

  /** What this broker calls itself in `Via`. */
  aliasOf(tenant: string): string {
    return this.#aliasOf(tenant);
  }

  /** @throws NgsiLdError LoopDetected: the request has been here before, or has come too far (4.3.6.4) */
  checkLoop({ tenant, via }: Pick<Origin, 'tenant' | 'via'>): void {
    if (via.aliases.has(this.#aliasOf(tenant))) {
      throw new NgsiLdError('LoopDetected', `Via: got ${via.text}, in which this broker stands already`);
    }
    if (via.aliases.size > MAX_HOPS) {
      throw new NgsiLdError('LoopDetected', `Via: got ${via.aliases.size} hops, expected at most ${MAX_HOPS}`);
    }
  }

  /** The sources that a request concerns, without those it came through. */
  search(origin: Origin, query: RegistrationQuery): RegistrationMatch[] {
    return this.#index.search(origin.tenant, { ...query, via: origin.via.aliases });
  }

  registration(tenant: string, id: string): Registration | undefined {
    return this.#index.get(tenant, id);
  }

  /** Sends a request; what is to be told of its answer, by the source or of its age, is among the warnings (6.3.17). */
  async send(registration: Registration, origin: Origin, make: MakeCall, deadline?: number): Promise<SourceReply> {
    const reply = await this.#client.send(registration, origin, make, deadline);
    if (reply.kind === 'silence') return reply;
    const header = reply.headers['ngsild-warning'];
    if (header !== undefined) origin.warnings.push(...parseWarnings([header].flat().join(', ')));
    if (reply.stale !== undefined) origin.warnings.push(staleWarning(registration, reply.stale));
    return reply;
  }

  deadline(registration: Registration): number {
    return this.#client.deadline(registration);
  }

  /** Whether a source is known to answer queries in the order of ids, so that a page of it is enough for a page of all. */
  keepsOrder({ endpoint }: Registration): boolean {
    return this.#inOrder.has(endpoint);
  }

  noteOrder({ endpoint }: Registration, isInOrder: boolean): void {
    if (isInOrder === this.#inOrder.has(endpoint)) return;
    if (this.#inOrder.size >= MOST_ORDERS) this.#inOrder.clear();
    if (isInOrder) this.#inOrder.add(endpoint);
    else this.#inOrder.delete(endpoint);
  }

  namesFor(registration: Registration, origin: Origin): Promise<Context> {
    return this.#client.namesFor(registration, origin);
  }

  contextOf(value: unknown): Promise<Context> {
    return this.#client.contextOf(value);
  }
}

/** Does something for each at the same time, though for not too many at once; the results stand in their order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  most = MAX_PARALLEL,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

/** The operation that a source can be asked by: the first of these that it is registered for. */
export function supported({ operations }: Registration, choices: readonly OperationName[]): OperationName | undefined {
  return choices.find((operation) => operations.has(operation));
}

/** Which source a message speaks of. */
export function sourceName({ id, endpoint }: Registration): string {
  return `source ${endpoint} (${id})`;
}

/** What an answer used again is told with (6.3.17). */
function staleWarning(
  registration: Registration,
  { ageMs, failure }: NonNullable<SourceAnswer['stale']>,
): SourceWarning {
  const seconds = Math.ceil(ageMs / 1000);
  const why = failure === undefined ? '' : `, for now it fails: ${failure}`;
  return { code: 110, text: `${sourceName(registration)}: what it answered ${seconds} s ago${why}` };
}

const WARNING = /(110|111|199|299)\s+(\S+)\s+"((?:[^"\\]|\\.)*)"/g;

/** The warnings that a source gives itself, as of those it asked. */
function parseWarnings(header: string): SourceWarning[] {
  return [...header.matchAll(WARNING)].map(([, code, agent, text = '']) => ({
    code: Number(code) as SourceWarning['code'], // as the expression has it
    ...(agent !== undefined && { agent }),
    text: text.replace(/\\(.)/g, '$1'),
  }));
}

/** What a client is told of a reply that gave nothing (6.3.17); undefined: there is nothing to tell. */
export function warningOf(registration: Registration, reply: SourceReply): SourceWarning | undefined {
  const source = sourceName(registration);
  if (reply.kind === 'silence') return { code: 199, text: `${source}: ${reply.reason}` };
  if (reply.status === 508) return { code: 199, text: `${source}: it leads back here, a loop` };
  if (reply.status >= 200 && reply.status < 300) return undefined;
  if (reply.status === 404) return undefined;
  return { code: 299, text: `${source}: it answered with status ${reply.status}` };
}

export function unreadableWarning(registration: Registration, reason: string): SourceWarning {
  return { code: 111, text: `${sourceName(registration)}: ${reason}` };
}
