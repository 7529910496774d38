import { isDeepStrictEqual } from 'node:util';
import type { Database } from '@alzette/kit/database';
import type { ServiceContext, ServiceDefinition } from '@alzette/kit/service';
import type { JobsOfWorkshop } from './jobs-of-workshop.ts';
import type { KillSwitch } from './kill-switch.ts';

/** What the work of a case receives; its database and its broker can be killed. */
export interface Workshop {
  readonly given: ServiceContext;
  /** The database itself, to prepare and to read. */
  readonly db: Database;
  /** The jobs of the services that cases have started. */
  readonly jobs: JobsOfWorkshop;
  /** Sends a request to these services. @throws Error: it is refused */
  ask(method: 'GET' | 'POST' | 'PUT', url: string, body: object | undefined, tenant: string): Promise<void>;
  /** The ids of the mails that were sent. */
  readonly letters: ReadonlySet<string>;
}

/** Work of a service that is killed at each of its steps. */
export interface KillCase {
  readonly name: string;
  /** The folder of the migrations of each service that it uses. */
  readonly services: readonly string[];
  /** Services that are started, for the jobs that they define. */
  readonly starts?: readonly ServiceDefinition[];
  /** The jobs and loops whose work it does, as `declared-work.ts` lists them. */
  readonly covers: readonly string[];
  /** Whether all statements count, because the work belongs to no tenant; absent: those about its tenant. */
  readonly isOfAllTenants?: boolean;
  /** Opens the work in a workshop. */
  open(workshop: Workshop): Promise<OpenCase>;
}

export interface OpenCase {
  /** Makes work due for a tenant that has none. */
  prepare(tenant: string): Promise<void>;
  /** Does what is due, as a job or a loop does. */
  work(tenant: string): Promise<unknown>;
  /** Lets the leases of a killed process end. */
  endLeases?(tenant: string): Promise<void>;
  /** All that the work has an effect on, without times of its own. */
  endState(tenant: string): Promise<object>;
}

export interface CaseResult {
  readonly name: string;
  /** The number of points at which it was killed. */
  readonly points: number;
  /** Descriptions of ends that differ from that without a kill. */
  readonly differences: readonly string[];
}

const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 500);

const MAX_POINTS = 2_000;
/** A kill may leave several things to do, one after the other. */
const RUNS_AFTER = 3;

/**
 * Kills the work of a case before each of its steps, lets it run again, and compares the end with that without a kill.
 *
 * @param every kills at each n-th point only
 */
export async function killEveryStatement(
  { name, open, isOfAllTenants = false }: KillCase,
  workshop: Workshop,
  killSwitch: KillSwitch,
  every = 1,
): Promise<CaseResult> {
  const own = await open(workshop);
  const finish = async (tenant: string) => {
    for (let run = 0; run < RUNS_AFTER; run++) {
      await own.endLeases?.(tenant);
      await own.work(tenant);
    }
    return own.endState(tenant);
  };
  const tenantOf = (point: number) => `${name.replaceAll(/\W/g, '_')}_${point}`;
  await own.prepare(tenantOf(0));
  const expected: object = JSON.parse(JSON.stringify(await finish(tenantOf(0))));
  const differences: string[] = [];
  let points = 0;
  for (let killAt = 1; killAt < MAX_POINTS; killAt += every) {
    const tenant = tenantOf(killAt);
    await own.prepare(tenant);
    const { isKilled, steps } = await killSwitch.run(isOfAllTenants ? undefined : tenant, killAt, () =>
      own.work(tenant),
    );
    const state = await finish(tenant);
    const found = JSON.parse(JSON.stringify(state).replaceAll(tenant, tenantOf(0)));
    for (const [part, wanted] of Object.entries(expected)) {
      if (isDeepStrictEqual(found[part], wanted)) continue;
      differences.push(
        `${name}, killed before step ${steps}: ${part}: got ${shown(found[part])}, expected ${shown(wanted)}`,
      );
    }
    if (!isKilled) break;
    points += 1;
  }
  return { name, points, differences };
}
