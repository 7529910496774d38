import type {
  AnnouncementSeverity,
  Dish,
  PlacePart,
  PollChoice,
  Texts,
} from '../../services/publishing/src/contract/documents.ts';
import alerts from './contents/alerts.json' with { type: 'json' };
import dishes from './contents/dishes.json' with { type: 'json' };
import events from './contents/events.json' with { type: 'json' };
import news from './contents/news.json' with { type: 'json' };
import pages from './contents/pages.json' with { type: 'json' };
import places from './contents/places.json' with { type: 'json' };
import polls from './contents/polls.json' with { type: 'json' };

interface DemoContent {
  readonly id: string;
  /** A commune's slug; '' stands for the community. */
  readonly owner: string;
  readonly texts: Texts;
}

/** Metres east and north of the centre of a commune. */
type Offset = readonly [east: number, north: number];

interface DemoArticle extends DemoContent {
  /** Relative to now, so that some articles are in the past and some in the future. */
  readonly hours: number;
  readonly theme: string;
  readonly address?: string;
  readonly at?: Offset;
}

interface DemoAlert extends DemoArticle {
  /** It ends at the next such hour, or after so many. */
  readonly ends: { readonly atHour: number } | { readonly afterHours: number };
  readonly severity: AnnouncementSeverity;
}

interface DemoPage extends DemoContent {
  readonly link?: string;
  readonly section: string;
  readonly order: number;
}

interface DemoEvent extends DemoContent {
  /** Days from today; the hour of the day at which it begins, and its duration in hours. */
  readonly day: number;
  readonly hour: number;
  readonly lasts: number;
  readonly theme: string;
  readonly venue: string;
  readonly isFree: boolean;
}

/** Types of businesses and functions instead of real ones; the numbers are reserved for fiction. */
interface DemoPlace extends Omit<DemoContent, 'texts'> {
  readonly at: Offset;
  readonly name: string;
  readonly summary?: string;
  readonly address: string;
  readonly place: PlacePart;
}

interface DemoPoll extends DemoContent {
  readonly choices: readonly PollChoice[];
  /** The number of devices per choice. */
  readonly answers: readonly number[];
}

export const DEMO_NEWS = news as readonly DemoArticle[];
export const DEMO_ALERTS = alerts as readonly DemoAlert[];
export const DEMO_PAGES = pages as readonly DemoPage[];
export const DEMO_EVENTS = events as readonly DemoEvent[];
export const DEMO_PLACES = places as unknown as readonly DemoPlace[];
export const DEMO_POLLS = polls as readonly DemoPoll[];
/** Two weeks of a canteen, five days each. */
export const DEMO_DISHES = dishes as readonly (readonly Dish[])[];
