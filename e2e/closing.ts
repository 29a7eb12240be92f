const endings: (() => Promise<unknown>)[] = [];

/** What a test opened is closed after it, last opened first, however it ended. */
export function onEnd(close: () => Promise<unknown>): void {
  endings.unshift(close);
}

export async function closeAll(): Promise<void> {
  for (const close of endings.splice(0)) await close();
}
