import type { Broker, Database } from '@alzette/broker';

type Outgoing = Broker['outgoing'];

/** Servers of the product itself, such as those of the demo, which sources may read although they are not public. */
export interface TrustedOrigins {
  readonly outgoing: Outgoing;
  add(origin: string): void;
}

const CHANNEL = 'trusted_origins';
const WANTED = 'trusted_origins_wanted';
const TELL = `SELECT send_message('${CHANNEL}', $1)`;
const ASK = `SELECT send_message('${WANTED}', '')`;

export function trustedOrigins(outgoing: Outgoing): TrustedOrigins {
  const origins = new Set<string>();
  return {
    outgoing: {
      dispatcher: outgoing.dispatcher,
      async check(text, protocols) {
        const url = URL.parse(text);
        return url !== null && origins.has(url.origin) ? { allowed: true, url } : outgoing.check(text, protocols);
      },
    },
    add: (origin) => origins.add(origin),
  };
}

/**
 * Shares what one worker adds with the others, because any of them may read a source. Who starts later asks.
 *
 * @returns the same origins, and the end of sharing
 */
export async function shareTrustedOrigins(
  db: Database,
  trusted: TrustedOrigins,
): Promise<TrustedOrigins & { close(): Promise<void> }> {
  const own = new Set<string>();
  const tell = (origin: string) => void db.query({ text: TELL, values: [origin] }).catch(() => undefined); // asked again by who starts
  const stops = [
    await db.listen(CHANNEL, trusted.add),
    await db.listen(WANTED, () => {
      for (const origin of own) tell(origin);
    }),
  ];
  await db.query({ text: ASK });
  return {
    outgoing: trusted.outgoing,
    add(origin) {
      own.add(origin);
      trusted.add(origin);
      tell(origin);
    },
    async close() {
      for (const stop of stops) await stop();
    },
  };
}
