import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { endWith, readOptions } from "./options.ts";
import { inRoot } from "./root.ts";
import { auditDatabase, holdsHead, verifyAuditFile } from "./verify-audit.ts";

const USAGE = "usage: node tools/verify-audit-cli.ts [--data FOLDER] [--head HASH]";

const { values } = readOptions(USAGE, {
  data: { type: "string", default: inRoot(".observator") },
  /** The last link of an earlier check. */
  head: { type: "string" },
});

try {
  const secrets = join(values.data, "secrets.json");
  if (!existsSync(secrets)) endWith(`There is no ${secrets}: the check needs the deployment's pepper.`);
  const { PEPPER } = JSON.parse(readFileSync(secrets, "utf8")) as { PEPPER: string };
  const path = auditDatabase(values.data);
  const verdict = await verifyAuditFile(path, PEPPER);
  if (!verdict.intact)
    endWith(
      `The trail was touched: link ${verdict.brokenLink} does not fit its rows. The ${verdict.rows} rows before it do.`,
    );
  if (values.head !== undefined && !holdsHead(path, values.head))
    endWith("The trail was cut: the link that was its last once is not in it any more.");
  console.log(`The trail is whole: ${verdict.rows} rows under ${verdict.links} links.`);
  console.log(`Its last link, to be kept elsewhere: ${verdict.head ?? "none yet"}`);
} catch (error) {
  endWith(error instanceof Error ? error.message : String(error));
}
