/** A section with its heading. `easy`: the same text in easy language, in French FALC. */
export interface Part {
  readonly title: string;
  readonly text: readonly string[];
  readonly easy: readonly string[];
}

export interface AboutTexts {
  readonly help: readonly Part[];
  readonly accessibility: readonly Part[];
}
