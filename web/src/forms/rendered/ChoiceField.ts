import type { Choice } from '@alzette/procedures/contract';
import { defineComponent, h, type VNode } from 'vue';
import { type FormContext, SHOWN, type ShownField, useForm } from './field.ts';
import { attributesOf, groupShell, labelOf, notesOf, shell } from './shell.ts';

/** So many choices are all shown; more are in a list. */
export const MOST_SHOWN = 7;

interface Option {
  readonly value: string;
  readonly text: string;
}

/** One of several: as radio buttons if they are few. */
export const ChoiceField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const choose = (value: string) => form.write(props.shown.path, value === '' ? undefined : value);
    return () => {
      const { options = [] } = props.shown.field;
      const { value } = props.shown;
      if (options.length > MOST_SHOWN) return listOf(props.shown, form, options, choose);
      return groupShell(props.shown, form, [
        radios(props.shown, form, optionsOf(options, form), (each) => value === each, choose),
      ]);
    };
  },
});

/** A commune of the territory. */
export const CommuneField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    return () =>
      shell(props.shown, form, (attributes) =>
        h(
          'select',
          {
            ...attributes,
            autocomplete: props.shown.field.autocomplete ?? 'off',
            onChange: (event: Event) =>
              form.write(props.shown.path, (event.target as HTMLSelectElement).value || undefined),
          },
          communeOptions(form, props.shown.value),
        ),
      );
  },
});

/** The communes as options of a list, with an empty one first. */
export function communeOptions({ ports, words }: FormContext, chosen: unknown): VNode[] {
  return [
    h('option', { value: '', selected: chosen === undefined }, words().choose),
    ...ports.communes().map(({ slug, name }) => h('option', { value: slug, selected: slug === chosen }, name)),
  ];
}

export const YesNoField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    return () => {
      const { yes, no } = form.words();
      const options = [
        { value: 'yes', text: yes },
        { value: 'no', text: no },
      ];
      const { path, value } = props.shown;
      const isChosen = (each: string) => value === (each === 'yes');
      return groupShell(props.shown, form, [
        radios(props.shown, form, options, isChosen, (each) => form.write(path, each === 'yes')),
      ]);
    };
  },
});

/** A box that is ticked to agree. Its label is beside it. */
export const ConfirmationField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    return () => {
      const { shown } = props;
      const attributes = attributesOf(shown, form);
      return h('div', { class: 'form-field', 'data-field': shown.path }, [
        notesOf(shown, form),
        h('label', { class: 'form-choice' }, [
          h('input', {
            ...attributes,
            type: 'checkbox',
            checked: shown.value === true,
            onChange: (event: Event) => form.write(shown.path, (event.target as HTMLInputElement).checked || undefined),
          }),
          h('span', labelOf(shown, form)),
        ]),
      ]);
    };
  },
});

/** Several of a list. */
export const ChoicesField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const chosen = () => (Array.isArray(props.shown.value) ? (props.shown.value as readonly string[]) : []);
    function toggle(value: string, isOn: boolean): void {
      const { path, field } = props.shown;
      const now = (field.options ?? [])
        .map((option) => option.value)
        .filter((each) => (each === value ? isOn : chosen().includes(each)));
      form.write(path, now.length === 0 ? undefined : now);
    }
    return () => {
      const { shown } = props;
      const { id } = attributesOf(shown, form);
      return groupShell(shown, form, [
        h(
          'div',
          { class: 'form-choices' },
          optionsOf(shown.field.options ?? [], form).map(({ value, text }, at) =>
            h('label', { key: value, class: 'form-choice' }, [
              h('input', {
                id: at === 0 ? id : undefined,
                type: 'checkbox',
                value,
                checked: chosen().includes(value),
                'aria-invalid': shown.error === undefined ? undefined : 'true',
                onChange: (event: Event) => toggle(value, (event.target as HTMLInputElement).checked),
              }),
              h('span', text),
            ]),
          ),
        ),
      ]);
    };
  },
});

const optionsOf = (options: readonly Choice[], { say }: FormContext): Option[] =>
  options.map(({ value, label }) => ({ value, text: say(label) }));

/** A list, in groups if the options have some. */
function listOf(
  shown: ShownField,
  form: FormContext,
  options: readonly Choice[],
  choose: (value: string) => void,
): VNode {
  const { say, words } = form;
  const nameOf = ({ group }: Choice) => (group === undefined ? '' : say(group));
  const names = [...new Set(options.map(nameOf))];
  const optionOf = ({ value, label }: Choice) => h('option', { value, selected: value === shown.value }, say(label));
  return shell(shown, form, (attributes) =>
    h(
      'select',
      {
        ...attributes,
        autocomplete: shown.field.autocomplete ?? 'off',
        onChange: (event: Event) => choose((event.target as HTMLSelectElement).value),
      },
      [
        h('option', { value: '', selected: shown.value === undefined }, words().choose),
        ...names.flatMap((label) => {
          const own = options.filter((option) => nameOf(option) === label).map(optionOf);
          return label === '' ? own : [h('optgroup', { label }, own)];
        }),
      ],
    ),
  );
}

/** Radio buttons. The first has the id of the field. */
export function radios(
  shown: ShownField,
  form: FormContext,
  options: readonly (Option & { readonly isDisabled?: boolean })[],
  isChosen: (value: string) => boolean,
  choose: (value: string) => void,
): VNode {
  const id = form.idOf(shown.path);
  return h(
    'div',
    { class: 'form-choices' },
    options.map(({ value, text, isDisabled }, at) =>
      h('label', { key: value, class: 'form-choice' }, [
        h('input', {
          id: at === 0 ? id : undefined,
          type: 'radio',
          name: id,
          value,
          disabled: isDisabled || undefined,
          checked: isChosen(value),
          'aria-invalid': shown.error === undefined ? undefined : 'true',
          onChange: () => choose(value),
        }),
        h('span', text),
      ]),
    ),
  );
}
