import { randomUUID } from 'node:crypto';
import type { Judge, ObjectAction } from '@alzette/kit/objects';

const STREETLIGHT = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';

/**
 * Whether the sender may read or write these attributes of every lamp of the tenant, or of a commune.
 *
 * @param commune its scope without the slash
 */
export function coversLamps(
  judge: Pick<Judge, 'may'>,
  action: ObjectAction,
  attributes: readonly string[],
  commune?: string,
): boolean {
  // A new id, so that a right to some ids is not taken for one to all.
  const lamp = { id: `urn:ngsi-ld:Streetlight:${randomUUID()}`, types: [STREETLIGHT] };
  return judge.may(action, { ...lamp, ...(commune !== undefined && { scopes: [`/${commune}`] }) }, attributes);
}

/** Whether they may do so with each of these lamps. Without lamps: with every lamp of the tenant. */
export async function coversEach(
  judge: Judge,
  action: ObjectAction,
  lamps: readonly string[],
  attributes: readonly string[],
): Promise<boolean> {
  if (coversLamps(judge, action, attributes)) return true;
  const [first] = lamps;
  if (first === undefined) return false;
  // Most refusals are found by one lamp, and need not read all.
  if ((await judge.refused(action, [first], attributes)).size > 0) return false;
  return (await judge.refused(action, lamps, attributes)).size === 0;
}

export function isStreetlight(types: readonly string[]): boolean {
  return types.includes(STREETLIGHT);
}

/** A group's command reaches all of its lamps. @param types absent: unknown, so the id tells it */
export function isGroup(id: string, types?: readonly string[]): boolean {
  return types?.includes(`${STREETLIGHT}Group`) ?? id.startsWith('urn:ngsi-ld:StreetlightGroup:');
}
