import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { Secrets } from '../devices/secret.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import { SourceError } from '../outgoing/remote-error.ts';
import type { HarvestedItem } from './items/harvest.ts';
import { compileItems } from './items/item-mapper.ts';
import type { Upload } from './items/source-kind.ts';
import type { Source } from './kinds.ts';
import { kindOf } from './kinds.ts';
import type { SourcePreview } from './preview-source.ts';
import { shownItems, watched } from './preview-source.ts';
import type { Run } from './run-report.ts';
import type { RunParts } from './run-source.ts';
import { LEASE_S, runSource } from './run-source.ts';
import { nextRun } from './schedule.ts';
import type { ScheduleLoop } from './schedule-loop.ts';
import { startScheduleLoop } from './schedule-loop.ts';
import { readSource } from './source-input.ts';
import type { SourceRow } from './source-rows.ts';
import * as rows from './source-rows.ts';
import type { SourceSecrets } from './source-secrets.ts';
import { joined, split, unmasked } from './source-secrets.ts';

/** A source as shown to clients: with masked secrets, and its state. */
type ShownSource = Source & Pick<SourceRow, 'nextRunAt' | 'running' | 'failures' | 'lastRun'>;

/** Reads external sources on their schedules. Each due source is read by one of the processes on the database. */
export interface Sources {
  list(limit: number, offset: number): Promise<{ count: number; sources: ShownSource[] }>;
  /** @throws RegistryError SOURCE_NOT_FOUND */
  get(id: string): Promise<ShownSource>;
  /** @throws RegistryError WRONG_SYNTAX, DUPLICATE_SOURCE */
  create(given: unknown): Promise<ShownSource>;
  /** @throws RegistryError WRONG_SYNTAX */
  put(id: string, given: unknown): Promise<void>;
  /** @throws RegistryError SOURCE_NOT_FOUND */
  delete(id: string): Promise<void>;
  /** Tests a stored or new source without any effects. @throws RegistryError WRONG_SYNTAX, SOURCE_UNREADABLE */
  preview(given: unknown, upload?: Upload): Promise<SourcePreview>;
  /** Runs it now and waits for the result. @throws RegistryError SOURCE_NOT_FOUND, SOURCE_BUSY */
  run(id: string, upload?: Upload): Promise<Run>;
  /** A source as declared, with its secrets. @throws RegistryError SOURCE_NOT_FOUND */
  withSecrets(id: string): Promise<Source>;
  /** Makes the source due at once, unless it is disabled. */
  runSoon(id: string): Promise<void>;
  /** The last runs, newest first. @throws RegistryError SOURCE_NOT_FOUND */
  runs(id: string, limit: number, offset: number): Promise<Run[]>;
  close(): Promise<void>;
}

const CHANNEL = 'iot_sources';
const TELL = `SELECT send_message('${CHANNEL}', '')`;

// Longer than 80 lines: short functions that share the state at its top.
export async function startSources(parts: {
  readonly db: Database;
  readonly inbox: Inbox;
  readonly secrets: Secrets;
  readonly outgoing: Outgoing;
  readonly logger: Logger;
  /** Called when the items of a run are stored. */
  readonly onTaken: (source: Source, items: readonly HarvestedItem[]) => Promise<void>;
}): Promise<Sources> {
  const { db, inbox, secrets, outgoing, logger, onTaken } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  let loop: ScheduleLoop | undefined;
  const stopListening = await db.listen(CHANNEL, () => loop?.wake());

  const ownerOf = (id: string): string => `iot source ${id}`;
  const secretsOf = ({ source, sealed }: SourceRow): SourceSecrets =>
    sealed === null ? {} : JSON.parse(secrets.open(sealed, ownerOf(source.id)));
  const declared = (source: Source): rows.SourceDeclaration => {
    const { shown, secrets: hidden } = split(source);
    const sealed = Object.keys(hidden).length === 0 ? null : secrets.seal(JSON.stringify(hidden), ownerOf(source.id));
    const nextRunAt = source.enabled === false ? undefined : nextRun(source.schedule, new Date());
    return { source: shown, sealed, nextRunAt };
  };
  const found = async (id: string): Promise<SourceRow> => {
    const row = await rows.findSource(db, id);
    if (row === undefined) throw new RegistryError('SOURCE_NOT_FOUND', `source "${id}" does not exist`);
    return row;
  };
  /** As given, completed with stored secrets that it leaves out. */
  const complete = async (given: unknown): Promise<Source> => {
    const source = readSource(given);
    const kept = await rows.findSource(db, source.id);
    return unmasked(source, kept === undefined ? undefined : { shownSource: kept.source, secrets: secretsOf(kept) });
  };

  const runParts: RunParts = { db, inbox, outgoing, logger, signal, onTaken };
  const run = async (row: SourceRow, lease: string, upload?: Upload): Promise<Run> => {
    const complete = joined(row.source, secretsOf(row));
    return runSource(runParts, { row, complete, lease, ...(upload === undefined ? {} : { upload }) });
  };
  const scheduled = startScheduleLoop({ db, logger, signal }, run);
  loop = scheduled;

  return {
    async list(limit, offset) {
      const page = await rows.listSources(db, limit, offset);
      return { count: page.count, sources: page.rows.map(shownSource) };
    },
    get: async (id) => shownSource(await found(id)),
    async create(given) {
      const source = unmasked(readSource(given), undefined);
      if (!(await rows.insertSource(db, declared(source)))) {
        throw new RegistryError('DUPLICATE_SOURCE', `source "${source.id}" exists already`);
      }
      await db.query({ text: TELL });
      return shownSource(await found(source.id));
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
        throw new RegistryError('SOURCE_BUSY', `source "${id}" is running: try again later`);
      }
      return scheduled.track(run(row, lease, upload));
    },
    async withSecrets(id) {
      const row = await found(id);
      return joined(row.source, secretsOf(row));
    },
    async runSoon(id) {
      if (await rows.makeDue(db, id)) await db.query({ text: TELL });
    },
    async runs(id, limit, offset) {
      return rows.listRuns(db, (await found(id)).source, limit, offset);
    },
    async close() {
      stop.abort(new SourceError('the program is being stopped'));
      await stopListening();
      await scheduled.end();
    },
  };
}

function shownSource({ source, nextRunAt, running, failures, lastRun }: SourceRow): ShownSource {
  return { ...source, nextRunAt, running, failures, lastRun };
}
