import { PARTITIONS } from '../processes/partition-of.ts';
import type { StoredFrame } from './stored-frame.ts';

/** The messages taken from the inbox and not settled, and the FIWARE devices with unsettled messages. */
export class TakenFrames {
  /** The partition of each frame that is taken and not settled. */
  readonly #taken = new Map<number, number>();
  readonly #underWay = new Int32Array(PARTITIONS);
  /** The number of unsettled messages of each FIWARE device. */
  readonly #unsettled = new Map<string, number>();
  /** The device of each frame taken. */
  readonly #deviceOf = new Map<number, string>();
  /** Frames taken from the table, whose device is unknown. */
  readonly #unknown = new Set<number>();

  /** A message of the device has been received. */
  expect(device: string): void {
    this.#unsettled.set(device, (this.#unsettled.get(device) ?? 0) + 1);
  }

  /** One of its messages is settled, or only in the table. */
  settle(device: string): void {
    const left = (this.#unsettled.get(device) ?? 0) - 1;
    if (left > 0) this.#unsettled.set(device, left);
    else this.#unsettled.delete(device);
  }

  /** Whether the device has no unsettled messages, as far as this process can know. */
  isPast(device: string): boolean {
    return this.#unknown.size === 0 && !this.#unsettled.has(device);
  }

  take(frames: readonly StoredFrame[]): void {
    for (const { id, partition, reading } of frames) {
      this.#taken.set(id, partition);
      if (reading === undefined) this.#unknown.add(id);
      else if (reading.device !== undefined) this.#deviceOf.set(id, reading.device);
      this.#underWay[partition] = this.underWay(partition) + 1;
    }
  }

  /** The frame is settled, or its partition belongs to another process. */
  release(id: number): void {
    const partition = this.#taken.get(id);
    if (partition === undefined) return;
    this.#taken.delete(id);
    this.#unknown.delete(id);
    const device = this.#deviceOf.get(id);
    if (device !== undefined) {
      this.#deviceOf.delete(id);
      this.settle(device);
    }
    this.#underWay[partition] = this.underWay(partition) - 1;
  }

  releaseAll(partitions: readonly number[]): void {
    const gone = new Set(partitions);
    for (const [id, partition] of this.#taken) if (gone.has(partition)) this.release(id);
  }

  has(id: number): boolean {
    return this.#taken.has(id);
  }

  ids(): number[] {
    return [...this.#taken.keys()];
  }

  underWay(partition: number): number {
    return this.#underWay[partition] ?? 0;
  }
}
