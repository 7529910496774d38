import './dom.ts';
import { mount } from '@vue/test-utils';
import { defineComponent } from 'vue';
import { createAnswers } from '../src/asking/asking.ts';

/** Runs a composable in components of one page, and returns what each got. */
export function mountAnswers<Composed extends readonly unknown[]>(setup: () => readonly [...Composed]) {
  let composed: readonly [...Composed] | undefined;
  const page = mount(
    defineComponent({
      setup() {
        composed = setup();
        return () => null;
      },
    }),
    { global: { plugins: [createAnswers()] } },
  );
  if (composed === undefined) throw new Error('The component has not been set up');
  return { composed, leave: () => page.unmount() };
}

/** Waits until a condition holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
