export const FORMATS = ['ics', 'rss', 'openagenda', 'osm', 'menus-collectifs', 'dae', 'sirene', 'directory'] as const;
export type Format = (typeof FORMATS)[number];

/** The result of an import. */
export interface ImportOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly { readonly at: string; readonly reason: string }[];
}
