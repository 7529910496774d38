import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';

/** A square in the south of Luxembourg; each number has its own. */
export function squareOf(n: number) {
  return squareAt(6 + n * 0.05, 49.5);
}

export function squareAt(west: number, south: number) {
  const ring = [
    [west, south],
    [west + 0.04, south],
    [west + 0.04, south + 0.04],
    [west, south + 0.04],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

/** The body that founds a made-up collectivity of one commune. */
export function madeUp(tenant: string, n: number, others: object = {}) {
  return {
    tenant,
    name: `Gemeng ${tenant}`,
    hosts: [`${tenant}.example.org`],
    timeZone: 'Europe/Luxembourg',
    country: 'LU',
    languages: ['lb', 'fr'],
    notice: 'An invented place',
    communes: [{ slug: `duerf-${n}`, name: `Duerf ${n}` }],
    boundaries: {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties: { commune: `duerf-${n}` }, geometry: squareOf(n) }],
    },
    ...others,
  };
}

/** Founds made-up collectivities. */
export async function found(
  app: FastifyInstance,
  headers: Readonly<Record<string, string>>,
  tenants: readonly string[],
): Promise<void> {
  for (const [n, tenant] of tenants.entries()) {
    const answer = await app.inject({
      method: 'POST',
      url: '/ops/collectivities',
      headers,
      payload: madeUp(tenant, n),
    });
    assert.equal(answer.statusCode, 201, answer.body);
  }
}
