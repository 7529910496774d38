import { openDatabase } from '../../src/database/open-database.ts';
import { startTemporalBroker } from './temporal-broker.ts';

/** A process that runs retention once, to be killed during it: node retaining-broker.ts <database url>. */
const db = await openDatabase({ url: process.argv[2] as string });
const { broker } = await startTemporalBroker(db, 'killed');
const response = await broker.app.inject({ method: 'POST', url: '/ops/history/retention/runs' });
if (response.statusCode !== 202) throw new Error(response.body);
