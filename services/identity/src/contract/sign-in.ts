import { contract, object, Type } from '@alzette/kit/contract';
import { SIGN_IN } from './paths.ts';

/** What the pages ask before anybody has signed in. */
export const signInContract = contract(SIGN_IN, {
  required: {
    access: 'nothing',
    summary: 'Whether sign-in is required, and where',
    answers: { 200: object({ required: Type.Boolean(), issuer: Type.String() }) },
  },
});
