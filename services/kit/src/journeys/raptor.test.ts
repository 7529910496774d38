import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legsTo, routerOf, type Timetable, type Trace, type Trip } from './raptor.ts';

test('journeys with changes are those of the published example: another change time is another journey', () => {
  const at = (clock: string) => {
    const [hours = 0, minutes = 0] = clock.split(':').map(Number);
    return hours * 3600 + minutes * 60;
  };
  const trip = (...calls: readonly (readonly [stop: number, clock: string])[]) => ({
    calls: calls.map(([stop, clock]) => ({ stop, arrives: at(clock), departs: at(clock) })),
  });
  const [A, B, C, D] = [0, 1, 2, 3] as const;
  const timetable = (changeSeconds: number): Timetable => ({
    stops: 4,
    trips: [
      trip([A, '08:00'], [B, '08:10'], [C, '08:20']),
      trip([A, '08:15'], [B, '08:25'], [C, '08:35']),
      trip([B, '08:12'], [D, '08:20']),
      trip([B, '08:30'], [D, '08:38']),
    ],
    footpaths: [[], [], [{ to: D, seconds: 300 }], [{ to: C, seconds: 300 }]],
    changeSeconds,
  });
  const journeys = (changeSeconds: number) =>
    routerOf(timetable(changeSeconds))
      .arrivals([{ stop: A, at: at('07:58') }], 3)
      .map((round) => round[D]);
  assert.deepEqual(journeys(120).slice(0, 3), [Number.POSITIVE_INFINITY, at('08:25'), at('08:20')]);
  assert.deepEqual([...new Set(journeys(180))], [Number.POSITIVE_INFINITY, at('08:25')]);
  // A trip that overtakes another is caught, and one that has left is not.
  const overtaking = routerOf({
    stops: 2,
    trips: [trip([0, '08:00'], [1, '09:00']), trip([0, '08:10'], [1, '08:30'])],
    footpaths: [[], []],
    changeSeconds: 0,
  });
  assert.equal(overtaking.arrivals([{ stop: 0, at: at('07:00') }], 1)[1]?.[1], at('08:30'));
  assert.equal(overtaking.arrivals([{ stop: 0, at: at('08:11') }], 1)[1]?.[1], Number.POSITIVE_INFINITY);
});

/**
 * The timetable and the expected times of "Local and express" in the tests of TransitRouter.jl (Bhagat-Conway,
 * test/raptor/test-local-express.jl): a local service with all stops, an express with four of them.
 */
test('the times of each round are those that another program publishes for a local and an express service', () => {
  const minutes = (from: number, ...after: readonly number[]) => [from, ...after.map((more) => from + more)];
  const trip = (stops: readonly number[], times: readonly number[]) => ({
    calls: stops.map((stop, at) => ({ stop, arrives: (times[at] ?? 0) * 60, departs: (times[at] ?? 0) * 60 })),
  });
  const [all, few] = [
    [0, 1, 2, 3, 4, 5, 6, 7],
    [0, 2, 5, 7],
  ];
  const trips: Trip[] = [
    trip(all, minutes(470, 10, 20, 30, 40, 52, 60, 70)),
    trip(all, minutes(480, 10, 20, 30, 40, 50, 60, 70)),
    trip(all, minutes(490, 10, 20, 30, 40, 50, 60, 70)),
    trip(few, minutes(498, 4, 22, 27)),
    trip(few, minutes(506, 6, 19, 29)),
  ];
  const router = routerOf({ stops: 8, trips, footpaths: all.map(() => []), changeSeconds: 60 });
  const traces: Trace[] = [];
  const rounds = router.arrivals([{ stop: 0, at: 475 * 60 }], 4, traces);
  const clock = (seconds: number) => (Number.isFinite(seconds) ? seconds / 60 : '–');
  const shown = rounds.map((round) => [...round].map(clock));
  assert.deepEqual(shown.slice(0, 3), [
    [475, '–', '–', '–', '–', '–', '–', '–'],
    [475, 490, 500, 510, 520, 520, 540, 525], // the express to the sixth and the eighth stop
    [475, 490, 500, 510, 520, 520, 530, 525], // the express overtakes the first local bus, which goes to the seventh
  ]);
  assert.deepEqual(shown.at(-1), shown[2], 'no more changes help');
  const ridden = legsTo(6, 2, traces).map((leg) => ('trip' in leg ? trips.indexOf(leg.trip) : -1));
  assert.deepEqual(ridden, [3, 0]);
});

