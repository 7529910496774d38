import { type RequestTrace, textOfTrace, withTrace } from '@alzette/kit/tracing';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { KnownDevice } from '../../fiware/agent-directory.ts';
import type { DeviceAddress } from '../../fiware/device-message.ts';
import { readDeviceAddress } from '../../fiware/device-message.ts';
import { LONGEST_BODY } from '../../frames/message-ports.ts';
import { hopsOf } from '../../frames/notification-hops.ts';
import type { DeliveryContext } from '../delivery-context.ts';
import { haveOnlyReceptionTime, runsByTime } from '../time-runs.ts';
import type { ReceiveTraced } from '../trace-messages.ts';
import { traceOfEach } from '../trace-of-each.ts';

/** While one batch is written, the next is prepared. A third would only make them smaller. */
const BATCHES_AT_ONCE = 2;
const MEASURES_AT_ONCE = 1_000;

interface Arrival {
  readonly topic: string;
  readonly body: Uint8Array;
  readonly receivedAt: string;
  readonly address: DeviceAddress;
  readonly trace: RequestTrace;
  readonly taken: () => void;
  readonly failed: (cause: unknown) => void;
}

/** A message with the entities it is written as. */
interface Ready {
  readonly arrival: Arrival;
  readonly device: KnownDevice;
  readonly entities: readonly Entity[];
  readonly isOfReception: boolean;
}

/**
 * A shortcut before the inbox: measures that need no decoding are written directly to the broker, and acknowledged when
 * they are committed there with their history. So each is written once, where the inbox would need two more writes.
 * Anything that can't be written this way (an unknown device, an unreadable message, an entity that the broker refuses,
 * a broker that does not answer) goes to the inbox like any other message.
 *
 * If the inbox still holds messages of a device, its new ones are queued behind them. Used only with a broker in the
 * same process, because one over HTTP could keep senders waiting.
 *
 * Measured: a measure over HTTP takes 576 µs of CPU this way, and 809 by the inbox.
 *
 * @param store stores a message in the inbox
 */
export function createDirectMeasures(delivery: DirectParts, store: Store): ReceiveTraced {
  const { inbox, connections } = delivery;
  const writer = new DirectWriter(delivery, store);
  let waiting: Arrival[] = [];
  let underWay = 0;
  let isPreparing = false;
  let isDue = false;

  const pump = async (): Promise<void> => {
    if (isPreparing || underWay >= BATCHES_AT_ONCE || waiting.length === 0) return;
    const batch = waiting.length <= MEASURES_AT_ONCE ? waiting : waiting.slice(0, MEASURES_AT_ONCE);
    waiting = waiting.length <= MEASURES_AT_ONCE ? [] : waiting.slice(MEASURES_AT_ONCE);
    underWay += 1;
    // One at a time, and passed to the broker before the next one, so that the order per device is kept.
    isPreparing = true;
    const tenants = await writer.prepare(batch);
    const writes = [...tenants].map(([tenant, ready]) => writer.write(tenant, ready));
    isPreparing = false;
    void pump();
    await Promise.all(writes);
    underWay -= 1;
    void pump();
  };

  return (topic, body, trace, received) => {
    const address = connections.of(topic) === undefined ? readDeviceAddress(topic) : undefined;
    if (
      address?.channel !== 'attrs' ||
      received?.isAgain === true ||
      body.length > LONGEST_BODY ||
      hopsOf(body) !== undefined ||
      !inbox.isPast(`${address.apikey}/${address.deviceId}`)
    ) {
      return store(topic, body, trace, received);
    }
    return new Promise((taken, failed) => {
      const receivedAt = received?.at ?? new Date().toISOString();
      waiting.push({ topic, body, receivedAt, address, trace, taken, failed });
      if (isDue) return;
      isDue = true;
      // Together with everything read in this turn of the event loop.
      setImmediate(() => {
        isDue = false;
        void pump();
      });
    });
  };
}

type DirectParts = Pick<
  DeliveryContext,
  'inbox' | 'connections' | 'directory' | 'fiwareMeasures' | 'client' | 'contextOf' | 'counters' | 'logger'
