import { computed, defineComponent, h, shallowRef } from 'vue';
import { type FoundStreet, SHOWN, useForm } from './field.ts';
import { type Geometry, geometryOf, type Position, pointsOf } from './place-points.ts';
import { StreetList } from './StreetList.ts';
import { attributesOf, groupShell } from './shell.ts';
import { filled } from './words/form-words.ts';

/**
 * A place: a point, or the points of a line or of the edge of an area. Each is chosen on the map or by a street, so that
 * nobody needs the map.
 */
export const PlaceField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const isOnMap = shallowRef(false);
    const typed = shallowRef('');
    const said = shallowRef('');
    /** Points that are not enough for a line or an area so far. */
    const begun = shallowRef<readonly Position[]>([]);
    const isOne = computed(() => (props.shown.field.geometry ?? 'point') === 'point');
    const points = computed(() => {
      const known = pointsOf(props.shown.value as Geometry | undefined);
      return known.length > 0 ? known : begun.value;
    });
    const found = computed(() => form.ports.findStreets(typed.value));

    function change(next: readonly Position[]): void {
      begun.value = next;
      form.write(props.shown.path, geometryOf(props.shown.field.geometry ?? 'point', next));
    }
    function add(at: Position): void {
      change(isOne.value ? [at] : [...points.value, at]);
      said.value = filled(form.words().place.at, { place: placeOf(at) });
    }
    function choose({ lat, lon }: FoundStreet): void {
      typed.value = '';
      add([lon, lat]);
    }
    const placeOf = (at: Position) => form.ports.placeInWords(at) ?? `${at[1].toFixed(5)}, ${at[0].toFixed(5)}`;

    return () => {
      const { shown } = props;
      const { id, ...states } = attributesOf(shown, form);
      const { place: words } = form.words();
      const { map } = form.ports;
      return groupShell(shown, form, [
        points.value.length === 0
          ? h('p', words.none)
          : h(
              'ol',
              { class: 'form-points' },
              points.value.map((at, n) =>
                h('li', { key: n }, [
                  h('span', placeOf(at)),
                  h(
                    'button',
                    {
                      type: 'button',
                      'aria-label': filled(words.remove, { n: n + 1 }),
                      onClick: () => change(points.value.filter((_each, other) => other !== n)),
                    },
                    '×',
                  ),
                ]),
              ),
            ),
        h('p', { class: 'form-only-read', role: 'status' }, said.value),
        h('div', { class: 'form-part' }, [
          h('label', { for: id }, isOne.value ? words.byStreet : words.nextByStreet),
          h('input', {
            id,
            ...states,
            type: 'search',
            autocomplete: 'off',
            value: typed.value,
            onInput: (event: Event) => (typed.value = (event.target as HTMLInputElement).value),
          }),
          h(StreetList, { found: found.value, isAsked: typed.value !== '', onChoose: choose }),
        ]),
        ...(map === undefined
          ? []
          : [
              h(
                'button',
                {
                  type: 'button',
                  class: 'form-button',
                  'aria-expanded': isOnMap.value,
                  onClick: () => (isOnMap.value = !isOnMap.value),
                },
                isOnMap.value ? words.hideMap : words.showMap,
              ),
              ...(isOnMap.value
                ? [
                    h('div', { class: 'form-map' }, [
                      h(map, { at: points.value.at(-1), label: words.map, onPick: (at: Position) => add(at) }),
                    ]),
                  ]
                : []),
            ]),
      ]);
    };
  },
});
