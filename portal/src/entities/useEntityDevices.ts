import { useAnswer } from '@alzette/web/asking';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { useBroker } from '../broker/broker.ts';

const SETTLE_MS = 400;

/**
 * The Device entities that feed an entity (`controlledAsset`), requested again when `revision` changes. A late answer
 * for an earlier entity is dropped.
 */
export function useEntityDevices(id: MaybeRefOrGetter<string>, revision: MaybeRefOrGetter<unknown>) {
  const broker = useBroker();
  let asked: string | undefined;

  const { data, problem, reload } = useAnswer(
    () => ['devices/of', toValue(id)],
    async (signal) => {
      const asset = toValue(id);
      const isNew = asset !== asked;
      asked = asset;
      // one uplink changes several attributes: wait until all of them have arrived
      if (!isNew) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const q = `controlledAsset=="${asset}"`;
      const page = await broker.queryEntities({ type: 'Device', q, format: 'concise', signal });
      return { asset, devices: page.entities };
    },
    { again: () => toValue(revision) },
  );
  const devices = computed(() => (data.value?.asset === toValue(id) ? data.value.devices : undefined));

  return { devices, problem, reload };
}
