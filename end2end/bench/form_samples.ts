// The measured forms as `form-bench write` describes them in samples.json; app/form/bench/src/sample.rs tells what they are.

export interface Sample {
  name: string;
  attachments: { url: string; file: string }[];
  changes: Change[];
  repeat: { path: string; count: string; instances: number } | null;
  cascade: { path: string; values: number; filtered: string; choices: number } | null;
}

/** One answer alternating between two values, and what a node that follows from it then is. */
export interface Change {
  name: "fanout" | "tail";
  path: string;
  values: [string, string];
  total: string;
  totals: [number, number];
}

/**
 * Milliseconds of what is measured on one form; an act the form has nothing for is missing. Repeated acts count at the middle, and
 * at the `Least`: a longer one is interrupted more often, so that only the least shows how acts of different lengths compare.
 */
export type Times = Partial<Record<Act, number>>;

export type Act = "cold" | "warm" | Change["name"] | `${Change["name"]}Least` | "add" | "filter" | "serialise";

export type EngineName = "ours" | "rxeval" | "xforms-engine";
