/** The filter of the list and the map. An empty list or text does not restrict. */
export interface EntityFilter {
  readonly types: readonly string[];
  /** Keys of classes. */
  readonly states: readonly string[];
  /** Slug of a commune. */
  readonly commune: string;
  /** Only entities with a severity and silent ones. */
  readonly attention: boolean;
  readonly text: string;
}