>;
type Store = ReceiveTraced;

/** Maps batches of measures and writes them to the broker. What can't be written goes to the inbox. */
class DirectWriter {
  readonly #delivery: DirectParts;
  readonly #store: Store;

  constructor(delivery: DirectParts, store: Store) {
    this.#delivery = delivery;
    this.#store = store;
  }

  intoInbox({ topic, body, receivedAt, trace, taken, failed }: Arrival): void {
    this.#store(topic, body, trace, { at: receivedAt, isAgain: true }).then(taken, failed);
  }

  /** Looks up the device; undefined: the inbox handles the error. */
  async #lookUp({ apikey, deviceId, protocol }: DeviceAddress): Promise<KnownDevice | undefined> {
    const found = await this.#delivery.directory.resolve(apikey, deviceId, protocol, { autoprovision: true });
    return 'unknown' in found ? undefined : found;
  }

  #prepared(arrival: Arrival, device: KnownDevice): Ready | undefined {
    const { fiwareMeasures } = this.#delivery;
    const { entities, notes } = fiwareMeasures.entitiesOf(arrival.address, arrival, device);
    if (notes.length === 0) {
      return { arrival, device, entities, isOfReception: haveOnlyReceptionTime(entities, arrival.receivedAt) };
    }
    fiwareMeasures.forget(device);
    return undefined;
  }

  /** By tenant, in order of arrival. */
  async prepare(batch: readonly Arrival[]): Promise<Map<string, Ready[]>> {
    const { directory } = this.#delivery;
    const tenants = new Map<string, Ready[]>();
    for (const arrival of batch) {
      const { apikey, deviceId, protocol } = arrival.address;
      const device =
        directory.known(apikey, deviceId, protocol) ?? (await this.#lookUp(arrival.address).catch(() => undefined));
      const ready = device && this.#prepared(arrival, device);
      if (ready === undefined) {
        this.intoInbox(arrival);
        continue;
      }
      const { tenant } = ready.device.config;
      const own = tenants.get(tenant);
      if (own === undefined) tenants.set(tenant, [ready]);
      else own.push(ready);
    }
    return tenants;
  }

  async write(tenant: string, ready: readonly Ready[]): Promise<void> {
    const { fiwareMeasures, client, contextOf, counters, logger } = this.#delivery;
    const refused = new Set<string>();
    if (ready.some(({ entities }) => entities.length > 0)) {
      try {
        // All calls are made before any is awaited, so that they stay in order.
        const answers = runsByTime(ready).map(({ places, isOfReception }) => {
          const entities = places.flatMap((place) => ready[place]?.entities ?? []);
          const how = isOfReception ? { update: true } : { lateToHistory: true };
          const upsert = () => client.batchUpsert(entities, { ...how, tenant, context: contextOf(tenant) });
          return withTrace(traceOfEach(places.flatMap((place) => tracedOf(ready[place]))), upsert);
        });
        for (const { errors, late = 0 } of await Promise.all(answers)) {
          counters.late += late;
          for (const { entityId } of errors) refused.add(entityId);
        }
      } catch (cause) {
        // If some of them were written anyway, delivery by the inbox will be no change.
        logger.debug({ err: cause }, 'measures go to the inbox: the broker did not accept them');
        for (const { arrival, device } of ready) {
          fiwareMeasures.forget(device);
          this.intoInbox(arrival);
        }
        return;
      }
    }
    for (const { arrival, device, entities: own } of ready) {
      if (refused.size > 0 && own.some(({ id }) => refused.has(id))) {
        fiwareMeasures.forget(device);
        this.intoInbox(arrival);
        continue;
      }
      counters.received += 1;
      counters.delivered += 1;
      counters.entities += own.length;
      if (own.length === 0) counters.heartbeats += 1;
      arrival.taken();
    }
  }
}

function tracedOf(ready: Ready | undefined) {
  return ready === undefined ? [] : [{ entities: ready.entities, trace: textOfTrace(ready.arrival.trace) }];
}
