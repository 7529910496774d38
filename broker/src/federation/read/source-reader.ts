import type { Context } from '../../context/contexts.ts';
import type { Entity } from '../../model/entity.ts';
import { isJsonObject } from '../../model/values.ts';
import { hasIdOrder } from '../../query/order/id-order.ts';
import { type Federation, sourceName } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import type { SourceAnswer, SourceReply } from '../calls/source-call.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import type { PagedCall } from './read-calls.ts';

/** Most that is asked for at once. */
const PAGE = 1000;
/** Of one source for one request; what it has beyond is left out, with a warning. */
const MOST_ENTITIES = 10_000;

/** A document that a source answered with, not looked at yet. */
export interface Received {
  readonly document: unknown;
  /** In which its names are, unless it brought a @context along. */
  readonly names: Context;
}

/** What a reader does with answers. */
export interface SourceReading {
  /** The documents of an answer. */
  documents(reply: SourceReply): readonly Received[];
  /** Undefined: it is no entity, or none of those that are asked for. */
  entity(received: Received): Promise<Entity | undefined>;
}

/**
 * What a source has of a query: asked for no further than is needed where the source keeps the order of ids, and of what
 * it answered with no more looked at than is needed, which of a page of many is little.
 */
export class SourceReader {
  readonly match: RegistrationMatch;
  readonly #federation: Federation;
  readonly #origin: Origin;
  readonly #call: PagedCall;
  /** Milliseconds since 1970. */
  readonly #deadline: number;
  readonly #reading: SourceReading;
  /** By id; those without one by none. */
  readonly #received = new Map<string, Received[]>();
  readonly #entities = new Map<string, readonly Entity[]>();
  /** Entities that the source has answered with, wanted or not. */
  #read = 0;
  #lastId = '';
  #isInOrder: boolean;
  #wasOutOfOrder = false;
  #isAtEnd = false;

  constructor(
    federation: Federation,
    origin: Origin,
    match: RegistrationMatch,
    call: PagedCall,
    deadline: number,
    reading: SourceReading,
  ) {
    this.match = match;
    this.#federation = federation;
    this.#origin = origin;
    this.#call = call;
    this.#deadline = deadline;
    this.#reading = reading;
    this.#isInOrder = federation.keepsOrder(match.registration);
  }

  /** Up to this id everything is read; undefined: all is. */
  get frontier(): string | undefined {
    return this.#isAtEnd ? undefined : this.#lastId;
  }

  /** Of what was read so far. */
  get ids(): Iterable<string> {
    return this.#received.keys();
  }

  /** Those of these ids that were read; absent: all. */
  async entitiesAmong(ids = this.ids): Promise<Entity[]> {
    const found: Entity[] = [];
    for (const id of ids) found.push(...(this.#entities.get(id) ?? (await this.#open(id))));
    return found;
  }

  async #open(id: string): Promise<readonly Entity[]> {
    const opened: Entity[] = [];
    for (const received of this.#received.get(id) ?? []) {
      const entity = await this.#reading.entity(received);
      if (entity !== undefined) opened.push(entity);
    }
    this.#entities.set(id, opened);
    return opened;
  }

  #keep(received: Received): void {
    const id = idOf(received.document) ?? '';
    const known = this.#received.get(id);
    if (known === undefined) this.#received.set(id, [received]);
    else known.push(received);
    this.#entities.delete(id);
  }

  /** Reads so many more, or to the end: where there is less, or no order. */
  async read(count: number): Promise<void> {
    const enough = this.#read + count;
    while (!this.#isAtEnd && !(this.#isInOrder && this.#read >= enough)) {
      const limit = this.#isInOrder ? Math.min(enough - this.#read, PAGE) : PAGE;
      const reply = await this.#federation.send(
        this.match.registration,
        this.#origin,
        this.#call(limit, this.#read),
        this.#deadline,
      );
      for (const received of this.#reading.documents(reply)) this.#keep(received);
      this.#take(reply, limit);
    }
  }

  #take(reply: SourceReply, limit: number): void {
    if (reply.kind === 'silence' || !Array.isArray(reply.body)) {
      this.#isAtEnd = true;
      return;
    }
    const documents: readonly unknown[] = reply.body;
    this.#read += documents.length;
    this.#isAtEnd = documents.length === 0 || (documents.length < limit && !hasNext(reply));
    this.#noteOrder(reply, documents);
    if (this.#isAtEnd || this.#read < MOST_ENTITIES) return;
    this.#isAtEnd = true;
    const text = `${sourceName(this.match.registration)}: it has more than ${MOST_ENTITIES} entities, of which the others are left out`;
    this.#origin.warnings.push({ code: 299, text });
  }

  /** What the source says of its order counts as long as it keeps it. */
  #noteOrder({ headers }: SourceAnswer, documents: readonly unknown[]): void {
    for (const document of documents) {
      const id = idOf(document);
      if (id !== undefined && id > this.#lastId) this.#lastId = id;
      else this.#wasOutOfOrder = true;
    }
    this.#isInOrder = hasIdOrder(headers['preference-applied']) && !this.#wasOutOfOrder;
    if (documents.length > 0) this.#federation.noteOrder(this.match.registration, this.#isInOrder);
  }
}

function idOf(document: unknown): string | undefined {
  if (!isJsonObject(document)) return undefined;
  const id = document.id ?? document['@id'];
  return typeof id === 'string' ? id : undefined;
}

/** Some give fewer than they are asked for, and tell where the others are (6.3.10). */
function hasNext({ headers }: SourceAnswer): boolean {
  return [headers.link].flat().some((link) => link !== undefined && /;\s*rel="?next\b/.test(link));
}
