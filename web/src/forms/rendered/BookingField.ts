import { defineComponent, h, onMounted, shallowRef } from 'vue';
import { MOST_SHOWN, radios } from './ChoiceField.ts';
import { slotInWords } from './days.ts';
import { type FreeSlot, SHOWN, useForm } from './field.ts';
import { attributesOf, groupShell } from './shell.ts';

/** A time to choose. The times are asked for when the field is shown, and again on request. */
export const BookingField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const slots = shallowRef<readonly FreeSlot[]>();
    const said = shallowRef('');
    async function load(): Promise<void> {
      const { booking: words } = form.words();
      said.value = words.loading;
      try {
        slots.value = (await form.ports.slots?.(props.shown.field.resource ?? '')) ?? [];
        said.value = slots.value.length === 0 ? words.none : '';
      } catch {
        said.value = words.offline;
      }
    }
    onMounted(load);
    return () => {
      const { shown } = props;
      const { booking: words } = form.words();
      const chosen = (shown.value as { readonly slot?: string } | undefined)?.slot;
      const options = (slots.value ?? []).map(({ id, isFull }) => {
        const text = slotInWords(id, form.words().intl);
        return { value: id, text: isFull ? `${text} – ${words.full}` : text, isDisabled: isFull && id !== chosen };
      });
      const choose = (slot: string) => form.write(shown.path, slot === '' ? undefined : { slot });
      return groupShell(shown, form, [
        h('p', { role: 'status', class: 'form-said' }, said.value),
        options.length <= MOST_SHOWN
          ? radios(shown, form, options, (value) => value === chosen, choose)
          : h(
              'select',
              {
                ...attributesOf(shown, form),
                'aria-label': form.say(shown.field.label),
                onChange: (event: Event) => choose((event.target as HTMLSelectElement).value),
              },
              [
                h('option', { value: '', selected: chosen === undefined }, form.words().choose),
                ...options.map(({ value, text, isDisabled }) =>
                  h('option', { value, disabled: isDisabled, selected: value === chosen }, text),
                ),
              ],
            ),
        h('button', { type: 'button', class: 'form-button', onClick: () => void load() }, words.again),
      ]);
    };
  },
});
