import type { EntityQuery, NgsiLdClient } from '../client/client.ts';

/** What a figure counts: entities, without those that match a second condition. */
export interface CountedFigure {
  readonly type: string;
  /** NGSI-LD query language. */
  readonly q?: string;
  /** Which of these do not count. A condition of its own, because `!=` leaves out entities without the attribute. */
  readonly without?: string;
}

/** The states of power in which a lamp burns: also dimmed, and while it starts. */
export const LIT_STATES = ['on', 'low', 'bootingUp'] as const;
/** The statuses of equipment that is not defective. */
export const SOUND_STATUSES = ['ok', 'unknown'] as const;
/** The statuses of alarms that somebody must deal with. */
export const OPEN_ALARM_STATUSES = ['active', 'acknowledged', 'inProgress'] as const;
/** The filling level from which a container is to be emptied. */
export const FULL_LEVEL = 0.8;

const anyOf = (attribute: string, operator: '==' | '!=', values: readonly string[]) =>
  `${attribute}${operator}${values.map((value) => JSON.stringify(value)).join(',')}`;
const DEFECTIVE = anyOf('status', '!=', SOUND_STATUSES);

/** The only definition of each figure that is a count of entities: pages, dashboards, reports and the app count by these. */
export const COUNTED = {
  lamps: { type: 'Streetlight' },
  // A defective lamp does not count as lit, whatever it says of its power.
  lampsLit: { type: 'Streetlight', q: anyOf('powerState', '==', LIT_STATES), without: DEFECTIVE },
  lampsDefective: { type: 'Streetlight', q: DEFECTIVE },
  containers: { type: 'WasteContainer' },
  containersFull: { type: 'WasteContainer', q: `fillingLevel>=${FULL_LEVEL}` },
  alarmsOpen: { type: 'Alert', q: anyOf('status', '==', OPEN_ALARM_STATUSES) },
} as const satisfies Readonly<Record<string, CountedFigure>>;
export type CountedName = keyof typeof COUNTED;

/** The number of entities of a figure, with the rights of the client. @param where e.g. the scope, tenant and @context */
export async function countOf(
  client: Pick<NgsiLdClient, 'queryEntities'>,
  { type, q, without }: CountedFigure,
  where: EntityQuery = {},
): Promise<number> {
  const conditions = [q, ...(without === undefined ? [] : [q === undefined ? without : `${q};${without}`])];
  const counts = await Promise.all(
    conditions.map(async (condition) => {
      const asked = { ...where, type, ...(condition !== undefined && { q: condition }), limit: 0, count: true };
      return (await client.queryEntities(asked)).count ?? 0;
    }),
  );
  // The two may differ in time.
  return Math.max(0, (counts[0] as number) - (counts[1] ?? 0));
}
