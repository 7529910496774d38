import { bodyReader, type JsonSchema, object } from '@alzette/kit/bodies';

/** A request to the platform's API. */
export interface PlatformRequest {
  readonly method: 'GET' | 'POST';
  /** Path with query parameters. */
  readonly path: string;
  readonly body?: object;
  /** True: names in the answer stay IRIs; otherwise they are terms of the territory's @context. */
  readonly keepsIris?: boolean;
}

/** Facts about the territory, for the defaults of tools. */
export interface ToolFacts {
  readonly timeZone: string;
  readonly now: Date;
}

/** A tool of an assistant. It reads by one request to the API. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: JsonSchema;
  /** @throws Problem 400: names the invalid argument */
  request(input: unknown, facts: ToolFacts): PlatformRequest;
}

interface ToolDefinition<Input> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly properties: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  request(input: Input, facts: ToolFacts): PlatformRequest;
}

/** A tool whose arguments are checked before it sends a request. */
export function tool<Input>({ properties, required, request, ...said }: ToolDefinition<Input>): Tool {
  const read = bodyReader<Input>(object(properties, required));
  return { ...said, input: read.schema, request: (input, facts) => request(read(input ?? {}), facts) };
}

/** A path with the parameters that have a value. Lists are joined by commas. */
export function pathWith(
  path: string,
  parameters: { readonly [name: string]: string | number | readonly (string | number)[] | undefined },
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') continue;
    query.set(name, Array.isArray(value) ? value.join(',') : String(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** An integer argument. */
export const whole = (minimum: number, maximum: number, description?: string): JsonSchema => ({
  type: 'integer',
  minimum,
  maximum,
  ...(description !== undefined && { description }),
});

/** A text argument. */
export const text = (description: string, maxLength = 300): JsonSchema => ({
  type: 'string',
  minLength: 1,
  maxLength,
  description,
});

/** A list of short words. */
export const words = (description: string, maxItems = 30): JsonSchema => ({
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 300, pattern: '^[^,]+$' },
  minItems: 1,
  maxItems,
  description,
});

export const instant = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });

export const TYPE = text('Entity type, e.g. Streetlight: list_types returns all types', 500);
export const ENTITY_ID = text('The id of an entity, a URI such as urn:ngsi-ld:Streetlight:v1', 2000);
export const Q = text('An NGSI-LD q such as illuminanceLevel>0;powerState=="on": see alzette://guide/q', 2000);
export const SCOPE = text(
  'A scope query: /Villerupt for the commune only, /Villerupt/# includes the scopes below it',
  500,
);
/** The number of rows in an answer. */
export const LIMIT = whole(1, 50, 'The maximum number of results; default 20');
export const OFFSET = whole(0, 10_000, 'The number of results to skip');
export const USUAL_LIMIT = 20;
