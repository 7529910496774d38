import type { DemoContext } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { COLOURS, levelsFrom } from '../services/environment/src/air/air-index.ts';

const SILENT_S = 3 * 3_600;
/** The WHO guideline for road noise, and the French limit; dB(A). */
const NOISE_FROM = [0, 53, 68];
const THREE_COLOURS = ['#5b8c2a', '#9c6b1e', '#8a4fbf'];
/** Limits for one sample of a bathing site; per 100 ml. */
const COLI_FROM = [0, 101, 1801];
const SAMPLED_S = 31 * 86_400;
const POLLEN_RISKS = ['none', 'veryLow', 'low', 'moderate', 'high', 'veryHigh'];

interface Step {
  readonly from: number;
  readonly colour: string;
}

/** Creates map layers for the stations of the demo, unless there are layers of their type. */
export async function putLayers(_parts: object, { client, context, tenant }: DemoContext): Promise<void> {
  const layers = [
    rangeLayer(
      'AirQualityObserved',
      { fr: 'Air : NO₂', en: 'Air: NO₂', de: 'Luft: NO₂', lb: 'Loft: NO₂' },
      'no2',
      levelsFrom('ATMO', 'no2').map((from, n) => ({ from, colour: Object.values(COLOURS)[n] as string })),
    ),
    rangeLayer(
      'NoiseLevelObserved',
      { fr: 'Bruit : LAeq', en: 'Noise: LAeq', de: 'Lärm: LAeq', lb: 'Kaméidi: LAeq' },
      'LAeq',
      NOISE_FROM.map((from, n) => ({ from, colour: THREE_COLOURS[n] as string })),
    ),
    layer(
      'WeatherObserved',
      { fr: 'Météo', en: 'Weather', de: 'Wetter', lb: 'Wieder' },
      'temperature',
      [{ key: 'station', when: [] }],
      { station: '#1b6ca8' },
    ),
    layer(
      'AeroAllergenObserved',
      { fr: 'Pollens', en: 'Pollen', de: 'Pollen', lb: 'Pollen' },
      'allergenRisk',
      POLLEN_RISKS.map((key) => ({ key, when: [{ attribute: 'allergenRisk', is: [key] }] })),
      Object.fromEntries(POLLEN_RISKS.map((key, n) => [key, Object.values(COLOURS)[n] as string])),
    ),
    rangeLayer(
      'WaterQualityObserved',
      { fr: 'Eau : E. coli', en: 'Water: E. coli', de: 'Wasser: E. coli', lb: 'Waasser: E. coli' },
      'escherichiaColi',
      COLI_FROM.map((from, n) => ({ from, colour: THREE_COLOURS[n] as string })),
      SAMPLED_S,
    ),
  ];
  const { entities } = await client.queryEntities({ type: 'MapLayer', tenant, context, pick: ['id'], limit: 100 });
  const known = new Set(entities.map(({ id }) => id));
  const missing = layers.filter(({ id }) => !known.has(id));
  if (missing.length > 0) await client.batchUpsert(missing, { tenant, context });
}

function rangeLayer(
  type: string,
  title: Readonly<Record<string, string>>,
  attribute: string,
  steps: readonly Step[],
  silentAfter = SILENT_S,
): Entity {
  const keyOf = ({ from }: Step) => `≥ ${Math.floor(from)}`;
  const classes = steps.map((step, n) => {
    const next = steps[n + 1];
    return { key: keyOf(step), when: [{ attribute, from: step.from, ...(next && { below: next.from }) }] };
  });
  const colours = Object.fromEntries(steps.map((step) => [keyOf(step), step.colour]));
  return layer(type, title, attribute, classes, colours, silentAfter);
}

function layer(
  type: string,
  title: Readonly<Record<string, string>>,
  attribute: string,
  classes: readonly object[],
  colours: Readonly<Record<string, string>>,
  silentAfter = SILENT_S,
): Entity {
  return {
    id: `urn:ngsi-ld:MapLayer:${type.toLowerCase()}`,
    type: 'MapLayer',
    name: { type: 'LanguageProperty', languageMap: title },
    definition: {
      type: 'JsonProperty',
      json: { layer: { type, classes, observed: attribute, silentAfter }, colours },
    },
  };
}
