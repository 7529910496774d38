import { isObject } from '../frames/json-values.ts';
import type { DeviceAddress, DeviceProtocol } from './device-message.ts';
import type { Measures } from './measures.ts';
import { MeasureError } from './measures.ts';
import { readUltraLight, readUltraLightValue } from './ultralight.ts';

/** The groups of measures in a message, oldest first. @throws MeasureError */
export function readMeasures(address: DeviceAddress, protocol: DeviceProtocol, body: Uint8Array): Measures[] {
  const text = textOf(body);
  const { objectId, time } = address;
  let groups: Measures[];
  if (objectId !== undefined) {
    if (text === '') throw new MeasureError(`the value of ${objectId} is empty`);
    groups = [{ [objectId]: protocol === 'ul' ? readUltraLightValue(text) : jsonOrHex(body, text) }];
  } else {
    groups = protocol === 'ul' ? readUltraLight(text) : readJson(text);
  }
  if (time !== undefined) groups = groups.map((group) => ({ TimeInstant: time, ...group }));
  if (groups.length === 1) return groups;
  return groups
    .map((group, at) => ({ group, at, ms: instant(group) }))
    .sort(byInstant)
    .map(({ group }) => group);
}

/** Without a copy: most bodies are views of the socket's buffer. */
function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString();
}

function instant({ TimeInstant }: Measures): number {
  return typeof TimeInstant === 'string' ? Date.parse(TimeInstant) : Number.NaN;
}

/** Groups without a time keep their relative order, after the others. */
function byInstant(a: { ms: number; at: number }, b: { ms: number; at: number }): number {
  if (Number.isNaN(a.ms) || Number.isNaN(b.ms))
    return Number(Number.isNaN(a.ms)) - Number(Number.isNaN(b.ms)) || a.at - b.at;
  return a.ms - b.ms || a.at - b.at;
}

function readJson(text: string): Measures[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MeasureError(`not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const groups = Array.isArray(value) ? value : [value];
  const wrong = groups.findIndex((group) => !isObject(group));
  if (wrong >= 0) {
    const got = JSON.stringify(groups[wrong])?.slice(0, 100);
    throw new MeasureError(`${Array.isArray(value) ? `[${wrong}]` : 'the message'} is ${got}, expected a JSON object`);
  }
  return groups;
}

function jsonOrHex(body: Uint8Array, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Buffer.from(body).toString('hex');
  }
}
