import { FULL_LEVEL, SOUND_STATUSES } from '@alzette/ngsi-ld-schemas/figures';
import type { MapLayer } from '@alzette/ngsi-ld-schemas/map';
import type { LanguageMap } from '../i18n/in-language.ts';

/** A layer of the map with its appearance. */
export interface ShownLayer {
  readonly layer: MapLayer;
  /** For a layer that is an entity, maybe in several languages; the names of known types come from the catalogue. */
  readonly title?: string | LanguageMap;
  /** Its entity, if a user created the layer. */
  readonly id?: string;
  /** `#rrggbb` by key of a class, for layers that a user created. */
  readonly colours?: Readonly<Record<string, string>>;
  /** The title of each class, by its key. */
  readonly titles?: Readonly<Record<string, string>>;
}

const HOUR_S = 3_600;

const FILLING_LEVEL = 0.5;

const DEFECTIVE = {
  key: 'defective',
  severity: 'alarm',
  when: [{ attribute: 'status', isNot: SOUND_STATUSES }],
} as const;
const POWERED = [
  DEFECTIVE,
  { key: 'on', when: [{ attribute: 'powerState', is: ['on'] }] },
  { key: 'dimmed', when: [{ attribute: 'powerState', is: ['low'] }] },
  { key: 'starting', when: [{ attribute: 'powerState', is: ['bootingUp'] }] },
  { key: 'off', when: [{ attribute: 'powerState', is: ['off'] }] },
] as const;

/** The types with symbols, and the conditions for the state of an entity. */
export const KNOWN_LAYERS: readonly ShownLayer[] = [
  {
    layer: { type: 'Streetlight', classes: POWERED, observed: 'powerState', silentAfter: 6 * HOUR_S },
  },
  {
    layer: { type: 'StreetlightControlCabinet', classes: POWERED, observed: 'powerState', silentAfter: 3 * HOUR_S },
  },
  {
    layer: {
      type: 'WasteContainer',
      classes: [
        DEFECTIVE,
        { key: 'full', severity: 'warning', when: [{ attribute: 'fillingLevel', from: FULL_LEVEL }] },
        { key: 'filling', when: [{ attribute: 'fillingLevel', from: FILLING_LEVEL }] },
        { key: 'roomy', when: [{ attribute: 'fillingLevel', below: FILLING_LEVEL }] },
      ],
      value: 'fillingLevel',
      observed: 'fillingLevel',
      silentAfter: 24 * HOUR_S,
    },
  },
];

export function knownLayer(type: string): MapLayer | undefined {
  return KNOWN_LAYERS.find(({ layer }) => layer.type === type)?.layer;
}
