import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NameExpander } from '../../src/model/names.ts';

const CORE: { readonly [term: string]: string } = {
  id: '@id',
  type: '@type',
  location: 'https://uri.etsi.org/ngsi-ld/location',
  observationSpace: 'https://uri.etsi.org/ngsi-ld/observationSpace',
  scope: 'https://uri.etsi.org/ngsi-ld/scope',
  createdAt: 'https://uri.etsi.org/ngsi-ld/createdAt',
  modifiedAt: 'https://uri.etsi.org/ngsi-ld/modifiedAt',
  expiresAt: 'https://uri.etsi.org/ngsi-ld/expiresAt',
  observedAt: 'https://uri.etsi.org/ngsi-ld/observedAt',
  unitCode: 'https://uri.etsi.org/ngsi-ld/unitCode',
  datasetId: 'https://uri.etsi.org/ngsi-ld/datasetId',
  objectType: 'https://uri.etsi.org/ngsi-ld/hasObjectType',
  valueType: 'https://uri.etsi.org/ngsi-ld/hasValueType',
};

export function iri(term: string): string {
  if (Object.hasOwn(CORE, term)) return CORE[term] as string;
  return term.includes(':') ? term : `https://example.org/${term}`;
}

/** A context with the core members used in these tests, and one vocabulary for all other terms. */
export const names: NameExpander = { attribute: iri, type: iri, vocab: iri };

/** Tests that `run` throws BadRequestData with this message. */
export function refuses(what: string, run: () => unknown, message: RegExp): void {
  test(`refuses ${what.slice(0, 60)}`, () => assert.throws(run, { name: 'BadRequestData', message }));
}
