import { defineComponent, h } from 'vue';
import { SHOWN, useForm } from './field.ts';
import { labelOf, notesOf } from './shell.ts';

/** A number that follows from the others. It is told when it changes. */
export const ComputedField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    return () => {
      const { shown } = props;
      const id = form.idOf(shown.path);
      const { value } = shown;
      const text =
        typeof value === 'number'
          ? new Intl.NumberFormat(form.words().intl, { maximumFractionDigits: shown.field.decimals ?? 2 }).format(value)
          : form.words().computed.unknown;
      return h('div', { class: 'form-field', 'data-field': shown.path }, [
        h('p', { class: 'form-label', id: `${id}-label` }, labelOf(shown, form)),
        notesOf(shown, form),
        h('output', { id, class: 'form-computed', 'aria-labelledby': `${id}-label` }, text),
      ]);
    };
  },
});
