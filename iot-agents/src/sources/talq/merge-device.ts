import type { JsonObject } from '../../frames/json-values.ts';
import { objects, text, time } from '../../frames/json-values.ts';
import type { TalqDocument } from './gateway-rows.ts';
import type { LoggedValue } from './log-report.ts';

/** The device with what a PATCH gives: functions by their id, in each the attributes that are named. */
export function patchDevice(before: TalqDocument, { functions, ...members }: JsonObject): TalqDocument {
  const patched = objects(before.functions).map((each) => ({ ...each }) as Record<string, unknown>);
  for (const given of objects(functions)) {
    const known = patched.find(({ id }) => id === given.id);
    if (known === undefined) patched.push({ ...given });
    else Object.assign(known, given);
  }
  return { ...before, ...members, address: before.address, functions: patched };
}

/** The device as it stands after the values, which are in order of time; what is older than what it has changes nothing. */
export function withLogged(before: TalqDocument, values: readonly LoggedValue[]): TalqDocument {
  const functions = objects(before.functions).map((each) => ({ ...each }) as Record<string, unknown>);
  for (const { functionId, attribute, value, at } of values) {
    const known = functionOf(functions, functionId, attribute);
    const old = objects([known[attribute]])[0];
    if ((time(old?.timestamp) ?? '') > at) continue;
    known[attribute] = { ...old, value, timestamp: at };
  }
  return { ...before, functions };
}

/** The device with these values alone, and with what tells what and where it is. */
export function onlyLogged(device: TalqDocument, values: readonly LoggedValue[]): TalqDocument {
  const functions = objects(device.functions).map(
    (each): Record<string, unknown> => (each.type === 'BasicFunction' ? { ...each } : { id: each.id, type: each.type }),
  );
  for (const { functionId, attribute, value, at } of values) {
    functionOf(functions, functionId, attribute)[attribute] = { value, timestamp: at };
  }
  return { ...device, functions };
}

/** A gateway may tell of a device as a whole: then it is the function that has the attribute, or one of its own. */
function functionOf(
  functions: Record<string, unknown>[],
  functionId: string | undefined,
  attribute: string,
): Record<string, unknown> {
  const id = functionId ?? text(functions.find((each) => attribute in each)?.id) ?? 'log';
  const known = functions.find((each) => each.id === id);
  if (known !== undefined) return known;
  const made = { id };
  functions.push(made);
  return made;
}
