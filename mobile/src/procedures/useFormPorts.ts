import type { FormPorts } from '@alzette/web/procedure-forms';
import { useTerritory } from '@alzette/web/territory';
import { defineAsyncComponent, defineComponent, h, type PropType } from 'vue';
import { citizenProcedures } from '../citizen/citizen-api.ts';
import { inParts } from '../map/load-map.ts';
import type { Position } from '../territory/distance.ts';
import { communeAt } from '../territory/inside.ts';
import { findStreets, streetNear } from '../territory/streets.ts';
import type { KeptFile } from './sending/dossiers.ts';

/** The form of a token of the server, which a file has when it is sent. */
const OWN_SIGNATURE = '-'.repeat(43);

/** What forms need of the app. Files stay on the device until the form is sent. */
export function useFormPorts(files: { all(): readonly KeptFile[]; add(file: KeptFile): void }): FormPorts {
  const { territory } = useTerritory();

  return {
    communes: () => territory.value?.communes ?? [],
    findStreets: (typed) => {
      if (territory.value === undefined) return [];
      const words = typed.replace(/^\s*\d+\s*(bis|ter|quater|[a-z])?[\s,]+/i, '');
      return findStreets(territory.value, words).map(({ name, commune, communeName, at: [lon, lat] }) => ({
        text: name,
        communeName,
        commune,
        lat,
        lon,
      }));
    },
    placeInWords: (position) => {
      if (territory.value === undefined) return undefined;
      const street = streetNear(territory.value, position as Position);
      return street ? `${street.name}, ${street.communeName}` : communeAt(territory.value, position as Position)?.name;
    },
    takeFile: async (file) => {
      const token = `${crypto.randomUUID().replaceAll('-', '')}.${OWN_SIGNATURE}`;
      files.add({ token, name: file.name, blob: file });
      return token;
    },
    fileName: (token) => files.all().find((each) => each.token === token)?.name,
    slots: async (resource) => {
      const { slots } = await citizenProcedures.slots({ params: { resource }, query: {} });
      return slots.map(({ id, free }) => ({ id, isFull: free <= 0 }));
    },
    map: PlaceMap,
  };
}

const PickMap = defineAsyncComponent(() => inParts(() => import('../map/PickMap.vue')));

/** The app's map to choose a place, loaded when somebody opens it. */
const PlaceMap = defineComponent({
  props: { at: { type: Array as unknown as PropType<Position> }, label: { type: String, required: true } },
  emits: { pick: (_at: Position) => true },
  setup(props, { emit }) {
    const { territory } = useTerritory();
    return () =>
      h(PickMap, {
        territory: territory.value,
        at: props.at,
        assets: [],
        selected: undefined,
        label: props.label,
        onPick: (at: Position) => emit('pick', at),
      });
  },
});
