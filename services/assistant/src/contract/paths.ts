export const ASSISTANT = {
  about: 'GET /assistant',
  ask: 'POST /assistant/questions',
  runTool: 'POST /assistant/tools/:name',
  proposals: 'GET /assistant/proposals',
  confirm: 'POST /assistant/proposals/:id/confirm',
  refuse: 'POST /assistant/proposals/:id/refuse',
} as const;
