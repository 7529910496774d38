import { sqlStatements } from './sql-statements.ts';

const BREAKING = [
  /\bDROP\s+(?:TABLE|COLUMN|SCHEMA|VIEW|FUNCTION|TYPE)\b/gi,
  /\bRENAME\b/gi,
  /\bSET\s+NOT\s+NULL\b/gi,
  /\bALTER\s+(?:COLUMN\s+\S+\s+)?(?:SET\s+DATA\s+)?TYPE\b/gi,
];

/**
 * The statements of a migration that may break the previous version; if there are none, both versions can run together.
 */
export function breaksEarlierVersion(sql: string): string[] {
  const code = sql.replace(/--.*$/gm, '');
  return [
    ...new Set(BREAKING.flatMap((pattern) => code.match(pattern) ?? []).map((each) => each.replace(/\s+/g, ' '))),
  ];
}

const VOLATILE = /\b(?:random|gen_random_uuid|clock_timestamp|nextval|uuidv7)\(|\b(?:big)?serial\b|\bGENERATED\b/i;
const NAME = '(?:ONLY )?([\\w.]+)';
/** What is created in the same migration is empty. */
const CREATED = /^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?([\w.]+)/i;
/** Said by who writes a migration: `-- few rows: opendata.prepared_file`. */
const FEW_ROWS = /^--\s*few rows:\s*(.+)$/gim;

interface Rule {
  /** The table is its first group. */
  readonly pattern: RegExp;
  readonly what: string;
  /** Of the rest of the statement. */
  readonly isHarmful?: (statement: string) => boolean;
}

const RULES: readonly Rule[] = [
  {
    pattern: new RegExp(`^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY\\b).*?\\bON ${NAME}`, 'i'),
    what: 'creates an index that keeps writers out: CREATE INDEX CONCURRENTLY, in a migration of its own',
  },
  {
    pattern: new RegExp(`^ALTER TABLE (?:IF EXISTS )?${NAME}`, 'i'),
    what: 'adds a column whose values are written to each row: add it with a constant default',
    isHarmful: (statement) => clausesOf(statement).some((clause) => /^ADD COLUMN\b/i.test(clause) && isWritten(clause)),
  },
  {
    pattern: new RegExp(`^ALTER TABLE (?:IF EXISTS )?${NAME}`, 'i'),
    what: 'checks each row: add the constraint NOT VALID, or USING an index that was created concurrently',
    isHarmful: (statement) =>
      clausesOf(statement).some(
        (clause) =>
          /^ADD (?:CONSTRAINT|CHECK|FOREIGN|PRIMARY|UNIQUE|EXCLUDE)\b/i.test(clause) &&
          !/\bNOT VALID$|\bUSING INDEX\b/i.test(clause),
      ),
  },
  {
    pattern: new RegExp(`^ALTER TABLE (?:IF EXISTS )?${NAME}`, 'i'),
    what: 'writes or reads each row',
    isHarmful: (statement) =>
      /\bSET NOT NULL\b|\bALTER (?:COLUMN )?\w+ (?:SET DATA )?TYPE\b|\bSET (?:UN)?LOGGED\b/i.test(statement),
  },
  {
    pattern: new RegExp(`^UPDATE ${NAME}`, 'i'),
    what: 'changes rows: do it after the start, some at a time',
  },
  {
    pattern: new RegExp(`^DELETE FROM ${NAME}`, 'i'),
    what: 'deletes rows: do it after the start, some at a time',
  },
  {
    pattern: new RegExp(`^INSERT INTO .*?\\bSELECT\\b.*?\\bFROM ${NAME}`, 'i'),
    what: 'reads all rows: do it after the start, some at a time',
  },
  {
    pattern: new RegExp(`^(?:VACUUM(?: FULL)?|CLUSTER|REINDEX TABLE|LOCK TABLE|LOCK) ${NAME}`, 'i'),
    what: 'blocks others from the table',
  },
];

/**
 * Describes the statements of a migration that would block writers of a large database, one line each. Tables that the migration
 * creates, or declares to have few rows, are ignored.
 */
export function holdsUpWriters(sql: string): string[] {
  const statements = sqlStatements(sql);
  const isSmall = new Set(
    [
      ...statements.map((statement) => CREATED.exec(statement)?.[1] ?? ''),
      ...[...sql.matchAll(FEW_ROWS)].flatMap(([, names = '']) => names.split(',')),
    ].map((name) => name.trim().toLowerCase()),
  );
  return statements.flatMap((statement) =>
    RULES.flatMap(({ pattern, what, isHarmful = () => true }) => {
      const table = pattern.exec(statement)?.[1];
      if (table === undefined || isSmall.has(table.toLowerCase()) || !isHarmful(statement)) return [];
      return [`${table}: ${what}`];
    }),
  );
}

function isWritten(clause: string): boolean {
  return VOLATILE.test(clause) || (/\bNOT NULL\b/i.test(clause) && !/\bDEFAULT\b/i.test(clause));
}

/** The parts of an ALTER TABLE, split at commas that are not in brackets. */
function clausesOf(statement: string): string[] {
  const clauses = [''];
  let depth = 0;
  for (const sign of statement.replace(/^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?[\w.]+ /i, '')) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === ',' && depth === 0) clauses.push('');
    else clauses[clauses.length - 1] += sign;
  }
  return clauses.map((clause) => clause.trim());
}
