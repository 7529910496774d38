import { ask } from '../../broker/ask.ts';

/** What of the assistant there is for the reader. */
export interface About {
  readonly tools: {
    readonly isOn: boolean;
    /** Where clients connect. */
    readonly url: string;
    readonly mayPropose: boolean;
    readonly names: readonly { readonly name: string; readonly title: string; readonly description: string }[];
  };
  readonly questions: { readonly isOn: boolean; readonly model?: string; readonly host?: string };
}

export interface Proposal {
  readonly id: string;
  readonly kind: 'attributes' | 'work-order';
  readonly entity?: string;
  readonly entityName?: string;
  readonly change: Readonly<Record<string, unknown>>;
  /** Of the attributes that would change, what they are. */
  readonly now?: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly proposedBy: string;
  readonly client?: string;
  readonly proposedAt: string;
  readonly state: 'open' | 'confirmed' | 'refused' | 'expired';
  readonly decidedBy?: string;
  readonly decidedAt?: string;
}

export interface Proposals {
  readonly mayDecide: boolean;
  readonly proposals: readonly Proposal[];
}

/** A query that the model made, or that was changed by hand. */
export interface QueryCall {
  readonly tool: string;
  readonly input: unknown;
  readonly request: string;
  readonly isError: boolean;
  /** JSON; after it, on a line of its own, what was left out. */
  readonly output: string;
}

export interface Answer {
  readonly answer: string;
  readonly model: string;
  readonly calls: readonly QueryCall[];
  readonly sent: readonly { readonly role: string; readonly content: string | null }[];
  /** By which it is judged; '': nobody keeps it. */
  readonly output: string;
}

export const getAbout = (signal?: AbortSignal): Promise<About> => ask('GET', '/assistant', undefined, signal);
export const getProposals = (signal?: AbortSignal): Promise<Proposals> =>
  ask('GET', '/assistant/proposals', undefined, signal);
export const decide = (id: string, what: 'confirm' | 'refuse'): Promise<unknown> =>
  ask('POST', `/assistant/proposals/${id}/${what}`, {});
export const askQuestion = (question: string, language: string): Promise<Answer> =>
  ask('POST', '/assistant/questions', { question, language });
export const runQuery = (tool: string, input: object): Promise<Omit<QueryCall, 'tool' | 'input'>> =>
  ask('POST', `/assistant/tools/${tool}`, input);
export const judge = (output: string, isRight: boolean): Promise<void> =>
  ask('POST', `/insights/outputs/${output}/feedback`, { isRight });