/**
 * The network and the expected times of SwissRailRaptorTreeTest in MATSim (Rieser, SBB, 2018): a blue line with all stops
 * in both directions, a red express between C and G, a green circle; stops of one name are 2 or 4 m apart.
 */
test('everything that is reached from one stop is what the test of MATSim lists, with walks between platforms', () => {
  const at = (clock: string) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 60;
  const line = (
    starts: readonly number[],
    ...calls: readonly (readonly [stop: number, arrives: number, departs?: number])[]
  ) =>
    starts.map((start) => ({
      calls: calls.map(([stop, arrives, departs = arrives]) => ({
        stop,
        arrives: start + arrives * 60,
        departs: start + departs * 60,
      })),
    }));
  const every = (first: string, minutes: number, last: string) => {
    const starts: number[] = [];
    for (let start = at(first); start <= at(last); start += minutes * 60) starts.push(start);
    return starts;
  };
  const trips = [
    ...line(every('6:00', 60, '9:00'), [4, 0], [12, 9]),
    ...line(every('6:10', 60, '9:10'), [13, 0], [5, 9]),
    ...line(
      every('5:06', 20, '9:46'),
      [0, 0],
      [2, 7],
      [4, 12, 16],
      [6, 23],
      [8, 30],
      [10, 37],
      [12, 42, 46],
      [14, 53],
      [16, 58],
    ),
    ...line(
      every('5:16', 20, '9:56'),
      [17, 0],
      [15, 7],
      [13, 12, 16],
      [11, 23],
      [9, 30],
      [7, 37],
      [5, 42, 46],
      [3, 53],
      [1, 58],
    ),
    ...line(every('5:01', 10, '7:51'), [18, 0], [19, 10], [20, 20], [21, 30], [22, 40], [23, 50], [18, 59]),
  ];
  const footpaths: { to: number; seconds: number }[][] = Array.from({ length: 24 }, () => []);
  const walk = (a: number, b: number, seconds: number) => {
    footpaths[a]?.push({ to: b, seconds });
    footpaths[b]?.push({ to: a, seconds });
  };
  for (let stop = 0; stop < 18; stop += 2) walk(stop, stop + 1, 7);
  for (const [circle, one, other] of [
    [18, 4, 5],
    [21, 12, 13],
  ] as const) {
    walk(circle, one, 4);
    walk(circle, other, 4);
  }
  const router = routerOf({ stops: 24, trips, footpaths, changeSeconds: 60 });
  const shown = (from: string) => {
    const rounds = router.arrivals([{ stop: 23, at: at(from) }], 6);
    return [...(rounds.at(-1) ?? [])].map((time) =>
      Number.isFinite(time) ? new Date(time * 1000).toISOString().slice(11, 19) : '–',
    );
  };
  // MATSim takes the cheapest way to stop 10, at 08:23:00; the fastest one changes at 11 once more, as it says.
  const early = `08:14:07 08:14:00 08:09:07 08:09:00 07:50:04 07:50:04 08:09:00 08:09:07 08:16:00 08:16:07 08:19:07 08:19:00
    08:09:00 08:09:07 08:19:00 08:19:07 08:24:00 08:24:07 07:50:00 08:01:00 08:11:00 08:09:04 08:21:00 07:40:00`;
  assert.deepEqual(shown('7:40'), early.split(/\s+/));
  const late = `08:14:07 08:14:00 08:09:07 08:09:00 08:00:04 08:00:04 08:09:00 08:09:07 08:16:00 08:16:07 08:23:00 08:23:07
    08:28:00 08:28:07 08:39:00 08:39:07 08:44:00 08:44:07 08:00:00 – – 08:28:04 – 07:50:00`;
  assert.deepEqual(shown('7:50'), late.split(/\s+/));
});

