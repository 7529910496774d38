import { DEFAULT_VOCABULARY } from '@alzette/ngsi-ld-schemas';
import type { FastifyRequest } from 'fastify';
import type { NameExpander } from '../../model/names.ts';
import { isJsonObject } from '../../model/values.ts';

const MAX_ITEMS = 50;
const MAX_NAMES = 200;

/** Members of documents that are not attributes. */
const MEMBERS: ReadonlySet<string> = new Set(['id', 'type', '@context', 'scope', 'entities', 'notification']);

/**
 * The short names in a request that its @context does not define, so that they fall into the default vocabulary.
 *
 * @returns short names without duplicates
 */
export function undefinedNames({ body, params, ngsiLd: { parameters, context } }: FastifyRequest): string[] {
  const names = new Set<string>();
  const { type, attr } = params as { readonly type?: string; readonly attr?: string };
  for (const name of [type, attr]) if (name !== undefined) names.add(name);
  for (const name of parameters.type?.split(/[,;|()]/) ?? []) names.add(name.trim());
  for (const list of [parameters.attrs, parameters.pick, parameters.omit]) {
    for (const name of list?.split(/[,|{}]/) ?? []) names.add(name.trim());
  }
  // In each term, the name before an operator or a path.
  for (const term of parameters.q?.split(/[;|()]/) ?? []) names.add(/^!?([^.[=!<>~]+)/.exec(term.trim())?.[1] ?? '');
  const items = Array.isArray(body) ? body.slice(0, MAX_ITEMS) : [body];
  for (const item of items) if (isJsonObject(item)) addNames(item, names);
  return [...names].slice(0, MAX_NAMES).filter((name) => isStrayed(name, context));
}

function addNames(document: { readonly [member: string]: unknown }, names: Set<string>): void {
  for (const member of Object.keys(document)) if (!MEMBERS.has(member)) names.add(member);
  for (const type of [document.type].flat()) if (typeof type === 'string') names.add(type);
}

function isStrayed(name: string, names: NameExpander): boolean {
  if (name === '' || name.includes(':') || name.startsWith('@')) return false;
  try {
    return names.attribute(name) === DEFAULT_VOCABULARY + name;
  } catch {
    return false; // invalid names were refused when they were read
  }
}
