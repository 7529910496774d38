import type { AiUses } from '@alzette/kit/ai-uses';
import type { ServiceContext } from '@alzette/kit/service';

/** A model that a site has chosen, spoken to as OpenAI's chat completions are. */
export interface ModelSettings {
  /** Up to the version, e.g. `https://model.example.org/v1`. */
  readonly url: string;
  /** As the server calls the model. */
  readonly name: string;
  /** Absent: it asks for none. */
  readonly key?: string;
}

/** What the rooms of this service share. */
export interface AssistantParts extends ServiceContext {
  /** The register of AI uses: nothing is done for a tenant in which the use is off. */
  readonly uses: AiUses;
  /** Absent: no questions in words. */
  readonly model: ModelSettings | undefined;
  /** Whose tokens count, as clients of `/mcp` are told. */
  readonly issuers: readonly string[];
}
