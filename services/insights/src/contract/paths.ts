export const INSIGHTS = {
  uses: 'GET /insights/uses',
  switchUse: 'PUT /insights/uses/:name',
  outputs: 'GET /insights/uses/:name/outputs',
  judgeOutput: 'POST /insights/outputs/:id/feedback',
} as const;
