import { moved } from '@alzette/kit/compute-task';

/** Reverses bytes in their place. */
export default function reverse(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return moved(bytes.reverse(), [bytes.buffer]);
}
