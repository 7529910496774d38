import type { Entity } from '@alzette/ngsi-ld-schemas';
import { useAnswer } from '@alzette/web/asking';
import { openLiveFeed } from '@alzette/web/feed';
import { computed, watch } from 'vue';
import { feedUrl, useBroker } from '../../broker/broker.ts';
import { entityAttributes } from '../../entities/entity-attributes.ts';
import { toEntityView } from '../../entities/entity-view.ts';

/** One entity of any type, live. */
export function useEquipment(id: () => string) {
  const broker = useBroker();
  const request = useAnswer(
    () => ['equipment', id()],
    async (signal) => {
      const entity = await broker.retrieveEntity<Entity>(id(), { format: 'concise', sysAttrs: true, signal });
      return { entity };
    },
  );
  const entity = computed(() => request.data.value?.entity);
  const type = computed(() => [entity.value?.type].flat()[0]);

  watch(
    type,
    (name, _before, onCleanup) => {
      if (name === undefined) return;
      const close = openLiveFeed(feedUrl({ type: name }), {
        onGap: () => void request.reload(),
        onEvent: (event) => {
          if (event.entity.id === id()) request.reload();
        },
        onConnection: () => undefined,
      });
      onCleanup(close);
    },
    { immediate: true },
  );

  return {
    request,
    entity,
    type,
    /** Undefined for a type whose states the portal does not know. */
    view: computed(() => entity.value && toEntityView(entity.value)),
    attributes: computed(() => (entity.value ? entityAttributes(entity.value) : undefined)),
  };
}
