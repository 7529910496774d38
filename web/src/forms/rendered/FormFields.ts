import type { Texts } from '@alzette/procedures/contract';
import { defineComponent, h, type PropType, provide } from 'vue';
import { AnyField } from './AnyField.ts';
import { FORM, type FormPorts, type ShownField } from './field.ts';
import type { FormWords } from './words/form-words.ts';

/** The fields of a part of a form. Nothing here depends on the application around it. */
export const FormFields = defineComponent({
  props: {
    fields: { type: Array as PropType<readonly ShownField[]>, required: true },
    /** The shown fields of a row of a repeated part. */
    rowOf: { type: Function as PropType<(shown: ShownField, row: number) => readonly ShownField[]>, required: true },
    ports: { type: Object as PropType<FormPorts>, required: true },
    words: { type: Object as PropType<FormWords>, required: true },
    language: { type: String, required: true },
    /** Of the ids, so that pages that are in the document at the same time have their own. */
    prefix: { type: String, required: true },
  },
  emits: { change: (_path: string, _value: unknown) => true },
  setup(props, { emit }) {
    const idOf = (path: string) => fieldId(props.prefix, path);
    const say = (texts: Texts) => inWords(texts, props.language);
    provide(FORM, {
      words: () => props.words,
      ports: props.ports,
      say,
      idOf,
      write: (path, value) => emit('change', path, value),
      anyField: AnyField,
      rowOf: (shown, row) => props.rowOf(shown, row),
    });
    return () =>
      h(
        'div',
        { class: 'form-fields' },
        props.fields.map((shown) =>
          shown.field.kind === 'reading'
            ? h('p', { key: shown.path, class: 'form-reading' }, say(shown.field.label))
            : h(AnyField, { key: shown.path, shown }),
        ),
      );
  },
});

/** The id of the control of a field, or of its first. */
export const fieldId = (prefix: string, path: string): string => `${prefix}-${path.replaceAll('.', '-')}`;

/** A text in the language of the reader, or else in French, which each text has. */
export function inWords(texts: Texts, language: string): string {
  return texts[language as keyof Texts] ?? texts.fr;
}

/** The language of what `inWords` returns. */
export function languageOf(texts: Texts, language: string): string {
  return texts[language as keyof Texts] === undefined ? 'fr' : language;
}
