import { computed, defineComponent, h } from 'vue';
import { SHOWN, useForm } from './field.ts';
import { attributesOf, groupShell } from './shell.ts';

interface Period {
  readonly from?: string;
  readonly to?: string;
}

/** Two days, or two days with their times. */
export const PeriodField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const period = computed(() => (props.shown.value ?? {}) as Period);
    function write(end: keyof Period, value: string): void {
      const { [end]: _before, ...other } = period.value;
      const next = value === '' ? other : { ...other, [end]: value };
      form.write(props.shown.path, Object.keys(next).length === 0 ? undefined : next);
    }
    return () => {
      const { shown } = props;
      const { id, ...states } = attributesOf(shown, form);
      const part = (end: keyof Period, own: string) =>
        h('div', { class: 'form-part' }, [
          h('label', { for: own }, form.words().period[end]),
          h('input', {
            id: own,
            ...states,
            type: shown.field.isTimed ? 'datetime-local' : 'date',
            autocomplete: 'off',
            value: period.value[end] ?? '',
            onInput: (event: Event) => write(end, (event.target as HTMLInputElement).value),
          }),
        ]);
      return groupShell(shown, form, [h('div', { class: 'form-row' }, [part('from', id), part('to', `${id}-to`)])]);
    };
  },
});
