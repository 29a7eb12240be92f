import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { assert } from "../domain/assert.ts";

/** What comes between a statement and its answer: the database itself is SQLite and never wrong. */
export type D1Weather = {
  /** Asked once a call (a statement, or a whole batch). May wait, throw before anything happened, or answer with how the
   *  call ends after it was carried out. */
  meet(call: { readonly writes: boolean; readonly statements: number }): Promise<{ readonly answerIsLost: boolean }>;
  /** How long the answer takes after the deed. */
  answer(): Promise<void>;
};

type Rows = Record<string, unknown>[];
type Prepared = { readonly sql: string; readonly values: readonly unknown[] };

/** Statements that change nothing; the platform repeats them by itself when their answer is lost. */
const READS = /^\s*(SELECT|WITH|EXPLAIN)\b/i;

/** D1's interface on a SQLite database of this process: the relay's own SQL runs on the engine that D1 runs on. A batch
 *  is one transaction, as there. Source: Cloudflare D1, "Worker API". */
export function sqliteD1(database: DatabaseSync, weather: D1Weather): D1Database {
  const statements = new Map<string, StatementSync>();
  const compiled = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const made = database.prepare(sql);
    statements.set(sql, made);
    return made;
  };

  function carryOut({ sql, values }: Prepared): D1Result<Record<string, unknown>> {
    const statement = compiled(sql);
    const bound = values.map(toSqlite);
    const returnsRows = statement.columns().length > 0;
    const results = returnsRows ? (statement.all(...bound) as Rows).map((row) => ({ ...row })) : [];
    const changes = returnsRows ? 0 : Number(statement.run(...bound).changes);
    return { success: true, results, meta: metaOf(changes) };
  }

  async function call(prepared: readonly Prepared[]): Promise<D1Result<Record<string, unknown>>[]> {
    const writes = prepared.some(({ sql }) => !READS.test(sql));
    const { answerIsLost } = await weather.meet({ writes, statements: prepared.length });
    database.exec("BEGIN IMMEDIATE");
    let results: D1Result<Record<string, unknown>>[];
    try {
      results = prepared.map(carryOut);
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      await weather.answer();
      throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    await weather.answer();
    if (answerIsLost) throw new Error("D1_ERROR: Network connection lost.");
    return results;
  }

  class Statement implements Pick<D1PreparedStatement, "bind" | "first" | "run" | "all" | "raw"> {
    readonly prepared: Prepared;
    constructor(prepared: Prepared) {
      this.prepared = prepared;
    }
    bind(...values: unknown[]): D1PreparedStatement {
      return new Statement({ sql: this.prepared.sql, values }) as unknown as D1PreparedStatement;
    }
    async all<Row>(): Promise<D1Result<Row>> {
      const [result] = await call([this.prepared]);
      return result as D1Result<Row>;
    }
    run<Row>(): Promise<D1Result<Row>> {
      return this.all<Row>();
    }
    async first<Value>(column?: string): Promise<Value | null> {
      const row = (await this.all<Record<string, unknown>>()).results[0];
      if (row === undefined) return null;
      return (column === undefined ? row : row[column]) as Value;
    }
    raw(): Promise<never> {
      throw new Error("raw() is not used by the relay");
    }
  }

  return {
    prepare: (sql: string) => new Statement({ sql, values: [] }) as unknown as D1PreparedStatement,
    batch: <Row>(list: D1PreparedStatement[]) =>
      call(list.map((statement) => (statement as unknown as Statement).prepared)) as Promise<D1Result<Row>[]>,
    exec: () => Promise.reject(new Error("exec() is not used by the relay")),
    withSession: () => {
      throw new Error("sessions of D1 are not used by the relay");
    },
    dump: () => Promise.reject(new Error("dump() is not used by the relay")),
  };
}

/** D1 takes the same kinds and refuses the rest. */
function toSqlite(value: unknown): SQLInputValue {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value === "boolean") return value ? 1 : 0;
  assert(value === null || typeof value === "string" || typeof value === "number", "a value that D1 refuses was bound");
  return value;
}

const metaOf = (changes: number): D1Meta & Record<string, unknown> => ({
  duration: 0,
  size_after: 0,
  rows_read: 0,
  rows_written: changes,
  last_row_id: 0,
  changed_db: changes > 0,
  changes,
});
