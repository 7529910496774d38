import { useAnswer } from '@alzette/web/asking';
import { computed, type Ref, watch } from 'vue';
import { useBroker } from '../../../broker/broker.ts';
import { viewOf } from '../../../entities/entity-view.ts';

/** The entity that is open beside the map, of any type, whether or not it matches the filters. */
export function useSelected(selected: Ref<string | undefined>, changed: Ref<ReadonlySet<string>>) {
  const broker = useBroker();
  const request = useAnswer(
    () => ['map/selected', selected.value],
    async (signal) => {
      const id = selected.value;
      if (id === undefined) return undefined;
      const document = await broker.retrieveEntity(id, { format: 'concise', signal });
      return { id, view: document && viewOf(document) };
    },
  );
  watch(changed, (ids) => {
    if (selected.value !== undefined && ids.has(selected.value)) void request.reload();
  });

  const entity = computed(() => (request.data.value?.id === selected.value ? request.data.value?.view : undefined));
  /** The server says that it does not exist, or not for this reader. */
  const isMissing = computed(() => {
    if (selected.value === undefined) return false;
    const { id, view } = request.data.value ?? {};
    return (id === selected.value && view === undefined) || request.problem.value?.status === 404;
  });
  return { entity, isMissing };
}
