import type { Entity } from '../model/entity.ts';
import { isJsonObject } from '../model/values.ts';
import { hasIdOrder } from '../query/id-order.ts';
import { type Federation, sourceName } from './federation.ts';
import type { RegistrationMatch } from './match-registration.ts';
import type { Origin } from './origin.ts';
import type { PagedCall } from './read-calls.ts';
import type { SourceAnswer, SourceReply } from './source-call.ts';

/** Most that is asked for at once. */
const PAGE = 1000;
/** Of one source for one request; what it has beyond is left out, with a warning. */
const MOST_ENTITIES = 10_000;

/** What a source has of a query, read no further than it is needed where the source keeps the order of ids. */
export class SourceReader {
  readonly match: RegistrationMatch;
  /** Read so far, of those that are wanted. */
  readonly entities: Entity[] = [];
  readonly #federation: Federation;
  readonly #origin: Origin;
  readonly #call: PagedCall;
  /** Milliseconds since 1970. */
  readonly #deadline: number;
  readonly #wanted: (reply: SourceReply) => Promise<Entity[]>;
  /** Entities that the source has answered with, wanted or not. */
  #read = 0;
  #lastId = '';
  #isInOrder: boolean;
  #wasOutOfOrder = false;
  #isAtEnd = false;

  /** @param wanted reads those of an answer that the query is about */
  constructor(
    federation: Federation,
    origin: Origin,
    match: RegistrationMatch,
    call: PagedCall,
    deadline: number,
    wanted: (reply: SourceReply) => Promise<Entity[]>,
  ) {
    this.match = match;
    this.#federation = federation;
    this.#origin = origin;
    this.#call = call;
    this.#deadline = deadline;
    this.#wanted = wanted;
    this.#isInOrder = federation.keepsOrder(match.registration);
  }

  /** Up to this id everything is read; undefined: all is. */
  get frontier(): string | undefined {
    return this.#isAtEnd ? undefined : this.#lastId;
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
      this.entities.push(...(await this.#wanted(reply)));
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
      const id = isJsonObject(document) ? document.id : undefined;
      if (typeof id === 'string' && id > this.#lastId) this.#lastId = id;
      else this.#wasOutOfOrder = true;
    }
    this.#isInOrder = hasIdOrder(headers['preference-applied']) && !this.#wasOutOfOrder;
    if (documents.length > 0) this.#federation.noteOrder(this.match.registration, this.#isInOrder);
  }
}

/** Some give fewer than they are asked for, and tell where the others are (6.3.10). */
function hasNext({ headers }: SourceAnswer): boolean {
  return [headers.link].flat().some((link) => link !== undefined && /;\s*rel="?next\b/.test(link));
}
