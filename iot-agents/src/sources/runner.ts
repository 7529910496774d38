import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Secrets } from '../devices/secret.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { sourceTopic } from '../inbox/source-message.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import { SourceError } from '../outgoing/remote-error.ts';
import type { HarvestedItem } from './items/harvest.ts';
import { compileItems } from './items/item-mapper.ts';
import type { Upload } from './items/source-kind.ts';
import { takeNew } from './items/take-new.ts';
import type { Source } from './kinds.ts';
import { kindOf } from './kinds.ts';
import type { SourcePreview } from './preview-source.ts';
import { shownItems, watched } from './preview-source.ts';
import type { Run, RunReport } from './run-report.ts';
import { nextRun } from './schedule.ts';
import { readSource } from './source-input.ts';
import type { SourceRow } from './source-rows.ts';
import * as rows from './source-rows.ts';
import type { SourceSecrets } from './source-secrets.ts';
import { joined, split, unmasked } from './source-secrets.ts';

/** A source as it is told: its secrets masked, with how it fares. */
type ToldSource = Source & Pick<SourceRow, 'nextRunAt' | 'running' | 'failures' | 'lastRun'>;

/** Reads what others have, on their schedules: each due source by one of the processes that share the database. */
export interface Sources {
  list(limit: number, offset: number): Promise<{ count: number; sources: ToldSource[] }>;
  /** @throws RegistryError SOURCE_NOT_FOUND */
  get(id: string): Promise<ToldSource>;
  /** @throws RegistryError WRONG_SYNTAX, DUPLICATE_SOURCE */
  create(given: unknown): Promise<ToldSource>;
  /** @throws RegistryError WRONG_SYNTAX */
  put(id: string, given: unknown): Promise<void>;
  /** @throws RegistryError SOURCE_NOT_FOUND */
  delete(id: string): Promise<void>;
  /** Tries a source, saved or not, and takes nothing. @throws RegistryError WRONG_SYNTAX, SOURCE_UNREADABLE */
  preview(given: unknown, upload?: Upload): Promise<SourcePreview>;
  /** Runs now and waits for the end. @throws RegistryError SOURCE_NOT_FOUND, SOURCE_BUSY */
  run(id: string, upload?: Upload): Promise<Run>;
  /** A source as it was declared, with its secrets. @throws RegistryError SOURCE_NOT_FOUND */
  withSecrets(id: string): Promise<Source>;
  /** Makes the source due at once, unless it is stopped. */
  runSoon(id: string): Promise<void>;
  /** The last runs, newest first. @throws RegistryError SOURCE_NOT_FOUND */
  runs(id: string, limit: number, offset: number): Promise<Run[]>;
  close(): Promise<void>;
}

const CHANNEL = 'iot_sources';
const TELL = `SELECT pg_notify('${CHANNEL}', '')`;
const LEASE_S = 60;
const AT_ONCE = 4;
const LONGEST_SLEEP_MS = 60_000;
const AFTER_FAULT_MS = 5_000;

