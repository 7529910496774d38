import { computed, defineComponent, h, shallowRef } from 'vue';
import { communeOptions } from './ChoiceField.ts';
import { type FoundStreet, SHOWN, useForm } from './field.ts';
import { StreetList } from './StreetList.ts';
import { attributesOf, groupShell } from './shell.ts';

interface Address {
  readonly text?: string;
  readonly commune?: string;
  readonly location?: { readonly lat: number; readonly lon: number };
}

/** An address of the territory: written, with streets to choose from, and its commune. */
export const AddressField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    /** What is searched: nothing before somebody types, and after a street was chosen. */
    const typed = shallowRef('');
    const address = computed(() => (props.shown.value ?? {}) as Address);
    const found = computed(() => form.ports.findStreets(typed.value));

    function write(next: Address): void {
      const { text, commune } = next;
      form.write(props.shown.path, text || commune ? next : undefined);
    }
    function onText(event: Event): void {
      typed.value = (event.target as HTMLInputElement).value;
      const { commune } = address.value; // the location was that of another street
      write({ ...(typed.value !== '' && { text: typed.value }), ...(commune && { commune }) });
    }
    function onCommune(event: Event): void {
      const { value } = event.target as HTMLSelectElement;
      const { commune: _before, ...others } = address.value;
      write({ ...others, ...(value !== '' && { commune: value }) });
    }
    function choose({ text, commune, lat, lon }: FoundStreet): void {
      const number = /\d+\s?(bis|ter|quater|[a-z])?\b/i.exec(typed.value)?.[0];
      typed.value = '';
      write({ text: number === undefined ? text : `${number} ${text}`, commune, location: { lat, lon } });
    }

    return () => {
      const { shown } = props;
      const { id, ...states } = attributesOf(shown, form);
      const { address: words } = form.words();
      const purpose = shown.field.autocomplete;
      return groupShell(shown, form, [
        h('div', { class: 'form-part' }, [
          h('label', { for: id }, words.text),
          h('input', {
            id,
            ...states,
            type: 'text',
            maxlength: 200,
            autocomplete: purpose ?? 'off',
            value: address.value.text ?? '',
            onInput: onText,
          }),
          h(StreetList, { found: found.value, isAsked: typed.value !== '', onChoose: choose }),
        ]),
        h('div', { class: 'form-part' }, [
          h('label', { for: `${id}-commune` }, words.commune),
          h('select', { id: `${id}-commune`, onChange: onCommune }, communeOptions(form, address.value.commune)),
        ]),
      ]);
    };
  },
});
