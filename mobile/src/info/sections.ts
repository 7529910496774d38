import {
  businessOutline,
  calendarOutline,
  chatboxEllipsesOutline,
  documentTextOutline,
  heartOutline,
  newspaperOutline,
  restaurantOutline,
  warningOutline,
} from 'ionicons/icons';

/** The sections of the app, each a page at `/name`. */
export const SECTIONS = ['news', 'events', 'alerts', 'directory', 'pages', 'menus', 'polls'] as const;
export type Section = (typeof SECTIONS)[number];

export const SECTION_ICONS: Readonly<Record<Section | 'emergency', string>> = {
  news: newspaperOutline,
  events: calendarOutline,
  alerts: warningOutline,
  directory: businessOutline,
  pages: documentTextOutline,
  menus: restaurantOutline,
  polls: chatboxEllipsesOutline,
  emergency: heartOutline,
};

/** The section that an item's page belongs to. */
export const SECTION_OF = {
  news: 'news',
  event: 'events',
  alert: 'alerts',
  place: 'directory',
  page: 'pages',
  menu: 'menus',
  poll: 'polls',
} as const satisfies Record<string, Section>;
