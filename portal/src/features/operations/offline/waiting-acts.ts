import type { OfflineAct } from '@alzette/alarms/contract';

/** An act on a work order. A photo has no address before it is sent. */
export type OrderAct = OfflineAct['act'] | { readonly act: 'photo'; readonly url?: undefined };

/** An act on a work order. The server applies each key once, however often it is sent. */
export type WaitingAct = Omit<OfflineAct, 'act'> & { readonly act: OrderAct };

/** The server's result of an act. */
export interface ActResult {
  readonly outcome: string;
  readonly detail?: string;
}

/** Sends the acts of one order in sequence. @throws errors for which `isForLater` is true: try again later */
export type SendActs = (order: string, acts: readonly WaitingAct[]) => Promise<readonly ActResult[]>;

/** The used part of `localStorage`. */
export interface Shelf {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
}

type Waiting = { readonly [order: string]: readonly WaitingAct[] };

const NAME = 'alzette.work-orders.waiting';
/** The limit of one request. */
const MAX_AT_ONCE = 100;

/**
 * Acts on work orders that are not sent yet. They stay on the device until the server has answered. Closing the page
 * loses none of them, and after a lost answer they are sent again.
 */
export class WaitingActs {
  readonly #shelf: Shelf;
  readonly #send: SendActs;
  #sending: Promise<string[]> | undefined;
  /** Whether the last attempt failed because nobody is signed in. */
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

  /** Sends all waiting acts, until the network fails. @returns the server's messages about refused acts */
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
        const some = acts.slice(0, MAX_AT_ONCE);
        try {
          const results = await this.#send(order, some);
          refused.push(...results.flatMap(({ outcome, detail }) => (outcome === 'refused' ? [detail ?? outcome] : [])));
        } catch (cause) {
          if (isForLater(cause)) {
            this.needsSignIn = statusOf(cause) === 401;
            return refused;
          }
          // The server will refuse it again, so the user gets the message.
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

/** True for the error that `fetch` throws without an answer; errors in answers are different. */
export function isNoNetwork(cause: unknown): boolean {
  return cause instanceof TypeError;
}

/** True if another attempt may succeed: no answer, nobody signed in, or a busy or failing server. */
export function isForLater(cause: unknown): boolean {
  if (isNoNetwork(cause)) return true;
  const status = statusOf(cause);
  return status !== undefined && (status === 401 || status === 429 || status >= 500);
}

/** For an `AnswerError`. */
function statusOf(cause: unknown): number | undefined {
  return (cause as { problem?: { status?: number } } | undefined)?.problem?.status;
}
