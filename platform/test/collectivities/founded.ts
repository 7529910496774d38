import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';

export const NINE = ['aalt', 'neit', 'dall', 'bierg', 'bech', 'haff', 'mier', 'schlass', 'wiss'];
/** In one of them. */
export const LAMP = { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight' };

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

/** What differs on three sides of the borders. */
export const COUNTRIES = [
  { country: 'LU', timeZone: 'Europe/Luxembourg', languages: ['lb', 'fr'] },
  { country: 'FR', timeZone: 'Europe/Paris', languages: ['fr'], commune: { department: '57', code: '57538' } },
  { country: 'DE', timeZone: 'Europe/Berlin', languages: ['de', 'fr'], commune: { code: '10041514' } },
] as const;

/** 500, 1000, 1500 … */
export function inhabitantsOf(n: number): number {
  return (n + 1) * 500;
}

/** Founds made-up collectivities. @param countries those of them in turn; default: all are in Luxembourg */
export async function found(
  app: FastifyInstance,
  headers: Readonly<Record<string, string>>,
  tenants: readonly string[],
  countries: readonly (typeof COUNTRIES)[number][] = COUNTRIES.slice(0, 1),
): Promise<void> {
  for (const [n, tenant] of tenants.entries()) {
    const { commune, ...others } = { commune: {}, ...countries[n % countries.length] };
    const communes = [{ slug: `duerf-${n}`, name: `Duerf ${n}`, inhabitants: inhabitantsOf(n), ...commune }];
    const answer = await app.inject({
      method: 'POST',
      url: '/ops/collectivities',
      headers,
      payload: madeUp(tenant, n, { ...others, communes }),
    });
    assert.equal(answer.statusCode, 201, answer.body);
  }
}
