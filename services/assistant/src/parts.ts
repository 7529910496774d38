import type { AiUses } from '@alzette/kit/ai-uses';
import type { ServiceContext } from '@alzette/kit/service';

/** The model that a site has chosen, with the API of OpenAI's chat completions. */
export interface ModelSettings {
  /** URL including the version, e.g. `https://model.example.org/v1`. */
  readonly url: string;
  /** The model's name at its server. */
  readonly name: string;
  /** Absent: the server needs none. */
  readonly key?: string;
}

/** The parts of the service, shared by its folders. */
export interface AssistantParts extends ServiceContext {
  /** The register of AI uses. The service does nothing for a tenant in which the use is off. */
  readonly uses: AiUses;
  /** Absent: questions in words are not available. */
  readonly model: ModelSettings | undefined;
  /** The accepted token issuers, which clients of `/mcp` are told. */
  readonly issuers: readonly string[];
}
