import { reactive, watch } from 'vue';

export const TOPICS = ['alerts', 'news', 'events', 'polls', 'waste'] as const;
export type Topic = (typeof TOPICS)[number];
export const TEXT_SIZES = ['normal', 'large', 'larger', 'largest'] as const;

/** The user's preferences. They stay on this device, except for the topics of notifications. */
export interface Preferences {
  /** Slugs of the followed communes; empty: all. */
  communes: string[];
  topics: Topic[];
  /** Themes of news and events; empty: all. */
  themes: string[];
  quiet: { on: boolean; from: string; to: string };
  textSize: (typeof TEXT_SIZES)[number];
  moreContrast: boolean;
  lessMotion: boolean;
  /** Prefer texts in easy language, if there are any. */
  easyRead: boolean;
}

const KEPT_UNDER = 'alzette.preferences';
const DEFAULT: Preferences = {
  communes: [],
  topics: ['alerts'],
  themes: [],
  quiet: { on: true, from: '22:00', to: '07:00' },
  textSize: 'normal',
  moreContrast: false,
  lessMotion: false,
  easyRead: false,
};

export const preferences: Preferences = reactive(readKept());

watch(
  preferences,
  (now) => {
    localStorage.setItem(KEPT_UNDER, JSON.stringify(now));
    apply(now);
  },
  { immediate: true, deep: true },
);

/** Sets the attributes of the page that the styles depend on. */
function apply({ textSize, moreContrast, lessMotion }: Preferences): void {
  const { dataset } = document.documentElement;
  dataset.textSize = textSize;
  dataset.contrast = moreContrast ? 'more' : 'normal';
  dataset.motion = lessMotion ? 'less' : 'normal';
}

function readKept(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_UNDER) ?? '{}') as Partial<Preferences>;
    return { ...structuredClone(DEFAULT), ...kept };
  } catch {
    return structuredClone(DEFAULT); // an unreadable value counts as absent
  }
}

/** As the parameter of a path. Undefined: all communes. */
export function chosenCommunes(): readonly string[] | undefined {
  return preferences.communes.length === 0 ? undefined : preferences.communes;
}
