import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { cabinetFrame, containerFrame, type Frame, lampFrame } from './payloads.ts';

interface Decoded {
  data?: Record<string, unknown>;
  errors?: string[];
}

/** Runs a codec on a frame as a network server would (TS013). */
function decode(name: string, { fPort, payload }: Frame, variables?: object): Decoded {
  const code = readFileSync(new URL(`./codecs/${name}.js`, import.meta.url), 'utf8');
  const input = { bytes: [...payload], fPort, recvTime: new Date(0), variables };
  const answer = vm.runInNewContext(`${code}; JSON.stringify(decodeUplink(input))`, { input });
  return JSON.parse(String(answer)) as Decoded;
}

describe('a lamp frame', () => {
  test('is decoded as it was encoded', () => {
    const reading = { level: 0.5, power: 27.5, energy: 3_000_123_456, fault: 'none' } as const;
    assert.deepEqual(decode('lamp', lampFrame(reading, 'on')).data, {
      powerState: 'low',
      level: 0.5,
      power: 27.5,
      energy: 3_000_123_456,
      status: 'ok',
      switchedOn: true,
      switchedOff: false,
    });
  });

  for (const [fault, status, level, shown] of [
    ['none', 'ok', 1, 1],
    ['dead', 'defectiveLamp', 0, 0],
    ['tilted', 'columnIssue', 1, 1],
    ['broken', 'brokenLantern', 1, 0.5],
    ['dayBurner', 'ok', 1, 1],
  ] as const) {
    test(`reports ${fault} as ${status}`, () => {
      const { data } = decode('lamp', lampFrame({ level, power: 51, energy: 0, fault }));
      assert.equal(data?.status, status);
      assert.equal(data?.level, shown);
      assert.equal(data?.powerState, level > 0 ? 'on' : 'off');
    });
  }

  test('is refused on another port and at another length', () => {
    assert.match(decode('lamp', { fPort: 11, payload: Buffer.alloc(9) }).errors?.[0] ?? '', /port 11/);
    assert.match(decode('lamp', { fPort: 10, payload: Buffer.alloc(3) }).errors?.[0] ?? '', /3 bytes/);
  });
});

test('a cabinet frame is decoded as it was encoded', () => {
  const { data } = decode(
    'cabinet',
    cabinetFrame({ on: true, power: 1.23, phases: [0.5, 0.4, 0.33], energy: 123_456.7 }),
  );
  assert.deepEqual(data, { powerState: 'on', power: 1.23, phases: [0.5, 0.4, 0.33], energy: 123_456.7 });
});

describe('a container frame', () => {
  const depth = { depth: 2500, offset: 100 };

  test('has the layout of an EM400', () => {
    const frame = containerFrame({ filling: 0.16, battery: 92, temperature: 25.7, distance: 2116, tilted: true });
    assert.equal(frame.payload.toString('hex'), '01755c0367010104824408050001');
    assert.deepEqual(decode('container', frame, depth).data, {
      battery: 92,
      temperature: 25.7,
      distance: 2116,
      position: 'tilt',
      fillingLevel: 0.16,
    });
  });

  test('contains frost, and a level between empty and full', () => {
    const reading = { filling: 0, battery: 5, temperature: -12.3, tilted: false };
    const empty = decode('container', containerFrame({ ...reading, distance: 2600 }), depth).data;
    const full = decode('container', containerFrame({ ...reading, distance: 30 }), depth).data;
    assert.deepEqual([empty?.temperature, empty?.fillingLevel, full?.fillingLevel], [-12.3, 0, 1]);
  });

  test('is refused if a channel is unknown or truncated', () => {
    assert.match(decode('container', { fPort: 85, payload: Buffer.from('0999', 'hex') }).errors?.[0] ?? '', /09 99/);
    assert.match(
      decode('container', { fPort: 85, payload: Buffer.from('036701', 'hex') }).errors?.[0] ?? '',
      /cut short/,
    );
  });
});
