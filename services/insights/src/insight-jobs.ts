import type { AiUse } from '@alzette/kit/ai-uses';
import type { Job, Jobs } from '@alzette/kit/jobs';
import { removeScores, scoreAll } from './anomalies/anomaly-job.ts';
import { ANOMALY_SCORES } from './anomalies/anomaly-use.ts';
import { evaluateScores } from './anomalies/evaluate-scores.ts';
import { forecastAll, removeForecasts } from './forecasts/forecast-job.ts';
import { FORECAST_USES } from './forecasts/forecast-uses.ts';
import type { InsightParts } from './parts.ts';
import { forgetOldOutputs } from './register/output-rows.ts';
import { isAnyUseOn } from './register/register-rows.ts';
import { forgetModel } from './suggestions/model-rows.ts';
import { type ReadPastReports, trainTenant } from './suggestions/suggest.ts';
import { REPORT_SUGGESTIONS } from './suggestions/suggestion-use.ts';

const FORECAST_CRON = '17 */3 * * *';
const SCORE_CRON = '9 * * * *';
const EVALUATE_CRON = '25 4 * * *';
const TRAIN_CRON = '40 2 * * *';
const FORGET_CRON = '50 3 * * *';
const OUTPUT_DAYS = 90;
/** A first forecast of a large territory takes long. */
const LONG_S = 3600;

interface ForTenant {
  readonly tenant: string;
}

interface ForecastData extends ForTenant {
  readonly use: string;
  /** Keeps existing forecasts. */
  readonly onlyMissing?: boolean;
}

/** The jobs of this service. None is scheduled before its use is turned on. */
export interface InsightJobs {
  readonly forecast: Job<ForecastData>;
  readonly score: Job<ForTenant>;
  /** Only for scores: forecasts and suggestions are evaluated when they are made. */
  readonly evaluate: Job<Partial<ForTenant>>;
  readonly learn: Job<ForTenant>;
  /** Schedules the job of a use in a tenant. */
  scheduleOnly(use: string, tenant: string): Promise<void>;
  unschedule(use: string, tenant: string): Promise<void>;
  /** Must be called after any use was turned on or off. */
  keepForgetting(): Promise<void>;
}

/** The key of a use's schedule in a tenant; the job's own schedule has the empty key. */
function keyOf(use: string, tenant: string): string {
  return `${use}/${tenant}`;
}

/** The parts that jobs need; available after the start. */
export type JobParts = InsightParts & { readonly pastReports: ReadPastReports };

export function defineJobs(jobs: Jobs, parts: JobParts): InsightJobs {
  const forecast = jobs.define<ForecastData>({
    name: 'insights.forecast',
    title: { fr: 'Prévisions', en: 'Forecasts' },
    oneAtATime: true,
    timeoutS: LONG_S,
    run: (data, { signal }) => forecastAll(parts, data, { signal }),
  });
  const score = jobs.define<ForTenant>({
    name: 'insights.anomalies',
    title: { fr: 'Écarts à l’habitude', en: 'Departures from the usual' },
    oneAtATime: true,
    timeoutS: LONG_S,
    run: ({ tenant }, { signal }) => scoreAll(parts, tenant, { signal }),
  });
  const evaluate = jobs.define<Partial<ForTenant>>({
    name: 'insights.evaluate-anomalies',
    title: { fr: 'Évaluer les écarts à l’habitude', en: 'Evaluate departures from the usual' },
    oneAtATime: true,
    timeoutS: LONG_S,
    runNow: true,
    async run({ tenant }, { signal }) {
      const all = tenant === undefined ? await parts.register.tenantsWith(ANOMALY_SCORES.name) : [tenant];
      const done = { series: 0, faults: 0 };
      for (const each of all) {
        const { series, faults } = await evaluateScores(parts, each, { signal });
        done.series += series;
        done.faults += faults;
      }
      return done;
    },
  });
  const learn = jobs.define<ForTenant>({
    name: 'insights.learn-reports',
    title: { fr: 'Apprendre des signalements', en: 'Learn from reports' },
    oneAtATime: true,
    run: ({ tenant }) => trainTenant(parts, tenant),
  });
  const forget = jobs.define({
    name: 'insights.forget',
    title: { fr: 'Oublier les anciens résultats de l’IA', en: 'Forget old outputs of AI' },
    run: async () => ({ outputs: await forgetOldOutputs(parts.db, OUTPUT_DAYS) }),
  });
  return {
    forecast,
    score,
    evaluate,
    learn,
    async scheduleOnly(use, tenant) {
      const key = keyOf(use, tenant);
      if (use === ANOMALY_SCORES.name) {
        await score.schedule(key, { cron: SCORE_CRON, data: { tenant } });
        await evaluate.schedule(key, { cron: EVALUATE_CRON, data: { tenant } });
      } else if (use === REPORT_SUGGESTIONS.name) await learn.schedule(key, { cron: TRAIN_CRON, data: { tenant } });
      else await forecast.schedule(key, { cron: FORECAST_CRON, data: { tenant, use } });
    },
    async unschedule(use, tenant) {
      const own =
        use === ANOMALY_SCORES.name ? [score, evaluate] : use === REPORT_SUGGESTIONS.name ? [learn] : [forecast];
      for (const job of own) await job.unschedule(keyOf(use, tenant));
    },
    async keepForgetting() {
      if (await isAnyUseOn(parts.db)) await forget.schedule('outputs', { cron: FORGET_CRON, data: {} });
      else await forget.unschedule('outputs');
    },
  };
}

/** This service's own uses, with the consequences of turning them on and off. */
export function ownUses(parts: JobParts, jobs: InsightJobs): AiUse[] {
  const { forecast, score, evaluate, learn } = jobs;
  const own = (declared: Omit<AiUse, 'switched'>, run: (tenant: string) => Promise<unknown>, undo: Undo): AiUse => ({
    ...declared,
    async switched(tenant, isOn) {
      if (isOn) {
        await jobs.scheduleOnly(declared.name, tenant);
        await run(tenant);
      } else {
        await jobs.unschedule(declared.name, tenant);
        await undo(tenant);
      }
    },
  });
  return [
    ...FORECAST_USES.map((declared) => {
      const dataOf = (tenant: string) => ({ tenant, use: declared.name });
      return own(
        declared,
        (tenant) => forecast.enqueue(dataOf(tenant), { key: `${tenant}/${declared.name}` }),
        (tenant) => removeForecasts(parts, dataOf(tenant)),
      );
    }),
    own(
      ANOMALY_SCORES,
      async (tenant) => {
        await score.enqueue({ tenant }, { key: tenant });
        await evaluate.enqueue({ tenant }, { key: tenant });
      },
      (tenant) => removeScores(parts, tenant),
    ),
    own(
      REPORT_SUGGESTIONS,
      (tenant) => learn.enqueue({ tenant }, { key: tenant }),
      (tenant) => forgetModel(parts.db, tenant),
    ),
  ];
}

type Undo = (tenant: string) => Promise<void>;
