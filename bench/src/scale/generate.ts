import type pg from 'pg';

/** The types of the generated entities, with their number per thousand. One in 10,000 is of type RARE. */
export const COMMON = 'ScaleLamp';
export const RARE = 'ScaleRare';

const CHUNK = 20_000;

/** Placeholders in the template for the values of the n-th entity; digits, because numbers need placeholders too. */
export const MARKS = {
  id: 'urn:ngsi-ld:Mark:0',
  type: 'MarkType',
  number: '770077',
  street: 'Mark street',
  scope: '/Mark',
};

/**
 * The entity whose stored document is the template. Ids begin with the type, as usual, so that entities of one type are
 * adjacent in the order of ids.
 */
export function templateEntity(): Record<string, unknown> {
  const observedAt = '2026-01-31T18:00:00.000Z';
  const measured = (value: unknown, unitCode: string) => ({ type: 'Property', value, unitCode, observedAt });
  return {
    id: MARKS.id,
    type: MARKS.type,
    scope: MARKS.scope,
    name: { type: 'Property', value: `Lamp ${MARKS.number}` },
    street: { type: 'Property', value: MARKS.street },
    powerState: { type: 'Property', value: 'on', observedAt },
    illuminanceLevel: measured(0.5, 'P1'),
    power: measured(42, 'WTT'),
    energy: measured(Number(MARKS.number), 'KWH'),
    temperature: measured(15, 'CEL'),
    burningHours: measured(1234, 'HUR'),
    lampType: { type: 'Property', value: 'LED' },
    cabinet: { type: 'Relationship', object: 'urn:ngsi-ld:Cabinet:7' },
    location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.770077, 49.770077] } },
  };
}

/** The template with the values of a generated entity. @param template a parameter of the statement */
function ownTextOf(template: string): string {
  return `replace(replace(replace(replace(replace(replace(replace(${template}, '${MARKS.id}', id), '${MARKS.type}', type),
      '5.770077', longitude::text), '49.770077', latitude::text), '${MARKS.number}', n::text),
      '${MARKS.street}', 'Rue ' || part), '"${MARKS.scope}"', '"/Territory/District' || part || '"')`;
}

// Positions are spread over 1 by 0.6 degrees, so that neighbours are not adjacent in the table.
const INSERT = `
  WITH numbered AS (
    SELECT n,
      CASE WHEN n % 10000 = 9999 THEN '${RARE}' WHEN n % 10 = 9 THEN 'ScaleSensor' WHEN n % 10 = 8 THEN 'ScaleContainer'
        ELSE '${COMMON}' END AS type,
      round((5.5 + (n * 7919 % 100003) / 100003.0)::numeric, 6) AS longitude,
      round((49.2 + 0.6 * (n * 104729 % 99991) / 99991.0)::numeric, 6) AS latitude,
      (n % greatest($4::bigint / 100, 1))::text AS part
    FROM generate_series($1::bigint, $2::bigint) AS n
  ), drawn AS (
    SELECT *, 'urn:ngsi-ld:' || type || ':' || lpad(n::text, 8, '0') AS id FROM numbered
  )
  INSERT INTO entity (tenant, id, types, scopes, document, shown, location, created_at, modified_at, version)
  SELECT '', id, ARRAY[replace($5, '${MARKS.type}', type)], ARRAY['/Territory/District' || part],
    ${ownTextOf('$3')}::jsonb, ${ownTextOf('$6')},
    ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), now(), now(), 1
  FROM drawn`;

/**
 * Inserts entities `from` to `to` - 1 of `total` directly into the table, as the broker stores them. Each street and
 * each scope has 100 entities.
 *
 * @param template the stored document of {@link templateEntity}, with its text and its type's IRI
 */
export async function generate(
  client: pg.ClientBase,
  template: { readonly document: string; readonly shown: string; readonly type: string },
  from: number,
  to: number,
  total: number,
): Promise<void> {
  for (let start = from; start < to; start += CHUNK) {
    const end = Math.min(start + CHUNK, to) - 1;
    await client.query(INSERT, [start, end, template.document, total, template.type, template.shown]);
  }
}
