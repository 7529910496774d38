import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';

/**
 * A command is a write of an attribute of the lamp's entity, which the agents send to its device. `<command>_status`
 * contains the outcome.
 */
interface LampCommands {
  /** Returns the lamps whose command failed, with the reason. */
  send(lamps: readonly string[], command: string, value: unknown): Promise<ReadonlyMap<string, string>>;
  /** Marks commands of lamps as pending or expired. Returns the lamps that may not be marked, with the reason. */
  mark(lamps: readonly string[], command: string, word: 'PENDING' | 'EXPIRED'): Promise<ReadonlyMap<string, string>>;
  /** The final answers of lamps since a time; absent if there is none. */
  answers(
    lamps: readonly string[],
    command: string,
    since: (lamp: string) => Date | null,
  ): Promise<ReadonlyMap<string, Answer>>;
}

export interface Answer {
  readonly isDone: boolean;
  readonly info?: string;
}

const BATCH = 100;
const FINAL = ['OK', 'ERROR', 'EXPIRED'];
/** The tolerance between the clocks of device and server. */
const SKEW_MS = 1_000;

const statusNow = (command: string, value: 'PENDING' | 'EXPIRED') => ({
  [`${command}_status`]: { type: 'Property', value, observedAt: new Date().toISOString() },
});

/** @param how `client` has the product's own rights; `author` those of who asked for the commands, default the same */
export function lampCommands(how: {
  readonly client: NgsiLdClient;
  readonly author?: NgsiLdClient;
  readonly context: string;
  readonly tenant: string;
}): LampCommands {
  const { client, author = client, context, tenant } = how;
  async function write(
    lamps: readonly string[],
    attributes: object,
    as: NgsiLdClient = client,
  ): Promise<ReadonlyMap<string, string>> {
    const refused = new Map<string, string>();
    for (let at = 0; at < lamps.length; at += BATCH) {
      const entities = lamps.slice(at, at + BATCH).map((id): Entity => ({ id, type: 'Streetlight', ...attributes }));
      const { errors } = await as.batchUpsert(entities, { update: true, context, tenant });
      for (const { entityId, error } of errors) refused.set(entityId, error.detail ?? error.title);
    }
    return refused;
  }
  return {
    async send(lamps, command, value) {
      const asked = { [command]: { type: 'Property', value } };
      // The outcome of an earlier command is replaced, so that it is never taken for an answer to this one.
      if (author === client) return write(lamps, { ...asked, ...statusNow(command, 'PENDING') });
      // By the product, because an author need not have the right to write outcomes.
      const unmarked = await write(lamps, statusNow(command, 'PENDING'));
      const marked = lamps.filter((lamp) => !unmarked.has(lamp));
      const refused = await write(marked, asked, author);
      await write([...refused.keys()], statusNow(command, 'EXPIRED'));
      return new Map([...unmarked, ...refused]);
    },
    mark: (lamps, command, word) => write(lamps, statusNow(command, word)),

    async answers(lamps, command, since) {
      const answers = new Map<string, Answer>();
      const [status, info] = [`${command}_status`, `${command}_info`];
      for (let at = 0; at < lamps.length; at += BATCH) {
        const id = lamps.slice(at, at + BATCH);
        const pick = ['id', 'type', command, status, info];
        const { entities } = await client.queryEntities({
          type: 'Streetlight',
          id,
          limit: BATCH,
          pick,
          context,
          tenant,
        });
        for (const entity of entities) {
          const { value, observedAt } = (entity[status] ?? {}) as {
            readonly value?: unknown;
            readonly observedAt?: string;
          };
          const sent = since(entity.id)?.getTime() ?? 0;
          const isNew = observedAt === undefined || Date.parse(observedAt) >= sent - SKEW_MS;
          // Some devices only confirm delivery: then the command is done when its attribute is empty again.
          const isDelivered = value === 'DELIVERED' && (entity[command] as { readonly value?: unknown })?.value === '';
          if (!isNew || typeof value !== 'string' || !(isDelivered || FINAL.includes(value))) continue;
          const reported = (entity[info] as { readonly value?: unknown } | undefined)?.value;
          answers.set(entity.id, {
            isDone: value === 'OK' || isDelivered,
            ...(reported !== undefined && { info: typeof reported === 'string' ? reported : JSON.stringify(reported) }),
          });
        }
      }
      return answers;
    },
  };
}
