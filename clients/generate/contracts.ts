import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contract, ParameterShape } from '@alzette/kit/contract';
import { isMedia } from '@alzette/kit/contract';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Schema = { readonly [keyword: string]: unknown };
/** A JSON value, a file, or nothing. */
export type Shape = { readonly json: Schema } | 'file' | 'nothing';

export interface Parameter {
  readonly name: string;
  readonly schema: Schema;
  readonly isNeeded: boolean;
}

/** An operation, as a client calls it. */
export interface Operation {
  readonly name: string;
  readonly summary: string;
  /** `GET /energy/buildings/:id`. */
  readonly path: string;
  readonly params: readonly Parameter[];
  readonly query: readonly Parameter[];
  readonly body?: { readonly shape: Shape; readonly isNeeded: boolean };
  readonly answers: readonly Shape[];
}

/** The operations of a contract: `energy`, `workOrder`. */
export interface Service {
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** All contracts of the broker, the agents and the services, by name. */
export async function readContracts(): Promise<Service[]> {
  const services = new Map<string, Service>();
  for (const file of globSync('{broker,iot-agents,services/*}/package.json', { cwd: ROOT }).sort()) {
    const { name, exports } = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
    if (name === '@alzette/kit' || exports['./contract'] === undefined) continue;
    const found = Object.entries<unknown>(await import(`${name}/contract`)).filter(isContract);
    for (const [exported, contract] of found) {
      const own = exported.replace(/Contract$/, '');
      const service = services.has(own) ? `${name.split('/')[1]}${own.charAt(0).toUpperCase()}${own.slice(1)}` : own;
      services.set(service, { name: service, operations: operationsOf(contract) });
    }
  }
  return [...services.values()].sort((one, other) => one.name.localeCompare(other.name));
}

function isContract(entry: [string, unknown]): entry is [string, Contract] {
  const [, value] = entry;
  return typeof value === 'object' && value !== null && 'paths' in value && 'operations' in value;
}

function operationsOf({ paths, operations }: Contract): Operation[] {
  return Object.entries(operations).map(([name, { summary, params = {}, query = {}, body, answers }]) => ({
    name,
    summary,
    path: String(paths[name]),
    params: parametersOf(params),
    query: parametersOf(query),
    ...(body !== undefined && { body: { shape: shapeOf(body), isNeeded: !('~optional' in body) } }),
    answers: Object.values(answers).map(shapeOf),
  }));
}

function parametersOf(shape: ParameterShape): Parameter[] {
  return Object.entries(shape).map(([name, { schema, required }]) => ({
    name,
    schema: schema as Schema,
    isNeeded: required === true,
  }));
}

function shapeOf(content: object | null): Shape {
  if (content === null) return 'nothing';
  return isMedia(content) ? 'file' : { json: content as Schema };
}
