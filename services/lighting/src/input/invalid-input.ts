import { Problem, shown } from '@alzette/kit/problems';

/** 400: a member of a request that can't be taken: which one, what was got, what was expected. */
export class InvalidInput extends Problem {
  readonly member: string;

  constructor(member: string, got: unknown, expected: string) {
    super(400, 'The request is not valid', `${member}: got ${shown(got)}, expected ${expected}`);
    this.name = 'InvalidInput';
    this.member = member;
  }
}
