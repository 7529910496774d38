import type { Database } from '../database.ts';
import { adoptSessions, forgetSession, takeSession } from './session-rows.ts';
import type { MqttSource, MqttSubscriber } from './subscriber.ts';
import { emptySession, startMqttSubscriber } from './subscriber.ts';

/** The session of this process at an external MQTT broker, and abandoned sessions that it empties. */
export interface MqttSessions {
  readonly subscriber: MqttSubscriber;
  /** Looks for abandoned sessions. */
  adopt(): void;
}

export async function openMqttSessions(parts: {
  readonly db: Database;
  readonly process: string;
  readonly source: Omit<MqttSource, 'clientId'>;
  readonly signal: AbortSignal;
}): Promise<MqttSessions> {
  const { db, process, source, signal } = parts;
  const { logger } = source;
  const subscriber = startMqttSubscriber({ ...source, clientId: await takeSession(db, process, source.group) });
  /** Taken over, and not empty yet. */
  const left = new Set<string>();
  let isWorking = false;

  const work = async (): Promise<void> => {
    for (const clientId of await adoptSessions(db, process)) left.add(clientId);
    if (!subscriber.connected()) return;
    for (const clientId of left) {
      await emptySession({ ...source, clientId }, signal);
      await forgetSession(db, process, clientId);
      left.delete(clientId);
      logger.info({ clientId }, 'emptied the MQTT session of a process that has ended');
    }
  };
  return {
    subscriber,
    adopt() {
      if (signal.aborted || isWorking) return;
      isWorking = true;
      work()
        .catch((cause: unknown) => {
          if (!signal.aborted) logger.warn({ err: cause }, 'an abandoned MQTT session could not be emptied yet');
        })
        .finally(() => {
          isWorking = false;
        });
    },
  };
}
