import type { Queryable } from '@alzette/kit/database';
import type { SensorFault } from '../contract/contract.ts';
import type { FillForecast } from './forecast.ts';

/** The latest results for a container. */
export interface ContainerState {
  readonly container: string;
  readonly madeAt: Date;
  /** Absent: too little history. */
  readonly forecast?: FillForecast;
  readonly faults: readonly SensorFault[];
  /** The days of known history. */
  readonly days: number;
}

const KEEP = `
  INSERT INTO waste.forecast (tenant, container, made_at, document)
  SELECT $1, container, now(), document::jsonb FROM unnest($2::text[], $3::text[]) AS given (container, document)
  ON CONFLICT (tenant, container) DO UPDATE SET made_at = excluded.made_at, document = excluded.document`;
const READ = 'SELECT container, made_at, document::text AS document FROM waste.forecast WHERE tenant = $1';
const FORGET = 'DELETE FROM waste.forecast WHERE tenant = $1 AND NOT container = ANY ($2::text[])';

export async function keepStates(
  db: Queryable,
  tenant: string,
  states: readonly Omit<ContainerState, 'madeAt'>[],
): Promise<void> {
  const documents = states.map(({ container: _, ...document }) => JSON.stringify(document));
  await db.query({ text: KEEP, values: [tenant, states.map(({ container }) => container), documents] });
}

/** Deletes the results of containers that no longer exist. */
export async function forgetOthers(db: Queryable, tenant: string, containers: readonly string[]): Promise<void> {
  await db.query({ text: FORGET, values: [tenant, [...containers]] });
}

export async function readStates(db: Queryable, tenant: string): Promise<Map<string, ContainerState>> {
  const { rows } = await db.query<{ container: string; made_at: Date; document: string }>({
    text: READ,
    values: [tenant],
  });
  return new Map(
    rows.map(({ container, made_at: madeAt, document }) => [
      container,
      { ...(JSON.parse(document) as Omit<ContainerState, 'container' | 'madeAt'>), container, madeAt },
    ]),
  );
}
