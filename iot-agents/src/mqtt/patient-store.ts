import { outageOf } from '@alzette/kit/outage';
import type { Logger } from 'pino';
import type { Receive, Received } from '../frames/message-ports.ts';
import { createReceptionTimes } from '../frames/reception-times.ts';

const AGAIN_MS = 500;
/** More messages are refused, and their senders keep them. */
const MOST_WAITING = 20_000;
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

interface Waiting {
  readonly number: number;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly received: Received;
  readonly stored: () => void;
  readonly failed: (cause: unknown) => void;
}

interface PatientStore {
  readonly receive: Receive;
  /** Waits no longer: what could not be stored stays with its sender. */
  end(): void;
}

/**
 * Stores messages of senders that wait for their acknowledgement, and during an outage of the database keeps them instead of
 * having them sent again. It may have committed a message without an answer. Sent again, a measure without a time of its own would
 * get another one and could not be recognised; kept, it is stored again with the same one, which changes nothing. The order of
 * messages stays.
 *
 * @param numberOfProcess a small number that no other process has
 */
export function createPatientStore(
  receive: Receive,
  logger: Pick<Logger, 'warn'>,
  numberOfProcess: () => number,
): PatientStore {
  const timeOf = createReceptionTimes(numberOfProcess);
  let waiting: Waiting[] = [];
  let bytes = 0;
  let number = 0;
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;

  const mayWait = (cause: unknown): boolean =>
    !isEnded && outageOf(cause) !== undefined && waiting.length < MOST_WAITING && bytes < MOST_WAITING_BYTES;

  const wait = (message: Waiting): void => {
    // Several may have been under way when the database went away, and fail in any order.
    let place = waiting.length;
    while (place > 0 && (waiting[place - 1] as Waiting).number > message.number) place--;
    waiting.splice(place, 0, message);
    bytes += message.body.length;
    timer ??= setTimeout(tryAgain, AGAIN_MS);
  };

  const store = (message: Waiting, received: Received): Promise<void> =>
    receive(message.topic, message.body, received).then(message.stored, (cause: unknown) => {
      if (mayWait(cause)) {
        wait(message);
        logger.warn({ err: cause }, 'a message waits until the database stores it');
      } else message.failed(cause);
    });

  const tryAgain = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    bytes = 0;
    // `timer` stays set meanwhile, so that later messages queue behind these.
    await Promise.all(batch.map((message) => store(message, { ...message.received, isAgain: true })));
    timer = waiting.length > 0 && !isEnded ? setTimeout(tryAgain, AGAIN_MS) : undefined;
    if (isEnded) giveUp();
  };

  const giveUp = (): void => {
    for (const { failed } of waiting.splice(0)) failed(new Error('the process is being stopped'));
  };

  return {
    receive: (topic, body) =>
      new Promise((stored, failed) => {
        const received = { at: timeOf(topic), isAgain: false };
        const message = { number: number++, topic, body, received, stored, failed };
        if (timer === undefined || isEnded) void store(message, received);
        else if (waiting.length < MOST_WAITING && bytes < MOST_WAITING_BYTES) wait(message);
        else failed(new Error('too many messages wait for the database'));
      }),
    end() {
      isEnded = true;
      clearTimeout(timer);
      giveUp();
    },
  };
}
