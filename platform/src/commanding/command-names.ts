import type { Broker } from '@alzette/broker';
import type { IotAgents } from '@alzette/iot-agents';
import type { Logger } from 'pino';

/** The names of the agents' commands, and the IRIs of the attributes that request them. */
export interface CommandNames {
  current(): Promise<ReadonlySet<string>>;
  /** As of now, for a tenant, whose @context may be its own. */
  byIri(tenant: string): NamesByIri;
}

interface NamesByIri {
  readonly iris: ReadonlySet<string>;
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Keeps the names of commands at hand, so that each write can ask for them.
 *
 * @param context the URL of the @context for tenants without their own
 */
export async function commandNames(
  { contexts, ownContextOf }: Pick<Broker, 'contexts' | 'ownContextOf'>,
  agents: Pick<IotAgents, 'commandNames' | 'watchCommandNames'>,
  context: string,
  logger: Logger,
): Promise<CommandNames> {
  const usual = await contexts.resolve(context);
  let known = await agents.commandNames();
  let byContext = new Map<object, NamesByIri>();
  const load = async (): Promise<void> => {
    known = await agents.commandNames();
    byContext = new Map();
  };
  agents.watchCommandNames(() => {
    load().catch((cause: unknown) => logger.error({ err: cause }, 'the names of commands could not be read again'));
  });
  return {
    current: () => agents.commandNames(),
    byIri(tenant) {
      const own = ownContextOf(tenant);
      const names = (own !== undefined && contexts.cached(own)) || usual;
      let found = byContext.get(names);
      if (found === undefined) {
        const named = new Map([...known].map((name) => [names.attribute(name), name]));
        found = { iris: new Set(named.keys()), names: named };
        byContext.set(names, found);
      }
      return found;
    },
  };
}
