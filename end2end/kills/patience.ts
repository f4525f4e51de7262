// Nothing is waited for without an end: what drives a browser may never hear of it again.

/** How long anything may take that is waited for: a bound on what hangs, not a measure. */
export const PATIENCE_MS = 60_000;

/** What comes of `act`, or an error that names it when that takes too long. */
export async function within<T>(what: string, act: Promise<T>, patience = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`after ${patience / 1_000} s still no end of: ${what}`)), patience);
  });
  try {
    return await Promise.race([act, late]);
  } finally {
    clearTimeout(timer);
  }
}
