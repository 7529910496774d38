/** A condition that is chosen: an attribute that has one of these texts. */
export interface ChosenCondition {
  readonly attribute: string;
  readonly values: readonly string[];
}

const CHOSEN = /^([A-Za-z]\w*)==("[^"\\]*"(?:,"[^"\\]*")*)$/;

/** Undefined: it is another one, which is written as a text. */
export function readCondition(q: string): ChosenCondition | undefined {
  const [, attribute, values] = CHOSEN.exec(q) ?? [];
  if (attribute === undefined || values === undefined) return undefined;
  return { attribute, values: values.slice(1, -1).split('","') };
}

/** In the query language of NGSI-LD (4.9); empty: without values there is no condition. */
export function writeCondition({ attribute, values }: ChosenCondition): string {
  return values.length === 0 ? '' : `${attribute}==${values.map((value) => `"${value}"`).join(',')}`;
}
