import { h, type VNode, type VNodeArrayChildren } from 'vue';
import type { FormContext, ShownField } from './field.ts';

/** The attributes that tie a control to its label, hint and error. */
export interface ControlAttributes {
  readonly id: string;
  readonly 'aria-required': 'true' | undefined;
  readonly 'aria-invalid': 'true' | undefined;
  readonly 'aria-describedby': string | undefined;
}

/** A field with one control: label, hint and error before it, so that they are read before somebody answers. */
export function shell(
  shown: ShownField,
  form: FormContext,
  control: (attributes: ControlAttributes) => VNode | VNodeArrayChildren,
): VNode {
  const attributes = attributesOf(shown, form);
  return h('div', { class: 'form-field', 'data-field': shown.path }, [
    h('label', { for: attributes.id }, labelOf(shown, form)),
    notesOf(shown, form),
    control(attributes),
  ]);
}

/** A field with several controls. The first has the id, to which the error summary leads. */
export function groupShell(shown: ShownField, form: FormContext, controls: VNodeArrayChildren): VNode {
  return h(
    'fieldset',
    {
      class: 'form-field',
      'data-field': shown.path,
      'aria-describedby': attributesOf(shown, form)['aria-describedby'],
    },
    [h('legend', labelOf(shown, form)), notesOf(shown, form), controls],
  );
}

export function attributesOf({ path, field, error }: ShownField, { idOf }: FormContext): ControlAttributes {
  const id = idOf(path);
  const described = [hasNotes(field) && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return {
    id,
    'aria-required': field.required ? 'true' : undefined,
    'aria-invalid': error === undefined ? undefined : 'true',
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
  };
}

const hasNotes = ({ hint, example }: ShownField['field']) => hint !== undefined || example !== undefined;

export function labelOf({ field }: ShownField, { say, words }: FormContext): VNodeArrayChildren {
  const text = field.unit === undefined ? say(field.label) : `${say(field.label)} (${field.unit})`;
  return [text, ...(field.required ? [' ', h('span', { class: 'form-required' }, words().required)] : [])];
}

export function notesOf({ path, field, error }: ShownField, { say, words, idOf }: FormContext): VNode[] {
  const id = idOf(path);
  const { hint, example } = field;
  const notes = [hint && say(hint), example && `${words().example} ${example}`].filter(Boolean).join(' ');
  return [
    ...(notes === '' ? [] : [h('p', { id: `${id}-hint`, class: 'form-hint' }, notes)]),
    ...(error === undefined
      ? []
      : [
          h('p', { id: `${id}-error`, class: 'form-error' }, [
            h('span', { class: 'form-only-read' }, `${words().error} `),
            error,
          ]),
        ]),
  ];
}
