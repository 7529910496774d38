import { ask } from '@alzette/web/asking';

/** The functions of the assistant that are available to the reader. */
export interface About {
  readonly tools: {
    readonly isOn: boolean;
    /** The URL for clients. */
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
  /** The current values of the attributes that would change. */
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

/** A query by the model, or edited by the user. */
export interface QueryCall {
  readonly tool: string;
  readonly input: unknown;
  readonly request: string;
  readonly isError: boolean;
  /** JSON, followed by a line that says what was left out. */
  readonly output: string;
}

export interface Answer {
  readonly answer: string;
  readonly model: string;
  readonly calls: readonly QueryCall[];
  readonly sent: readonly { readonly role: string; readonly content: string | null }[];
  /** The id for a judgement of the output; '': outputs are not recorded. */
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
