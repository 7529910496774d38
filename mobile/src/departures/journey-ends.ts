import { readonly, type ShallowRef, shallowRef } from 'vue';
import { mobility } from '../citizen/paths.ts';
import type { Position } from '../territory/distance.ts';

/** Where a journey begins or ends. */
export interface JourneyEnd {
  readonly name: string;
  readonly at: Position;
}

export interface JourneyEnds {
  readonly from: JourneyEnd;
  readonly to: JourneyEnd;
}

const KEPT_UNDER = 'alzette.journeys';
const MOST = 6;
/** About 100 metres: the server needs no exact position. */
const DIGITS = 3;
const kept = shallowRef<readonly JourneyEnds[]>(readKept());

/** The reader's favourite journeys. They stay on this device. */
export function useFavouriteJourneys(): {
  readonly journeys: Readonly<ShallowRef<readonly JourneyEnds[]>>;
  isFavourite(ends: JourneyEnds): boolean;
  /** The oldest leaves when there are too many. */
  toggle(ends: JourneyEnds): void;
} {
  const isFavourite = (ends: JourneyEnds) => kept.value.some((each) => journeyPath(each) === journeyPath(ends));
  return {
    journeys: readonly(kept) as Readonly<ShallowRef<readonly JourneyEnds[]>>,
    isFavourite,
    toggle(ends) {
      const others = kept.value.filter((each) => journeyPath(each) !== journeyPath(ends));
      kept.value = isFavourite(ends) ? others : [...others, ends].slice(-MOST);
      localStorage.setItem(KEPT_UNDER, JSON.stringify(kept.value));
    },
  };
}

/** The path of the journeys. */
export function journeyPath({ from, to }: JourneyEnds) {
  const round = (degrees: number) => Number(degrees.toFixed(DIGITS));
  const [fromLongitude, fromLatitude, toLongitude, toLatitude] = [
    round(from.at[0]),
    round(from.at[1]),
    round(to.at[0]),
    round(to.at[1]),
  ];
  return mobility.journeys({ query: { fromLongitude, fromLatitude, toLongitude, toLatitude } });
}

/** As a parameter of the page: `5.93,49.47,Thil, Mairie`. */
export function parameterOf({ name, at: [longitude, latitude] }: JourneyEnd): string {
  return [longitude.toFixed(DIGITS), latitude.toFixed(DIGITS), name].join();
}

/** Undefined: the parameter is absent, or is not that of a place. */
export function endOf(parameter: unknown): JourneyEnd | undefined {
  const [longitude = '', latitude = '', ...name] = String(parameter ?? '').split(',');
  const at: Position = [Number.parseFloat(longitude), Number.parseFloat(latitude)];
  return at.every(Number.isFinite) ? { name: name.join(), at } : undefined;
}

function readKept(): JourneyEnds[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_UNDER) ?? '[]') as JourneyEnds[];
  } catch {
    return []; // an unreadable value counts as absent
  }
}
