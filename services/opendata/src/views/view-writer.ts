import { AsyncLocalStorage } from 'node:async_hooks';
import type { Source } from '../collect/collect.ts';
import { writeParts } from '../exports/prepare-file.ts';
import { addPart, beginFile, endFile } from '../exports/prepared-rows.ts';
import type { OpenDataParts } from '../parts.ts';
import type { GivenFile } from './given-view-task.ts';
import type { View } from './view.ts';
import { noteAlive } from './view-rows.ts';
import { tableOf } from './view-table.ts';

/** The number of files that this process writes concurrently; others wait. */
const MAX_CONCURRENT = 2;
const ALIVE_EVERY_MS = 15_000;

/**
 * Writes views in the background, in the process that received the request, because only it has the rights of the
 * caller.
 */
export class ViewWriter {
  readonly #parts: Pick<OpenDataParts, 'db' | 'logger'>;
  readonly #stop = new AbortController();
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #alive = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  /** The work runs outside the request, whose deadline must not apply to its statements. */
  readonly #outsideRequests = AsyncLocalStorage.snapshot();

  constructor(parts: Pick<OpenDataParts, 'db' | 'logger'>) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#tellAlive(), ALIVE_EVERY_MS).unref();
  }

  /** The file `id` was requested before. @param rows the number of rows; null: unknown */
  write(id: string, view: Omit<View, 'rows'>, source: Source, rows: number | null): void {
    this.#add(id, async () => {
      const { db } = this.#parts;
      await beginFile(db, id, rows);
      const table = await tableOf(source, view);
      const separator = view.separator === 'semicolon' ? ';' : ',';
      await writeParts(db, id, { format: view.format, separator, table, signal: this.#stop.signal });
    });
  }

  /** Stores a file that is written already. */
  keep(id: string, { rows, parts }: GivenFile): void {
    this.#add(id, async () => {
      const { db } = this.#parts;
      await beginFile(db, id, rows);
      for (const [position, part] of parts.entries()) {
        this.#stop.signal.throwIfAborted();
        await addPart(db, id, position, part, Math.round((rows * (position + 1)) / parts.length));
      }
      await endFile(db, id, 'done');
    });
  }

  #add(id: string, work: () => Promise<void>): void {
    this.#alive.add(id);
    this.#waiting.push(() => this.#write(id, work));
    this.#next();
  }

  /** Cancels unfinished files. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort(new Error('the product was stopped while the file was written: request it again'));
    await Promise.all(this.#running);
  }

  #next(): void {
    if (this.#running.size >= MAX_CONCURRENT || this.#stop.signal.aborted) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    const running = this.#outsideRequests(work).finally(() => {
      this.#running.delete(running);
      this.#next();
    });
    this.#running.add(running);
  }

  async #write(id: string, work: () => Promise<void>): Promise<void> {
    const { db, logger } = this.#parts;
    try {
      await work();
    } catch (cause) {
      const fault = cause instanceof Error ? cause.message : String(cause);
      await endFile(db, id, 'failed', fault).catch((error: unknown) =>
        logger.warn({ error, file: id }, 'Could not record that a file failed'),
      );
    } finally {
      this.#alive.delete(id);
    }
  }

  #tellAlive(): void {
    const { db, logger } = this.#parts;
    for (const id of this.#alive) {
      noteAlive(db, id).catch((error: unknown) =>
        logger.warn({ error, file: id }, 'Could not record the progress of a file'),
      );
    }
  }
}
