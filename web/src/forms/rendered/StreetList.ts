import { defineComponent, h, type PropType } from 'vue';
import { type FoundStreet, useForm } from './field.ts';
import { filled } from './words/form-words.ts';

/** Streets to choose from, and how many there are for those who do not see the list. */
export const StreetList = defineComponent({
  props: {
    found: { type: Array as PropType<readonly FoundStreet[]>, required: true },
    isAsked: { type: Boolean, required: true },
  },
  emits: { choose: (_street: FoundStreet) => true },
  setup(props, { emit }) {
    const { words } = useForm();
    return () => [
      h(
        'p',
        { class: 'form-only-read', role: 'status' },
        props.isAsked ? filled(words().address.found, { n: props.found.length }) : '',
      ),
      ...(props.found.length === 0
        ? []
        : [
            h(
              'ul',
              { class: 'form-found' },
              props.found.map((street) =>
                h('li', { key: `${street.text} ${street.commune}` }, [
                  h(
                    'button',
                    { type: 'button', onClick: () => emit('choose', street) },
                    `${street.text}, ${street.communeName}`,
                  ),
                ]),
              ),
            ),
          ]),
    ];
  },
});
