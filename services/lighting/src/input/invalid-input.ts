/** A member of a request that can't be taken: which one, what was got, what was expected. */
export class InvalidInput extends Error {
  readonly member: string;
  readonly got: unknown;
  readonly expected: string;

  constructor(member: string, got: unknown, expected: string) {
    super(`${member}: got ${shown(got)}, expected ${expected}`);
    this.name = 'InvalidInput';
    this.member = member;
    this.got = got;
    this.expected = expected;
  }
}

const LONGEST_SHOWN = 120;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
