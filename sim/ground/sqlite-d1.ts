import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { assert } from "../../domain/assert.ts";

/** What comes between a statement and its answer: the database itself is SQLite and never wrong. */
export type D1Weather = {
  /** Asked once a call (a statement, or a whole batch). May wait, throw before anything happened, or answer with how the
   *  call ends after it was carried out. `postponed`: a broken database that says done and does it only then. */
  meet(call: D1Call): Promise<{ readonly answerIsLost: boolean; readonly postponed?: Promise<unknown> }>;
  /** How long the answer takes after the deed. */
  answer(): Promise<void>;
};

export type D1Call = { readonly writes: boolean; readonly texts: readonly string[] };

type Prepared = { readonly sql: string; readonly values: readonly unknown[] };

/** Statements that change nothing; the platform repeats them by itself when their answer is lost. */
const READS = /^\s*(?:SELECT|EXPLAIN|WITH(?![\s\S]*\b(?:INSERT|UPDATE|DELETE)\b))\b/i;

/** Compiled once a database, whichever isolate asks. */
const STATEMENTS = new WeakMap<DatabaseSync, Map<string, Compiled>>();
type Compiled = {
  readonly statement: StatementSync;
  /** Of its columns; none: it returns no rows. */
  readonly names: readonly string[];
  readonly writes: boolean;
};

function compiledOf(database: DatabaseSync): (sql: string) => Compiled {
  const statements = STATEMENTS.get(database) ?? new Map<string, Compiled>();
  STATEMENTS.set(database, statements);
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    // Values without names: the names of a wide row are the same every time.
    statement.setReturnArrays(true);
    const made = { statement, names: statement.columns().map(({ name }) => name), writes: !READS.test(sql) };
    statements.set(sql, made);
    return made;
  };
}

/** How statements are carried out: at once. */
function engineOf(database: DatabaseSync) {
  const compiled = compiledOf(database);
  const listsOf = (statement: StatementSync, values: readonly unknown[]): unknown[][] =>
    statement.all(...values.map(toSqlite)) as unknown as unknown[][];

  function carryOut({ sql, values }: Prepared): D1Result<Record<string, unknown>> {
    const { statement, names } = compiled(sql);
    if (names.length > 0) {
      const results = listsOf(statement, values).map((list) => rowOf(names, list));
      return { success: true, results, meta: metaOf(0) };
    }
    const { changes } = statement.run(...values.map(toSqlite));
    return { success: true, results: [], meta: metaOf(Number(changes)) };
  }

  const control = (sql: string): void => void compiled(sql).statement.run();

  /** All of it or nothing. A savepoint, because a whole run may lie in a transaction that is rolled back in the end; one
   *  statement is all or nothing by itself. */
  function transact<Result>(prepared: readonly Prepared[], step: (one: Prepared) => Result, undone: boolean): Result[] {
    const alone = prepared.length === 1 && !undone;
    if (!alone) control("SAVEPOINT batch");
    try {
      const results = prepared.map(step);
      if (undone) control("ROLLBACK TO batch");
      return results;
    } catch (error) {
      if (!alone) control("ROLLBACK TO batch");
      throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    } finally {
      if (!alone) control("RELEASE batch");
    }
  }
  return {
    carryOut,
    listsIn: ({ sql, values }: Prepared): unknown[][] => listsOf(compiled(sql).statement, values),
    transact,
    writes: ({ sql }: Prepared): boolean => compiled(sql).writes,
  };
}

function rowOf(names: readonly string[], list: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let at = 0; at < names.length; at += 1) row[names[at]!] = list[at];
  return row;
}

/** D1's interface on a SQLite database of this process: the relay's own SQL runs on the engine that D1 runs on. A batch
 *  is one transaction, as there. Source: Cloudflare D1, "Worker API".
 *  @param asWritten rewrites a statement on its way, to see what comes of it */
export function sqliteD1(
  database: DatabaseSync,
  weather: D1Weather,
  asWritten: (sql: string) => string = (sql) => sql,
): D1Database {
  const { carryOut, listsIn, transact, writes } = engineOf(database);

  async function call<Result>(prepared: readonly Prepared[], step: (one: Prepared) => Result): Promise<Result[]> {
    const texts = prepared.map(({ sql }) => sql);
    const { answerIsLost, postponed } = await weather.meet({ writes: prepared.some(writes), texts });
    let results: Result[];
    try {
      results = transact(prepared, step, postponed !== undefined);
    } catch (error) {
      await weather.answer();
      throw error;
    }
    void postponed?.then(() => transact(prepared, step, false));
    await weather.answer();
    if (answerIsLost) throw new Error("D1_ERROR: Network connection lost.");
    return results;
  }

  class Statement implements Pick<D1PreparedStatement, "bind" | "first" | "run" | "all"> {
    readonly prepared: Prepared;
    constructor(prepared: Prepared) {
      this.prepared = prepared;
    }
    bind(...values: unknown[]): D1PreparedStatement {
      return new Statement({ sql: this.prepared.sql, values }) as unknown as D1PreparedStatement;
    }
    async all<Row>(): Promise<D1Result<Row>> {
      const [result] = await call([this.prepared], carryOut);
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
    /** Rows as lists, without the columns' names. */
    async raw<Row>(): Promise<Row[]> {
      const [lists] = await call([this.prepared], listsIn);
      return lists as Row[];
    }
  }

  return {
    prepare: (sql: string) => new Statement({ sql: asWritten(sql), values: [] }) as unknown as D1PreparedStatement,
    batch: <Row>(list: D1PreparedStatement[]) =>
      call(
        list.map((statement) => (statement as unknown as Statement).prepared),
        carryOut,
      ) as Promise<D1Result<Row>[]>,
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
