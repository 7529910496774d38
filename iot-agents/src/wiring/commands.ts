import type { Logger } from 'pino';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { CommandAttributes } from '../commands/command-attributes.ts';
import { createCommandAttributes } from '../commands/command-attributes.ts';
import type { Commands } from '../commands/commands.ts';
import { startCommands } from '../commands/commands.ts';
import type { Configurations } from '../commands/configuration.ts';
import { createConfigurations } from '../commands/configuration.ts';
import type { IsOurs, NotifyEndpoint } from '../commands/notify-secret.ts';
import { openNotifySecret } from '../commands/notify-secret.ts';
import { downlinkPoster } from '../commands/post-downlink.ts';
import type { SendToLamp } from '../commands/send-command.ts';
import { RefusedError } from '../commands/send-command.ts';
import type { Connections } from '../devices/connection.ts';
import type { Registry } from '../devices/registry.ts';
import type { AgentDirectory } from '../fiware/agent-directory.ts';
import type { Publish } from '../frames/message-ports.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { SourceError } from '../outgoing/remote-error.ts';
import { isTalqDevice } from '../sources/talq/gateway-rows.ts';
import type { TalqSources } from '../sources/talq/talq-sources.ts';
import { contextOf, type IotAgentsOptions } from './options.ts';

/**
 * The endpoint of our subscriptions, and the command attributes of entities. Absent: there is no URL that leads back to
 * us.
 */
export interface AttributeCommands {
  readonly notify: NotifyEndpoint;
  readonly attributes: CommandAttributes;
}

export async function openAttributeCommands(
  options: IotAgentsOptions,
  logger: Logger,
): Promise<{ readonly offered: AttributeCommands | undefined; readonly isOurs: IsOurs }> {
  const { db, client, context, reach, notifyUrl } = options;
  const secret = await openNotifySecret(db, reach?.secrets);
  const url = notifyUrl ?? URL.parse('/iot/notify', context)?.href;
  if (url === undefined) return { offered: undefined, isOurs: secret.isOurs };
  const notify = secret.endpoint(url);
  const attributes = createCommandAttributes({ client, contextOf: contextOf(options), notify, logger });
  return { offered: { notify, attributes }, isOurs: secret.isOurs };
}

/** Starts commands and configuration requests of devices. `talqSources`: undefined if no sources are read. */
export function startCommanding(
  options: IotAgentsOptions,
  parts: {
    readonly registry: Registry;
    readonly directory: AgentDirectory;
    readonly connections: Connections;
    readonly codecs: CodecPool;
    readonly publish: Publish;
    readonly talqSources: () => TalqSources | undefined;
    readonly offered: AttributeCommands | undefined;
    readonly mirrors: () => boolean;
    readonly logger: Logger;
  },
): { readonly commands: Commands; readonly configurations: Configurations } {
  const { db, client } = options;
  const ofTenant = { contextOf: contextOf(options) };
  const { registry, directory, connections, codecs, publish, offered, logger } = parts;
  const commands = startCommands({
    db,
    client,
    ...ofTenant,
    registry,
    directory,
    codecs,
    publish,
    toLamp: lampSender(parts.talqSources),
    isLamp: (source, address, tenant) => isTalqDevice(db, { id: source, tenant }, address),
    post: downlinkPoster(connections, options.reach?.outgoing),
    connections,
    logger,
    sends: options.sendsCommands ?? true,
    mirrors: parts.mirrors,
  });
  const notify = offered === undefined ? {} : { notify: offered.notify };
  return {
    commands,
    configurations: createConfigurations({ db, client, ...ofTenant, directory, publish, ...notify, logger }),
  };
}

/** Distinguishes permanent refusals of a gateway from temporary errors. */
function lampSender(talqSources: () => TalqSources | undefined): SendToLamp {
  return async (message, id) => {
    const gateways = talqSources();
    if (gateways === undefined) throw new RefusedError('sources are disabled in this process');
    const { source, entityId } = message;
    const sent =
      message.way === 'talqStrategy'
        ? gateways.assign(source, message, id)
        : gateways.override(source, { entities: [entityId], level: message.level, until: message.until }, id);
    return sent.catch((cause: unknown) => {
      const { status } = cause instanceof SourceError ? cause : {};
      const isRefused = cause instanceof RegistryError || (status !== undefined && status < 500 && status !== 429);
      throw isRefused && cause instanceof Error ? new RefusedError(cause.message) : cause;
    });
  };
}
