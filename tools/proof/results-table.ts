/** One row of the table in docs/proof.md: the last result of a proof. */
export type ResultRow = {
  readonly name: string;
  readonly shows: string;
  readonly result: string;
  readonly commit: string;
  /** `2026-11-22` */
  readonly day: string;
  readonly took: string;
};

const HEAD = "| proof | what it shows | last result | commit | day | took |\n|---|---|---|---|---|---|";
const lineOf = ({ name, shows, result, commit, day, took }: ResultRow): string =>
  `| ${[name, shows, result, commit, day, took].map((cell) => cell.replaceAll("|", "/").replaceAll(/\s+/g, " ")).join(" | ")} |`;

/** The document with this row in its table, in place of the earlier one of that name; everything else stays. */
export function withResult(text: string, row: ResultRow): string {
  const [before, after] = text.split(HEAD);
  if (before === undefined || after === undefined) throw new Error("docs/proof.md has lost the head of its table");
  const lines = after.split("\n");
  const isRow = (line: string) => line.startsWith("| ");
  const others = lines.filter((line) => isRow(line) && !line.startsWith(`| ${row.name} |`));
  const rest = lines.slice(lines.findLastIndex(isRow) + 1);
  const rows = [...others, lineOf(row)].toSorted();
  return [`${before}${HEAD}`, ...rows, ...(rest[0] === "" ? rest : ["", ...rest])].join("\n");
}
