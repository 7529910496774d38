/** What can be done to a work order, as `/work-orders/{id}/acts` has it. */
export interface OrderAct {
  readonly act: string;
  /** Of a check: which of the list, and whether it is done. */
  readonly item?: string;
  readonly done?: boolean;
  readonly [member: string]: unknown;
}

/** Something that was done to a work order. The server does those of one key once, however often they are sent. */
export interface WaitingAct {
  readonly key: string;
  /** ISO 8601: when it was done, not when it was sent. */
  readonly at: string;
  readonly version?: number;
  readonly act: OrderAct;
}

/** What the server made of an act. */
export interface ActResult {
  readonly outcome: string;
  readonly detail?: string;
}

/** Sends acts of one order, in their order. @throws what `isForLater` tells of: they are sent another time */
export type SendActs = (order: string, acts: readonly WaitingAct[]) => Promise<readonly ActResult[]>;

/** As `localStorage`. */
export interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
}

type Waiting = { readonly [order: string]: readonly WaitingAct[] };

const NAME = 'alzette.work-orders.waiting';
/** What one request takes. */
const MOST_AT_ONCE = 100;

/**
 * The acts on work orders that could not be sent yet. They stay on the device until the server has answered: a page that is closed
 * in between loses none, and one whose answer was lost sends them again.
 */
export class WaitingActs {
  readonly #shelf: Shelf;
  readonly #send: SendActs;
  #sending: Promise<string[]> | undefined;
  /** Whether the last time they could not be sent for want of somebody who is signed in. */
  needsSignIn = false;

  constructor(shelf: Shelf, send: SendActs) {
    this.#shelf = shelf;
    this.#send = send;
  }

  of(order: string): readonly WaitingAct[] {
    return this.#read()[order] ?? [];
  }

  count(): number {
    return Object.values(this.#read()).reduce((sum, acts) => sum + acts.length, 0);
  }

  add(order: string, act: WaitingAct): void {
    this.#write({ ...this.#read(), [order]: [...this.of(order), act] });
  }

  /** Sends all that waits, as far as the network goes. @returns what the server refused, in its words */
  send(): Promise<string[]> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<string[]> {
    const refused: string[] = [];
    this.needsSignIn = false;
    for (const order of Object.keys(this.#read())) {
      for (let acts = this.of(order); acts.length > 0; acts = this.of(order)) {
        const some = acts.slice(0, MOST_AT_ONCE);
        try {
          const results = await this.#send(order, some);
          refused.push(...results.flatMap(({ outcome, detail }) => (outcome === 'refused' ? [detail ?? outcome] : [])));
        } catch (cause) {
          if (isForLater(cause)) {
            this.needsSignIn = statusOf(cause) === 401;
            return refused;
          }
          // The server will not take them another time: who did them is told.
          refused.push(cause instanceof Error ? cause.message : String(cause));
        }
        const sent = new Set(some.map(({ key }) => key));
        this.#write({ ...this.#read(), [order]: this.of(order).filter(({ key }) => !sent.has(key)) });
      }
    }
    return refused;
  }

  #read(): Waiting {
    try {
      return JSON.parse(this.#shelf.getItem(NAME) ?? '{}') as Waiting;
    } catch {
      return {};
    }
  }

  #write(waiting: Waiting): void {
    const left = Object.entries(waiting).filter(([, acts]) => acts.length > 0);
    this.#shelf.setItem(NAME, JSON.stringify(Object.fromEntries(left)));
  }
}

/** `fetch` throws this when nothing answers; what a server answers is another error. */
export function isNoNetwork(cause: unknown): boolean {
  return cause instanceof TypeError;
}

/** Nothing answered, or nobody is signed in, or the server is busy or ill: what was asked may go through another time. */
export function isForLater(cause: unknown): boolean {
  if (isNoNetwork(cause)) return true;
  const status = statusOf(cause);
  return status !== undefined && (status === 401 || status === 429 || status >= 500);
}

/** Of an `AnswerError`. */
function statusOf(cause: unknown): number | undefined {
  return (cause as { problem?: { status?: number } } | undefined)?.problem?.status;
}
