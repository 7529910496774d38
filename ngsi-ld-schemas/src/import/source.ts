import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { JsonSchema } from '../models/model.ts';
import { fetchReferences } from './fetch-references.ts';
import type { Library } from './library.ts';
import { readModelReference } from './model-reference.ts';

/** The published files of one model. */
export interface ModelSource {
  readonly subject: string;
  /** From the name of the folder; the schema may have another. */
  readonly type?: string;
  readonly schema: JsonSchema;
  /** The value of `@context`. */
  readonly context?: unknown;
  /** Only for a fetched model: its documents and their references, by URL. */
  readonly documents?: ReadonlyMap<string, JsonSchema>;
}

/**
 * Reads a folder of models, one model's folder, its schema.json, or its URL. For a URL all references are fetched that
 * are not in the library.
 */
export async function readSources(place: string, library?: Library): Promise<ModelSource[]> {
  if (/^https?:\/\//.test(place)) return [await fetchSource(place, library)];
  if (!existsSync(place)) throw new Error(`${place}: got nothing there, expected a folder, a schema.json or a URL`);
  if (statSync(place).isFile()) return [readFiles(dirname(place), place)];
  const schemas = schemaFiles(place);
  if (schemas.length === 0) throw new Error(`${place}: no schema.json in it or below`);
  return schemas.map((file) => readFiles(dirname(file), file));
}

function schemaFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path) === 'schema.json' && !path.includes('node_modules'))
    .sort()
    .map((path) => join(folder, path));
}

function readFiles(folder: string, file: string): ModelSource {
  const contexts = [folder, dirname(folder)].flatMap((place) => [
    join(place, 'context.patched.jsonld'),
    join(place, 'context.jsonld'),
  ]);
  const context = contexts.find((path) => existsSync(path));
  return {
    subject: basename(dirname(folder)).replace(/^dataModel\./, ''),
    type: basename(folder),
    schema: parse(readFileSync(file, 'utf8'), file),
    ...(context !== undefined && { context: parse(readFileSync(context, 'utf8'), context)['@context'] }),
  };
}

async function fetchSource(url: string, library: Library | undefined): Promise<ModelSource> {
  const file = url.endsWith('.json') ? url : `${url.replace(/\/$/, '')}/schema.json`;
  const [repository = '', type = ''] = (readModelReference(file)?.path ?? new URL(file).pathname.slice(1)).split('/');
  const context = new URL('../context.jsonld', file).href;
  const fetchJson = async (place: string) => parse(await fetchText(place), place);
  const documents = await fetchReferences(file, await fetchJson(file), library, fetchJson);
  const contextText = await fetchText(context).catch(() => undefined);
  return {
    subject: repository.replace(/^dataModel\./, ''),
    ...(type !== '' && { type }),
    schema: documents.get(file) as JsonSchema, // fetched first
    documents,
    ...(contextText !== undefined && { context: parse(contextText, context)['@context'] }),
  };
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(`${url}: answered ${response.status}, expected the file`);
  return response.text();
}

function parse(text: string, place: string): JsonSchema {
  try {
    return JSON.parse(text) as JsonSchema;
  } catch (cause) {
    throw new Error(`${place}: not JSON (${(cause as Error).message})`, { cause });
  }
}
