import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** Reads a command line; a wrong one ends with one sentence and the usage. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(usage: string, options: Options) {
  try {
    return parseArgs({ options, allowPositionals: true, strict: true });
  } catch (error) {
    return endWith(`${error instanceof Error ? error.message.split("\n")[0] : String(error)}\n${usage}`);
  }
}

/** A whole number between the bounds, or the end of the program with a sentence. */
export function wholeNumber(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    return endWith(`--${name} takes a whole number from ${least} to ${most}, not ${text}`);
  return value;
}

/** Ends the program with one sentence on standard error. */
export function endWith(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
