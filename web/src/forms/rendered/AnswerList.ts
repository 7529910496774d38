import { defineComponent, h, type PropType, type VNode } from 'vue';
import { dayInWords, slotInWords } from './days.ts';
import { inWords } from './FormFields.ts';
import type { FormPorts, ShownField } from './field.ts';
import { type Geometry, type Position, pointsOf } from './place-points.ts';
import { type FormWords, filled } from './words/form-words.ts';

/** What was answered, to be read: by its sender before sending, and by the desk. */
export const AnswerList = defineComponent({
  props: {
    fields: { type: Array as PropType<readonly ShownField[]>, required: true },
    rowOf: { type: Function as PropType<(shown: ShownField, row: number) => readonly ShownField[]>, required: true },
    ports: { type: Object as PropType<FormPorts>, required: true },
    words: { type: Object as PropType<FormWords>, required: true },
    language: { type: String, required: true },
  },
  emits: { file: (_token: string) => true },
  setup(props, { emit }) {
    const labelOf = ({ field }: ShownField) =>
      field.unit === undefined
        ? inWords(field.label, props.language)
        : `${inWords(field.label, props.language)} (${field.unit})`;

    function answerOf(shown: ShownField): (VNode | string)[] {
      const { field, value } = shown;
      if (value === undefined) return [props.words.noAnswer];
      if (field.kind === 'repeated') {
        return (value as readonly unknown[]).map((_row, n) =>
          h('section', { key: n, class: 'form-answered' }, [
            h('p', { class: 'form-label' }, filled(props.words.repeated.line, { n: n + 1 })),
            listOf(props.rowOf(shown, n)),
          ]),
        );
      }
      if (field.kind === 'file') return (value as readonly string[]).map(fileOf);
      if (field.kind === 'signature') return [fileOf(value as string)];
      const text = textOf(shown, props);
      const [at] = positionsOf(shown);
      return [
        at === undefined || props.ports.mapOf === undefined ? text : h('a', { href: props.ports.mapOf(at) }, text),
      ];
    }

    /** The name of a file; where it can be opened, a button. */
    function fileOf(token: string): VNode {
      const name = props.ports.fileName?.(token) ?? props.words.file.one;
      if (props.ports.opensFiles !== true) return h('p', { key: token }, name);
      return h(
        'button',
        { key: token, type: 'button', class: 'form-button', onClick: () => emit('file', token) },
        name,
      );
    }

    const listOf = (fields: readonly ShownField[]): VNode =>
      h(
        'dl',
        { class: 'form-answers' },
        fields
          .filter(({ field }) => field.kind !== 'reading')
          .map((shown) =>
            h('div', { key: shown.path, 'data-field': shown.path }, [
              h('dt', labelOf(shown)),
              h('dd', answerOf(shown)),
            ]),
          ),
      );
    return () => h('div', { class: 'form-fields' }, [listOf(props.fields)]);
  },
});

function positionsOf({ field, value }: ShownField): readonly Position[] {
  if (field.kind === 'place') return pointsOf(value as Geometry);
  if (field.kind !== 'address') return [];
  const { location } = value as { readonly location?: { readonly lat: number; readonly lon: number } };
  return location === undefined ? [] : [[location.lon, location.lat]];
}

interface Reader {
  readonly words: FormWords;
  readonly language: string;
  readonly ports: FormPorts;
}

/** An answer of one line, in the language of the reader. */
function textOf({ field, value }: ShownField, { words, language, ports }: Reader): string {
  const optionOf = (chosen: unknown) => {
    const option = field.options?.find((each) => each.value === chosen);
    return option === undefined ? String(chosen) : inWords(option.label, language);
  };
  switch (field.kind) {
    case 'yesNo':
    case 'confirmation':
      return value === true ? words.yes : words.no;
    case 'oneOf':
      return optionOf(value);
    case 'severalOf':
      return (value as readonly unknown[]).map(optionOf).join(', ');
    case 'number':
    case 'integer':
    case 'computed':
      return typeof value === 'number' ? new Intl.NumberFormat(words.intl).format(value) : String(value);
    case 'money':
      return typeof value === 'number'
        ? new Intl.NumberFormat(words.intl, { style: 'currency', currency: 'EUR' }).format(value)
        : String(value);
    case 'date':
    case 'dateTime':
      return dayInWords(value, words.intl);
    case 'period': {
      const { from, to } = value as { readonly from?: string; readonly to?: string };
      return [from, to].map((end) => (end === undefined ? '…' : dayInWords(end, words.intl))).join(' – ');
    }
    case 'commune':
      return communeOf(value, ports);
    case 'address': {
      const { text, commune } = value as { readonly text?: string; readonly commune?: string };
      return [text, commune && communeOf(commune, ports)].filter(Boolean).join(', ');
    }
    case 'place':
      return pointsOf(value as Geometry)
        .map((at) => ports.placeInWords(at) ?? `${at[1].toFixed(5)}, ${at[0].toFixed(5)}`)
        .join(' → ');
    case 'booking':
      return slotInWords((value as { readonly slot: string }).slot, words.intl);
    default:
      return String(value);
  }
}

const communeOf = (slug: unknown, ports: FormPorts) =>
  ports.communes().find((each) => each.slug === slug)?.name ?? String(slug);
