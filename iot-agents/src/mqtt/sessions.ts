import type { Database } from '../database.ts';
import { adoptSessions, forgetSession, takeSession } from './session-rows.ts';
import type { MqttSource, MqttSubscriber } from './subscriber.ts';
import { emptySession, startMqttSubscriber } from './subscriber.ts';

/** The session of this process at an external MQTT broker, and abandoned sessions that it empties. */
export interface MqttSessions {
  subscriber(): MqttSubscriber;
  /** That of our session among those of all processes, from 0. */
  number(): number;
  /** After each renewal of the lease: connects again, and looks for abandoned sessions. */
  adopt(): void;
  close(): Promise<void>;
}

export async function openMqttSessions(parts: {
  readonly db: Database;
  readonly process: string;
  readonly source: Omit<MqttSource, 'clientId'>;
  readonly signal: AbortSignal;
}): Promise<MqttSessions> {
  const { db, process, source, signal } = parts;
  const { logger } = source;
  let own = await takeSession(db, process, source.group);
  let subscriber = startMqttSubscriber({ ...source, clientId: own });
  let isClosing = false;
  let working: Promise<void> | undefined;

  /** Two processes in one session would disconnect each other for good, so this one leaves it to the other. */
  const moveToAnother = async (): Promise<void> => {
    const lost = subscriber;
    own = await takeSession(db, process, source.group);
    if (isClosing) return;
    subscriber = startMqttSubscriber({ ...source, clientId: own });
    logger.warn({ clientId: own }, 'another process has taken our MQTT session; continuing in another one');
    await lost.close();
  };
  const work = async (): Promise<void> => {
    const left = await adoptSessions(db, process, own);
    if (isClosing) return;
    if (left === undefined) return moveToAnother();
    subscriber.resume();
    if (!subscriber.connected()) return;
    for (const clientId of left) {
      await emptySession({ ...source, clientId }, signal);
      await forgetSession(db, process, clientId);
      logger.info({ clientId }, 'emptied the MQTT session of a process that has ended');
    }
  };
  return {
    subscriber: () => subscriber,
    number: () => Number(own.slice(source.group.length + 1) || 1) - 1,
    adopt() {
      if (signal.aborted || isClosing || working !== undefined) return;
      working = work()
        .catch((cause: unknown) => {
          if (!signal.aborted) logger.warn({ err: cause }, 'an abandoned MQTT session could not be emptied yet');
        })
        .finally(() => {
          working = undefined;
        });
    },
    async close() {
      isClosing = true;
      await subscriber.close();
    },
  };
}