/** Without rounds or patterns: each step looks at every open stop, and tries every trip and every way on foot. */
function simplest({ stops, trips, footpaths, changeSeconds }: Timetable, start: number, at: number, mostRides: number) {
  const times = Array.from({ length: mostRides + 1 }, () => Array<number>(stops).fill(Number.POSITIVE_INFINITY));
  const open = new Map([[`0 ${start}`, at]]);
  const done = new Set<string>();
  while (open.size > 0) {
    const [key, time] = [...open].reduce((least, each) => (each[1] < least[1] ? each : least));
    open.delete(key);
    if (done.has(key)) continue;
    done.add(key);
    const [rides = 0, stop = 0] = key.split(' ').map(Number);
    for (let more = rides; more <= mostRides; more += 1) {
      const row = times[more] as number[];
      row[stop] = Math.min(row[stop] as number, time);
    }
    const reach = (to: number, ridesThen: number, then: number) => {
      const other = `${ridesThen} ${to}`;
      if (!done.has(other) && then < (open.get(other) ?? Number.POSITIVE_INFINITY)) open.set(other, then);
    };
    for (const { to, seconds } of footpaths[stop] ?? []) reach(to, rides, time + seconds);
    if (rides === mostRides) continue;
    for (const { calls } of trips) {
      calls.forEach(({ stop: boarded, departs = -1 }, index) => {
        if (boarded !== stop || departs < time + (rides === 0 ? 0 : changeSeconds)) return;
        for (const { stop: left, arrives } of calls.slice(index + 1)) reach(left, rides + 1, arrives);
      });
    }
  }
  return times;
}

test('journeys of generated timetables are those of a search that tries everything, and their legs fit together', () => {
  let seed = 7;
  const below = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * limit);
  };
  for (let round = 0; round < 12; round += 1) {
    const stops = 14;
    const trips = Array.from({ length: 40 }, () => {
      let now = 60 * below(240);
      const visited = new Set(Array.from({ length: 2 + below(5) }, () => below(stops)));
      const calls = [...visited].map((stop) => {
        now += 60 * (1 + below(12));
        return { stop, arrives: now, departs: now + 30 * below(3) };
      });
      return { calls };
    });
    // Pairs of neighbours, so that two ways on foot in a row lead nowhere else.
    const footpaths = Array.from({ length: stops }, (_, stop) => (stop < 8 ? [{ to: stop ^ 1, seconds: 240 }] : []));
    const timetable: Timetable = { stops, trips, footpaths, changeSeconds: 90 };
    const [start, at] = [below(stops), 60 * below(60)];
    const traces: Trace[] = [];
    const starts = [
      { stop: start, at },
      ...(footpaths[start] ?? []).map(({ to, seconds }) => ({ stop: to, at: at + seconds })),
    ];
    const rounds = routerOf(timetable).arrivals(starts, 4, traces);
    const expected = simplest(timetable, start, at, 4);
    for (let rides = 0; rides <= 4; rides += 1)
      assert.deepEqual([...(rounds[rides] ?? (rounds.at(-1) as Float64Array))], expected[rides]);
    (rounds.at(-1) as Float64Array).forEach((arrival, stop) => {
      const legs = legsTo(stop, rounds.length - 1, traces);
      const [first] = legs;
      if (first === undefined) return;
      let place = 'trip' in first ? (first.trip.calls[first.board]?.stop ?? -1) : first.from;
      let time = starts.find((each) => each.stop === place)?.at ?? Number.POSITIVE_INFINITY;
      let isFirst = true;
      for (const leg of legs) {
        if ('trip' in leg) {
          const [on, off] = [leg.trip.calls[leg.board], leg.trip.calls[leg.alight]];
          assert.equal(on?.stop, place);
          assert.ok((on?.departs ?? -1) >= time + (isFirst ? 0 : 90));
          [place, time, isFirst] = [off?.stop ?? -1, off?.arrives ?? -1, false];
        } else {
          assert.equal(leg.from, place);
          [place, time] = [leg.to, time + leg.seconds];
        }
      }
      assert.deepEqual([place, time], [stop, arrival]);
    });
  }
});
