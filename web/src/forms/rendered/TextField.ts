import type { Kind } from '@alzette/procedures/contract';
import { defineComponent, h, shallowRef, watch } from 'vue';
import { SHOWN, useForm } from './field.ts';
import { shell } from './shell.ts';

type Help = Readonly<Record<string, string>>;
const CODE: Help = { type: 'text', autocapitalize: 'characters', spellcheck: 'false' };
/** How the browser helps to write each kind. */
const HELP: Partial<Readonly<Record<Kind, Help>>> = {
  email: { type: 'email', autocapitalize: 'none', spellcheck: 'false' },
  phone: { type: 'tel' },
  date: { type: 'date' },
  time: { type: 'time' },
  dateTime: { type: 'datetime-local' },
  siren: { ...CODE, inputmode: 'numeric' },
  siret: { ...CODE, inputmode: 'numeric' },
  luMatricule: { ...CODE, inputmode: 'numeric' },
  rna: CODE,
  luVat: CODE,
  rcs: CODE,
  deVat: CODE,
  iban: CODE,
  parcel: CODE,
  asset: CODE,
};

/** A line of text, a day or time, or a longer text. What is empty has no answer. */
export const TextField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const onInput = (event: Event) => {
      const { value } = event.target as HTMLInputElement;
      form.write(props.shown.path, value === '' ? undefined : value);
    };
    return () => {
      const { field, value } = props.shown;
      const isLong = field.kind === 'longText';
      return shell(props.shown, form, (attributes) =>
        h(isLong ? 'textarea' : 'input', {
          ...attributes,
          ...(isLong ? { rows: 4 } : { type: 'text', ...HELP[field.kind] }),
          maxlength: field.maxLength,
          autocomplete: field.autocomplete ?? 'off',
          value: typeof value === 'string' ? value : '',
          onInput,
        }),
      );
    };
  },
});

/** A number, written as people write it. What is no number stays as it was typed, so that the error can say so. */
export const NumberField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const typed = shallowRef(textOf(props.shown.value));
    watch(
      () => props.shown.value,
      (value) => {
        if (numberOf(typed.value) !== value) typed.value = textOf(value);
      },
    );
    const onInput = (event: Event) => {
      typed.value = (event.target as HTMLInputElement).value;
      form.write(props.shown.path, numberOf(typed.value));
    };
    return () =>
      shell(props.shown, form, (attributes) =>
        h('input', {
          ...attributes,
          type: 'text',
          inputmode: props.shown.field.kind === 'integer' ? 'numeric' : 'decimal',
          autocomplete: 'off',
          class: 'form-short',
          value: typed.value,
          onInput,
        }),
      );
  },
});

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value));

/** `1 250,50` is 1250.5. @returns undefined: nothing was typed; the text: it is no number */
export function numberOf(typed: string): number | string | undefined {
  const text = typed.replace(/[\s\u00a0\u202f’']/g, '').replace(',', '.');
  if (text === '') return undefined;
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : typed;
}
