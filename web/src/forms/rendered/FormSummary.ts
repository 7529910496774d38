import { defineComponent, h, nextTick, type PropType, useTemplateRef, watch } from 'vue';
import { type FormWords, filled } from './words/form-words.ts';

export interface SummaryLine {
  /** The id of the control that it leads to. */
  readonly id: string;
  readonly text: string;
}

/** What is to be corrected, with links to each field. It takes the focus when a send or step was refused. */
export const FormSummary = defineComponent({
  props: {
    lines: { type: Array as PropType<readonly SummaryLine[]>, required: true },
    words: { type: Object as PropType<FormWords>, required: true },
    /** Counts the refusals: with each one the focus comes here. */
    refusals: { type: Number, required: true },
  },
  setup(props) {
    const box = useTemplateRef<HTMLElement>('box');
    watch(
      () => props.refusals,
      async () => {
        await nextTick();
        box.value?.focus();
      },
    );
    function lead(event: Event, id: string): void {
      event.preventDefault(); // the address of the page stays
      const control = document.getElementById(id);
      control?.scrollIntoView({ block: 'center' });
      control?.focus({ preventScroll: true });
    }
    return () =>
      props.lines.length === 0
        ? undefined
        : h('div', { ref: 'box', class: 'form-summary', role: 'alert', tabindex: -1 }, [
            h(
              'h2',
              filled(props.lines.length === 1 ? props.words.summaryOne : props.words.summaryMany, {
                n: props.lines.length,
              }),
            ),
            h(
              'ul',
              props.lines.map(({ id, text }) =>
                h('li', { key: id }, [h('a', { href: `#${id}`, onClick: (event: Event) => lead(event, id) }, text)]),
              ),
            ),
          ]);
  },
});
