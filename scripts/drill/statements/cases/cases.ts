import type { KillCase } from '../kill-every-statement.ts';
import { nights } from './nights.ts';

export const CASES: readonly KillCase[] = [nights];
