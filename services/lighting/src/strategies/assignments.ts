import type { Queryable } from '@alzette/kit/database';
import type { Assignment } from '../contract/contract.ts';
import { driverWithLosses } from '../energy/driver.ts';
import { programmeOn } from '../programmes/calendar.ts';
import { ALL_NIGHT } from '../programmes/programme.ts';
import type { LocalDate } from '../sun/local-time.ts';
import type { Site } from '../sun/sun-night.ts';
import { type NightPromise, promiseOf, readStrategy, type Strategy } from './strategy.ts';

const ASSIGN = `
  INSERT INTO lighting.assignment (tenant, kind, zone, from_night, strategy, version)
  VALUES ($1, $2, $3, $4::date, $5, $6)
  ON CONFLICT (tenant, kind, zone, from_night) DO UPDATE SET strategy = EXCLUDED.strategy, version = EXCLUDED.version`;
const LIST = `
  SELECT kind, zone, from_night::text AS from, strategy, version FROM lighting.assignment
  WHERE tenant = $1 ORDER BY from_night, kind, zone`;
const STRATEGIES = `
  SELECT DISTINCT s.id, s.version, s.document FROM lighting.strategy s
  JOIN lighting.assignment a ON a.tenant = s.tenant AND a.strategy = s.id AND a.version = s.version
  WHERE s.tenant = $1 AND a.tenant = $1`;

export async function assign(tx: Queryable, tenant: string, given: Assignment): Promise<void> {
  const { kind, zone, from, strategy, version } = given;
  await tx.query({ text: ASSIGN, values: [tenant, kind, zone, from, strategy, version] });
}

export async function listAssignments(db: Queryable, tenant: string): Promise<Assignment[]> {
  return (await db.query<Assignment>({ text: LIST, values: [tenant] })).rows;
}

/** The zones of a lamp. */
export interface Placed {
  readonly id: string;
  readonly commune: string | null;
  readonly street: string | null;
  readonly cabinet: string | null;
  /** The drawn zones that contain it. */
  readonly zones: readonly string[];
}

/** Which strategy runs where, and its expected energy. */
export interface AssignedStrategies {
  /** The expectation for a lamp in a night. Without a strategy it burns at full power all night. */
  promiseFor(
    lamp: Placed,
    night: LocalDate,
  ): {
    readonly promise: NightPromise;
    readonly strategy?: string;
    readonly version?: number;
    readonly assignment?: Assignment;
  };
}

/** The default for lamps without a strategy. */
const WITHOUT: Strategy = {
  name: '',
  window: {
    on: { kind: 'sun', event: 'sunset', offsetMinutes: 0 },
    off: { kind: 'sun', event: 'sunrise', offsetMinutes: 0 },
  },
  programmes: { '': ALL_NIGHT },
  calendar: { rules: [], defaultProgramme: '' },
  driver: driverWithLosses(0),
};

/** Reads the assignments of a tenant once. Expectations are computed once for each strategy, programme and night. */
export async function openAssigned(db: Queryable, tenant: string, site: Site): Promise<AssignedStrategies> {
  const assignments = await listAssignments(db, tenant);
  const { rows } = await db.query<{ id: string; version: number; document: string }>({
    text: STRATEGIES,
    values: [tenant],
  });
  const strategies = new Map(
    rows.map(({ id, version, document }) => [`${id} ${version}`, readStrategy(JSON.parse(document))]),
  );
  const byZone = new Map<string, Assignment[]>();
  for (const assignment of assignments) {
    const key = `${assignment.kind} ${assignment.zone}`;
    byZone.set(key, [...(byZone.get(key) ?? []), assignment]); // ordered by first night
  }
  const promises = new Map<string, NightPromise>();
  return {
    promiseFor(lamp, night) {
      const running = zonesOf(lamp)
        .map((zone) => byZone.get(zone)?.findLast(({ from }) => from <= night))
        .find((assignment) => assignment !== undefined);
      const { strategy, version } = running ?? {};
      const key = `${strategy} ${version}`;
      const found = strategies.get(key) ?? WITHOUT;
      const within = [
        ...(lamp.commune === null ? [] : [lamp.commune, `${lamp.commune}/${lamp.street}`]),
        ...lamp.zones,
      ];
      const { programme, rule } = programmeOn(found.calendar, night, within);
      const promiseKey = JSON.stringify([key, night, programme, rule?.name]);
      const promise = promises.get(promiseKey) ?? promiseOf(found, night, site, within);
      promises.set(promiseKey, promise);
      return { promise, ...(running && { strategy, version, assignment: running }) };
    },
  };
}

function zonesOf({ id, zones, street, cabinet, commune }: Placed): string[] {
  const drawn = zones.map((zone) => `zone ${zone}`);
  return [`lamp ${id}`, ...drawn, `street ${commune}/${street}`, `cabinet ${cabinet}`, `commune ${commune}`, 'all '];
}
