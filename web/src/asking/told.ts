import type { Reason } from '@alzette/kit/reasons';
import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { type InjectionKey, inject } from 'vue';

/** A problem that an app can tell in the language of its reader. */
export interface ToldProblem extends ProblemDetails {
  /** The kind of refusal, as a service says it. */
  readonly reason?: Reason;
  /** The page's own sentence, in the language of the reader. */
  readonly said?: string;
}

/** A failure whose message is a sentence of the page, in the language of the reader. */
export class ToldError extends Error {}

/** The sentence for a problem, in the language of the reader. */
export type Tell = (problem: ToldProblem) => string;

export const TELL: InjectionKey<Tell> = Symbol('tell');

const inEnglish: Tell = ({ said, detail, title }) => said ?? (detail || title);

/** How the app tells problems; without its words, the English of the server. */
export const useTell = (): Tell => inject(TELL, inEnglish);
