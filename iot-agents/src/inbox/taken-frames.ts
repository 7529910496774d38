import { PARTITIONS } from '../processes/partition-of.ts';
import type { StoredFrame } from './stored-frame.ts';

/** Which messages are taken from the inbox and not settled, and of which FIWARE devices messages are not settled. */
export class TakenFrames {
  /** The partition of each frame that is taken and not settled. */
  readonly #taken = new Map<number, number>();
  readonly #underWay = new Int32Array(PARTITIONS);
  /** Messages of each FIWARE device that are not settled. */
  readonly #unsettled = new Map<string, number>();
  /** The device of each that is taken. */
  readonly #deviceOf = new Map<number, string>();
  /** Taken from the table, whosever they are. */
  readonly #unknown = new Set<number>();

  /** A message of the device has come. */
  expect(device: string): void {
    this.#unsettled.set(device, (this.#unsettled.get(device) ?? 0) + 1);
  }

  /** One of them is settled, or in the table alone. */
  settle(device: string): void {
    const left = (this.#unsettled.get(device) ?? 0) - 1;
    if (left > 0) this.#unsettled.set(device, left);
    else this.#unsettled.delete(device);
  }

  /** Whether nothing of the device is under way here, as far as this process can know. */
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

  /** The frame is settled, or another process has its partition. */
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
