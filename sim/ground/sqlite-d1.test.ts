import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { sqliteD1, type D1Call, type D1Weather } from "./sqlite-d1.ts";

const calm: D1Weather = { meet: async () => ({ answerIsLost: false }), answer: async () => undefined };

describe("D1 over SQLite", () => {
  let file: DatabaseSync;
  beforeEach(() => {
    file = new DatabaseSync(":memory:");
    file.exec("CREATE TABLE coins (code TEXT PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount >= 0)) STRICT");
  });
  const amounts = () =>
    file
      .prepare("SELECT code, amount FROM coins ORDER BY code")
      .all()
      .map((row) => Object.values(row).join(" "));

  it("binds plain and numbered places, and gives back rows of RETURNING and counts of the rest", async () => {
    const db = sqliteD1(file, calm);
    const made = await db.prepare("INSERT INTO coins VALUES (?2, ?1) RETURNING code").bind(5, "BTC").all();
    expect(made.results).toEqual([{ code: "BTC" }]);
    const changed = await db.prepare("UPDATE coins SET amount = ? WHERE code = ?").bind(6, "BTC").run();
    expect([changed.meta.changes, await db.prepare("SELECT amount FROM coins").first("amount")]).toEqual([1, 6]);
    expect(await db.prepare("SELECT amount FROM coins WHERE code = ?").bind("ETH").first()).toBeNull();
  });

  it("carries out a batch whole or not at all", async () => {
    const db = sqliteD1(file, calm);
    const add = db.prepare("INSERT INTO coins VALUES (?, ?)");
    await expect(db.batch([add.bind("BTC", 1), add.bind("ETH", -1)])).rejects.toThrow(/D1_ERROR: CHECK/);
    expect(amounts()).toEqual([]);
    await db.batch([add.bind("BTC", 1), add.bind("ETH", 2)]);
    expect(amounts()).toEqual(["BTC 1", "ETH 2"]);
  });

  it("has done a write whose answer was lost, and has not begun one that failed before", async () => {
    const calls: D1Call[] = [];
    const weather: D1Weather = {
      ...calm,
      meet: async (call) => {
        calls.push(call);
        if (calls.length === 2) throw new Error("D1_ERROR: overloaded");
        return { answerIsLost: calls.length === 1 };
      },
    };
    const db = sqliteD1(file, weather);
    const add = db.prepare("INSERT INTO coins VALUES (?, ?)");
    await expect(add.bind("BTC", 1).run()).rejects.toThrow(/connection lost/);
    await expect(db.batch([add.bind("ETH", 1)])).rejects.toThrow(/overloaded/);
    expect(amounts()).toEqual(["BTC 1"]);
    await db.prepare("SELECT 1").all();
    expect(calls.at(-1)).toEqual({ writes: false, texts: ["SELECT 1"] });
  });
});
