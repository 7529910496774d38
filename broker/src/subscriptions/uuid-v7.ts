import { randomFillSync } from 'node:crypto';
import { steadyClock } from '../clock/steady-clock.ts';

const random = Buffer.alloc(4096);
let used = random.length;
let lastMs = 0;
let sequence = 0;

/**
 * A UUID v7 (RFC 9562) greater than any this process has created before, even if the machine's clock is set back. So
 * ids are ordered by creation.
 */
export function nextUuidV7(): string {
  const now = steadyClock.now();
  if (now > lastMs) {
    lastMs = now;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    lastMs++; // 4,096 in one millisecond: borrow from the next
    sequence = 0;
  }
  if (used + 8 > random.length) {
    randomFillSync(random);
    used = 0;
  }
  const tail = random.toString('hex', used, used + 8);
  used += 8;
  const time = lastMs.toString(16).padStart(12, '0');
  const variant = '89ab'.charAt(Number.parseInt(tail.charAt(0), 16) & 3);
  const step = sequence.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${step}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
}
