import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import { eventually } from '@alzette/kit/testing';
import { type ServiceHost, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { openData } from '../../src/service.ts';

/** The public URL that the test's host is configured with. */
export const PUBLIC_URL = 'http://localhost:3000';

/** A broker with the open data service, whose jobs run. */
export function startOpenDataHost(t: TestContext, db: Database, { publicUrl = PUBLIC_URL } = {}) {
  return startServiceHost(t, db, [openData], { jobs: true, settings: { PUBLIC_URL: publicUrl } });
}

const LAMPS: readonly [id: string, watts: number, street: string, position: readonly [number, number]][] = [
  ['001', 32, 'Rue de la République', [5.9301, 49.4701]],
  ['002', 45, 'Rue de la République', [5.9302, 49.4702]],
  ['003', 58, 'Rue d’Esch', [5.9403, 49.4803]],
  ['004', 72, '=HYPERLINK("x"), "Place"', [5.9504, 49.4904]],
];

/** A value that must never be published. */
export const SECRET = 'confidential-8d1f';

/** Lamps with an attribute that no dataset of the tests allows. */
export async function writeLamps(host: ServiceHost): Promise<void> {
  const written = await host.broker.client.batchUpsert(
    LAMPS.map(([id, watts, street, position]) => ({
      id: `urn:ngsi-ld:Streetlight:${id}`,
      type: 'Streetlight',
      scope: '/Villerupt',
      name: { type: 'Property', value: `Lampadaire ${id}` },
      powerRating: { type: 'Property', value: watts, observedAt: `2026-03-0${id.at(-1)}T20:00:00Z` },
      description: { type: 'Property', value: SECRET },
      address: { type: 'Property', value: { streetAddress: street, note: SECRET } },
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: position } },
    })),
    { context: CONTEXT },
  );
  assert.deepEqual(written.errors ?? [], []);
}

export const CONTEXT = `${PUBLIC_URL}/contexts/territory/v1.jsonld`;

export const LAMP_DATASET = {
  title: { fr: 'Points lumineux', en: 'Street lights' },
  description: {
    fr: 'Les points lumineux de l’éclairage public : leur position, leur puissance et la rue qu’ils éclairent, tels que les agents les tiennent à jour.',
  },
  keywords: ['éclairage public', 'lampadaire'],
  theme: 'ENER',
  contact: { name: 'Service des données', email: 'donnees@example.org' },
  source: { types: ['Streetlight'], content: { kind: 'current' } },
  columns: [
    { name: 'nom', attribute: 'name', kind: 'text', title: { fr: 'Nom' } },
    { name: 'puissance_w', attribute: 'powerRating', kind: 'number', title: { fr: 'Puissance' }, unit: 'W' },
    { name: 'rue', attribute: 'address', path: 'streetAddress', kind: 'text', title: { fr: 'Rue' } },
  ],
  geometry: true,
  frequency: 'daily',
} as const;

/** Creates a dataset, publishes it and waits until it is public. */
export async function publish(host: ServiceHost, id: string, definition: object): Promise<void> {
  const written = await host.ask('PUT', `/opendata/datasets/${id}`, definition);
  assert.equal(written.status, 201, JSON.stringify(written.body));
  const published = await host.ask('POST', `/opendata/datasets/${id}/publish`);
  assert.equal(published.status, 200, JSON.stringify(published.body));
  await eventually(`${id} is refreshed`, async () => {
    const { body } = await host.ask('GET', `/opendata/datasets/${id}`);
    assert.equal(body.fault, undefined);
    return body.generation > 0;
  });
}
