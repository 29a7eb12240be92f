import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { CHAIN_PURPOSE, CHAIN_START, CHAINED_COLUMNS, linkText, type ChainedRow } from "../relay/audit/audit-chain.ts";
import { auditDatabase, holdsHead, verifyAuditFile } from "./verify-audit.ts";

const PEPPER = "5a".repeat(32);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A local deployment's database with its real tables and triggers: three links over nine rows. */
function deployment(): { folder: string; path: string; heads: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "observator-audit-"));
  folders.push(folder);
  const place = join(folder, "relay", "v3", "d1", "miniflare-D1DatabaseObject");
  mkdirSync(place, { recursive: true });
  const path = join(place, "database.sqlite");
  const db = new DatabaseSync(path);
  // Nothing here has to survive a power cut.
  db.exec("PRAGMA synchronous = OFF");
  for (const file of ["0001-first-ledger.sql", "0002-accounts-keys-notices.sql"])
    db.exec(readFileSync(join("relay", "migrations", file), "utf8"));
  const heads: string[] = [];
  for (let seq = 1; seq <= 3; seq += 1) {
    for (let at = 0; at < 3; at += 1)
      db.prepare("INSERT INTO audit (at_wall_ms, user_id, event) VALUES (?, 'u', 'logged-in')").run(seq * 1000 + at);
    const rows = db.prepare(`SELECT ${CHAINED_COLUMNS} FROM audit WHERE id > ? ORDER BY id`).all((seq - 1) * 3);
    const text = linkText(
      heads.at(-1) ?? CHAIN_START,
      rows.map((row) => Object.values(row) as ChainedRow),
    );
    const hash = createHmac("sha256", Buffer.from(PEPPER, "hex")).update(`${CHAIN_PURPOSE}:${text}`).digest("hex");
    db.prepare("INSERT INTO audit_chain (seq, last_id, hash, at_wall_ms) VALUES (?, ?, ?, 0)").run(seq, seq * 3, hash);
    heads.push(hash);
  }
  db.close();
  return { folder, path, heads };
}

function edit(path: string, ...queries: string[]): void {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA synchronous = OFF");
  for (const trigger of [
    "audit_is_not_changed",
    "audit_is_not_deleted",
    "chain_is_not_changed",
    "chain_is_not_deleted",
  ])
    db.exec(`DROP TRIGGER IF EXISTS ${trigger}`);
  for (const query of queries) db.exec(query);
  db.close();
}

describe("checking a trail from the command line", () => {
  it("finds the database of a local deployment and its trail whole [X26]", async () => {
    const { folder, path, heads } = deployment();
    expect(auditDatabase(folder)).toBe(path);
    expect(await verifyAuditFile(path, PEPPER)).toMatchObject({ intact: true, rows: 9, links: 3, head: heads[2] });
    expect((await verifyAuditFile(path, "00".repeat(32))).intact).toBe(false);
    expect(() => auditDatabase(join(folder, "nowhere"))).toThrow("no database");
  });

  it.each([
    ["a row was changed", "UPDATE audit SET event = 'nothing' WHERE id = 5", 2],
    ["a row was removed", "DELETE FROM audit WHERE id = 4", 2],
    ["the last row of a link was removed", "DELETE FROM audit WHERE id = 9", 3],
    [
      "a row was slipped in",
      "UPDATE audit SET id = 100 WHERE id = 6; INSERT INTO audit (id, at_wall_ms, event) VALUES (6, 1, 'x')",
      2,
    ],
    ["a link was taken out", "DELETE FROM audit_chain WHERE seq = 2", 2],
    [
      "a link went with all its rows and the next moved up",
      "DELETE FROM audit WHERE id IN (4, 5, 6); DELETE FROM audit_chain WHERE seq = 2; UPDATE audit_chain SET seq = 2 WHERE seq = 3",
      2,
    ],
    ["a link was remade over other rows", "UPDATE audit_chain SET last_id = 5 WHERE seq = 2", 2],
  ])("tells that %s, and at which link [X26]", async (_what, query, link) => {
    const { path } = deployment();
    edit(path, query);
    expect(await verifyAuditFile(path, PEPPER)).toMatchObject({ intact: false, brokenLink: link });
  });

  it("tells that the end was cut off, to whoever kept the head [X26]", async () => {
    const { path, heads } = deployment();
    edit(path, "DELETE FROM audit_chain WHERE seq = 3", "DELETE FROM audit WHERE id > 6");
    expect((await verifyAuditFile(path, PEPPER)).intact).toBe(true);
    expect(holdsHead(path, heads[1]!)).toBe(true);
    expect(holdsHead(path, heads[2]!)).toBe(false);
  });
});
