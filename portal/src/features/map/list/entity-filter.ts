/** What the list and the map show. An empty list or text restricts nothing. */
export interface EntityFilter {
  readonly types: readonly string[];
  /** Keys of classes. */
  readonly states: readonly string[];
  /** Slug of a commune. */
  readonly commune: string;
  /** Those of a class with a severity, and those that are silent. */
  readonly attention: boolean;
  readonly text: string;
}
