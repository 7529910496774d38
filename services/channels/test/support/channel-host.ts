import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import { eventually } from '@alzette/kit/testing';
import { type HostOptions, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import type { RetrySettings } from '../../src/delivery/retry.ts';
import type { Notice, NoticePort } from '../../src/notice.ts';
import { channelService } from '../../src/service.ts';

/** Short pauses, so that an outage of seconds has the effect of half an hour. */
export const QUICK: RetrySettings = { firstPauseMs: 50, factor: 2, longestPauseMs: 400, giveUpAfterMs: 60_000 };

export interface ShownMessage {
  readonly id: number;
  readonly key: string;
  readonly state: string;
  readonly reason?: string;
  readonly recipient?: string;
  readonly channel: string;
  readonly attempts: number;
  readonly title: { readonly fr: string };
  readonly dueAt?: string;
}

/** The channel service on a broker; `messages` returns those of a tenant, earliest first. */
export async function startChannelHost(
  t: TestContext,
  db: Database,
  options: HostOptions & { retry?: RetrySettings } = {},
) {
  const { retry = QUICK, ...rest } = options;
  const host = await startServiceHost(t, db, [channelService({ retry })], rest);
  const messages = async (tenant: string): Promise<ShownMessage[]> => {
    const { body } = await host.ask('GET', '/channels/messages?limit=500', undefined, { 'ngsild-tenant': tenant });
    return body.messages.reverse();
  };
  return {
    ...host,
    port: host.port<NoticePort>('notices'),
    messages,
    /** Waits until no message of a tenant is waiting. */
    settled: (tenant: string, withinMs = 20_000) =>
      eventually(
        'all messages have an outcome',
        async () => {
          const all = await messages(tenant);
          return all.length > 0 && all.every(({ state }) => state !== 'waiting') && all;
        },
        withinMs,
      ),
    put: (tenant: string, path: string, body: object) =>
      host.ask('PUT', `/channels${path}`, body, { 'ngsild-tenant': tenant }),
  };
}

/** A notice whose title is its key. */
export function notice(key: string, more: Partial<Notice> = {}): Notice {
  return {
    key,
    channel: 'email',
    severity: 'medium',
    title: { fr: `Titre ${key}`, en: `Title ${key}` },
    text: { fr: 'Texte', en: 'Text' },
    link: 'http://localhost:1026/operations/alarms?alarm=urn:x',
    data: { event: 'alarm.raised', alarm: 'urn:x' },
    ...more,
  };
}
