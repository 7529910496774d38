import type { Outcome, Outgoing } from './sender.ts';
import type { Settings } from './telephone.ts';

/** A channel that a service of others sends by: a pager, a display, another messenger. */
export interface ServiceChannel {
  readonly title: string;
  /** Names of what an administrator gives for it. */
  readonly settings: readonly string[];
  readonly optional?: readonly string[];
  /** Stored encrypted. */
  readonly secrets?: readonly string[];
  /** Makes one attempt. If it throws, another follows. */
  send(
    message: Outgoing & { readonly tenant: string },
    given: { readonly settings: Settings; readonly secrets: Settings },
  ): Promise<Outcome>;
}

export type ServiceChannels = ReadonlyMap<string, ServiceChannel>;

/** Where services of others add channels at their start. */
export interface ServiceChannelPort {
  /** @param name the name of the service, `x_…` */
  add(name: string, channel: ServiceChannel): void;
}

/** @throws Error: the name is none of a service of others, or is taken */
export function serviceChannelPort(channels: Map<string, ServiceChannel>): ServiceChannelPort {
  return {
    add(name, channel) {
      if (!/^x_[a-z][a-z0-9_]{1,60}$/.test(name))
        throw new Error(`the channel ${name}: expected a name such as x_pager`);
      if (channels.has(name)) throw new Error(`there are two channels ${name}`);
      channels.set(name, channel);
    },
  };
}
