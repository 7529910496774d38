/**
 * Writes GTFS Realtime byte by byte from the published field numbers, so that a wrong number in the reader is detected.
 */
type Field = readonly [number: number, value: number | string | Uint8Array | { readonly float: number }];

function varint(value: number): number[] {
  let left = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  return [...bytes, Number(left)];
}

export function message(fields: readonly Field[]): Uint8Array {
  const parts = fields.map(([number, value]) => {
    if (typeof value === 'number') return Buffer.from([...varint(number << 3), ...varint(value)]);
    if (typeof value === 'object' && 'float' in value) {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value.float);
      return Buffer.concat([Buffer.from(varint((number << 3) | 5)), bytes]);
    }
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes]);
  });
  return Buffer.concat(parts);
}

/** One entity of a feed. */
export interface TestEntity {
  readonly id: string;
  readonly tripUpdate?: {
    readonly trip: {
      readonly tripId: string;
      readonly startTime?: string;
      readonly startDate?: string;
      readonly cancelled?: boolean;
    };
    readonly stopTimeUpdate: readonly { readonly stopId: string; readonly delayS: number }[];
  };
  readonly vehicle?: {
    readonly id: string;
    readonly tripId: string;
    readonly latitude: number;
    readonly longitude: number;
    readonly speed: number;
  };
  readonly alert?: { readonly routeId: string; readonly fr: string; readonly de: string };
}

export function feedMessage(timestamp: number, entities: readonly TestEntity[]): Uint8Array {
  const header = message([
    [1, '2.0'],
    [3, timestamp],
  ]);
  return message([[1, header], ...entities.map((entity): Field => [2, entityOf(entity)])]);
}

function entityOf({ id, tripUpdate, vehicle, alert }: TestEntity): Uint8Array {
  const fields: Field[] = [[1, id]];
  if (tripUpdate !== undefined) {
    const trip: Field[] = [[1, tripUpdate.trip.tripId]];
    if (tripUpdate.trip.startTime !== undefined) trip.push([2, tripUpdate.trip.startTime]);
    if (tripUpdate.trip.startDate !== undefined) trip.push([3, tripUpdate.trip.startDate]);
    if (tripUpdate.trip.cancelled === true) trip.push([4, 3]);
    const updates = tripUpdate.stopTimeUpdate.map(
      ({ stopId, delayS }): Field => [
        2,
        message([
          [3, message([[1, delayS]])],
          [4, stopId],
        ]),
      ],
    );
    fields.push([3, message([[1, message(trip)], ...updates])]);
  }
  if (vehicle !== undefined) {
    const { latitude, longitude, speed } = vehicle;
    const position = message([
      [1, { float: latitude }],
      [2, { float: longitude }],
      [5, { float: speed }],
    ]);
    const trip = message([[1, vehicle.tripId]]);
    fields.push([
      4,
      message([
        [1, trip],
        [2, position],
        [8, message([[1, vehicle.id]])],
      ]),
    ]);
  }
  if (alert !== undefined) {
    const translation = (text: string, language: string): Field => [
      1,
      message([
        [1, text],
        [2, language],
      ]),
    ];
    const text = message([translation(alert.fr, 'fr'), translation(alert.de, 'de')]);
    fields.push([
      5,
      message([
        [5, message([[2, alert.routeId]])],
        [10, text],
      ]),
    ]);
  }
  return message(fields);
}
