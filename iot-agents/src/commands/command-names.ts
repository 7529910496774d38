import { knownOnce } from '@alzette/kit/known-once';
import type { Database } from '../database.ts';
import { REGISTRY_CHANNEL } from '../devices/registry.ts';
import { PROVISIONED_CHANNEL } from '../fiware/agent-directory.ts';
import { OVERRIDE } from './lamp-override.ts';
import { APPLY_STRATEGY } from './lamp-strategy.ts';

const NAMES = `
  SELECT DISTINCT command->>'name' AS name FROM (
    SELECT document FROM iot.service_group UNION ALL SELECT document FROM iot.agent_device
    UNION ALL SELECT document FROM iot.profile) AS configured,
    jsonb_array_elements(configured.document->'commands') AS command`;

/** The names of the commands of all devices. */
interface CommandNames {
  /** Reloaded after provisioning. */
  current(): Promise<ReadonlySet<string>>;
  /** Calls `onChange` after provisioning, before `current` is known again. */
  watch(onChange: () => void): void;
  close(): Promise<void>;
}

export async function openCommandNames(db: Database): Promise<CommandNames> {
  const names = knownOnce(async (): Promise<ReadonlySet<string>> => {
    const { rows } = await db.query<{ name: string }>({ text: NAMES });
    return new Set([OVERRIDE, APPLY_STRATEGY, ...rows.map(({ name }) => name)]);
  });
  const watchers: (() => void)[] = [];
  const forget = (): void => {
    names.forget();
    for (const onChange of watchers) onChange();
  };
  const stops = await Promise.all([db.listen(PROVISIONED_CHANNEL, forget), db.listen(REGISTRY_CHANNEL, forget)]);
  return {
    current: () => names.get(),
    watch: (onChange) => void watchers.push(onChange),
    async close() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
