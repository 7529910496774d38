import { Problem, shown } from '@alzette/kit/problems';

/** 400 for an invalid member of a request: its name, the received and the expected value. */
export class InvalidInput extends Problem {
  readonly member: string;

  constructor(member: string, got: unknown, expected: string) {
    super(400, 'The request is not valid', `${member}: got ${shown(got)}, expected ${expected}`);
    this.name = 'InvalidInput';
    this.member = member;
  }
}

/** The path of a member or an item within a member, e.g. `slots.0.from`. */
export function within(member: string, name: string | number): string {
  return member === '' ? String(name) : `${member}.${name}`;
}
