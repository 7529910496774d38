import { as, dateTime, geo, type KeyValues, model, openChoice, required, text } from '../define.ts';
import { identity } from '../shared-attributes.ts';

/** An area where something threatens or disturbs: a flood plan, a noise map, a heat island. No published model has them. */
export const exposureZone = model('Decisions', 'ExposureZone', '1.0.0', {
  ...identity,
  location: required(geo('Polygon', 'MultiPolygon')),
  category: as('https://schema.org/category', required(openChoice('flood', 'noise', 'heat'))),
  severity: text(),
  validFrom: dateTime(),
});
export type ExposureZone = KeyValues<typeof exposureZone>;
