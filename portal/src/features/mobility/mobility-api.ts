import { ask } from '@alzette/web/asking';

/** Answers of the mobility service; boards are public. */
export interface Stop {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly country?: string;
}

export interface Departure {
  readonly id: string;
  readonly stop: string;
  readonly line: string;
  readonly headSign: string;
  readonly planned: string;
  readonly expected: string;
  readonly status: 'realTime' | 'scheduled' | 'cancelled';
  readonly delay?: number;
  readonly operator: string;
}

export interface Board {
  readonly stops: readonly Stop[];
  readonly departures: readonly Departure[];
  readonly sources: readonly {
    readonly feed: string;
    readonly operator: string;
    readonly realTime: string;
    readonly label: string;
  }[];
  readonly disruptions: readonly Disruption[];
}

export interface Disruption {
  readonly id: string;
  readonly title: string;
  readonly text?: string;
}

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly capacity?: number;
  readonly free?: number;
  readonly observedAt?: string;
}

export interface Counter {
  readonly id: string;
  readonly name: string;
  readonly vehicles: string;
  readonly intensity?: number;
  readonly speed?: number;
  readonly observedAt?: string;
}

interface Cockpit {
  readonly parking: readonly Place[];
  readonly charging: readonly Place[];
  readonly counters: readonly Counter[];
}

const id = encodeURIComponent;

export const getStops = (text: string, signal: AbortSignal): Promise<{ stops: readonly Stop[] }> =>
  ask('GET', `/citizen/v1/stops?limit=50${text === '' ? '' : `&text=${id(text)}`}`, undefined, signal);
export const getBoard = (stops: readonly string[], language: string, signal: AbortSignal): Promise<Board> =>
  ask('GET', `/citizen/v1/departures?language=${language}&limit=30&stop=${stops.map(id).join()}`, undefined, signal);
export const getDisruptions = (
  language: string,
  signal: AbortSignal,
): Promise<{ disruptions: readonly Disruption[] }> =>
  ask('GET', `/citizen/v1/disruptions?language=${language}`, undefined, signal);
export const getCockpit = (signal: AbortSignal): Promise<Cockpit> => ask('GET', '/mobility/cockpit', undefined, signal);
export const getCounter = (
  counter: string,
  signal: AbortSignal,
): Promise<{ hours: readonly { at: string; mean: number }[] }> =>
  ask('GET', `/mobility/counters/${id(counter)}?attribute=intensity&days=7`, undefined, signal);
