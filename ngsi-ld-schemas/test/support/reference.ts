import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The official models, in a folder next to the project that is not part of it. */
export const REFERENCE = fileURLToPath(new URL('../../../../shared/smart-data-models', import.meta.url));

/** A reason to skip where they are missing. */
export const MISSING: string | false = existsSync(REFERENCE)
  ? false
  : `the official models (${'../shared/smart-data-models'}) are missing`;

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(`${REFERENCE}/${path}`, 'utf8')) as T;
}

export interface CatalogAttribute {
  readonly kind: string;
  readonly json: string;
  readonly iri: string;
  readonly coreTerm?: boolean;
  readonly required?: boolean;
  readonly unitCode?: string;
  readonly unitFrom?: 'upstream' | 'convention';
  readonly enum?: readonly (string | number)[] | { readonly count: number };
  readonly format?: string;
  readonly min?: number;
  readonly max?: number;
}

export interface CatalogExample {
  readonly wellFormed?: boolean;
  readonly defects?: readonly { readonly code: string; readonly attr?: string }[];
  readonly schemaValid: boolean;
  readonly schemaValidStrictFormats: boolean;
  readonly attrsNotInSchema?: readonly string[];
}

export interface CatalogType {
  readonly subject: string;
  readonly type: string;
  readonly version: string;
  readonly typeIri: string;
  readonly required: readonly string[];
  readonly attributes: Readonly<Record<string, CatalogAttribute>>;
  readonly examples: { readonly normalized: CatalogExample; readonly keyValues: CatalogExample };
}

export const catalog: readonly CatalogType[] = MISSING ? [] : readJson<{ types: CatalogType[] }>('catalog.json').types;

export type ExampleFile = 'example.jsonld' | 'example-normalized.jsonld' | 'example-normalized.fixed.jsonld';

/** An official example without its @context. Undefined: there is none with this name. */
export function example(
  { subject, type }: Pick<CatalogType, 'subject' | 'type'>,
  file: ExampleFile,
): Example | undefined {
  const path = `${subject}/${type}/${file}`;
  if (!existsSync(`${REFERENCE}/${path}`)) return undefined;
  const { '@context': context, ...entity } = readJson<Record<string, unknown>>(path);
  return { context, entity };
}

export interface Example {
  readonly context: unknown;
  readonly entity: Readonly<Record<string, unknown>>;
}

/** The example that is known to be valid. */
export function goodExample(type: Pick<CatalogType, 'subject' | 'type'>): Example {
  const found = example(type, 'example-normalized.fixed.jsonld') ?? example(type, 'example-normalized.jsonld');
  if (found === undefined) throw new Error(`No normalized example of ${type.type}`);
  return found;
}
