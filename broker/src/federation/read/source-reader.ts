import type { Context } from '../../context/contexts.ts';
import type { Entity } from '../../model/entity.ts';
import { isJsonObject } from '../../model/values.ts';
import { hasIdOrder } from '../../query/order/id-order.ts';
import { type Federation, sourceName } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import type { SourceAnswer, SourceReply } from '../calls/source-call.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import type { PagedCall } from './read-calls.ts';

/** The largest page. */
const PAGE = 1000;
/** The most entities from one source for one request. The rest is left out, with a warning. */
const MAX_ENTITIES = 10_000;

/** A document from a source's answer, not parsed yet. */
export interface Received {
  readonly document: unknown;
  /** The @context of its names, unless it contains its own. */
  readonly names: Context;
}

/** How a reader interprets answers. */
export interface SourceReading {
  /** The documents of an answer. */
  documents(reply: SourceReply): readonly Received[];
  /** Undefined: it is not an entity, or not a requested one. */
  entity(received: Received): Promise<Entity | undefined>;
}

/**
 * Reads the matching entities of a source. If the source answers in id order, it reads only as far as necessary, and
 * parses only the documents that are needed.
 */
export class SourceReader {
  readonly match: RegistrationMatch;
  readonly #federation: Federation;
  readonly #origin: Origin;
  readonly #call: PagedCall;
  /** Milliseconds since 1970. */
  readonly #deadline: number;
  readonly #reading: SourceReading;
  /** By entity id. Documents without an id are left out. */
  readonly #received = new Map<string, Received[]>();
  readonly #entities = new Map<string, readonly Entity[]>();
  /** The number of documents received. */
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

  /** Everything up to this id has been read; undefined: everything has. */
  get frontier(): string | undefined {
    return this.#isAtEnd ? undefined : this.#lastId;
  }

  /** The ids read so far. */
  get ids(): Iterable<string> {
    return this.#received.keys();
  }

  /** The entities read with one of these ids; absent: all. */
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

  /** Reads this many more documents, or all if the source has fewer or is not ordered. */
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
    if (this.#isAtEnd || this.#read < MAX_ENTITIES) return;
    this.#isAtEnd = true;
    const text = `${sourceName(this.match.registration)}: it has more than ${MAX_ENTITIES} entities; the rest is left out`;
    this.#origin.warnings.push({ code: 299, text });
  }

  /** The source's declaration of its order is trusted as long as its answers are in order. */
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

/** Some sources return fewer than requested, with a link to the next page (6.3.10). */
function hasNext({ headers }: SourceAnswer): boolean {
  return [headers.link].flat().some((link) => link !== undefined && /;\s*rel="?next\b/.test(link));
}