export async function startSources(parts: {
  readonly db: Database;
  readonly inbox: Inbox;
  readonly secrets: Secrets;
  readonly outgoing: Outgoing;
  readonly logger: Logger;
  /** Called once the items of a run are taken. */
  readonly onTaken: (source: Source, items: readonly HarvestedItem[]) => Promise<void>;
}): Promise<Sources> {
  const { db, inbox, secrets, outgoing, logger, onTaken } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  const running = new Set<Promise<unknown>>();
  /** Something may be due: told also when nobody sleeps just now. */
  let isAwake = false;
  let endSleep = (): void => undefined;
  const wake = (): void => {
    isAwake = true;
    endSleep();
  };
  const stopListening = await db.listen(CHANNEL, () => wake());

  const ownerOf = (id: string): string => `iot source ${id}`;
  const secretsOf = ({ source, sealed }: SourceRow): SourceSecrets =>
    sealed === null ? {} : JSON.parse(secrets.open(sealed, ownerOf(source.id)));
  const declared = (source: Source): rows.SourceDeclaration => {
    const { told, secrets: hidden } = split(source);
    const sealed = Object.keys(hidden).length === 0 ? null : secrets.seal(JSON.stringify(hidden), ownerOf(source.id));
    const nextRunAt = source.enabled === false ? undefined : nextRun(source.schedule, new Date());
    return { source: told, sealed, nextRunAt };
  };
  const found = async (id: string): Promise<SourceRow> => {
    const row = await rows.findSource(db, id);
    if (row === undefined) throw new RegistryError('SOURCE_NOT_FOUND', `source "${id}" does not exist`);
    return row;
  };
  /** As given, with the secrets it leaves out because they are kept. */
  const complete = async (given: unknown): Promise<Source> => {
    const source = readSource(given);
    const kept = await rows.findSource(db, source.id);
    return unmasked(source, kept === undefined ? undefined : { told: kept.source, secrets: secretsOf(kept) });
  };

  const execute = async (row: SourceRow, lease: string, upload?: Upload): Promise<Run> => {
    const { source, state, failures } = row;
    const { id, tenant = '', schedule, enabled } = source;
    const startedAt = new Date();
    const lost = new AbortController();
    const renewing = setInterval(
      () => {
        rows.renew(db, lease, LEASE_S, id).then(
          (held) => held || lost.abort(new SourceError('another process runs it by now')),
          () => undefined,
        );
      },
      (LEASE_S * 1000) / 3,
    );
    const finish = (report: RunReport, kept: SourceRow['state'], failed: number, notBefore?: Date): Promise<Run> =>
      db.transaction(async (tx) => {
        if (!(await rows.holds(tx, lease, id))) throw new SourceError('another process runs it by now');
        const due = enabled === false ? undefined : nextRun(schedule, new Date(), failed, notBefore);
        const nextRunAt = upload === undefined ? due : row.nextRunAt === null ? undefined : new Date(row.nextRunAt);
        return rows.finishRun(tx, { lease, source: id, state: kept, nextRunAt, failures: failed, startedAt, report });
      });
    try {
      const harvest = await kindOf(source).harvest(joined(source, secretsOf(row)), {
        db,
        outgoing,
        state,
        signal: AbortSignal.any([signal, lost.signal]),
        map: undefined,
        isPreview: false,
        ...(upload === undefined ? {} : { upload }),
      });
      const { items, problems, refused, unchanged, store, forgets } = harvest;
      if (store !== undefined) {
        await db.transaction(async (tx) => {
          if (!(await rows.holds(tx, lease, id))) throw new SourceError('another process runs it by now');
          await store(tx);
        });
      }
      // By time: what comes out of order would be late.
      const inOrder = [...items].sort((a, b) => (a.moment ?? '').localeCompare(b.moment ?? ''));
      const taken = await inbox.inTurn(() =>
        db.transaction(async (tx) => {
          if (!(await rows.holds(tx, lease, id))) throw new SourceError('another process runs it by now');
          return takeNew(tx, id, sourceTopic(id), tenant, inOrder, forgets);
        }),
      );
      await onTaken(source, items);
      const unsettled = await harvest.settle?.().then(
        () => undefined,
        (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
      );
      const report: RunReport = {
        outcome: unchanged === true ? 'unchanged' : 'ok',
        rows: harvest.rows,
        taken,
        known: items.length - taken,
        refused,
        problems,
        ...(unsettled === undefined ? {} : { message: unsettled }),
      };
      return await finish(report, harvest.state, 0);
    } catch (cause) {
      if (!(cause instanceof SourceError)) throw cause;
      logger.warn({ source: id, reason: cause.message }, 'a source could not be read');
      const report = {
        outcome: 'failed' as const,
        rows: 0,
        taken: 0,
        known: 0,
        refused: 0,
        problems: [],
        message: cause.message,
      };
      return await finish(report, state, failures + 1, cause.notBefore);
    } finally {
      clearInterval(renewing);
      wake();
    }
  };

  const sleep = async (ms: number): Promise<void> => {
    if (isAwake || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    const done = () => void running.delete(work);
    work.then(done, done);
    return work;
  };
  const keepRunning = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        isAwake = false;
        const lease = randomUUID();
        const due = running.size < AT_ONCE ? await rows.claimDue(db, lease, LEASE_S) : undefined;
        if (due !== undefined) {
          tracked(execute(due, lease)).catch((cause: unknown) => {
            if (!signal.aborted) logger.error({ err: cause, source: due.source.id }, 'a run of a source broke off');
          });
          continue;
        }
        const next = await rows.nextDue(db);
        const ms = next === undefined ? LONGEST_SLEEP_MS : next.getTime() - Date.now();
        await sleep(Math.min(Math.max(ms, 50), LONGEST_SLEEP_MS));
      } catch (cause) {
        if (signal.aborted) break;
        logger.warn({ err: cause }, 'sources wait: the database does not answer');
        await sleep(AFTER_FAULT_MS);
      }
    }
  };
  const scheduling = keepRunning();

  return {
    async list(limit, offset) {
      const page = await rows.listSources(db, limit, offset);
      return { count: page.count, sources: page.rows.map(toldOf) };
    },
    get: async (id) => toldOf(await found(id)),
    async create(given) {
      const source = unmasked(readSource(given), undefined);
      if (!(await rows.insertSource(db, declared(source)))) {
        throw new RegistryError('DUPLICATE_SOURCE', `source "${source.id}" exists already`);
      }
      await db.query({ text: TELL });
      return toldOf(await found(source.id));
    },
    async put(id, given) {
      const source = await complete(given);
      if (source.id !== id) {
        throw new RegistryError('WRONG_SYNTAX', `id is "${source.id}", expected "${id}" as in the path`);
      }
      await rows.upsertSource(db, declared(source));
      await db.query({ text: TELL });
    },
    async delete(id) {
      if (!(await rows.deleteSource(db, id))) await found(id);
    },
    async preview(given, upload) {
      const source = await complete(given);
      const { map, items } =
        'entities' in source ? watched(compileItems(source.id, source)) : { map: undefined, items: [] };
      try {
        const harvest = await kindOf(source).harvest(source, {
          db,
          outgoing,
          state: {},
          signal,
          map,
          isPreview: true,
          ...(upload === undefined ? {} : { upload }),
        });
        const { rows: read, refused, problems } = harvest;
        return { rows: read, refused, problems, items: map === undefined ? shownItems(harvest.items) : items };
      } catch (cause) {
        if (!(cause instanceof SourceError)) throw cause;
        throw new RegistryError('SOURCE_UNREADABLE', cause.message);
      }
    },
    async run(id, upload) {
      const lease = randomUUID();
      const row = await rows.claimOne(db, lease, LEASE_S, id);
      if (row === undefined) {
        await found(id);
        throw new RegistryError('SOURCE_BUSY', `source "${id}" is running: ask again when it has ended`);
      }
      return tracked(execute(row, lease, upload));
    },
    async withSecrets(id) {
      const row = await found(id);
      return joined(row.source, secretsOf(row));
    },
    async runSoon(id) {
      if (await rows.makeDue(db, id)) await db.query({ text: TELL });
    },
    async runs(id, limit, offset) {
      await found(id);
      return rows.listRuns(db, id, limit, offset);
    },
    async close() {
      stop.abort(new SourceError('the program is being stopped'));
      wake();
      await stopListening();
      await scheduling;
      await Promise.allSettled(running);
    },
  };
}

function toldOf({ source, nextRunAt, running, failures, lastRun }: SourceRow): ToldSource {
  return { ...source, nextRunAt, running, failures, lastRun };
}
