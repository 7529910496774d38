import type { KillCase } from '../kill-every-statement.ts';
import { alarms, withdrawals } from './alarms.ts';
import { channels } from './channels.ts';
import { nights } from './nights.ts';
import { publishing } from './publishing.ts';

export const CASES: readonly KillCase[] = [nights, alarms, withdrawals, channels, publishing];
