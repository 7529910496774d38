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
  const own = await takeSession(db, process, source.group);
  const subscriber = startMqttSubscriber({ ...source, clientId: own });
  let isWorking = false;

  const work = async (): Promise<void> => {
    // Asked again each time: a process that lives after all takes its session back.
    const left = await adoptSessions(db, process, own);
    if (!subscriber.connected()) return;
    for (const clientId of left) {
      await emptySession({ ...source, clientId }, signal);
      await forgetSession(db, process, clientId);
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
