/** Examples in four languages that read a dataset. */
export function apiExamples(
  collection: string,
  file: (format: string) => string,
): readonly { name: string; code: string }[] {
  return [
    { name: 'curl', code: `curl "${collection}/items?limit=100"\ncurl -O "${file('csv')}"` },
    {
      name: 'JavaScript',
      code: `const answer = await fetch('${collection}/items?limit=100');\nconst { features } = await answer.json();\nconsole.table(features.map(({ properties }) => properties));`,
    },
    {
      name: 'Python',
      code: `import pandas as pd\n\ntable = pd.read_parquet("${file('parquet')}")\nprint(table.describe())`,
    },
    { name: 'R', code: `library(sf)\n\nrows <- st_read("${collection}/items?f=json&limit=10000")\nsummary(rows)` },
  ];
}
