import { namedCache } from '@alzette/kit/caches';
import type { Context } from '../../context/contexts.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { RegistrationIndex } from '../registrations/index/registration-index.ts';
import type { RegistrationMatch, RegistrationQuery } from '../registrations/match-registration.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import type { Registration } from '../registrations/registration.ts';
import type { Origin, SourceWarning } from './origin.ts';
import type { MakeCall, SourceAnswer, SourceReply } from './source-call.ts';
import type { SourceClient } from './source-client.ts';

/** Sources that are queried in parallel for one request. */
const MAX_PARALLEL = 64;

const ORDERS_BYTES = 4 * 1024 * 1024;

/** A request that has passed through more brokers is not forwarded. */
const MAX_HOPS = 20;

/** The context sources of a broker: finds those that a request concerns, and sends requests to them. */
export class Federation {
  readonly #index: RegistrationIndex;
  readonly #client: SourceClient;
  readonly #aliasOf: (tenant: string) => string;
  /** Endpoints that declared in their last answer that results are ordered by id. */
  readonly #inOrder = namedCache<true>('ordered_sources', ORDERS_BYTES, 'broker');

  constructor(index: RegistrationIndex, client: SourceClient, aliasOf: (tenant: string) => string) {
    this.#index = index;
    this.#client = client;
    this.#aliasOf = aliasOf;
  }

  /**
   * Whether any source may take part in one of the operations. For a tenant without sources this check is the only cost
   * of federation.
   */
  concerns(tenant: string, operations: readonly OperationName[]): boolean {
    if (this.#index.isEmpty(tenant)) return false;
    return operations.some((operation) => this.#index.mayConcern(tenant, operation));
  }

  /** Whether the tenant has sources that alone hold their data. */
  hasProxied(tenant: string): boolean {
    return this.#index.hasProxied(tenant);
  }

  /** The name of this broker in the `Via` header. */
  aliasOf(tenant: string): string {
    return this.#aliasOf(tenant);
  }

  /**
   * @throws NgsiLdError LoopDetected: the request has already passed through this broker, or through too many brokers
   * (4.3.6.4)
   */
  checkLoop({ tenant, via }: Pick<Origin, 'tenant' | 'via'>): void {
    if (via.aliases.has(this.#aliasOf(tenant))) {
      throw new NgsiLdError('LoopDetected', `Via: got ${via.text}, which already contains this broker`);
    }
    if (via.aliases.size > MAX_HOPS) {
      throw new NgsiLdError('LoopDetected', `Via: got ${via.aliases.size} hops, expected at most ${MAX_HOPS}`);
    }
  }

  /** The sources that a request concerns, except those it has passed through. */
  search(origin: Pick<Origin, 'tenant' | 'via'>, query: RegistrationQuery): RegistrationMatch[] {
    return this.#index.search(origin.tenant, { ...query, via: origin.via.aliases });
  }

  registration(tenant: string, id: string): Registration | undefined {
    return this.#index.get(tenant, id);
  }

  /**
   * Sends a request. Warnings about the answer, from the source or about its age, are added to those of the request
   * (6.3.17).
   */
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

  /**
   * Whether a source is known to answer queries in id order, so that reading one page of it is enough for one page of
   * the result.
   */
  keepsOrder({ endpoint }: Registration): boolean {
    return this.#inOrder.get(endpoint) !== undefined;
  }

  noteOrder({ endpoint }: Registration, isInOrder: boolean): void {
    if (isInOrder === (this.#inOrder.get(endpoint) !== undefined)) return;
    if (isInOrder) this.#inOrder.set(endpoint, true, 0);
    else this.#inOrder.delete(endpoint);
  }

  namesFor(registration: Registration, origin: Origin): Promise<Context> {
    return this.#client.namesFor(registration, origin);
  }

  contextOf(value: unknown): Promise<Context> {
    return this.#client.contextOf(value);
  }
}

/** Runs a function for all items with limited parallelism. The results are in the order of the items. */
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

/** The first of these operations that the source is registered for. */
export function supported({ operations }: Registration, choices: readonly OperationName[]): OperationName | undefined {
  return choices.find((operation) => operations.has(operation));
}

/** The name of a source in messages. */
export function sourceName({ id, endpoint }: Registration): string {
  return `source ${endpoint} (${id})`;
}

/** The warning that an answer comes from the cache (6.3.17). */
function staleWarning(
  registration: Registration,
  { ageMs, failure }: NonNullable<SourceAnswer['stale']>,
): SourceWarning {
  const seconds = Math.ceil(ageMs / 1000);
  const why = failure === undefined ? '' : `, because it currently fails: ${failure}`;
  return { code: 110, text: `${sourceName(registration)}: answer of ${seconds} s ago${why}` };
}

const WARNING = /(110|111|199|299)\s+(\S+)\s+"((?:[^"\\]|\\.)*)"/g;

/** The warnings in an answer of a source, about sources of its own. */
function parseWarnings(header: string): SourceWarning[] {
  return [...header.matchAll(WARNING)].map(([, code, agent, text = '']) => ({
    code: Number(code) as SourceWarning['code'], // matched by the expression
    ...(agent !== undefined && { agent }),
    text: text.replace(/\\(.)/g, '$1'),
  }));
}

/** The warning for a client about a source without a usable answer (6.3.17); undefined: no warning is needed. */
export function warningOf(registration: Registration, reply: SourceReply): SourceWarning | undefined {
  const source = sourceName(registration);
  if (reply.kind === 'silence') return { code: 199, text: `${source}: ${reply.reason}` };
  if (reply.status === 508) return { code: 199, text: `${source}: it leads back to this broker, a loop` };
  if (reply.status >= 200 && reply.status < 300) return undefined;
  if (reply.status === 404) return undefined;
  return { code: 299, text: `${source}: it answered with status ${reply.status}` };
}

export function unreadableWarning(registration: Registration, reason: string): SourceWarning {
  return { code: 111, text: `${sourceName(registration)}: ${reason}` };
}
