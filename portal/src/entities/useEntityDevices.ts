import type { Entity, ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import { toProblem, useBroker } from '../broker/broker.ts';

const SETTLE_MS = 400;

/**
 * The Device entities that feed an entity (`controlledAsset`), asked for again when `revision` changes.
 * A late answer about an older entity is dropped.
 */
export function useEntityDevices(id: MaybeRefOrGetter<string>, revision: MaybeRefOrGetter<unknown>) {
  const broker = useBroker();
  const devices = shallowRef<readonly Entity[]>();
  const problem = shallowRef<ProblemDetails>();

  watch(
    [() => toValue(id), () => toValue(revision)],
    async ([asset], [previous], onCleanup) => {
      const request = new AbortController();
      onCleanup(() => request.abort());
      if (asset !== previous) devices.value = undefined;
      // one uplink changes several attributes: ask once they have all arrived
      else await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      if (request.signal.aborted) return;
      try {
        const q = `controlledAsset=="${asset}"`;
        const page = await broker.queryEntities({ type: 'Device', q, format: 'concise', signal: request.signal });
        devices.value = page.entities;
        problem.value = undefined;
      } catch (cause) {
        if (!request.signal.aborted) problem.value = toProblem(cause);
      }
    },
    { immediate: true },
  );

  return { devices, problem };
}
