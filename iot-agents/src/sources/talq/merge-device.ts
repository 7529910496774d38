import type { JsonObject } from '../../frames/json-values.ts';
import { objects, text, time } from '../../frames/json-values.ts';
import type { TalqDocument } from './gateway-rows.ts';
import type { LoggedValue } from './log-report.ts';

/** Applies a PATCH to the device: functions by their id, in each the named attributes. */
export function patchDevice(before: TalqDocument, { functions, ...members }: JsonObject): TalqDocument {
  const patched = objects(before.functions).map((each) => ({ ...each }) as Record<string, unknown>);
  for (const given of objects(functions)) {
    const known = patched.find(({ id }) => id === given.id);
    if (known === undefined) patched.push({ ...given });
    else Object.assign(known, given);
  }
  return { ...before, ...members, address: before.address, functions: patched };
}

/** Applies values, in order of time, to the device. Older values change nothing. */
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

/** The device with only these values, plus its identity and position. */
export function onlyLogged(device: TalqDocument, values: readonly LoggedValue[]): TalqDocument {
  const functions = objects(device.functions).map(
    (each): Record<string, unknown> => (each.type === 'BasicFunction' ? { ...each } : { id: each.id, type: each.type }),
  );
  for (const { functionId, attribute, value, at } of values) {
    functionOf(functions, functionId, attribute)[attribute] = { value, timestamp: at };
  }
  return { ...device, functions };
}

/** A gateway may report on a device as a whole: then the function with that attribute is used, or a new one. */
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
