import { createHash } from 'node:crypto';
import type { Job } from '@alzette/kit/jobs';
import { conflict, refused } from '@alzette/kit/problems';
import { type Geometry, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import { MAX_LAMPS } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { makeOverride, type OverrideJobs } from './make-override.ts';
import { findOverride, readApproval } from './override-rows.ts';

const LONGEST_MS = 24 * 3_600_000;
const COMMAND = 'dim';
/** Group by group, because groups are sent by jobs, which a kill does not lose. */
const PACE = { lamps: 50, everyS: 1 };
const PAGE = 1000;

/** Another level of the lamps of an area for some hours, planned beforehand. */
export interface PlannedException {
  readonly id: string;
  readonly area: Geometry;
  readonly from: string;
  readonly until: string;
  /** 0 (off) to 1. */
  readonly level: number;
  readonly reason: string;
}

/** In whose name it is planned. */
interface PlannedBy {
  readonly tenant: string;
  readonly client: NgsiLdClient;
  readonly name: string;
  /** A result of `authorOf`. */
  readonly author: object | null;
  /** The person behind them; null: there is none. */
  readonly person: string | null;
}

export interface ExceptionJob extends Omit<PlannedBy, 'client'> {
  readonly exception: PlannedException;
}

/** The port through which other services light an area differently for a night. */
export interface LightExceptionPort {
  /**
   * Plans it once for an id. When it begins, it becomes an override with the rights that its author has then, which a second
   * person approves if the policy asks for that, and which ends by itself.
   *
   * @returns the id of the override
   * @throws Problem 400: the times; 409: there is no lamp in the area that they may command
   */
  plan(by: PlannedBy, exception: PlannedException): Promise<string>;
}

export function lightExceptionPort(parts: LightingParts, begin: Job<ExceptionJob>): LightExceptionPort {
  return {
    async plan({ client, ...by }, exception) {
      const [from, until] = [Date.parse(exception.from), Date.parse(exception.until)];
      if (!(until > from && until - from <= LONGEST_MS && until > Date.now())) {
        throw refused('until', exception.until, 'a time to come, at most 24 hours after the beginning');
      }
      if ((await lampsIn(parts, client, by.tenant, exception.area)).length === 0) {
        throw conflict('area: there is no lamp in it that you may command');
      }
      await begin.enqueue({ ...by, exception }, { after: new Date(from), key: `${by.tenant}/${exception.id}` });
      return `urn:uuid:${overrideId(by.tenant, exception.id)}`;
    },
  };
}

/** Makes the override when the exception begins. Repeated after a crash, it finds the override. */
export async function beginException(
  parts: LightingParts,
  jobs: OverrideJobs,
  { tenant, exception, name, author, person }: ExceptionJob,
): Promise<void> {
  const { area, until, level, reason } = exception;
  const id = overrideId(tenant, exception.id);
  if (Date.parse(until) <= Date.now() || (await findOverride(parts.db, tenant, id)) !== undefined) return;
  const lamps = await lampsIn(parts, parts.clientAs(author, { isAdmitted: true }), tenant, area);
  const unlit = await parts.refusedTo(author, tenant, 'write', lamps, [COMMAND]);
  const own = lamps.filter((lamp) => !unlit.has(lamp)).slice(0, MAX_LAMPS);
  if (own.length === 0) throw conflict('area: there is no lamp in it that its author may command');
  const approvalFrom = await readApproval(parts.db, tenant);
  const isWaiting = approvalFrom !== null && own.length >= approvalFrom;
  await makeOverride(parts, jobs, {
    tenant,
    override: {
      id,
      lamps: own,
      level,
      until: new Date(until).toISOString(),
      reason,
      command: COMMAND,
      state: isWaiting ? 'waiting' : 'active',
      author: name,
      pace: PACE,
    },
    asker: { grant: author, person },
  });
}

async function lampsIn(
  { context }: LightingParts,
  client: NgsiLdClient,
  tenant: string,
  { type, coordinates }: Geometry,
): Promise<string[]> {
  const georel = type === 'Polygon' || type === 'MultiPolygon' ? 'within' : 'near;maxDistance==60';
  const query = {
    type: 'Streetlight',
    tenant,
    context,
    georel,
    geometry: type,
    coordinates,
    pick: ['id'],
    limit: PAGE,
  };
  const lamps = await Array.fromAsync(queryAll<{ readonly id: string }>(client, query));
  return lamps.map(({ id }) => id);
}

/** The same for the same exception, so that it becomes one override. */
function overrideId(tenant: string, id: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(['lighting exception', tenant, id]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
