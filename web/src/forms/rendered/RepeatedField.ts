import { defineComponent, h, nextTick, shallowRef } from 'vue';
import { SHOWN, useForm } from './field.ts';
import { attributesOf, groupShell } from './shell.ts';
import { filled } from './words/form-words.ts';

const MOST = 50;
type Row = Readonly<Record<string, unknown>>;

/** A part that can be given several times: each line is a group with its number, and its own button to remove it. */
export const RepeatedField = defineComponent({
  props: SHOWN,
  setup(props) {
    const form = useForm();
    const said = shallowRef('');
    const rows = () => (Array.isArray(props.shown.value) ? (props.shown.value as readonly Row[]) : []);
    const write = (next: readonly Row[]) => form.write(props.shown.path, next.length === 0 ? undefined : next);

    async function add(): Promise<void> {
      const at = rows().length;
      write([...rows(), {}]);
      said.value = '';
      await nextTick();
      const [first] = props.shown.field.fields ?? [];
      if (first) document.getElementById(form.idOf(`${props.shown.path}.${at}.${first.id}`))?.focus();
    }
    async function remove(at: number): Promise<void> {
      write(rows().filter((_row, n) => n !== at));
      said.value = filled(form.words().repeated.removed, { n: at + 1 });
      await nextTick();
      document.getElementById(form.idOf(props.shown.path))?.focus(); // the button that had it is gone
    }

    return () => {
      const { shown } = props;
      const { repeated: words } = form.words();
      const { id, 'aria-describedby': describedBy } = attributesOf(shown, form);
      return groupShell(shown, form, [
        ...rows().map((_row, at) =>
          h('fieldset', { key: at, class: 'form-line' }, [
            h('legend', filled(words.line, { n: at + 1 })),
            form.rowOf(shown, at).map((each) => h(form.anyField, { key: each.path, shown: each })),
            h(
              'button',
              { type: 'button', class: 'form-button', onClick: () => void remove(at) },
              filled(words.remove, { n: at + 1 }),
            ),
          ]),
        ),
        h('p', { role: 'status', class: 'form-said' }, said.value),
        h(
          'button',
          {
            id,
            type: 'button',
            class: 'form-button',
            'aria-describedby': describedBy,
            disabled: rows().length >= (shown.field.most ?? MOST) || undefined,
            onClick: () => void add(),
          },
          words.add,
        ),
      ]);
    };
  },
});
