import type { Queryable } from '../database.ts';

/** A place in the write-ahead log of a PostgreSQL (pg_lsn), as a number that can be compared. */
export type WalPosition = bigint;

const TEXT = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** @param text e.g. `16/B374D848`; undefined: it is none */
export function parsePosition(text: string): WalPosition | undefined {
  const [, high, low] = TEXT.exec(text) ?? [];
  return high === undefined || low === undefined ? undefined : (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function formatPosition(position: WalPosition): string {
  return `${(position >> 32n).toString(16)}/${(position & 0xffffffffn).toString(16)}`.toUpperCase();
}

/** Asks a server how far it is. Those who ask while a statement is under way share the next: no answer is older than its question. */
export class PositionClock {
  readonly #ask: () => Promise<WalPosition>;
  #next: Promise<WalPosition> | undefined;
  #current: Promise<unknown> = Promise.resolve();

  /** @param expression of type pg_lsn */
  constructor(db: Queryable, name: string, expression: string) {
    const statement = { name, text: `SELECT ${expression}::text AS position` };
    this.#ask = async () => {
      const { rows } = await db.query<{ position: string | null }>(statement);
      return parsePosition(rows[0]?.position ?? '') ?? 0n; // a server that follows no other has replayed nothing
    };
  }

  now(): Promise<WalPosition> {
    this.#next ??= this.#current.then(() => {
      this.#next = undefined;
      const asking = this.#ask();
      this.#current = asking.catch(() => {});
      return asking;
    });
    return this.#next;
  }
}
